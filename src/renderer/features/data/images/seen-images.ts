/** What training will see of some images, computed as the engines compute it. Pure. */
import { GAP } from './grid-layout';
import { augments } from '../../../../shared/augmentation/draws';
import { augmentedImages } from '../../../../shared/augmentation/images';
import { mixedImages, mixes, mixingOf } from '../../../../shared/augmentation/mixing';
import { normalisationOf, type Normalisation } from '../../../../shared/augmentation/normalisation';
import type { DatasetSample } from '../../../../shared/dataset';
import type { Recipe } from '../../../../shared/recipe';

/** Whether a recipe changes what there is to be seen of images. */
export const changesImages = (recipe: Recipe): boolean => augments(recipe) || mixes(recipe);

/** Images in a sample. */
export const sampleCount = ({ labels }: Pick<DatasetSample, 'labels'>): number => labels.length;

/**
 * All images of a sample as training sees them in an epoch, bytes NHWC: what the network gets, with the normalisation undone. They
 * are augmented as those images of the training set are; mixed they are as a batch of their own, for which images share a batch is
 * known only in training.
 */
export function seenInEpoch(
  bytes: Uint8Array,
  sample: DatasetSample,
  recipe: Recipe,
  epoch: number,
): Uint8Array {
  const { imageShape: shape, statistics } = sample;
  const count = sampleCount(sample);
  const normalisation = normalisationOf(recipe.normalisation, statistics);
  const indices = Array.from({ length: count }, (_, index) => index);
  let images = augmentedImages(bytes, indices, recipe, epoch, normalisation, shape);
  if (mixes(recipe)) images = mixedImages(images, mixingOf(recipe, epoch, 0, count, shape), shape[2]);
  return bytesOf(images, normalisation, shape[2]);
}

function bytesOf(values: Float32Array, { scale, shift }: Normalisation, channels: number): Uint8Array {
  return Uint8Array.from(values, (value, i) => {
    const entry = scale.length === 1 ? 0 : i % channels;
    const byte = Math.round((value - (shift ? shift[entry]! : 0)) / scale[entry]!);
    return Math.min(255, Math.max(0, byte));
  });
}

export interface PixelGrid {
  width: number;
  height: number;
  /** RGBA; between the images it is transparent. */
  pixels: Uint8ClampedArray<ArrayBuffer>;
}

/** Rows of images side by side. @param rows bytes NHWC, each as many images. Images of one channel are grey. */
export function gridOf(
  rows: readonly Uint8Array[],
  count: number,
  [height, width, channels]: DatasetSample['imageShape'],
): PixelGrid {
  const total = { width: count * (width + GAP) - GAP, height: rows.length * (height + GAP) - GAP };
  const pixels = new Uint8ClampedArray(4 * total.width * total.height);
  for (const [row, bytes] of rows.entries()) {
    for (let n = 0; n < count; n++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const from = ((n * height + y) * width + x) * channels;
          const to = 4 * ((row * (height + GAP) + y) * total.width + n * (width + GAP) + x);
          for (let c = 0; c < 3; c++) pixels[to + c] = bytes[from + (channels === 1 ? 0 : c)]!;
          pixels[to + 3] = 255;
        }
      }
    }
  }
  return { ...total, pixels };
}
