import { describe, expect, it } from 'vitest';
import { relativeError } from '../../bench/accuracy';

describe('the error of a result', () => {
  it('is told in root mean squares of what is right', () => {
    expect(relativeError([3.1, 4, -5, 7], [3, 4, -5, 7])).toEqual({
      rootMeanSquare: expect.closeTo(0.1 / Math.sqrt(99)),
      largest: expect.closeTo(0.1 / Math.sqrt(99 / 4)),
    });
  });

  it('is none where both are the same', () => {
    expect(relativeError([1, 2], [1, 2])).toEqual({ rootMeanSquare: 0, largest: 0 });
  });

  it('is not a number where a value is not', () => {
    expect(relativeError([1, NaN], [1, 2]).rootMeanSquare).toBeNaN();
  });
});
