/**
 * Rows of a database that others have written. Most cases change a row of one that is open, without the schema's own
 * checks, and undo it afterwards; some make a file of it, whose schema is ours to the letter, or change the file's bytes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { hasActing } from '../../../src/architecture/inert-text';
import { RecipeStore } from '../../../src/main/db/stores/recipes';
import { ArchitectureStore } from '../../../src/main/db/stores/architectures';
import { CheckpointStore, GapStore } from '../../../src/main/db/stores/checkpoints';
import { checkDatabase } from '../../../src/main/db/maintenance';
import { ImportStore } from '../../../src/main/db/stores/imports';
import { MetricStore } from '../../../src/main/db/stores/metrics';
import { PredictionStore } from '../../../src/main/db/stores/predictions';
import { Db } from '../../../src/main/db/database';
import { openDatabase } from '../../../src/main/db/open';
import { QueueStore } from '../../../src/main/db/stores/queue';
import { RunStore, type NewRun } from '../../../src/main/db/stores/runs';
import { SettingStore } from '../../../src/main/db/stores/settings';
import { unreadableRows } from '../../../src/main/db/stores/unreadable';
import { SettingsService } from '../../../src/main/settings/service';
import { bytesOfBits } from '../../../src/shared/predictions';
import { parseCheckpointName } from '../../../src/shared/checkpoint-content';
import type { EnginePlan } from '../../../src/shared/plan';
import { DEFAULT_RECIPE } from '../../../src/shared/recipe';
import { content } from '../../unit/node/checkpoints/content';
import { empty, mustBe, same, type Format } from '../fuzz';
import { mutateBytes, mutateJson, type Random } from '../random';
import { must } from './checkpoint-files';

const RUNS = 4;

const newRun = (name: string): NewRun => ({
  name,
  architecture: content(1).architecture,
  model: { id: 1, version: 1 },
  recipe: DEFAULT_RECIPE,
  dataset: { id: 'shapes', title: 'Shapes', sha256: null, trainCount: 10000, evalCount: 2000 },
  versions: { resbench: '0.1.0', tensorflow: null, electron: '22.0.0', node: '16.0.0' },
  machine: { platform: 'p', cpu: 'c', threads: 2, memoryBytes: 4e9, gpu: null },
  createdAt: 1000,
  params: 1234,
  macs: 5678,
  totalSteps: 20,
  epochs: 10,
  ownerId: 'owner',
  owner: { pid: 2 ** 31 - 2, start: 'never' },
  queue: 'last',
  device: 'auto',
  plan: content(1).state.plan as EnginePlan,
  parent: null,
  step: 0,
  epoch: 0,
});

function fill(db: Db): void {
  const [runs, metrics, checkpoints, gaps] = [
    new RunStore(db),
    new MetricStore(db),
    new CheckpointStore(db),
    new GapStore(db),
  ];
  const predictions = new PredictionStore(db);
  for (let number = 1; number <= RUNS; number++) {
    const { id } = runs.create(newRun(`run ${number}`));
    runs.update(id, { datasetSha256: 'c'.repeat(64) });
    for (const state of ['preparing', 'running', 'stopping', 'stopped'] as const)
      runs.transition(id, state, state === 'stopped' ? 'asked for' : null, 2000);
    const step = { epoch: 1, loss: 1, crossEntropy: 1, accuracy: 0.5, seconds: 1, learningRate: 0.01 };
    metrics.addSteps(
      id,
      [1, 2, 3, 4].map((at) => ({ ...step, step: at })),
    );
    for (const epoch of [1, 2]) {
      const of = {
        valLoss: 1,
        valCrossEntropy: 1,
        valAccuracy: epoch / 10,
        imagesPerSecond: 100,
        memoryBytes: 1e8,
      };
      metrics.addEpoch(id, { ...step, ...of, epoch, step: 2 * epoch });
      predictions.keep(id, epoch, { images: 3, classes: 'AQID', correct: 'BQ==' });
      checkpoints.add({
        runId: id,
        step: 2 * epoch,
        epoch,
        kind: 'epoch',
        file: `step-0000000${2 * epoch}-epoch-000${epoch}-0123456789ab`,
        bytes: 1000,
        weightsSha256: 'a'.repeat(64),
        stateSha256: 'b'.repeat(64),
        valAccuracy: epoch / 10,
        best: epoch === 2,
        createdAt: 3000,
      });
    }
    for (let gap = 0; gap < 8; gap++)
      gaps.add(id, { step: 2 + gap, at: 4000, lostSeconds: 1.5, lostSteps: 1, reason: 'killed' });
  }
  importOne(db);
  const architectures = new ArchitectureStore(db);
  for (const name of ['one', 'two']) {
    const architecture = { ...content(1).architecture, name };
    const id = architectures.insert({ architecture, note: 'as published', at: 1 });
    architectures.addVersion(id, { architecture: { ...architecture, classes: 7 }, note: '', at: 2 });
    architectures.describe(id, { starred: true, tags: ['small', 'wide'], notes: 'One line.\nAnother.' });
  }
  const recipes = new RecipeStore(db);
  for (const name of ['one', 'two']) {
    const { recipe } = content(1);
    const id = recipes.insert({ name, recipe, note: 'as it comes', at: 1 });
    recipes.addVersion(id, { name, recipe: { ...recipe, epochs: 7 }, note: '', at: 2 });
  }
  const settings = new SettingStore(db);
  new SettingsService(settings).set({ theme: 'dark', compare: [1, 2] });
  // More of them than are named.
  settings.write(Object.fromEntries(Array.from({ length: 24 }, (_, at) => [`more.${at}`, at])), 1);
}

/** The last of the runs. */
function importOne(db: Db): void {
  const unknown = {
    step: NaN,
    crossEntropy: NaN,
    valCrossEntropy: NaN,
    imagesPerSecond: NaN,
    memoryBytes: NaN,
  };
  new ImportStore(db).create(
    {
      name: 'old',
      architecture: null,
      model: null,
      dataset: null,
      size: null,
      file: 'old.csv',
      source: 'epoch,loss',
      at: 5000,
    },
    {
      format: 'csv-logger',
      columns: [{ source: 'loss', metric: 'loss' }],
      leftOut: [{ source: 'lr', reason: 'There is no such metric.' }],
      epochs: [{ ...unknown, epoch: 1, loss: 1, accuracy: 0.5, valLoss: 1, valAccuracy: 0.5, seconds: 1 }],
      steps: null,
      plannedEpochs: null,
      stepsPerEpoch: null,
    },
  );
}

const READ = 'cannot be read in the database';
const REST = ': it can be exported and deleted, and every other run works.';
const DAMAGED = 'The database … was damaged (…) and has been set aside whole as …: …';

export const database: Format = {
  name: 'database',
  refusals: [
    ...['architecture', 'recipe', 'machine', 'plan'].map(
      (column) => `Run … ${READ} (its ${column}: it is not JSON)${REST}`,
    ),
    `Run … ${READ} (its …: it has … characters)${REST}`,
    `Run … ${READ} (its architecture: …)${REST}`,
    `Run … ${READ} (its recipe: it is not an object)${REST}`,
    `Run … ${READ} (its recipe: …)${REST}`,
    `Run … ${READ} (its machine: it does not say what the machine was)${REST}`,
    `Run … ${READ} (its plan: it does not say how convolutions are computed)${REST}`,
    `Run … ${READ} (its import_understood: it is not JSON)${REST}`,
    `Run … ${READ} (its import_understood: it does not say what was understood)${REST}`,
    `Run … ${READ} (of a gap, its … cannot be …)${REST}`,
    `Run … ${READ} (its … cannot be …)${REST}`,
    `A gap of run … ${READ} (its … cannot be …).`,
    `Epoch … of run … ${READ} (its … cannot be …).`,
    `What run … predicted in epoch … ${READ} (its … cannot be …).`,
    `What run … predicted in epoch … ${READ} (its bytes have changed since they were stored).`,
    `What run … predicted in epoch … ${READ} (it does not have an answer for each of its images).`,
    `A state of run … ${READ} (its … cannot be …).`,
    `Checkpoint … ${READ} (its … cannot be …): choose another checkpoint.`,
    'The database gives checkpoint … a name that Resbench never gives, so no file of that name is read or removed.',
    `The architecture … ${READ} (its tags: it is not JSON).`,
    `The architecture … ${READ} (its tags: …).`,
    `The architecture … ${READ} (its name must …).`,
    `The architecture … ${READ} (its notes hold what notes never do).`,
    `The architecture … ${READ} (all of its versions are lost).`,
    `Version … of the architecture … ${READ} (its architecture: it is not JSON).`,
    `Version … of the architecture … ${READ} (its architecture: …).`,
    `Version … of the architecture … ${READ} (its … cannot be …).`,
    `The architecture … ${READ} (its … cannot be …).`,
    `The recipe … ${READ} (its name must …).`,
    `The recipe … ${READ} (its … cannot be …).`,
    `The recipe … ${READ} (all of its versions are lost).`,
    `Version … of the recipe … ${READ} (its recipe: it is not JSON).`,
    `Version … of the recipe … ${READ} (its recipe: …).`,
    `Version … of the recipe … ${READ} (its … cannot be …).`,
    `The setting … ${READ} (its value: it is not JSON).`,
    `The setting … ${READ} (its value cannot be …).`,
    '… more rows cannot be read.',
    // Of whole files.
    DAMAGED,
    'The database … belongs to another program; it has been left untouched: …',
    'The database … is of version …, written by a newer Resbench, and this one knows versions up to …: …',
  ],

  prepare(folder) {
    const path = join(folder, 'resbench.db');
    const { loose, schema } = template(path);
    const sqlite = new Database(loose);
    sqlite.unsafeMode(true);
    sqlite.pragma('ignore_check_constraints = ON');
    const db = new Db(':memory:', sqlite);
    const columns = columnsOf(sqlite);
    const right = readAll(db, sqlite);
    mustBe(right.sentences.length === 0, `a sound database has what cannot be read: ${right.sentences[0]}`);

    const inRow = (random: Random): readonly string[] => {
      sqlite.exec('BEGIN');
      try {
        const harmless = random.chance(0.25);
        const changed = harmless ? changeHarmlessly(random, sqlite) : change(random, sqlite, columns);
        const now = readAll(db, sqlite);
        mustBe(
          !harmless || now.sentences.length === 0,
          `a row that can be read is refused: ${now.sentences[0]} (${changed})`,
        );
        for (const [id, run] of right.runs) {
          const other = changed !== `runs ${id}` && !changed.startsWith('all') && now.runs.has(id);
          if (other && changed.startsWith('runs '))
            mustBe(same(bare(now.runs.get(id)!), bare(run)), `run ${id} is another one besides`);
        }
        return now.sentences;
      } finally {
        sqlite.exec('ROLLBACK');
      }
    };

    const asFile = (random: Random): readonly string[] => {
      empty(folder);
      const kind = random.whole(0, 5);
      if (kind === 5) {
        const other = new Database(path);
        other.exec(
          `PRAGMA application_id = ${random.whole(0, 1000)}; CREATE TABLE runs (id); CREATE TABLE notes (text)`,
        );
        other.close();
        const opened = openDatabase(path);
        mustBe(!opened.ok, 'the database of another program is taken');
        return opened.ok ? [] : [opened.error.message];
      }
      writeFileSync(path, loose);
      const made = new Database(path);
      made.unsafeMode(true);
      made.pragma('synchronous = OFF');
      made.pragma('ignore_check_constraints = ON');
      try {
        change(random, made, columns);
        restoreSchema(made, schema);
      } finally {
        made.close();
      }
      let bytes = readFileSync(path);
      if (kind === 0) bytes = Buffer.from(mutateBytes(random, bytes));
      // Version and owner in the header, among others.
      if (kind === 1)
        bytes.writeUInt32BE(random.pick([5, 1000, 0x12345678]), random.pick([60, 60, 68, 68, 18, 28]));
      writeFileSync(path, bytes);
      const checked = checkDatabase(path);
      const opened = openDatabase(path);
      if (!opened.ok) {
        return [opened.error.message];
      }
      try {
        const notices = opened.value.notices;
        mustBe(checked.ok, 'what can be opened cannot be checked');
        const found = opened.value.raw((open) => readAll(opened.value, open));
        return [...notices, ...found.sentences];
      } finally {
        opened.value.close();
      }
    };

    return (random) => (random.chance(0.04) ? asFile(random) : inRow(random));
  },
};

/** A filled database: as bytes whose schema takes any value, and its own schema by name. */
function template(path: string): { loose: Buffer; schema: Map<string, string> } {
  const db = must(openDatabase(path));
  fill(db);
  db.close();
  const sqlite = new Database(path);
  sqlite.unsafeMode(true);
  sqlite.pragma('journal_mode = DELETE');
  const rows = sqlite
    .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL")
    .all();
  const schema = new Map((rows as { name: string; sql: string }[]).map(({ name, sql }) => [name, sql]));
  const loosened = [...schema].map(([name, sql]): [string, string] => [
    name,
    sql
      .replace(/(INTEGER|TEXT|REAL|BLOB) NOT NULL/g, '$1')
      .replace(/\) STRICT, WITHOUT ROWID\s*$/, ') WITHOUT ROWID')
      .replace(/\) STRICT\s*$/, ')'),
  ]);
  restoreSchema(sqlite, new Map(loosened));
  sqlite.close();
  return { loose: readFileSync(path), schema };
}

function restoreSchema(sqlite: Database.Database, schema: ReadonlyMap<string, string>): void {
  sqlite.pragma('writable_schema = ON');
  const put = sqlite.prepare("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?");
  for (const [name, sql] of schema) put.run(sql, name);
  sqlite.pragma('writable_schema = OFF');
}

const TABLES = [
  'runs',
  'run_states',
  'checkpoints',
  'gaps',
  'imports',
  'architectures',
  'architecture_versions',
  'recipes',
  'recipe_versions',
  'settings',
  'steps',
  'epochs',
  'predictions',
] as const;
const JSON_COLUMNS = ['architecture', 'recipe', 'machine', 'plan'];
type Columns = Map<string, string[]>;

const columnsOf = (sqlite: Database.Database): Columns =>
  new Map(
    TABLES.map((table) => [
      table,
      (sqlite.prepare('SELECT name FROM pragma_table_info(?)').all(table) as { name: string }[]).map(
        ({ name }) => name,
      ),
    ]),
  );

/** A value that a column may hold in SQLite. */
function cell(random: Random, current: unknown): unknown {
  if (typeof current === 'string' && /^[{[]/.test(current) && random.chance(0.7)) {
    if (random.chance(0.3)) return mutateBytes(random, Buffer.from(current)).toString('utf8');
    return random.chance(0.15)
      ? `${current}${' '.repeat(1_000_001)}`
      : JSON.stringify(random.chance(0.2) ? random.oddValue() : mutateJson(random, JSON.parse(current)));
  }
  return random.pick([
    () => null,
    () => random.oddNumber(),
    () => random.oddText(),
    () => random.bytes(random.whole(0, 40)),
    () => BigInt(random.pick(['9223372036854775807', '-9223372036854775808', '4503599627370497'])),
    () => random.pick([Infinity, -Infinity, NaN]),
    () => 'bogus',
    () => JSON.stringify(random.oddValue()),
  ])();
}

/** Changes a column of one row, or of all; answers which. */
function change(random: Random, sqlite: Database.Database, columns: Columns): string {
  const table = random.pick([
    ...TABLES,
    'runs',
    'checkpoints',
    'runs',
    'runs',
    'architectures',
    'architecture_versions',
    'settings',
    'settings',
    'imports',
  ]);
  // The row's own number is SQLite's, and holds nothing else.
  const numbered = [
    'runs',
    'checkpoints',
    'architectures',
    'architecture_versions',
    'recipes',
    'recipe_versions',
  ].includes(table);
  const texts = { runs: JSON_COLUMNS, architectures: ['name', 'notes'], recipes: ['name'] }[table as string];
  const ofTexts = random.chance(0.6) ? texts : undefined;
  const column = random.pick(ofTexts ?? columns.get(table)!.filter((name) => !numbered || name !== 'id'));
  const key = columns.get(table)![0]!;
  const rows = sqlite.prepare(`SELECT "${key}" AS key, "${column}" AS value FROM ${table}`).all() as {
    key: unknown;
    value: unknown;
  }[];
  const { key: of, value } = random.pick(rows);
  const all = random.chance(0.1);
  const put =
    table === 'architectures' && ofTexts && random.chance(0.5) ? random.oddText() : cell(random, value);
  try {
    if (all) sqlite.prepare(`UPDATE ${table} SET "${column}" = ?`).run(put);
    else sqlite.prepare(`UPDATE ${table} SET "${column}" = ? WHERE "${key}" = ?`).run(put, of);
  } catch (error) {
    // Twice the same key: then nothing is changed.
    if (!/^SQLITE_(CONSTRAINT|MISMATCH)/.test(String((error as { code?: unknown }).code))) throw error;
  }
  return all ? `all ${table}` : `${table} ${String(of)}`;
}

/** What a row may be as well. */
function changeHarmlessly(random: Random, sqlite: Database.Database): string {
  const id = random.whole(1, RUNS);
  const text = random.oddText();
  const changes: [sql: string, ...values: unknown[]][] = [
    ['UPDATE runs SET name = ? WHERE id = ?', text, id],
    ['UPDATE runs SET reason = ? WHERE id = ?', text, id],
    ['UPDATE runs SET seconds = ? WHERE id = ?', random.next() * 1e6, id],
    ['UPDATE runs SET created_at = ? WHERE id = ?', random.whole(-1e9, 1e9), id],
    ['UPDATE runs SET plan = NULL WHERE id = ?', id],
    ['UPDATE steps SET loss = NULL WHERE run_id = ?', id],
    ['UPDATE steps SET loss = ? WHERE run_id = ?', random.pick([Infinity, -1, 1e300]), id],
    ['UPDATE checkpoints SET pinned = 1 WHERE run_id = ?', id],
    ['UPDATE checkpoints SET damaged = ? WHERE run_id = ?', 'its files are gone', id],
    ['UPDATE gaps SET reason = ? WHERE run_id = ?', text, id],
    ['UPDATE settings SET value = ? WHERE key = ?', '"light"', 'settings.theme'],
    ['SELECT 1 WHERE ? = 1', 1],
  ];
  const [sql, ...values] = random.pick(changes);
  if (sql.startsWith('SELECT')) sqlite.prepare(sql).get(...values);
  else sqlite.prepare(sql).run(...values);
  return sql;
}

/** Its row counts changes, which says nothing of what it holds. */
const bare = (run: object): unknown => ({ ...run, revision: 0 });

interface Read {
  runs: Map<number, object>;
  sentences: string[];
}

/** By every store, as the window and the terminal read it. */
function readAll(db: Db, sqlite: Database.Database): Read {
  const [runs, metrics, checkpoints, gaps] = [
    new RunStore(db),
    new MetricStore(db),
    new CheckpointStore(db),
    new GapStore(db),
  ];
  const [architectures, imports] = [new ArchitectureStore(db), new ImportStore(db)];
  const queue = new QueueStore(db);
  const sentences = new Set(unreadableRows(sqlite, new Set(TABLES)));
  const more = [...sentences].some((sentence) => sentence.endsWith('more rows cannot be read.'));
  const found = new Map<number, object>();
  for (const run of [...runs.list(), ...runs.changedSince(0)]) {
    found.set(run.id, run);
    mustBe(
      typeof run.name === 'string' && typeof (run.architecture?.name ?? '') === 'string',
      'a run without a name',
    );
    mustBe(
      [run.createdAt, run.step, run.epochs, run.seconds].every(Number.isFinite),
      'a run without its numbers',
    );
    if (run.unreadable === undefined) continue;
    mustBe(
      run.deletedAt !== null || more || [...sentences].some((sentence) => sentence.includes(READ)),
      `the check is silent on a run that cannot be read: ${run.unreadable}`,
    );
    sentences.add(run.unreadable);
  }
  queue.activeOwners();
  runs.activeOfOthers('other');
  queue.waiting();
  queue.ids();
  for (let id = 1; id <= RUNS + 1; id++) {
    runs.get(id);
    imports.source(id);
    runs.plan(id);
    runs.states(id);
    gaps.list(id);
    metrics.steps(id, 0, 100);
    metrics.epochs(id);
    for (const { classes, correct } of new PredictionStore(db).ofRun(id))
      mustBe(correct.length === bytesOfBits(classes.length), 'predictions without an answer for an image');
    const given = [checkpoints.last(id), checkpoints.best(id), ...checkpoints.list(id)].filter(
      (one) => one !== undefined,
    );
    for (const one of given) {
      mustBe(
        one.damaged !== null || parseCheckpointName(one.file) !== null,
        `a checkpoint is given the name ${one.file}`,
      );
      if (one.damaged?.includes('database')) sentences.add(one.damaged);
    }
  }
  checkpoints.totalBytes();
  for (const { id, architecture } of architectures.list()) {
    mustBe(typeof architecture.name === 'string', 'an architecture without a name');
    architectures.get(id);
    for (const { version, note } of architectures.versions(id))
      mustBe(version > 0 && typeof note === 'string', 'a version without its number or note');
    architectures.byName(architecture.name);
  }
  for (const { name, versions } of new RecipeStore(db).list()) {
    mustBe(typeof name === 'string' && versions.length > 0, 'a recipe without a name or a version');
    for (const { version, note } of versions)
      mustBe(version > 0 && typeof note === 'string', 'a version without its number or note');
  }
  new SettingsService(new SettingStore(db)).get();
  for (const sentence of sentences)
    mustBe(!hasActing(sentence), `a terminal would obey ${JSON.stringify(sentence)}`);
  return { runs: found, sentences: [...sentences] };
}
