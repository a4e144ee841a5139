/** What the Fork dialog offers and refuses. Pure. */
import type { Checkpoint } from '../../../shared/checkpoint';
import type { TrainedRun } from '../../../shared/run';
import { thousands } from '../../../shared/format';
import { scheduleOfRun, type Origin } from '../../../shared/schedule';
import { checkFields, fieldsOf, type CheckedRecipe, type RecipeFields } from './recipe-form';

/** What a run's schedule is made of. */
type ScheduledRun = Pick<TrainedRun, 'recipe' | 'dataset' | 'parent'>;

/** Why some fields are the parent's for good. */
export const WHY_LOCKED =
  'The random seed, the validation split and the images stay the parent’s, because a checkpoint is a position in their shuffled order.';

/**
 * The parent's recipe, with as many epochs again where the checkpoint is at its end. `gentler`: a tenth of the learning
 * rate, for a parent whose loss went astray.
 */
export function forkFields(
  { recipe }: Pick<TrainedRun, 'recipe'>,
  at: Pick<Checkpoint, 'epoch'> | null,
  gentler: boolean,
): RecipeFields {
  const done = at?.epoch ?? 0;
  return fieldsOf({
    ...recipe,
    epochs: recipe.epochs > done ? recipe.epochs : done + recipe.epochs,
    learningRate: gentler ? recipe.learningRate / 10 : recipe.learningRate,
  });
}

/** Where a fork begins unless another checkpoint is chosen: the newest, but the best of a run that ended early to restore it. */
export function firstCheckpoint(
  { state, reason, recipe }: Pick<TrainedRun, 'state' | 'reason' | 'recipe'>,
  newestFirst: readonly Checkpoint[],
): Checkpoint | null {
  const endedEarly = state === 'completed' && reason !== null && recipe.restoreBest;
  return (endedEarly ? newestFirst.find(({ best }) => best) : undefined) ?? newestFirst[0] ?? null;
}

/** Where the steps of a fork from that checkpoint begin. */
export const originAt = (parent: ScheduledRun, { step }: Pick<Checkpoint, 'step'>): Origin => ({
  step,
  images: scheduleOfRun(parent).imagesAfter(step),
});

/** Checks the fields, and that there is something left to train after the checkpoint. */
export function checkFork(
  fields: RecipeFields,
  at: Pick<Checkpoint, 'epoch' | 'step'> | null,
  parent: ScheduledRun & Pick<TrainedRun, 'architecture'>,
): CheckedRecipe {
  const images = { ...parent.dataset, imageShape: parent.architecture.inputShape };
  const checked = checkFields(fields, images, at ? originAt(parent, at) : undefined);
  if (!checked.recipe || !at || checked.recipe.epochs > at.epoch) return checked;
  return {
    recipe: null,
    problems: {
      epochs: `Epochs must be more than the ${thousands(at.epoch)} already completed at the checkpoint.`,
    },
  };
}
