/**
 * A sum for each epoch over the numbers that are stored of it. SQLite keeps none of its pages: a bit that flips within a
 * stored number leaves another possible number, and every check of SQLite's own passes (docs/decisions/0010).
 *
 * The sum is a SHA-256 over little-endian float64s, NULL as the quiet NaN 0x7ff8000000000000: first those of the epoch,
 * then those of its steps in the order of the steps, each in the order of the columns below. Those that came later (a step's learning
 * rate with version 11, norms and averages with version 13) are left out where they are NULL. Stored sums depend on this.
 */
import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import { newestBackup } from './backup';

const FIRST_EPOCH_COLUMNS =
  'run_id, epoch, step, loss, cross_entropy, accuracy, val_loss, val_cross_entropy, val_accuracy, seconds, ' +
  'images_per_second, memory_bytes';
const LATER_EPOCH_COLUMNS = ['ema_val_loss', 'ema_val_cross_entropy', 'ema_val_accuracy'];
const FIRST_STEP_COLUMNS = 'step, epoch, loss, cross_entropy, accuracy, seconds';
const LATER_STEP_COLUMNS = ['learning_rate', 'gradient_norm', 'weight_norm'];
const EPOCH_COLUMNS = [FIRST_EPOCH_COLUMNS, ...LATER_EPOCH_COLUMNS].join(', ');
const STEP_COLUMNS = [FIRST_STEP_COLUMNS, ...LATER_STEP_COLUMNS].join(', ');
/** How many columns a row has that are always summed. */
const [FIRST_OF_EPOCH, FIRST_OF_STEP] = [FIRST_EPOCH_COLUMNS, FIRST_STEP_COLUMNS].map(
  (columns) => columns.split(', ').length,
) as [number, number];
/** Places of the epoch among the columns above. */
const [EPOCH_OF_EPOCH, EPOCH_OF_STEP] = [1, 1];

/** Exported for the test of their plans. */
export const SUM_QUERIES = {
  epoch: `SELECT ${EPOCH_COLUMNS} FROM epochs WHERE run_id = ? AND epoch = ?`,
  // An epoch's steps come after the last one of the epoch before it: the many before those need not be read.
  stepsOfEpoch: `
    SELECT ${STEP_COLUMNS} FROM steps
    WHERE run_id = ? AND epoch = ?
      AND step > COALESCE((SELECT step FROM epochs WHERE run_id = ? AND epoch < ? ORDER BY epoch DESC LIMIT 1), 0)
    ORDER BY step`,
  epochs: `
    SELECT sha256, ${EPOCH_COLUMNS} FROM epochs WHERE run_id = ? AND sha256 IS NOT NULL ORDER BY epoch`,
  steps: `SELECT ${STEP_COLUMNS} FROM steps WHERE run_id = ? ORDER BY step`,
  runs: `
    SELECT id FROM runs WHERE deleted_at IS NULL
      AND EXISTS (SELECT 1 FROM epochs WHERE run_id = runs.id AND sha256 IS NOT NULL) ORDER BY id`,
} as const;

type Row = readonly unknown[];

class Sum {
  private readonly hash = createHash('sha256');
  /** Hashed some rows at a time, as each call costs more than a row. */
  private readonly bytes = Buffer.alloc(4096);
  private used = 0;

  add(row: Row): this {
    if (this.used + 8 * row.length > this.bytes.length) this.flush();
    for (const value of row) {
      if (typeof value === 'number') this.bytes.writeDoubleLE(value, this.used);
      // What is no number was none when it was stored, or has become one of another type.
      else this.bytes.writeBigUInt64LE(value === null ? 0x7ff8000000000000n : 0xffffffffffffffffn, this.used);
      this.used += 8;
    }
    return this;
  }

  digest(): string {
    this.flush();
    return this.hash.digest('hex');
  }

  private flush(): void {
    this.hash.update(this.bytes.subarray(0, this.used));
    this.used = 0;
  }
}

/** Of an epoch that has just been stored, in the same transaction: read back, so that it is over what later reads see. */
export function storeSum(sqlite: Database.Database, runId: number, epoch: number): void {
  const row = sqlite.prepare(SUM_QUERIES.epoch).raw().get(runId, epoch) as Row;
  const sum = new Sum().add(summed(row, FIRST_OF_EPOCH));
  for (const row of stepRows(sqlite, SUM_QUERIES.stepsOfEpoch, runId, epoch, runId, epoch)) sum.add(row);
  sqlite
    .prepare('UPDATE epochs SET sha256 = ? WHERE run_id = ? AND epoch = ?')
    .run(sum.digest(), runId, epoch);
}

/** Epochs of the run whose numbers do not have their sum, in order. To be read in one transaction. */
export function changedEpochs(sqlite: Database.Database, runId: number): number[] {
  const epochs = new Map<unknown, { own: Row; sha256: unknown }>();
  for (const [sha256, ...own] of laterRows(sqlite, 'epochs', SUM_QUERIES.epochs, LATER_EPOCH_COLUMNS, runId))
    epochs.set(own[EPOCH_OF_EPOCH], { own: summed(own, FIRST_OF_EPOCH), sha256 });
  if (epochs.size === 0) return [];
  const changed = new Set<unknown>();
  const unseen = new Set(epochs.keys());
  const begin = (epoch: unknown): Sum | undefined => {
    const own = epochs.get(epoch);
    if (!own) return undefined;
    // Steps of an epoch follow each other: one of them names another epoch than it did.
    if (!unseen.delete(epoch)) changed.add(epoch);
    return new Sum().add(own.own);
  };
  const end = (epoch: unknown, sum: Sum | undefined): void => {
    if (sum && sum.digest() !== epochs.get(epoch)!.sha256) changed.add(epoch);
  };
  let current: unknown;
  let sum: Sum | undefined;
  for (const row of stepRows(sqlite, SUM_QUERIES.steps, runId)) {
    const epoch = row[EPOCH_OF_STEP];
    if (epoch !== current) {
      end(current, sum);
      sum = begin(epoch);
      current = epoch;
    }
    sum?.add(row);
  }
  end(current, sum);
  for (const epoch of [...unseen]) end(epoch, begin(epoch));
  return [...epochs.keys()].filter((epoch) => changed.has(epoch)) as number[];
}

/** Runs that are not deleted and have epochs with a sum. */
export const runsWithSums = (sqlite: Database.Database): number[] =>
  sqlite.prepare(SUM_QUERIES.runs).pluck().all() as number[];

/** One at a time: a long run has millions. */
const rows = (sqlite: Database.Database, sql: string, ...values: number[]): IterableIterator<Row> =>
  sqlite.prepare(sql).raw().iterate(values) as IterableIterator<Row>;

/** A row as it is summed. */
const summed = (row: Row, first: number): Row =>
  row.includes(null) ? row.filter((value, place) => place < first || value !== null) : row;

/** Rows of steps as they are summed. */
function* stepRows(sqlite: Database.Database, sql: string, ...values: number[]): Generator<Row> {
  for (const row of laterRows(sqlite, 'steps', sql, LATER_STEP_COLUMNS, ...values))
    yield summed(row, FIRST_OF_STEP);
}

/** Without columns that a table of an earlier version does not have. */
function laterRows(
  sqlite: Database.Database,
  table: 'steps' | 'epochs',
  sql: string,
  later: readonly string[],
  ...values: number[]
): IterableIterator<Row> {
  const known = sqlite.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table) as string[];
  const missing = later.filter((column) => !known.includes(column));
  return rows(
    sqlite,
    missing.reduce((text, column) => text.replace(`, ${column}`, ''), sql),
    ...values,
  );
}

export interface ChangedEpochs {
  runId: number;
  /** In order, never empty. */
  epochs: number[];
}

/** As many runs, and epochs of one, are named. */
const MAX_NAMED = 5;

/** @param backup the newest one, null where there is none */
export function changedSentence(changed: readonly ChangedEpochs[], backup: string | null): string {
  const named = changed.slice(0, MAX_NAMED).map(({ runId, epochs }) => {
    const more = epochs.length > MAX_NAMED ? ` and ${epochs.length - MAX_NAMED} more` : '';
    const numbers = epochs.slice(0, MAX_NAMED).join(', ');
    return `run ${runId} (epoch${epochs.length === 1 ? '' : 's'} ${numbers}${more})`;
  });
  const others = changed.length > MAX_NAMED ? ` and ${changed.length - MAX_NAMED} more` : '';
  return (
    `Numbers of ${named.join(', ')}${others} have changed on the disk since they were stored, as their SHA-256 shows: ` +
    `${backup === null ? 'a backup of the database' : `the newest backup, ${backup},`} may have the right ones, and ` +
    `${changed.length === 1 ? 'the run can be resumed, as its' : 'the runs can be resumed, as their'} checkpoints ` +
    'have a SHA-256 of their own.'
  );
}

/** The sentence for the user of the database at the path. */
export const changedNotice = (path: string, changed: readonly ChangedEpochs[]): string =>
  changedSentence(changed, newestBackup(path));
