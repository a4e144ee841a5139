import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { headerOf, placesOf } from '../../../../src/node/datasets/own-content';
import { manifestSchema, type Manifest, type PrepareJob } from '../../../../src/shared/own-dataset';
import { heldOutMask } from '../../../../src/trainer/data/hold-out';
import { tensorflow } from '../../../../src/trainer/engine/tensorflow';
import { prepareFolder } from '../../../../src/trainer/prepare/prepare';
import { temporaryFolder } from '../../main/fixtures';
import { folderWith, imagesAt, jobFor, plainImage, referenceImage } from './fixtures';

vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof import('node:fs/promises')>();
  return { ...actual, open: vi.fn(actual.open) };
});
const realOpen = vi.mocked(open).getMockImplementation()!;
afterEach(() => vi.mocked(open).mockImplementation(realOpen));

const prepare = async (job: PrepareJob): Promise<Manifest> => (await prepareFolder(job, () => {})).manifest;

/** The shades of the images of each part, and their classes, as the file has them. */
function contentOf({ target }: PrepareJob, { preparation, classNames, trainCount, evalCount }: Manifest) {
  const file = readFileSync(join(target, 'content.bin'));
  const { height, width, channels } = preparation;
  const shape = {
    imageShape: [height, width, channels] as const,
    classes: classNames.length,
    trainCount,
    evalCount,
  };
  const places = placesOf(shape);
  expect(file.length).toBe(places.length);
  expect(file.subarray(0, 32)).toEqual(headerOf(shape));
  const shades = (at: number, count: number): number[] =>
    Array.from({ length: count }, (_, index) => {
      const image = file.subarray(at + index * places.image, at + (index + 1) * places.image);
      expect(new Set(image).size).toBe(1);
      return image[0]!;
    });
  return {
    sha256: createHash('sha256').update(file).digest('hex'),
    train: shades(places.images.train, trainCount),
    eval: shades(places.images.eval, evalCount),
    trainLabels: [...file.subarray(places.labels.train, places.labels.eval)],
    evalLabels: [...file.subarray(places.labels.eval)],
  };
}

/** Two classes spread evenly over a part: the k-th of m images stands at (k - 1/2) / m. */
const spread = (a: number[], b: number[]): number[] =>
  [a, b]
    .flatMap((shades, label) => shades.map((shade, k) => [(k + 0.5) / shades.length, label, shade] as const))
    .sort((one, other) => one[0] - other[0] || one[1] - other[1])
    .map(([, , shade]) => shade);

describe('what is written', () => {
  test('images, labels and manifest of folders for training and test', async () => {
    const job = jobFor(
      folderWith({
        ...imagesAt('train/b/', 3, 10),
        ...imagesAt('train/a/', 2, 20),
        ...imagesAt('test/a/', 1, 30),
        ...imagesAt('test/b/', 2, 40),
        'test/a/broken.png': 'this is no image',
      }),
    );
    const before = Date.now();
    const manifest = await prepare(job);
    const { sha256, ...content } = contentOf(job, manifest);
    expect(content).toEqual({
      // Spread evenly: those of a at 1/4 and 3/4, those of b at 1/6, 1/2 and 5/6.
      train: [10, 20, 11, 21, 12],
      trainLabels: [1, 0, 1, 0, 1],
      eval: [40, 30, 41],
      evalLabels: [1, 0, 1],
    });
    expect(manifest).toEqual({
      format: 'resbench-dataset',
      formatVersion: 1,
      title: 'Images',
      classNames: ['a', 'b'],
      trainCount: 5,
      evalCount: 3,
      sha256,
      asked: job.preparation,
      preparation: job.preparation,
      source: { kind: 'folder', path: job.path, stamp: expect.any(String), split: 'folders' },
      leftOut: {
        count: 1,
        files: [{ path: 'test/a/broken.png', why: 'is no PNG, JPEG, GIF, BMP or WebP image' }],
      },
      createdAt: expect.any(Number),
    });
    expect(manifest.createdAt).toBeGreaterThanOrEqual(before);
    const text = readFileSync(join(job.target, 'dataset.json'), 'utf8');
    expect(manifestSchema.parse(JSON.parse(text))).toEqual(manifest);
    expect(text).toMatch(/^\{\n {2}"format"/);
    expect(readdirSync(job.target).sort()).toEqual(['content.bin', 'dataset.json']);
    if (process.platform !== 'win32') {
      expect(statSync(job.target).mode & 0o777).toBe(0o700);
      for (const name of readdirSync(job.target))
        expect(statSync(join(job.target, name)).mode & 0o777).toBe(0o600);
    }
  });

  test('colours, in another shape, and nothing stays in TensorFlow', async () => {
    const files = Object.fromEntries(
      ['rgb.png', '420.jpg', 'exif-6.jpg', 'interlaced.gif', 'palette.bmp', 'lossy.webp'].flatMap((name) => [
        [`a/${name}`, referenceImage(name)],
        [`b/${name}`, referenceImage(name)],
      ]),
    );
    const job = jobFor(folderWith(files), { height: 5, width: 7, channels: 3, fit: 'pad', testShare: 0.5 });
    await prepare(job);
    const tensors = tensorflow().getNumOfTensors();
    const again = { ...job, target: `${job.target}-2` };
    const manifest = await prepare(again);
    expect(tensorflow().getNumOfTensors()).toBe(tensors);
    expect(manifest).toMatchObject({ trainCount: 6, evalCount: 6, leftOut: { count: 0 } });
    const [one, two] = [job, again].map(({ target }) => readFileSync(join(target, 'content.bin')));
    expect(one).toEqual(two);
    expect(one!.length).toBe(32 + 12 * (5 * 7 * 3 + 1));
  });

  test('more than fits into memory at once comes in its order', async () => {
    // Of 64 images, 3 MB of pixels, larger than what is written at once.
    const job = jobFor(folderWith({ ...imagesAt('a/', 32), ...imagesAt('b/', 32, 100) }), {
      height: 220,
      width: 220,
      testShare: 0.25,
    });
    const content = contentOf(job, await prepare(job));
    const all = [...content.train, ...content.eval].sort((a, b) => a - b);
    // By name, 10.bmp comes before 2.bmp.
    const order = (first: number) => [...imagesNames()].map((index) => first + index);
    expect(all).toEqual([...order(0), ...order(100)].sort((a, b) => a - b));
    const trained = (first: number) => order(first).filter((shade) => content.train.includes(shade));
    expect(content.train).toEqual(spread(trained(0), trained(100)));
  });

  const imagesNames = (): number[] =>
    Array.from({ length: 32 }, (_, index) => `${index}.bmp`)
      .sort()
      .map((name) => Number.parseInt(name, 10));
});

describe('without folders for the parts', () => {
  const shades = [...Array(9).keys()].map((index) => 10 + index);
  const classes = () => folderWith({ ...imagesAt('a/', 9, 10), ...imagesAt('b/', 6, 100) });

  test('the seed says which images are for testing, a share of every class', async () => {
    const job = jobFor(classes(), { testShare: 0.34, splitSeed: 7 });
    const manifest = await prepare(job);
    const labels = Uint8Array.from([...Array(9).fill(0), ...Array(6).fill(1)]);
    const mask = heldOutMask(labels, { count: 5, seed: 7 });
    const others = [...Array(6).keys()].map((index) => 100 + index);
    const content = contentOf(job, manifest);
    const of = (held: number) =>
      spread(
        shades.filter((_, index) => mask[index] === held),
        others.filter((_, index) => mask[9 + index] === held),
      );
    expect(content.train).toEqual(of(0));
    expect(content.eval).toEqual(of(1));
    expect(content.evalLabels).toEqual([0, 1, 0, 1, 0]);
    expect(manifest.source.split).toBe('seed');
  });

  test('another seed takes others, the same one the same', async () => {
    const path = classes();
    const taken = async (splitSeed: number) => {
      const job = jobFor(path, { splitSeed, testShare: 0.4 });
      return contentOf(job, await prepare(job)).eval;
    };
    const first = await taken(1);
    expect(await taken(1)).toEqual(first);
    expect(await taken(2)).not.toEqual(first);
  });

  test.each([
    [1e-9, 14, 1],
    [1 - 1e-9, 1, 14],
  ])('a share of %s leaves %i and %i', async (testShare, train, evaluation) => {
    const job = jobFor(folderWith({ ...imagesAt('a/', 9), ...imagesAt('b/', 6) }), { testShare });
    const done = prepareFolder(job, () => {});
    // One image to train on is of one class.
    if (train === 1) await expect(done).rejects.toThrow('training images that can be read of one class only');
    else expect((await done).manifest).toMatchObject({ trainCount: train, evalCount: evaluation });
  });
});

describe('broken images', () => {
  test('are left out by name, and take no place of others', async () => {
    const files = { ...imagesAt('a/', 60), ...imagesAt('b/', 40, 100) };
    const whole = jobFor(folderWith(files), { splitSeed: 3 });
    const { train, eval: evaluation } = contentOf(whole, await prepare(whole));
    const broken = ['a/3.bmp', 'a/17.bmp', 'b/0.bmp', 'b/39.bmp', 'a/59.bmp'];
    const others = folderWith({
      ...files,
      ...Object.fromEntries(broken.map((path) => [path, files[path]!.subarray(0, 60)])),
    });
    const job = jobFor(others, { splitSeed: 3 });
    const manifest = await prepare(job);
    const content = contentOf(job, manifest);
    const gone = [3, 17, 100, 139, 59];
    expect(content.train).toEqual(train.filter((shade) => !gone.includes(shade)));
    expect(content.eval).toEqual(evaluation.filter((shade) => !gone.includes(shade)));
    expect(manifest.leftOut.count).toBe(5);
    expect(manifest.leftOut.files.map(({ path }) => path).sort()).toEqual([...broken].sort());
    expect(new Set(manifest.leftOut.files.map(({ why }) => why))).toEqual(
      new Set(['is a damaged BMP image, or its end is missing']),
    );
  });

  test('that are many are counted, and the first 200 named', async () => {
    const broken = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`a/x${index}.png`, '']));
    const { leftOut } = await prepare(
      jobFor(folderWith({ ...broken, ...imagesAt('a/', 4), ...imagesAt('b/', 4) })),
    );
    expect([leftOut.count, leftOut.files.length]).toEqual([250, 200]);
  });

  test('a class that loses all of its images is left out, and labels stay dense', async () => {
    const cut = plainImage(1).subarray(0, 60);
    const job = jobFor(
      folderWith({
        ...imagesAt('train/a/', 1, 10),
        'train/b/0.bmp': cut,
        'train/b/1.bmp': cut,
        ...imagesAt('train/c/', 2, 20),
        ...imagesAt('test/a/', 1, 30),
        ...imagesAt('test/b/', 1, 40),
        ...imagesAt('test/c/', 1, 50),
      }),
    );
    const manifest = await prepare(job);
    expect(manifest.classNames).toEqual(['a', 'c']);
    expect(contentOf(job, manifest)).toMatchObject({
      train: [20, 10, 21],
      trainLabels: [1, 0, 1],
      eval: [30, 50],
      evalLabels: [0, 1],
    });
    const damaged = 'is a damaged BMP image, or its end is missing';
    expect(manifest.leftOut).toEqual({
      count: 4,
      files: [
        { path: 'train/b/0.bmp', why: damaged },
        { path: 'train/b/1.bmp', why: damaged },
        { path: 'train/b', why: 'has no training images that can be read' },
        { path: 'test/b/0.bmp', why: 'is of the class “b”, which has no training images' },
      ],
    });
  });

  const cut = plainImage(1).subarray(0, 60);
  test.each<[string, Record<string, Buffer>, string]>([
    [
      'all for training',
      { 'train/a/x.bmp': cut, 'train/b/x.bmp': cut, 'test/a/x.bmp': plainImage(1) },
      'train has no training image that can be read (train/a/x.bmp is a damaged BMP image',
    ],
    [
      'all for the test',
      { ...imagesAt('train/a/', 1), ...imagesAt('train/b/', 1), 'test/a/x.bmp': cut },
      'test has no test image that can be read (test/a/x.bmp is a damaged BMP image',
    ],
    [
      'all of one of two classes',
      { ...imagesAt('train/a/', 1), 'train/b/x.bmp': cut, ...imagesAt('test/a/', 1) },
      'train has training images that can be read of one class only, “a”',
    ],
  ])('%s make no set, and nothing is left of it', async (_, files, sentence) => {
    const job = jobFor(folderWith(files));
    await expect(prepare(job)).rejects.toMatchObject({
      failure: { code: 'invalid-input', message: expect.stringContaining(sentence) },
    });
    expect(existsSync(job.target)).toBe(false);
  });
});

describe('a set that was prepared before', () => {
  test('stays where nothing has changed, without a file being opened', async () => {
    const job = jobFor(folderWith({ ...imagesAt('a/', 4), ...imagesAt('b/', 4) }));
    const before = await prepare(job);
    const again = { ...job, target: `${job.target}-2`, before };
    vi.mocked(open).mockClear();
    expect(await prepareFolder(again, () => {})).toEqual({ manifest: before, unchanged: true });
    expect(open).not.toHaveBeenCalled();
    expect(existsSync(again.target)).toBe(false);

    const touched = join(job.path, 'a', '1.bmp');
    const { mtimeMs } = statSync(touched);
    utimesSync(touched, new Date(), new Date(mtimeMs + 10));
    const { manifest, unchanged } = await prepareFolder(again, () => {});
    expect(unchanged).toBe(false);
    expect(manifest.sha256).toBe(before.sha256);
    expect(manifest.source.stamp).not.toBe(before.source.stamp);
  });

  test.each([{ channels: 3 }, { fit: 'pad' }, { splitSeed: 1 }] as const)(
    'is made anew with %o',
    async (change) => {
      const job = jobFor(folderWith({ ...imagesAt('a/', 4), ...imagesAt('b/', 4) }));
      const before = await prepare(job);
      const again = {
        ...job,
        target: `${job.target}-2`,
        before,
        preparation: { ...job.preparation, ...change },
      };
      expect((await prepareFolder(again, () => {})).unchanged).toBe(false);
    },
  );
});

describe('ended early', () => {
  const files = { ...imagesAt('a/', 30), ...imagesAt('b/', 30) };
  const STAGES = [
    'Looking through the folder',
    'Telling images from other files',
    'Preparing the images',
    'Checking what was written',
  ];

  test('every stage is shown', async () => {
    const seen = new Set<string>();
    await prepareFolder(jobFor(folderWith(files)), (stage, done, total) => {
      seen.add(stage);
      expect(done).toBeLessThanOrEqual(total ?? Infinity);
    });
    expect([...seen]).toEqual(STAGES);
  });

  test.each(STAGES)('in “%s”, nothing is left', async (when) => {
    const job = jobFor(folderWith(files));
    mkdirSync(dirname(job.target), { recursive: true });
    const tensors = tensorflow().getNumOfTensors();
    const cancelled = new Error('cancelled');
    const done = prepareFolder(job, (stage) => {
      if (stage === when) throw cancelled;
    });
    await expect(done).rejects.toBe(cancelled);
    expect(readdirSync(dirname(job.target))).toEqual([]);
    expect(tensorflow().getNumOfTensors()).toBe(tensors);
  });

  test('on a full disk, in the words for that', async () => {
    const job = jobFor(folderWith(files));
    vi.mocked(open).mockImplementation(async (path, flags, mode) => {
      const file: FileHandle = await realOpen(path, flags, mode);
      if (String(path).endsWith('content.bin')) {
        file.write = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
      }
      return file;
    });
    await expect(prepare(job)).rejects.toMatchObject({
      failure: { code: 'storage', message: expect.stringMatching(/^The disk that holds .* is full/) },
    });
    expect(existsSync(job.target)).toBe(false);
  });

  test('what was there before stays', async () => {
    const job = jobFor(folderWith(files));
    mkdirSync(job.target, { recursive: true });
    const mine = join(job.target, 'content.bin');
    writeFileSync(mine, 'mine');
    await expect(prepare(job)).rejects.toMatchObject({ failure: { code: 'storage' } });
    expect(readFileSync(mine, 'utf8')).toBe('mine');
  });

  test.skipIf(process.platform === 'win32')('a link in the data folder is not followed', async () => {
    const job = jobFor(folderWith(files));
    const elsewhere = temporaryFolder();
    mkdirSync(join(job.home, 'datasets'), { recursive: true });
    symlinkSync(elsewhere, join(job.home, 'datasets', 'own'));
    await expect(prepare(job)).rejects.toThrow('There is a link at');
    expect(readdirSync(elsewhere)).toEqual([]);
  });
});

test('an image that goes while others are read is left out', async () => {
  const job = jobFor(folderWith({ ...imagesAt('a/', 10), ...imagesAt('b/', 10, 50) }));
  vi.mocked(open).mockImplementation((path, ...rest) => {
    if (path === join(job.path, 'a', '3.bmp'))
      return Promise.reject(Object.assign(new Error(), { code: 'EIO' }));
    return realOpen(path, ...rest);
  });
  const { leftOut, trainCount, evalCount } = await prepare(job);
  expect(leftOut.files).toEqual([{ path: 'a/3.bmp', why: 'cannot be read (EIO)' }]);
  expect(trainCount + evalCount).toBe(19);
});
