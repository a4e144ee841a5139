import { afterEach, describe, expect, test } from 'vitest';
import { createEngine } from '../../../../src/trainer/engine/layers-engine';
import * as tf from '@tensorflow/tfjs-node-gpu';
import type { Architecture } from '../../../../src/architecture/architecture';
import { buildNetwork } from '../../../../src/architecture/network';
import type { Recipe } from '../../../../src/shared/recipe';
import type { Engine, EngineState } from '../../../../src/trainer/engine/engine';
import { recipe, samples, smallArchitecture } from '../fixtures';

const engines: Engine[] = [];
function engineOf(architecture: Partial<Architecture> = {}, changes: Partial<Recipe> = {}): Engine {
  const engine = createEngine(buildNetwork(smallArchitecture(architecture)), recipe(changes)) as Engine;
  engines.push(engine);
  return engine;
}
afterEach(() => {
  for (const engine of engines.splice(0)) engine.dispose();
});

const firstKernel = (engine: Engine): Float32Array => engine.readState().values.get('stem/conv/kernel')!;

describe('variables', () => {
  test('stand in order: stem, main path, projection, dense; within a layer kernel, bias, gamma, beta, mean, variance', () => {
    const bn = (name: string) =>
      ['gamma', 'beta', 'movingMean', 'movingVariance'].map((role) => `${name}/${role}`);
    const conv = (name: string) => [`${name}/kernel`, `${name}/bias`];
    expect(
      engineOf()
        .variables()
        .map(({ name }) => name),
    ).toEqual([
      ...conv('stem/conv'),
      ...bn('stem/bn'),
      ...conv('stage1/block1/conv1'),
      ...bn('stage1/block1/bn1'),
      ...conv('stage2/block1/conv1'),
      ...bn('stage2/block1/bn1'),
      ...conv('stage2/block1/conv2'),
      ...bn('stage2/block1/bn2'),
      ...conv('stage2/block1/shortcut/conv'),
      ...bn('stage2/block1/shortcut/bn'),
      ...conv('dense'),
    ]);
  });

  test('have shape and whether they are trained', () => {
    const variables = new Map(
      engineOf()
        .variables()
        .map((variable) => [variable.name, variable]),
    );
    expect(variables.get('stage2/block1/conv1/kernel')).toMatchObject({
      shape: [3, 3, 4, 6],
      trainable: true,
    });
    expect(variables.get('stage2/block1/bn1/movingMean')).toMatchObject({ shape: [6], trainable: false });
    expect(variables.get('dense/kernel')).toMatchObject({ shape: [6, 4], trainable: true });
  });
});

describe('initial weights', () => {
  test('kernels are uniform within the limit of Glorot and fill it', () => {
    const engine = engineOf({
      table: [
        [1, [[16, 3]]],
        [1, [[32, 3]]],
      ],
    });
    const kernel = engine.readState().values.get('stage2/block1/conv1/kernel')!;
    const limit = Math.sqrt(6 / (9 * 16 + 9 * 32));
    const largest = kernel.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    expect(largest).toBeLessThanOrEqual(limit);
    expect(largest).toBeGreaterThan(0.99 * limit);
    const variance = kernel.reduce((sum, value) => sum + value * value, 0) / kernel.length;
    expect(variance).toBeGreaterThan((0.95 * limit * limit) / 3);
    expect(variance).toBeLessThan((1.05 * limit * limit) / 3);
  });

  test('biases, betas and means are 0, variances 1, gammas 1 or 0 where the architecture starts them so', () => {
    const { values } = engineOf({ zeroInitLastGamma: true }).readState();
    const distinct = (name: string) => [...new Set(values.get(name))];
    expect(distinct('stem/conv/bias')).toEqual([0]);
    expect(distinct('stem/bn/beta')).toEqual([0]);
    expect(distinct('stem/bn/movingMean')).toEqual([0]);
    expect(distinct('stem/bn/movingVariance')).toEqual([1]);
    expect(distinct('stage2/block1/bn1/gamma')).toEqual([1]);
    expect(distinct('stage2/block1/bn2/gamma')).toEqual([0]);
  });

  test('follow the seed and nothing else', () => {
    expect(firstKernel(engineOf({}, { seed: 5 }))).toEqual(
      firstKernel(engineOf({ bias: false }, { seed: 5 })),
    );
    expect(firstKernel(engineOf({}, { seed: 5 }))).not.toEqual(firstKernel(engineOf({}, { seed: 6 })));
  });
});

describe('a step', () => {
  test('reports the loss of the weights before the update, with l2·Σw² over convolution kernels only', () => {
    const engine = engineOf({ l2: 0.01 });
    const before = engine.readState().values;
    const { images, labels } = samples(5);
    const { loss, crossEntropy } = engine.trainStep(images, labels);
    let squares = 0;
    for (const [name, values] of before) {
      if (/conv\d?\/kernel$/.test(name)) squares += values.reduce((sum, value) => sum + value * value, 0);
    }
    expect(loss - crossEntropy).toBeCloseTo(0.01 * squares, 5);
  });

  test('averages over the batch: every image twice changes nothing', () => {
    const { images, labels } = samples(3);
    const once = engineOf().trainStep(images, labels);
    const twice = engineOf().trainStep(
      Uint8Array.of(...images, ...images),
      Uint8Array.of(...labels, ...labels),
    );
    expect(twice.crossEntropy).toBeCloseTo(once.crossEntropy, 5);
    expect(twice).toMatchObject({ correct: 2 * once.correct, count: 6 });
  });

  test('takes a short last batch', () => {
    const engine = engineOf();
    engine.trainStep(samples(8).images, samples(8).labels);
    const short = samples(1);
    expect(engine.trainStep(short.images, short.labels)).toMatchObject({
      count: 1,
      loss: expect.any(Number),
    });
  });

  test.each([
    ['projections', {}],
    ['option A', { shortcut: 'identity' }],
    ['the plain net', { shortcut: 'none' }],
    ['a pooled stem', { stem: { filters: 4, kernel: 5, stride: 2, pool: true } }],
  ] satisfies [string, Partial<Architecture>][])(
    'goes down the gradient of the whole loss: %s',
    (_, architecture) => {
      const engine = engineOf(
        { l2: 0.01, bnMomentum: 0, ...architecture },
        { optimizer: 'sgd', momentum: 0 },
      );
      const { images, labels } = samples(16, smallArchitecture());
      const start = engine.readState();
      // w ← w − 1·g: the step's difference is the gradient.
      engine.trainStep(images, labels, 1);
      const after = engine.readState().values;
      const gradient = new Map<string, Float32Array>();
      for (const { name, trainable } of engine.variables()) {
        if (trainable)
          gradient.set(
            name,
            start.values.get(name)!.map((value, i) => value - after.get(name)![i]!),
          );
      }
      let squares = 0;
      for (const values of gradient.values())
        squares += values.reduce((sum, value) => sum + value * value, 0);

      const lossAt = (distance: number): number => {
        engine.writeState(moved(start, gradient, distance));
        return engine.trainStep(images, labels, 0).loss;
      };
      const h = 2e-3 / Math.sqrt(squares);
      // Central difference along the gradient g: d/dt loss(w + t·g) = ‖g‖².
      expect((lossAt(h) - lossAt(-h)) / (2 * h) / squares).toBeCloseTo(1, 1);
      expect(squares).toBeGreaterThan(0);
    },
  );

  test('moves the moving statistics towards mean and population variance of the batch', () => {
    const engine = engineOf({
      inputShape: [2, 2, 1],
      stem: { filters: 1, kernel: 1, stride: 1, pool: false },
      table: [[1, [[1, 1]]]],
      bnMomentum: 0.9,
    });
    const state = engine.readState();
    state.values.set('stem/conv/kernel', Float32Array.of(1));
    engine.writeState(state);
    const images = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 18);
    engine.trainStep(images, Uint8Array.of(0, 1, 2));
    const mean = 84 / 12;
    const variance = images.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 12;
    const { values } = engine.readState();
    expect(values.get('stem/bn/movingMean')![0]).toBeCloseTo(0.1 * mean, 5);
    expect(values.get('stem/bn/movingVariance')![0]).toBeCloseTo(0.9 + 0.1 * variance, 4);
  });

  test('learns', () => {
    const engine = engineOf({}, { learningRate: 0.01 });
    const { images, labels } = samples(32);
    const first = engine.trainStep(images, labels).loss;
    for (let step = 0; step < 40; step++) engine.trainStep(images, labels);
    expect(engine.trainStep(images, labels).loss).toBeLessThan(first / 2);
  });
});

describe('evaluation', () => {
  test('of parts adds up to that of the whole', () => {
    const engine = engineOf();
    const { images, labels } = samples(8);
    const size = images.length / 8;
    const answers = new Uint8Array(8);
    const whole = engine.evaluate(images, labels, answers);
    expect(answers.filter((answer, image) => answer === labels[image])).toHaveLength(whole.correct);
    const head = engine.evaluate(images.subarray(0, 5 * size), labels.subarray(0, 5));
    const tail = engine.evaluate(images.subarray(5 * size), labels.subarray(5));
    expect(head.crossEntropySum + tail.crossEntropySum).toBeCloseTo(whole.crossEntropySum, 5);
    expect([head.correct + tail.correct, head.count + tail.count]).toEqual([whole.correct, whole.count]);
  });

  test('normalises by the moving statistics, whatever else is in the batch, and changes nothing', () => {
    const engine = engineOf();
    const before = engine.readState();
    const { images } = samples(4);
    const alone = engine.predict(images.subarray(0, images.length / 4));
    const together = engine.predict(images);
    for (const [i, logit] of alone.entries()) expect(together[i]).toBeCloseTo(logit, 5);
    expect(engine.readState()).toEqual(before);
  });

  test('divides bytes by 255 and takes floats as they are', () => {
    const engine = engineOf();
    const { images } = samples(2);
    expect(engine.predict(Float32Array.from(images, (byte) => byte / 255))).toEqual(engine.predict(images));
  });

  test('refuses half an image', () => {
    expect(() => engineOf().predict(new Uint8Array(100))).toThrow('no whole number of 8x8x3 images');
  });
});

describe('state', () => {
  test.each([
    ['Adam', { optimizer: 'adam' }],
    ['SGD with momentum', { optimizer: 'sgd', momentum: 0.9, learningRate: 0.1 }],
  ] satisfies [string, Partial<Recipe>][])(
    'written into a fresh engine continues with the same bits: %s',
    (_, changes) => {
      const { images, labels } = samples(16);
      const one = engineOf({}, changes);
      for (let step = 0; step < 3; step++) one.trainStep(images, labels);
      const other = engineOf({}, { ...changes, seed: 99 });
      other.writeState(one.readState());
      const resumeHint = (engine: Engine) => [1, 2, 3].map(() => engine.trainStep(images, labels));
      expect(resumeHint(other)).toEqual(resumeHint(one));
      expect(other.readState()).toEqual(one.readState());
      expect(one.readState().step).toBe(6);
    },
  );

  test('is a copy', () => {
    const engine = engineOf();
    firstKernel(engine).fill(0);
    expect(firstKernel(engine).some((value) => value !== 0)).toBe(true);
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
    const engine = engineOf();
    const before = engine.readState();
    const other = engineOf({}, { seed: 2 }).readState();
    spoil(other.values);
    expect(() => engine.writeState(other)).toThrow(sentence);
    expect(engine.readState()).toEqual(before);
  });
});

describe('memory', () => {
  test('a thousand steps and evaluations leave no tensor behind', { timeout: 120_000 }, () => {
    const engine = engineOf({ inputShape: [4, 4, 3], table: [[1, [[4, 3]]]] });
    const { images, labels } = samples(4, { inputShape: [4, 4, 3], classes: 4 });
    engine.trainStep(images, labels);
    engine.evaluate(images, labels);
    const { numTensors, numBytes } = tf.memory();
    for (let step = 0; step < 1000; step++) {
      engine.trainStep(images, labels);
      if (step % 100 === 0) engine.evaluate(images, labels);
    }
    expect([tf.memory().numTensors, tf.memory().numBytes]).toEqual([numTensors, numBytes]);
  });

  test('a disposed engine holds nothing', () => {
    const { numTensors } = tf.memory();
    const engine = createEngine(buildNetwork(smallArchitecture()), recipe()) as Engine;
    const { images, labels } = samples(4);
    engine.trainStep(images, labels);
    engine.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

test('tells TensorFlow and its threads', () => {
  const { tensorflow, threads } = engineOf().describe();
  expect(tensorflow).toMatch(/^\d+\.\d+\.\d+/);
  expect(threads).toBeGreaterThan(0);
});

function moved(state: EngineState, direction: Map<string, Float32Array>, distance: number): EngineState {
  const values = new Map(state.values);
  for (const [name, change] of direction) {
    values.set(
      name,
      state.values.get(name)!.map((value, i) => value + distance * change[i]!),
    );
  }
  return { step: state.step, values };
}
