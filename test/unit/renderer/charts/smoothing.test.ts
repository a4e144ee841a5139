import { describe, expect, it } from 'vitest';
import { Smoother } from '../../../../src/renderer/charts/smoothing';
import { smooth } from './smooth';

describe('smoothing', () => {
  it('follows the debiased moving average worked out by hand', () => {
    // w = 0.5: m1 = 1, /(1-.5) = 2; m2 = .5·1 + .5·4 = 2.5, /.75; m3 = .5·2.5 + .5·0 = 1.25, /.875.
    const [first, second, third] = smooth([2, 4, 0], 0.5);
    expect(first).toBeCloseTo(2, 12);
    expect(second).toBeCloseTo(2.5 / 0.75, 12);
    expect(third).toBeCloseTo(1.25 / 0.875, 12);
  });

  it.each([0, 0.3, 0.9, 0.99])(
    'leaves a constant curve as it is, from the first point on (weight %f)',
    (weight) => {
      for (const value of smooth(Array(50).fill(3.25), weight)) expect(value).toBeCloseTo(3.25, 10);
    },
  );

  it('is off at weight 0', () => {
    expect(smooth([5, 1, 4], 0)).toEqual([5, 1, 4]);
  });

  it('never rewrites the past', () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6];
    expect(smooth(values, 0.8).slice(0, 5)).toEqual(smooth(values.slice(0, 5), 0.8));
  });

  it('passes values that are not finite through without losing the average', () => {
    const values = smooth([2, NaN, 2, Infinity, 2], 0.9);
    expect(values[1]).toBeNaN();
    expect(values[3]).toBe(Infinity);
    expect(values[2]).toBeCloseTo(2, 12);
    expect(values[4]).toBeCloseTo(2, 12);
  });

  it.each([-0.1, 1, NaN])('refuses a weight of %f', (weight) => {
    expect(() => new Smoother(weight)).toThrow(RangeError);
  });
});
