/** Whether a difference is more than chance. Pure. */
import { criticalT, twoSidedP } from './student';

/** Differences that chance alone gives less often than this count as real. */
export const SIGNIFICANCE = 0.05;

export interface Difference {
  /** First minus second. */
  difference: number;
  /** The probability of a difference at least as large where there is none; 1 where nothing can be said. */
  p: number;
  /** 95 % confidence interval of the difference. */
  low: number;
  high: number;
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The sample variance, with n - 1 in the denominator; NaN for fewer than two values. */
export function varianceOf(values: readonly number[]): number {
  if (values.length < 2) return NaN;
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/**
 * Welch's t-test of two samples (Welch 1947) with the degrees of freedom of Welch and Satterthwaite, as
 * `scipy.stats.ttest_ind(a, b, equal_var=False)`. Null where a side has fewer than two values.
 */
export function welch(a: readonly number[], b: readonly number[]): Difference | null {
  if (a.length < 2 || b.length < 2) return null;
  const [first, second] = [varianceOf(a) / a.length, varianceOf(b) / b.length];
  const difference = meanOf(a) - meanOf(b);
  const error = Math.sqrt(first + second);
  // All values of a side alike: no spread to measure a difference against.
  if (error === 0) return { difference, p: difference === 0 ? 1 : 0, low: difference, high: difference };
  const freedom = error ** 4 / (first ** 2 / (a.length - 1) + second ** 2 / (b.length - 1));
  const reach = criticalT(SIGNIFICANCE, freedom) * error;
  return {
    difference,
    p: twoSidedP(difference / error, freedom),
    low: difference - reach,
    high: difference + reach,
  };
}

/** Degrees of freedom from which Student's t is the normal distribution. */
const MANY = 1e7;

/** How many standard deviations a normal value is off with this probability: 1.96 for 0.05. */
export const criticalNormal = (p: number): number => criticalT(p, MANY);

/**
 * Two shares, of `count` and `otherCount` images each, taken as independent (binomial, normal approximation with the pooled
 * share). Networks that were validated on the same images are not: the test is then too careful, never too bold; where their
 * predictions are kept, see paired.ts.
 */
export function shares(share: number, count: number, other: number, otherCount: number): Difference {
  const difference = share - other;
  const pooled = (share * count + other * otherCount) / (count + otherCount);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / count + 1 / otherCount));
  if (error === 0) return { difference, p: difference === 0 ? 1 : 0, low: difference, high: difference };
  const reach =
    criticalNormal(SIGNIFICANCE) *
    Math.sqrt((share * (1 - share)) / count + (other * (1 - other)) / otherCount);
  return {
    difference,
    p: twoSidedP(difference / error, MANY),
    low: difference - reach,
    high: difference + reach,
  };
}
