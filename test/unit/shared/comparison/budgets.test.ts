import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  commonBudget,
  spent,
  spentUntil,
  valueAt,
  type History,
} from '../../../../src/shared/comparison/budgets';
import { sampleEpoch } from '../../renderer/features/runs/sample';
import { aHistory } from './history';

interface Interpolated {
  seconds: number[];
  values: number[];
  amounts: number[];
  expected: number[];
}
const { interpolated } = JSON.parse(readFileSync(join(__dirname, 'scipy.json'), 'utf8')) as {
  interpolated: Interpolated[];
};

describe('what was spent', () => {
  const history = aHistory([0.3, 0.5, 0.6], { macs: 1000 });

  it('adds up, images and MACs of whole epochs', () => {
    expect(spent(history, 'epochs')).toEqual([1, 2, 3]);
    expect(spent(history, 'time')).toEqual([20, 40, 60]);
    expect(spent(history, 'images')).toEqual([10_000, 20_000, 30_000]);
    // Forward and two gradients.
    expect(spent(history, 'macs')).toEqual([30e6, 60e6, 90e6]);
  });

  it('by a fork has the images of its parent, and no time', () => {
    const fork = aHistory([0.3, 0.5], { parent: { id: 9, step: 157, images: 10_000 } });
    const later: History = {
      ...fork,
      epochs: fork.epochs.map((epoch) => ({ ...epoch, epoch: epoch.epoch + 1, step: epoch.step + 157 })),
    };
    expect(spent(later, 'images')).toEqual([20_000, 30_000]);
    expect(spent(later, 'time').every(Number.isNaN)).toBe(true);
    expect(commonBudget([later, history], 'time', 'valAccuracy')).toBeNull();
    expect(spentUntil(later, 'valAccuracy', 0.3, 'max', 'time')).toBeNaN();
  });
});

describe('the common budget', () => {
  const [short, long] = [aHistory([0.1, 0.2]), aHistory([0.1, 0.2, 0.3, 0.4])];
  it('is what the shortest has spent', () => {
    expect(commonBudget([short, long], 'epochs', 'valAccuracy')).toBe(2);
    expect(commonBudget([long, long], 'images', 'valAccuracy')).toBe(40_000);
  });
  it('is none without epochs, or where one begins after another has ended', () => {
    expect(commonBudget([short, aHistory([])], 'epochs', 'valAccuracy')).toBeNull();
    const slow = aHistory([0.1], {}, { seconds: 100 });
    expect(commonBudget([short, slow], 'time', 'valAccuracy')).toBeNull();
  });
});

describe('the value at a budget', () => {
  it.each(interpolated.map((figures, index) => ({ index, ...figures })))(
    'lies where NumPy’s interp has it, series $index',
    ({ seconds, values, amounts, expected }) => {
      const history: History = {
        run: aHistory([]).run,
        epochs: seconds.map((duration, index) =>
          sampleEpoch(index + 1, values[index]!, { seconds: duration }),
        ),
      };
      amounts.forEach((amount, index) =>
        expect(valueAt(history, 'valAccuracy', 'time', amount)).toBeCloseTo(expected[index]!, 9),
      );
    },
  );

  it('is none outside the epochs and beside one without a number, and exact at an epoch', () => {
    const history = aHistory([0.2, NaN, 0.6]);
    expect(valueAt(history, 'valAccuracy', 'epochs', 0.5)).toBeNull();
    expect(valueAt(history, 'valAccuracy', 'epochs', 1)).toBe(0.2);
    expect(valueAt(history, 'valAccuracy', 'epochs', 1.5)).toBeNull();
    expect(valueAt(history, 'valAccuracy', 'epochs', 3)).toBe(0.6);
    expect(valueAt(history, 'valAccuracy', 'epochs', 3.1)).toBeNull();
  });

  it('lies between validations where not each epoch was validated', () => {
    const seldom = aHistory([NaN, 0.4, NaN, 0.8, NaN]);
    for (const epoch of [0, 2, 4])
      Object.assign(seldom.epochs[epoch]!, { valLoss: NaN, valCrossEntropy: NaN });
    expect([2, 3, 4, 5].map((at) => valueAt(seldom, 'valAccuracy', 'epochs', at))).toEqual([
      0.4,
      expect.closeTo(0.6, 9),
      0.8,
      null,
    ]);
    const often = aHistory([0.1, 0.2, 0.3, 0.4, 0.5]);
    expect(commonBudget([often, seldom], 'epochs', 'valAccuracy')).toBe(4);
    expect(commonBudget([often, seldom], 'epochs', 'loss')).toBe(5);
  });

  it('of the past does not change when epochs are added', () => {
    const [before, after] = [aHistory([0.2, 0.4]), aHistory([0.2, 0.4, 0.1, 0.9])];
    for (const amount of [1, 1.3, 1.9, 2])
      expect(valueAt(after, 'valAccuracy', 'epochs', amount)).toBe(
        valueAt(before, 'valAccuracy', 'epochs', amount),
      );
  });
});

describe('what was spent until a target', () => {
  const history = aHistory([0.2, 0.5, 0.4, 0.6]);
  it('is counted to the end of the first epoch that reached it', () => {
    expect(spentUntil(history, 'valAccuracy', 0.45, 'max', 'epochs')).toBe(2);
    expect(spentUntil(history, 'valAccuracy', 0.6, 'max', 'time')).toBe(80);
    expect(spentUntil(history, 'valAccuracy', 0.61, 'max', 'time')).toBeNull();
    expect(spentUntil(history, 'valLoss', 1.05, 'min', 'epochs')).toBe(2);
  });
});
