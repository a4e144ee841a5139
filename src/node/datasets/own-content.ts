/**
 * The file in which the images of a person's own set lie prepared, all of one shape: a header, the training images, the test images,
 * then the classes of both, one byte each. Images are NHWC, 0 to 255.
 *
 * Header, 32 bytes, little-endian: `RESBSET1`, then height, width, channels, classes, training images, test images, 32 bits each.
 */
export const CONTENT_FILE = 'content.bin';
export const MANIFEST_FILE = 'dataset.json';

const MAGIC = 'RESBSET1';
export const HEADER_BYTES = 32;

export interface ContentShape {
  imageShape: readonly [height: number, width: number, channels: number];
  classes: number;
  trainCount: number;
  evalCount: number;
}

export function headerOf({ imageShape, classes, trainCount, evalCount }: ContentShape): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, 0, 'latin1');
  [...imageShape, classes, trainCount, evalCount].forEach((value, index) =>
    header.writeUInt32LE(value, MAGIC.length + 4 * index),
  );
  return header;
}

/** Where each part lies in the file, bytes from its beginning. */
export function placesOf({ imageShape, trainCount, evalCount }: ContentShape): {
  image: number;
  images: { train: number; eval: number };
  labels: { train: number; eval: number };
  length: number;
} {
  const image = imageShape.reduce((product, side) => product * side, 1);
  const evalImages = HEADER_BYTES + trainCount * image;
  const trainLabels = evalImages + evalCount * image;
  const evalLabels = trainLabels + trainCount;
  return {
    image,
    images: { train: HEADER_BYTES, eval: evalImages },
    labels: { train: trainLabels, eval: evalLabels },
    length: evalLabels + evalCount,
  };
}
