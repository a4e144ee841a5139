/**
 * Augmented images in plain TypeScript: what the training graph computes (src/trainer/engine/graph/augment), bit for bit, for
 * engines that have no graph and for the preview. Pure.
 */
import type { Augmentation } from './draws';
import { augments, drawFor } from './draws';
import { valuesOfBytes, type Normalisation } from './normalisation';
import { BLACK, placementOf } from './placement';

export type ImageShape = readonly [height: number, width: number, channels: number];

/** An image's bytes, flipped and cropped. */
export function cropped(
  image: Uint8Array,
  draw: Parameters<typeof placementOf>[0],
  padding: Augmentation['padding'],
  shape: ImageShape,
): Uint8Array {
  const [height, width, channels] = shape;
  const { rows, columns } = placementOf(draw, padding, shape);
  const bytes = new Uint8Array(image.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (rows[y] === BLACK || columns[x] === BLACK) continue;
      const from = (rows[y]! * width + columns[x]!) * channels;
      const to = (y * width + x) * channels;
      for (let channel = 0; channel < channels; channel++) bytes[to + channel] = image[from + channel]!;
    }
  }
  return bytes;
}

/** Calls `at` with the index of each value in the square that is cut out. */
export function eachCutOut(
  { top, left }: { top: number; left: number },
  side: number,
  [height, width, channels]: ImageShape,
  at: (index: number, channel: number) => void,
): void {
  for (let y = Math.max(0, top); y < Math.min(height, top + side); y++) {
    for (let x = Math.max(0, left); x < Math.min(width, left + side); x++) {
      for (let channel = 0; channel < channels; channel++) at((y * width + x) * channels + channel, channel);
    }
  }
}

/**
 * Images of the training set as the network gets them in an epoch, float32 NHWC.
 * @param images all bytes of the training set, NHWC.
 * @param indices which of them, in this order.
 */
export function augmentedImages(
  images: Uint8Array,
  indices: ArrayLike<number>,
  augmentation: Augmentation,
  epoch: number,
  normalisation: Normalisation,
  shape: ImageShape,
): Float32Array {
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const table = valuesOfBytes(normalisation, channels);
  const result = new Float32Array(indices.length * size);
  const changed = augments(augmentation);
  for (let n = 0; n < indices.length; n++) {
    const index = indices[n]!;
    const image = images.subarray(index * size, (index + 1) * size);
    const draw = drawFor(augmentation, epoch, index, shape);
    const bytes = changed ? cropped(image, draw, augmentation.padding, shape) : image;
    const values = result.subarray(n * size, (n + 1) * size);
    for (let i = 0; i < size; i++) values[i] = table[(i % channels) * 256 + bytes[i]!]!;
    // As the graph's product: a negative value becomes -0.
    eachCutOut(draw, augmentation.cutout, shape, (i) => (values[i]! *= 0));
  }
  return result;
}
