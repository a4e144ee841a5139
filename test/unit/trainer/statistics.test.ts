import { afterEach, describe, expect, test } from 'vitest';
import { buildNetwork } from '../../../src/architecture/network';
import type { EpochMetric } from '../../../src/shared/metrics';
import type { Recipe } from '../../../src/shared/recipe';
import type { FromTrainer } from '../../../src/shared/training-messages';
import type { Engine, EngineState } from '../../../src/trainer/engine/engine';
import { openEngine } from '../../../src/trainer/engine/graph/graph-engine';
import { forcedPlan, nativePlan } from '../../../src/trainer/engine/graph/lowering/plan';
import { createEngine as createLayersEngine } from '../../../src/trainer/engine/layers-engine';
import { ownKernels } from '../../../src/trainer/engine/own-kernels';
import { train, type TrainingProgress } from '../../../src/trainer/loop';
import { statisticsBatches } from '../../../src/trainer/statistics';
import reference from '../../reference/batch-statistics.json';
import { recipe, samples, smallArchitecture } from './fixtures';

const engines: Engine[] = [];
afterEach(() => {
  for (const engine of engines.splice(0)) engine.dispose();
});
const network = buildNetwork(smallArchitecture());
function open(changes: Partial<Recipe>, plan = nativePlan(network)): Engine {
  const engine = openEngine(network, recipe(changes), plan);
  engines.push(engine);
  return engine;
}

describe('the batches', () => {
  const batches = (statisticsImages: number, count: number, batchSize = 8, seed = 1) =>
    statisticsBatches({ statisticsImages, batchSize, microBatchSize: null, seed }, count);

  test('are whole, enough for the images that are asked for, and hold none twice', () => {
    const drawn = batches(20, 100);
    expect(drawn.map(({ length }) => length)).toEqual([8, 8, 8]);
    expect(new Set(drawn.flatMap((batch) => [...batch])).size).toBe(24);
  });

  test('are those that the training set has, however many are asked for', () => {
    expect(batches(1000, 30).map(({ length }) => length)).toEqual([8, 8, 8]);
    expect(batches(1, 5).map(({ length }) => length)).toEqual([5]);
  });

  test('are as large as what is computed at once', () => {
    const drawn = statisticsBatches({ statisticsImages: 8, batchSize: 8, microBatchSize: 3, seed: 1 }, 100);
    expect(drawn.map(({ length }) => length)).toEqual([3, 3, 3]);
  });

  test('are none where nothing is recomputed', () => expect(batches(0, 100)).toEqual([]));

  test('are the same each time, and others with another seed', () => {
    expect(batches(20, 100)).toEqual(batches(20, 100));
    expect(batches(20, 100, 8, 2)).not.toEqual(batches(20, 100));
  });
});

describe('statistics over the training set', () => {
  const { images: count, batch } = reference;
  const size = 8 * 8 * 3;
  const images = Uint8Array.from(
    { length: count * size },
    (_, i) => ((i * 37) % 101) + 12 * Math.floor(i / size),
  );
  const train = { count, images, labels: new Uint8Array(count) };
  /** As test/reference/batch_statistics.py has them. */
  const values = (length: number, salt: number, more = 0) =>
    Float32Array.from({ length }, (_, i) => more + Math.fround(0.3 * Math.sin(0.7 * i + salt)));

  function withWeights(engine: Engine, others: (state: EngineState) => void = () => undefined): void {
    const state = engine.readState();
    const set = (name: string, salt: number, more = 0) =>
      state.values.set(name, values(state.values.get(name)!.length, salt, more));
    set('stem/conv/kernel', 1);
    set('stem/conv/bias', 2);
    set('stem/bn/gamma', 3, 1);
    set('stem/bn/beta', 4);
    set('stage1/block1/conv1/kernel', 5);
    set('stage1/block1/conv1/bias', 6);
    others(state);
    engine.writeState(state);
  }

  const plans: [string, ReturnType<typeof nativePlan>][] = [
    ["TensorFlow's ops", nativePlan(network)],
    ...(ownKernels() ? [['kernels of our own', forcedPlan(network, 'winograd4')] as [string, never]] : []),
  ];

  test.each(plans)('are those of PyTorch in double precision, by %s', (_, plan) => {
    const engine = open({ batchSize: batch, statisticsImages: count }, plan);
    engine.useDataset!({ train, eval: train });
    withWeights(engine);
    const before = engine.readState().values;
    for (let n = 1; n * batch <= count; n++) {
      engine.averageStatisticsAt!(
        Int32Array.from({ length: batch }, (_, i) => (n - 1) * batch + i),
        1,
        n,
      );
    }
    const after = engine.readState().values;
    for (const [name, { mean, variance }] of Object.entries(reference.statistics)) {
      const [found, spread] = ['movingMean', 'movingVariance'].map((one) => after.get(`${name}/${one}`)!);
      mean.forEach((right, i) => expect(found![i]).toBeCloseTo(right, 6));
      variance.forEach((right, i) => expect(spread![i]! / right).toBeCloseTo(1, 4));
    }
    // Nothing else has moved.
    for (const [name, value] of before) if (!name.includes('/moving')) expect(after.get(name)).toEqual(value);
  });

  test('do not depend on what they were, to the last bit', () => {
    const states = [0, 7.3].map((other) => {
      const engine = open({ batchSize: batch, statisticsImages: count });
      engine.useDataset!({ train, eval: train });
      withWeights(engine, ({ values }) => {
        for (const [name, value] of values) if (name.includes('/moving')) value.fill(other);
      });
      for (const [index, indices] of statisticsBatches(
        recipe({ batchSize: batch, statisticsImages: count }),
        count,
      ).entries())
        engine.averageStatisticsAt!(indices, 1, index + 1);
      return engine.readState();
    });
    expect(states[0]).toEqual(states[1]);
  });
});

describe('a run that recomputes them', () => {
  const data = { train: samples(40), eval: samples(100, undefined, 8) };
  const RECIPE = { batchSize: 8, epochs: 2, statisticsImages: 32, flip: 'random', crop: 1 } as const;

  interface Kept {
    progress: TrainingProgress;
    state: EngineState;
  }
  async function run(
    changes: Partial<Recipe>,
    { from, stopAt }: { from?: Kept | undefined; stopAt?: FromTrainer['type'] | 'recomputing' } = {},
  ) {
    const engine = open({ ...RECIPE, ...changes });
    if (from) engine.writeState(from.state);
    const sent: FromTrainer[] = [];
    const kept: Kept[] = [];
    const recomputing = () =>
      sent.filter((message) => message.type === 'phase' && message.phase === 'recomputing statistics').length;
    const outcome = await train(
      { recipe: recipe({ ...RECIPE, ...changes }), secondsBefore: 0 },
      data,
      engine,
      {
        send: (message) => sent.push(message),
        endRequest: () => (stopAt === 'recomputing' && recomputing() > 0 ? 'stop' : null),
        checkpoints: {
          due: () => false,
          save: async (_, progress) => void kept.push({ progress, state: engine.readState() }),
        },
        ...(from ? { from: from.progress } : {}),
      },
    );
    const epochs = sent.flatMap((message): EpochMetric[] =>
      message.type === 'epoch' ? [message.epoch] : [],
    );
    return {
      engine,
      outcome,
      kept,
      phases: sent.flatMap((message) => (message.type === 'phase' ? [message.phase] : [])),
      figures: epochs.map(({ loss, valLoss, valAccuracy }) => [loss, valLoss, valAccuracy]),
    };
  }

  test('validates by them, and keeps them with the checkpoint', async () => {
    const { figures, phases, kept, engine } = await run({});
    expect(phases).toContain('recomputing statistics');
    const plain = await run({ statisticsImages: 0 });
    expect(plain.phases).not.toContain('recomputing statistics');
    // The weights do not know of them: training losses are those of a run without.
    expect(figures.map(([loss]) => loss)).toEqual(plain.figures.map(([loss]) => loss));
    expect(figures[0]![1]).not.toEqual(plain.figures[0]![1]);
    const last = kept[kept.length - 1]!;
    engine.writeState(last.state);
    const { lossSum } = engine.evaluate(data.eval.images, data.eval.labels);
    expect(lossSum / 100 + engine.l2Loss()).toBeCloseTo(figures[1]![1]!, 5);
  });

  test('is the same again, and where it was stopped while it recomputed', async () => {
    const whole = await run({});
    expect((await run({})).figures).toEqual(whole.figures);
    const stopped = await run({}, { stopAt: 'recomputing' });
    expect([stopped.outcome, stopped.figures]).toEqual(['stopped', []]);
    const resumed = await run({}, { from: stopped.kept[0]! });
    expect(resumed.figures).toEqual(whole.figures);
    expect(resumed.kept[resumed.kept.length - 1]!.state).toEqual(whole.kept[whole.kept.length - 1]!.state);
  });

  test('is refused by an engine that cannot', async () => {
    const engine = createLayersEngine(network, recipe(RECIPE)) as Engine;
    engines.push(engine);
    const refused = train({ recipe: recipe(RECIPE), secondsBefore: 0 }, data, engine, {
      send: () => undefined,
      endRequest: () => null,
      checkpoints: { due: () => false, save: async () => undefined },
    });
    await expect(refused).rejects.toThrow(
      'The engine that RESBENCH_ENGINE names cannot recompute the statistics of batch normalisation: unset it, or leave ' +
        '--statistics-images out.',
    );
  });
});
