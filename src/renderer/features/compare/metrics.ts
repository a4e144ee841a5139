/** The metrics that a chart may show. */
import type { LineValue } from '../../charts/lines';
import { accuracyAxis, lossAxis, machineAxis, rateAxis, type ValueAxis } from '../../charts/axes';
import { isAccuracy } from '../../charts/series';

export type CompareMetric = LineValue & { label: string };

export const METRICS = {
  valAccuracy: { label: 'Validation accuracy', from: 'epochs', value: 'valAccuracy' },
  accuracy: { label: 'Training accuracy', from: 'epochs', value: 'accuracy' },
  valLoss: { label: 'Validation loss', from: 'epochs', value: 'valLoss' },
  loss: { label: 'Training loss', from: 'epochs', value: 'loss' },
  valCrossEntropy: { label: 'Validation cross-entropy', from: 'epochs', value: 'valCrossEntropy' },
  emaValAccuracy: { label: 'Validation accuracy of the average', from: 'epochs', value: 'emaValAccuracy' },
  emaValLoss: { label: 'Validation loss of the average', from: 'epochs', value: 'emaValLoss' },
  crossEntropy: { label: 'Training cross-entropy', from: 'epochs', value: 'crossEntropy' },
  stepLoss: { label: 'Loss of each step', from: 'steps', value: 'loss' },
  stepCrossEntropy: { label: 'Cross-entropy of each step', from: 'steps', value: 'crossEntropy' },
  stepAccuracy: { label: 'Accuracy of each step', from: 'steps', value: 'accuracy' },
  stepLearningRate: { label: 'Learning rate of each step', from: 'steps', value: 'learningRate' },
  stepGradientNorm: { label: 'Gradient norm of each step', from: 'steps', value: 'gradientNorm' },
  stepWeightNorm: { label: 'Weight norm of each step', from: 'steps', value: 'weightNorm' },
  imagesPerSecond: { label: 'Images per second', from: 'epochs', value: 'imagesPerSecond' },
  seconds: { label: 'Time of an epoch', from: 'epochs', value: 'seconds' },
  memoryBytes: { label: 'Memory of the trainer', from: 'epochs', value: 'memoryBytes' },
} as const satisfies Record<string, CompareMetric>;

export type MetricKey = keyof typeof METRICS;

export const METRIC_KEYS = Object.keys(METRICS) as MetricKey[];

export const isMetric = (key: string): key is MetricKey => Object.hasOwn(METRICS, key);

const MACHINE = ['imagesPerSecond', 'memoryBytes', 'seconds'] as const;

/** Only losses, learning rates and norms have a logarithmic scale. */
export const mayBeLogarithmic = ({ value }: CompareMetric): boolean =>
  !isAccuracy(value) && !MACHINE.some((one) => one === value);

export function compareAxis(metric: CompareMetric, logarithmic: boolean): ValueAxis {
  const { label, value } = metric;
  const machine = MACHINE.find((one) => one === value);
  if (machine) return machineAxis(label, machine);
  if (value === 'learningRate') return rateAxis(label, logarithmic);
  return isAccuracy(value) ? accuracyAxis(label, false) : lossAxis(label, logarithmic);
}
