import { beforeEach, describe, expect, it } from 'vitest';
import { MetricStore } from '../../../../../src/main/db/stores/metrics';
import { openMemoryDatabase } from '../../memory-database';
import type { Db } from '../../../../../src/main/db/database';
import { RunStore } from '../../../../../src/main/db/stores/runs';
import { epoch, begun, step } from '../../fixtures';
import { DEFAULT_RECIPE } from '../../../../../src/shared/recipe';
import { fromColumns } from '../../../../../src/shared/step-columns';

let metrics: MetricStore;
let runs: RunStore;
let id: number;

let db: Db;
beforeEach(() => {
  db = openMemoryDatabase();
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

  it('have the learning rate of their recipe, which is stored where they have another', () => {
    const stored = () =>
      db.all('SELECT learning_rate FROM steps').map((row) => Object.values(row as object)[0]);
    metrics.addSteps(id, [step(1), step(2, { learningRate: 0.5 })]);
    expect(stored()).toEqual([null, 0.5]);
    expect([...metrics.steps(id, 0, 9).learningRate]).toEqual([0.001, 0.5]);
  });

  it('of a run whose rate moves have each its own', () => {
    const recipe = { ...DEFAULT_RECIPE, schedule: 'cosine' };
    db.run('UPDATE runs SET recipe = ?', JSON.stringify(recipe));
    metrics.addSteps(id, [step(1), step(2, { learningRate: 0.0005 })]);
    expect([...metrics.steps(id, 0, 9).learningRate]).toEqual([0.001, 0.0005]);
    db.run('UPDATE steps SET learning_rate = NULL WHERE step = 2');
    expect([...metrics.steps(id, 0, 9).learningRate]).toEqual([0.001, NaN]);
  });

  it('keeps norms and the average where they were measured', () => {
    const averaged = { emaValLoss: 0.75, emaValCrossEntropy: 0.5, emaValAccuracy: 0.25 };
    metrics.addSteps(id, [step(1), step(2, { gradientNorm: 1.5, weightNorm: 20 })]);
    const { gradientNorm, weightNorm } = metrics.steps(id, 0, 9);
    expect([...gradientNorm, ...weightNorm]).toEqual([NaN, 1.5, NaN, 20]);
    metrics.addEpoch(id, epoch(1, averaged));
    metrics.addEpoch(id, epoch(2));
    expect(metrics.epochs(id)).toEqual([epoch(1, averaged), epoch(2)]);
    expect(runs.get(id)!.last).toEqual(epoch(2));
  });

  it.each(['null', '{"optimizer":"adam"}', '{"learningRate":"fast"}'])(
    'of a run whose recipe is %s have none that is known',
    (recipe) => {
      metrics.addSteps(id, [step(1)]);
      db.run('UPDATE runs SET recipe = ?', recipe);
      expect([...new MetricStore(db).steps(id, 0, 9).learningRate]).toEqual([NaN]);
    },
  );

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
