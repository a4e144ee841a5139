import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as disk from '../../../../src/main/db/disk';
import { MIGRATIONS } from '../../../../src/main/db/migrations';
import type { Migration } from '../../../../src/main/db/migrations/migration';
import { MetricStore } from '../../../../src/main/db/stores/metrics';
import type { Db } from '../../../../src/main/db/database';
import { openDatabase } from '../../../../src/main/db/open';
import { RunStore } from '../../../../src/main/db/stores/runs';
import { freeSpaceNow } from '../../../../src/node/files/free-space';
import { BLOG_RECIPE } from '../../../../src/shared/blog/experiment';
import { progressionOf } from '../../../../src/shared/schedule';
import { epoch, step, temporaryFolder } from '../fixtures';
import { fromColumns } from '../../../../src/shared/step-columns';

let path: string;
const opened: Db[] = [];

beforeEach(() => {
  path = join(temporaryFolder(), 'resbench.db');
});

afterEach(() => {
  vi.restoreAllMocks();
  for (const db of opened.splice(0)) db.close();
});

function open(migrations: readonly Migration[] = MIGRATIONS): Db {
  const result = openDatabase(path, migrations);
  if (!result.ok) throw new Error(result.error.message);
  opened.push(result.value);
  return result.value;
}

/** The list with one more at its end. */
const and = (sql: string, before = MIGRATIONS): Migration[] => [
  ...before,
  { version: before.length + 1, sql },
];

/** Two runs as version 1 knew them (later versions may add to that), each with two states, three steps and an epoch. */
function fill(db: Db): void {
  for (const id of [1, 3]) {
    const columns: Record<string, unknown> = {
      id,
      revision: id * 10,
      name: `run ${id}`,
      architecture: '{"name":"tiny"}',
      recipe: '{"batchSize":64}',
      seed: 1,
      dataset_id: 'shapes',
      dataset_title: 'Shapes',
      dataset_train_count: 10,
      dataset_eval_count: 5,
      resbench_version: '0.1.0',
      node_version: '16',
      machine: '{}',
      state: 'completed',
      created_at: 1000,
      ended_at: 2000,
      params: 1,
      macs: 2,
      step: 3,
      total_steps: 3,
      epoch: 1,
      epochs: 1,
      owner_id: 'owner',
      owner_pid: 1,
    };
    db.run(
      `INSERT INTO runs (${Object.keys(columns).join()}) VALUES (${Object.keys(columns)
        .map(() => '?')
        .join()})`,
      ...Object.values(columns),
    );
    for (const number of [1, 2])
      db.run(
        'INSERT INTO run_states (run_id, number, state, at) VALUES (?, ?, ?, ?)',
        id,
        number,
        'running',
        number,
      );
    for (const step of [1, 2, 3])
      db.run('INSERT INTO steps (run_id, step, epoch, loss) VALUES (?, ?, 1, ?)', id, step, step / 7);
    db.run('INSERT INTO epochs (run_id, epoch, step, loss, val_accuracy) VALUES (?, 1, 3, 0.5, 0.25)', id);
  }
  db.run('UPDATE revision SET value = 30');
  db.run(`INSERT INTO settings (key, value, updated_at) VALUES ('a', '1', 0)`);
  if (db.version < 9) {
    db.run(
      `INSERT INTO architectures (id, name, architecture, created_at, updated_at) VALUES (1, 'mine', '{}', 1, 2)`,
    );
  } else {
    db.run(`INSERT INTO architectures (id, name, created_at, updated_at) VALUES (1, 'mine', 1, 2)`);
    db.run(
      `INSERT INTO architecture_versions (architecture_id, version, note, saved_at, architecture)
       VALUES (1, 1, '', 2, '{}')`,
    );
  }
}

const CHILDREN = ['run_states', 'steps', 'epochs', 'settings', 'architectures', 'sqlite_sequence'];
/** Since version 9 the text of an architecture is that of its newest version. */
const VERSIONED = `(SELECT a.*, v.architecture FROM architectures a JOIN architecture_versions v
  ON v.architecture_id = a.id AND v.version = 1 AND v.saved_at = a.updated_at)`;
const contents = (db: Db): unknown[] =>
  CHILDREN.map((table) =>
    db.all(`SELECT * FROM ${table === 'architectures' && db.version >= 9 ? VERSIONED : table} ORDER BY 1, 2`),
  );

describe('migrations', () => {
  it('are numbered without gaps', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  it.each(MIGRATIONS.map(({ version }) => version))('keep all that version %i wrote', (version) => {
    const old = open(MIGRATIONS.slice(0, version));
    fill(old);
    // A number that was given out and is gone.
    old.run(`UPDATE sqlite_sequence SET seq = 7 WHERE name = 'runs'`);
    const before = contents(old);
    opened.pop()?.close();

    const db = open();
    expect(db.version).toBe(MIGRATIONS.length);
    // Later versions may have more columns, and have no more rows.
    expect(contents(db)).toMatchObject(before as object[]);
    expect(new RunStore(db).list()).toMatchObject([
      { id: 3, name: 'run 3', state: 'completed', step: 3, wanted: null, last: { valAccuracy: 0.25 } },
      { id: 1, name: 'run 1', state: 'completed', step: 3, wanted: null, last: { valAccuracy: 0.25 } },
    ]);
    expect(fromColumns(new MetricStore(db).steps(1, 0, 10)).map(({ loss }) => loss)).toEqual([
      1 / 7,
      2 / 7,
      3 / 7,
    ]);
    expect(db.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(db.all('PRAGMA foreign_key_check')).toEqual([]);
    expect(db.get('PRAGMA foreign_keys')).toEqual({ foreign_keys: 1 });
  });

  it.each([1, 2, 3])(
    'leave the epochs of version %i without a sum, and those that come after have one',
    (version) => {
      fill(open(MIGRATIONS.slice(0, version)));
      opened.pop()?.close();
      const db = open();
      const metrics = new MetricStore(db);
      metrics.addSteps(1, [step(4, { epoch: 2 }), step(5, { epoch: 2 })]);
      metrics.addEpoch(1, epoch(2, { step: 5 }));
      expect(db.all('SELECT run_id, epoch, LENGTH(sha256) AS digits FROM epochs')).toEqual([
        { run_id: 1, epoch: 1, digits: null },
        { run_id: 1, epoch: 2, digits: 64 },
        { run_id: 3, epoch: 1, digits: null },
      ]);
      db.run('UPDATE steps SET loss = 9 WHERE run_id = 1 AND step IN (1, 4)');
      expect(metrics.changedEpochs(1)).toEqual([2]);
      expect(metrics.changedEpochs(3)).toEqual([]);
    },
  );

  it('say of forks how many images their parents had trained on', () => {
    const old = open(MIGRATIONS.slice(0, 4));
    fill(old);
    const add = (id: number, batchSize: number, parent: [id: number, step: number] | null) =>
      old.run(
        `INSERT INTO runs (id, revision, name, architecture, recipe, seed, dataset_id, dataset_title,
           dataset_train_count, dataset_eval_count, resbench_version, node_version, machine, state, created_at, params,
           macs, step, total_steps, epoch, epochs, parent_id, parent_step)
         VALUES (?, ?, 'a run', '{}', ?, 1, 'shapes', 'Shapes', 10000, 5, '0', '16', '{}', 'paused', 1, 1, 1, 0, 1, 2, 9,
           ?, ?)`,
        id,
        id * 100,
        JSON.stringify({ batchSize, limitTrain: id > 50 ? 1000 : null }),
        parent?.[0] ?? null,
        parent?.[1] ?? null,
      );
    add(10, 64, null);
    // At the end of an epoch, within one, and in the very first.
    add(11, 128, [10, 314]);
    add(12, 128, [10, 207]);
    add(13, 128, [10, 3]);
    // Forks of forks: within the epoch in which their parent began, at its end, and later.
    add(14, 1000, [12, 217]);
    add(15, 1000, [12, 261]);
    add(16, 1000, [12, 262]);
    add(17, 500, [14, 230]);
    // At the very step where its parent began.
    add(18, 1000, [12, 207]);
    // Parents that are gone. One has an epoch of its own, others a step, a checkpoint, or nothing.
    for (const id of [20, 21, 22, 23]) add(id, 128, [9, 207]);
    add(24, 64, [20, 262]);
    old.run('INSERT INTO epochs (run_id, epoch, step) VALUES (20, 2, 261), (20, 3, 340)');
    old.run('INSERT INTO steps (run_id, step, epoch) VALUES (20, 208, 2), (21, 208, 2)');
    old.run(
      `INSERT INTO checkpoints (run_id, step, epoch, kind, file, bytes, weights_sha256, state_sha256, created_at)
       VALUES (22, 207, 1, 'parent', 'a', 1, '', '', 1)`,
    );
    add(60, 64, null);
    add(61, 8, [60, 32]);
    // As nobody writes it: its own parent, and recipes that are none.
    add(70, 64, [70, 5]);
    add(30, 64, null);
    add(31, 64, [30, 7]);
    old.raw((sqlite) => {
      sqlite.pragma('ignore_check_constraints = ON');
      sqlite.exec(`UPDATE runs SET recipe = '[1' WHERE id = 30; UPDATE runs SET recipe = '[]' WHERE id = 31`);
    });
    opened.pop()?.close();

    const db = open();
    const images = db.all<{ id: number; parent_images: number | null }>('SELECT id, parent_images FROM runs');
    expect(Object.fromEntries(images.map((run) => [run.id, run.parent_images]))).toEqual({
      1: null,
      3: null,
      10: null,
      11: 20_000,
      12: 13_200,
      13: 192,
      14: 14_480,
      15: 20_000,
      16: 20_128,
      17: 14_480 + 5520 + 7000,
      18: 13_200,
      20: 10_000 + 10_000 - 54 * 128,
      21: 10_000,
      22: 10_000,
      23: 20_000,
      24: 20_128,
      30: null,
      31: 7,
      60: null,
      61: 2000,
      70: 0,
    });
    // As the schedule of each parent has it.
    const run = (id: number) => new RunStore(db).get(id)!;
    for (const [id, parent] of [
      [11, 10],
      [12, 10],
      [14, 12],
      [16, 12],
      [17, 14],
      [61, 60],
    ] as const) {
      const { step, images: known } = run(id).parent!;
      const of = db.get<{ recipe: string }>('SELECT recipe FROM runs WHERE id = ?', parent)!;
      const recipe = { ...BLOG_RECIPE, ...(JSON.parse(of.recipe) as object) };
      expect(progressionOf({ ...run(parent), recipe }).imagesAfter(step)).toBe(known);
    }
  });

  it('keep what another process had asked of a run', () => {
    fill(open(MIGRATIONS.slice(0, 1)));
    opened.pop()!.run('UPDATE runs SET stop_requested = 1 WHERE id = 3');
    expect(new RunStore(open()).list().map(({ id, wanted }) => [id, wanted])).toEqual([
      [3, 'stop'],
      [1, null],
    ]);
  });

  it('may write the table runs again without a row of its children going with it', () => {
    fill(open());
    const before = contents(opened[0]!);
    opened.pop()?.close();
    const db = open(
      and(`CREATE TABLE runs_new AS SELECT * FROM runs;
        CREATE UNIQUE INDEX runs_new_id ON runs_new (id);
        DROP TABLE runs; ALTER TABLE runs_new RENAME TO runs`),
    );
    expect(contents(db).slice(0, 5)).toEqual(before.slice(0, 5));
  });

  it('are refused where they leave steps without their run, and leave the version before', () => {
    fill(open());
    opened.pop()?.close();
    expect(() => openDatabase(path, and('DELETE FROM runs WHERE id = 3'))).toThrow(
      /rows \(the first in \w+\) that refer to rows which runs does not have/,
    );
    const db = open();
    expect(db.version).toBe(MIGRATIONS.length);
    expect(new RunStore(db).list().map(({ id }) => id)).toEqual([3, 1]);
  });

  it('leave the version before when one fails in its middle', () => {
    open();
    opened.pop()?.close();
    expect(() => openDatabase(path, and('CREATE TABLE half (id INTEGER) STRICT; SELECT nonsense'))).toThrow(
      /nonsense/,
    );
    const db = open();
    expect(db.version).toBe(MIGRATIONS.length);
    expect(db.all("SELECT name FROM sqlite_master WHERE name = 'half'")).toEqual([]);
  });
});

describe('a backup', () => {
  const backups = (): string[] => {
    const folder = join(path, '..', 'backups');
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  };
  const LATER = and('CREATE TABLE later (id INTEGER) STRICT');

  it('of the version before is made before a migration, whole and under its date', () => {
    fill(open());
    const before = contents(opened[0]!);
    opened.pop()?.close();
    open(LATER);
    const name = new RegExp(`^resbench-v${MIGRATIONS.length}-\\d{8}-\\d{6}\\.sqlite3$`);
    expect(backups()).toEqual([expect.stringMatching(name)]);
    path = join(path, '..', 'backups', backups()[0]!);
    const copy = open();
    expect(copy.version).toBe(MIGRATIONS.length);
    expect(contents(copy)).toEqual(before);
  });

  it('is not made of a new database, nor of one that is up to date', () => {
    open();
    opened.pop()?.close();
    open();
    expect(backups()).toEqual([]);
  });

  it('replaces the oldest where there are five', () => {
    const folder = join(path, '..', 'backups');
    open();
    opened.pop()?.close();
    const migrations = [...LATER];
    open(migrations);
    opened.pop()?.close();
    const old = [1, 2, 3, 4, 5, 6].map((day) => `resbench-v1-2020010${day}-120000.sqlite3`);
    for (const name of [...old, 'mine.sqlite3']) writeFileSync(join(folder, name), 'old');
    open(and('CREATE TABLE latest (id INTEGER) STRICT', migrations));
    const dated = backups().filter((name) => name.startsWith('resbench-'));
    expect(dated).toHaveLength(5);
    expect(dated.filter((name) => name.startsWith('resbench-v1-'))).toEqual(old.slice(3));
    expect(backups()).toContain('mine.sqlite3');
  });

  it('that finds no room keeps the migration from being made, and says how much it needs', () => {
    fill(open());
    opened.pop()?.close();
    const before = readFileSync(path);
    vi.spyOn(disk, 'roomFor').mockImplementation((bytes, folder, purpose) => ({
      code: 'storage',
      message: `${purpose} ${bytes} ${folder}`,
    }));
    const result = openDatabase(path, LATER);
    expect(result.ok ? null : result.error).toEqual({
      code: 'storage',
      message: `for a backup of the database ${before.length} ${join(path, '..', 'backups')}`,
    });
    expect(backups()).toEqual([]);
    const sqlite = new Database(path, { readonly: true });
    expect(sqlite.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
    sqlite.close();
  });
});

describe('room on the disk', () => {
  it('is known here, and what does not fit is refused with both figures', () => {
    const folder = join(path, '..');
    const free = freeSpaceNow(folder)!;
    expect(free).toBeGreaterThan(0);
    expect(disk.roomFor(1, folder, 'for it')).toBeNull();
    expect(disk.roomFor(1e18, folder, 'for it')).toEqual({
      code: 'storage',
      message: expect.stringMatching(
        /^There is no room for it: that takes 1,000 PB in .+ and [\d.]+ [kMGT]B are free; free some space/,
      ),
    });
  });
});
