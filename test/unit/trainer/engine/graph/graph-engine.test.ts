/** The graph engine against the layers engine, which computes the same op by op, and against itself. */
import * as tf from '@tensorflow/tfjs-node-gpu';
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend';
import { afterEach, describe, expect, test } from 'vitest';
import type { Architecture } from '../../../../../src/architecture/architecture';
import { buildNetwork, type Network } from '../../../../../src/architecture/network';
import type { Recipe } from '../../../../../src/shared/recipe';
import type { Engine, EngineState } from '../../../../../src/trainer/engine/engine';
import { openEngine } from '../../../../../src/trainer/engine/graph/graph-engine';
import { candidates, type Direction } from '../../../../../src/trainer/engine/graph/lowering/lowerings';
import {
  convShapes,
  forcedPlan,
  nativePlan,
  type Plan,
} from '../../../../../src/trainer/engine/graph/lowering/plan';
import { ownKernels } from '../../../../../src/trainer/engine/own-kernels';
import { createEngine as createLayersEngine } from '../../../../../src/trainer/engine/layers-engine';
import { recipe, samples, smallArchitecture } from '../../fixtures';
import { ARCHITECTURES } from './architectures';

const engines: Engine[] = [];
function graphEngine(architecture: Architecture, changes: Partial<Recipe> = {}, plan?: Plan): Engine {
  const network = buildNetwork(architecture);
  const engine = openEngine(network, recipe(changes), plan);
  engines.push(engine);
  return engine;
}
function layersEngine(architecture: Architecture, changes: Partial<Recipe> = {}): Engine {
  const engine = createLayersEngine(buildNetwork(architecture), recipe(changes)) as Engine;
  engines.push(engine);
  return engine;
}
afterEach(() => {
  for (const engine of engines.splice(0)) engine.dispose();
});

const SGD = { optimizer: 'sgd', momentum: 0.9, learningRate: 0.02 } as const;

/** Largest difference, relative to the largest value (to 1 where all are smaller). */
function distance(actual: Float32Array, expected: Float32Array): number {
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i]!)), 0) / scale;
}

function expectSameState(actual: EngineState, expected: EngineState, tolerance: number): void {
  expect([...actual.values.keys()]).toEqual([...expected.values.keys()]);
  expect(actual.step).toBe(expected.step);
  const off = [...expected.values].map(([name, values]): [string, number] => [
    name,
    distance(actual.values.get(name)!, values),
  ]);
  expect(off.filter(([, by]) => !(by <= tolerance))).toEqual([]);
}

/** The lowering after the native one where there is one: the n-th for the n-th use of it. */
function otherPlan(network: Network): Plan {
  const plan: Plan = {};
  for (const [index, [key, shape]] of [...convShapes(network)].entries()) {
    const other = (direction: Direction) => {
      const [native, ...others] = candidates(shape, direction);
      return others[index % others.length] ?? native!;
    };
    plan[key] = {
      forward: other('forward'),
      inputGradient: other('inputGradient'),
      filterGradient: other('filterGradient'),
    };
  }
  return plan;
}

/** Kernels of our own wherever they suit, with fused normalisations; nothing where there are none. */
const OWN = (ownKernels() ? (['winograd2', 'winograd4'] as const) : []).map(
  (name): [string, (network: Network) => Plan] => [name, (network) => forcedPlan(network, name)],
);

describe.each(ARCHITECTURES)('%s', (_, architecture) => {
  test.each([["TensorFlow's convolutions", nativePlan], ['other lowerings', otherPlan], ...OWN])(
    'trains, evaluates and predicts as the layers engine does, by %s',
    (_, planOf) => {
      const plan = planOf(buildNetwork(architecture));
      const [graph, layers] = [graphEngine(architecture, SGD, plan), layersEngine(architecture, SGD)];
      expect(graph.variables()).toEqual(layers.variables());
      // From exact values that are not special: gammas, betas, biases and statistics too.
      const start = disturbed(layers.readState());
      for (const engine of [graph, layers]) engine.writeState(start);

      for (let step = 0; step < 4; step++) {
        // The last batch of an epoch is short.
        const { images, labels } = samples(step === 2 ? 3 : 8, architecture, step);
        const [actual, expected] = [graph, layers].map((engine) => engine.trainStep(images, labels));
        expect(actual!.loss).toBeCloseTo(expected!.loss, 4);
        expect(actual!.crossEntropy).toBeCloseTo(expected!.crossEntropy, 4);
        expect([actual!.correct, actual!.count]).toEqual([expected!.correct, expected!.count]);
      }
      expectSameState(graph.readState(), layers.readState(), 2e-4);
      expect(graph.l2Loss()).toBeCloseTo(layers.l2Loss(), 4);

      const { images, labels } = samples(5, architecture, 99);
      const [actual, expected] = [graph, layers].map((engine) => engine.evaluate(images, labels));
      expect(actual!.crossEntropySum / expected!.crossEntropySum).toBeCloseTo(1, 3);
      expect(actual!.count).toBe(5);
      const logits = layers.predict(images);
      expect(distance(graph.predict(images), logits)).toBeLessThan(1e-4);
    },
  );
});

/** Every value a little off, the same way each time; variances stay positive, slots become those of a run under way. */
function disturbed({ step, values }: EngineState): EngineState {
  return {
    step,
    values: new Map(
      [...values].map(([name, value]) => [
        name,
        name.startsWith('optimizer')
          ? value
          : value.map((x, i) => x + 0.1 * Math.abs(Math.sin(i + name.length))),
      ]),
    ),
  };
}

const ADAM = { optimizer: 'adam', learningRate: 0.003 } as const;
const MUON = { optimizer: 'muon', momentum: 0.9, nesterov: true, learningRate: 0.02 } as const;
/** Strong enough to show: at a rate of 0.02 a step takes away 6 % of a kernel. */
const CLIPPED_AND_DECAYING = { clipNorm: 0.5, regularisation: 'both', weightDecay: 3 } as const;

describe.each([['native', nativePlan], ...OWN.slice(0, 1)])('optimizers, %s', (__, planOf) => {
  const architecture = smallArchitecture({ bias: false, l2: 0.01 });
  const plan = planOf(buildNetwork(architecture));
  test.each([
    ['Adam', { optimizer: 'adam', learningRate: 0.003 }],
    ['SGD', { optimizer: 'sgd', momentum: 0, learningRate: 0.05 }],
    ['momentum', { optimizer: 'sgd', momentum: 0.9, learningRate: 0.02 }],
    ['Nesterov', { optimizer: 'sgd', momentum: 0.9, nesterov: true, learningRate: 0.02 }],
    ['Adam, clipped, decaying', { ...ADAM, ...CLIPPED_AND_DECAYING }],
    ['momentum, clipped, decaying', { ...SGD, ...CLIPPED_AND_DECAYING }],
    ['Adam, betas faster', { ...ADAM, betaFactor: 8 }],
    ['momentum, betas faster', { ...SGD, ...CLIPPED_AND_DECAYING, betaFactor: 8 }],
    ['Muon', MUON],
    [
      'Muon, clipped, decaying',
      { ...MUON, ...CLIPPED_AND_DECAYING, nesterov: false, sgdFactor: 0.5, betaFactor: 4 },
    ],
  ] satisfies [string, Partial<Recipe>][])(
    '%s: weights and slots as those of the layers engine',
    (_, changes) => {
      const [graph, layers] = [graphEngine(architecture, changes, plan), layersEngine(architecture, changes)];
      const { images, labels } = samples(16, architecture);
      for (let step = 0; step < 5; step++) {
        // A rate of its own each step, as a schedule gives.
        for (const engine of [graph, layers])
          engine.trainStep(images, labels, changes.learningRate / (step + 1));
      }
      expectSameState(graph.readState(), layers.readState(), 3e-4);
    },
  );
});

describe('clipping and weight decay', () => {
  const architecture = smallArchitecture({ bias: false, l2: 0.01 });
  const { images, labels } = samples(16, architecture);
  const weightsOf = ({ values }: EngineState) =>
    [...values].filter(([name]) => !name.startsWith('optimizer') && !name.includes('/moving'));

  /** Gradients of the whole loss at some weights. From rest, the velocity of a step at rate 1 is −gradient, exactly. */
  function gradientsAt(weights: ReadonlyMap<string, Float32Array>): Map<string, number[]> {
    const engine = graphEngine(architecture, { optimizer: 'sgd', momentum: 0.9 });
    const { values } = engine.readState();
    for (const [name, value] of weights) if (!name.startsWith('optimizer')) values.set(name, value);
    engine.writeState({ step: 0, values });
    engine.trainStep(images, labels, 1);
    const after = engine.readState();
    return new Map(
      weightsOf(after).map(([name]) => [
        name,
        Array.from(after.values.get(`optimizer/${name}/velocity`)!, (x) => -x),
      ]),
    );
  }

  /** A step in double precision, as Keras defines it: clip, decay, then the rule. */
  class Reference {
    private readonly slots = new Map<string, { m: number; v: number }[]>();
    constructor(private readonly recipe: Recipe) {}

    step(t: number, weights: readonly [string, Float32Array][], gradients: Map<string, number[]>) {
      const { optimizer, learningRate: lr, momentum, nesterov, clipNorm, weightDecay } = this.recipe;
      const norm = Math.hypot(...[...gradients.values()].flat());
      const factor = clipNorm === null ? 1 : clipNorm / Math.max(norm, clipNorm);
      // Weights, and the slots of a rule under its names for them.
      const moved = new Map<string, number[]>();
      for (const [name, values] of weights) {
        if (!this.slots.has(name))
          this.slots.set(
            name,
            Array.from(values, () => ({ m: 0, v: 0 })),
          );
        const slots = this.slots.get(name)!;
        const next = Array.from(values, (value, i) => {
          const slot = slots[i]!;
          const g = gradients.get(name)![i]! * factor;
          const w = name.endsWith('/kernel') ? value - lr * weightDecay * value : value;
          if (optimizer === 'adam') {
            slot.m += 0.1 * (g - slot.m);
            slot.v += 0.001 * (g * g - slot.v);
            const rate = (lr * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
            return w - (rate * slot.m) / (Math.sqrt(slot.v) + 1e-7);
          }
          slot.v = momentum * slot.v - lr * g;
          return w + (nesterov ? momentum * slot.v - lr * g : slot.v);
        });
        moved.set(name, next);
        const kept = (slot: 'm' | 'v') => slots.map((values) => values[slot]);
        if (optimizer === 'adam') {
          moved.set(`optimizer/${name}/m`, kept('m'));
          moved.set(`optimizer/${name}/v`, kept('v'));
        } else if (momentum > 0) moved.set(`optimizer/${name}/velocity`, kept('v'));
      }
      return { moved, factor };
    }
  }

  test.each([
    ['Adam', ADAM],
    ['SGD', { optimizer: 'sgd', momentum: 0, learningRate: 0.02 }],
    ['momentum', SGD],
    ['Nesterov', { ...SGD, nesterov: true }],
  ] satisfies [string, Partial<Recipe>][])('%s: steps in double precision', (_, rule) => {
    const changes = recipe({ ...rule, ...CLIPPED_AND_DECAYING });
    for (const engine of [graphEngine(architecture, changes), layersEngine(architecture, changes)]) {
      const reference = new Reference(changes);
      for (let t = 1; t <= 3; t++) {
        const { values } = engine.readState();
        const weights = weightsOf({ step: 0, values });
        const { moved, factor } = reference.step(t, weights, gradientsAt(values));
        // Else nothing would be seen of the clipping.
        expect(factor).toBeLessThan(0.9);
        engine.trainStep(images, labels);
        const after = engine.readState().values;
        const wrong = [...moved].filter(([name, expected]) => {
          const most = Math.max(...expected.map(Math.abs));
          return !expected.every((value, i) => Math.abs(after.get(name)![i]! - value) <= 1e-4 * most);
        });
        expect(wrong.map(([name]) => name)).toEqual([]);
      }
    }
  });

  test.each(
    [['native', nativePlan] as [string, typeof nativePlan], ...OWN].flatMap(([name, planOf]) =>
      [SGD, MUON].map((rule) => [rule.optimizer, name, rule, planOf] as const),
    ),
  )('gives the norms where they are wanted: %s, %s', (_, __, rule, planOf) => {
    const network = buildNetwork(architecture);
    const used = recipe({ ...rule, clipNorm: 0.5 });
    const [plain, engine] = [false, true].map((norms) =>
      openEngine(network, used, planOf(network), { norms }),
    );
    const other = createLayersEngine(network, used, { norms: true });
    engines.push(plain!, engine!, other);
    for (let step = 0; step < 3; step++) {
      const [nothing, found, right] = [plain!, engine!, other].map((one) => one.trainStep(images, labels));
      expect(nothing!.norms).toBeUndefined();
      expect(found!.norms!.gradient).toBeCloseTo(right!.norms!.gradient, 4);
      expect(found!.norms!.weights).toBeCloseTo(right!.norms!.weights, 4);
    }
    expect(engine!.readState()).toEqual(plain!.readState());
  });

  test('a norm that is not reached changes no bit', () => {
    const states = [null, 1e6].map((clipNorm) => {
      const engine = graphEngine(architecture, { ...ADAM, clipNorm });
      for (let step = 0; step < 3; step++) engine.trainStep(images, labels);
      return engine.readState();
    });
    expect(states[1]).toEqual(states[0]);
  });
});

describe('a bias before a batch normalisation', () => {
  test('is not trained: its exact gradient is zero', () => {
    const engine = graphEngine(smallArchitecture(), { optimizer: 'adam' });
    const start = disturbed(engine.readState());
    engine.writeState(start);
    const { images, labels } = samples(8);
    for (let step = 0; step < 3; step++) engine.trainStep(images, labels);
    const { values } = engine.readState();
    expect(values.get('stem/conv/bias')).toEqual(start.values.get('stem/conv/bias'));
    expect([...new Set(values.get('optimizer/stem/conv/bias/m'))]).toEqual([0]);
  });

  test('moves the moving mean by itself', () => {
    const at = (bias: number) => {
      const engine = graphEngine(smallArchitecture({ bnMomentum: 0 }));
      const state = engine.readState();
      state.values.get('stem/conv/bias')!.fill(bias);
      engine.writeState(state);
      const { images, labels } = samples(8);
      engine.trainStep(images, labels);
      return engine.readState().values.get('stem/bn/movingMean')!;
    };
    const [with3, without] = [at(3), at(0)];
    for (const [i, mean] of with3.entries()) expect(mean).toBeCloseTo(without[i]! + 3, 4);
  });
});

test('ten steps from one state give the same bits, with projections out of 4, 5, 6 and 7 channels too', () => {
  const [, architecture] = ARCHITECTURES.find(([name]) => name.startsWith('projections out of'))!;
  const engine = graphEngine(architecture, SGD);
  const { images, labels } = samples(9, architecture);
  const start = engine.readState();
  const after = Array.from({ length: 10 }, () => {
    engine.writeState(start);
    engine.trainStep(images, labels);
    return engine.readState();
  });
  for (const state of after) expect(state).toEqual(after[0]);
});

test.each([['native', nativePlan], ...OWN.slice(0, 1)])(
  'Muon gives the same bits from a state that was read, in another engine: %s',
  (_, planOf) => {
    const architecture = smallArchitecture({ bias: false, l2: 0.01 });
    const plan = planOf(buildNetwork(architecture));
    const changes = { ...MUON, ...CLIPPED_AND_DECAYING, initialisation: 'dirac', betaFactor: 4 } as const;
    const [first, second] = [1, 2].map(() => graphEngine(architecture, changes, plan)) as [Engine, Engine];
    const train = (engine: Engine, steps: number[]) => {
      for (const step of steps) {
        const { images, labels } = samples(9, architecture, step);
        engine.trainStep(images, labels, 0.05 / step);
      }
      return engine.readState();
    };
    const half = train(first, [1, 2]);
    expect([...half.values.keys()]).toContain('optimizer/stage1/block1/conv1/kernel/momentum');
    expect([...half.values.keys()]).toContain('optimizer/stem/conv/kernel/velocity');
    second.writeState(half);
    expect(train(second, [3, 4])).toEqual(train(first, [3, 4]));
  },
);

test('one pixel a channel has variance 0, which the moving variance takes', () => {
  const architecture = smallArchitecture({
    inputShape: [1, 1, 2],
    stem: { filters: 2, kernel: 1, stride: 1, pool: false },
    table: [[1, [[2, 1]]]],
    bnMomentum: 0.5,
  });
  const [graph, layers] = [graphEngine(architecture), layersEngine(architecture)];
  const { images, labels } = samples(1, architecture);
  for (const engine of [graph, layers]) engine.trainStep(images, labels);
  expect([...graph.readState().values.get('stem/bn/movingVariance')!]).toEqual([0.5, 0.5]);
  expect([...layers.readState().values.get('stem/bn/movingVariance')!]).toEqual([0.5, 0.5]);
});

describe('a data set held by the engine', () => {
  const architecture = smallArchitecture();
  const [train, evaluation] = [samples(40, architecture), samples(30, architecture, 8)];
  const pick = (indices: Int32Array) => {
    const size = train.images.length / train.count;
    return {
      images: Uint8Array.from(
        [...indices].flatMap((index) => [...train.images.subarray(index * size, (index + 1) * size)]),
      ),
      labels: Uint8Array.from(indices, (index) => train.labels[index]!),
    };
  };

  test('gives the same step as its images, bit by bit', () => {
    const [held, given] = [graphEngine(architecture), graphEngine(architecture)];
    held.useDataset!({ train, eval: evaluation });
    for (const indices of [Int32Array.of(39, 0, 7, 7), Int32Array.of(3)]) {
      const { images, labels } = pick(indices);
      expect(held.trainStepAt!(indices)).toEqual(given.trainStep(images, labels));
    }
    expect(held.readState()).toEqual(given.readState());
  });

  test('evaluates a range as its images', () => {
    const engine = graphEngine(architecture);
    engine.useDataset!({ train, eval: evaluation });
    const size = evaluation.images.length / evaluation.count;
    const [held, given] = [new Uint8Array(20), new Uint8Array(20)];
    const images = evaluation.images.subarray(10 * size);
    const labels = evaluation.labels.subarray(10);
    const { correct } = engine.evaluate(images, labels, given);
    expect(engine.evaluateAt!(10, 30, held).correct).toBe(correct);
    expect(engine.evaluateAt!(10, 30)).toEqual(engine.evaluate(images, labels));
    expect(held).toEqual(given);
    expect(held.filter((answer, image) => answer === labels[image])).toHaveLength(correct);
  });

  test('is a copy', () => {
    const engine = graphEngine(architecture);
    const own = { ...evaluation, images: evaluation.images.slice() };
    engine.useDataset!({ train, eval: own });
    const before = engine.evaluateAt!(0, 30);
    own.images.fill(0);
    expect(engine.evaluateAt!(0, 30)).toEqual(before);
  });

  test('refuses a label that is no class', () => {
    const labels = train.labels.slice();
    labels[3] = 4;
    const engine = graphEngine(architecture);
    expect(() => engine.useDataset!({ train: { ...train, labels }, eval: evaluation })).toThrow(
      'Label 4 of an image does not exist: the network has 4 classes, counted from 0.',
    );
    expect(() => engine.trainStep(train.images, labels)).toThrow('Label 4');
    expect(engine.readState().step).toBe(0);
  });
});

describe('state', () => {
  test.each([
    ['Adam', { optimizer: 'adam' }],
    ['SGD with momentum', SGD],
  ] satisfies [string, Partial<Recipe>][])(
    'written into a fresh engine continues with the same bits: %s',
    (_, changes) => {
      const { images, labels } = samples(16);
      const one = graphEngine(smallArchitecture(), changes);
      for (let step = 0; step < 3; step++) one.trainStep(images, labels);
      const other = graphEngine(smallArchitecture(), { ...changes, seed: 99 });
      other.writeState(one.readState());
      const resumeHint = (engine: Engine) => [1, 2, 3].map(() => engine.trainStep(images, labels));
      expect(resumeHint(other)).toEqual(resumeHint(one));
      expect(other.readState()).toEqual(one.readState());
      expect(one.readState().step).toBe(6);
    },
  );

  test('passes between the engines', () => {
    const [graph, layers] = [graphEngine(smallArchitecture()), layersEngine(smallArchitecture())];
    const { images, labels } = samples(16);
    graph.trainStep(images, labels);
    layers.writeState(graph.readState());
    expect(layers.readState()).toEqual(graph.readState());
  });

  test('is a copy, and so is what was written', () => {
    const engine = graphEngine(smallArchitecture());
    const state = engine.readState();
    engine.writeState(state);
    for (const values of state.values.values()) values.fill(7);
    expect(new Set(engine.readState().values.get('stem/conv/kernel')).size).toBeGreaterThan(50);
  });

  test('of the blog is that of the layers engine', () => {
    const [graph, layers] = [graphEngine(smallArchitecture()), layersEngine(smallArchitecture())];
    expect(graph.readState()).toEqual(layers.readState());
  });

  test.each([
    ['lacks a variable', (values: EngineState['values']) => values.delete('dense/bias'), 'lacks dense/bias'],
    [
      'has one too many',
      (values: EngineState['values']) => values.set('x', new Float32Array(1)),
      'has x, which',
    ],
    [
      'has a wrong length',
      (values: EngineState['values']) => values.set('dense/bias', new Float32Array(3)),
      'has 3 values for dense/bias, which has 4',
    ],
  ])('that %s is refused and nothing is written', (_, spoil, sentence) => {
    const engine = graphEngine(smallArchitecture());
    const before = engine.readState();
    const other = graphEngine(smallArchitecture(), { seed: 2 }).readState();
    spoil(other.values);
    expect(() => engine.writeState(other)).toThrow(sentence);
    expect(engine.readState()).toEqual(before);
  });
});

test('the same seed gives the same bits after 100 steps', { timeout: 60_000 }, () => {
  const architecture = smallArchitecture({ inputShape: [16, 16, 3] });
  const set = samples(64, architecture);
  const trained = () => {
    const engine = graphEngine(architecture);
    engine.useDataset!({ train: set, eval: set });
    for (let step = 0; step < 100; step++) {
      engine.trainStepAt!(Int32Array.from({ length: 16 }, (_, i) => (step * 16 + i * 7) % 64));
    }
    return engine.readState();
  };
  expect(trained()).toEqual(trained());
});

test('evaluation changes nothing and does not depend on the rest of the batch', () => {
  const engine = graphEngine(smallArchitecture());
  const before = engine.readState();
  const { images } = samples(4);
  const alone = engine.predict(images.subarray(0, images.length / 4));
  const together = engine.predict(images);
  for (const [i, logit] of alone.entries()) expect(together[i]).toBeCloseTo(logit, 5);
  expect(engine.readState()).toEqual(before);
});

test('bytes are divided by 255 and floats taken as they are', () => {
  const engine = graphEngine(smallArchitecture());
  const { images } = samples(2);
  const logits = engine.predict(Float32Array.from(images, (byte) => byte / 255));
  for (const [i, logit] of engine.predict(images).entries()) expect(logit).toBeCloseTo(logits[i]!, 5);
});

test('half an image is refused', () => {
  expect(() => graphEngine(smallArchitecture()).predict(new Uint8Array(100))).toThrow(
    'no whole number of 8x8x3 images',
  );
});

describe('memory', () => {
  const binding = (tf.backend() as NodeJSKernelBackend).binding;

  test('steps and evaluations leave no tensor behind', { timeout: 60_000 }, () => {
    const engine = graphEngine(smallArchitecture({ inputShape: [4, 4, 3], table: [[1, [[4, 3]]]] }));
    const set = samples(8, { inputShape: [4, 4, 3], classes: 4 });
    engine.useDataset!({ train: set, eval: set });
    const before = binding.getNumOfTensors();
    for (let step = 0; step < 1000; step++) {
      engine.trainStepAt!(Int32Array.of(step % 8, 3));
      if (step % 100 === 0) engine.evaluateAt!(0, 8);
    }
    expect(() => engine.trainStepAt!(Int32Array.of(8))).toThrow('not in [0, 8)');
    expect(binding.getNumOfTensors()).toBe(before);
  });

  test('a disposed engine leaves no session behind', () => {
    const before = binding.getNumOfSavedModels();
    graphEngine(smallArchitecture());
    expect(binding.getNumOfSavedModels()).toBe(before + 1);
    engines.pop()!.dispose();
    expect(binding.getNumOfSavedModels()).toBe(before);
  });
});

test.each(['graph', 'layers'] as const)('the %s engine holds its state as it gives it', (kind) => {
  const engine = (kind === 'graph' ? graphEngine : layersEngine)(smallArchitecture(), { batchSize: 8 });
  const { images, labels } = samples(8);
  engine.trainStep(images, labels);
  const held = engine.holdState();
  const read = engine.readState();
  expect(held.step).toBe(1);
  expect([...held.values].map(([name, value]) => [name, value()])).toEqual([...read.values]);
  held.release();
  // Training continues in the memory that was held.
  engine.trainStep(images, labels);
  const after = engine.readState();
  engine.writeState(read);
  engine.trainStep(images, labels);
  expect(engine.readState()).toEqual(after);
});
