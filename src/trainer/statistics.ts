/** The statistics of batch normalisation, computed over training images for the weights as they are. */
import { imagesAtOnce } from '../shared/batches';
import type { Recipe } from '../shared/recipe';
import { Random } from '../shared/random';
import { expected } from '../shared/result';
import { STREAM } from '../shared/streams';
import type { Engine } from './engine/engine';

/**
 * The images of each batch, by their indices in the training set: the same in every epoch, drawn by the recipe's seed. Whole
 * batches alone, as large as are computed at once, so that each image has the same weight; at least one, which holds the whole set where
 * that is smaller.
 * @param count images in the training set.
 */
export function statisticsBatches(
  {
    statisticsImages,
    seed,
    ...batch
  }: Pick<Recipe, 'statisticsImages' | 'batchSize' | 'microBatchSize' | 'seed'>,
  count: number,
): Int32Array[] {
  if (statisticsImages === 0) return [];
  const size = Math.min(imagesAtOnce(batch), count);
  const batches = Math.min(Math.ceil(statisticsImages / size), Math.floor(count / size));
  const order = new Random(seed, STREAM.statistics).shuffle(
    Int32Array.from({ length: count }, (_, index) => index),
  );
  return Array.from({ length: batches }, (_, index) => order.subarray(index * size, (index + 1) * size));
}

/**
 * Recomputes them where the recipe asks for it. What they become depends on weights, recipe and epoch alone, not on what they were.
 * @param epoch whose augmentation the images have, from 1.
 * @param between awaited before each batch with the share that is done; what it gives ends the work, if it is not null. The statistics
 * are then those of the batches before it.
 */
export async function recomputeStatistics<Ended>(
  engine: Engine,
  recipe: Recipe,
  count: number,
  epoch: number,
  between: (fraction: number) => Promise<Ended | null>,
): Promise<Ended | null> {
  const batches = statisticsBatches(recipe, count);
  for (const [index, batch] of batches.entries()) {
    const ended = await between(index / batches.length);
    if (ended !== null) return ended;
    engine.averageStatisticsAt!(batch, epoch, index + 1);
  }
  return null;
}

/** @throws ExpectedError where the recipe recomputes statistics and the engine cannot. */
export function checkStatistics(
  engine: Engine,
  { statisticsImages }: Pick<Recipe, 'statisticsImages'>,
): void {
  if (statisticsImages === 0 || (engine.averageStatisticsAt && engine.useDataset)) return;
  throw expected(
    'unsupported',
    'The engine that RESBENCH_ENGINE names cannot recompute the statistics of batch normalisation: unset it, or leave ' +
      '--statistics-images out.',
  );
}
