import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databasePath } from '../../../../src/node/files/home';
import { CheckpointStore } from '../../../../src/main/db/stores/checkpoints';
import { MetricStore } from '../../../../src/main/db/stores/metrics';
import { MIGRATIONS } from '../../../../src/main/db/migrations';
import type { Db } from '../../../../src/main/db/database';
import { openDatabase } from '../../../../src/main/db/open';
import { ProcessStore } from '../../../../src/main/db/stores/processes';
import { RunStore } from '../../../../src/main/db/stores/runs';
import { typeIn } from '../../cli/memory';
import { begun, epoch, newCheckpoint, step, temporaryFolder } from '../fixtures';
import { fromColumns } from '../../../../src/shared/step-columns';

let home: string;
let path: string;
const opened: Db[] = [];

beforeEach(() => {
  home = temporaryFolder();
  path = databasePath(home);
});

afterEach(() => close());

function close(): void {
  for (const db of opened.splice(0)) db.close();
}

function open(at = path): Db {
  const result = openDatabase(at);
  if (!result.ok) throw new Error(result.error.message);
  opened.push(result.value);
  return result.value;
}

/** Runs that have ended, of 500 steps each. */
function fill(count: number): Db {
  const db = open();
  for (let number = 0; number < count; number++) {
    const { id } = begun(db);
    new MetricStore(db).addSteps(
      id,
      Array.from({ length: 500 }, (_, index) => step(index + 1)),
    );
    new RunStore(db).transition(id, 'stopped', null, 2000);
  }
  return db;
}

const type = (...words: string[]): ReturnType<typeof typeIn> => typeIn(...words, '--home', home);

function damage(): void {
  fill(2).raw((sqlite) => sqlite.pragma('wal_checkpoint(TRUNCATE)'));
  close();
  const content = readFileSync(path);
  content.fill(0xa5, 10 * 4096, 12 * 4096);
  writeFileSync(path, content);
}

describe('db check', () => {
  it('names checkpoints of which no use is made, since their names lead elsewhere', async () => {
    const db = fill(1);
    const checkpoints = new CheckpointStore(db);
    checkpoints.add(newCheckpoint(1, { step: 1 }));
    for (const file of ['../../victim/package', '/etc/x'])
      checkpoints.add(newCheckpoint(1, { file, step: 2 }));
    close();
    const { code, stdout, stderr } = await type('db', 'check');
    expect(code).toBe(5);
    for (const id of [2, 3]) {
      expect(stdout).toContain(`- The database gives checkpoint ${id} a name that Resbench never gives`);
    }
    expect(stderr).toContain('checkpoint 2 a name that Resbench never gives');
  });

  it('says what is in a sound database, also while it is in use', async () => {
    fill(2);
    const { code, stdout, stderr } = await type('db', 'check', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(report).toMatchObject({
      ok: true,
      file: path,
      version: MIGRATIONS.length,
      newestVersion: MIGRATIONS.length,
      ours: true,
      problems: [],
      rows: { runs: 2, steps: 1000, epochs: 0, checkpoints: 0 },
    });
    const words = await type('db', 'check');
    expect(words.stdout).toContain('2 runs, 1,000 steps, 0 epochs, 0 checkpoints\n');
    expect(words.stdout).toContain('are sound.');
  });

  it('ends with 5 where it is damaged, says what, and changes nothing', async () => {
    damage();
    const before = readFileSync(path);
    const { code, stdout, stderr } = await type('db', 'check', '--json');
    expect(code).toBe(5);
    const report = JSON.parse(stdout) as { ok: boolean; problems: string[] };
    expect(report.ok).toBe(false);
    expect(report.problems.length).toBeGreaterThan(0);
    expect(stderr).toMatch(/^resbench: the database .+ is damaged \(.+\); the next start of Resbench .+\n$/);
    expect(readFileSync(path).equals(before)).toBe(true);
    // What it found is what the next start takes care of.
    expect(open().notices).toHaveLength(1);
  });

  it('names run and epoch of a number that has changed, ends with 5, and leaves the sound file where it is', async () => {
    const db = fill(2);
    const metrics = new MetricStore(db);
    for (const id of [1, 2]) for (const at of [1, 2]) metrics.addEpoch(id, epoch(at));
    expect((await type('db', 'check')).stdout).toContain(
      'The numbers of each epoch that has a SHA-256 are those that were stored.',
    );
    db.run('UPDATE steps SET loss = 7 WHERE run_id = 2 AND step IN (1, 4)');
    close();
    const { code, stdout, stderr } = await type('db', 'check', '--json');
    expect(code).toBe(5);
    const sentence = expect.stringMatching(
      /^Numbers of run 2 \(epochs 1, 2\) have changed on the disk .+\.$/,
    );
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      problems: [],
      changed: sentence,
      changedEpochs: [{ runId: 2, epochs: [1, 2] }],
    });
    expect(stderr).toMatch(
      /^resbench: Numbers of run 2 \(epochs 1, 2\) .+: a backup of the database may have .+\.\n$/,
    );
    expect((await type('db', 'check')).stdout).toContain('references are sound.\n- Numbers of run 2');
    expect(open().notices).toEqual([]);
    expect(new RunStore(opened[0]!).list()).toHaveLength(2);
  });

  it('names the newest backup where numbers have changed', async () => {
    const db = fill(1);
    new MetricStore(db).addEpoch(1, epoch(1));
    const { file } = JSON.parse((await type('db', 'backup', '--json')).stdout) as { file: string };
    db.run('UPDATE epochs SET val_loss = 7');
    expect((await type('db', 'check')).stderr).toContain(
      `the newest backup, ${file}, may have the right ones`,
    );
  });

  it('passes over runs that are deleted, and over a database without sums', async () => {
    const db = fill(1);
    new MetricStore(db).addEpoch(1, epoch(1));
    db.run('UPDATE epochs SET val_loss = 7');
    new RunStore(db).markDeleted([1], 1);
    expect((await type('db', 'check')).code).toBe(0);
    close();
    path = databasePath((home = temporaryFolder()));
    const old = openDatabase(path, MIGRATIONS.slice(0, 3));
    if (old.ok) old.value.close();
    expect(JSON.parse((await type('db', 'check', '--json')).stdout)).toMatchObject({ ok: true, version: 3 });
  });

  it('is damaged where a table is described by what SQLite does not understand', async () => {
    fill(1).raw((sqlite) => sqlite.pragma('wal_checkpoint(TRUNCATE)'));
    close();
    const content = readFileSync(path);
    // A space within `CHECK (kind IN (…))` becomes a letter.
    content[content.lastIndexOf('kind IN (') + 4]! ^= 0x04;
    writeFileSync(path, content);
    const { code, stderr } = await type('db', 'check');
    expect(code).toBe(5);
    expect(stderr).toMatch(
      /is damaged \(the table "checkpoints" in it is not as Resbench makes it\); the next start of Resbench/,
    );
  });

  it('finds rows that refer to none', async () => {
    fill(1).raw((sqlite) => {
      sqlite.pragma('foreign_keys = OFF');
      sqlite.exec('INSERT INTO steps (run_id, step, epoch) VALUES (99, 1, 1)');
    });
    const { code, stdout } = await type('db', 'check', '--json');
    expect(code).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({
      problems: ['1 rows refer to rows that do not exist, the first from steps to runs'],
    });
  });

  it.each(['check', 'backup', 'vacuum'])('has nothing to do before there is a database: %s', async (word) => {
    const { code, stderr } = await type('db', word);
    expect(code).toBe(3);
    expect(stderr).toBe(`resbench: there is no database ${path} yet: it is made with the first run\n`);
    expect(existsSync(path)).toBe(false);
  });

  it.each(['check', 'backup', 'vacuum'])('leaves a newer database alone: %s', async (word) => {
    fill(1).raw((sqlite) => sqlite.pragma('user_version = 999'));
    close();
    const before = readFileSync(path);
    const { code, stderr } = await type('db', word);
    expect(code).toBe(5);
    expect(stderr).toContain('version 999');
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe('a run with a number that has changed', () => {
  it.each([['show'], ['show', '--json'], ['export'], ['export', '--format', 'csv']])(
    'is given whole by `runs %s %s`, and a line on stderr says what has changed',
    async (word, ...flags) => {
      const db = fill(2);
      for (const id of [1, 2]) new MetricStore(db).addEpoch(id, epoch(1));
      const before = await type('runs', word, '2', ...flags);
      expect(before).toMatchObject({ code: 0, stderr: '' });
      db.run('UPDATE epochs SET seconds = seconds + 1 WHERE run_id = 2');
      const { code, stdout, stderr } = await type('runs', word, '2', ...flags);
      expect(code).toBe(0);
      expect(stdout.length).toBeGreaterThan(before.stdout.length / 2);
      expect(stderr).toMatch(/^resbench: Numbers of run 2 \(epoch 1\) have changed on the disk .+\.\n$/);
      expect((await type('runs', word, '1', ...flags)).stderr).toBe('');
    },
  );
});

describe('db backup', () => {
  it('copies one moment while another connection is in the middle of a write', async () => {
    const db = fill(2);
    const file = join(home, 'copy.sqlite3');
    db.raw((sqlite) => sqlite.exec('BEGIN IMMEDIATE; DELETE FROM steps WHERE run_id = 1'));
    const { code, stdout, stderr } = await type('db', 'backup', file, '--json');
    db.raw((sqlite) => sqlite.exec('COMMIT'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      file,
      bytes: readFileSync(file).length,
      version: MIGRATIONS.length,
    });
    const copy = open(file);
    expect(copy.all('SELECT run_id, COUNT(*) AS steps FROM steps GROUP BY run_id')).toEqual([
      { run_id: 1, steps: 500 },
      { run_id: 2, steps: 500 },
    ]);
    expect(copy.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  it('goes into the folder of backups under version and date where no file is named', async () => {
    fill(1);
    const { code, stdout } = await type('db', 'backup', '--json');
    expect(code).toBe(0);
    const [name, ...others] = readdirSync(join(home, 'backups'));
    expect(others).toEqual([]);
    expect(name).toMatch(new RegExp(`^resbench-v${MIGRATIONS.length}-\\d{8}-\\d{6}\\.sqlite3$`));
    expect((JSON.parse(stdout) as { file: string }).file).toBe(join(home, 'backups', name!));
  });

  it('overwrites a file only where it is told to, and never the database', async () => {
    fill(1);
    const file = join(home, 'mine');
    writeFileSync(file, 'mine');
    expect(await type('db', 'backup', file)).toMatchObject({
      code: 2,
      stderr: `resbench: ${file} exists already; choose another name, or overwrite it with --force\n`,
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await type('db', 'backup', file, '--force')).code).toBe(0);
    expect(readFileSync(file, 'latin1').slice(0, 15)).toBe('SQLite format 3');
    expect(await type('db', 'backup', path, '--force')).toMatchObject({
      code: 2,
      stderr: `resbench: ${path} is the database itself; name another file\n`,
    });
    expect((await type('db', 'backup', join(home, 'no', 'such'))).code).toBe(3);
  });
});

describe('db vacuum', () => {
  it('gives back the space of what was deleted, and says how much', async () => {
    const db = fill(4);
    new RunStore(db).markDeleted([1, 2, 3], 1);
    new ProcessStore(db).purgeDeleted('me', () => false);
    close();
    const { code, stdout } = await type('db', 'vacuum', '--json');
    expect(code).toBe(0);
    const { bytesBefore, bytesAfter, file } = JSON.parse(stdout) as Record<string, number | string>;
    expect(file).toBe(path);
    expect(Number(bytesAfter)).toBeLessThan(Number(bytesBefore) * 0.75);
    expect(readFileSync(path).length).toBe(bytesAfter);
    expect(fromColumns(new MetricStore(open()).steps(4, 0, 1000))).toHaveLength(500);
  });

  it('is refused while a run is active, though not for one whose process is dead', async () => {
    const db = open();
    const { id } = begun(db, { name: 'busy' });
    const before = await type('db', 'vacuum');
    expect(before.code).toBe(2);
    expect(before.stderr).toMatch(
      /^resbench: run 1 \("busy"\) is preparing, .+: wait for its end or stop it/,
    );
    db.run('UPDATE runs SET owner_pid = 999999999 WHERE id = ?', id);
    expect((await type('db', 'vacuum')).code).toBe(0);
  });
});
