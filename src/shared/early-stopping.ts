/**
 * When a run ends before its last epoch: once so many epochs in a row were no better than the best of a metric, as Keras'
 * EarlyStopping counts. Pure.
 */
import { formatLoss, formatPercent, plural } from './format';
import type { EpochMetric } from './metrics';
import { beginWatch, MONITORED, watched, type Watch } from './monitored';
import type { Recipe } from './recipe';

/** What is remembered of the epochs seen. */
export interface Stopping extends Watch {
  /** The first epoch with the best value; null before the first one. */
  bestEpoch: number | null;
  /** Epochs of the recipe by which the run was ended; null while it has not been. More epochs let it train on. */
  endedAt: number | null;
}

type StoppingRecipe = Pick<Recipe, 'earlyStopping' | 'patience' | 'minDelta' | 'restoreBest' | 'epochs'>;

/**
 * Where a run begins or resumes; null where its recipe never ends it early. One that was ended has its whole patience again once
 * it is to train on.
 * @param before of its checkpoint; null for none
 * @param fork whether it begins as a fork, which was not ended itself
 */
export function stoppingFrom(
  before: Stopping | null,
  { earlyStopping, epochs }: StoppingRecipe,
  fork: boolean,
): Stopping | null {
  if (earlyStopping === 'none') return null;
  if (before?.metric !== earlyStopping)
    return { ...beginWatch(earlyStopping), bestEpoch: null, endedAt: null };
  const trainsOn = before.endedAt !== null && (fork || before.endedAt !== epochs);
  return trainsOn ? { ...before, waited: 0, endedAt: null } : before;
}

/** After another epoch. The last one ends the run anyway. */
export function stoppingAfter(stopping: Stopping, epoch: EpochMetric, recipe: StoppingRecipe): Stopping {
  const next = { ...stopping, ...watched(stopping, epoch, recipe.minDelta) };
  if (next.waited === 0) next.bestEpoch = epoch.epoch;
  if (next.waited >= recipe.patience && epoch.epoch < recipe.epochs) next.endedAt = recipe.epochs;
  return next;
}

export const hasEndedEarly = (stopping: Stopping | null): boolean =>
  stopping !== null && stopping.endedAt !== null;

/** Why a run ended after that epoch, a sentence. */
export function endedEarly(
  { metric, best, bestEpoch }: Stopping,
  { patience, restoreBest }: StoppingRecipe,
  epoch: number,
): string {
  const { label, better } = MONITORED[metric];
  const value = better === 'max' ? formatPercent(best) : formatLoss(best);
  const restored = restoreBest ? ` The weights of epoch ${bestEpoch} are kept as its best checkpoint.` : '';
  return (
    `Ended early after epoch ${epoch}: for ${plural(patience, 'epoch')} the ${label.toLowerCase()} was no better than ` +
    `the ${value} of epoch ${bestEpoch}.${restored}`
  );
}
