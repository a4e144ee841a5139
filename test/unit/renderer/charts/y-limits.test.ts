import { describe, expect, it } from 'vitest';
import { accuracyAxis, lossAxis, machineAxis } from '../../../../src/renderer/charts/axes';
import { yLimits, type ShownValues, type YRange } from '../../../../src/renderer/charts/y-limits';
import { randomOf } from './random-series';

const shown = (values: readonly number[]): ShownValues => ({
  extent: values.length ? { low: Math.min(...values), high: Math.max(...values) } : null,
  sample: () => Float64Array.from(values),
});
const loss = lossAxis('Loss', false);
const byPowers = lossAxis('Loss', true);
const all: YRange = { kind: 'all' };
const zero: YRange = { kind: 'zero' };
const robust: YRange = { kind: 'robust' };
/** Most lie from 1 to 2. */
const many = Array.from({ length: 1000 }, (_, index) => 1 + index / 999);

describe('an axis of all values', () => {
  it('has a little room around them, and round ends', () => {
    expect(yLimits(all, loss, shown([1.02, 1.98]))).toEqual({ low: 0.8, high: 2.2 });
    expect(yLimits(all, loss, shown([3]))).toMatchObject({
      low: expect.closeTo(2.9, 0),
      high: expect.closeTo(3.1, 0),
    });
  });

  it('contains every value of random sets', () => {
    const random = randomOf(3);
    for (let round = 0; round < 500; round++) {
      const size = 10 ** (random.next() * 20 - 10);
      const values = Array.from({ length: random.whole(1, 9) }, () => (random.next() - 0.3) * size);
      for (const range of [all, zero]) {
        const { low, high } = yLimits(range, loss, shown(values));
        expect(low).toBeLessThanOrEqual(Math.min(...values));
        expect(high).toBeGreaterThanOrEqual(Math.max(...values));
        expect(low).toBeLessThan(high);
      }
    }
  });

  it('from zero begins there, or ends there where all are below', () => {
    expect(yLimits(zero, loss, shown([1.5, 2])).low).toBe(0);
    expect(yLimits(zero, loss, shown([-2, -1.5])).high).toBe(0);
    expect(yLimits(all, machineAxis('Memory', 'memoryBytes'), shown([5e8, 6e8])).low).toBe(0);
  });

  it('never leaves what an accuracy can be', () => {
    for (const values of [
      [0, 0],
      [1, 1],
      [0.98, 1.0000000000000002],
      [0.1, 0.9],
    ]) {
      const { low, high } = yLimits(all, accuracyAxis('Accuracy', false), shown(values));
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low).toBeLessThan(high);
    }
    expect(yLimits(all, accuracyAxis('Accuracy', true), shown([0.3, 0.4]))).toEqual({ low: 0, high: 1 });
  });

  it('by powers contains all, and no zero', () => {
    expect(yLimits(all, byPowers, shown([0.01, 5]))).toEqual({ low: 0.01 / 1.08, high: 5 * 1.08 });
    expect(yLimits(zero, byPowers, shown([0.01, 5])).low).toBeGreaterThan(0);
  });

  it('without values is one that can be drawn', () => {
    expect(yLimits(all, loss, shown([]))).toEqual({ low: 0, high: 1 });
    expect(yLimits(robust, byPowers, shown([]))).toEqual({ low: 0.1, high: 1 });
  });
});

describe('an axis without outliers', () => {
  it('leaves out single values far from all others', () => {
    const { low, high } = yLimits(robust, loss, shown([...many, 900, -700, 5]));
    expect(low).toBeGreaterThan(0.5);
    expect(high).toBeLessThan(2.5);
  });

  it('leaves out none that lie near', () => {
    expect(yLimits(robust, loss, shown([...many, 2.2, 0.9]))).toEqual(
      yLimits(all, loss, shown([...many, 2.2, 0.9])),
    );
    expect(yLimits(robust, loss, shown([1, 900]))).toEqual(yLimits(all, loss, shown([1, 900])));
  });

  it('shows the values of a curve that stays and jumps once', () => {
    const { low, high } = yLimits(robust, loss, shown([...Array<number>(500).fill(2), 1e6]));
    expect(low).toBeLessThan(2);
    expect(high).toBeGreaterThan(2);
    expect(high).toBeLessThan(3);
  });

  it('by powers is one of ratios', () => {
    const { low, high } = yLimits(robust, byPowers, shown([...many, 1e9, 1e-9]));
    expect(low).toBeGreaterThan(0.5);
    expect(high).toBeLessThan(3);
  });
});

describe('an axis by hand', () => {
  const manual = (low: number, high: number): YRange => ({ kind: 'manual', low, high });

  it('is as it was typed, whatever the values are', () => {
    expect(yLimits(manual(0.3, 0.45), loss, shown(many))).toEqual({ low: 0.3, high: 0.45 });
    expect(yLimits(manual(0.3, 0.45), loss, shown([]))).toEqual({ low: 0.3, high: 0.45 });
  });

  it('has a length', () => {
    const { low, high } = yLimits(manual(2, 2), loss, shown(many));
    expect(low).toBeLessThan(high);
  });

  it('by powers begins above zero, as far as that is possible', () => {
    expect(yLimits(manual(0, 2), byPowers, shown(many))).toEqual({ low: 2e-6, high: 2 });
    for (const range of [manual(-1, 0), manual(-2, -1), manual(0, 0)]) {
      const { low, high } = yLimits(range, byPowers, shown(many));
      expect(low).toBeGreaterThan(0);
      expect(low).toBeLessThan(high);
    }
  });
});
