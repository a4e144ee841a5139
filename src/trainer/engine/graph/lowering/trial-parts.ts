/** What all trials have in common: how often they run, how far values may be off, and random operands. */
import { Eager, type Handle } from '../eager';
import { Graph, type Tensor } from '../graph';
import * as ops from '../ops';
import type { Values } from '../session';

/**
 * How far a value may be off, in root mean squares of the result. Rounding of float32 summed over n terms one after the
 * other is 2e-8·√n of it, 1e-5 for the longest sums here; wrong values have been off by their own size.
 */
export const TOLERANCE = 1e-3;

/** Timed runs, after the one that is checked. */
const RUNS = 4;
/** Milliseconds after which nothing is run again: a large map tells enough by one run. */
const ENOUGH = 60;

/** Milliseconds of what `run` does, the least of a few runs: what a machine can do undisturbed. `after` does not count. */
export function leastTime<T>(run: () => T, after: (result: T) => void): number {
  let [least, spent] = [Infinity, 0];
  for (let count = 0; count < RUNS && (count === 0 || spent < ENOUGH); count++) {
    const begin = performance.now();
    const result = run();
    const took = performance.now() - begin;
    after(result);
    least = Math.min(least, took);
    spent += took;
  }
  return least;
}

/** Largest and root mean square difference, and the root mean square of what is right. */
export function distance(values: Values, right: Values): { worst: number; typical: number; scale: number } {
  let [worst, squares, size] = [0, 0, 0];
  for (let i = 0; i < right.length; i++) {
    const by = Math.abs(values[i]! - right[i]!);
    // Not a number where a value is not.
    squares += by * by;
    size += right[i]! * right[i]!;
    if (by > worst) worst = by;
  }
  return { worst, typical: Math.sqrt(squares / right.length), scale: Math.sqrt(size / right.length) };
}

/**
 * What is wrong with results that should be those, up to `TOLERANCE`, as a clause of a sentence; null where nothing is.
 * @param right in the same order.
 */
export function faultOf(found: readonly Values[], right: readonly Values[]): string | null {
  for (const [index, values] of found.entries()) {
    const { worst, typical, scale } = distance(values, right[index]!);
    if (!Number.isFinite(typical)) return 'it gives values that are not numbers';
    if (worst > TOLERANCE * Math.max(scale, 1e-30)) {
      return `its values are off by up to ${(worst / scale).toPrecision(2)} times their size`;
    }
  }
  return null;
}

/** Normally distributed values for placeholders, which the caller deletes. */
export function randomValues(operands: readonly Tensor[]): Map<Tensor, Handle> {
  const graph = new Graph();
  const tensors = operands.map((operand) => [operand, ops.normal(graph, operand.shape)] as const);
  const drawing = new Eager(graph);
  try {
    return new Map(tensors.map(([operand, tensor]) => [operand, drawing.handle(tensor)]));
  } finally {
    drawing.dispose();
  }
}
