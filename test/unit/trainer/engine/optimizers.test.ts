import { describe, expect, test } from 'vitest';
import '../../../../src/trainer/engine/node-compat';
import * as tf from '@tensorflow/tfjs-node-gpu';
import { adam, createOptimizer, sgd, type Optimizer } from '../../../../src/trainer/engine/optimizers';
import type { Recipe } from '../../../../src/shared/recipe';
import { recipe } from '../fixtures';

/** The gradient of ½·(w − 3)² and of nearly nothing, the case where Adam's epsilon decides. */
const gradientOf = ([a, b]: number[]): number[] => [a! - 3, b! * 1e-8];

function run(optimizer: Optimizer, steps: number, learningRate: number): number[] {
  const variable = tf.variable(tf.tensor1d([1, 1]));
  const slots = optimizer.slots.map(() => tf.variable(tf.zeros([2]), false));
  for (let step = 1; step <= steps; step++) {
    const gradient = gradientOf([...variable.dataSync()]);
    tf.tidy(() => optimizer.update(variable, slots, tf.tensor1d(gradient), step, learningRate));
  }
  const values = [...variable.dataSync()];
  tf.dispose([variable, ...slots]);
  return values;
}

/** The equations of Keras 3 in double precision. */
const keras = {
  adam(steps: number, rate: number): number[] {
    const w = [1, 1];
    const m = [0, 0];
    const v = [0, 0];
    for (let t = 1; t <= steps; t++) {
      const g = gradientOf(w);
      const alpha = (rate * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
      for (const i of [0, 1]) {
        m[i] = m[i]! + (g[i]! - m[i]!) * 0.1;
        v[i] = v[i]! + (g[i]! ** 2 - v[i]!) * 0.001;
        w[i] = w[i]! - (m[i]! * alpha) / (Math.sqrt(v[i]!) + 1e-7);
      }
    }
    return w;
  },
  sgd(steps: number, rate: number, momentum: number, nesterov: boolean): number[] {
    const w = [1, 1];
    const velocity = [0, 0];
    for (let t = 1; t <= steps; t++) {
      const g = gradientOf(w);
      for (const i of [0, 1]) {
        velocity[i] = momentum * velocity[i]! - rate * g[i]!;
        w[i] = w[i]! + (nesterov ? momentum * velocity[i]! - rate * g[i]! : velocity[i]!);
      }
    }
    return w;
  },
};

function expectClose(values: number[], expected: number[]): void {
  for (const [index, value] of expected.entries()) expect(values[index]).toBeCloseTo(value, 5);
}

describe('five steps are those of Keras', () => {
  test('Adam', () => expectClose(run(adam(), 5, 0.1), keras.adam(5, 0.1)));
  test('SGD', () => expectClose(run(sgd(0, false), 5, 0.1), keras.sgd(5, 0.1, 0, false)));
  test('SGD with momentum', () => expectClose(run(sgd(0.9, false), 5, 0.1), keras.sgd(5, 0.1, 0.9, false)));
  test('SGD with Nesterov momentum', () =>
    expectClose(run(sgd(0.9, true), 5, 0.1), keras.sgd(5, 0.1, 0.9, true)));
});

test('a recipe names its optimizer', () => {
  const slotsOf = (changes: Partial<Recipe>) => {
    const ruleOf = createOptimizer(recipe(changes));
    return (['hidden', 'other'] as const).map((part) => ruleOf(part).slots);
  };
  expect(slotsOf({ optimizer: 'adam' })).toEqual([
    ['m', 'v'],
    ['m', 'v'],
  ]);
  expect(slotsOf({ optimizer: 'sgd', momentum: 0.9 })).toEqual([['velocity'], ['velocity']]);
  expect(slotsOf({ optimizer: 'sgd', momentum: 0 })).toEqual([[], []]);
  expect(slotsOf({ optimizer: 'muon', momentum: 0.9 })).toEqual([['momentum'], ['velocity']]);
  expect(slotsOf({ optimizer: 'muon', momentum: 0 })).toEqual([[], []]);
});
