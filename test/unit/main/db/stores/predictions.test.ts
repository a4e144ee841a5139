import { beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../../../../../src/main/db/database';
import { MetricStore } from '../../../../../src/main/db/stores/metrics';
import { PredictionStore, readPredictions } from '../../../../../src/main/db/stores/predictions';
import { ProcessStore } from '../../../../../src/main/db/stores/processes';
import { RunStore } from '../../../../../src/main/db/stores/runs';
import { unreadableRows } from '../../../../../src/main/db/stores/unreadable';
import type { RawRow } from '../../../../../src/main/db/rows';
import type { SentPredictions } from '../../../../../src/shared/predictions';
import { begun, epoch, predicted } from '../../fixtures';
import { openMemoryDatabase } from '../../memory-database';

let db: Db;
let metrics: MetricStore;
let predictions: PredictionStore;
let runs: RunStore;
let id: number;

beforeEach(() => {
  db = openMemoryDatabase();
  [metrics, predictions, runs] = [new MetricStore(db), new PredictionStore(db), new RunStore(db)];
  ({ id } = begun(db));
  runs.update(id, { datasetSha256: 'abc' });
});

/** An epoch with this accuracy, and what was predicted in its validation. */
function add(number: number, valAccuracy: number, sent: SentPredictions = predicted(1, 2, number)): void {
  db.write('durable', () => {
    if (metrics.addEpoch(id, epoch(number, { valAccuracy }))) predictions.keep(id, number, sent);
  });
}
const kept = (of = id): number[] => predictions.ofRun(of).map((each) => each.epoch);

describe('predictions', () => {
  it('come back as they were, one, two and four bytes an image', () => {
    add(1, 0.5, predicted(1, 1, 255, 0, 1, 1, 1, 1, 2, 1));
    expect(predictions.ofRun(id)).toEqual([
      {
        epoch: 1,
        datasetSha256: 'abc',
        classes: Uint8Array.of(1, 1, 255, 0, 1, 1, 1, 1, 2, 1),
        correct: Uint8Array.of(0b11110011, 0b10),
      },
    ]);
    for (const [at, classes] of [Uint16Array.of(300, 65_535), Uint32Array.of(70_000, 3)].entries()) {
      const bytes = Buffer.from(classes.buffer).toString('base64');
      add(at + 2, 0.9 + at / 100, { images: 2, classes: bytes, correct: 'AQ==' });
      expect(predictions.ofRun(id)).toMatchObject([{ epoch: at + 2, classes }]);
    }
  });

  it('are those of the last and of the best epoch, of which the first that reached the best value is one', () => {
    const after = [0.5, 0.7, 0.6, 0.7, NaN, 0.8, 0.1].map((valAccuracy, index) => {
      add(index + 1, valAccuracy);
      return [kept(), runs.get(id)!.best?.epoch];
    });
    expect(after).toEqual([
      [[1], 1],
      [[2], 2],
      [[2, 3], 2],
      [[2, 4], 2],
      [[2, 5], 2],
      [[6], 6],
      [[6, 7], 6],
    ]);
  });

  it('of an epoch that is stored already stay as they are', () => {
    add(1, 0.5, predicted(1));
    add(1, 0.9, predicted(2));
    expect(predictions.ofRun(id)).toMatchObject([{ epoch: 1, classes: Uint8Array.of(1) }]);
  });

  it('of a fork are of its own epochs', () => {
    const parent = id;
    add(1, 0.9);
    ({ id } = begun(db, { parent: { id: parent, step: 2, images: 64 }, step: 2, epoch: 1 }));
    runs.update(id, { datasetSha256: 'abc' });
    expect(kept()).toEqual([]);
    add(2, 0.3);
    add(3, 0.2);
    expect([kept(), kept(parent)]).toEqual([[2, 3], [1]]);
  });

  it.each([
    ['fewer classes than images', { images: 3, classes: 'AQE=', correct: 'AA==' }],
    ['fewer bits than images', { images: 9, classes: 'AQEBAQEBAQEB', correct: 'AA==' }],
    ['no images', { images: 0, classes: '', correct: '' }],
    ['no number of images', { images: 1.5, classes: 'AQ==', correct: 'AA==' }],
  ])('of %s are not kept, and the epoch is', (_, sent) => {
    add(1, 0.5, sent);
    expect([kept(), metrics.epochs(id).length]).toEqual([[], 1]);
  });

  it('of data that is not known are not kept', () => {
    ({ id } = begun(db));
    add(1, 0.5);
    expect(kept()).toEqual([]);
  });

  it('go with their run', () => {
    add(1, 0.5);
    runs.transition(id, 'stopped', null, 1);
    runs.markDeleted([id], 1);
    expect(new ProcessStore(db).purgeDeleted('nobody', () => false)).toBe(1);
    expect(db.get('SELECT COUNT(*) AS rows FROM predictions')).toEqual({ rows: 0 });
  });
});

describe('a row that is not as it was stored', () => {
  const sentences = () => db.raw((sqlite) => unreadableRows(sqlite, new Set(['predictions'])));

  it.each([
    ['another class', "classes = CAST(x'010202' AS BLOB)", 'its bytes have changed since they were stored'],
    ['another bit', "correct = x'03'", 'its bytes have changed since they were stored'],
    ['other data', "dataset_sha256 = 'xyz'", 'its bytes have changed since they were stored'],
    ['another epoch', 'epoch = 2', 'its bytes have changed since they were stored'],
    ['another sum', "sha256 = 'abc'", 'its bytes have changed since they were stored'],
    ['fewer classes', "classes = x'01'", 'it does not have an answer for each of its images'],
    ['fewer bits', "correct = x''", 'it does not have an answer for each of its images'],
    ['another number', 'images = -1', 'its images cannot be -1'],
  ])(
    'with %s is passed over, named by the check, and keeps nothing else from being read',
    (_, change, problem) => {
      add(1, 0.5);
      add(2, 0.4);
      expect(sentences()).toEqual([]);
      db.run('DELETE FROM predictions WHERE epoch = 2');
      db.run(`UPDATE predictions SET ${change} WHERE epoch = 1`);
      expect(predictions.ofRun(id)).toEqual([]);
      expect(sentences()).toEqual([
        expect.stringMatching(
          new RegExp(
            `^What run ${id} predicted in epoch [12] cannot be read in the database \\(${problem}\\)\\.$`,
          ),
        ),
      ]);
      expect(runs.get(id)).toMatchObject({ epoch: 2, best: { epoch: 1 } });
      // The next epoch is kept as ever.
      add(3, 0.6);
      expect(kept()).toEqual([3]);
    },
  );

  it('is read whatever its columns hold', () => {
    add(1, 0.5);
    const row = db.get<RawRow>('SELECT * FROM predictions')!;
    expect(readPredictions(row).problem).toBeNull();
    for (const column of Object.keys(row)) {
      for (const value of [null, -1, 1e300, 2 ** 53, 'x', '', Buffer.from('x'), Buffer.alloc(0)])
        expect(readPredictions({ ...row, [column]: value }).problem, column).not.toBeNull();
    }
  });

  it('of an epoch that is lost is not read', () => {
    add(1, 0.5);
    db.run('DELETE FROM epochs');
    expect(kept()).toEqual([]);
  });
});
