/** The epochs of a history: one that nothing is said of yet, and whether they follow each other. */
import { plural, thousands } from '../format';
import type { EpochMetric } from '../metrics';
import { RECIPE_FIELDS } from '../recipe';
import type { LeftOut } from './history';
import type { Problems } from './problems';
import type { FigureMetric } from './metric-names';

/** As many as a run of our own may have. */
export const MAX_EPOCHS: number = RECIPE_FIELDS.epochs.bounds.atMost;

/** An epoch as it is read: what the source said, NaN included. */
export interface ReadEpoch {
  /** As the source counts. */
  number: number;
  line: number;
  figures: Map<FigureMetric, number>;
  /** NaN where it is not known. */
  seconds: number;
  /** Step after which it ended, counted over the run; NaN where it is not known. */
  step: number;
}

/** @param offset what is added to the source's number, so that the first epoch is 1 */
export const toMetric = ({ number, figures, seconds, step }: ReadEpoch, offset: number): EpochMetric => ({
  epoch: number + offset,
  step,
  loss: figures.get('loss') ?? NaN,
  crossEntropy: figures.get('crossEntropy') ?? NaN,
  accuracy: figures.get('accuracy') ?? NaN,
  valLoss: figures.get('valLoss') ?? NaN,
  valCrossEntropy: figures.get('valCrossEntropy') ?? NaN,
  valAccuracy: figures.get('valAccuracy') ?? NaN,
  seconds,
  imagesPerSecond: NaN,
  memoryBytes: NaN,
});

/**
 * Whether an epoch may follow the one before it (null: it is the first, and must be `first`). Numbers in sentences are those
 * of the source. Answers whether reading on makes sense.
 */
export function checkOrder(
  problems: Problems,
  { number, line }: Pick<ReadEpoch, 'number' | 'line'>,
  before: Pick<ReadEpoch, 'number' | 'line'> | null,
  first: number,
): boolean {
  const expected = before ? before.number + 1 : first;
  if (number - first >= MAX_EPOCHS) {
    problems.add(line, `Epoch ${number} is beyond the ${thousands(MAX_EPOCHS)} epochs that a run may have.`);
    return false;
  }
  if (number === expected) return true;
  if (before === null) {
    problems.add(
      line,
      `The history begins with epoch ${number}, and ${plural(number - first, 'epoch')} before it must come first; put what was written of them above.`,
    );
  } else if (number === before.number) {
    problems.add(line, `Epoch ${number} stands here and in line ${before.line}; keep one of them.`);
  } else if (number < before.number) {
    problems.add(
      line,
      `Epoch ${number} follows epoch ${before.number}: another training begins here. Import each by itself, this one from here on.`,
    );
  } else {
    problems.add(
      line,
      `Epoch ${number} follows epoch ${before.number}, and ${plural(number - expected, 'epoch')} between them are missing; put them in, or import the lines above this one alone.`,
    );
  }
  return false;
}

/**
 * What the last epoch lacks of that all before it have, in place of which the writer was killed: the epoch is taken away and
 * told of. Null where it is whole.
 */
export function takeCutEpoch(epochs: ReadEpoch[], names: ReadonlyMap<FigureMetric, string>): LeftOut | null {
  const last = epochs.at(-1);
  if (!last || epochs.length < 2) return null;
  const lacking = [...names.keys()].filter(
    (metric) => !last.figures.has(metric) && epochs.slice(0, -1).every(({ figures }) => figures.has(metric)),
  );
  if (lacking.length === 0) return null;
  epochs.pop();
  const missing = lacking.map((metric) => names.get(metric)!).join(' and ');
  return {
    source: `epoch ${last.number}, line ${last.line}`,
    reason: `It has no ${missing}, which all epochs before it have: the training ended within it.`,
  };
}
