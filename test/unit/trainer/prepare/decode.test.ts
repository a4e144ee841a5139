/** Files that are broken, hostile or of a form of their own. Whole ones are compared with Pillow in `reference.test.ts`. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { tensorflow, type Binding } from '../../../../src/trainer/engine/tensorflow';
import { decode, release } from '../../../../src/trainer/prepare/decode';
import { shapeImage } from '../../../../src/trainer/prepare/shape';
import { plainImage, referenceImage } from './fixtures';

// Properties of the binding cannot be replaced.
vi.mock('../../../../src/trainer/engine/tensorflow', async (original) => {
  const actual = await original<typeof import('../../../../src/trainer/engine/tensorflow')>();
  const binding = actual.tensorflow();
  const executeOp = vi.fn((...call: Parameters<Binding['executeOp']>) => binding.executeOp(...call));
  const watched = Object.create(binding, { executeOp: { value: executeOp } }) as Binding;
  return { ...actual, tensorflow: () => watched };
});
const execute = vi.mocked(tensorflow().executeOp);
beforeEach(() => void execute.mockClear());

function pixelsOf(file: Buffer): number[] | string {
  const image = decode(file);
  if (typeof image === 'string') return image;
  try {
    const [height, width] = image.orientation < 5 ? [image.height, image.width] : [image.width, image.height];
    return [...shapeImage(image, { height, width, channels: 3, fit: 'crop' })];
  } finally {
    release(image);
  }
}

const KINDS = [
  ['PNG', 'rgb.png'],
  ['PNG', 'palette.png'],
  ['JPEG', '420.jpg'],
  ['JPEG', 'progressive.jpg'],
  ['GIF', 'interlaced.gif'],
  ['BMP', 'rgb.bmp'],
  ['BMP', 'palette.bmp'],
  ['WebP', 'lossless.webp'],
  ['WebP', 'lossy.webp'],
] as const;

describe.each(KINDS)('of a %s, %s,', (kind, name) => {
  const file = referenceImage(name);

  test.each([0.3, 0.6, 0.9])('%s is left out', (share) => {
    expect(decode(file.subarray(0, file.length * share))).toBe(
      `is a damaged ${kind} image, or its end is missing`,
    );
  });

  test('any beginning ends in a reason or in pixels', () => {
    for (let length = 0; length < 80; length++)
      expect(typeof pixelsOf(file.subarray(0, length))).toBe('string');
  });
});

test('whatever bytes are changed, nothing is thrown and nothing kept', () => {
  let seed = 1;
  const random = (below: number): number => (seed = (seed * 48271) % 0x7fffffff) % below;
  pixelsOf(plainImage(1));
  const before = tensorflow().getNumOfTensors();
  for (const [, name] of KINDS) {
    for (let round = 0; round < 60; round++) {
      const file = Buffer.from(referenceImage(name));
      // Most in the header, where they do most.
      for (let change = 0; change <= round % 4; change++) {
        file[random(round % 2 ? 64 : file.length)] = random(256);
      }
      pixelsOf(file);
    }
  }
  expect(tensorflow().getNumOfTensors()).toBe(before);
});

describe('is left out before it is decoded', () => {
  const png = (height: number, width: number): Buffer => {
    const file = Buffer.from(referenceImage('rgb.png'));
    file.writeUInt32BE(width, 16);
    file.writeUInt32BE(height, 20);
    return file;
  };

  test.each([
    ['no bytes', Buffer.alloc(0), 'is empty'],
    ['text', Buffer.from('hello, this is text'), 'is no PNG, JPEG, GIF, BMP or WebP image'],
    ['text that begins like a BMP', Buffer.from('BMW and others, a list of cars'), 'is no PNG, JPEG'],
    ['no height', png(0, 5), 'is a damaged PNG image'],
    ['many pixels', png(50_000, 40_000), 'has 40,000 × 50,000 pixels, more than the 100 megapixels'],
    ['a long side', png(1, 70_000), 'has 70,000 × 1 pixels, more than the 100 megapixels (65,535 a side)'],
    ['a file without an end', Buffer.alloc(200e6 + 1), 'has 200,000,001 bytes, more than the 200 MB'],
  ])('%s', (_, file, why) => {
    expect(decode(file)).toContain(why);
    expect(execute).not.toHaveBeenCalled();
  });

  test('a frame of a GIF that is huge', () => {
    const file = Buffer.from(referenceImage('grey.gif'));
    const frame = file.indexOf(',', 13 + 3 * 8);
    file.writeUInt16LE(65_535, frame + 5);
    file.writeUInt16LE(65_535, frame + 7);
    expect(decode(file)).toContain('has 65,535 × 65,535 pixels');
  });

  test('an animated WebP', () => {
    const file = Buffer.concat([
      Buffer.from('RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x02', 'latin1'),
      Buffer.alloc(9),
    ]);
    expect(decode(file)).toBe('is an animated WebP image, and only still ones are read');
  });

  test('a BMP that is compressed, and one of OS/2', () => {
    const compressed = Buffer.from(plainImage(1));
    compressed.writeUInt32LE(1, 30);
    const old = Buffer.from(plainImage(1));
    old.writeUInt32LE(12, 14);
    for (const file of [compressed, old]) expect(decode(file)).toContain('is a BMP image that is compressed');
  });
});

test('what TensorFlow lacks is said, and a lack of memory is no fault of the file', () => {
  const webp = referenceImage('lossless.webp');
  const before = tensorflow().getNumOfTensors();
  execute.mockImplementationOnce(() => {
    throw new Error(
      "Message: 'DecodeWebP' is neither a type of a primitive operation nor a name of a function",
    );
  });
  expect(decode(webp)).toBe('is a WebP image, which this TensorFlow does not read');
  execute.mockImplementationOnce(() => {
    throw new Error('ResourceExhausted: OOM when allocating tensor');
  });
  expect(() => decode(webp)).toThrow('OOM');
  expect(tensorflow().getNumOfTensors()).toBe(before);
});

test('rows of a BMP from the top down, and four bits a pixel', () => {
  const upwards = plainImage(0, 2, 3);
  upwards.fill(10, 54, 63).fill(20, 66, 75);
  const downwards = Buffer.from(upwards);
  downwards.writeInt32LE(-2, 22);
  const rows = (first: number, second: number) => [...Array(9).fill(first), ...Array(9).fill(second)];
  expect(pixelsOf(upwards)).toEqual(rows(20, 10));
  expect(pixelsOf(downwards)).toEqual(rows(10, 20));

  const header = plainImage(0, 1, 3).subarray(0, 54);
  header.writeUInt16LE(4, 28);
  header.writeUInt32LE(3, 46);
  header.writeUInt32LE(54 + 12, 10);
  const palette = Buffer.from([1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0]);
  const file = Buffer.concat([header, palette, Buffer.of(0x20, 0x10, 0, 0)]);
  expect(pixelsOf(file)).toEqual([9, 8, 7, 3, 2, 1, 6, 5, 4]);
});

describe('to a shape', () => {
  const shaped = (file: Buffer, height: number, width: number, fit: 'crop' | 'pad'): number[] => {
    const image = decode(file);
    if (typeof image === 'string') throw new Error(image);
    try {
      return [...shapeImage(image, { height, width, channels: 1, fit })];
    } finally {
      release(image);
    }
  };

  test('what has it is taken as it is', () => {
    const file = referenceImage('grey.png');
    shaped(file, 29, 45, 'pad');
    expect(execute.mock.calls.map(([op]) => op)).not.toContain('ScaleAndTranslate');
  });

  test('of one pixel everything, and of a line still something', () => {
    expect(new Set(shaped(plainImage(77, 1, 1), 8, 12, 'crop'))).toEqual(new Set([77]));
    for (const [height, width] of [
      [1, 500],
      [500, 1],
    ] as const) {
      expect(new Set(shaped(plainImage(77, height, width), 8, 8, 'pad'))).toEqual(new Set([0, 77]));
      expect(new Set(shaped(plainImage(77, height, width), 8, 8, 'crop'))).toEqual(new Set([77]));
    }
  });

  test('bars are black, and as wide on both sides', () => {
    expect(shaped(plainImage(200, 2, 4), 4, 4, 'pad')).toEqual(
      [0, 200, 200, 0].flatMap((shade) => Array(4).fill(shade)),
    );
  });
});
