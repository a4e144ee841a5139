/**
 * On which images a run is validated: on the first ones of its data set's test set, or on images that are held out of the
 * training set, by class and by a seed of their own (src/trainer/data/hold-out.ts says which). Pure.
 */
import { thousands } from '../architecture/number-text';

/** Images of a data set's two parts. */
export interface PartCounts {
  trainCount: number;
  evalCount: number;
}

/** The fields of a recipe that say so (recipe.ts, which asks this file). */
interface Chosen {
  validationSplit: number;
  splitSeed: number;
  limitTrain: number | null;
  limitEval: number | null;
}
type Validated = Pick<Chosen, 'validationSplit'>;

/** Images of a set that are used. */
export const usedCount = (available: number, limit: number | null): number =>
  limit === null ? available : Math.min(limit, available);

/** Whether no image is held out, so that every epoch is validated on the images that the network is tested on in the end. */
export const validatesOnTestSet = ({ validationSplit }: Validated): boolean => validationSplit === 0;

/**
 * How many training images are held out, as scikit-learn reads `test_size`: below 1 a share, of which at least one image is
 * taken and one left, from 1 on their number; 0 for none.
 */
export function heldOutCount({ validationSplit }: Validated, trainCount: number): number {
  if (validationSplit === 0 || validationSplit >= 1) return validationSplit;
  return Math.max(1, Math.min(trainCount - 1, Math.round(validationSplit * trainCount)));
}

/** What is there for training and for validation, before limits. */
export function availableImages<T extends PartCounts>(recipe: Validated, dataset: T): T {
  const heldOut = heldOutCount(recipe, dataset.trainCount);
  return heldOut === 0
    ? dataset
    : { ...dataset, trainCount: dataset.trainCount - heldOut, evalCount: heldOut };
}

/** Images of an epoch. */
export const trainedCount = (
  recipe: Pick<Chosen, 'limitTrain' | 'validationSplit'>,
  trainCount: number,
): number => usedCount(trainCount - heldOutCount(recipe, trainCount), recipe.limitTrain);

/** Images of a validation. */
export const validatedCount = (
  recipe: Pick<Chosen, 'limitEval' | 'validationSplit'>,
  dataset: PartCounts,
): number => usedCount(availableImages(recipe, dataset).evalCount, recipe.limitEval);

type Often = { epochs: number; validationEvery: number };

/** Whether an epoch (from 1) is followed by a validation. */
export const isValidated = ({ epochs, validationEvery }: Often, epoch: number): boolean =>
  epoch % validationEvery === 0 || epoch === epochs;

/** How many validations follow an epoch (0: the beginning). */
export const validationsAfter = ({ epochs, validationEvery }: Often, epoch: number): number =>
  epoch >= epochs ? 0 : Math.ceil(epochs / validationEvery) - Math.floor(epoch / validationEvery);

/** The images that a recipe validates on, but for its limit, in words; of one data set, equal texts are the same images. */
export function validationSetOf(
  recipe: Pick<Chosen, 'validationSplit' | 'splitSeed'>,
  trainCount: number,
): string {
  const heldOut = heldOutCount(recipe, trainCount);
  return heldOut === 0
    ? 'the test set'
    : `${thousands(heldOut)} held-out training images, split seed ${recipe.splitSeed}`;
}
