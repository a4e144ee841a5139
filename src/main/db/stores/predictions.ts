/** The table predictions: what runs predicted in the validations of their last and of their best epoch. */
import { createHash } from 'node:crypto';
import {
  bytesOfBits,
  classesFrom,
  type Predictions,
  type SentPredictions,
} from '../../../shared/predictions';
import type { Db } from '../database';
import { isDamage } from '../errors';
import { Columns, type RawRow } from '../rows';

export const PREDICTION_QUERIES = {
  // Of an epoch that a recovery could not save nothing is known but these.
  ofRun: `
    SELECT p.* FROM predictions p JOIN epochs e ON e.run_id = p.run_id AND e.epoch = p.epoch
    WHERE p.run_id = ? ORDER BY p.epoch`,
} as const;

export class PredictionStore {
  constructor(private readonly db: Db) {}

  /**
   * Keeps those of an epoch that has just been added, and removes those of epochs that are neither the last nor the best any
   * more. Belongs into the `write` that adds the epoch. What is no prediction of so many images is not kept.
   */
  keep(runId: number, epoch: number, { images, classes, correct }: SentPredictions): void {
    const run = this.db.get<{ sha256: string | null; best: number | null }>(
      'SELECT dataset_sha256 AS sha256, best_epoch AS best FROM runs WHERE id = ?',
      runId,
    );
    this.db.run(
      'DELETE FROM predictions WHERE run_id = ? AND epoch <> ?',
      runId,
      // Numbers of epochs begin at 1.
      run?.best ?? 0,
    );
    if (!run || run.sha256 === null) return;
    const row = {
      run_id: runId,
      epoch,
      dataset_sha256: run.sha256,
      images,
      classes: Buffer.from(classes, 'base64'),
      correct: Buffer.from(correct, 'base64'),
    };
    const sealed = { ...row, sha256: sumOf(row) };
    if (readPredictions(sealed).problem !== null) return;
    this.db.run(
      `INSERT INTO predictions (run_id, epoch, dataset_sha256, images, classes, correct, sha256)
       VALUES (@run_id, @epoch, @dataset_sha256, @images, @classes, @correct, @sha256)
       ON CONFLICT DO NOTHING`,
      sealed,
    );
  }

  /** In the order of their epochs; without those that cannot be read: nothing that a run shows rests on them alone. */
  ofRun(runId: number): Predictions[] {
    return this.rowsOf(runId).flatMap((row) => readPredictions(row).predictions ?? []);
  }

  private rowsOf(runId: number): RawRow[] {
    try {
      return this.db.all<RawRow>(PREDICTION_QUERIES.ofRun, runId);
    } catch (error) {
      // It has been noted, and the next start recovers the file.
      if (isDamage(error)) return [];
      throw error;
    }
  }
}

interface Row {
  run_id: number;
  epoch: number;
  dataset_sha256: string;
  images: number;
  classes: Uint8Array;
  correct: Uint8Array;
}

/** SHA-256 in hexadecimal over run, epoch, data and number of images as a line of text, then both blobs. Stored sums depend on it. */
const sumOf = (row: Row): string =>
  createHash('sha256')
    .update(`${row.run_id} ${row.epoch} ${row.dataset_sha256} ${row.images}\n`)
    .update(row.classes)
    .update(row.correct)
    .digest('hex');

/** What a row holds, or the end of a sentence on why that cannot be read. */
export function readPredictions(
  row: RawRow,
): { predictions: Predictions; problem: null } | { predictions: null; problem: string } {
  const of = new Columns(row);
  const epoch = of.integer('epoch', 1);
  const images = of.integer('images', 1);
  const datasetSha256 = of.text('dataset_sha256');
  const [bytes, correct] = [blob(row.classes), blob(row.correct)];
  const classes = classesFrom(bytes, images);
  if (!classes || correct.length !== bytesOfBits(images))
    of.wrong('it does not have an answer for each of its images');
  else if (row.sha256 !== sumOf({ ...(row as unknown as Row), classes: bytes, correct }))
    of.wrong('its bytes have changed since they were stored');
  return of.problem === null && classes
    ? { predictions: { epoch, datasetSha256, classes, correct }, problem: null }
    : { predictions: null, problem: of.problem ?? '' };
}

/** A plain array of bytes, which goes to the window as it is. */
const blob = (value: unknown): Uint8Array =>
  value instanceof Uint8Array ? new Uint8Array(value) : new Uint8Array(0);
