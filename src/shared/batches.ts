/**
 * Batches as they can occur: none is larger than the training set. And the parts in which one is computed where its gradient is
 * accumulated. Pure.
 */
import type { Network } from '../architecture/network';
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

/** Values of the largest output of a layer for one image. */
export const largestMap = ({ layers }: Pick<Network, 'layers'>): number =>
  Math.max(...layers.map(({ outputShape }) => outputShape.reduce((product, side) => product * side, 1)));

/** Images a forward pass of a validation: enough to use all cores, few enough that a layer's output stays below 128 MB. */
export const evaluationBatch = (network: Pick<Network, 'layers'>): number =>
  Math.max(1, Math.min(256, Math.floor(2 ** 25 / largestMap(network))));

type Divided = Pick<Recipe, 'batchSize' | 'microBatchSize'>;

/** Whether a batch of the recipe's size is computed in several parts. */
export const accumulates = ({ batchSize, microBatchSize }: Divided): boolean =>
  microBatchSize !== null && microBatchSize < batchSize;

/**
 * Images of each part of a batch, in order: as few parts as the micro-batch size allows, and these as equal as can be, so that no
 * part normalises over a few images left over.
 */
export function partsOf(images: number, microBatchSize: number | null): number[] {
  const count = microBatchSize === null ? 1 : Math.max(1, Math.ceil(images / microBatchSize));
  const least = Math.floor(images / count);
  const larger = images % count;
  return Array.from({ length: count }, (_, index) => (index < larger ? least + 1 : least));
}

/** Images that are computed at once in a step with a whole batch. */
export const imagesAtOnce = ({ batchSize, microBatchSize }: Divided): number =>
  partsOf(batchSize, microBatchSize)[0]!;

/** As `imagesAtOnce`, of a training set of which a recipe takes a part. */
export const imagesAtOnceOf = (
  recipe: Divided & Parameters<typeof largestBatchOf>[0],
  trainCount: number,
): number => imagesAtOnce({ ...recipe, batchSize: largestBatchOf(recipe, trainCount) });
