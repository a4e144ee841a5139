import { describe, expect, it } from 'vitest';
import {
  describeSmoothing,
  isOff,
  MovingAverage,
  RunningMedian,
  sameSmoothing,
  type Smoothing,
} from '../../../../src/renderer/charts/smoothing';
import { smooth } from './smooth';
import { randomOf, randomSeries } from './random-series';

const ema = (weight: number): Smoothing => ({ kind: 'ema', weight });
const median = (window: number): Smoothing => ({ kind: 'median', window });

/** Σ (1 − w)·w^(t−i)·y_i, over the weights' own sum, of the finite values so far. */
function plainAverage(values: readonly number[], weight: number): number[] {
  return values.map((value, at) => {
    if (!Number.isFinite(value)) return value;
    const past = values.slice(0, at + 1).filter(Number.isFinite);
    const weights = past.map((_, index) => weight ** (past.length - 1 - index));
    const total = weights.reduce((sum, one) => sum + one, 0);
    return past.reduce((sum, one, index) => sum + one * weights[index]!, 0) / total;
  });
}

/** The middle of the latest finite values in order, or the mean of the two in the middle. */
function plainMedian(values: readonly number[], window: number): number[] {
  return values.map((value, at) => {
    if (!Number.isFinite(value)) return value;
    const latest = values
      .slice(0, at + 1)
      .filter(Number.isFinite)
      .slice(-window)
      .sort((a, b) => a - b);
    const half = Math.floor(latest.length / 2);
    return latest.length % 2 ? latest[half]! : (latest[half - 1]! + latest[half]!) / 2;
  });
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, index) => {
    const right = expected[index]!;
    if (!Number.isFinite(right)) expect(value).toBe(right);
    else
      expect(Math.abs(value - right), `at ${index}`).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(right)));
  });
}

describe('the moving average', () => {
  it('follows the debiased moving average worked out by hand', () => {
    // w = 0.5: m1 = 1, /(1-.5) = 2; m2 = .5·1 + .5·4 = 2.5, /.75; m3 = .5·2.5 + .5·0 = 1.25, /.875.
    const [first, second, third] = smooth([2, 4, 0], ema(0.5));
    expect(first).toBeCloseTo(2, 12);
    expect(second).toBeCloseTo(2.5 / 0.75, 12);
    expect(third).toBeCloseTo(1.25 / 0.875, 12);
  });

  it.each([0, 0.3, 0.9, 0.99])(
    'leaves a constant curve as it is, from the first point on (weight %f)',
    (weight) => {
      for (const value of smooth(Array(50).fill(3.25), ema(weight))) expect(value).toBeCloseTo(3.25, 10);
    },
  );

  it('is off at weight 0', () => {
    expect(smooth([5, 1, 4], ema(0))).toEqual([5, 1, 4]);
    expect([isOff(ema(0)), isOff(ema(0.01))]).toEqual([true, false]);
  });

  it('passes values that are not finite through without losing the average', () => {
    const values = smooth([2, NaN, 2, Infinity, 2], ema(0.9));
    expect(values[1]).toBeNaN();
    expect(values[3]).toBe(Infinity);
    expect(values[2]).toBeCloseTo(2, 12);
    expect(values[4]).toBeCloseTo(2, 12);
  });

  it.each([-0.1, 1, NaN])('refuses a weight of %f', (weight) => {
    expect(() => new MovingAverage(weight)).toThrow(RangeError);
  });
});

describe('the running median', () => {
  it('is of fewer values at the start, and of the latest afterwards', () => {
    expect(smooth([5, 1, 4, 9, 2], median(3))).toEqual([5, 3, 4, 4, 4]);
  });

  it('has no trace of a spike that is shorter than half of it', () => {
    const values = smooth([1, 1, 1, 1, 900, 900, 1, 1, 1, 1], median(5));
    expect(values).toEqual(Array(10).fill(1));
  });

  it('takes equal values out one at a time', () => {
    expect(smooth([2, 2, 2, 0, 0, 0], median(3))).toEqual([2, 2, 2, 2, 0, 0]);
  });

  it('is off below two values', () => {
    expect(smooth([5, 1, 4], median(1))).toEqual([5, 1, 4]);
    expect([isOff(median(1)), isOff(median(2))]).toEqual([true, false]);
  });

  it.each([0, 2.5, NaN])('refuses a window of %f', (window) => {
    expect(() => new RunningMedian(window)).toThrow(RangeError);
  });
});

describe.each([1, 2, 3, 4, 5, 6])('over a random series with holes and spikes (%i)', (seed) => {
  const random = randomOf(seed);
  const values = randomSeries(random, 400).map(({ y }) => y);
  const choices: [Smoothing, (values: readonly number[]) => number[]][] = [
    ...[0.1, 0.6, 0.9, 0.99].map((weight) => [
      ema(weight),
      (all: readonly number[]) => plainAverage(all, weight),
    ]),
    ...[2, 3, 8, 21, 501].map((window) => [
      median(window),
      (all: readonly number[]) => plainMedian(all, window),
    ]),
  ] as never;

  it.each(choices)('$kind equals what it is by definition', (smoothing, plain) => {
    expectClose(smooth(values, smoothing), plain(values));
  });

  it.each(choices)('$kind never rewrites the past', (smoothing) => {
    const all = smooth(values, smoothing);
    for (const length of [1, 17, 200, 399]) {
      expect(smooth(values.slice(0, length), smoothing)).toEqual(all.slice(0, length));
    }
  });
});

it('is said in words, where there is any', () => {
  expect([ema(0.9), median(21), ema(0), median(1)].map(describeSmoothing)).toEqual([
    'moving average, weight 0.90',
    'median of 21 steps',
    null,
    null,
  ]);
  expect(sameSmoothing(ema(0.9), { kind: 'ema', weight: 0.9 })).toBe(true);
  expect(sameSmoothing(ema(0.9), median(9))).toBe(false);
});
