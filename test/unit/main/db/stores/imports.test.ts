import { beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../../../../../src/main/db/database';
import { ImportStore } from '../../../../../src/main/db/stores/imports';
import { MetricStore } from '../../../../../src/main/db/stores/metrics';
import { RunStore } from '../../../../../src/main/db/stores/runs';
import { unreadableRows } from '../../../../../src/main/db/stores/unreadable';
import { fromColumns, toColumns } from '../../../../../src/shared/step-columns';
import type { ImportedHistory } from '../../../../../src/shared/histories/history';
import { history, newImport, newRun, saidEpoch, step, tinyArchitecture } from '../../fixtures';
import { openMemoryDatabase } from '../../memory-database';

let db: Db;
let imports: ImportStore;
let runs: RunStore;
let metrics: MetricStore;

beforeEach(() => {
  db = openMemoryDatabase();
  [imports, runs, metrics] = [new ImportStore(db), new RunStore(db), new MetricStore(db)];
});

const stored = (change: Partial<ImportedHistory> = {}) => {
  const id = imports.create(newImport(), history(change));
  return { id, run: runs.get(id)!, epochs: metrics.epochs(id), changed: metrics.changedEpochs(id) };
};
/** Two steps an epoch, as a source that notes each step tells of them. */
const steps = toColumns([1, 2, 3, 4].map((number) => step(number)));

describe('an imported run', () => {
  it('has completed, is nobody’s, and says nothing that is not known', () => {
    const { run } = stored();
    expect(run).toMatchObject({
      name: 'history',
      state: 'completed',
      reason: null,
      architecture: null,
      recipe: null,
      dataset: null,
      versions: null,
      machine: null,
      params: null,
      macs: null,
      ownerId: null,
      createdAt: 5000,
      startedAt: null,
      endedAt: null,
      step: 0,
      totalSteps: 0,
      epoch: 3,
      epochs: 3,
      seconds: 0,
      best: { valAccuracy: 0.3, epoch: 3 },
      last: saidEpoch(3),
      queue: null,
      checkpointStep: null,
      imported: {
        format: 'csv-logger',
        file: 'history.csv',
        importedAt: 5000,
        columns: [{ source: 'loss', metric: 'loss' }],
        leftOut: [{ source: 'lr', reason: 'There is no such metric.' }],
      },
    });
    expect(run.unreadable).toBeUndefined();
    expect(runs.states(run.id)).toEqual([{ state: 'completed', reason: null, at: 5000 }]);
    expect(
      unreadableRows(
        db.raw((sqlite) => sqlite),
        new Set(['runs', 'imports', 'epochs']),
      ),
    ).toEqual([]);
  });

  it('has what its user said, and the size that follows', () => {
    const architecture = tinyArchitecture();
    const { dataset } = newRun();
    const id = imports.create(
      newImport({ architecture, dataset, size: { params: 12, macs: 34 }, file: null }),
      history(),
    );
    expect(runs.get(id)).toMatchObject({
      architecture,
      dataset,
      params: 12,
      macs: 34,
      imported: { file: null },
    });
  });

  it('has its epochs as its source tells of them, each with a sum', () => {
    const { id, epochs, changed } = stored();
    expect(epochs).toEqual([saidEpoch(1), saidEpoch(2), saidEpoch(3)]);
    expect(changed).toEqual([]);
    db.run('UPDATE epochs SET loss = 9 WHERE run_id = ? AND epoch = 2', id);
    expect(metrics.changedEpochs(id)).toEqual([2]);
  });

  it('has its steps, and where its epochs end', () => {
    const ends = [saidEpoch(1, { step: 2, seconds: 5 }), saidEpoch(2, { step: 4, seconds: 6 })];
    const { id, run, epochs, changed } = stored({ steps, epochs: ends, plannedEpochs: 10, stepsPerEpoch: 2 });
    expect(epochs).toEqual(ends);
    expect(fromColumns(metrics.steps(id, 0, 10))).toEqual(fromColumns(steps));
    expect(run).toMatchObject({ step: 4, totalSteps: 20, epoch: 2, epochs: 10, seconds: 11 });
    expect(changed).toEqual([]);
  });

  it.each([
    ['not said', [NaN, NaN]],
    ['before the last of its steps', [1, 3]],
    ['behind the first of the next epoch', [3, 9]],
    ['a step later, where not each is noted', [2, 5]],
  ])('has sums that hold, where the end of an epoch is %s', (_what, [first, second]) => {
    const epochs = [saidEpoch(1, { step: first }), saidEpoch(2, { step: second })];
    const { changed, epochs: kept } = stored({ steps, epochs });
    expect(changed).toEqual([]);
    expect(kept[0]!.step).toBe(2);
    expect(kept[1]!.step).toBeGreaterThanOrEqual(4);
  });

  it('knows how many steps and how much time from whichever says so', () => {
    const sparse = toColumns([step(50, { epoch: 1 }), step(100, { epoch: 1, seconds: 30 })]);
    const one = stored({ steps: sparse, epochs: [saidEpoch(1)] }).run;
    expect(one).toMatchObject({ step: 100, totalSteps: 100, seconds: 30 });
    const two = stored({ epochs: [saidEpoch(1, { step: 391 })], stepsPerEpoch: 391, plannedEpochs: 5 }).run;
    expect(two).toMatchObject({ step: 391, totalSteps: 1955, seconds: 0 });
    const some = stored({ epochs: [saidEpoch(1, { seconds: 5 }), saidEpoch(2)] }).run;
    expect(some.seconds).toBe(0);
  });

  it('has no best epoch where none was validated, and the first of equals', () => {
    expect(stored({ epochs: [saidEpoch(1, { valAccuracy: NaN })] }).run.best).toBeNull();
    const equals = [NaN, 0.5, 0.5].map((valAccuracy, index) => saidEpoch(index + 1, { valAccuracy }));
    expect(stored({ epochs: equals }).run.best).toEqual({ valAccuracy: 0.5, epoch: 2 });
  });

  it('may have been resumed elsewhere: its epochs need not begin with the first', () => {
    const { run, epochs } = stored({ epochs: [saidEpoch(7), saidEpoch(9)] });
    expect(epochs.map(({ epoch }) => epoch)).toEqual([7, 9]);
    expect(run).toMatchObject({ epoch: 9, epochs: 9, last: { epoch: 9 } });
  });
});

describe('the source', () => {
  it('is kept to the last character', () => {
    const source = 'epoch,loss\r\n0,1\b\b\x1b[1m\0ä\n';
    const id = imports.create(newImport({ source }), history());
    expect(imports.source(id)).toBe(source);
    expect(imports.source(id + 1)).toBeNull();
  });

  it('is known again as long as its run is there', () => {
    const id = imports.create(newImport({ source: 'one' }), history());
    expect(imports.runOf('one')).toEqual({ id, name: 'history' });
    expect(imports.runOf('two')).toBeNull();
    runs.markDeleted([id], 6000);
    expect(imports.runOf('one')).toBeNull();
    runs.restore([id]);
    expect(imports.runOf('one')).toEqual({ id, name: 'history' });
  });

  it('goes with its run', () => {
    const id = imports.create(newImport(), history());
    db.run('DELETE FROM runs WHERE id = ?', id);
    expect(imports.source(id)).toBeNull();
  });
});

it('nothing is stored of a history that cannot be stored as a whole', () => {
  const epochs = [saidEpoch(1), saidEpoch(NaN)];
  expect(() => imports.create(newImport(), history({ epochs }))).toThrow();
  for (const table of ['runs', 'run_states', 'epochs', 'imports'])
    expect(db.get(`SELECT COUNT(*) AS count FROM ${table}`), table).toEqual({ count: 0 });
});
