import { Smoother } from '../../../../src/renderer/charts/smoothing';

/** A whole curve smoothed at once. */
export function smooth(values: readonly number[], weight: number): number[] {
  const smoother = new Smoother(weight);
  return values.map((value) => smoother.next(value));
}
