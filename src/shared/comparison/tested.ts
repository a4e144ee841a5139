/** The test that fits what is known of two groups. Pure. */
import { isTrained } from '../run';
import type { Predictions } from '../predictions';
import { spent, type History } from './budgets';
import { meanOf, shares, welch, type Difference } from './chance';
import { evalCountOf } from './comparable';
import type { JudgedBy } from './judged';
import { mcnemar, pairedCounts, type PairedCounts } from './paired';

/** The runs of a group, each with the value that it is compared by. */
export interface Side {
  histories: readonly History[];
  values: readonly number[];
}

export interface Tested {
  test: 'Welch' | 'McNemar' | 'binomial';
  /** First less second. */
  difference: Difference;
  /** What McNemar's test counts; null for another test. */
  paired: PairedCounts | null;
}

/**
 * Over seeds Welch's test. An accuracy is a share of images, so that single runs can be tested too: by McNemar's test for one
 * run a side, where both have kept what they predicted on the same images; else by that of two shares. Of any other metric
 * single runs cannot tell: null.
 * @param images after which they are compared; null for each run's best epoch
 */
export function testOf(first: Side, second: Side, by: JudgedBy, images: number | null): Tested | null {
  const overSeeds = welch(first.values, second.values);
  if (overSeeds) return { test: 'Welch', difference: overSeeds, paired: null };
  if (by !== 'valAccuracy') return null;
  const paired = pairedOf(first, second, images);
  if (paired) return { test: 'McNemar', difference: mcnemar(paired), paired };
  return {
    test: 'binomial',
    difference: shares(
      meanOf(first.values),
      validatedImages(first),
      meanOf(second.values),
      validatedImages(second),
    ),
    paired: null,
  };
}

const validatedImages = ({ histories, values }: Side): number => {
  const { run } = histories[0]!;
  // An imported run, whose source does not say on how many images it was validated, is not ranked.
  return isTrained(run) ? evalCountOf(run) * values.length : NaN;
};

function pairedOf(first: Side, second: Side, images: number | null): PairedCounts | null {
  if (first.histories.length > 1 || second.histories.length > 1) return null;
  const [one, other] = [first, second].map(({ histories }) => predictionsAt(histories[0]!, images));
  return one && other ? pairedCounts(one, other) : null;
}

/** Those of the epoch that is compared; undefined where they are not kept, or where it lies between two epochs. */
function predictionsAt(history: History, images: number | null): Predictions | undefined {
  const { epochs, predictions = [] } = history;
  const accuracies = epochs.map(({ valAccuracy }) => valAccuracy);
  const at =
    images === null
      ? accuracies.indexOf(Math.max(...accuracies.filter(Number.isFinite)))
      : spent(history, 'images').indexOf(images);
  return predictions.find(({ epoch }) => epoch === epochs[at]?.epoch);
}
