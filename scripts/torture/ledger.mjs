/** Remembers what was stored and shown of one run, and holds against it what is there later. Pure. */

/** Columns that are times, the process's memory, or a sum over these: they cannot be twice the same. */
const TIMES = new Set(['run_id', 'seconds', 'images_per_second', 'memory_bytes', 'sha256']);

/** As the database names what the command line prints. */
const COLUMNS = {
  crossEntropy: 'cross_entropy',
  valLoss: 'val_loss',
  valCrossEntropy: 'val_cross_entropy',
  valAccuracy: 'val_accuracy',
  imagesPerSecond: 'images_per_second',
  memoryBytes: 'memory_bytes',
  emaValLoss: 'ema_val_loss',
  emaValCrossEntropy: 'ema_val_cross_entropy',
  emaValAccuracy: 'ema_val_accuracy',
  gradientNorm: 'gradient_norm',
  weightNorm: 'weight_norm',
};

/** The row that a printed metric must be, but for the learning rate: where it is constant the row does not have it. */
export const rowOf = ({ event: _event, learningRate: _rate, ...metric }) =>
  Object.fromEntries(Object.entries(metric).map(([key, value]) => [COLUMNS[key] ?? key, value]));

const keyOf = { steps: ({ step }) => step, epochs: ({ epoch }) => epoch };

export class Ledger {
  constructor() {
    this.steps = new Map();
    this.epochs = new Map();
    this.rowsSeen = 0;
  }

  /** What must be in the database from now on. */
  remember(table, rows) {
    for (const row of rows) {
      const known = this[table].get(keyOf[table](row));
      // The database's own row has more columns than the printed one.
      this[table].set(keyOf[table](row), { ...known, ...row });
    }
  }

  /** Counts of rows that are gone and of rows that are other than they were, with a sentence for the first of each. */
  audit(found) {
    const result = { lost: 0, changed: 0, problems: [] };
    for (const table of ['steps', 'epochs']) {
      const rows = new Map((found[table] ?? []).map((row) => [keyOf[table](row), row]));
      const lost = [...this[table].keys()].filter((key) => !rows.has(key));
      const changed = [...this[table]].filter(([key, row]) => rows.has(key) && differing(row, rows.get(key)));
      if (lost.length > 0)
        result.problems.push(`${lost.length} rows of ${table} are lost, the first is ${lost[0]}`);
      if (changed.length > 0) {
        const [key, row] = changed[0];
        result.problems.push(
          `${changed.length} rows of ${table} are changed, the first is ${key} (${differing(row, rows.get(key))})`,
        );
      }
      result.lost += lost.length;
      result.changed += changed.length;
      this.remember(table, rows.values());
    }
    this.rowsSeen = this.steps.size + this.epochs.size;
    return result;
  }
}

/** The first column of the first row that has another value; null where all is the same. */
function differing(row, other) {
  for (const [column, value] of Object.entries(row)) {
    if (!Object.is(value, other[column])) return `${column} ${value}, now ${other[column]}`;
  }
  return null;
}

/** Sentences on metrics that differ from the twin's. @param whole whether all of the twin's must be there. */
export function compareMetrics(found, twin, whole) {
  const problems = [];
  for (const table of ['steps', 'epochs']) {
    const twins = new Map(twin[table].map((row) => [keyOf[table](row), row]));
    for (const row of found[table]) {
      const key = keyOf[table](row);
      const other = twins.get(key);
      const differs = other
        ? differing(Object.fromEntries(Object.entries(row).filter(([column]) => !TIMES.has(column))), other)
        : 'the twin has none';
      if (!differs) continue;
      problems.push(`${table} ${key} is not the twin's (${differs})`);
      break;
    }
    if (whole && found[table].length !== twin[table].length) {
      problems.push(`${found[table].length} ${table}, the twin has ${twin[table].length}`);
    }
  }
  return problems;
}
