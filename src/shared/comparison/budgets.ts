/** What runs had reached after the same expense: epochs, training time, images or MACs. Pure. */
import { isMeasured, type AverageMetric, type EpochMetric } from '../metrics';
import type { Predictions } from '../predictions';
import type { Run } from '../run';
import { progressionOf, trainingMacs } from '../schedule';

export const BUDGETS = ['epochs', 'time', 'images', 'macs'] as const;
/** What a comparison is made at equal amounts of; time in seconds, validation included. */
export type Budget = (typeof BUDGETS)[number];

/** A run with its epochs, in order. */
export interface History {
  run: Run;
  epochs: readonly EpochMetric[];
  /** What it predicted in some of the epochs' validations, as far as that is known. */
  predictions?: readonly Predictions[];
}

/** A metric of epochs. */
export type EpochValue = Exclude<keyof EpochMetric, 'epoch' | 'step' | AverageMetric>;

/**
 * What had been spent by the end of each epoch, what the parents of a fork had spent included. Their time is not known to the
 * fork: it comes as NaN, and no comparison is made at equal times. So do the images of an imported run.
 */
export function spent({ run, epochs }: History, budget: Budget): number[] {
  const progression = progressionOf(run);
  let seconds = run.parent === null ? 0 : NaN;
  return epochs.map((epoch) => {
    seconds += epoch.seconds;
    switch (budget) {
      case 'epochs':
        return epoch.epoch;
      case 'time':
        return seconds;
      case 'images':
        return progression.imagesAfter(epoch.step);
      case 'macs':
        return trainingMacs(progression.imagesAfter(epoch.step), run.macs ?? NaN);
    }
  });
}

/** What had been spent, and the metric, of the epochs after which it was measured. */
function measured(history: History, value: EpochValue, budget: Budget): { x: number; y: number }[] {
  const xs = spent(history, budget);
  return history.epochs.flatMap((epoch, at) =>
    isMeasured(epoch, value) ? [{ x: xs[at]!, y: epoch[value] }] : [],
  );
}

/**
 * The most that all of them have spent by an epoch after which the metric was measured; null where one has no such epoch, or begins only
 * where another has ended.
 */
export function commonBudget(
  histories: readonly History[],
  budget: Budget,
  value: EpochValue,
): number | null {
  const spans = histories.map((history) => measured(history, value, budget).map(({ x }) => x));
  if (spans.some((span) => span.length === 0)) return null;
  const end = Math.min(...spans.map((span) => span[span.length - 1]!));
  return spans.every((span) => span[0]! <= end) ? end : null;
}

/**
 * The metric after so much was spent, on the line between the two epochs around it after which it was measured; null before the
 * first one's end and after the last one's, and where one of the two has no number.
 */
export function valueAt(history: History, value: EpochValue, budget: Budget, amount: number): number | null {
  const points = measured(history, value, budget);
  const at = points.findIndex(({ x }) => x >= amount);
  if (at < 0) return null;
  const { x, y } = points[at]!;
  if (x === amount) return finite(y);
  if (at === 0) return null;
  const { x: before, y: then } = points[at - 1]!;
  return finite(then + ((y - then) * (amount - before)) / (x - before));
}

/** What was spent when an epoch first ended with the metric at the target or better; null where none did. */
export function spentUntil(
  history: History,
  value: EpochValue,
  target: number,
  direction: 'max' | 'min',
  budget: Budget,
): number | null {
  const at = history.epochs.findIndex((epoch) =>
    direction === 'max' ? epoch[value] >= target : epoch[value] <= target,
  );
  return at < 0 ? null : spent(history, budget)[at]!;
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
