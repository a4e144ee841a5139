/** The figures of a group of runs that a comparison shows, each as the mean of its runs. Pure. */
import { isMeasured } from '../metrics';
import { median } from '../median';
import { testOfRun } from '../test-count';
import { spent, spentUntil, valueAt, type Budget, type History } from './budgets';
import { meanOf, varianceOf } from './chance';
import { dataOfGroup, imagesPerEpoch, validatedOn } from './comparable';
import type { Group } from './groups';
import { bestOf, JUDGED, type JudgedBy } from './judged';

/** A figure over the runs of a group that have it. */
export interface Spread {
  mean: number;
  /** Sample standard deviation; null for a single run. */
  deviation: number | null;
  /** Of each run, in their order. */
  values: number[];
}

/** The figures of each metric that runs are judged by; all are of the validation. */
export const VALIDATION_FIGURES = {
  valAccuracy: { best: 'bestAccuracy', last: 'lastAccuracy', atBudget: 'accuracyAtBudget' },
  valLoss: { best: 'lowestLoss', last: 'lastLoss', atBudget: 'lossAtBudget' },
  valCrossEntropy: {
    best: 'lowestCrossEntropy',
    last: 'lastCrossEntropy',
    atBudget: 'crossEntropyAtBudget',
  },
} as const satisfies Record<JudgedBy, Record<'best' | 'last' | 'atBudget', keyof GroupFigures>>;

export interface GroupFigures {
  name: string;
  runs: number[];
  /** All networks of a group are alike. Null where an imported run does not say. */
  parameters: number | null;
  /** Of the forward pass, per image; likewise. */
  macs: number | null;
  bestAccuracy: Spread | null;
  lowestLoss: Spread | null;
  lowestCrossEntropy: Spread | null;
  lastAccuracy: Spread | null;
  lastLoss: Spread | null;
  lastCrossEntropy: Spread | null;
  /** After the amount at which the groups are compared. */
  accuracyAtBudget: Spread | null;
  lossAtBudget: Spread | null;
  crossEntropyAtBudget: Spread | null;
  /** The images that they were validated on: only of equal ones can validations be held against one another. Null: unknown. */
  validatedOn: string | null;
  /** On the test set, the latest of each run; null unless it was taken of every run. */
  testAccuracy: Spread | null;
  /** Which test set: only on equal ones can it be held against one another. Null: they differ, or are unknown. */
  testedOn: string | null;
  /** Images that each of their epochs trains on; null where they differ, and where an imported run does not say. */
  imagesPerEpoch: number | null;
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

export interface ComparedAt {
  budget: Budget;
  /** In the budget's unit; null where the runs have no amount in common. */
  amount: number | null;
  /** Validation accuracy to reach, 0 to 1; null where none was asked for. */
  target: number | null;
}

export function figuresOf(group: Group, { budget, amount, target }: ComparedAt): GroupFigures {
  const { name, histories } = group;
  const over = (value: (history: History) => number | null | undefined): Spread | null =>
    spreadOf(histories.map((history) => value(history) ?? null));
  const [{ run }] = histories as [History, ...History[]];
  const best = (by: JudgedBy): Spread | null =>
    over(({ epochs }) =>
      bestOf(
        epochs.map((epoch) => epoch[by]),
        JUDGED[by].direction,
      ),
    );
  const last = (by: JudgedBy): Spread | null =>
    over(({ epochs }) => epochs.filter((epoch) => isMeasured(epoch, by)).at(-1)?.[by]);
  const atBudget = (by: JudgedBy): Spread | null =>
    amount === null ? null : over((history) => valueAt(history, by, budget, amount));
  return {
    name,
    runs: histories.map((history) => history.run.id),
    parameters: run.params,
    macs: run.macs,
    bestAccuracy: best('valAccuracy'),
    lowestLoss: best('valLoss'),
    lowestCrossEntropy: best('valCrossEntropy'),
    lastAccuracy: last('valAccuracy'),
    lastLoss: last('valLoss'),
    lastCrossEntropy: last('valCrossEntropy'),
    accuracyAtBudget: atBudget('valAccuracy'),
    lossAtBudget: atBudget('valLoss'),
    crossEntropyAtBudget: atBudget('valCrossEntropy'),
    validatedOn: validatedOn(group),
    testAccuracy: over(({ run: one }) => testOfRun(one)?.accuracy),
    testedOn: dataOfGroup(group),
    imagesPerEpoch: imagesPerEpoch(group),
    secondsPerEpoch: over(({ epochs }) => median(epochs.map(({ seconds }) => seconds))),
    imagesPerSecond: over(({ epochs }) => median(epochs.map(({ imagesPerSecond }) => imagesPerSecond))),
    spent: budgets((kind) => over((history) => spent(history, kind).at(-1))),
    reached:
      target === null
        ? null
        : budgets((kind) => over((history) => spentUntil(history, 'valAccuracy', target, 'max', kind))),
  };
}
