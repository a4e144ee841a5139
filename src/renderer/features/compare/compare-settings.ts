/** What Compare shows; kept while the window lives. */
import { ref, shallowRef } from 'vue';
import type { EpochValue, StepValue, XAxis } from '../../charts/series';

export type CompareMetric =
  | { from: 'epochs'; value: EpochValue; kind: 'accuracy' | 'loss' }
  | { from: 'steps'; value: StepValue; kind: 'accuracy' | 'loss' };

export const METRICS = {
  valAccuracy: { label: 'Validation accuracy', from: 'epochs', value: 'valAccuracy', kind: 'accuracy' },
  accuracy: { label: 'Training accuracy', from: 'epochs', value: 'accuracy', kind: 'accuracy' },
  valLoss: { label: 'Validation loss', from: 'epochs', value: 'valLoss', kind: 'loss' },
  loss: { label: 'Training loss', from: 'epochs', value: 'loss', kind: 'loss' },
  valCrossEntropy: {
    label: 'Validation cross-entropy',
    from: 'epochs',
    value: 'valCrossEntropy',
    kind: 'loss',
  },
  crossEntropy: { label: 'Training cross-entropy', from: 'epochs', value: 'crossEntropy', kind: 'loss' },
  stepLoss: { label: 'Loss of each step', from: 'steps', value: 'loss', kind: 'loss' },
  stepCrossEntropy: {
    label: 'Cross-entropy of each step',
    from: 'steps',
    value: 'crossEntropy',
    kind: 'loss',
  },
  stepAccuracy: { label: 'Accuracy of each step', from: 'steps', value: 'accuracy', kind: 'accuracy' },
} as const satisfies Record<string, CompareMetric & { label: string }>;

export type MetricKey = keyof typeof METRICS;

/** Null until Compare has been opened with runs in it. */
export const chosenMetric = ref<MetricKey | null>(null);
export const compareAxis = ref<XAxis>('epoch');
export const compareLogarithmic = ref(false);
export const showAll = ref(false);
/** Run → place in the palette: a run keeps its colour while others come and go. */
export const slots = shallowRef(new Map<number, number>());
