import { smootherOf, type Smoothing } from '../../../../src/renderer/charts/smoothing';

/** A whole curve smoothed at once. */
export function smooth(values: readonly number[], smoothing: Smoothing): number[] {
  const smoother = smootherOf(smoothing);
  return values.map((value) => smoother.next(value));
}
