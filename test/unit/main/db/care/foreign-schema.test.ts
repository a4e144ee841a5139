/** Databases to which somebody has added something, or of which somebody has changed something: none of it is run. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckpointStore } from '../../../../../src/main/db/stores/checkpoints';
import { MetricStore } from '../../../../../src/main/db/stores/metrics';
import { MIGRATIONS } from '../../../../../src/main/db/migrations';
import type { Db } from '../../../../../src/main/db/database';
import { openDatabase } from '../../../../../src/main/db/open';
import { openMemoryDatabase } from '../../memory-database';
import { RunStore } from '../../../../../src/main/db/stores/runs';
import { difference, objectsOf, plainSql } from '../../../../../src/main/db/care/schema';
import { databasePath } from '../../../../../src/node/files/home';
import { typeIn } from '../../../cli/memory';
import { addRunOfVersion3, begun, epoch, newCheckpoint, step, temporaryFolder } from '../../fixtures';
import { fromColumns } from '../../../../../src/shared/step-columns';

let home: string;
let path: string;
const opened: Db[] = [];

beforeEach(() => {
  home = temporaryFolder();
  path = databasePath(home);
  fill();
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

/** Three runs with two steps, an epoch and a checkpoint each. */
function fill(): void {
  const db = open();
  const [runs, metrics, checkpoints] = [new RunStore(db), new MetricStore(db), new CheckpointStore(db)];
  for (const id of [1, 2, 3]) {
    begun(db, { name: `run ${id}`, totalSteps: 2 });
    runs.transition(id, 'running', null, 1500);
    metrics.addSteps(id, [step(1), step(2)]);
    metrics.addEpoch(id, epoch(1));
    checkpoints.add(newCheckpoint(id));
    runs.transition(id, 'completed', null, 2000);
  }
  close();
}

/** What another program does to the file. */
function meddle(work: (sqlite: Database.Database) => void): void {
  const sqlite = new Database(path);
  sqlite.unsafeMode(true);
  sqlite.pragma('foreign_keys = OFF');
  sqlite.pragma('ignore_check_constraints = ON');
  work(sqlite);
  sqlite.close();
}

/** Puts another description in the place of an object's own. */
function redescribe(sqlite: Database.Database, name: string, change: (sql: string) => string): void {
  sqlite.pragma('writable_schema = ON');
  const sql = sqlite.prepare('SELECT sql FROM sqlite_master WHERE name = ?').pluck().get(name) as string;
  const changed = change(sql);
  if (changed === sql) throw new Error('nothing was changed');
  sqlite.prepare('UPDATE sqlite_master SET sql = ? WHERE name = ?').run(changed, name);
}

const contents = (db: Db): unknown[] => {
  const runs = new RunStore(db);
  return [1, 2, 3].map((id) => [
    runs.get(id),
    runs.states(id),
    fromColumns(new MetricStore(db).steps(id, 0, 10)),
    new MetricStore(db).epochs(id),
    new CheckpointStore(db).list(id),
  ]);
};

const FOREIGN: [what: string, meddle: (sqlite: Database.Database) => void, sentence: RegExp][] = [
  [
    'a trigger',
    (sqlite) => sqlite.exec('CREATE TRIGGER evil AFTER INSERT ON runs BEGIN DELETE FROM runs; END'),
    /it holds the trigger "evil", which Resbench did not make/,
  ],
  [
    'a trigger whose name moves the cursor',
    (sqlite) =>
      sqlite.exec('CREATE TRIGGER "\x1b[2J\u202e" AFTER UPDATE ON runs BEGIN DELETE FROM steps; END'),
    /it holds the trigger "/,
  ],
  ['a view', (sqlite) => sqlite.exec('CREATE VIEW seen AS SELECT * FROM runs'), /it holds the view "seen"/],
  ['an index', (sqlite) => sqlite.exec('CREATE INDEX mine ON runs (name)'), /it holds the index "mine"/],
  [
    'an index over what takes 2 GB to compute',
    (sqlite) => {
      sqlite.exec('CREATE INDEX mine ON runs (name)');
      redescribe(sqlite, 'mine', (sql) => sql.replace('(name)', '(length(hex(zeroblob(999999999))))'));
    },
    /it holds the index "mine"/,
  ],
  ['a table', (sqlite) => sqlite.exec('CREATE TABLE notes (text)'), /it holds the table "notes"/],
  [
    'a table with a quote in its name',
    (sqlite) => sqlite.exec(`CREATE TABLE "a""b'c; DROP TABLE runs" (text)`),
    /it holds the table "a\\"b'c; DROP TABLE runs"/,
  ],
  [
    'a virtual table',
    (sqlite) => sqlite.exec('CREATE VIRTUAL TABLE box USING rtree(id, least, most)'),
    /it holds the table "box/,
  ],
  [
    'a column more',
    (sqlite) => sqlite.exec(`ALTER TABLE runs ADD COLUMN tag TEXT DEFAULT 'x'`),
    /its tables are not those of version/,
  ],
  [
    'a column that is computed',
    (sqlite) => sqlite.exec('ALTER TABLE steps ADD COLUMN twice REAL AS (loss * 2)'),
    /the table "steps" in it is not as Resbench makes it/,
  ],
  [
    'a check that allows anything',
    (sqlite) => redescribe(sqlite, 'runs', (sql) => sql.replace(/CHECK \(state IN[^)]*\)\)/, '')),
    /the table "runs" in it is not as Resbench makes it/,
  ],
  [
    'a default that is another',
    (sqlite) => redescribe(sqlite, 'runs', (sql) => sql.replace(`DEFAULT 'auto'`, `DEFAULT 'gpu'`)),
    /the table "runs" in it is not as Resbench makes it/,
  ],
  [
    'an index less',
    (sqlite) => sqlite.exec('DROP INDEX runs_by_revision'),
    /it lacks the index runs_by_revision/,
  ],
  [
    'an index that is of fewer rows',
    (sqlite) => redescribe(sqlite, 'runs_active', (sql) => sql.replace(`'running', `, '')),
    /the index "runs_active" in it is not as Resbench makes it/,
  ],
];

describe('a database with', () => {
  it.each(FOREIGN)('%s is set aside, and every run comes along', async (_what, change, sentence) => {
    const before = contents(open());
    close();
    meddle(change);
    const file = readFileSync(path);
    const checked = await typeIn('db', 'check', '--home', home);
    expect(checked.code).toBe(5);
    expect(checked.stderr).toMatch(/^resbench: the database .+; the next start of Resbench .+\n$/);
    const copied = await typeIn('db', 'backup', '--home', home);
    expect(copied.code).toBe(5);
    expect(copied.stderr).toMatch(/^resbench: .+ is damaged .+\n$/);

    const db = open();
    expect(db.notices).toEqual([
      expect.stringMatching(
        /^The database .+ was damaged \(.+\) and has been set aside whole as .+: 3 runs with [^\p{Cc}]+\.$/u,
      ),
    ]);
    expect(db.notices[0]).toMatch(sentence);
    expect(db.notices[0]).toContain('no run, step or epoch is known to be missing');
    expect(contents(db)).toEqual(before);
    expect(difference(db.raw(objectsOf), MIGRATIONS, MIGRATIONS.length)).toBeNull();
    // Work continues, without a word of the other's.
    begun(db);
    expect(new RunStore(db).list()).toHaveLength(4);
    const [aside] = readdirSync(home).filter((name) => name.startsWith('resbench-damaged-'));
    expect(readFileSync(join(home, aside!)).equals(file)).toBe(true);
    close();
    expect(open().notices).toEqual([]);
    expect((await typeIn('db', 'check', '--home', home)).code).toBe(0);
  });

  it('a view without end in the place of a table is set aside, and the other tables come along', () => {
    meddle((sqlite) => {
      sqlite.exec('DROP TABLE steps');
      sqlite.exec(`CREATE VIEW steps AS WITH RECURSIVE n(step) AS (SELECT 1 UNION ALL SELECT step + 1 FROM n)
        SELECT 1 AS run_id, step, 1 AS epoch, 0.5 AS loss, 0.5 AS cross_entropy, 0.5 AS accuracy, 1.0 AS seconds FROM n`);
    });
    const db = open();
    expect(db.notices).toHaveLength(1);
    expect(new RunStore(db).list()).toHaveLength(3);
    expect(new MetricStore(db).epochs(1)).toHaveLength(1);
    expect(fromColumns(new MetricStore(db).steps(1, 0, 10))).toEqual([]);
  });

  it('columns in another order is read by their names', () => {
    const before = contents(open());
    close();
    meddle((sqlite) => {
      const columns = (sqlite.pragma('table_info(checkpoints)') as { name: string }[]).map(
        ({ name }) => name,
      );
      const order = columns.filter((name) => name !== 'id').reverse();
      sqlite.exec(`CREATE TABLE other (id INTEGER PRIMARY KEY, ${order.join()});
        INSERT INTO other (${columns.join()}) SELECT ${columns.join()} FROM checkpoints;
        DROP TABLE checkpoints; ALTER TABLE other RENAME TO checkpoints`);
    });
    expect(contents(open())).toEqual(before);
  });

  it('a trigger, of an earlier version, is set aside and brought up to date', () => {
    const folder = join(home, 'old');
    mkdirSync(folder);
    path = join(folder, 'resbench.db');
    const old = openDatabase(path, MIGRATIONS.slice(0, 3));
    if (!old.ok) throw new Error(old.error.message);
    addRunOfVersion3(old.value);
    old.value.close();
    meddle((sqlite) => sqlite.exec('CREATE TRIGGER evil AFTER INSERT ON runs BEGIN DELETE FROM runs; END'));
    const db = open();
    expect(db.notices[0]).toContain('it holds the trigger "evil"');
    expect(db.version).toBe(MIGRATIONS.length);
    expect(new RunStore(db).list()).toHaveLength(1);
  });

  it('what ANALYZE leaves is ours still', () => {
    meddle((sqlite) => sqlite.exec('ANALYZE'));
    expect(open().notices).toEqual([]);
  });
});

describe('rows that a check refuses are kept by a recovery', () => {
  it.each(['bogus', '', 'Running', 'x'.repeat(10_000)])('a run in the state %j', (state) => {
    const before = contents(open()) as unknown[][];
    close();
    meddle((sqlite) => sqlite.prepare('UPDATE runs SET state = ? WHERE id = 2').run(state));
    const db = open();
    expect(db.notices[0]).toContain('no run, step or epoch is known to be missing');
    const after = contents(db) as unknown[][];
    expect([after[0], after[2], after[1]!.slice(1)]).toEqual([before[0], before[2], before[1]!.slice(1)]);
    const run = new RunStore(db).get(2)!;
    expect(run).toMatchObject({ name: 'run 2', state: 'interrupted', step: 2 });
    expect(run.unreadable).toBeUndefined();
    expect(run.reason).toMatch(
      /^The database held ".*…? as its state: taken for interrupted when it was recovered\.$/,
    );
  });

  it('a run with a text that is no JSON, which is unreadable then', () => {
    meddle((sqlite) => sqlite.prepare(`UPDATE runs SET recipe = '{' WHERE id = 2`).run());
    const runs = new RunStore(open());
    expect(runs.list()).toHaveLength(3);
    expect(runs.get(2)).toMatchObject({ name: 'run 2', unreadable: expect.stringContaining('its recipe: ') });
    expect(runs.get(2)!.state).toBe('completed');
  });

  it('a checkpoint of a kind that is none, and two that are the best', () => {
    meddle((sqlite) => {
      sqlite.exec(`UPDATE checkpoints SET kind = 'bogus', pinned = 7 WHERE run_id = 2`);
    });
    expect(new CheckpointStore(open()).list(2)).toMatchObject([
      { kind: 'interval', pinned: false, damaged: null },
    ]);
  });

  it('an active run of nobody', () => {
    meddle((sqlite) =>
      sqlite.exec(`UPDATE runs SET state = 'running', owner_id = NULL, owner_pid = NULL WHERE id = 2`),
    );
    expect(new RunStore(open()).get(2)).toMatchObject({ state: 'interrupted', step: 2 });
  });
});

describe('numbers that cannot be counted on', () => {
  it.each<[string, string]>([
    ['the last run', `UPDATE sqlite_sequence SET seq = 9223372036854775807 WHERE name = 'runs'`],
    ['the last checkpoint', `UPDATE sqlite_sequence SET seq = 'x' WHERE name = 'checkpoints'`],
    ['the changes', 'UPDATE revision SET value = 9223372036854775807'],
    ['no changes', 'DELETE FROM revision'],
    ['fewer changes than there were', 'UPDATE revision SET value = 1'],
    ['the changes, in a run', 'UPDATE runs SET revision = 9223372036854775807 WHERE id = 2'],
  ])('are mended: %s', (_what, sql) => {
    meddle((sqlite) => sqlite.exec(sql));
    const db = open();
    expect(db.notices).toHaveLength(1);
    const runs = new RunStore(db);
    expect(runs.list().map(({ id }) => id)).toEqual([3, 2, 1]);
    const { id } = begun(db);
    expect(id).toBe(4);
    new CheckpointStore(db).add(newCheckpoint(id));
    expect(new Set(runs.changedSince(0).map(({ revision }) => revision)).size).toBe(4);
    expect(runs.changedSince(0)[3]!.id).toBe(4);
  });

  it('are left out with their run where it is the last that there can be', () => {
    meddle((sqlite) => sqlite.exec('UPDATE runs SET id = 9223372036854775807 WHERE id = 2'));
    const db = open();
    expect(new RunStore(db).list().map(({ id }) => id)).toEqual([3, 1]);
    expect(begun(db).id).toBe(4);
  });
});

it('the schema of each version is the one that it always had', () => {
  for (const { version } of MIGRATIONS) {
    const sqlite = new Database(':memory:');
    sqlite.exec(readFileSync(join(__dirname, `../schema-${String(version).padStart(4, '0')}.sql`), 'utf8'));
    expect(difference(objectsOf(sqlite), MIGRATIONS, version)).toBeNull();
    sqlite.close();
  }
});

it('comments, blanks and quotes around a name say nothing in a description; all else does', () => {
  const sql = `CREATE TABLE "runs" (id INTEGER, -- a 'comment\n  name TEXT DEFAULT 'a  b' /* and "another" */)`;
  expect(plainSql(sql)).toBe(
    plainSql(`create TABLE runs(id INTEGER,name TEXT DEFAULT 'a  b')`.replace('create', 'CREATE')),
  );
  expect(plainSql(sql)).not.toBe(plainSql(sql.replace('a  b', 'a b')));
  expect(plainSql(`'`.repeat(100_001))).toHaveLength(100_001);
  expect(plainSql('/* '.repeat(50_000))).toHaveLength(0);
});

it('no schema is trusted by any connection, and all are opened in one place', () => {
  expect(openMemoryDatabase().get('PRAGMA trusted_schema')).toEqual({ trusted_schema: 0 });
  expect(open().get('PRAGMA trusted_schema')).toEqual({ trusted_schema: 0 });
  const folder = join(__dirname, '../../../../../src/main');
  const sources = (within: string): string[] =>
    readdirSync(join(folder, within), { withFileTypes: true }).flatMap((item) =>
      item.isDirectory() ? sources(join(within, item.name)) : [join(within, item.name)],
    );
  const openers = sources('.')
    .filter((name) => name.endsWith('.ts'))
    .filter((name) => readFileSync(join(folder, name), 'utf8').includes('new Database('));
  expect(openers).toEqual([join('db', 'connect.ts')]);
});

describe('db check', () => {
  const check = async () => {
    const { code, stdout, stderr } = await typeIn('db', 'check', '--json', '--home', home);
    return {
      code,
      stderr,
      report: JSON.parse(stdout) as { ok: boolean; problems: string[]; unreadable: string[] },
    };
  };

  it('names each row that cannot be read, and leaves the sound file where it is', async () => {
    meddle((sqlite) => {
      sqlite.exec(`UPDATE runs SET architecture = '{"tabel": 1}' WHERE id = 2`);
      sqlite.exec(`UPDATE run_states SET state = 'bogus' WHERE run_id = 1`);
      sqlite.exec('UPDATE checkpoints SET step = -1 WHERE run_id = 3');
      sqlite.exec(`INSERT INTO architectures (id, name, created_at, updated_at, tags)
        VALUES (1, 'mine', 1, 1, '[7]'), (2, 'lost', 1, 1, '[]')`);
      sqlite.exec(`INSERT INTO architecture_versions (architecture_id, version, note, saved_at, architecture)
        VALUES (1, 3, '', 1, '{}')`);
      sqlite.exec(
        `INSERT INTO recipes (id, name, created_at, updated_at) VALUES (1, 'mine', 1, 1), (2, 'lost', 1, 1)`,
      );
      sqlite.exec(`INSERT INTO recipe_versions (recipe_id, version, note, saved_at, name, recipe)
        VALUES (1, 2, '', 1, 'mine', '{"optimizer": "lion"}')`);
    });
    const { code, report, stderr } = await check();
    expect(code).toBe(5);
    expect(report).toMatchObject({ ok: false, problems: [] });
    expect(report.unreadable).toEqual([
      expect.stringMatching(
        /^Run 2 cannot be read in the database \(its architecture: .*"tabel".*\): it can be/,
      ),
      expect.stringMatching(
        /^A state of run 1 cannot be read in the database \(its state cannot be "bogus"\)\.$/,
      ),
      expect.stringMatching(
        /^Checkpoint 3 cannot be read in the database \(its step cannot be -1\): choose another/,
      ),
      expect.stringMatching(
        /^The architecture "mine" cannot be read in the database \(its tags: it is not a list of texts\)/,
      ),
      expect.stringMatching(
        /^The architecture "lost" cannot be read in the database \(all of its versions are lost\)\.$/,
      ),
      expect.stringMatching(
        /^Version 3 of the architecture "mine" cannot be read in the database \(its architecture: .*name is missing/,
      ),
      'The recipe "lost" cannot be read in the database (all of its versions are lost).',
      expect.stringMatching(
        /^Version 2 of the recipe "mine" cannot be read in the database \(its recipe: optimizer must be one of/,
      ),
    ]);
    expect(stderr).toMatch(/^resbench: Run 2 cannot be read in the database .+\n$/);
    expect((await typeIn('db', 'check', '--home', home)).stdout).toContain(
      'references are sound.\n- Run 2 cannot be read',
    );
    expect(open().notices).toEqual([]);
  });

  it('reads the rows of each earlier version', async () => {
    for (const { version } of MIGRATIONS) {
      home = temporaryFolder();
      path = databasePath(home);
      const old = openDatabase(path, MIGRATIONS.slice(0, version));
      if (!old.ok) throw new Error(old.error.message);
      if (version >= 13) begun(old.value);
      else if (version >= 3) addRunOfVersion3(old.value);
      if (version === 3 || version === 4)
        addRunOfVersion3(old.value, { parent: { id: 1, step: 3, images: 0 }, revision: 2 });
      old.value.close();
      expect((await check()).report).toMatchObject({ ok: true, unreadable: [] });
    }
  });

  it.each([3, 4, 5, 6, 7])('finds a gap that cannot be read in a database of version %i', async (version) => {
    home = temporaryFolder();
    path = databasePath(home);
    const old = openDatabase(path, MIGRATIONS.slice(0, version));
    if (!old.ok) throw new Error(old.error.message);
    if (version >= 10) begun(old.value);
    else addRunOfVersion3(old.value);
    old.value.run(
      `INSERT INTO ${version >= 6 ? 'gaps' : 'seams'} (run_id, number, step, at, lost_seconds, lost_steps, reason)
       VALUES (1, 1, -5, 1, 0, 0, 'killed')`,
    );
    old.value.close();
    const { report } = await check();
    expect(report.unreadable).toEqual([expect.stringContaining('A gap of run 1 cannot be read')]);
  });

  it('names the first twenty and counts the others', async () => {
    meddle((sqlite) => {
      const insert = sqlite.prepare(
        'INSERT INTO architectures (name, created_at, updated_at) VALUES (?, 1, 1)',
      );
      for (let number = 0; number < 50; number++) insert.run(`a ${number}`);
    });
    const { report } = await check();
    expect(report.unreadable).toHaveLength(21);
    expect(report.unreadable[20]).toBe('30 more rows cannot be read.');
  });
});
