import { afterEach, expect, test } from 'vitest';
import { buildNetwork, type Network } from '../../../src/architecture/network';
import { rangeRate, type RangePoint } from '../../../src/shared/range-test';
import type { Recipe } from '../../../src/shared/recipe';
import { createEngine as createLayersEngine } from '../../../src/trainer/engine/layers-engine';
import type { Engine } from '../../../src/trainer/engine/engine';
import { openEngine } from '../../../src/trainer/engine/graph/graph-engine';
import { rangeTest } from '../../../src/trainer/range-test';
import { train } from '../../../src/trainer/loop';
import { recipe, samples, smallArchitecture } from './fixtures';

/** Real steps on 20 images: three an epoch of which the last has four. */
const data = { train: samples(20), eval: samples(1) };
const RANGE = { from: 1e-5, to: 1, steps: 20 };
let engine: Engine | undefined;
const dispose = (): void => {
  engine?.dispose();
  engine = undefined;
};
afterEach(dispose);

type Create = (network: Network, recipe: Recipe) => Engine;
const holding: Create = (network, wanted) => openEngine(network, wanted);
const given: Create = (network, wanted) => createLayersEngine(network, wanted) as Engine;

async function taken(changes: Partial<Recipe> = {}, range = RANGE, create: Create = holding) {
  dispose();
  const wanted = recipe({ batchSize: 8, ...changes });
  engine = create(buildNetwork(smallArchitecture()), wanted);
  const points: RangePoint[] = [];
  const end = await rangeTest({ recipe: wanted, range }, data, engine, (some) => points.push(...some));
  return { points, end };
}

test('takes the rates one after the other, epoch after epoch, the same each time', async () => {
  const once = await taken();
  expect(once.points.map(({ rate }) => rate)).toEqual(once.points.map((_, step) => rangeRate(RANGE, step)));
  expect(once.points.length).toBeGreaterThan(6);
  expect(await taken({ learningRate: 9 })).toEqual(once);
  expect((await taken({ seed: 2 })).points[0]!.loss).not.toBe(once.points[0]!.loss);
});

test('the first steps are those of a training with these rates', async () => {
  // So narrow that the rate hardly moves.
  const { points } = await taken({}, { from: 1e-3, to: 1e-3 * (1 + 1e-9), steps: 20 });
  dispose();
  const wanted = recipe({ batchSize: 8, learningRate: 1e-3, epochs: 2 });
  engine = openEngine(buildNetwork(smallArchitecture()), wanted);
  const losses: number[] = [];
  await train({ recipe: wanted, secondsBefore: 0 }, data, engine, {
    send: (message) => message.type === 'steps' && losses.push(...message.steps.map(({ loss }) => loss)),
    endRequest: () => null,
    checkpoints: { due: () => false, save: async () => {} },
  });
  expect(losses).toHaveLength(6);
  points.slice(0, 6).forEach(({ loss }, step) => expect(loss).toBeCloseTo(losses[step]!, 5));
});

test('leaves out a short last batch where the recipe says so', async () => {
  const [kept, dropped] = [await taken(), await taken({ dropLast: true })];
  const losses = ({ points }: typeof kept) => points.slice(0, 3).map(({ loss }) => loss);
  expect(losses(dropped).slice(0, 2)).toEqual(losses(kept).slice(0, 2));
  expect(losses(dropped)[2]).not.toBe(losses(kept)[2]);
});

test('both engines see the same losses', async () => {
  const narrow = { ...RANGE, to: 1e-3 };
  const graph = await taken({}, narrow);
  const layers = await taken({}, narrow, given);
  expect(layers.end).toBe(graph.end);
  graph.points.forEach(({ loss }, step) => expect(layers.points[step]!.loss).toBeCloseTo(loss, 3));
});

test('ends with a loss that is no number, whose step is left out', async () => {
  const wanted = recipe({ batchSize: 8 });
  const real = openEngine(buildNetwork(smallArchitecture()), wanted);
  engine = real;
  const rates: number[] = [];
  const breaking = {
    network: real.network,
    useDataset: (splits) => real.useDataset!(splits),
    evaluateAt: (from, to) => real.evaluateAt!(from, to),
    // eslint-disable-next-line require-yield -- a step in one part
    *trainPartsAt(indices, rate, epoch) {
      const result = real.trainStepAt!(indices, rate, epoch);
      rates.push(rate!);
      return rates.length === 8 ? { ...result, loss: NaN } : result;
    },
  } as Partial<Engine> as Engine;
  const points: RangePoint[] = [];
  const end = await rangeTest({ recipe: wanted, range: RANGE }, data, breaking, (some) =>
    points.push(...some),
  );
  expect(end).toBe('diverged');
  expect(points.map(({ rate }) => rate)).toEqual(rates.slice(0, 7));
});
