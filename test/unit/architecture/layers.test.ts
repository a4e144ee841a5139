import { describe, expect, it } from 'vitest';
import { outputSize, samePadding } from '../../../src/architecture/layers';

describe('maps', () => {
  it.each([
    [32, 3, 2, 'same', 16],
    [31, 3, 2, 'same', 16],
    [33, 7, 2, 'same', 17],
    [1, 3, 2, 'same', 1],
    [32, 1, 2, 'valid', 16],
    [31, 1, 2, 'valid', 16],
    [2, 1, 3, 'valid', 1],
  ] as const)('of %i with kernel %i, stride %i, %s are %i', (size, kernel, stride, padding, expected) => {
    expect(outputSize(size, kernel, stride, padding)).toBe(expected);
  });

  it.each([
    [32, 3, 1, [1, 1]],
    [32, 3, 2, [0, 1]],
    [31, 3, 2, [1, 1]],
    [32, 7, 2, [2, 3]],
    [1, 3, 2, [1, 1]],
    [32, 2, 1, [0, 1]],
    [32, 1, 2, [0, 0]],
    [4, 1, 4, [0, 0]],
  ] as const)(
    "of %i with kernel %i, stride %i are padded by %j with 'same'",
    (size, kernel, stride, expected) => {
      expect(samePadding(size, kernel, stride)).toEqual(expected);
    },
  );
});
