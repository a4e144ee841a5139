import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../../src/architecture/network';
import { findPreset } from '../../../src/architecture/presets';
import { batchWarnings } from '../../../src/shared/batch-warnings';
import { largestBatch, lastBatch } from '../../../src/shared/batches';
import { smallArchitecture } from '../trainer/fixtures';

/** Its maps are 1x1 from stage 4 on, with images of 32x32. */
const seed = buildNetwork(findPreset('resnet18')!.architecture);
/** Its maps never are. */
const wide = buildNetwork(smallArchitecture());
const warnings = (batchSize: number, count: number, network = seed): string[] =>
  batchWarnings(
    network,
    { batchSize, dropLast: false, limitTrain: null, validationSplit: 0 },
    { trainCount: count },
  );

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
    const recipe = { batchSize: 64, dropLast: false, limitTrain: 129, validationSplit: 0.1 };
    expect(batchWarnings(seed, recipe, { trainCount: 10_000 })).toHaveLength(1);
    expect(batchWarnings(seed, { ...recipe, limitTrain: 130 }, { trainCount: 10_000 })).toEqual([]);
  });

  it('is as good as any other where no map is so small', () => expect(warnings(64, 641, wide)).toEqual([]));
  it('is not trained on where the last batch is dropped, unless there is no other', () => {
    const dropped = { batchSize: 64, dropLast: true, limitTrain: null, validationSplit: 0 };
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
