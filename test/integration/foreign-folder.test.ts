/** A data folder of somebody else's through the command line: nothing in it is done before its user says so. */
import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import { home, json, oneSentence, SHORT, SMALL, start, type } from './cli-fixture';

/** A copy of a data folder with a run that waits, and rows and files that would act outside of it. */
let foreign: string;

beforeEach(async () => {
  const own = join(home, 'own');
  mkdirSync(join(home, 'victim'));
  writeFileSync(join(home, 'victim', 'package.json'), 'mine');
  writeFileSync(join(home, 'victim', 'package.safetensors'), 'mine');
  expect((await type('train', ...SMALL, ...SHORT, '--background', '--home', own)).code).toBe(0);
  foreign = join(home, 'foreign');
  cpSync(own, foreign, { recursive: true });
  const database = new Database(join(foreign, 'resbench.db'));
  database
    .prepare(
      `INSERT INTO checkpoints (run_id, step, epoch, kind, file, bytes, weights_sha256, state_sha256, is_best, created_at)
       VALUES (1, 1, 1, 'epoch', '../../../victim/package', 1, '', '', 0, 1)`,
    )
    .run();
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
});

/** Each file below with its content and its time. */
function tree(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return lstatSync(path).isDirectory()
        ? [path, ...tree(path)]
        : [`${path} ${lstatSync(path).mtimeMs} ${readFileSync(path, 'latin1')}`];
    });
}

describe('a copied data folder', () => {
  test.each([
    [['runs', 'list']],
    [['runs', 'resume', '1']],
    [['queue', 'run']],
    [['checkpoints', 'delete', '1']],
    [['train', ...SMALL, ...SHORT, '--background']],
    [['quickstart']],
    [['data', 'list']],
    [['settings', 'list']],
    [['db', 'check']],
    [['db', 'backup']],
  ])('is not touched by %j, which says what to do in one sentence', async (words) => {
    const before = tree(foreign);
    const { code, stderr } = await type(...words, '--home', foreign);
    expect(code).toBe(5);
    expect(stderr).toMatch(oneSentence(/ add --trust-folder once/));
    expect(tree(foreign)).toEqual(before);
  });

  test('whose recovery was planted moves nothing', async () => {
    const before = readFileSync(join(foreign, 'resbench.db'));
    const aside = join(home, 'autostart', 'evil.desktop');
    mkdirSync(join(home, 'autostart'));
    writeFileSync(
      join(foreign, 'resbench.db-recovering'),
      JSON.stringify({ owner: { pid: 999999999, start: 'x' }, aside, notice: 'Type this.' }),
    );
    writeFileSync(join(foreign, 'resbench.db-recovered'), 'planted');
    expect((await type('runs', 'list', '--home', foreign)).code).toBe(5);
    const trusted = await type('runs', 'list', '--home', foreign, '--trust-folder');
    expect(trusted.code).toBe(5);
    expect(trusted.stderr).toMatch(oneSentence(/is not the journal of a recovery/));
    expect(readdirSync(join(home, 'autostart'))).toEqual([]);
    expect(readFileSync(join(foreign, 'resbench.db')).equals(before)).toBe(true);
  });

  test('is used once its user has said so, and then without a word; names in it still lead nowhere', async () => {
    expect((await type('runs', 'list', '--home', foreign, '--trust-folder')).code).toBe(0);
    expect(await json('checkpoints', 'list', '1', '--home', foreign)).toMatchObject([
      { file: '../../../victim/package' },
    ]);
    expect((await type('checkpoints', 'path', '1', '--home', foreign)).code).toBe(4);
    const check = await type('db', 'check', '--home', foreign);
    expect([check.code, check.stdout]).toEqual([
      5,
      expect.stringContaining('a name that Resbench never gives'),
    ]);
    expect((await type('queue', 'run', '--home', foreign)).code).toBe(0);
    expect(await json('checkpoints', 'list', '1', '--home', foreign)).toHaveLength(2);
    expect(readdirSync(join(home, 'victim')).sort()).toEqual(['package.json', 'package.safetensors']);
  });
});

test('a folder of one’s own that was moved is known', async () => {
  const moved = join(home, 'moved');
  renameSync(join(home, 'own'), moved);
  const { code, stderr } = await type('runs', 'list', '--home', moved);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('a folder that is made by three terminals at once belongs to each', async () => {
  const fresh = join(home, 'fresh');
  const ended = await Promise.all([1, 2, 3].map(() => start(['runs', 'list', '--home', fresh]).ended));
  expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
    Array.from({ length: 3 }, () => ({ code: 0, stderr: '' })),
  );
});
