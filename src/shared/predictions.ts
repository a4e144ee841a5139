/** What a network answered in a validation, image by image in the order of the data set. Pure. */

/** A class an image, from 0; the largest number that fits is `noClass`. As few bytes as the number of classes needs. */
export type Classes = Uint8Array | Uint16Array | Uint32Array;

/** For an image whose logits are not numbers: no class. */
export const noClass = ({ BYTES_PER_ELEMENT }: Classes): number => 2 ** (8 * BYTES_PER_ELEMENT) - 1;

/** Room for the answers of a network with so many classes. */
export function roomForClasses(images: number, classes: number): Classes {
  if (classes < 2 ** 8) return new Uint8Array(images);
  return classes < 2 ** 16 ? new Uint16Array(images) : new Uint32Array(images);
}

/** Null where the bytes (little-endian) are no classes of so many images. */
export function classesFrom(bytes: Uint8Array, images: number): Classes | null {
  // A copy: a view of more than a byte must begin at a multiple of its width.
  const { buffer } = Uint8Array.from(bytes);
  switch (bytes.length) {
    case images:
      return new Uint8Array(buffer);
    case 2 * images:
      return new Uint16Array(buffer);
    case 4 * images:
      return new Uint32Array(buffer);
    default:
      return null;
  }
}

/** A bit an image, the lowest of a byte first: whether the class is the image's own. Bits beyond the last image are 0. */
export function correctBits(classes: Classes, labels: ArrayLike<number>): Uint8Array {
  const bits = new Uint8Array(bytesOfBits(classes.length));
  for (let image = 0; image < classes.length; image++) {
    if (classes[image] === labels[image]) bits[image >> 3]! |= 1 << (image & 7);
  }
  return bits;
}

/** The bit of an image. */
export const isCorrect = (bits: Uint8Array, image: number): boolean =>
  ((bits[image >> 3]! >> (image & 7)) & 1) === 1;

/** Bytes of a bit an image. */
export const bytesOfBits = (images: number): number => Math.ceil(images / 8);

/** How many bits are set. */
export function countBits(bits: Uint8Array): number {
  let count = 0;
  for (let byte of bits) for (; byte > 0; byte &= byte - 1) count++;
  return count;
}

/** The answers of one validation of a run. */
export interface Predictions {
  /** The epoch that it followed. */
  epoch: number;
  /** SHA-256 of the data set, of which a validation takes the first images. */
  datasetSha256: string;
  classes: Classes;
  /** See `correctBits`. With it the answers of two runs are compared without the labels. */
  correct: Uint8Array;
}

/** As a trainer sends them: a child process's channel speaks JSON, so bytes are in base64. */
export interface SentPredictions {
  images: number;
  classes: string;
  correct: string;
}
