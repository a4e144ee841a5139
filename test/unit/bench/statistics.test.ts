import { describe, expect, it } from 'vitest';
import { load } from '../scripts/load';

interface Summary {
  median: number;
  lower: number;
  upper: number;
  min: number;
  max: number;
  count: number;
}
const { quantile, median, summary, ratio, missedRefreshes } = await load<{
  quantile(values: number[], share: number): number | null;
  median(values: number[]): number | null;
  summary(values: number[]): Summary | null;
  ratio(theirs: (number[] | null)[], ours: (number[] | null)[]): Summary | null;
  missedRefreshes(intervals: number[]): number;
}>('bench/statistics.mjs');

describe('quantiles', () => {
  it('takes the middle of an odd number of values, by size and not by their order', () => {
    expect(median([10, 9, 100])).toBe(10);
  });

  it('takes the middle between two of an even number', () => {
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it('goes between neighbours in proportion', () => {
    expect(quantile([0, 10, 20, 30], 0.25)).toBe(7.5);
  });

  it('leaves the values in their order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('is null of nothing', () => {
    expect(median([])).toBeNull();
    expect(summary([])).toBeNull();
  });
});

describe('a summary', () => {
  it('has median, quartiles, extremes and count', () => {
    expect(summary([5, 1, 4, 2, 3])).toEqual({ median: 3, lower: 2, upper: 4, min: 1, max: 5, count: 5 });
  });
});

describe('missed refreshes', () => {
  it('are those of the screen between two frames', () => {
    expect(missedRefreshes([16.7, 16.6, 33.3, 50])).toBe(3);
  });

  it('are none where frames come a little early or late', () => {
    expect(missedRefreshes([15, 18.5, 2, 23])).toBe(0);
  });
});

describe('a ratio', () => {
  it('compares within rounds, so that a slow round counts for neither', () => {
    // Twice as long in each round, though the machine was ten times slower in the second.
    expect(ratio([[20], [200], [20]], [[10], [100], [10]])).toMatchObject({ min: 2, median: 2, max: 2 });
  });

  it('takes the medians of a round, not its outliers', () => {
    expect(ratio([[30, 30, 900]], [[10, 10, 10]])).toMatchObject({ median: 3, count: 1 });
  });

  it('leaves out rounds in which one of them took no turn', () => {
    expect(ratio([[20], [], [60]], [[10], [10], [20]])).toMatchObject({ min: 2, max: 3, count: 2 });
  });

  it('is null where they never met', () => {
    expect(ratio([[20], []], [[], [10]])).toBeNull();
  });
});
