import { expect, it } from 'vitest';
import { divergedAt, tellsOfDivergence, validationDivergedAfter } from '../../../src/shared/divergence';

it.each([NaN, Infinity, -Infinity])('is known again, of a step and of a validation, from %s', (loss) => {
  expect(tellsOfDivergence(divergedAt(loss, 731, 5, 0.1))).toBe(true);
  expect(tellsOfDivergence(validationDivergedAfter(loss, 5, 0.1))).toBe(true);
});

it('is not any other end', () => {
  expect(tellsOfDivergence('Memory ran out while training with batches of 64 images.')).toBe(false);
});
