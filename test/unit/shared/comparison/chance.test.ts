/** Held against SciPy's figures (test/reference/comparison.py). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { meanOf, shares, varianceOf, welch } from '../../../../src/shared/comparison/chance';
import { criticalT, incompleteBeta, twoSidedP } from '../../../../src/shared/comparison/student';

interface Figures {
  student: { freedom: number; t: number; p: number }[];
  critical: { freedom: number; p: number; t: number }[];
  welch: { a: number[]; b: number[]; p: number; low: number; high: number }[];
  shares: {
    share: number;
    count: number;
    other: number;
    otherCount: number;
    p: number;
    low: number;
    high: number;
  }[];
}
const scipy = JSON.parse(readFileSync(join(__dirname, 'scipy.json'), 'utf8')) as Figures;

/** Relative, but for what is as good as zero. */
const close = (value: number, expected: number, tolerance = 1e-9): void =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance * Math.max(Math.abs(expected), 1e-12));

describe('Student’s t', () => {
  it.each(scipy.student)(
    '$t with $freedom degrees of freedom is exceeded by chance as SciPy says',
    ({ freedom, t, p }) => close(twoSidedP(t, freedom), p, 1e-8),
  );
  it.each(scipy.critical)('is exceeded with probability $p at $t ($freedom degrees)', ({ freedom, p, t }) =>
    close(criticalT(p, freedom), t, 1e-8),
  );
  it('has an incomplete beta function that ends at 0 and 1', () => {
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
    close(incompleteBeta(0.3, 2, 3), 0.3483);
  });
});

describe('Welch’s test', () => {
  it.each(scipy.welch.map((figures, index) => ({ index, ...figures })))(
    'of samples $index',
    ({ a, b, p, low, high }) => {
      const found = welch(a, b)!;
      close(found.p, p, 1e-8);
      close(found.low, low, 1e-8);
      close(found.high, high, 1e-8);
      expect(found.difference).toBeCloseTo(meanOf(a) - meanOf(b), 15);
    },
  );

  it('needs two values of each', () => {
    expect(welch([0.5], [0.4, 0.5])).toBeNull();
    expect(welch([0.5, 0.6], [])).toBeNull();
    expect(varianceOf([1])).toBeNaN();
  });

  it('of values without any spread is sure of any difference', () => {
    expect(welch([0.5, 0.5], [0.4, 0.4])).toMatchObject({ p: 0 });
    expect(welch([0.5, 0.5], [0.5, 0.5])).toMatchObject({ p: 1, difference: 0 });
  });
});

describe('two shares', () => {
  it.each(scipy.shares)('$share of $count against $other of $otherCount', (figures) => {
    const found = shares(figures.share, figures.count, figures.other, figures.otherCount);
    close(found.p, figures.p, 1e-4);
    close(found.low, figures.low, 1e-5);
    close(found.high, figures.high, 1e-5);
  });

  it('of nothing and of all have no spread', () => {
    expect(shares(0, 100, 0, 100)).toMatchObject({ p: 1, difference: 0 });
    expect(shares(1, 100, 1, 50)).toMatchObject({ p: 1 });
  });
});
