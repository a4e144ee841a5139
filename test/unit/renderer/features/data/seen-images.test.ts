import { describe, expect, it } from 'vitest';
import {
  changesImages,
  gridOf,
  seenInEpoch,
} from '../../../../../src/renderer/features/data/images/seen-images';
import { drawFor } from '../../../../../src/shared/augmentation/draws';
import { cropped } from '../../../../../src/shared/augmentation/images';
import { channelStatistics } from '../../../../../src/shared/augmentation/normalisation';
import type { DatasetSample } from '../../../../../src/shared/dataset';
import { DEFAULT_RECIPE } from '../../../../../src/shared/recipe';

const bytes = Uint8Array.from({ length: 3 * 4 * 4 * 3 }, (_, i) => (i * 37) % 256);
const sample: DatasetSample = {
  imageShape: [4, 4, 3],
  images: [...bytes],
  labels: [0, 1, 2],
  statistics: channelStatistics(bytes, 3),
};

describe('what training sees', () => {
  it.each(['unit', 'channel', 'none'] as const)('are the bytes again, normalised as %s', (normalisation) => {
    expect(seenInEpoch(bytes, sample, { ...DEFAULT_RECIPE, normalisation }, 1)).toEqual(bytes);
  });

  it('are the flips and crops of those images in that epoch', () => {
    const recipe = { ...DEFAULT_RECIPE, seed: 3, flip: 'random', crop: 2 } as const;
    const expected = [0, 1, 2].flatMap((n) => [
      ...cropped(
        bytes.subarray(48 * n, 48 * n + 48),
        drawFor(recipe, 5, n, sample.imageShape),
        'zero',
        sample.imageShape,
      ),
    ]);
    expect([...seenInEpoch(bytes, sample, recipe, 5)]).toEqual(expected);
  });

  it('is black where a square was cut out, or the mean colour', () => {
    const whole = { ...DEFAULT_RECIPE, cutout: 4, crop: 0 };
    const mean = sample.statistics.mean.map((value) => Math.round(255 * value));
    const cut = (normalisation: 'unit' | 'channel') =>
      seenInEpoch(bytes, sample, { ...whole, normalisation }, 2);
    const changed = [...cut('unit').keys()].filter((i) => cut('unit')[i] !== bytes[i]);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every((i) => cut('unit')[i] === 0)).toBe(true);
    expect(changed.every((i) => cut('channel')[i] === mean[i % 3])).toBe(true);
  });

  it('is a blend with the image before', () => {
    const mixed = seenInEpoch(bytes, sample, { ...DEFAULT_RECIPE, mixup: 1 }, 1);
    for (const [i, byte] of mixed.entries()) {
      const [own, other] = [bytes[i]!, bytes[(i + 96) % 144]!];
      expect(byte).toBeGreaterThanOrEqual(Math.min(own, other));
      expect(byte).toBeLessThanOrEqual(Math.max(own, other));
    }
    expect(mixed).not.toEqual(bytes);
  });

  it('is said only where there is something', () => {
    expect(changesImages({ ...DEFAULT_RECIPE, normalisation: 'channel' })).toBe(false);
    expect(changesImages({ ...DEFAULT_RECIPE, cutmix: 1 })).toBe(true);
  });
});

it('lays images out side by side, grey ones too', () => {
  const grid = gridOf([Uint8Array.of(1, 2), Uint8Array.of(3, 4)], 2, [1, 1, 1]);
  expect([grid.width, grid.height]).toEqual([4, 4]);
  const at = (x: number, y: number) => [...grid.pixels.subarray(4 * (y * 4 + x), 4 * (y * 4 + x) + 4)];
  expect([at(0, 0), at(3, 0), at(0, 3), at(3, 3)]).toEqual(
    [1, 2, 3, 4].map((grey) => [grey, grey, grey, 255]),
  );
  expect(at(1, 0)).toEqual([0, 0, 0, 0]);
});
