import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CIFAR10_FILE_BYTES } from '../../../../src/node/datasets/cifar10-files';
import { sourceOf } from '../../../../src/node/datasets/registry';
import { loadDataset, releaseImages } from '../../../../src/trainer/data/dataset';

const ALL = { train: null, eval: null };

describe('loadDataset: shapes', () => {
  it('keeps the first images of each split, and the hash of the whole set', async () => {
    const dataset = await loadDataset('shapes', null, { train: 30, eval: 20 });
    expect(dataset.info.id).toBe('shapes');
    expect([dataset.train.count, dataset.train.labels.length, dataset.train.images.length]).toEqual([
      30, 30, 92160,
    ]);
    expect([dataset.eval.count, dataset.eval.labels.length, dataset.eval.images.length]).toEqual([
      20, 20, 61440,
    ]);
    expect(dataset.sha256).toBe(sourceOf('shapes').sha256(null));
  });

  it('lets go of its images, and of the memory that its labels share with them', async () => {
    const dataset = await loadDataset('shapes', null, { train: 3, eval: 2 });
    const labels = [...dataset.train.labels];
    const shared = dataset.train.labels;
    releaseImages(dataset);
    expect([dataset.train.count, dataset.train.images.length]).toEqual([3, 0]);
    expect([...dataset.train.labels]).toEqual(labels);
    expect(dataset.train.labels.buffer).not.toBe(shared.buffer);
    expect(dataset.train.labels.buffer.byteLength).toBe(3);
  });

  it('takes a limit beyond the set as the whole set', async () => {
    const dataset = await loadDataset('shapes', null, { train: 1, eval: 5000 });
    expect(dataset.eval.count).toBe(2000);
  });
});

describe('loadDataset: cifar10', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'resbench-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const failure = () =>
    loadDataset('cifar10', folder, ALL).then(
      () => null,
      (error: { failure?: unknown }) => error.failure,
    );

  it('says what to do when the set is not there', async () => {
    expect(await failure()).toEqual({
      code: 'data-missing',
      message: `${join(folder, 'data_batch_1.bin')} is missing: get CIFAR-10 in the Data view, or type \`npm start -- data get cifar10\`.`,
    });
  });

  it('names a file of the wrong length', async () => {
    writeFileSync(join(folder, 'data_batch_1.bin'), Buffer.alloc(1000));
    expect(await failure()).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringContaining('data_batch_1.bin is 1,000 bytes long, expected 30,730,000') as string,
    });
  });

  it('names a file of the right length with another content', async () => {
    writeFileSync(join(folder, 'data_batch_1.bin'), Buffer.alloc(CIFAR10_FILE_BYTES));
    expect(await failure()).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringMatching(
        /^data_batch_1\.bin is corrupt: its SHA-1 is [0-9a-f]{40}, expected aadd24acce/,
      ) as string,
    });
  });

  it('names the image whose label is no class', async () => {
    const bytes = Buffer.alloc(CIFAR10_FILE_BYTES);
    bytes[3073 * 1233] = 10;
    writeFileSync(join(folder, 'data_batch_1.bin'), bytes);
    expect(await failure()).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringContaining('the label of image 1,234 is 10, not 0 to 9') as string,
    });
  });
});
