/** Augmentations against torchvision, NumPy and PyTorch (test/reference/augmentation.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cropped, eachCutOut, type ImageShape } from '../../../../src/shared/augmentation/images';
import { cutStretch, mixedImages } from '../../../../src/shared/augmentation/mixing';
import {
  channelStatistics,
  normalisationOf,
  valuesOfBytes,
} from '../../../../src/shared/augmentation/normalisation';
import { scoreMixed } from '../../../../src/trainer/engine/score';
import { uniform } from '../../../../src/trainer/probe';

interface Figures {
  shape: ImageShape;
  crops: {
    padding: 'zero' | 'reflect';
    crop: number;
    down: number;
    right: number;
    flipped: boolean;
    bytes: number[];
  }[];
  normalised: {
    mean: number[];
    deviation: number[];
    values: number[];
    cut: { top: number; left: number; side: number; values: number[] };
  };
  rectangles: { drawn: number; row: number; column: number; box: number[]; share: number }[];
  mixture: {
    share: number;
    images: number[];
    labels: number[];
    logits: number[];
    crossEntropy: number;
    gradient: number[];
  };
}
const figures = JSON.parse(
  readFileSync(new URL('../../../reference/augmentation.json', import.meta.url), 'utf8'),
) as Figures;
const { shape } = figures;
const size = shape[0] * shape[1] * shape[2];

const image = (v: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => Math.floor(256 * uniform(i, v)));
const images = (...vs: number[]): Uint8Array => Uint8Array.from(vs.flatMap((v) => [...image(v)]));

const expectClose = (actual: ArrayLike<number>, expected: readonly number[], within: number): void => {
  expect(actual.length).toBe(expected.length);
  expect(expected.filter((value, i) => !(Math.abs(value - actual[i]!) <= within))).toEqual([]);
};

test.each(figures.crops)(
  'a crop at $down, $right of $crop ($padding), flipped: $flipped',
  ({ bytes, padding, down, right, flipped }) => {
    const draw = { flipped, down, right, top: 0, left: 0 };
    expect([...cropped(image(1), draw, padding, shape)]).toEqual(bytes);
  },
);

describe('normalisation per channel', () => {
  const { mean, deviation, values, cut } = figures.normalised;
  const statistics = channelStatistics(images(1, 2, 3, 4), shape[2]);
  const table = valuesOfBytes(normalisationOf('channel', statistics), shape[2]);
  const normalised = Array.from(image(2), (byte, i) => table[(i % shape[2]) * 256 + byte]!);

  test('takes mean and deviation as NumPy does', () => {
    expectClose(statistics.mean, mean, 1e-14);
    expectClose(statistics.deviation, deviation, 1e-14);
  });

  test('gives the values of torchvision', () => expectClose(normalised, values, 1e-6));

  test('cuts out as torchvision erases, at the edge too', () => {
    const values = [...normalised];
    // Its square ends at the edge; ours reaches over it.
    eachCutOut(cut, cut.side, shape, (i) => (values[i] = 0));
    expectClose(values, cut.values, 1e-6);
  });
});

test('normalisation divides by 255, or leaves bytes as they are', () => {
  const unit = valuesOfBytes(normalisationOf('unit', null), 1);
  expectClose(
    unit,
    Array.from({ length: 256 }, (_, byte) => byte / 255),
    1e-7,
  );
  expect([...valuesOfBytes(normalisationOf('none', null), 1)]).toEqual(
    Array.from({ length: 256 }, (_, i) => i),
  );
  expect(() => normalisationOf('channel', null)).toThrow('needs the mean and the deviation');
  // A channel without any contrast has nothing to be divided by.
  const flat = channelStatistics(new Uint8Array(8).fill(51), 1);
  expect(flat).toEqual({ mean: [0.2], deviation: [0] });
  expectClose(valuesOfBytes(normalisationOf('channel', flat), 1).subarray(51, 52), [0], 1e-7);
});

test.each(figures.rectangles)(
  'a rectangle of CutMix for λ = $drawn around $row, $column',
  ({ drawn, row, column, box: [left, top, right, bottom], share }) => {
    const [rows, columns] = [cutStretch(drawn, row, 32), cutStretch(drawn, column, 24)];
    const inside = (stretch: Float32Array) => [...stretch.keys()].filter((index) => stretch[index] === 1);
    const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
    expect(inside(rows)).toEqual(range(top!, bottom!));
    expect(inside(columns)).toEqual(range(left!, right!));
    expect(1 - (inside(rows).length * inside(columns).length) / (32 * 24)).toBeCloseTo(share, 6);
  },
);

describe('a mixture of pairs', () => {
  const { share, images: expected, labels, logits, crossEntropy } = figures.mixture;
  const partners = Int32Array.of(2, 0, 1);

  test('blends as torchvision does', () => {
    const floats = Float32Array.from(images(1, 2, 3), (byte) => byte / 255);
    const pixels = new Float32Array(shape[0] * shape[1]).fill(share);
    expectClose(mixedImages(floats, { partners, share, pixels }, shape[2]), expected, 1e-6);
  });

  test('has the cross-entropy of the mixed label, and counts the larger share', () => {
    const batch = [Float32Array.from(logits), Int32Array.from(labels), 4] as const;
    const result = scoreMixed(...batch, { partners, share });
    expect(result.crossEntropySum / 3).toBeCloseTo(crossEntropy, 6);
    const answers = [0, 1, 2].map((n) => {
      const row = logits.slice(4 * n, 4 * n + 4);
      return row.indexOf(Math.max(...row));
    });
    const correct = (of: (n: number) => number) =>
      answers.filter((answer, n) => answer === labels[of(n)]).length;
    expect(result.correct).toBe(correct((n) => n));
    expect(scoreMixed(...batch, { partners, share: 0.3 }).correct).toBe(correct((n) => partners[n]!));
  });
});
