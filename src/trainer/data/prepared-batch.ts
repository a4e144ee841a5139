/** Augmented batches for an engine that is given its images: what an engine that holds the data set computes itself. */
import { augments } from '../../shared/augmentation/draws';
import { augmentedImages } from '../../shared/augmentation/images';
import { mixedImages, mixes, mixingOf, type Mixing } from '../../shared/augmentation/mixing';
import { normalisationOf, type ChannelStatistics } from '../../shared/augmentation/normalisation';
import type { Recipe } from '../../shared/recipe';
import type { Split } from '../../node/datasets/split';

/** @param epoch counted from 1. */
type PrepareBatch = (indices: Int32Array, epoch: number) => { images: Float32Array; mixing?: Mixing };

/** Null where the recipe leaves the images of the training set as they are. */
export function batchPreparation(
  recipe: Recipe,
  { images }: Pick<Split, 'images'>,
  statistics: ChannelStatistics | null,
  shape: readonly [height: number, width: number, channels: number],
): PrepareBatch | null {
  const isMixed = mixes(recipe);
  if (!augments(recipe) && !isMixed) return null;
  const normalisation = normalisationOf(recipe.normalisation, statistics);
  return (indices, epoch) => {
    const augmented = augmentedImages(images, indices, recipe, epoch, normalisation, shape);
    if (!isMixed) return { images: augmented };
    const mixing = mixingOf(recipe, epoch, indices[0]!, indices.length, shape);
    return { images: mixedImages(augmented, mixing, shape[2]), mixing };
  };
}
