import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CIFAR10_FILE_BYTES,
  CIFAR10_FILES,
  CIFAR10_RECORD_BYTES,
  decodeRecords,
} from '../../../../src/node/datasets/cifar10-files';
import { sourceOf } from '../../../../src/node/datasets/registry';
import type { ImageStore } from '../../../../src/node/datasets/source';
import type { DatasetId } from '../../../../src/shared/dataset';
import { drawShapes } from '../../../../src/node/datasets/shapes';
import { channelStatistics } from '../../../../src/shared/augmentation/normalisation';

let folder: string;
const opened: ImageStore[] = [];
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'resbench-images-'))));
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  rmSync(folder, { recursive: true, force: true });
});
const openImages = (id: DatasetId, ...args: [folder: string | null, cache: string | null]): ImageStore =>
  sourceOf(id).open(...args);
const open = (...args: Parameters<typeof openImages>): ImageStore => {
  const store = openImages(...args);
  opened.push(store);
  return store;
};

function whole<T>(pieces: Generator<void, T>): { pieces: number; value: T } {
  for (let count = 0; ; count++) {
    const { done, value } = pieces.next();
    if (done) return { pieces: count, value };
  }
}

/** A record that no other has: its label, and bytes that tell place and channel. */
const recordOf = (number: number): Buffer =>
  Buffer.from(
    Array.from({ length: CIFAR10_RECORD_BYTES }, (_, i) => (i === 0 ? number % 10 : (number * 7 + i) % 256)),
  );

/** Six files of zeros, with some records; by file and record. */
function files(records: Record<string, number[]>): void {
  for (const { name } of CIFAR10_FILES) {
    const path = join(folder, name);
    writeFileSync(path, '');
    truncateSync(path, CIFAR10_FILE_BYTES);
    const handle = openSync(path, 'r+');
    for (const record of records[name] ?? [])
      writeSync(handle, recordOf(record), 0, CIFAR10_RECORD_BYTES, record * CIFAR10_RECORD_BYTES);
    closeSync(handle);
  }
}
const decoded = (numbers: number[]): Uint8Array => {
  const images = new Uint8Array(numbers.length * 3072);
  decodeRecords(
    Buffer.concat(numbers.map(recordOf)),
    numbers.length,
    images,
    new Uint8Array(numbers.length),
    0,
  );
  return images;
};

describe('CIFAR-10', () => {
  it('gives images of any index, over all files, and their labels', () => {
    files({ 'data_batch_1.bin': [0, 9999], 'data_batch_5.bin': [4321], 'test_batch.bin': [17] });
    const store = open('cifar10', folder, null);
    const { pieces, value: labels } = whole(store.labels());
    expect([labels.train.length, labels.eval.length, pieces]).toEqual([50_000, 10_000, 60]);
    expect([0, 9999, 44_321, 1].map((index) => labels.train[index])).toEqual([0, 9, 1, 0]);
    expect(labels.eval[17]).toBe(7);
    expect(store.read('train', [44_321, 0, 9999])).toEqual(decoded([4321, 0, 9999]));
    expect(store.read('eval', [17])).toEqual(decoded([17]));
    expect(store.read('eval', [18])).toEqual(new Uint8Array(3072));
  });

  it('has the statistics of all training images, in pieces', () => {
    files({ 'data_batch_2.bin': [5], 'data_batch_3.bin': [123, 9000] });
    const { pieces, value } = whole(open('cifar10', folder, null).statistics());
    expect(pieces).toBe(50);
    const images = new Uint8Array(50_000 * 3072);
    images.set(decoded([5, 123, 9000]));
    expect(value).toEqual(channelStatistics(images, 3));
  });

  it('says which file is missing, too short, or has become shorter', () => {
    const failure = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (error) {
        return (
          (error as { failure?: { code: string; message: string } }).failure ??
          (error as { code: string }).code
        );
      }
    };
    expect(failure(() => openImages('cifar10', null, null))).toMatchObject({ code: 'data-missing' });
    expect(failure(() => openImages('cifar10', folder, null))).toBe('ENOENT');
    files({});
    truncateSync(join(folder, 'data_batch_4.bin'), 12);
    expect(failure(() => openImages('cifar10', folder, null))).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringContaining('data_batch_4.bin is 12 bytes long, expected 30,730,000'),
    });
    files({});
    const store = open('cifar10', folder, null);
    truncateSync(join(folder, 'test_batch.bin'), 10 * CIFAR10_RECORD_BYTES);
    expect(store.read('eval', [9])).toHaveLength(3072);
    expect(failure(() => store.read('eval', [10]))).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringContaining('test_batch.bin has become shorter: get CIFAR-10'),
    });
  });
});

it('the embedded set gives the images that it draws', () => {
  const store = open('shapes', null, null);
  const drawn = drawShapes('train', 40);
  const labels = whole(store.labels()).value;
  expect(labels.train.subarray(0, 40)).toEqual(drawn.labels);
  expect(labels.eval).toHaveLength(2000);
  const size = 32 * 32 * 3;
  const at = (index: number): Uint8Array => drawn.images.subarray(index * size, (index + 1) * size);
  expect(store.read('train', [39, 2])).toEqual(Uint8Array.from([...at(39), ...at(2)]));
  expect(whole(store.statistics()).value.mean).toHaveLength(3);
});
