/** The table tests: what runs are worth on the test set, each time that it was taken. */
import { createHash } from 'node:crypto';
import {
  bytesOfBits,
  classesFrom,
  countBits,
  type Predictions,
  type SentPredictions,
} from '../../../shared/predictions';
import { TEST_VIEW_KEYS, type TestResult } from '../../../shared/test-result';
import type { Db } from '../database';
import { Columns, MAX_ID, type RawRow } from '../rows';
import { touchRun } from './revision';

/** A test as it is stored. */
export interface NewTest extends TestResult {
  datasetSha256: string;
  predictions: SentPredictions;
}

/** What was predicted in a test. */
export type TestPredictions = Omit<Predictions, 'epoch'>;

export const TEST_QUERIES = {
  // Without what was predicted: the list of runs does not want it.
  ofRun: `
    SELECT at, step, epoch, weights_sha256, images, loss, cross_entropy, accuracy, seconds, views,
      ema_loss, ema_cross_entropy, ema_accuracy FROM tests
    WHERE run_id = ? ORDER BY number`,
  whole: 'SELECT * FROM tests WHERE run_id = ? ORDER BY number',
} as const;

export class TestStore {
  constructor(private readonly db: Db) {}

  add(runId: number, { predictions, ...test }: NewTest): void {
    this.db.write('durable', () => {
      const { next } = this.db.get<{ next: number }>(
        `SELECT COALESCE(MAX(number), 0) + 1 AS next FROM tests WHERE run_id = ? AND number < ${MAX_ID}`,
        runId,
      )!;
      const row = {
        run_id: runId,
        number: next,
        at: test.at,
        step: test.step,
        epoch: test.epoch,
        weights_sha256: test.weightsSha256,
        dataset_sha256: test.datasetSha256,
        images: test.images,
        loss: test.loss,
        cross_entropy: test.crossEntropy,
        accuracy: test.accuracy,
        seconds: test.seconds,
        views: test.views,
        classes: Buffer.from(predictions.classes, 'base64'),
        correct: Buffer.from(predictions.correct, 'base64'),
        ema_loss: test.average?.loss ?? null,
        ema_cross_entropy: test.average?.crossEntropy ?? null,
        ema_accuracy: test.average?.accuracy ?? null,
      };
      const names = [...Object.keys(row), 'sha256'];
      this.db.run(
        `INSERT INTO tests (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`,
        { ...row, sha256: sumOf(row) },
      );
      touchRun(this.db, runId);
    });
  }

  /** With what was predicted, in the order in which they were taken; without those that cannot be read. */
  whole(runId: number): (TestResult & TestPredictions)[] {
    return this.db.all<RawRow>(TEST_QUERIES.whole, runId).flatMap((row) => {
      const { test, predictions, problem } = readWholeTest(row);
      return problem === null && predictions ? [{ ...test, ...predictions }] : [];
    });
  }
}

/** Columns in the order in which they are summed; stored sums depend on it. */
const SUMMED = [
  'run_id',
  'number',
  'at',
  'step',
  'epoch',
  'weights_sha256',
  'dataset_sha256',
  'images',
  'loss',
  'cross_entropy',
  'accuracy',
  'seconds',
] as const;

/** Behind them, where there is an average; each that is NULL is left out. */
const AVERAGED = ['ema_loss', 'ema_cross_entropy', 'ema_accuracy'] as const;

/** What a test averaged over comes last, where it did: tests from before that have the sums that they had. */
const summed = (row: RawRow): unknown[] => [
  ...SUMMED.map((column) => row[column]),
  ...AVERAGED.map((column) => row[column]).filter((value) => value != null),
  ...(row.views === 'none' ? [] : [row.views]),
];

/** SHA-256 in hexadecimal over the numbers and sums as JSON in a line of text, then both blobs. */
const sumOf = (row: RawRow): string =>
  createHash('sha256')
    .update(`${JSON.stringify(summed(row))}\n`)
    .update(row.classes as Uint8Array)
    .update(row.correct as Uint8Array)
    .digest('hex');

/** The figures of a row, or the end of a sentence on why they cannot be read. */
export function readTest(row: RawRow): { test: TestResult; problem: string | null } {
  const of = new Columns(row);
  const test = readFigures(of);
  return { test, problem: of.problem };
}

const readFigures = (of: Columns): TestResult => ({
  views: of.word('views', TEST_VIEW_KEYS, 'none'),
  at: of.instant('at'),
  step: of.integer('step'),
  epoch: of.integer('epoch'),
  weightsSha256: of.text('weights_sha256'),
  images: of.integer('images', 1),
  loss: of.number('loss'),
  crossEntropy: of.number('cross_entropy'),
  accuracy: of.number('accuracy'),
  seconds: of.number('seconds'),
  ...readAverage(of),
});

/** All three or none; earlier versions took no average. */
function readAverage(of: Columns): Pick<TestResult, 'average'> {
  const [loss, crossEntropy, accuracy] = AVERAGED.map((column) => of.optionalNumber(column));
  if (loss == null || crossEntropy == null || accuracy == null) return {};
  return { average: { loss, crossEntropy, accuracy } };
}

/** The whole row, held against its sum. */
export function readWholeTest(row: RawRow): {
  test: TestResult;
  predictions: TestPredictions | null;
  problem: string | null;
} {
  const of = new Columns(row);
  const test = readFigures(of);
  const datasetSha256 = of.text('dataset_sha256');
  const [bytes, correct] = [row.classes, row.correct].map((value) =>
    value instanceof Uint8Array ? new Uint8Array(value) : new Uint8Array(0),
  ) as [Uint8Array, Uint8Array];
  const classes = classesFrom(bytes, test.images);
  if (!classes || correct.length !== bytesOfBits(test.images))
    of.wrong('it does not have an answer for each of its images');
  else if (row.sha256 !== sumOf({ ...row, classes: bytes, correct }))
    of.wrong('its bytes have changed since they were stored');
  else if (countBits(correct) !== Math.round(test.accuracy * test.images))
    of.wrong('its accuracy is not that of its answers');
  return { test, predictions: classes && { datasetSha256, classes, correct }, problem: of.problem };
}
