/** Batches as they can occur: none is larger than the training set. Pure. */
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
