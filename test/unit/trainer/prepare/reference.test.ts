/** Decoded and prepared pixels against Pillow and NumPy (test/reference/image_folder.py). */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import type { Fit } from '../../../../src/shared/own-dataset';
import { tensorflow } from '../../../../src/trainer/engine/tensorflow';
import { decode, release } from '../../../../src/trainer/prepare/decode';
import { shapeImage } from '../../../../src/trainer/prepare/shape';

interface Image {
  file: string;
  height: number;
  width: number;
  channels: 1 | 3;
}

interface Reference {
  decoded: (Image & { pixels: string })[];
  prepared: (Image & {
    fit: Fit;
    numpy: string;
    pillow?: { top: number; left: number; height: number; width: number; minusNumpy: string };
  })[];
}

const folder = new URL('../../../reference/', import.meta.url);
const reference = JSON.parse(readFileSync(new URL('image-folder.json', folder), 'utf8')) as Reference;

const unpacked = (text: string): Uint8Array => inflateSync(Buffer.from(text, 'base64'));

function prepared({ file, height, width, channels }: Image, fit: Fit): Uint8Array {
  const image = decode(readFileSync(fileURLToPath(new URL(`images/${file}`, folder))));
  if (typeof image === 'string') throw new Error(`${file} ${image}`);
  try {
    return shapeImage(image, { height, width, channels, fit });
  } finally {
    release(image);
  }
}

function difference(a: Uint8Array, b: Uint8Array): { most: number; mean: number } {
  expect(a.length).toBe(b.length);
  const all = Array.from(a, (value, index) => Math.abs(value - b[index]!));
  return { most: Math.max(...all), mean: all.reduce((sum, one) => sum + one, 0) / all.length };
}

const before = (tensorflow(), tensorflow().getNumOfTensors());
// Only the one that is used for every image stays.
afterAll(() => expect(tensorflow().getNumOfTensors() - before).toBeLessThanOrEqual(1));

/** Lossy ones may differ by how a library rounds; with what is committed they do not. */
const LOSSY = /\.jpg$|^lossy/;

test.each(reference.decoded)('$file is decoded as Pillow does', ({ pixels, ...image }) => {
  const { most } = difference(prepared(image, 'crop'), unpacked(pixels));
  expect(most).toBeLessThanOrEqual(LOSSY.test(image.file) ? 1 : 0);
});

/*
 * Measured over all: against float64 at most 1, 0.0115 on average in the worst image, where a value comes out as a
 * half; against Pillow, which rounds the rows to bytes before it resizes the columns, at most 1, on average 0.13, and
 * 0.29 in the worst image.
 */
const [MEAN_TO_NUMPY, MEAN_TO_PILLOW] = [0.02, 0.3];

test.each(reference.prepared)(
  '$file to $height × $width × $channels, $fit',
  ({ numpy, pillow, fit, ...image }) => {
    const pixels = prepared(image, fit);
    const exact = unpacked(numpy);
    const { most, mean } = difference(pixels, exact);
    expect(most).toBeLessThanOrEqual(1);
    expect(mean).toBeLessThan(MEAN_TO_NUMPY);
    if (!pillow) return;
    const part: number[] = [];
    const same: number[] = [];
    const minus = unpacked(pillow.minusNumpy);
    for (let y = 0; y < pillow.height; y++) {
      for (let x = 0; x < pillow.width; x++) {
        for (let channel = 0; channel < image.channels; channel++) {
          const at = ((pillow.top + y) * image.width + pillow.left + x) * image.channels + channel;
          same.push((exact[at]! + minus[part.length]!) % 256);
          part.push(pixels[at]!);
        }
      }
    }
    const against = difference(Uint8Array.from(part), Uint8Array.from(same));
    expect(against.most).toBeLessThanOrEqual(1);
    expect(against.mean).toBeLessThan(MEAN_TO_PILLOW);
  },
);
