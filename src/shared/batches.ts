/** Batches as they can occur: none is larger than the training set. Pure. */
import type { Recipe } from './recipe';

/** Images of a set that are used. */
export const usedCount = (available: number, limit: number | null): number =>
  limit === null ? available : Math.min(limit, available);

/** Images of the largest batch of an epoch over so many images. */
export const largestBatch = (count: number, batchSize: number): number => Math.min(count, batchSize);

/** Images of an epoch's last batch; it is kept where it is shorter than the others. */
export const lastBatch = (count: number, batchSize: number): number =>
  count % batchSize || largestBatch(count, batchSize);

/** As `largestBatch`, of a training set with the limit of a recipe. */
export const largestBatchOf = (
  { batchSize, limitTrain }: Pick<Recipe, 'batchSize' | 'limitTrain'>,
  trainCount: number,
): number => largestBatch(usedCount(trainCount, limitTrain), batchSize);
