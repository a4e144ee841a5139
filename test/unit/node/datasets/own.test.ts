import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONTENT_FILE, headerOf, MANIFEST_FILE, placesOf } from '../../../../src/node/datasets/own-content';
import { infoOf, sourceOf } from '../../../../src/node/datasets/registry';
import { ownSetFolder } from '../../../../src/node/datasets/sources/own';
import { channelStatistics } from '../../../../src/shared/augmentation/normalisation';
import {
  DEFAULT_PREPARATION,
  ownIdOf,
  preparationOf,
  type Manifest,
  type OwnDatasetId,
} from '../../../../src/shared/own-dataset';

const ID = 'own-pets' as const satisfies OwnDatasetId;
const SHAPE = { imageShape: [4, 5, 3], classes: 2, trainCount: 7, evalCount: 3 } as const;
const IMAGE = 60;

let home: string;
let folder: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'resbench-own-'));
  folder = ownSetFolder(home, ID);
  mkdirSync(folder, { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const images = (count: number, first: number): Uint8Array =>
  Uint8Array.from({ length: count * IMAGE }, (_, at) => (first + at * 7) % 251);
const [TRAIN, EVAL] = [images(7, 0), images(3, 100)];
const LABELS = { train: Uint8Array.from([0, 1, 0, 1, 1, 0, 1]), eval: Uint8Array.from([1, 0, 1]) };

const content = (labels: Uint8Array = LABELS.train): Buffer =>
  Buffer.concat([headerOf(SHAPE), TRAIN, EVAL, labels, LABELS.eval]);
const manifestOf = (bytes: Uint8Array): Manifest => ({
  format: 'resbench-dataset',
  formatVersion: 1,
  title: 'Pets',
  classNames: ['cat', '犬'],
  trainCount: 7,
  evalCount: 3,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  asked: DEFAULT_PREPARATION,
  preparation: preparationOf(DEFAULT_PREPARATION, { height: 4, width: 5, channels: 3 }),
  source: { kind: 'folder', path: '/pictures/pets', stamp: '0'.repeat(64), split: 'seed' },
  leftOut: { count: 1, files: [{ path: 'cat/a.png', why: 'is empty' }] },
  createdAt: 1,
});
function put(bytes: Buffer = content(), manifest: unknown = manifestOf(bytes)): void {
  writeFileSync(join(folder, CONTENT_FILE), bytes);
  writeFileSync(join(folder, MANIFEST_FILE), JSON.stringify(manifest));
}
const source = sourceOf(ID);
const all = { train: 7, eval: 3 };
const failure = (code: string, text: string | RegExp) =>
  expect.objectContaining({
    failure: expect.objectContaining({ code, message: expect.stringMatching(text) as string }) as unknown,
  }) as Error;
function thrown(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('what is known of a set of one’s own', () => {
  it('is what stands beside its images', () => {
    put();
    expect(infoOf({ id: ID, folder })).toEqual({
      id: ID,
      title: 'Pets',
      imageShape: [4, 5, 3],
      classNames: ['cat', '犬'],
      trainCount: 7,
      evalCount: 3,
    });
    expect(source.presence(home)).toEqual({
      state: 'ready',
      detail: 'Made of /pictures/pets.',
      bytes: placesOf(SHAPE).length,
    });
  });

  it('is that it is not there, or not what it was, with what to do', () => {
    expect(source.presence(home)).toMatchObject({ state: 'missing', bytes: 0 });
    expect(thrown(() => source.info(folder))).toEqual(failure('data-missing', /own-pets .* data add PATH/));
    put(content().subarray(1));
    expect(source.presence(home)).toMatchObject({
      state: 'corrupt',
      detail: expect.stringMatching(
        /641 bytes in the place of 642: add \/pictures\/pets again, as “Pets”/,
      ) as string,
    });
    for (const manifest of [
      {},
      { ...manifestOf(content()), sha256: 'x' },
      { ...manifestOf(content()), classNames: ['one'] },
    ]) {
      put(content(), manifest);
      expect(source.presence(home)).toMatchObject({
        state: 'corrupt',
        detail: expect.stringContaining('is not what Resbench wrote there') as string,
      });
    }
    writeFileSync(join(folder, MANIFEST_FILE), '{"title": 1, "title": 2}');
    expect(source.presence(home)).toMatchObject({ state: 'corrupt' });
  });

  it('is not read through links', () => {
    put();
    const elsewhere = join(home, 'elsewhere.bin');
    writeFileSync(elsewhere, content());
    rmSync(join(folder, CONTENT_FILE));
    symlinkSync(elsewhere, join(folder, CONTENT_FILE));
    expect(thrown(() => source.open(folder, null))).toEqual(failure('storage', /There is a link at/));
    expect(source.presence(home)).toMatchObject({
      state: 'corrupt',
      detail: expect.stringContaining('link') as string,
    });
  });
});

describe('its images', () => {
  it('are read in whole, or the first of each part', async () => {
    put();
    const whole = await source.load(folder, all, null);
    expect(whole.train).toEqual({ count: 7, images: TRAIN, labels: LABELS.train });
    expect(whole.eval).toEqual({ count: 3, images: EVAL, labels: LABELS.eval });
    const some = await source.load(folder, { train: 2, eval: 0 }, null);
    expect(some.train.images).toEqual(TRAIN.slice(0, 2 * IMAGE));
    expect(some.train.labels).toEqual(LABELS.train.slice(0, 2));
    expect(some.eval.images).toHaveLength(0);
  });

  it('are refused where a byte is another, or a class is none of the set’s', async () => {
    put();
    const bytes = content();
    bytes[40]! ^= 1;
    writeFileSync(join(folder, CONTENT_FILE), bytes);
    await expect(source.load(folder, { train: 0, eval: 0 }, null)).rejects.toEqual(
      failure('data-corrupt', /is not what it was when it was prepared/),
    );
    const other = content(Uint8Array.from([0, 1, 0, 1, 2, 0, 1]));
    put(other);
    await expect(source.load(folder, all, null)).rejects.toEqual(
      failure('data-corrupt', /classes that the set does not have/),
    );
  });

  it('are not read where memory cannot hold them', async () => {
    const manifest = { ...manifestOf(content()), trainCount: 10_000_000 };
    const shape = { ...SHAPE, imageShape: [512, 512, 3] as const, trainCount: 10_000_000 };
    put(content(), { ...manifest, preparation: { ...manifest.preparation, height: 512, width: 512 } });
    // A file with a hole takes no room.
    truncateSync(join(folder, CONTENT_FILE), placesOf(shape).length);
    await expect(source.load(folder, { train: 10_000_000, eval: 3 }, null)).rejects.toEqual(
      failure('unsupported', /The images of Pets take .* train on fewer of them/),
    );
  });

  it('are found one by one, with labels and statistics', () => {
    put();
    const store = source.open(folder, null);
    try {
      expect(store.read('train', [6, 0])).toEqual(
        Uint8Array.from([...TRAIN.slice(6 * IMAGE), ...TRAIN.slice(0, IMAGE)]),
      );
      expect(store.read('eval', [2])).toEqual(EVAL.slice(2 * IMAGE));
      expect(whole(store.labels())).toEqual(LABELS);
      expect(whole(store.statistics())).toEqual(channelStatistics(TRAIN, 3));
      truncateSync(join(folder, CONTENT_FILE), 100);
      expect(thrown(() => store.read('eval', [0]))).toEqual(failure('data-corrupt', /has become shorter/));
    } finally {
      store.close();
    }
  });

  it('are not looked at where the file is another', () => {
    const bytes = content();
    bytes.write('RESBSET2', 0, 'latin1');
    put(bytes);
    expect(thrown(() => source.open(folder, null))).toEqual(failure('data-corrupt', /is not what it was/));
  });
});

function whole<T>(pieces: Generator<void, T>): T {
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return value;
  }
}

it.each([
  ['Pets', 'own-pets'],
  ['Été à la mer, 2024', 'own-ete-a-la-mer-2024'],
  ['网络', 'own-images'],
  ['--', 'own-images'],
  ['a'.repeat(200), `own-${'a'.repeat(36)}`],
])('%s is named %s', (title, id) => expect(ownIdOf(title, () => false)).toBe(id));

it('numbers a name that is taken', () => {
  const taken = new Set(['own-pets', 'own-pets-2']);
  expect(ownIdOf('Pets', (id) => taken.has(id))).toBe('own-pets-3');
});
