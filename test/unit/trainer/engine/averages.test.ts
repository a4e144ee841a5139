/** The averages that each engine keeps, against float64 over the weights that it had. */
import { afterEach, describe, expect, test } from 'vitest';
import { buildNetwork } from '../../../../src/architecture/network';
import { averageShare } from '../../../../src/shared/weight-average';
import type { Engine } from '../../../../src/trainer/engine/engine';
import { openEngine } from '../../../../src/trainer/engine/graph/graph-engine';
import { forcedPlan } from '../../../../src/trainer/engine/graph/lowering/plan';
import { createEngine as createLayersEngine } from '../../../../src/trainer/engine/layers-engine';
import { ownKernels } from '../../../../src/trainer/engine/own-kernels';
import type { Recipe } from '../../../../src/shared/recipe';
import { recipe, samples, smallArchitecture } from '../fixtures';

/** With kernels of 9,216 values, which an op of our own updates in place, beside small ones. */
const network = buildNetwork(
  smallArchitecture({
    stem: { filters: 32, kernel: 3, stride: 1, pool: false },
    table: [[1, [[32, 3]]]],
  }),
);
const AVERAGED = { optimizer: 'sgd', learningRate: 0.05, emaDecay: 0.9, emaEvery: 2 } as const;
const data = { train: samples(16), eval: samples(40, undefined, 9) };

const OWN: [string, (recipe: Recipe) => Engine][] = ownKernels()
  ? [['graph, by our own op', (recipe) => openEngine(network, recipe, forcedPlan(network, 'winograd2'))]]
  : [];
const ENGINES: [string, (recipe: Recipe) => Engine][] = [
  ["graph, by TensorFlow's ops", (recipe) => openEngine(network, recipe)],
  ...OWN,
  ['layers', (recipe) => createLayersEngine(network, recipe) as Engine],
];

const engines: Engine[] = [];
const opened = (engine: Engine): Engine => (engines.push(engine), engine);
afterEach(() => engines.splice(0).forEach((engine) => engine.dispose()));

const split = (values: ReadonlyMap<string, Float32Array>) => ({
  plain: new Map([...values].filter(([name]) => !name.startsWith('average/'))),
  averages: new Map([...values].filter(([name]) => name.startsWith('average/'))),
});

describe.each(ENGINES)('%s', (_, create) => {
  test('averages every variable, moving statistics too, and leaves the weights as they are', () => {
    const [engine, without] = [AVERAGED, { ...AVERAGED, emaDecay: 0 }].map((changes) =>
      opened(create(recipe(changes))),
    ) as [Engine, Engine];
    const begin = split(engine.readState().values);
    expect([...begin.averages.keys()]).toEqual(engine.variables().map(({ name }) => `average/${name}`));
    const expected = new Map(
      [...begin.averages].map(([name, values]) => {
        expect(values).toEqual(begin.plain.get(name.slice('average/'.length)));
        return [name, Float64Array.from(values)];
      }),
    );
    for (let step = 1; step <= 7; step++) {
      for (const one of [engine, without]) one.trainStep(data.train.images, data.train.labels);
      const { plain } = split(engine.readState().values);
      expect(plain).toEqual(without.readState().values);
      const share = averageShare(AVERAGED, step);
      if (share === null) continue;
      for (const [name, values] of expected)
        values.forEach((a, i) => (values[i] = a + share * (plain.get(name.slice(8))![i]! - a)));
    }
    const { averages } = split(engine.readState().values);
    for (const [name, values] of expected) {
      const off = values.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - averages.get(name)![i]!)),
        0,
      );
      expect(off, name).toBeLessThan(1e-6);
    }
    const still = [...averages].filter(([name, values]) =>
      values.every((v, i) => v === begin.averages.get(name)![i]),
    );
    // The mean that batch normalisation takes away makes up for the biases of convolutions, so that they need not move.
    expect(still.filter(([name]) => !/conv\d*\/bias$/.test(name))).toEqual([]);
  });

  test('evaluates the averaged weights while they are exchanged, and has its own again afterwards', () => {
    const engine = opened(create(recipe(AVERAGED)));
    for (let step = 0; step < 4; step++) engine.trainStep(data.train.images, data.train.labels);
    const before = engine.readState();
    engine.exchangeAverages();
    const averaged = engine.predict(data.eval.images).slice();
    const penalty = engine.l2Loss();
    for (const call of [
      () => engine.trainStep(data.train.images, data.train.labels),
      () => engine.readState(),
      () => engine.holdState(),
      () => engine.writeState(before),
    ])
      expect(call).toThrow('The weights are exchanged with their averages: exchange them back first.');
    engine.exchangeAverages();
    expect(engine.readState()).toEqual(before);
    // An engine whose weights are those averages.
    const other = opened(create(recipe({ ...AVERAGED, emaDecay: 0 })));
    const values = new Map(
      [...split(before.values).plain].map(([name, value]) => [
        name,
        before.values.get(`average/${name}`) ?? value,
      ]),
    );
    other.writeState({ step: 4, values });
    expect(other.predict(data.eval.images)).toEqual(averaged);
    expect(other.l2Loss()).toBe(penalty);
    expect(engine.predict(data.eval.images)).not.toEqual(averaged);
  });

  test('goes on by the same bits from a state that was written', () => {
    const [one, other] = [opened(create(recipe(AVERAGED))), opened(create(recipe({ ...AVERAGED, seed: 5 })))];
    for (let step = 0; step < 3; step++) one.trainStep(data.train.images, data.train.labels);
    other.writeState(one.readState());
    for (const engine of [one, other])
      for (let step = 0; step < 3; step++) engine.trainStep(data.train.images, data.train.labels);
    expect(other.readState()).toEqual(one.readState());
  });

  test('has nothing to exchange without an average', () => {
    const engine = opened(create(recipe()));
    expect(() => engine.exchangeAverages()).toThrow('The recipe asks for no average of the weights.');
  });
});
