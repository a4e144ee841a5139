/** Folders of images become data sets, with service, trainer's process and command line as they are built. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DatasetService } from '../../src/main/datasets/service';
import { CONTENT_FILE } from '../../src/node/datasets/own-content';
import { ownSetFolder, ownSetsFolder } from '../../src/node/datasets/sources/own';
import { childProcessHost } from '../../src/node/processes/process-host';
import type { DatasetStatus } from '../../src/shared/dataset';
import { DEFAULT_PREPARATION, type AskedPreparation } from '../../src/shared/own-dataset';
import type { Run } from '../../src/shared/run';
import { loadDataset } from '../../src/trainer/data/dataset';
import { bmp, imageFolder } from '../image-folder';
import { show, type } from './cli-fixture';

const host = childProcessHost(resolve('out/main'));
const ID = 'own-pets';
const PREPARATION: AskedPreparation = { ...DEFAULT_PREPARATION, height: 8, width: 8, testShare: 0.25 };

let root: string;
let pictures: string;
let home: string;
let sets: DatasetService;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'resbench-own-'));
  [pictures, home] = [join(root, 'pictures'), join(root, 'home')];
  mkdirSync(home);
  imageFolder(pictures, ['cat', 'dog'], 12);
  sets = new DatasetService({ home, host, roots: [], cache: join(root, 'cache') });
});
afterEach(async () => {
  await sets.shutdown();
  rmSync(root, { recursive: true, force: true });
});

const add = (change: Partial<AskedPreparation> = {}, title = 'Pets') =>
  sets.add({ path: pictures, title, preparation: { ...PREPARATION, ...change } });
async function added(...words: Parameters<typeof add>): Promise<DatasetStatus> {
  const result = await add(...words);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}
/** What lies among the sets of the data folder. */
const folders = (): string[] => (existsSync(ownSetsFolder(home)) ? readdirSync(ownSetsFolder(home)) : []);

describe('a folder of images', () => {
  test('is prepared beside the window, told as it goes on, and read as any other set', async () => {
    const heard: DatasetStatus[] = [];
    sets.on('changed', (status) => heard.push(status));
    const status = await added();
    expect(status).toMatchObject({
      id: ID,
      title: 'Pets',
      state: 'ready',
      imageShape: [8, 8, 3],
      classNames: ['cat', 'dog'],
      trainCount: 18,
      evalCount: 6,
      detail: `Made of ${pictures}.`,
      progress: null,
      own: {
        asked: PREPARATION,
        preparation: { ...PREPARATION, channels: 3 },
        leftOut: { count: 0, files: [] },
      },
    });
    expect(heard.some(({ id, state, progress }) => id === ID && state === 'preparing' && progress)).toBe(
      true,
    );
    expect(heard.at(-1)).toMatchObject({ id: ID, state: 'ready' });
    expect(sets.list().map(({ id }) => id)).toEqual(['shapes', 'cifar10', ID]);
    const loaded = await loadDataset(ID, sets.folder(ID), { train: null, eval: null });
    expect(loaded.sha256).toBe(status.sha256);
    expect([...loaded.train.labels].sort()).toEqual([...Array(9).fill(0), ...Array(9).fill(1)]);
    expect(await sets.sample(ID)).toMatchObject({
      ok: true,
      value: { imageShape: [8, 8, 3], labels: { length: 8 } },
    });
    expect(await sets.check(ID)).toMatchObject({ ok: true, value: { state: 'ready' } });
  });

  test('is not prepared again where nothing has changed, and anew in its place where something has', async () => {
    const first = await added();
    expect((await added()).detail).toBe(`Nothing has changed in the folder. Made of ${pictures}.`);
    const other = await added({ height: 4, width: 4 });
    expect(other).toMatchObject({ id: ID, imageShape: [4, 4, 3] });
    const again = await added();
    // The same images give the same bytes.
    expect(again.sha256).toBe(first.sha256);
    writeFileSync(
      join(pictures, 'dog', '0003.bmp'),
      bmp(9, 9, () => [1, 2, 3]),
    );
    const changed = await added();
    expect(changed.sha256).not.toBe(first.sha256);
    utimesSync(join(pictures, 'dog', '0003.bmp'), 1, 1);
    // Looked at anew, and found to be the same.
    expect((await added()).sha256).toBe(changed.sha256);
    expect(folders()).toEqual([ID]);
    // Under another name it is another set.
    expect(await added({}, 'Haustiere')).toMatchObject({ id: 'own-haustiere' });
  });

  test('that is damaged where it lies prepared is prepared again', async () => {
    const { sha256 } = await added();
    writeFileSync(join(ownSetFolder(home, ID), CONTENT_FILE), 'nothing');
    expect(sets.status(ID)).toMatchObject({
      state: 'corrupt',
      detail: expect.stringContaining('7 bytes') as string,
    });
    expect(await sets.check(ID)).toMatchObject({ ok: false, error: { code: 'data-corrupt' } });
    expect(await added()).toMatchObject({ state: 'ready', sha256 });
  });

  test.each([
    ['is not there', () => rmSync(pictures, { recursive: true }), 'not-found'],
    ['has one class', () => rmSync(join(pictures, 'dog'), { recursive: true }), 'invalid-input'],
  ])('that %s changes nothing', async (_what, harm, code) => {
    harm();
    const removed: string[] = [];
    sets.on('removed', (id) => removed.push(id));
    const result = await add();
    expect(result).toMatchObject({ ok: false, error: { code } });
    expect(folders()).toEqual([]);
    expect(sets.list()).toHaveLength(2);
    // Whoever has shown it as being prepared hears that it is not.
    expect(removed).toEqual([ID]);
  });

  test('that is no longer wanted leaves what was there before', async () => {
    const before = await added();
    imageFolder(pictures, ['fish'], 400);
    const ended = add();
    expect(await sets.get('cifar10')).toMatchObject({
      ok: false,
      error: { code: 'conflict', message: 'Pets is being prepared right now: wait for that, or cancel it.' },
    });
    sets.cancel(ID);
    expect(await ended).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(sets.status(ID)).toMatchObject({ state: 'ready', sha256: before.sha256 });
    expect(folders()).toEqual([ID]);
  });

  test('that was prepared is removed, unless somebody trains on it', async () => {
    await added();
    const guarded = new DatasetService({ home, host, roots: [], usedBy: () => 'Run 3 trains on it.' });
    expect(guarded.remove(ID)).toEqual({
      ok: false,
      error: { code: 'conflict', message: 'Run 3 trains on it.' },
    });
    expect(sets.remove('shapes')).toMatchObject({ ok: false, error: { code: 'unsupported' } });
    expect(sets.remove(ID)).toEqual({ ok: true, value: undefined });
    expect(folders()).toEqual([]);
    expect(sets.remove(ID)).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(existsSync(join(pictures, 'cat', '0000.bmp'))).toBe(true);
  });

  test('leaves no draft of a process that died', async () => {
    mkdirSync(join(ownSetsFolder(home), '.draft-4194305-00'), { recursive: true });
    await added();
    expect(folders()).toEqual([ID]);
  });
});

test('the terminal adds one, trains on it, and does not resume on other images', async () => {
  writeFileSync(join(pictures, 'cat', 'broken.png'), 'no image');
  const made = await type('data', 'add', pictures, '--name', 'Pets', '--size', '8', '--test-share', '0.25');
  expect(made.code).toBe(0);
  expect(made.stdout).toContain('Pets is ready as own-pets.');
  expect(made.stdout).toMatch(/Left out: 1 file\n {2}cat\/broken\.png is /);

  const net = ['resnet20', '--dataset', ID, '--batch-size', '4', '--epochs', '2'];
  const mismatch = await type('train', ...net);
  expect(mismatch).toMatchObject({ code: 2 });
  expect(mismatch.stderr).toContain('as flags: --input 8x8x3 --classes 2');
  const trained = await type('train', ...net, '--input', '8x8x3', '--classes', '2', '--name', 'on pets');
  expect(trained.code).toBe(0);
  const run = await show(1);
  expect(run).toMatchObject({
    name: 'on pets',
    dataset: { id: ID, title: 'Pets', trainCount: 18, evalCount: 6 },
  });

  imageFolder(pictures, ['cat'], 13);
  expect(
    (await type('data', 'add', pictures, '--name', 'Pets', '--size', '8', '--test-share', '0.25')).code,
  ).toBe(0);
  const more = await type('runs', 'extend', '1', '--epochs', '1');
  expect(more.code).not.toBe(0);
  expect(more.stderr).toMatch(
    /Pets is not what it was when .* bring the data set back as it was, or start a new run/,
  );

  expect((await type('data', 'remove', ID)).stdout).toContain('Pets was removed.');
  const gone = await type('train', ...net);
  expect(gone).toMatchObject({ code: 4 });
  expect(gone.stderr).toContain('The data set own-pets is not in this data folder: add its images');
  const listed = JSON.parse((await type('runs', 'list', '--json')).stdout) as Run[];
  expect(listed[0]!.dataset).toMatchObject({ id: ID, title: 'Pets' });
});
