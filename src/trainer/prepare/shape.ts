/**
 * An image comes to the shape of all images of a set: scaled equally in both directions about its middle, rounded to
 * bytes, made grey or RGB, and turned as its file asks, which is the same as if it had been turned before.
 *
 * Scaling is TensorFlow's ScaleAndTranslate with a triangle that widens as the image shrinks, which is what Pillow
 * calls BILINEAR. Its result, float32, is rounded half to even and clipped to 0 … 255. Grey is ITU-R 601-2 luma in
 * Pillow's whole numbers.
 */
import type { Preparation } from '../../shared/own-dataset';
import type { Handle } from '../engine/graph/eager';
import { tensorflow } from '../engine/tensorflow';
import { bool, bytesType, string, type Decoded } from './decode';

type Target = Pick<Preparation, 'height' | 'width' | 'channels' | 'fit'>;

/**
 * @param image stays its holder's
 * @returns height × width × channels bytes
 */
export function shapeImage(image: Decoded, { height, width, channels, fit }: Target): Uint8Array {
  // Turning after scaling is the same, and turns far fewer pixels.
  const [rows, columns] = image.orientation < 5 ? [height, width] : [width, height];
  const pixels =
    image.height === rows && image.width === columns ? bytesOf(image) : scaled(image, rows, columns, fit);
  const converted = withChannels(pixels, image.channels, channels);
  return turned(converted, rows, columns, channels, image.orientation);
}

/** The bytes of a tensor. TF op: Cast, since the binding hands out no bytes. */
function bytesOf({ handle }: Decoded): Uint8Array {
  const binding = tensorflow();
  const { TF_ATTR_TYPE, TF_UINT8, TF_INT32 } = binding;
  const types = [
    { name: 'SrcT', type: TF_ATTR_TYPE, value: TF_UINT8 },
    { name: 'DstT', type: TF_ATTR_TYPE, value: TF_INT32 },
    bool('Truncate', false),
  ];
  return Uint8Array.from(taken(binding.executeOp('Cast', types, [handle], 1)[0]!.id));
}

/** TF op: ScaleAndTranslate. */
function scaled(image: Decoded, rows: number, columns: number, fit: Target['fit']): Uint8ClampedArray {
  const binding = tensorflow();
  const { TF_INT32, TF_FLOAT } = binding;
  const factors = [rows / image.height, columns / image.width] as const;
  const scale = fit === 'crop' ? Math.max(...factors) : Math.min(...factors);
  const inputs = [image.handle];
  try {
    inputs.push(binding.createTensor([2], TF_INT32, Int32Array.of(rows, columns)));
    inputs.push(binding.createTensor([2], TF_FLOAT, Float32Array.of(scale, scale)));
    const offsets = Float32Array.of(offset(rows, scale * image.height), offset(columns, scale * image.width));
    inputs.push(binding.createTensor([2], TF_FLOAT, offsets));
    const attributes = [bytesType('T'), string('kernel_type', 'triangle'), bool('antialias', true)];
    // This array rounds half to even, and clips.
    return Uint8ClampedArray.from(
      taken(binding.executeOp('ScaleAndTranslate', attributes, inputs, 1)[0]!.id),
    );
  } finally {
    for (const input of inputs.slice(1)) binding.deleteTensor(input);
  }
}

/**
 * Where the image begins, so that its middle is in the middle. What is narrower than a pixel would lie between the
 * middles of two and not be seen: it comes to the next one.
 */
const offset = (side: number, length: number): number =>
  length <= 1 && side % 2 === 0 ? (side + 1 - length) / 2 : (side - length) / 2;

/** The values of a tensor, which is released. */
function taken(handle: Handle): Float32Array | Int32Array | Uint8Array {
  const binding = tensorflow();
  try {
    return binding.tensorDataSync(handle);
  } finally {
    binding.deleteTensor(handle);
  }
}

/** From 1, 3 or 4 channels, of which the fourth is dropped, to 1 or 3. */
function withChannels(from: ArrayLike<number>, channels: number, wanted: number): Uint8Array {
  const count = from.length / channels;
  const to = new Uint8Array(count * wanted);
  if (channels === wanted) {
    to.set(from);
  } else if (wanted === 1) {
    for (let pixel = 0, at = 0; pixel < count; pixel++, at += channels) {
      to[pixel] = (from[at]! * 19595 + from[at + 1]! * 38470 + from[at + 2]! * 7471 + 0x8000) >> 16;
    }
  } else {
    for (let pixel = 0, at = 0; pixel < count; pixel++, at += channels) {
      for (let channel = 0; channel < 3; channel++) {
        to[3 * pixel + channel] = from[channels === 1 ? at : at + channel]!;
      }
    }
  }
  return to;
}

/**
 * Turns and mirrors as Exif's orientation says; rows and columns are those before. What is at (y, x) of the result: 2
 * mirrors left and right, 3 turns by 180°, 4 mirrors up and down; 5 to 8 take the transposed image for that: 5 as it
 * is, 6 turned clockwise by 90°, 7 mirrored at the other diagonal, 8 turned the other way.
 */
function turned(
  pixels: Uint8Array,
  rows: number,
  columns: number,
  channels: number,
  orientation: number,
): Uint8Array {
  if (orientation === 1) return pixels;
  const swaps = orientation >= 5;
  const [height, width] = swaps ? [columns, rows] : [rows, columns];
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBelow = [3, 4, 6, 7].includes(orientation);
  const to = new Uint8Array(pixels.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [row, column] = swaps ? [x, y] : [y, x];
      const pixel =
        (fromBelow ? rows - 1 - row : row) * columns + (fromRight ? columns - 1 - column : column);
      for (let channel = 0; channel < channels; channel++) to[at++] = pixels[pixel * channels + channel]!;
    }
  }
  return to;
}
