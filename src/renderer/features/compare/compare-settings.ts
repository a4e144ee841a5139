/** What Compare shows; kept while the window lives. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { LineValue } from '../../charts/lines';
import type { XAxis } from '../../charts/series';

export type CompareMetric = LineValue & { label: string };

export const METRICS = {
  valAccuracy: { label: 'Validation accuracy', from: 'epochs', value: 'valAccuracy' },
  accuracy: { label: 'Training accuracy', from: 'epochs', value: 'accuracy' },
  valLoss: { label: 'Validation loss', from: 'epochs', value: 'valLoss' },
  loss: { label: 'Training loss', from: 'epochs', value: 'loss' },
  valCrossEntropy: {
    label: 'Validation cross-entropy',
    from: 'epochs',
    value: 'valCrossEntropy',
  },
  crossEntropy: { label: 'Training cross-entropy', from: 'epochs', value: 'crossEntropy' },
  stepLoss: { label: 'Loss of each step', from: 'steps', value: 'loss' },
  stepCrossEntropy: {
    label: 'Cross-entropy of each step',
    from: 'steps',
    value: 'crossEntropy',
  },
  stepAccuracy: { label: 'Accuracy of each step', from: 'steps', value: 'accuracy' },
} as const satisfies Record<string, CompareMetric>;

export type MetricKey = keyof typeof METRICS;

export const useCompareSettings = defineStore('compare-settings', () => ({
  /** Null until Compare has been opened with runs in it. */
  metric: ref<MetricKey | null>(null),
  axis: ref<XAxis>('epoch'),
  logarithmic: ref(false),
  /** The table has all fields, not only those that differ. */
  showAll: ref(false),
  /** Run → place in the palette: a run keeps its colour while others come and go. */
  slots: shallowRef<ReadonlyMap<number, number>>(new Map()),
}));
