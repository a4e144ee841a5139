/**
 * Images from the bytes of their files, by TensorFlow's own ops in its eager mode. What comes out is as Pillow gives
 * it after `convert('RGB')`: alpha is dropped and not blended, palettes are resolved, of 16 bits the upper eight are
 * kept, colour profiles are not applied.
 */
import type { TFEOpAttr } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding';
import { thousands } from '../../shared/format';
import { tensorflow } from '../engine/tensorflow';
import type { Handle } from '../engine/graph/eager';
import {
  bmpHeader,
  damaged,
  factsOf,
  kindOf,
  OTHER_BMP,
  type BmpHeader,
  type Facts,
  type Kind,
} from './headers';

/** Larger images and files are left out: one of a few bytes may claim to be larger than any memory. */
export const MAX_PIXELS = 100e6;
export const MAX_FILE_BYTES = 200e6;
/** Of a side. Resizing takes memory for as many columns as the image has. */
const MAX_IMAGE_SIDE = 65_535;

/** An image in TensorFlow, [1, height, width, channels], bytes from 0 to 255. Its holder releases it. */
export interface Decoded {
  handle: Handle;
  height: number;
  width: number;
  /** 1 for a grey image, 3 for RGB; 4 where an alpha that counts for nothing comes after it. */
  channels: number;
  /** How it is to be turned, 1 to 8 as in Exif. */
  orientation: number;
}

/**
 * Decodes a file; of an animated GIF the first frame, without what its canvas has beyond it.
 * @returns why it is left out, as `LeftOut.why`, where it is not such an image
 * @throws what is no fault of the file, as where memory ran out
 */
export function decode(file: Buffer): Decoded | string {
  if (file.length === 0) return 'is empty';
  if (file.length > MAX_FILE_BYTES) return tooLong(file.length);
  const kind = kindOf(file);
  if (kind === null) return NO_IMAGE;
  const facts = factsOf(kind, file);
  if (typeof facts === 'string') return facts;
  const { height, width } = facts;
  if (!(height > 0 && width > 0)) return damaged(kind);
  if (height * width > MAX_PIXELS || Math.max(height, width) > MAX_IMAGE_SIDE) {
    const size = `${thousands(width)} × ${thousands(height)} pixels`;
    return `has ${size}, more than the 100 megapixels (${thousands(MAX_IMAGE_SIDE)} a side) up to which images are read`;
  }
  let decoded: { id: Handle; shape: number[] } | string;
  try {
    decoded = kind === 'BMP' ? decodeBmp(facts) : run(...OPS[kind](facts), facts.bytes);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    if (MEMORY.test(said)) throw error;
    return MISSING_OP.test(said) ? `is a ${kind} image, which this TensorFlow does not read` : damaged(kind);
  }
  if (typeof decoded === 'string') return decoded;
  const { id, shape } = decoded;
  // The decoder has the last word on the size.
  const [channels, columns, rows] = [...shape].reverse() as [number, number, number];
  const handle = shape.length === 4 ? id : withBatch(id);
  return { handle, height: rows, width: columns, channels, orientation: facts.orientation };
}

export const NO_IMAGE = 'is no PNG, JPEG, GIF, BMP or WebP image';
export const tooLong = (bytes: number): string =>
  `has ${thousands(bytes)} bytes, more than the 200 MB up to which files are read`;

export const release = ({ handle }: Decoded): void => tensorflow().deleteTensor(handle);

/** How TensorFlow says that an op is not in it, and that memory ran out. */
const MISSING_OP = /not registered|neither a type of a primitive operation/i;
const MEMORY =
  /OOM|out of memory|resource ?exhausted|failed to allocate|allocation failed|Invalid typed array length/i;

/** The op of each kind, and its attributes. */
const OPS: Record<Exclude<Kind, 'BMP'>, (facts: Facts) => [op: string, attributes: TFEOpAttr[]]> = {
  PNG: ({ grey }) => ['DecodePng', [int('channels', grey ? 1 : 3), bytesType('dtype')]],
  // Libjpeg's slow and exact transform, as Pillow has it; the default of TensorFlow is a fast one.
  JPEG: ({ grey }) => [
    'DecodeJpeg',
    [int('channels', grey ? 1 : 3), bool('fancy_upscaling', true), string('dct_method', 'INTEGER_ACCURATE')],
  ],
  GIF: () => ['DecodeGif', []],
  // With 3 it refuses images that have an alpha.
  WebP: () => ['DecodeWebP', [int('channels', 0), bytesType('dtype')]],
};

/** One op on the content of a file. */
function run(op: string, attributes: TFEOpAttr[], bytes: Uint8Array): { id: Handle; shape: number[] } {
  const binding = tensorflow();
  // A string is taken as a list of bytes, which the declared types do not know.
  const content = binding.createTensor([], binding.TF_STRING, [bytes] as unknown as Uint8Array);
  try {
    return binding.executeOp(op, attributes, [content], 1)[0]!;
  } finally {
    binding.deleteTensor(content);
  }
}

/** TensorFlow knows neither palettes nor compression of a BMP: what it would misread does not come to it. */
function decodeBmp({ bytes }: Facts): { id: Handle; shape: number[] } | string {
  const header = bmpHeader(bytes);
  const { bitsPerPixel, compression } = header;
  if (compression === 0 && [1, 4, 8].includes(bitsPerPixel)) return resolvePalette(bytes, header);
  const isPlain = compression === 0 && (bitsPerPixel === 24 || bitsPerPixel === 32);
  const isMasked =
    compression === 3 &&
    bitsPerPixel === 32 &&
    [0xff0000, 0xff00, 0xff].every((mask, index) => bytes.readUInt32LE(54 + 4 * index) === mask);
  if (isPlain || isMasked) return run('DecodeBmp', [int('channels', 0)], bytes);
  return OTHER_BMP;
}

/** Rows are padded to four bytes; the first pixel of a byte is in its upper bits. */
function resolvePalette(
  file: Buffer,
  { height, width, topDown, bitsPerPixel, palette, pixels }: BmpHeader,
): { id: Handle; shape: number[] } {
  const stride = 4 * Math.ceil((width * bitsPerPixel) / 32);
  if (pixels + stride * height > file.length) throw new RangeError('the rows end early');
  const colours = Buffer.alloc(4 * 256);
  file.copy(colours, 0, palette.at, palette.at + 4 * palette.colours);
  const rgb = new Uint8Array(3 * height * width);
  const [perByte, mask] = [8 / bitsPerPixel, 2 ** bitsPerPixel - 1];
  for (let y = 0, at = 0; y < height; y++) {
    const row = pixels + stride * (topDown ? y : height - 1 - y);
    for (let x = 0; x < width; x++, at += 3) {
      const byte = file[row + Math.floor(x / perByte)]!;
      const index = (byte >> (8 - bitsPerPixel * ((x % perByte) + 1))) & mask;
      rgb[at] = colours[4 * index + 2]!;
      rgb[at + 1] = colours[4 * index + 1]!;
      rgb[at + 2] = colours[4 * index]!;
    }
  }
  const binding = tensorflow();
  const shape = [height, width, 3];
  return { id: binding.createTensor(shape, binding.TF_UINT8, rgb), shape };
}

let axis: Handle | undefined;

/** Releases what it is given. TF op: ExpandDims. */
function withBatch(image: Handle): Handle {
  const binding = tensorflow();
  axis ??= binding.createTensor([], binding.TF_INT32, Int32Array.of(0));
  try {
    const types = [bytesType('T'), { name: 'Tdim', type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 }];
    return binding.executeOp('ExpandDims', types, [image, axis], 1)[0]!.id;
  } finally {
    binding.deleteTensor(image);
  }
}

const int = (name: string, value: number): TFEOpAttr => ({ name, type: tensorflow().TF_ATTR_INT, value });
export const bool = (name: string, value: boolean): TFEOpAttr => ({
  name,
  type: tensorflow().TF_ATTR_BOOL,
  value,
});
export const string = (name: string, value: string): TFEOpAttr => ({
  name,
  type: tensorflow().TF_ATTR_STRING,
  value,
});
export const bytesType = (name: string): TFEOpAttr => ({
  name,
  type: tensorflow().TF_ATTR_TYPE,
  value: tensorflow().TF_UINT8,
});
