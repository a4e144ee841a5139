/** Rows as others may have written them: each column with values that it cannot hold. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  CheckpointStore,
  readCheckpointRow,
  readGap,
  GapStore,
} from '../../../../src/main/db/stores/checkpoints';
import { ImportStore } from '../../../../src/main/db/stores/imports';
import { MetricStore } from '../../../../src/main/db/stores/metrics';
import type { Db } from '../../../../src/main/db/database';
import { openMemoryDatabase } from '../memory-database';
import { readState } from '../../../../src/main/db/stores/run-changes';
import { readRun } from '../../../../src/main/db/stores/run-row';
import { QUERIES, RunStore, type StoredRun } from '../../../../src/main/db/stores/runs';
import { HISTORY_FORMATS } from '../../../../src/shared/histories/history';
import type { RawRow } from '../../../../src/main/db/rows';
import { unreadableRows } from '../../../../src/main/db/stores/unreadable';
import { SettingStore } from '../../../../src/main/db/stores/settings';
import { ArchitectureStore } from '../../../../src/main/db/stores/architectures';
import { begun, epoch, history, newCheckpoint, newImport, step, tinyArchitecture } from '../fixtures';
import { fromColumns } from '../../../../src/shared/step-columns';

/** Whatever a file can hold in the place of a value. */
const ODD: unknown[] = [
  Buffer.from([0xff, 0, 1]),
  'bogus',
  '',
  '{',
  '[]',
  'null',
  '"text"',
  '{"__proto__": 1}',
  '['.repeat(100_000),
  'x'.repeat(100_000),
  '\x1b[2J\u202e',
  -1,
  0.5,
  2 ** 60,
  -(2 ** 60),
  Infinity,
  -Infinity,
  null,
];
/** What a column may be, whatever it says. */
const FREE: Record<string, RegExp> = {
  name: /./,
  dataset_title: /./,
  dataset_sha256: /./,
  resbench_version: /./,
  tensorflow_version: /./,
  electron_version: /./,
  node_version: /./,
  reason: /./,
  owner_start: /./,
};

let db: Db;
let runs: RunStore;
let row: RawRow;
let right: StoredRun;

beforeEach(() => {
  db = openMemoryDatabase();
  runs = new RunStore(db);
  const { id } = begun(db);
  const metrics = new MetricStore(db);
  metrics.addSteps(id, [step(1), step(2)]);
  metrics.addEpoch(id, epoch(1));
  new CheckpointStore(db).add(newCheckpoint(id));
  row = db.get<RawRow>(QUERIES.get, id)!;
  right = runs.get(id)!;
});

/** Types of all that there is in a value, so that whoever shows it can rely on them. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
}
const REQUIRED: (keyof StoredRun)[] = [
  'id',
  'name',
  'state',
  'createdAt',
  'step',
  'seconds',
  'revision',
  'params',
];

describe('a row of an imported run', () => {
  let importedRow: RawRow;
  beforeEach(() => {
    const id = new ImportStore(db).create(newImport(), history());
    importedRow = db.get<RawRow>(QUERIES.get, id)!;
  });

  it('has nothing that its source and its user did not say', () => {
    const run = readRun(importedRow, [], true);
    expect(run.unreadable).toBeUndefined();
    expect(run).toMatchObject({
      architecture: null,
      recipe: null,
      dataset: null,
      machine: null,
      versions: null,
      params: null,
      macs: null,
      imported: { format: 'csv-logger', file: 'history.csv', columns: [{ source: 'loss', metric: 'loss' }] },
    });
  });

  it('is a whole run whatever one of its columns holds, with one sentence', () => {
    for (const column of Object.keys(importedRow).filter((name) => name !== 'import_id')) {
      for (const value of ODD) {
        const run = readRun({ ...importedRow, [column]: value }, [], true);
        expect(Array.isArray(run.imported!.columns), `${column} ${String(value)}`).toBe(true);
        expect(Array.isArray(run.imported!.leftOut)).toBe(true);
        expect(HISTORY_FORMATS).toContain(run.imported!.format);
        if (run.unreadable !== undefined) expect(run.unreadable).toContain(`its ${column}`);
      }
    }
    for (const column of [
      'import_format',
      'import_understood',
      'import_at',
      'architecture',
      'recipe',
      'dataset_id',
    ]) {
      const run = readRun({ ...importedRow, [column]: 'bogus' }, [], true);
      expect(run.unreadable, column).toContain(`its ${column}`);
    }
  });

  it('cannot be read where its import is lost: then nothing says that it may say so little', () => {
    const { import_id: _lost, ...rest } = importedRow;
    expect(readRun(rest, [], true).unreadable).toContain('its dataset_id cannot be ""');
  });
});

describe('a row of runs', () => {
  it('is read as it was, and has no sentence', () => {
    expect(readRun(row, [], true)).toEqual(right);
    expect(right.unreadable).toBeUndefined();
  });

  it('is a whole run whatever one of its columns holds, with one sentence that names the column', () => {
    let odd = 0;
    for (const column of Object.keys(row).filter((name) => !name.startsWith('import_'))) {
      for (const value of ODD) {
        const run = readRun({ ...row, [column]: value }, [], true);
        for (const key of REQUIRED)
          expect(typeof run[key], `${column} ${String(value)}`).toBe(typeof right[key]);
        expect(shapeOf(run.recipe)).toEqual(shapeOf(right.recipe));
        expect(Object.keys(run.architecture!).sort()).toEqual(Object.keys(right.architecture!).sort());
        expect(Object.keys(run.machine!).sort()).toEqual(Object.keys(right.machine!).sort());
        expect(Number.isNaN(new Date(run.createdAt).getTime())).toBe(false);
        if (run.unreadable === undefined) continue;
        odd++;
        expect(run.unreadable).toMatch(
          /^Run \d+ cannot be read in the database \([^\p{Cc}\p{Cf}]+\): it can be exported and deleted, and every other run works\.$/u,
        );
        expect(run.unreadable.length).toBeLessThan(300);
        expect(run.unreadable).toContain(`its ${column}`);
      }
    }
    expect(odd).toBeGreaterThan(300);
  });

  it('says so for each column that is not free text where it holds bytes or a word', () => {
    const silent = Object.keys(row).filter(
      (column) =>
        !(column in FREE) &&
        !column.startsWith('import_') &&
        readRun({ ...row, [column]: Buffer.from('x') }, [], true).unreadable === undefined,
    );
    // Not part of a run, or only its owner's, who then is nobody.
    expect(silent).toEqual(
      ['seed', 'queue_position', 'owner_start', 'has_gaps', 'has_tests'].filter((name) =>
        silent.includes(name),
      ),
    );
  });

  it.each([
    ['{"name":"tiny"}', 'its architecture: inputShape is missing'],
    ['{"tabel":1}', 'unknown field "tabel"'],
    ['[]', 'must be an object'],
    ['{', 'it is not JSON'],
  ])('with the architecture %s names what is wrong in it', (architecture, what) => {
    expect(readRun({ ...row, architecture }, [], false).unreadable).toContain(what);
  });

  it('with an architecture that builds no network is unreadable where one run is read, and costs a list nothing', () => {
    const narrowing: [number, [number, number][]][] = [
      [1, [[64, 3]]],
      [1, [[4, 3]]],
    ];
    const deep = { ...tinyArchitecture(), shortcut: 'identity', table: narrowing };
    const odd = { ...row, architecture: JSON.stringify(deep) };
    expect(readRun(odd, [], true).unreadable).toMatch(/its architecture: stage 2/);
    expect(readRun(odd, [], false).unreadable).toBeUndefined();
  });

  it('that trained for ever is unreadable', () => {
    expect(readRun({ ...row, seconds: Infinity }, [], true).unreadable).toContain(
      'its seconds cannot be Infinity',
    );
  });

  it('with a gap that cannot be read is unreadable', () => {
    const gap = { step: 1, at: 2, lost_seconds: 3, lost_steps: 4, reason: 'x' };
    expect(readRun(row, [gap], true).unreadable).toBeUndefined();
    for (const column of Object.keys(gap)) {
      const run = readRun(row, [{ ...gap, [column]: Buffer.from('x') }], true);
      expect(run.unreadable).toContain(`of a gap, its ${column} cannot be 1 bytes`);
      expect(shapeOf(readGap({ ...gap, [column]: null }).gap)).toEqual(shapeOf(readGap(gap).gap));
    }
  });
});

it('a row of checkpoints is a damaged one whatever it holds', () => {
  const good = db.get<RawRow>('SELECT * FROM checkpoints')!;
  expect(readCheckpointRow(good)).toEqual(good);
  for (const column of Object.keys(good)) {
    for (const value of ODD) {
      const read = readCheckpointRow({ ...good, [column]: value });
      for (const key of ['id', 'step', 'bytes', 'file', 'kind'] as const)
        expect(typeof read[key]).toBe(typeof good[key]);
      if (
        column !== 'damaged' &&
        !['file', 'weights_sha256', 'state_sha256', 'val_accuracy'].includes(column)
      ) {
        if (Buffer.isBuffer(value))
          expect(read.damaged).toMatch(/cannot be read in the database \(its \w+ cannot be /);
      }
    }
  }
});

it('a state that is none has no place in a run’s history, and leads nowhere', () => {
  expect(readState({ state: 'bogus', reason: null, at: 1 }).problem).toContain('its state cannot be "bogus"');
  db.raw((sqlite) => sqlite.pragma('ignore_check_constraints = ON'));
  for (const state of ['bogus', 'constructor', '__proto__']) {
    db.run('UPDATE runs SET state = ?', state);
    db.run('UPDATE run_states SET state = ?', state);
    expect(runs.states(right.id)).toEqual([]);
    expect(runs.transition(right.id, 'stopped', null, 1)).toBe(false);
    expect(runs.get(right.id)).toMatchObject({
      state: 'interrupted',
      unreadable: expect.stringContaining(state),
    });
  }
});

it('metrics of no place are left out, and one that is no number is none', () => {
  const metrics = new MetricStore(db);
  db.raw((sqlite) => {
    sqlite.exec(
      `CREATE TABLE loose AS SELECT * FROM steps; DROP TABLE steps; ALTER TABLE loose RENAME TO steps`,
    );
    sqlite.exec(
      `INSERT INTO steps (run_id, step, epoch, loss) VALUES (${right.id}, 'x', 1, 1), (${right.id}, 3, 2, x'00')`,
    );
  });
  expect(fromColumns(metrics.steps(right.id, 0, 10)).map(({ step: number, loss }) => [number, loss])).toEqual(
    [
      [1, 2],
      [2, 1],
      [3, NaN],
    ],
  );
});

it('a setting that is not JSON is as one that is not stored', () => {
  db.raw((sqlite) => sqlite.pragma('ignore_check_constraints = ON'));
  db.run(`INSERT INTO settings (key, value, updated_at) VALUES ('a', '{', 1)`);
  expect(new SettingStore(db).read('a')).toBeUndefined();
});

it('an architecture that cannot be read is left out of the list, and keeps its name', () => {
  const store = new ArchitectureStore(db);
  store.insert({ architecture: tinyArchitecture(), note: '', at: 1 });
  const id = store.insert({ architecture: tinyArchitecture({ name: 'other' }), note: '', at: 1 });
  db.run(`UPDATE architecture_versions SET architecture = '{"tabel": 1}' WHERE architecture_id = ?`, id);
  expect(store.list().map(({ architecture }) => architecture.name)).toEqual(['tiny']);
  expect(store.get(id)).toBeUndefined();
  expect(store.byName('OTHER')).toMatchObject({ id, readable: false });
});

describe('numbers at the end of what SQLite counts', () => {
  const LAST = BigInt('9223372036854775807');

  it('of checkpoints are added up all the same', () => {
    const checkpoints = new CheckpointStore(db);
    checkpoints.add(newCheckpoint(right.id, { step: 4 }));
    db.run('UPDATE checkpoints SET bytes = ?', LAST);
    expect(checkpoints.totalBytes()).toBeGreaterThan(1e18);
  });

  it('of states and gaps do not keep others from being added', () => {
    db.run('UPDATE run_states SET number = ? WHERE number = 1', LAST);
    expect(runs.transition(right.id, 'running', null, 1)).toBe(true);
    expect(runs.states(right.id).map(({ state }) => state)).toContain('running');
    const gaps = new GapStore(db);
    const gap = { step: 1, at: 1, lostSeconds: 0, lostSteps: 0, reason: 'killed' };
    gaps.add(right.id, gap);
    db.run('UPDATE gaps SET number = ?', LAST);
    gaps.add(right.id, gap);
    expect(gaps.list(right.id)).toHaveLength(2);
  });

  it('of an epoch below zero are named by the check, as the run is shown unreadable for it', () => {
    db.run('UPDATE epochs SET step = -1');
    expect(runs.list()[0]!.unreadable).toContain('its last_step cannot be -1');
    expect(db.raw((sqlite) => unreadableRows(sqlite, new Set(['runs', 'epochs'])))).toEqual([
      `Epoch 1 of run ${right.id} cannot be read in the database (its step cannot be -1).`,
    ]);
  });
});
