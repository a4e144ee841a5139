/** The shares of the average against TensorFlow and PyTorch: test/reference/weight_average.py. */
import { describe, expect, it } from 'vitest';
import { averageShare } from '../../../src/shared/weight-average';
import reference from '../../reference/weight-average.json';

const { weights, tensorflow, torch } = reference;

describe.each([
  // TensorFlow divides 1 + t by 10 + t in float32.
  ['TensorFlow', 7, tensorflow],
  ['PyTorch', 12, torch],
] as const)('the average of %s', (_, digits, cases) => {
  it.each(cases)('of decay $decay, every $every steps', ({ decay, every, from, averages }) => {
    let average = weights[from]!;
    for (const [index, expected] of averages.entries()) {
      const step = from + index + 1;
      const share = averageShare({ emaDecay: decay, emaEvery: every }, step);
      if (share !== null) average = average.map((a, i) => a + share * (weights[step]![i]! - a));
      for (const [i, value] of expected.entries())
        expect(average[i]!, `step ${step}`).toBeCloseTo(value, digits);
    }
  });
});

it('takes in nothing between the steps that are due, and without a decay', () => {
  const shares = Array.from({ length: 11 }, (_, i) => averageShare({ emaDecay: 0.9, emaEvery: 5 }, i + 1));
  expect(shares.flatMap((share, i) => (share === null ? [] : [i + 1]))).toEqual([5, 10]);
  expect(averageShare({ emaDecay: 0, emaEvery: 1 }, 7)).toBeNull();
});
