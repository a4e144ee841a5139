/** What a choice of batch size leads to that nobody wants, said before the start. Pure. */
import { thousands } from './format';
import type { Network } from '../architecture/network';
import { lastBatch, partsOf } from './batches';
import type { DatasetInfo } from './dataset';
import type { Recipe } from './recipe';
import { isDropped } from './schedule';
import { trainedCount } from './validation';

/** Batch sizes tried for one that ends no epoch with a single image. */
const TRIED = 64;

/**
 * Sentences on the batches of a recipe, each with what to do; none where all is well.
 * @param network null where there is none to look at.
 */
export function batchWarnings(
  network: Pick<Network, 'layers'> | null,
  recipe: Pick<Recipe, 'batchSize' | 'microBatchSize' | 'dropLast' | 'validationSplit' | 'limitTrain'>,
  { trainCount }: Pick<DatasetInfo, 'trainCount'>,
): string[] {
  const { batchSize, microBatchSize, dropLast } = recipe;
  const count = trainedCount(recipe, trainCount);
  const warnings: string[] = [];
  if (batchSize > count) {
    warnings.push(
      `There are ${thousands(count)} images to train on, so no batch is larger: an epoch is one step, whatever the ` +
        `batch size of ${thousands(batchSize)} says.`,
    );
  }
  if (microBatchSize !== null && microBatchSize >= Math.min(batchSize, count)) {
    warnings.push(
      `No batch has more images than the micro-batch size of ${thousands(microBatchSize)}, so each is computed at once: ` +
        'choose a smaller one to take less memory, or leave it out.',
    );
  }
  const spoiled = network?.layers.find(normalisesOneValue)?.name ?? null;
  const lone = isLone({ batchSize, dropLast }, count) ? spoiled : null;
  if (lone === null && spoiled !== null && hasLonePart(recipe, count)) {
    warnings.push(
      `With a micro-batch size of ${thousands(microBatchSize!)} a part of a batch has one image, and from ${spoiled} on maps ` +
        'are 1x1: over one value the variance is zero, which goes into the moving statistics and spoils the validation. ' +
        'Choose a larger micro-batch size.',
    );
  }
  if (lone !== null) {
    warnings.push(
      `${batchSize === 1 || count === 1 ? 'Each batch' : 'The last batch of each epoch'} has one image, and from ` +
        `${lone} on maps are 1x1: over one value the variance is zero, which goes into the moving statistics and ` +
        `spoils the validation. ${remedy(count, batchSize)}`,
    );
  }
  return warnings;
}

/** Whether an epoch has a batch of one image. */
const isLone = (recipe: Pick<Recipe, 'batchSize' | 'dropLast'>, count: number): boolean =>
  recipe.batchSize === 1 || (lastBatch(count, recipe.batchSize) === 1 && !isDropped(recipe, count));

/** Whether a part of a batch with several images has one. */
function hasLonePart(
  recipe: Pick<Recipe, 'batchSize' | 'microBatchSize' | 'dropLast'>,
  count: number,
): boolean {
  const sizes = [
    Math.min(recipe.batchSize, count),
    ...(isDropped(recipe, count) ? [] : [lastBatch(count, recipe.batchSize)]),
  ];
  return sizes.some((images) => images > 1 && partsOf(images, recipe.microBatchSize).at(-1) === 1);
}

/** A batch normalisation that has one value a channel where the batch has one image. */
const normalisesOneValue = ({ kind, outputShape }: Network['layers'][number]): boolean =>
  kind === 'bn' && outputShape[0] === 1 && outputShape[1] === 1;

function remedy(count: number, batchSize: number): string {
  if (count === 1) return 'Train on more images.';
  // A larger batch first: it takes no more steps.
  for (let away = 1; away <= TRIED; away++) {
    for (const other of [batchSize + away, batchSize - away]) {
      if (other >= 2 && other <= count && lastBatch(count, other) > 1) {
        const limit = batchSize > 1 ? `, or ${thousands(count - 1)} training images` : '';
        return `Choose another batch size, such as ${thousands(other)}${limit}.`;
      }
    }
  }
  return `Choose another batch size, or ${thousands(count - 1)} training images.`;
}
