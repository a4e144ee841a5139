/** Every row of a database whose values cannot be read, by the readers that the program itself uses. */
import type Database from 'better-sqlite3';
import { shown } from '../../../shared/shown';
import { readEntryRow, readVersionRow } from './architectures';
import { readCheckpointRow, readGap } from './checkpoints';
import { IMPORT_COLUMNS } from './import-row';
import { epochProblem } from './metrics';
import { readPredictions } from './predictions';
import { readRecipeRow, readRecipeVersionRow } from './recipes';
import { Columns, type RawRow } from '../rows';
import { readState } from './run-changes';
import { readRun } from './run-row';
import { readWholeTest } from './tests';

/** As many are named. */
const MAX_NAMED = 20;

interface Reader {
  table: string;
  /** Earlier versions have fewer tables. */
  sql: string | ((tables: ReadonlySet<string>) => string);
  /** The sentence on a row that cannot be read, null for one that can. */
  read: (row: RawRow) => string | null;
}

const READERS: readonly Reader[] = [
  {
    table: 'runs',
    sql: (tables) =>
      tables.has('imports')
        ? `SELECT r.*,${IMPORT_COLUMNS} FROM runs r LEFT JOIN imports i ON i.run_id = r.id
           WHERE deleted_at IS NULL ORDER BY id`
        : 'SELECT * FROM runs WHERE deleted_at IS NULL ORDER BY id',
    // Earlier versions do without the columns that came later.
    read: (row) =>
      readRun({ device: 'auto', held: 0, parent_images: null, ...row }, [], true).unreadable ?? null,
  },
  gapsOf('gaps'),
  // Versions 3 to 5 called them so.
  gapsOf('seams'),
  {
    table: 'run_states',
    sql: 'SELECT run_id, state, reason, at FROM run_states',
    read: (row) => named(`A state of run ${textOf(row.run_id)}`, readState(row).problem),
  },
  {
    // The last one of a run is shown with the run.
    table: 'epochs',
    sql: 'SELECT * FROM epochs',
    read: (row) => named(`Epoch ${textOf(row.epoch)} of run ${textOf(row.run_id)}`, epochProblem(row)),
  },
  {
    table: 'predictions',
    sql: 'SELECT * FROM predictions',
    read: (row) =>
      named(
        `What run ${textOf(row.run_id)} predicted in epoch ${textOf(row.epoch)}`,
        readPredictions(row).problem,
      ),
  },
  {
    table: 'tests',
    sql: 'SELECT * FROM tests',
    // Version 12 had tests without averaging alone.
    read: (row) =>
      named(
        `Test ${textOf(row.number)} of run ${textOf(row.run_id)}`,
        readWholeTest({ views: 'none', ...row }).problem,
      ),
  },
  {
    table: 'checkpoints',
    sql: 'SELECT * FROM checkpoints',
    read: (row) => (row.damaged === null ? readCheckpointRow(row).damaged : null),
  },
  {
    table: 'architectures',
    sql: (tables) =>
      tables.has('architecture_versions')
        ? `SELECT *, EXISTS (SELECT 1 FROM architecture_versions v WHERE v.architecture_id = a.id) AS has_versions
           FROM architectures a WHERE deleted_at IS NULL ORDER BY id`
        : 'SELECT * FROM architectures WHERE deleted_at IS NULL ORDER BY id',
    // Versions 1 to 8 had an architecture with its name, and nothing that was noted of it.
    read: (row) => {
      const of = readEntryRow({ starred: 0, tags: '[]', notes: '', ...row });
      const own =
        'architecture' in row ? readVersionRow({ version: 1, note: '', saved_at: 0, ...row }) : null;
      const lacking = row.has_versions === 0 ? 'all of its versions are lost' : null;
      return named(`The architecture ${textOf(row.name)}`, of.problem ?? own?.problem ?? lacking);
    },
  },
  {
    table: 'architecture_versions',
    sql: `SELECT v.*, a.name FROM architecture_versions v LEFT JOIN architectures a ON a.id = v.architecture_id
          WHERE a.deleted_at IS NULL ORDER BY v.id`,
    read: (row) =>
      named(
        `Version ${textOf(row.version)} of the architecture ${textOf(row.name)}`,
        readVersionRow(row).problem,
      ),
  },
  {
    table: 'recipes',
    sql: `SELECT *, EXISTS (SELECT 1 FROM recipe_versions v WHERE v.recipe_id = r.id) AS has_versions
          FROM recipes r WHERE deleted_at IS NULL ORDER BY id`,
    read: (row) =>
      named(
        `The recipe ${textOf(row.name)}`,
        readRecipeRow(row).problem ?? (row.has_versions === 0 ? 'all of its versions are lost' : null),
      ),
  },
  {
    table: 'recipe_versions',
    sql: `SELECT v.*, r.name AS of FROM recipe_versions v LEFT JOIN recipes r ON r.id = v.recipe_id
          WHERE r.deleted_at IS NULL ORDER BY v.id`,
    read: (row) =>
      named(
        `Version ${textOf(row.version)} of the recipe ${textOf(row.of)}`,
        readRecipeVersionRow(row).problem,
      ),
  },
  {
    table: 'settings',
    sql: 'SELECT key, value FROM settings',
    read: (row) => {
      const of = new Columns(row);
      of.json(
        'value',
        (text) => (isJson(text) ? { problem: null, value: null } : { problem: 'it is not JSON' }),
        null,
      );
      return named(`The setting ${textOf(row.key)}`, of.problem);
    },
  },
];

function gapsOf(table: string): Reader {
  return {
    table,
    sql: `SELECT * FROM ${table}`,
    // Versions 1 to 9 did not say what was computed otherwise.
    read: (row) => named(`A gap of run ${textOf(row.run_id)}`, readGap({ otherwise: null, ...row }).problem),
  };
}

/**
 * A sentence per row, the first of them; that there are more is one of its own.
 * @param tables those that there are
 */
export function unreadableRows(sqlite: Database.Database, tables: ReadonlySet<string>): string[] {
  const sentences: string[] = [];
  let more = 0;
  for (const { table, sql, read } of READERS) {
    if (!tables.has(table)) continue;
    const query = typeof sql === 'string' ? sql : sql(tables);
    for (const row of sqlite.prepare(query).iterate() as Iterable<RawRow>) {
      const sentence = read(row);
      if (sentence === null || sentences.includes(sentence)) continue;
      if (sentences.length < MAX_NAMED) sentences.push(sentence);
      else more++;
    }
  }
  return more > 0 ? [...sentences, `${more} more rows cannot be read.`] : sentences;
}

const named = (what: string, problem: string | null): string | null =>
  problem === null ? null : `${what} cannot be read in the database (${problem.replace(/\.$/, '')}).`;

const textOf = (value: unknown): string =>
  shown(typeof value === 'string' ? JSON.stringify(value) : String(value));

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
