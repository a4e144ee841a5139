/** A data set as training uses it: whole splits in memory, uint8. */
import { channelStatistics, type ChannelStatistics } from '../../shared/augmentation/normalisation';
import { sourceOf } from '../../node/datasets/registry';
import type { DatasetId, DatasetInfo } from '../../shared/dataset';
import type { Recipe } from '../../shared/recipe';
import { heldOutCount } from '../../shared/validation';
import { holdOut, type HoldOut } from './hold-out';
import type { Split } from '../../node/datasets/split';

export interface Dataset {
  info: DatasetInfo;
  train: Split;
  /** What is validated on: images of the test set, or of the training set those that are held out. */
  eval: Split;
  /** Of the whole content (see src/node/datasets/source.ts), whatever the limits. */
  sha256: string;
  /** Of the training images; absent where nothing is normalised by them. */
  statistics?: ChannelStatistics;
}

/**
 * Lets go of the images, once the engine holds its own; counts and labels stay. Labels may lie in the memory of the images, so they
 * are copied.
 */
export function releaseImages({ train, eval: evaluation }: Pick<Dataset, 'train' | 'eval'>): void {
  for (const split of [train, evaluation]) {
    split.images = new Uint8Array(0);
    split.labels = split.labels.slice();
  }
}

/** Which images are used. */
export interface UsedParts {
  /** The first N images of each part only; null for all. More than there are means all. */
  train: number | null;
  eval: number | null;
  /** Validate on images that are held out of the training set; absent or null: on the test set. */
  holdOut?: HoldOut | null;
}

/** What a recipe asks for. */
export const partsOf = (
  recipe: Pick<Recipe, 'validationSplit' | 'splitSeed' | 'limitTrain' | 'limitEval'>,
  { trainCount }: Pick<DatasetInfo, 'trainCount'>,
): UsedParts => {
  const count = heldOutCount(recipe, trainCount);
  return {
    train: recipe.limitTrain,
    eval: recipe.limitEval,
    holdOut: count === 0 ? null : { count, seed: recipe.splitSeed },
  };
};

/** The same data set, with mean and deviation of its training images where a recipe normalises by them. */
export function withStatistics(dataset: Dataset, { normalisation }: Pick<Recipe, 'normalisation'>): Dataset {
  if (normalisation === 'channel') {
    dataset.statistics = channelStatistics(dataset.train.images, dataset.info.imageShape[2]);
  }
  return dataset;
}

/**
 * Reads (or draws) a data set, checked before use.
 * @param folder with the set's files; null for a set that is drawn by the program.
 * @param cacheFolder where a set that is drawn may be kept for the next time; null: drawn each time.
 * @throws ExpectedError `data-missing` or `data-corrupt`, naming the file and the cure.
 */
export async function loadDataset(
  id: DatasetId,
  folder: string | null,
  used: UsedParts,
  cacheFolder: string | null = null,
): Promise<Dataset> {
  if (used.holdOut) {
    // The classes of all training images say which are held out.
    const { train: whole, ...rest } = await loadDataset(id, folder, { train: null, eval: 0 }, cacheFolder);
    const { train, heldOut } = holdOut(whole, used.holdOut, used.train, used.eval);
    return { ...rest, train, eval: heldOut };
  }
  const source = sourceOf(id);
  const info = source.info(folder);
  const train = Math.min(used.train ?? info.trainCount, info.trainCount);
  const evaluation = Math.min(used.eval ?? info.evalCount, info.evalCount);
  return {
    info,
    ...(await source.load(folder, { train, eval: evaluation }, cacheFolder)),
    sha256: source.sha256(folder),
  };
}
