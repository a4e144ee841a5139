import { expect, it } from 'vitest';
import { isValidated, validationsAfter } from '../../../src/shared/validation';

const validated = (epochs: number, validationEvery: number): number[] =>
  Array.from({ length: epochs }, (_, index) => index + 1).filter((epoch) =>
    isValidated({ epochs, validationEvery }, epoch),
  );

it('every so many epochs and the last one are validated', () => {
  expect(validated(3, 1)).toEqual([1, 2, 3]);
  expect(validated(7, 3)).toEqual([3, 6, 7]);
  expect(validated(6, 3)).toEqual([3, 6]);
  expect(validated(5, 100)).toEqual([5]);
});

it('so many validations are left as there are validated epochs to come', () => {
  for (const [epochs, validationEvery] of [
    [1, 1],
    [10, 1],
    [7, 3],
    [6, 3],
    [5, 100],
  ] as const) {
    const left = Array.from({ length: epochs + 1 }, (_, epoch) =>
      validationsAfter({ epochs, validationEvery }, epoch),
    );
    expect(left).toEqual(
      left.map((_, epoch) => validated(epochs, validationEvery).filter((one) => one > epoch).length),
    );
  }
  // Of a run that was extended and shortened again.
  expect(validationsAfter({ epochs: 5, validationEvery: 2 }, 6)).toBe(0);
});
