/** The tables steps and epochs. A metric that is not a number (a diverged loss) is NULL there and NaN outside. */
import { isConstantRate } from '../../../shared/learning-rate';
import type { EpochMetric, StepMetric } from '../../../shared/metrics';
import { storedRecipe } from '../../../shared/recipe';
import { copyOf, newColumns, partOf, STEP_COLUMNS, type StepColumns } from '../../../shared/step-columns';
import type { Db } from '../database';
import { nextRevision } from './revision';
import { Columns, type RawRow } from '../rows';
import { changedEpochs, storeSum } from '../care';

export interface EpochRow {
  epoch: number;
  step: number;
  loss: number | null;
  cross_entropy: number | null;
  accuracy: number | null;
  val_loss: number | null;
  val_cross_entropy: number | null;
  val_accuracy: number | null;
  seconds: number | null;
  images_per_second: number | null;
  memory_bytes: number | null;
  ema_val_loss: number | null;
  ema_val_cross_entropy: number | null;
  ema_val_accuracy: number | null;
}

const STEP_NAMES =
  'step, epoch, loss, cross_entropy, accuracy, seconds, learning_rate, gradient_norm, weight_norm';

export const METRIC_QUERIES = {
  /** The columns are those of `STEP_COLUMNS`, in their order. */
  steps: `
    SELECT ${STEP_NAMES} FROM steps
    WHERE run_id = ? AND step > ? ORDER BY step LIMIT ?`,
  epochs: `
    SELECT epoch, step, loss, cross_entropy, accuracy, val_loss, val_cross_entropy, val_accuracy, seconds,
      images_per_second, memory_bytes, ema_val_loss, ema_val_cross_entropy, ema_val_accuracy
    FROM epochs WHERE run_id = ? AND epoch > ? ORDER BY epoch`,
} as const;

/**
 * SQLite calls this function of ours with each row: an array for each of ten thousand rows takes three times as long. The rows
 * come in the order of the inner query, which its LIMIT keeps apart.
 */
const PACKED_STEPS = `
  SELECT pack_step(${STEP_NAMES}) FROM (${METRIC_QUERIES.steps})`;

export class MetricStore {
  readonly #packer = new StepPacker();
  /** By run: a run's recipe keeps its learning rate. */
  readonly #constantRates = new Map<number, number>();

  constructor(private readonly db: Db) {
    const packer = this.#packer;
    db.raw((sqlite) =>
      sqlite.aggregate('pack_step', {
        start: null,
        step: (_, ...values: unknown[]) => packer.take(values),
        varargs: true,
      }),
    );
  }

  /** In order, those after the given step. */
  steps(runId: number, after: number, limit: number): StepColumns {
    this.#packer.begin(this.constantRate(runId));
    this.db.get(PACKED_STEPS, runId, after, limit);
    return this.#packer.packed();
  }

  /** In order, those after the given epoch. */
  epochs(runId: number, after = 0): EpochMetric[] {
    return this.db.all<EpochRow>(METRIC_QUERIES.epochs, runId, after).filter(isCounted).map(toEpoch);
  }

  /** Adds steps and brings the run's progress up to them. A step that is there already is kept as it is. */
  addSteps(runId: number, steps: readonly StepMetric[]): void {
    const last = steps[steps.length - 1];
    if (!last) return;
    this.db.write('fast', () => {
      storeSteps(this.db, runId, steps, this.constantRate(runId));
      this.progress(runId, last.step, last.seconds);
    });
  }

  /** Epochs of which a stored number has changed since; those without a sum are passed over. Reads every step. */
  changedEpochs(runId: number): number[] {
    return this.db.read(() => this.db.raw((sqlite) => changedEpochs(sqlite, runId)));
  }

  /**
   * Adds an epoch with the sum over its numbers, and brings the run's epochs, best value and time up to it. Its steps are
   * stored before it. An epoch that is there already is kept as it is, and the answer is false.
   */
  addEpoch(runId: number, epoch: EpochMetric): boolean {
    return this.db.write('durable', () => {
      const added = storeEpoch(this.db, runId, epoch);
      this.db.run('UPDATE runs SET epoch = MAX(epoch, ?) WHERE id = ?', epoch.epoch, runId);
      // The first epoch that reached the best value keeps it; NaN (NULL) never wins.
      this.db.run(
        'UPDATE runs SET best_val_accuracy = ?, best_epoch = ? WHERE id = ? AND COALESCE(? > best_val_accuracy, ?)',
        epoch.valAccuracy,
        epoch.epoch,
        runId,
        epoch.valAccuracy,
        Number.isNaN(epoch.valAccuracy) ? 0 : 1,
      );
      // A step's seconds end before the validation that follows it, the epochs' hold it.
      const spent = this.db.get<{ seconds: number | null }>(
        'SELECT SUM(seconds) AS seconds FROM epochs WHERE run_id = ?',
        runId,
      );
      this.progress(runId, epoch.step, spent?.seconds ?? NaN);
      return added;
    });
  }

  /** What NULL stands for in the column of learning rates: that of a recipe with a constant one; NaN where there is none. */
  private constantRate(runId: number): number {
    const known = this.#constantRates.get(runId);
    if (known !== undefined) return known;
    const rate = constantRateOf(
      this.db.get<{ recipe: unknown }>('SELECT recipe FROM runs WHERE id = ?', runId),
    );
    if (!Number.isNaN(rate)) this.#constantRates.set(runId, rate);
    return rate;
  }

  private progress(runId: number, step: number, seconds: number): void {
    this.db.run(
      `UPDATE runs SET step = MAX(step, ?), seconds = MAX(seconds, COALESCE(?, 0)), heard_at = ?, revision = ?
       WHERE id = ?`,
      step,
      seconds,
      Date.now(),
      nextRevision(this.db),
      runId,
    );
  }
}

/** Of the row of a run, whose recipe may be none. */
function constantRateOf(row: { recipe: unknown } | undefined): number {
  try {
    const recipe = storedRecipe(JSON.parse(String(row?.recipe)));
    return isConstantRate(recipe) ? number(recipe.learningRate) : NaN;
  } catch {
    return NaN;
  }
}

/** Rows of steps as they come, by column. */
class StepPacker {
  #columns = newColumns(1024);
  #count = 0;
  #constantRate = NaN;

  /** @param constantRate of steps that have none of their own */
  begin(constantRate: number): void {
    this.#count = 0;
    this.#constantRate = constantRate;
  }

  take(values: readonly unknown[]): void {
    const [step, epoch, loss, crossEntropy, accuracy, seconds, learningRate, gradientNorm, weightNorm] =
      values;
    if (!isCounted({ step, epoch })) return;
    const at = this.#count++;
    if (at === this.#columns.step.length) this.#grow();
    const columns = this.#columns;
    columns.step[at] = step as number;
    columns.epoch[at] = epoch as number;
    columns.loss[at] = number(loss);
    columns.crossEntropy[at] = number(crossEntropy);
    columns.accuracy[at] = number(accuracy);
    columns.seconds[at] = number(seconds);
    columns.learningRate[at] = typeof learningRate === 'number' ? learningRate : this.#constantRate;
    columns.gradientNorm[at] = number(gradientNorm);
    columns.weightNorm[at] = number(weightNorm);
  }

  /** A copy of what came since the beginning. */
  packed(): StepColumns {
    return copyOf(partOf(this.#columns, 0, this.#count));
  }

  #grow(): void {
    const larger = newColumns(this.#columns.step.length * 4);
    for (const name of STEP_COLUMNS) larger[name].set(this.#columns[name]);
    this.#columns = larger;
  }
}

/**
 * Returns how many were not there yet. Belongs into a `write`.
 * @param constantRate learning rate that is not stored with each step, since the recipe has it; NaN where there is none
 */
export function storeSteps(db: Db, runId: number, steps: readonly StepMetric[], constantRate = NaN): number {
  let added = 0;
  for (const step of steps) {
    added += db.run(
      `INSERT INTO steps (run_id, ${STEP_NAMES})
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      runId,
      step.step,
      step.epoch,
      step.loss,
      step.crossEntropy,
      step.accuracy,
      step.seconds,
      step.learningRate === constantRate ? null : step.learningRate,
      step.gradientNorm ?? null,
      step.weightNorm ?? null,
    );
  }
  return added;
}

/** With the sum over its numbers and those of its steps, which are stored before it; false where it was there. Belongs into a `write`. */
export function storeEpoch(db: Db, runId: number, epoch: EpochMetric): boolean {
  const added = db.run(
    `INSERT INTO epochs (run_id, epoch, step, loss, cross_entropy, accuracy, val_loss, val_cross_entropy,
       val_accuracy, seconds, images_per_second, memory_bytes, ema_val_loss, ema_val_cross_entropy, ema_val_accuracy)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    runId,
    epoch.epoch,
    Number.isNaN(epoch.step) ? UNKNOWN_STEP : epoch.step,
    epoch.loss,
    epoch.crossEntropy,
    epoch.accuracy,
    epoch.valLoss,
    epoch.valCrossEntropy,
    epoch.valAccuracy,
    epoch.seconds,
    epoch.imagesPerSecond,
    Math.round(epoch.memoryBytes),
    epoch.emaValLoss ?? null,
    epoch.emaValCrossEntropy ?? null,
    epoch.emaValAccuracy ?? null,
  );
  if (added > 0) db.raw((sqlite) => storeSum(sqlite, runId, epoch.epoch));
  return added > 0;
}

/** What is wrong with a row of epochs, the end of a sentence; null where nothing is. */
export function epochProblem(row: RawRow): string | null {
  const of = new Columns(row);
  for (const column of ['epoch', 'step']) of.integer(column);
  for (const column of EPOCH_NUMBERS) of.optionalNumber(column);
  return of.problem;
}

const EPOCH_NUMBERS = [
  'loss',
  'cross_entropy',
  'accuracy',
  'val_loss',
  'val_cross_entropy',
  'val_accuracy',
  'seconds',
  'images_per_second',
  'memory_bytes',
  // Columns that earlier versions did without.
  'ema_val_loss',
  'ema_val_cross_entropy',
  'ema_val_accuracy',
] as const satisfies readonly (keyof EpochRow)[];

/** In the place of the step after which an epoch of an imported run ended, where its source does not say: none ends so early. */
const UNKNOWN_STEP = 0;

/** Whatever else the row holds: a metric that is none is NaN. */
const number = (value: unknown): number => (typeof value === 'number' ? value : NaN);

/** Whether it can have a place among the others: one that cannot is of no use, and `db check` names its table. */
const isCounted = ({ step, epoch }: { step: unknown; epoch: unknown }): boolean =>
  Number.isSafeInteger(step) && Number.isSafeInteger(epoch);

export function toEpoch(row: EpochRow): EpochMetric {
  return {
    epoch: row.epoch,
    step: row.step === UNKNOWN_STEP ? NaN : row.step,
    loss: number(row.loss),
    crossEntropy: number(row.cross_entropy),
    accuracy: number(row.accuracy),
    valLoss: number(row.val_loss),
    valCrossEntropy: number(row.val_cross_entropy),
    valAccuracy: number(row.val_accuracy),
    seconds: number(row.seconds),
    imagesPerSecond: number(row.images_per_second),
    memoryBytes: number(row.memory_bytes),
    ...(row.ema_val_loss != null && { emaValLoss: number(row.ema_val_loss) }),
    ...(row.ema_val_cross_entropy != null && { emaValCrossEntropy: number(row.ema_val_cross_entropy) }),
    ...(row.ema_val_accuracy != null && { emaValAccuracy: number(row.ema_val_accuracy) }),
  };
}
