import { beforeEach, describe, expect, it } from 'vitest';
import { MetricStore } from '../../../../../src/main/db/stores/metrics';
import { openMemoryDatabase } from '../../memory-database';
import { RunStore } from '../../../../../src/main/db/stores/runs';
import { epoch, begun, step } from '../../fixtures';
import { fromColumns } from '../../../../../src/shared/step-columns';

let metrics: MetricStore;
let runs: RunStore;
let id: number;

beforeEach(() => {
  const db = openMemoryDatabase();
  metrics = new MetricStore(db);
  runs = new RunStore(db);
  id = begun(db).id;
});

describe('steps', () => {
  it('come back in order, after a cursor, as many as asked for', () => {
    metrics.addSteps(id, [step(1), step(2), step(3), step(4)]);
    expect(fromColumns(metrics.steps(id, 0, 100))).toEqual([step(1), step(2), step(3), step(4)]);
    expect(fromColumns(metrics.steps(id, 1, 2))).toEqual([step(2), step(3)]);
  });

  it('are kept where one comes a second time', () => {
    metrics.addSteps(id, [step(1)]);
    metrics.addSteps(id, [step(1, { loss: 99 }), step(2)]);
    expect(fromColumns(metrics.steps(id, 0, 100))).toEqual([step(1), step(2)]);
  });

  it('keep a loss that is not a number or not finite', () => {
    metrics.addSteps(id, [step(1, { loss: NaN, crossEntropy: Infinity, seconds: NaN })]);
    expect(fromColumns(metrics.steps(id, 0, 1))).toEqual([
      step(1, { loss: NaN, crossEntropy: Infinity, seconds: NaN }),
    ]);
    expect(runs.get(id)).toMatchObject({ step: 1, seconds: 0 });
  });

  it('belong to a run that exists', () => {
    expect(() => metrics.addSteps(id + 1, [step(1)])).toThrow(/FOREIGN KEY/);
  });
});

describe('epochs', () => {
  it('come back as they were', () => {
    metrics.addEpoch(id, epoch(1));
    metrics.addEpoch(id, epoch(2, { valLoss: NaN, memoryBytes: 7 }));
    expect(metrics.epochs(id)).toEqual([epoch(1), epoch(2, { valLoss: NaN, memoryBytes: 7 })]);
    expect(metrics.epochs(id, 1)).toEqual([epoch(2, { valLoss: NaN, memoryBytes: 7 })]);
  });

  it('leave the best to the first that reached it, and never to one that is not a number', () => {
    for (const [index, valAccuracy] of [NaN, 0.5, 0.8, NaN, 0.8, 0.3].entries()) {
      metrics.addEpoch(id, epoch(index + 1, { valAccuracy }));
    }
    expect(runs.get(id)?.best).toEqual({ valAccuracy: 0.8, epoch: 3 });
  });

  it('have no best while none is a number', () => {
    metrics.addEpoch(id, epoch(1, { valAccuracy: NaN }));
    expect(runs.get(id)?.best).toBeNull();
  });
});
