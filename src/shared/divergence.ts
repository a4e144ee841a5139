/**
 * The sentences on a loss that is no finite number any more, and how a stored one is known again: whoever words them anew
 * changes both here.
 */

import type { Run } from './run';

const nameOf = (loss: number): string => (Number.isNaN(loss) ? 'not a number (NaN)' : 'infinite');

export const divergedAt = (loss: number, step: number, epoch: number, learningRate: number): string =>
  `The loss became ${nameOf(loss)} at step ${step} (epoch ${epoch}), so training cannot go on: try a smaller ` +
  `learning rate than ${learningRate}, in a fork from a checkpoint or in a new run; the metrics before that step ` +
  'are kept.';

export const validationDivergedAfter = (loss: number, epoch: number, learningRate: number): string =>
  `The validation loss became ${nameOf(loss)} after epoch ${epoch}, so training cannot go on: try a smaller ` +
  `learning rate than ${learningRate}, in a fork from a checkpoint or in a new run; the metrics up to there are kept.`;

/**
 * Whether the run failed because its loss was no finite number any more. Going on would lead to the same step again, from
 * its first one as well; another recipe may not.
 */
export const hasDiverged = (run: Pick<Run, 'state' | 'reason'>): boolean =>
  run.state === 'failed' && tellsOfDivergence(run.reason ?? '');

export const tellsOfDivergence = (sentence: string): boolean =>
  /^The (validation )?loss became (not a number|infinite)/.test(sentence);
