/**
 * The sentences on a loss that is not finite any more, and how a stored one is recognised: whoever rewords them
 * changes both here.
 */

import type { Run } from './run';

const nameOf = (loss: number): string => (Number.isNaN(loss) ? 'NaN' : 'infinite');

export const divergedAt = (loss: number, step: number, epoch: number, learningRate: number): string =>
  `Training diverged: the loss became ${nameOf(loss)} at step ${step} (epoch ${epoch}). Try a learning rate below ` +
  `${learningRate}, in a fork from a checkpoint or in a new run; the metrics before that step are kept.`;

export const validationDivergedAfter = (loss: number, epoch: number, learningRate: number): string =>
  `Training diverged: the validation loss became ${nameOf(loss)} after epoch ${epoch}. Try a learning rate below ` +
  `${learningRate}, in a fork from a checkpoint or in a new run; the metrics up to there are kept.`;

/**
 * Whether the run failed because it diverged. Resuming would lead to the same step again, from
 * its first one as well; another recipe may not.
 */
export const hasDiverged = (run: Pick<Run, 'state' | 'reason'>): boolean =>
  run.state === 'failed' && tellsOfDivergence(run.reason ?? '');

export const tellsOfDivergence = (sentence: string): boolean =>
  // Runs that diverged before version 6 of the database begin with the loss.
  /^(Training diverged: the|The) (validation )?loss became (NaN|not a number|infinite)/.test(sentence);
