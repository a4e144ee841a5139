/** What is drawn for images: spread as it should be, and a function of seed, epoch and image alone. */
import { describe, expect, test } from 'vitest';
import { augments, drawFor, type Augmentation } from '../../../../src/shared/augmentation/draws';
import { mixes, mixingOf } from '../../../../src/shared/augmentation/mixing';
import { DEFAULT_RECIPE } from '../../../../src/shared/recipe';

const SHAPE = [32, 32, 3] as const;
const all: Augmentation = { seed: 1, flip: 'random', crop: 4, padding: 'zero', cutout: 8 };
const draws = (changes: Partial<Augmentation>, count: number, epoch = 1) =>
  Array.from({ length: count }, (_, image) => drawFor({ ...all, ...changes }, epoch, image, SHAPE));

/** Σ (observed − expected)² / expected over equally likely cells. */
function chiSquare(cells: readonly number[], count: number): number {
  const observed = new Array<number>(count).fill(0);
  for (const cell of cells) observed[cell]!++;
  const expected = cells.length / count;
  return observed.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
}
/** The 99.9 % quantile of χ² with so many degrees of freedom (Wilson and Hilferty 1931), within 0.5 %. */
const quantile = (freedom: number): number =>
  freedom * (1 - 2 / (9 * freedom) + 3.0902 * Math.sqrt(2 / (9 * freedom))) ** 3;

describe('over 50,000 images', () => {
  const drawn = draws({}, 50_000);

  test('flips are even', () => {
    expect(
      chiSquare(
        drawn.map(({ flipped }) => Number(flipped)),
        2,
      ),
    ).toBeLessThan(10.83);
  });

  test('all 81 places of a crop are equally likely, whether flipped or not', () => {
    const cells = drawn.map(({ down, right, flipped }) => ((down + 4) * 9 + right + 4) * 2 + Number(flipped));
    expect(chiSquare(cells, 162)).toBeLessThan(quantile(161));
  });

  test('all 1,024 centres of a square are equally likely', () => {
    const cells = drawn.map(({ top, left }) => (top + 4) * 32 + left + 4);
    expect(chiSquare(cells, 1024)).toBeLessThan(quantile(1023));
  });

  test('one epoch tells nothing of the next', () => {
    const next = draws({}, 50_000, 2);
    const cells = drawn.map(
      ({ flipped, down }, i) =>
        (Number(flipped) * 9 + down + 4) * 18 + Number(next[i]!.flipped) * 9 + next[i]!.down + 4,
    );
    expect(chiSquare(cells, 324)).toBeLessThan(quantile(323));
  });
});

describe('alternating flips', () => {
  const flips = (epoch: number, seed = 1) =>
    draws({ flip: 'alternating', seed }, 20_000, epoch).map(({ flipped }) => flipped);

  test('begin at random, and turn every image over from epoch to epoch', () => {
    const first = flips(1);
    expect(chiSquare(first.map(Number), 2)).toBeLessThan(10.83);
    expect(flips(2)).toEqual(first.map((flipped) => !flipped));
    expect(flips(7)).toEqual(first);
    expect(flips(1, 2)).not.toEqual(first);
  });

  test('leave the crop as it is', () => {
    const places = (flip: Augmentation['flip']) =>
      draws({ flip }, 100).map(({ down, right }) => [down, right]);
    expect(places('alternating')).toEqual(places('none'));
  });
});

test('what is off draws nothing', () => {
  const off = draws({ flip: 'none', crop: 0, cutout: 0 }, 100);
  expect(off.every(({ flipped, down, right }) => !flipped && down === 0 && right === 0)).toBe(true);
  expect([augments(DEFAULT_RECIPE), mixes(DEFAULT_RECIPE)]).toEqual([false, false]);
  expect(augments({ flip: 'none', crop: 0, cutout: 1 })).toBe(true);
});

test('draws are those of seed, epoch and image', () => {
  expect(drawFor(all, 3, 7, SHAPE)).toEqual(draws({}, 8, 3)[7]);
  expect(draws({ seed: 2 }, 20)).not.toEqual(draws({}, 20));
});

describe('mixed batches', () => {
  const recipe = { seed: 1, mixup: 0, cutmix: 0 };
  const shares = (changes: Partial<typeof recipe>, count: number) =>
    Array.from(
      { length: count },
      (_, first) => mixingOf({ ...recipe, ...changes }, 1, first, 4, [32, 32]).share,
    );

  test.each([
    // Beta(1, 1) is uniform, Beta(1/2, 1/2) has the distribution function 2/π · asin √x, Beta(2, 2) 3x² − 2x³.
    [1, (x: number) => x],
    [0.5, (x: number) => (2 / Math.PI) * Math.asin(Math.sqrt(x))],
    [2, (x: number) => 3 * x * x - 2 * x ** 3],
  ])('shares of mixup have Beta(%d, ·)', (mixup, distribution) => {
    const cells = shares({ mixup }, 20_000).map((share) =>
      Math.min(19, Math.floor(20 * distribution(share))),
    );
    expect(chiSquare(cells, 20)).toBeLessThan(quantile(19));
  });

  test('a tiny α gives an image or its partner, never nothing', () => {
    const drawn = shares({ mixup: 1e-6 }, 200);
    expect(drawn.every((share) => Math.abs(share - Math.round(share)) < 1e-3)).toBe(true);
    expect([...new Set(drawn.map(Math.round))].sort()).toEqual([0, 1]);
  });

  test('every image is paired with the one before it', () => {
    expect([...mixingOf({ ...recipe, mixup: 1 }, 1, 0, 4, [2, 2]).partners]).toEqual([3, 0, 1, 2]);
    expect([...mixingOf({ ...recipe, mixup: 1 }, 1, 0, 1, [2, 2]).partners]).toEqual([0]);
  });

  test('the share of CutMix is that of the pixels', () => {
    for (let first = 0; first < 50; first++) {
      const { share, pixels } = mixingOf({ ...recipe, cutmix: 1 }, 1, first, 4, [32, 24]);
      expect(pixels.every((pixel) => pixel === 0 || pixel === 1)).toBe(true);
      expect(share).toBeCloseTo(pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length, 6);
    }
  });

  test('with both, half of the batches take each', () => {
    const cut = Array.from({ length: 2000 }, (_, first) => {
      const { pixels, share } = mixingOf({ ...recipe, mixup: 1, cutmix: 1 }, 1, first, 4, [8, 8]);
      return Number(pixels.some((pixel) => pixel !== share));
    });
    expect(chiSquare(cut, 2)).toBeLessThan(12);
  });
});
