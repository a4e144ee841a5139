/** Metrics of an epoch that decide something: when the learning rate is reduced, when a run ends early. Pure. */
import type { EpochMetric } from './metrics';

interface MonitoredMetric {
  label: string;
  value: keyof EpochMetric;
  /** Which of two values is better. */
  better: 'max' | 'min';
}

export const MONITORED = {
  'val-loss': { label: 'Validation loss', value: 'valLoss', better: 'min' },
  'val-accuracy': { label: 'Validation accuracy', value: 'valAccuracy', better: 'max' },
  'ema-val-loss': { label: 'Validation loss of the average', value: 'emaValLoss', better: 'min' },
  'ema-val-accuracy': { label: 'Validation accuracy of the average', value: 'emaValAccuracy', better: 'max' },
  loss: { label: 'Training loss', value: 'loss', better: 'min' },
  accuracy: { label: 'Training accuracy', value: 'accuracy', better: 'max' },
} as const satisfies Record<string, MonitoredMetric>;

export type Monitored = keyof typeof MONITORED;

/** Whether it is measured of the average of the weights, which a recipe has to ask for. */
export const isOfAverage = (metric: Monitored): boolean => MONITORED[metric].value.startsWith('ema');

export const MONITORED_KEYS = Object.keys(MONITORED) as Monitored[];

/** Labels by metric, as a choice of the recipe has them. */
export const MONITORED_LABELS = Object.fromEntries(
  MONITORED_KEYS.map((key) => [key, MONITORED[key].label]),
) as Record<Monitored, string>;

/** What is remembered of a metric that is watched: a function of the epochs seen. */
export interface Watch {
  metric: Monitored;
  /** The value to beat; null before the first epoch. */
  best: number | null;
  /** Epochs since, that did not beat it. */
  waited: number;
}

export const beginWatch = (metric: Monitored): Watch => ({ metric, best: null, waited: 0 });

/**
 * The watch after another epoch, as Keras' ReduceLROnPlateau and EarlyStopping count: a value is better than the best only
 * where it is so by more than `minDelta`.
 */
export function watched(watch: Watch, epoch: EpochMetric, minDelta = 0): Watch {
  const { value, better } = MONITORED[watch.metric];
  const now = epoch[value] ?? NaN;
  const gain = better === 'max' ? now - (watch.best ?? -Infinity) : (watch.best ?? Infinity) - now;
  return gain > minDelta ? { ...watch, best: now, waited: 0 } : { ...watch, waited: watch.waited + 1 };
}
