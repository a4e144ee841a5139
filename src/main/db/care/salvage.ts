/**
 * Reads what can be read of a damaged database into a fresh one. Ranges of rows are copied by their key; a range that
 * meets damage is halved until the rows on both sides of it are out, so that one bad page costs the rows of that page.
 * What is wrong inside a row, and still a possible value, comes along: the sums of the epochs tell of it later.
 */
import type Database from 'better-sqlite3';
import { connectTo, quoted } from '../connect';
import { isDamage, isSqliteError } from '../errors';
import { migrate } from '../migrate';
import type { Migration } from '../migrations/migration';
import { MAX_ID } from '../rows';
import { librariesOf, missingVersions, reviveEntries } from './library';
import { mended } from './mend';
import { makeReadable, tolerate } from './readable';
import { schemaOfVersion, type Schema, type Table } from './schema';
import { changedEpochs } from './sums';

export interface Salvaged {
  runs: number;
  steps: number;
  epochs: number;
  /** Numbers of runs that left traces, but could not be read themselves. */
  lostRuns: number[];
  /** Steps that a run is known to have had. */
  lostSteps: { runId: number; steps: number }[];
  /** Epochs, likewise. */
  lostEpochs: { runId: number; epochs: number }[];
  /** Versions of saved architectures and recipes that later ones of theirs, or their entry, tell of. */
  lostVersions: number;
}

/** A range that fails this often has nothing more to give in reasonable time: about half a minute. */
const MAX_FAILURES = 2_000_000;
/** Numbers beyond this one are not looked for where the last that was given out cannot be read. */
const FAR = 10_000;

/**
 * @param copy a copy of the damaged file that may be changed, with its log beside it
 * @param fresh where the new database is written; brought up to date and checked
 * @param template where a database is made and removed again, for its first page
 */
export function salvage(
  copy: string,
  fresh: string,
  template: string,
  migrations: readonly Migration[],
): Salvaged {
  const { schema, version } = makeReadable(copy, template, migrations);
  const target = connectTo(fresh);
  try {
    target.pragma('synchronous = OFF');
    migrate(target, fresh, migrations.slice(0, version));
    const salvaged = copyTables(target, copy, schemaOfVersion(migrations, version), schema);
    migrate(target, fresh, migrations);
    const found = target.pragma('integrity_check', { simple: true }) as string;
    if (found !== 'ok') throw new Error(`the recovered database is not sound: ${found}`);
    return salvaged;
  } finally {
    target.close();
  }
}

/** Tables whose rows have numbers of their own. */
const NUMBERED = [
  'runs',
  'checkpoints',
  'architectures',
  'architecture_versions',
  'recipes',
  'recipe_versions',
];

/** Tables of processes that are gone, or that are rewritten. */
const LEFT_OUT = ['processes', 'revision'];

function copyTables(target: Database.Database, copy: string, wanted: Schema, readable: Schema): Salvaged {
  target.pragma('foreign_keys = OFF');
  tolerate(target);
  target.prepare('ATTACH ? AS damaged').run(copy);
  // Each statement commits for itself: one that meets damage would spoil a transaction around it.
  target.pragma('main.journal_mode = MEMORY');
  const copying = new Copying(target, readable);
  // Those first that others refer to.
  const names = [...wanted.keys()].filter((name) => !LEFT_OUT.includes(name) && name !== 'runs');
  for (const name of ['runs', ...names]) {
    copying.table(name, wanted.get(name)!);
    copying.mend(name, wanted.get(name)!);
  }
  const libraries = librariesOf(wanted);
  for (const library of libraries) reviveEntries(target, library);
  const lostRuns = copying.tracesOfLostRuns();
  copying.restoreNumbers(lostRuns);
  target.exec('DETACH damaged');
  target.pragma('writable_schema = OFF');
  target.unsafeMode(false);
  for (const name of NUMBERED.filter((each) => wanted.has(each)))
    target.prepare(`DELETE FROM ${name} WHERE id NOT BETWEEN 1 AND ?`).run(MAX_ID);
  // Nothing of a run that is lost can be used.
  for (const [name] of wanted) dropOrphans(target, name);
  if (wanted.has('predictions'))
    target.exec(
      `DELETE FROM predictions WHERE NOT EXISTS (
         SELECT 1 FROM epochs e WHERE e.run_id = predictions.run_id AND e.epoch = predictions.epoch)`,
    );
  const missing = (table: string, progress: string): { runId: number; missing: number }[] =>
    target
      .prepare(
        `SELECT id AS runId, ${progress} - (SELECT COUNT(*) FROM ${table} WHERE run_id = id) AS missing FROM runs
         WHERE missing > 0 ORDER BY id`,
      )
      .all() as { runId: number; missing: number }[];
  // What a fork's parent did for it has no rows of its own. Where its epochs begin only they tell.
  const forks = wanted.get('runs')!.columns.includes('parent_step');
  const ownSteps = forks ? 'step - COALESCE(parent_step, 0)' : 'step';
  const ownEpochs = forks
    ? `epoch - IIF(parent_id IS NULL, 0, (SELECT COALESCE(MIN(e.epoch) - 1, runs.epoch) FROM epochs e WHERE run_id = id))`
    : 'epoch';
  if (wanted.get('epochs')!.columns.includes('sha256')) forgetSums(target, wanted.has('imports'));
  // The source of an imported run may tell of some epochs, or of few steps.
  const counted = (own: string, column: string): string =>
    wanted.has('imports') ? `COALESCE((SELECT ${column} FROM imports WHERE run_id = id), ${own})` : own;
  const count = (table: string): number =>
    target.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get() as number;
  return {
    runs: count('runs'),
    steps: count('steps'),
    epochs: count('epochs'),
    lostRuns,
    lostSteps: missing('steps', counted(ownSteps, 'imports.steps')).map((one) => ({
      runId: one.runId,
      steps: one.missing,
    })),
    lostEpochs: missing('epochs', counted(ownEpochs, 'imports.epochs')).map((one) => ({
      runId: one.runId,
      epochs: one.missing,
    })),
    lostVersions: libraries.reduce((sum, library) => sum + missingVersions(target, library), 0),
  };
}

function dropOrphans(target: Database.Database, table: string): void {
  const keys = target.prepare('SELECT "table", "from", "to" FROM pragma_foreign_key_list(?)').all(table) as {
    table: string;
    from: string;
    to: string;
  }[];
  for (const { table: parent, from, to } of keys) {
    target.exec(`DELETE FROM "${table}" WHERE "${from}" NOT IN (SELECT "${to}" FROM "${parent}")`);
  }
}

/**
 * An epoch of which steps are lost has no sum any more: the loss is reported once, by the recovery, not again by every check. One
 * that has all of its steps keeps a sum that its numbers do not have, since one of them has changed.
 * So does one of an imported run that never had steps.
 */
function forgetSums(target: Database.Database, hasImports: boolean): void {
  const hadSteps = hasImports ? 'run_id NOT IN (SELECT run_id FROM imports WHERE steps = 0)' : 'TRUE';
  const before = `MAX(
    (SELECT COALESCE(MAX(b.step), 0) FROM epochs b WHERE b.run_id = e.run_id AND b.epoch < e.epoch),
    (SELECT COALESCE(parent_step, 0) FROM runs WHERE id = e.run_id))`;
  const torn = target
    .prepare(
      `SELECT run_id AS runId, epoch FROM epochs e WHERE sha256 IS NOT NULL AND ${hadSteps} AND step - ${before} > (
         SELECT COUNT(*) FROM steps s WHERE s.run_id = e.run_id AND s.step > ${before} AND s.step <= e.step)`,
    )
    .all() as { runId: number; epoch: number }[];
  const forget = target.prepare('UPDATE epochs SET sha256 = NULL WHERE run_id = ? AND epoch = ?');
  for (const id of new Set(torn.map(({ runId }) => runId))) {
    // Where the epoch before it is lost too, one may seem torn and is whole.
    const changed = new Set(changedEpochs(target, id));
    for (const { runId, epoch } of torn) if (runId === id && changed.has(epoch)) forget.run(runId, epoch);
  }
}

class Copying {
  private failures = 0;

  constructor(
    private readonly target: Database.Database,
    private readonly readable: Schema,
  ) {}

  table(name: string, { columns, key, withoutRowid }: Table): void {
    const source = this.readable.get(name);
    if (!source) return;
    const list = columns
      .filter((column) => source.columns.includes(column))
      .map((column) => quoted(column))
      .join(', ');
    // NOT INDEXED: an index may be damaged where the table is not. The WHERE, which each use adds, keeps SQLite from
    // taking over cells as they are, without a look at what is in them.
    const hint = withoutRowid ? '' : 'NOT INDEXED';
    const all = `INSERT OR IGNORE INTO main."${name}" (${list}) SELECT ${list} FROM damaged."${name}" ${hint}`;
    if (this.tried(() => this.target.exec(`${all} WHERE TRUE`))) return;
    this.failures = 0;
    if (!withoutRowid) {
      const last = this.last(`SELECT MAX(rowid) FROM damaged."${name}" NOT INDEXED`) ?? 0;
      const insert = this.target.prepare(`${all} WHERE rowid BETWEEN ? AND ?`);
      this.range(1, Math.max(last, this.sequence(name)) || FAR, (from, to) => insert.run(from, to));
    } else if (key.length === 2) {
      // The run, and a number that counts within it.
      const [run, number] = key as [string, string];
      const insert = this.target.prepare(`${all} WHERE "${run}" = ? AND "${number}" BETWEEN ? AND ?`);
      const runs = this.target
        .prepare('SELECT id, MAX(step, epoch) AS last FROM main.runs ORDER BY id')
        .all();
      for (const { id, last } of runs as { id: number; last: number }[]) {
        // Nothing that counts within a run is beyond its steps, a few states apart; of an imported one, beyond its epochs.
        this.range(0, Math.max(last, 1000), (from, to) => insert.run(id, from, to));
      }
    } else {
      this.bothWays(all, name, key[0]!);
    }
  }

  /**
   * Rows that can be read and that the table refuses, for a value that a check of it does not allow: they come with another
   * value in its place, where it is one or two of them. More are those of a page that holds no rows.
   */
  mend(name: string, { columns, key, withoutRowid }: Table): void {
    const source = this.readable.get(name);
    if (!source || withoutRowid || key.length !== 1) return;
    const list = columns.filter((column) => source.columns.includes(column));
    const refused = new Set<number>();
    for (const order of ['ASC', 'DESC']) {
      this.tried(() => {
        const rowids = this.target
          .prepare(
            `SELECT rowid FROM damaged.${quoted(name)} NOT INDEXED
             WHERE rowid NOT IN (SELECT rowid FROM main.${quoted(name)}) ORDER BY rowid ${order}`,
          )
          .pluck();
        for (const rowid of rowids.iterate() as Iterable<number>) refused.add(rowid);
      });
    }
    const read = this.target.prepare(
      `SELECT ${list.map(quoted).join(', ')} FROM damaged.${quoted(name)} NOT INDEXED WHERE rowid = ?`,
    );
    const insert = this.target.prepare(
      `INSERT INTO main.${quoted(name)} (${list.map(quoted).join(', ')}) VALUES (${list.map(() => '?').join(', ')})`,
    );
    for (const rowid of refused) {
      this.tried(() => {
        const row = read.get(rowid) as Record<string, unknown> | undefined;
        const candidates = row === undefined ? [] : mended(name, row, this.nextRevision());
        candidates.some((values) => this.tried(() => insert.run(list.map((column) => values[column]))));
      });
    }
  }

  /** One that no run has had. */
  private nextRevision(): number {
    const last = this.target
      .prepare('SELECT COALESCE(MAX(revision), 0) FROM main.runs WHERE revision < ?')
      .pluck()
      .get(MAX_ID) as number;
    return last + 1;
  }

  /** Copies the rows of a range, by halves where that fails. */
  private range(from: number, to: number, copy: (from: number, to: number) => void): void {
    if (this.tried(() => copy(from, to))) return;
    this.failures++;
    if (from >= to || this.failures > MAX_FAILURES) return;
    const middle = Math.floor((from + to) / 2);
    this.range(from, middle, copy);
    this.range(middle + 1, to, copy);
  }

  /** A key that is not a number cannot be halved: rows come one by one from either end, up to the damage. */
  private bothWays(all: string, name: string, key: string): void {
    const insert = this.target.prepare(`${all} WHERE "${key}" = ?`);
    for (const order of ['ASC', 'DESC']) {
      this.tried(() => {
        const keys = this.target
          .prepare(`SELECT "${key}" FROM damaged."${name}" ORDER BY "${key}" ${order}`)
          .pluck();
        const found: unknown[] = [];
        try {
          for (const value of keys.iterate()) found.push(value);
        } finally {
          for (const value of found) this.tried(() => insert.run(value));
        }
      });
    }
  }

  /** False where the rows are damaged, or do not fit the table (which damage does to them). */
  private tried(copy: () => void): boolean {
    try {
      copy();
      return true;
    } catch (error) {
      if (!isDamage(error) && !isMisfit(error)) throw error;
      return false;
    }
  }

  private last(sql: string): number | null {
    try {
      return this.target.prepare(sql).pluck().get() as number | null;
    } catch (error) {
      if (!isDamage(error)) throw error;
      return null;
    }
  }

  /** The last number given out in the damaged table, as far as it can be read. */
  private sequence(name: string): number {
    try {
      const seq = this.target
        .prepare('SELECT seq FROM damaged.sqlite_sequence WHERE name = ?')
        .pluck()
        .get(name);
      return typeof seq === 'number' && seq < 2 ** 31 ? seq : 0;
    } catch (error) {
      if (!isSqliteError(error)) throw error;
      return 0;
    }
  }

  /** Runs that have states, yet no row. Call it before those are dropped. */
  tracesOfLostRuns(): number[] {
    const found = new Set<number>();
    const known = new Set(this.target.prepare('SELECT id FROM main.runs').pluck().all() as number[]);
    for (const table of ['run_states', 'epochs']) {
      if (!this.readable.has(table)) continue;
      this.tried(() => {
        const ids = this.target.prepare(`SELECT DISTINCT run_id FROM damaged.${table}`).pluck();
        for (const id of ids.iterate() as Iterable<number>) if (!known.has(id)) found.add(id);
      });
    }
    return [...found].sort((a, b) => a - b);
  }

  /** Numbers that were given out once are not given out again, and no revision seems older than one that was seen. */
  restoreNumbers(lostRuns: readonly number[]): void {
    const tables = this.target.prepare('SELECT name FROM main.sqlite_sequence').pluck().all() as string[];
    for (const name of new Set([...tables, 'runs'])) {
      const rows = this.target.prepare(`SELECT COALESCE(MAX(id), 0) FROM main."${name}"`).pluck().get();
      const seq = Math.max(rows as number, this.sequence(name), ...(name === 'runs' ? lostRuns : []));
      this.target.prepare('DELETE FROM main.sqlite_sequence WHERE name = ?').run(name);
      this.target.prepare('INSERT INTO main.sqlite_sequence (name, seq) VALUES (?, ?)').run(name, seq);
    }
    this.target
      .prepare(
        `UPDATE main.runs SET revision = (SELECT COUNT(*) FROM main.runs other WHERE other.id <= runs.id) + ?
         WHERE EXISTS (SELECT 1 FROM main.runs WHERE revision NOT BETWEEN 0 AND ?)`,
      )
      // Above all others while the numbers change one by one.
      .run(this.nextRevision(), MAX_ID);
    const value = this.readable.has('revision')
      ? (this.last('SELECT MAX(value) FROM damaged.revision') ?? 0)
      : 0;
    const told = Number.isSafeInteger(value) && value <= MAX_ID ? value : 0;
    const seen = this.target.prepare('SELECT COALESCE(MAX(revision), 0) FROM main.runs').pluck().get();
    this.target
      .prepare('INSERT OR REPLACE INTO main.revision (id, value) VALUES (1, ?)')
      .run(Math.max(told, seen as number));
  }
}

/** A value of the wrong type, or one that the table's checks refuse. */
const isMisfit = (error: unknown): boolean =>
  /^SQLITE_(CONSTRAINT|MISMATCH)/.test(String((error as { code?: unknown }).code));
