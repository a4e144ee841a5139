/** The figures of a group of runs that a comparison shows, each as the mean of its runs. Pure. */
import { spent, spentUntil, valueAt, type Budget, type History } from './budgets';
import { meanOf, varianceOf } from './chance';
import type { Group } from './groups';

/** A figure over the runs of a group that have it. */
export interface Spread {
  mean: number;
  /** Sample standard deviation; null for a single run. */
  deviation: number | null;
  /** Of each run, in their order. */
  values: number[];
}

export interface GroupFigures {
  name: string;
  runs: number[];
  /** All networks of a group are alike. Null where an imported run does not say. */
  parameters: number | null;
  /** Of the forward pass, per image; likewise. */
  macs: number | null;
  bestAccuracy: Spread | null;
  lastAccuracy: Spread | null;
  lowestLoss: Spread | null;
  /** Validation accuracy after the amount at which the groups are compared. */
  accuracyAtBudget: Spread | null;
  /** Seconds of an epoch, and images per second in training: of each run the median over its epochs. */
  secondsPerEpoch: Spread | null;
  imagesPerSecond: Spread | null;
  /** Epochs, seconds, images and MACs spent so far. */
  spent: Record<Budget, Spread | null>;
  /** The same until an epoch first ended with the accuracy that was asked for; null unless every run has reached it. */
  reached: Record<Budget, Spread | null> | null;
}

const spreadOf = (values: readonly (number | null)[]): Spread | null => {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (known.length === 0 || known.length < values.length) return null;
  const variance = varianceOf(known);
  return {
    mean: meanOf(known),
    deviation: Number.isNaN(variance) ? null : Math.sqrt(variance),
    values: known,
  };
};

const budgets = (value: (budget: Budget) => Spread | null): Record<Budget, Spread | null> => ({
  epochs: value('epochs'),
  time: value('time'),
  images: value('images'),
  macs: value('macs'),
});

const best = (history: History, value: 'valAccuracy' | 'valLoss', pick: typeof Math.max): number =>
  pick(...history.epochs.map((epoch) => epoch[value]).filter(Number.isFinite));

/** NaN of none. */
function median(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export interface ComparedAt {
  budget: Budget;
  /** In the budget's unit; null where the runs have no amount in common. */
  amount: number | null;
  /** Validation accuracy to reach, 0 to 1; null where none was asked for. */
  target: number | null;
}

export function figuresOf({ name, histories }: Group, { budget, amount, target }: ComparedAt): GroupFigures {
  const over = (value: (history: History) => number | null | undefined): Spread | null =>
    spreadOf(histories.map((history) => value(history) ?? null));
  const [{ run }] = histories as [History, ...History[]];
  return {
    name,
    runs: histories.map((history) => history.run.id),
    parameters: run.params,
    macs: run.macs,
    bestAccuracy: over((history) => best(history, 'valAccuracy', Math.max)),
    lastAccuracy: over((history) => history.epochs.at(-1)?.valAccuracy),
    lowestLoss: over((history) => best(history, 'valLoss', Math.min)),
    accuracyAtBudget:
      amount === null ? null : over((history) => valueAt(history, 'valAccuracy', budget, amount)),
    secondsPerEpoch: over(({ epochs }) => median(epochs.map(({ seconds }) => seconds))),
    imagesPerSecond: over(({ epochs }) => median(epochs.map(({ imagesPerSecond }) => imagesPerSecond))),
    spent: budgets((kind) => over((history) => spent(history, kind).at(-1))),
    reached:
      target === null
        ? null
        : budgets((kind) => over((history) => spentUntil(history, 'valAccuracy', target, 'max', kind))),
  };
}
