import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_PREPARATION,
  type AskedPreparation,
  type PrepareJob,
} from '../../../../../src/shared/own-dataset';
import { expected } from '../../../../../src/shared/result';
import { tensorflow } from '../../../../../src/trainer/engine/tensorflow';
import { prepareFolder } from '../../../../../src/trainer/prepare/prepare';
import { testImages } from '../../../../../src/trainer/prepare/test-images';
import { temporaryFolder } from '../../../main/fixtures';
import { batchOf, writeBatch } from '../../../main/datasets/pickle-writer';
import { folderWith, jobFor } from '../fixtures';
import {
  bytes,
  contentOf,
  idx,
  labels,
  mat,
  matArray,
  npy,
  npyWith,
  npz,
  records,
  shadeBytes,
  shades,
  tar,
  zip,
} from './writers';

/** A job for a file with such content, or for the folder of several, shaped as they are. */
function jobOf(files: Record<string, Buffer>, name = '', asked: Partial<AskedPreparation> = {}): PrepareJob {
  return { ...jobFor(join(folderWith(files), name)), preparation: { ...DEFAULT_PREPARATION, ...asked } };
}
const npzJob = (arrays: Record<string, Buffer>, asked?: Partial<AskedPreparation>): PrepareJob =>
  jobOf({ 'set.npz': npz(arrays) }, 'set.npz', asked);

async function prepare(job: PrepareJob) {
  const { manifest } = await prepareFolder(job, () => {});
  return { manifest, content: contentOf(job, manifest) };
}

const KERAS = {
  x_train: shades([10, 11, 12]),
  y_train: labels([0, 1, 0]),
  x_test: shades([20, 21]),
  y_test: labels([1, 0]),
};
const IDX = {
  'train-images-idx3-ubyte': idx([3, 4, 4], shadeBytes([10, 11, 12])),
  'train-labels-idx1-ubyte': idx([3], bytes(3)),
  't10k-images-idx3-ubyte': idx([2, 4, 4], shadeBytes([20, 21])),
  't10k-labels-idx1-ubyte': idx([2], Buffer.from([2, 0])),
};
const X = (count: number, first = 0) => ({
  name: 'X',
  shape: [4, 5, 3, count],
  data: bytes(60 * count, first),
});
const y = (values: number[]) => ({ name: 'y', shape: [values.length, 1], data: Buffer.from(values) });
const SVHN = {
  'train_32x32.mat': mat([matArray(X(3)), matArray(y([1, 10, 2]))]),
  'test_32x32.mat': mat([matArray(y([9])), matArray(X(1, 100))], { compressed: true }),
};
const CIFAR_100 = {
  'train.bin': records([
    { labels: [3, 1], rgb: [10, 20, 30] },
    { labels: [4, 0], rgb: [11, 21, 31] },
  ]),
  'test.bin': records([{ labels: [3, 1], rgb: [12, 22, 32] }]),
  'fine_label_names.txt': Buffer.from('apple\r\nbear\n\n'),
};

describe('files of NumPy', () => {
  test('parts of their own keep their order', async () => {
    const { manifest, content } = await prepare(npzJob(KERAS));
    expect(manifest).toMatchObject({
      classNames: ['0', '1'],
      trainCount: 3,
      evalCount: 2,
      preparation: { height: 4, width: 4, channels: 1 },
      source: { kind: 'npz', split: 'folders' },
      leftOut: { count: 0, files: [] },
    });
    expect(content).toEqual({
      train: shadeBytes([10, 11, 12]),
      trainLabels: [0, 1, 0],
      eval: shadeBytes([20, 21]),
      evalLabels: [1, 0],
    });
  });

  test.each([
    ['images', 'labels'],
    ['x', 'y'],
    ['X', 'y'],
    ['data', 'labels'],
    ['x_train', 'y_train'],
  ])('%s and %s are divided by the seed, in their order', async (images, own) => {
    const values = Array.from({ length: 10 }, (_, index) => index % 2);
    const arrays = { [images]: shades(values.map((_, index) => 50 + index)), [own]: labels(values) };
    const job = npzJob(arrays, { testShare: 0.3, splitSeed: 4 });
    const { manifest, content } = await prepare(job);
    const mask = [...testImages(Uint8Array.from(values), job.preparation)];
    const of = (part: number): number[] => mask.flatMap((held, index) => (held === part ? [50 + index] : []));
    expect(manifest).toMatchObject({ trainCount: 7, evalCount: 3, source: { split: 'seed' } });
    expect(content.train).toEqual(shadeBytes(of(0)));
    expect(content.eval).toEqual(shadeBytes(of(1)));
    expect(content.evalLabels).toEqual(of(1).map((shade) => shade % 2));
  });

  test('images for validation take the place of those for test', async () => {
    const { x_test: x_val, y_test: y_val, ...train } = KERAS;
    const { manifest } = await prepare(npzJob({ ...train, x_val, y_val }));
    expect(manifest).toMatchObject({ trainCount: 3, evalCount: 2, source: { split: 'folders' } });
  });

  test.each([
    ['<i8', [0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]],
    ['>u8', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['>i4', [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1]],
    ['<u2', [0, 0, 2, 0, 1, 0]],
    ['|i1', [0, 2, 1]],
  ])('labels of the type %s', async (type, own) => {
    const { manifest, content } = await prepare(
      npzJob({ ...KERAS, y_train: npy(type, [3, 1], Buffer.from(own)) }),
    );
    expect(content.trainLabels).toEqual([0, 2, 1]);
    expect(manifest.classNames).toEqual(['0', '1', '2']);
  });

  test('names of classes are made fit to be shown', async () => {
    const text = Buffer.from('a\0b\0a\0\0\0', 'utf16le');
    const utf32 = Buffer.alloc(2 * text.length);
    for (let at = 0; at < text.length; at += 2) text.copy(utf32, 2 * at, at, at + 2);
    const { manifest } = await prepare(npzJob({ ...KERAS, class_names: npy('<U2', [4], utf32) }));
    expect(manifest.classNames).toEqual(['a', 'b', 'a (2)', '3']);
  });

  test('a header of version 2, and one of Python 2', async () => {
    const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (3L, 4L, 4L), }";
    const { manifest } = await prepare(
      npzJob({ ...KERAS, x_train: npyWith(header, shadeBytes([1, 2, 3]), 2) }),
    );
    expect(manifest.trainCount).toBe(3);
  });

  test('images that are more than is read at once', async () => {
    const values = Array.from({ length: 2500 }, (_, index) => index % 256);
    const images = npy(
      '|u1',
      [2500, 30, 20, 3],
      Buffer.concat(values.map((value) => Buffer.alloc(1800, value))),
    );
    const arrays = {
      ...KERAS,
      x_train: images,
      y_train: labels(values),
      x_test: npy('|u1', [2, 30, 20, 3], bytes(3600)),
    };
    const job = jobOf({ 'set.npz': npz(arrays, { deflate: true }) }, 'set.npz');
    const { content, manifest } = await prepare(job);
    expect(manifest.classNames).toHaveLength(256);
    expect(content.train.equals(images.subarray(images.length - 2500 * 1800))).toBe(true);
  });
});

describe('shapes', () => {
  test('grey becomes RGB, another size, and nothing stays in TensorFlow', async () => {
    await prepare(npzJob(KERAS, { channels: 3 }));
    const tensors = tensorflow().getNumOfTensors();
    const { content, manifest } = await prepare(npzJob(KERAS, { channels: 3, height: 6, width: 5 }));
    expect(tensorflow().getNumOfTensors()).toBe(tensors);
    expect(manifest.preparation).toMatchObject({ height: 6, width: 5, channels: 3 });
    expect(content.eval).toEqual(Buffer.concat([20, 21].map((shade) => Buffer.alloc(90, shade))));
  });

  test('RGB becomes grey', async () => {
    const rgb = (count: number): Buffer =>
      npy('|u1', [count, 4, 4, 3], Buffer.alloc(48 * count, Buffer.from([255, 0, 0])));
    const { content } = await prepare(npzJob({ ...KERAS, x_train: rgb(3), x_test: rgb(2) }, { channels: 1 }));
    expect(content.eval).toEqual(Buffer.alloc(32, 76));
  });

  test('a side too small for a set needs a size', async () => {
    const small = {
      ...KERAS,
      x_train: npy('|u1', [3, 2, 4], bytes(24)),
      x_test: npy('|u1', [2, 2, 4], bytes(16)),
    };
    const job = npzJob(small);
    await expect(prepare(job)).rejects.toThrow(
      'has images of 4 × 2 pixels, and those of a data set have 4 to 512 a side',
    );
    expect(existsSync(job.target)).toBe(false);
    expect((await prepare(npzJob(small, { height: 8 }))).manifest.preparation).toMatchObject({
      height: 8,
      width: 4,
    });
  });
});

describe('the files of MNIST', () => {
  const wanted = { kind: 'idx', split: 'folders' };

  test.each([
    ['plain', IDX],
    [
      'compressed, with other names',
      Object.fromEntries(
        Object.entries(IDX).map(([name, content]) => [
          `${name.replace('-idx', '.idx')}.gz`,
          gzipSync(content),
        ]),
      ),
    ],
  ])('%s', async (_, files) => {
    for (const name of ['', Object.keys(files)[2]!]) {
      const { manifest, content } = await prepare(jobOf(files, name));
      expect(manifest).toMatchObject({ source: wanted, classNames: ['0', '1', '2'] });
      expect(content).toEqual({
        train: shadeBytes([10, 11, 12]),
        trainLabels: [0, 1, 2],
        eval: shadeBytes([20, 21]),
        evalLabels: [2, 0],
      });
    }
  });
});

describe('the files of SVHN', () => {
  test.each(['', 'train_32x32.mat', 'test_32x32.mat'])('named by %j', async (name) => {
    const { manifest, content } = await prepare(jobOf(SVHN, name));
    expect(manifest).toMatchObject({
      source: { kind: 'mat', split: 'folders' },
      preparation: { height: 4, width: 5 },
    });
    expect(manifest.classNames).toHaveLength(10);
    expect(content).toMatchObject({ trainLabels: [1, 0, 2], evalLabels: [9] });
    // Down the columns, column by column, plane by plane.
    const pixel = (row: number, column: number): number[] =>
      [0, 1, 2].map((c) => 100 + 20 * c + 4 * column + row);
    const rows = [0, 1, 2, 3].flatMap((row) => [0, 1, 2, 3, 4].flatMap((column) => pixel(row, column)));
    expect([...content.eval]).toEqual(rows);
  });

  test('other arrays, and labels in other types', async () => {
    const doubles = Buffer.alloc(24);
    [1, 10, 2].forEach((label, index) => doubles.writeDoubleLE(label, 8 * index));
    const text = matArray({ name: 'note', shape: [1, 2], data: Buffer.from('ok'), kind: 4, type: 16 });
    const own = matArray({ name: 'y', shape: [1, 3], data: doubles, kind: 6, type: 9 });
    const files = { ...SVHN, 'train_32x32.mat': mat([text, own, matArray(X(3))], { compressed: true }) };
    expect((await prepare(jobOf(files))).content.trainLabels).toEqual([1, 0, 2]);
  });
});

describe('the files of CIFAR', () => {
  const pixels = (...images: number[][]): Buffer =>
    Buffer.concat(images.map((rgb) => Buffer.alloc(3072, Buffer.from(rgb))));

  test('CIFAR-100 in a folder and in archives', async () => {
    const packed = await tar(
      Object.fromEntries(Object.entries(CIFAR_100).map(([name, c]) => [`any/${name}`, c])),
    );
    const jobs = [
      jobOf(CIFAR_100),
      jobOf(CIFAR_100, 'train.bin'),
      jobOf({ 'c.tar.gz': gzipSync(packed) }, 'c.tar.gz'),
      jobOf({ 'c.tar': packed }, 'c.tar'),
    ];
    for (const job of jobs) {
      const { manifest, content } = await prepare(job);
      expect(manifest).toMatchObject({
        source: { kind: 'cifar', split: 'folders' },
        classNames: ['apple', 'bear'],
      });
      expect(content).toEqual({
        train: pixels([10, 20, 30], [11, 21, 31]),
        trainLabels: [1, 0],
        eval: pixels([12, 22, 32]),
        evalLabels: [1],
      });
    }
  });

  test('CIFAR-10, binary, without names', async () => {
    const batch = (number: number) => records([{ labels: [number], rgb: [number, 0, 0] }]);
    const files = Object.fromEntries(
      [1, 2, 3, 4, 5].map((number) => [`data_batch_${number}.bin`, batch(number)]),
    );
    const { manifest, content } = await prepare(jobOf({ ...files, 'test_batch.bin': batch(9) }));
    expect(manifest.classNames).toHaveLength(10);
    expect(content).toMatchObject({ trainLabels: [1, 2, 3, 4, 5], evalLabels: [9] });
  });

  test.each(['python2', 'python3', 'python3-bytes'] as const)('CIFAR-10 as %s writes it', async (writer) => {
    const batch = (number: number): Buffer =>
      writeBatch(batchOf(records([{ labels: [number], rgb: [number, 100, 200] }])), writer);
    const files = Object.fromEntries(
      [1, 2, 3, 4, 5].map((number) => [`data_batch_${number}`, batch(number)]),
    );
    const { content } = await prepare(jobOf({ ...files, test_batch: batch(9) }));
    expect(content).toMatchObject({ trainLabels: [1, 2, 3, 4, 5], evalLabels: [9] });
    expect(content.eval).toEqual(pixels([9, 100, 200]));
  });
});

describe('what is refused, and leaves nothing', () => {
  const code = (numbers: number[]): Buffer => Buffer.from(numbers);
  const ZERO = "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 4, 4), }";
  const withTrain = (x_train: Buffer): Buffer => npz({ ...KERAS, x_train });
  const withLabels = (y_train: Buffer): Buffer => npz({ ...KERAS, y_train });
  const whole = npz(KERAS);

  test.each<[what: string, content: Buffer, failure: 'invalid-input' | 'data-corrupt', message: string]>([
    ['floats', withTrain(npy('<f4', [3, 4, 4], bytes(192))), 'invalid-input', 'multiply them by 255'],
    [
      'wide numbers',
      withTrain(npy('<u2', [3, 4, 4], bytes(96))),
      'invalid-input',
      'of the type <u2, and images are bytes',
    ],
    ['objects', withTrain(npy('|O', [3, 4, 4], bytes(96))), 'invalid-input', 'is an array of Python objects'],
    ['objects as labels', withLabels(npy('|O', [3], bytes(24))), 'invalid-input', 'y_train in'],
    [
      'columns first',
      withTrain(npy('|u1', [3, 4, 4], shadeBytes([1, 2, 3]), true)),
      'invalid-input',
      'ascontiguousarray',
    ],
    [
      'channels first',
      withTrain(npy('|u1', [3, 3, 4, 4], bytes(144))),
      'invalid-input',
      'transpose(0, 2, 3, 1)',
    ],
    [
      'an alpha',
      withTrain(npy('|u1', [3, 2, 2, 4], bytes(48))),
      'invalid-input',
      'an image has 1 channel or 3',
    ],
    ['one axis', withTrain(npy('|u1', [48], bytes(48))), 'invalid-input', 'reshape them'],
    ['no images', withTrain(npy('|u1', [0, 4, 4], bytes(0))), 'invalid-input', 'has no images'],
    ['another shape', withTrain(npy('|u1', [3, 2, 8], bytes(48))), 'invalid-input', 'save them in one shape'],
    ['images too large', withTrain(npy('|u1', [1, 5000, 5000], bytes(1))), 'data-corrupt', 'but its shape'],
    ['a shape of no end', withTrain(npy('|u1', [2 ** 40, 4, 4], bytes(48))), 'data-corrupt', 'but its shape'],
    [
      'a shape that is none',
      withTrain(npyWith(ZERO.replace('3,', '-3,'), bytes(48))),
      'data-corrupt',
      'a header that NumPy does not write',
    ],
    [
      'no header',
      withTrain(npyWith('import os', bytes(48))),
      'data-corrupt',
      'a header that NumPy does not write',
    ],
    [
      'records',
      withTrain(npyWith(ZERO.replace("'|u1'", "[('a', '|u1')]"), bytes(48))),
      'invalid-input',
      'array of records',
    ],
    ['version 9', withTrain(npyWith(ZERO, bytes(48), 9)), 'invalid-input', 'version 9'],
    ['no NumPy', withTrain(Buffer.from('something else')), 'data-corrupt', 'is no array of NumPy'],
    ['an array that ends', withTrain(shades([1, 2, 3]).subarray(0, 50)), 'data-corrupt', 'x_train in'],
    [
      'an array that is short',
      withTrain(npy('|u1', [3, 4, 4], bytes(47))),
      'data-corrupt',
      'has 47 bytes of elements',
    ],
    [
      'an array that is long',
      withTrain(npy('|u1', [3, 4, 4], bytes(49))),
      'data-corrupt',
      'has 49 bytes of elements',
    ],
    ['labels too few', withLabels(labels([0, 1])), 'data-corrupt', 'has 3 images, but y_train has 2 labels'],
    ['labels of floats', withLabels(npy('<f8', [3], bytes(24))), 'invalid-input', 'labels are whole numbers'],
    ['labels one-hot', withLabels(npy('|u1', [3, 2], bytes(6))), 'invalid-input', 'argmax(1)'],
    [
      'a label below 0',
      withLabels(npy('|i1', [3], code([0, 1, 255]))),
      'invalid-input',
      'has the label -1 at place 2',
    ],
    [
      'a label of 256',
      withLabels(npy('<u2', [3], code([0, 0, 1, 0, 0, 1]))),
      'invalid-input',
      'has the label 256 at place 2',
    ],
    [
      'a label of no end',
      withLabels(npy('<i8', [3], Buffer.alloc(24, 0x7f))),
      'invalid-input',
      'has the label 9187201950435737471',
    ],
    ['one class', withLabels(labels([1, 1, 1])), 'invalid-input', 'training images of one class only'],
    [
      'names too few',
      npz({ ...KERAS, class_names: npy('<U1', [1], Buffer.from('a\0\0\0')) }),
      'invalid-input',
      'has 1 names',
    ],
    [
      'names as bytes',
      npz({ ...KERAS, class_names: npy('|S1', [2], Buffer.from('ab')) }),
      'invalid-input',
      'is no list of text',
    ],
    [
      'names of no Unicode',
      npz({ ...KERAS, class_names: npy('<U1', [2], Buffer.alloc(8, 255)) }),
      'data-corrupt',
      'no Unicode',
    ],
    ['images without labels', npz({ x_train: KERAS.x_train }), 'invalid-input', 'has x_train but no y_train'],
    ['unknown names', npz({ 'a\nb': KERAS.x_train }), 'invalid-input', 'has the arrays a?b, of which none'],
    ['a zip of images', zip({ 'a/1.png': bytes(9) }), 'invalid-input', 'unpack it and name the folder'],
    ['a zip that ends', whole.subarray(0, whole.length - 30), 'data-corrupt', 'is broken'],
    ['a zip with another sum', npz(KERAS, { sum: 1 }), 'data-corrupt', 'its CRC-32 is another'],
    ['a bomb', npz(KERAS, { deflate: true, length: 100 }), 'data-corrupt', 'set.npz'],
    ['too short a content', npz(KERAS, { deflate: true, length: 1e9 }), 'data-corrupt', 'set.npz'],
    ['a password', npz(KERAS, { deflate: true, encrypted: true }), 'invalid-input', 'is encrypted'],
    ['another compression', npz(KERAS, { method: 14 }), 'invalid-input', 'method 14'],
    [
      'an array twice',
      zip([
        ['y.npy', labels([0])],
        ['y.npy', labels([1])],
      ]),
      'data-corrupt',
      'y.npy twice',
    ],
    ['a single array', shades([1]), 'invalid-input', 'is a single array of NumPy'],
    ['an HDF5 file', Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), 'invalid-input', 'is an HDF5 file'],
    ['another MATLAB file', SVHN['train_32x32.mat'], 'invalid-input', 'of which only those of SVHN are read'],
    ['an empty file', Buffer.alloc(0), 'invalid-input', 'is empty: name a folder'],
    [
      'text',
      Buffer.from('hello'),
      'invalid-input',
      'is no file that images can be taken from: name a folder',
    ],
    ['gzip of something', gzipSync(Buffer.from('hello')), 'data-corrupt', 'set.npz'],
    ['gzip that ends', gzipSync(bytes(5000)).subarray(0, 40), 'data-corrupt', 'ends early'],
  ])('%s', async (_, content, failure, message) => {
    await refused(jobOf({ 'set.npz': content }, 'set.npz'), failure, message);
  });

  const train = IDX['train-images-idx3-ubyte'];
  test.each<[what: string, files: Record<string, Buffer | undefined>, failure: string, message: string]>([
    [
      'without a file',
      { 't10k-labels-idx1-ubyte': undefined },
      'invalid-input',
      'has no t10k-labels-idx1-ubyte',
    ],
    [
      'of another kind',
      { 'train-images-idx3-ubyte': idx([3, 4, 4], bytes(48), 0xd03) },
      'data-corrupt',
      'begins with 0x00000d03',
    ],
    [
      'with images that end',
      { 'train-images-idx3-ubyte': train.subarray(0, 60) },
      'data-corrupt',
      'ends before',
    ],
    [
      'with more images',
      { 'train-images-idx3-ubyte': Buffer.concat([train, bytes(1)]) },
      'data-corrupt',
      'more bytes than its header',
    ],
    [
      'with many images',
      { 'train-images-idx3-ubyte': idx([2 ** 32 - 1, 4, 4], bytes(48)) },
      'invalid-input',
      'at most 10,000,000',
    ],
    [
      'with large images',
      { 'train-images-idx3-ubyte': idx([3, 2 ** 31, 2 ** 31], bytes(48)) },
      'invalid-input',
      '16 megapixels',
    ],
    [
      'with many labels',
      { 'train-labels-idx1-ubyte': idx([2 ** 31], bytes(3)) },
      'invalid-input',
      'at most 10,000,000',
    ],
    [
      'with labels that end',
      { 'train-labels-idx1-ubyte': idx([9_000_000], bytes(3)) },
      'data-corrupt',
      'ends before',
    ],
    ['with a header that ends', { 'train-labels-idx1-ubyte': bytes(2) }, 'data-corrupt', 'ends before'],
    [
      'with another number',
      { 'train-labels-idx1-ubyte': idx([2], bytes(2)) },
      'data-corrupt',
      'has 2 labels',
    ],
    [
      'of two shapes',
      { 't10k-images-idx3-ubyte': idx([2, 8, 2], bytes(32)) },
      'invalid-input',
      'has images of 8 × 2',
    ],
    [
      'with gzip that ends',
      { 'train-images-idx3-ubyte': gzipSync(train).subarray(0, -4) },
      'data-corrupt',
      'ends early',
    ],
    [
      'with gzip that is broken',
      { 'train-images-idx3-ubyte': gzipSync(train).fill(7, 12, 30) },
      'data-corrupt',
      'is broken',
    ],
    [
      'with a bomb',
      { 'train-images-idx3-ubyte': gzipSync(Buffer.concat([train, Buffer.alloc(1e7)])) },
      'data-corrupt',
      'more bytes than its header',
    ],
  ])('files of MNIST %s', async (_, files, failure, message) => {
    await refused(jobOf(present({ ...IDX, ...files })), failure, message);
  });

  const good = SVHN['train_32x32.mat'];
  const own = matArray(y([1, 10, 2]));
  test.each<[what: string, content: Buffer | undefined, failure: string, message: string]>([
    ['that is not there', undefined, 'invalid-input', 'has no train_32x32.mat'],
    ['of another version', mat([own], { version: 0x200 }), 'invalid-input', 'save it with -v7'],
    ['of version 7.3', Buffer.from('MATLAB 7.3 MAT-file'.padEnd(600)), 'invalid-input', 'version 7.3'],
    ['that is no MATLAB', Buffer.from('hello'), 'invalid-input', 'is no MATLAB file'],
    ['without X', mat([own]), 'invalid-input', 'no array of numbers X'],
    ['with doubles', mat([own, matArray({ ...X(3), kind: 6 })]), 'invalid-input', 'is no array of bytes'],
    [
      'with grey images',
      mat([own, matArray({ name: 'X', shape: [4, 5, 1, 3], data: bytes(60) })]),
      'invalid-input',
      '4 × 5 × 1 × 3',
    ],
    ['that ends', good.subarray(0, 250), 'data-corrupt', 'ends within an array'],
    ['that ends within a tag', Buffer.concat([good, bytes(3)]), 'data-corrupt', 'ends within an array'],
    [
      'with a shape of no end',
      mat([own, matArray({ ...X(3), shape: [2 ** 30, 2 ** 30, 3, 3] })]),
      'data-corrupt',
      'which takes',
    ],
    [
      'with negative sizes',
      mat([own, matArray({ ...X(3), shape: [-4, 5, 3, 3] })]),
      'data-corrupt',
      'of no size',
    ],
    ['with an array twice', mat([own, own]), 'data-corrupt', 'the array y twice'],
    ['with labels too few', mat([matArray(y([1])), matArray(X(3))]), 'data-corrupt', 'has 1 labels'],
    [
      'with another label',
      mat([matArray(y([1, 2, 11])), matArray(X(3))]),
      'invalid-input',
      'has the label 11',
    ],
    [
      'with half a label',
      mat([
        matArray({ name: 'y', shape: [3, 1], data: Buffer.alloc(12, 63), kind: 7, type: 7 }),
        matArray(X(3)),
      ]),
      'invalid-input',
      'labels are whole numbers',
    ],
    [
      'that is broken',
      mat([own, matArray(X(3))], { compressed: true }).fill(7, 140, 150),
      'data-corrupt',
      'is broken',
    ],
  ])('a file of SVHN %s', async (_, content, failure, message) => {
    await refused(jobOf(present({ ...SVHN, 'train_32x32.mat': content })), failure, message);
  });

  test.each<[what: string, files: Record<string, Buffer | undefined>, failure: string, message: string]>([
    [
      'with half a record',
      { 'train.bin': CIFAR_100['train.bin'].subarray(1) },
      'data-corrupt',
      'no whole records of 3,074',
    ],
    ['with nothing', { 'test.bin': Buffer.alloc(0) }, 'data-corrupt', 'has 0 bytes'],
    [
      'with another label',
      { 'test.bin': records([{ labels: [0, 2], rgb: [0, 0, 0] }]) },
      'data-corrupt',
      'has the label 2 at image 1',
    ],
    ['with one name', { 'fine_label_names.txt': Buffer.from('a') }, 'data-corrupt', 'has 1 names of classes'],
  ])('files of CIFAR-100 %s', async (_, files, failure, message) => {
    await refused(jobOf(present({ ...CIFAR_100, ...files })), failure, message);
  });

  test('a pickle that asks for a program', async () => {
    const files = { train: Buffer.from('\x80\x02cos\nsystem\n.', 'latin1'), test: bytes(3), meta: bytes(3) };
    await refused(
      jobOf({ ...files, meta: Buffer.from('\x80\x02cos\nsystem\n.', 'latin1') }),
      'data-corrupt',
      'nothing in it was run',
    );
  });

  test.each([
    ['with short images', { data: bytes(10) }, 'has 10 bytes of images, expected 3,072'],
    ['with another shape', { shape: [1, 3071] }, 'has no array data of bytes'],
    ['with labels too many', { labels: [1, 2] }, 'has 1 images, but labels has 2 labels'],
    ['with a label too large', { labels: [10] }, 'has the label 10 at image 1, of 10 classes'],
    ['without labels', { names: { labels: 'etc' } }, 'has no list labels of labels'],
  ])('batches of Python %s', async (_, change, message) => {
    const batch = batchOf(records([{ labels: [1], rgb: [1, 2, 3] }]));
    const good = writeBatch({ ...batch, labels: [0] }, 'python2');
    const files = Object.fromEntries([1, 2, 3, 4, 5].map((number) => [`data_batch_${number}`, good]));
    const last = writeBatch({ ...batch, labels: [2] }, 'python2');
    const job = jobOf({
      ...files,
      data_batch_4: last,
      data_batch_5: writeBatch({ ...batch, ...change }, 'python3'),
      test_batch: good,
    });
    await refused(job, 'data-corrupt', message);
  });

  test('archives that are incomplete, or hold a file twice', async () => {
    const batches = { 'data_batch_1.bin': bytes(1), 'test_batch.bin': bytes(1) };
    await refused(
      jobOf({ 'c.tar': await tar(batches) }, 'c.tar'),
      'data-corrupt',
      'holds no data_batch_2.bin',
    );
    const twice = { 'a/train.bin': bytes(1), 'b/train.bin': bytes(1) };
    await refused(jobOf({ 'c.tar': await tar(twice) }, 'c.tar'), 'data-corrupt', 'holds train.bin twice');
    const other = await tar({ 'a/1.png': bytes(9) });
    await refused(
      jobOf({ 'c.tgz': gzipSync(other) }, 'c.tgz'),
      'invalid-input',
      'holds neither CIFAR-10 nor CIFAR-100',
    );
    const short = (await tar(CIFAR_100)).subarray(0, 5000);
    await refused(jobOf({ 'c.tar': short }, 'c.tar'), 'data-corrupt', 'c.tar');
  });
});

const present = (files: Record<string, Buffer | undefined>): Record<string, Buffer> =>
  Object.fromEntries(
    Object.entries(files).filter((entry): entry is [string, Buffer] => entry[1] !== undefined),
  );

async function refused(job: PrepareJob, code: string, message: string): Promise<void> {
  const done = prepareFolder(job, () => {});
  await expect(done).rejects.toMatchObject({ failure: { code, message: expect.stringContaining(message) } });
  const text = await done.then(() => '', String);
  // One sentence, with what to do after a colon.
  expect(text).toMatch(/^ExpectedError: [^\n]*: [^\n]*\.$/);
  expect(existsSync(job.target)).toBe(false);
}

test('cancelling removes what was made', async () => {
  const job = npzJob(KERAS);
  const cancelled = expected('cancelled', 'Cancelled.');
  const done = prepareFolder(job, (stage) => {
    if (stage === 'Preparing the images') {
      expect(readdirSync(job.target)).toEqual(['content.bin']);
      throw cancelled;
    }
  });
  await expect(done).rejects.toBe(cancelled);
  expect(existsSync(job.target)).toBe(false);
});

test.runIf(process.platform === 'linux')('what is cancelled leaves no file open', async () => {
  // More than is read ahead.
  const pixels = Buffer.alloc(100 * 120 * 120 * 3);
  for (let at = 0; at < pixels.length; at++) pixels[at] = (at * at) % 251;
  const rgb = npy('|u1', [100, 120, 120, 3], pixels);
  const own = labels(Array.from({ length: 100 }, (_, index) => index % 2));
  const grey = gzipSync(idx([300, 120, 120], pixels));
  const many = idx([300], bytes(300));
  const X100 = matArray({ name: 'X', shape: [120, 120, 3, 100], data: pixels });
  const y100 = matArray(y(Array.from({ length: 100 }, (_, index) => 1 + (index % 2))));
  const jobs = [
    jobOf({ 'set.npz': npz({ x: rgb, y: own }) }, 'set.npz'),
    jobOf({ 'set.npz': npz({ x: rgb, y: own }, { deflate: true }) }, 'set.npz'),
    jobOf({
      ...IDX,
      't10k-images-idx3-ubyte': idx([2, 120, 120], pixels.subarray(0, 28800)),
      'train-images-idx3-ubyte': grey,
      'train-labels-idx1-ubyte': many,
    }),
    jobOf({
      'train_32x32.mat': mat([X100, y100], { compressed: true }),
      'test_32x32.mat': mat([X100, y100]),
    }),
  ];
  const files = (): number => readdirSync('/proc/self/fd').length;
  const before = files();
  for (const job of jobs) {
    const cancelled = new Error('cancelled');
    const done = prepareFolder(job, (stage) => {
      if (stage === 'Preparing the images') throw cancelled;
    });
    await expect(done).rejects.toBe(cancelled);
  }
  await expect.poll(files).toBeLessThanOrEqual(before);
});

test('nothing is done again until a file has changed', async () => {
  const job = jobOf(IDX);
  const { manifest } = await prepare(job);
  const again = { ...job, before: manifest, target: `${job.target}-2` };
  expect(await prepareFolder(again, () => {})).toEqual({ manifest, unchanged: true });
  expect(existsSync(again.target)).toBe(false);
  const file = join(job.path, 't10k-labels-idx1-ubyte');
  utimesSync(file, new Date(), new Date(statSync(file).mtimeMs + 5000));
  expect((await prepareFolder(again, () => {})).unchanged).toBe(false);
});

test('class folders called train and test are folders of images still', async () => {
  const folder = join(temporaryFolder(), 'images');
  for (const name of ['train', 'test', 'meta']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'x.npz'), readFileSync(import.meta.filename));
  await expect(prepareFolder(jobFor(folder), () => {})).rejects.toThrow('has no folders in it');
});
