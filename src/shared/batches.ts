/** Batches as they can occur: none is larger than the training set. Pure. */
import type { Recipe } from './recipe';
import { trainedCount } from './validation';

/** Images of the largest batch of an epoch over so many images. */
export const largestBatch = (count: number, batchSize: number): number => Math.min(count, batchSize);

/** Images of an epoch's last batch; it is kept where it is shorter than the others. */
export const lastBatch = (count: number, batchSize: number): number =>
  count % batchSize || largestBatch(count, batchSize);

/** As `largestBatch`, of a training set of which a recipe takes a part. */
export const largestBatchOf = (
  recipe: Pick<Recipe, 'batchSize' | 'limitTrain' | 'validationSplit'>,
  trainCount: number,
): number => largestBatch(trainedCount(recipe, trainCount), recipe.batchSize);
