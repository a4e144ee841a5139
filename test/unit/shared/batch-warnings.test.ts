import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../../src/architecture/network';
import { findPreset } from '../../../src/architecture/presets';
import { batchWarnings } from '../../../src/shared/batch-warnings';
import {
  accumulates,
  imagesAtOnce,
  imagesAtOnceOf,
  largestBatch,
  lastBatch,
  partsOf,
} from '../../../src/shared/batches';
import { smallArchitecture } from '../trainer/fixtures';

/** Its maps are 1x1 from stage 4 on, with images of 32x32. */
const seed = buildNetwork(findPreset('resnet18')!.architecture);
/** Its maps never are. */
const wide = buildNetwork(smallArchitecture());
const PLAIN = { microBatchSize: null, dropLast: false, limitTrain: null, validationSplit: 0 };
const warnings = (batchSize: number, count: number, network = seed): string[] =>
  batchWarnings(network, { ...PLAIN, batchSize }, { trainCount: count });

describe('batches', () => {
  it.each([
    [640, 64, 64, 64],
    [641, 64, 64, 1],
    [640, 65_536, 640, 640],
    [1, 64, 1, 1],
    [10, 1, 1, 1],
  ])('of %d images by %d are %d at most, the last %d', (count, batchSize, largest, last) =>
    expect([largestBatch(count, batchSize), lastBatch(count, batchSize)]).toEqual([largest, last]),
  );
});

describe('a last batch of one image', () => {
  it('is named where it meets a map of 1x1, with what to do', () => {
    expect(warnings(64, 641)).toEqual([
      'The last batch of each epoch has one image, and from stage4/block1/bn1 on maps are 1x1: over one value the ' +
        'variance is zero, which goes into the moving statistics and spoils the validation. Choose another batch size, ' +
        'such as 65, or 640 training images.',
    ]);
  });

  it('is counted with the limit', () => {
    const recipe = { ...PLAIN, batchSize: 64, limitTrain: 129, validationSplit: 0.1 };
    expect(batchWarnings(seed, recipe, { trainCount: 10_000 })).toHaveLength(1);
    expect(batchWarnings(seed, { ...recipe, limitTrain: 130 }, { trainCount: 10_000 })).toEqual([]);
  });

  it('is as good as any other where no map is so small', () => expect(warnings(64, 641, wide)).toEqual([]));
  it('is not trained on where the last batch is dropped, unless there is no other', () => {
    const dropped = { ...PLAIN, batchSize: 64, dropLast: true };
    expect(batchWarnings(seed, dropped, { trainCount: 641 })).toEqual([]);
    expect(batchWarnings(seed, dropped, { trainCount: 1 }).join(' ')).toContain('has one image');
  });
  it('is not there', () => expect(warnings(64, 640)).toEqual([]));
  it('is each one of size 1', () =>
    expect(warnings(1, 640)[0]).toMatch(/^Each batch has one image, .* such as 2\.$/));

  it('offers a batch size that ends with more', () => {
    for (let count = 2; count < 300; count++) {
      for (let batch = 1; batch < 80; batch++) {
        const [warning] = warnings(batch, count).filter((text) => text.includes('one image'));
        if (warning === undefined) continue;
        const other = Number(/such as ([\d,]+)/.exec(warning)?.[1]?.replace(/,/g, '') ?? NaN);
        if (!Number.isNaN(other)) expect(lastBatch(count, other)).toBeGreaterThan(1);
      }
    }
  });

  it('of a single image has no better size', () =>
    expect(warnings(64, 1).join(' ')).toContain('Train on more images.'));
});

it('a batch size above the set is said to be none', () =>
  expect(warnings(65_536, 640)).toEqual([
    'There are 640 images to train on, so no batch is larger: an epoch is one step, whatever the batch size of 65,536 says.',
  ]));

describe('parts of a batch', () => {
  it.each([
    [2000, 500, [500, 500, 500, 500]],
    [2001, 500, [401, 400, 400, 400, 400]],
    [7, 4, [4, 3]],
    [3, 500, [3]],
    [3, 1, [1, 1, 1]],
    [64, null, [64]],
  ])('%d images by %s', (images, microBatchSize, expected) => {
    expect(partsOf(images, microBatchSize)).toEqual(expected);
  });

  it('are as few as can be, hold all images, and no two differ by more than one', () => {
    for (let images = 1; images < 200; images += 3) {
      for (let size = 1; size < 70; size += 4) {
        const parts = partsOf(images, size);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(images);
        expect(parts).toHaveLength(Math.ceil(images / size));
        expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
        expect(parts[0]).toBe(Math.max(...parts));
      }
    }
  });

  it('are what is computed at once, of batches that occur', () => {
    const recipe = { ...PLAIN, batchSize: 2000, microBatchSize: 500 };
    expect([accumulates(recipe), imagesAtOnce(recipe)]).toEqual([true, 500]);
    expect(imagesAtOnceOf(recipe, 50_000)).toBe(500);
    // All 700 are one batch.
    expect(imagesAtOnceOf(recipe, 700)).toBe(350);
    expect(accumulates({ batchSize: 500, microBatchSize: 500 })).toBe(false);
    expect(accumulates({ batchSize: 500, microBatchSize: null })).toBe(false);
  });

  const parted = (batchSize: number, microBatchSize: number, count: number, network = seed): string[] =>
    batchWarnings(network, { ...PLAIN, batchSize, microBatchSize }, { trainCount: count });

  it('are named where one has one image, which meets a map of 1x1', () => {
    expect(parted(64, 1, 640)).toEqual([
      'With a micro-batch size of 1 a part of a batch has one image, and from stage4/block1/bn1 on maps are 1x1: over one ' +
        'value the variance is zero, which goes into the moving statistics and spoils the validation. Choose a larger ' +
        'micro-batch size.',
    ]);
    // The last batch of 3 is 2 and 1.
    expect(parted(64, 2, 643)).toHaveLength(1);
    expect(parted(64, 2, 644)).toEqual([]);
    expect(parted(64, 1, 640, wide)).toEqual([]);
  });

  it('that are no smaller than the batch are said to do nothing', () => {
    expect(parted(64, 64, 640)).toEqual([
      'No batch has more images than the micro-batch size of 64, so each is computed at once: choose a smaller one to take ' +
        'less memory, or leave it out.',
    ]);
    expect(parted(64, 32, 640)).toEqual([]);
    expect(parted(640, 128, 100)).toHaveLength(2);
  });
});
