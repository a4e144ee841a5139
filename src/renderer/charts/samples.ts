/** The points of a curve, all of them: what is drawn of them is decided where the size of the drawing is known. Pure. */
import { Column } from './column';

export interface Point {
  x: number;
  y: number;
}

/** Two columns of equal length, x ascending; a y that is not a number is a hole in the curve. */
export interface Samples {
  xs: Column;
  ys: Column;
  /** Index of the first that counts; 0 unless given. */
  first?: number;
  /** Index after the last that counts; all unless given. */
  end?: number;
}

export function samplesOf(points: readonly Point[]): Samples {
  const [xs, ys] = [new Column(), new Column()];
  for (const { x, y } of points) {
    xs.push(x);
    ys.push(y);
  }
  return { xs, ys };
}

export const firstOf = ({ first }: Samples): number => first ?? 0;
export const endOf = ({ xs, ys, end }: Samples): number => Math.min(end ?? Infinity, xs.length, ys.length);

/** How many points count, holes among them. */
export const countOf = (samples: Samples): number => Math.max(0, endOf(samples) - firstOf(samples));

/**
 * Indexes of the points with x within a range, and one on either side, so that a line reaches the edge of the drawing.
 * Empty where `start` is not below `stop`.
 */
export function indexesWithin(samples: Samples, from: number, to: number): { start: number; stop: number } {
  const [first, end] = [firstOf(samples), endOf(samples)];
  // The first beyond `to` is the neighbour on the right.
  return {
    start: Math.max(first, samples.xs.lowerBound(from) - 1),
    stop: Math.min(end, upperBound(samples.xs, to) + 1),
  };
}

/** Index of the first value above `value`. */
function upperBound(xs: Column, value: number): number {
  let at = xs.lowerBound(value);
  while (at < xs.length && xs.at(at) === value) at++;
  return at;
}

/**
 * The value of a curve at x, on the line from a point to the next one; beyond the last its value.
 * @param index of the last point at or before x
 */
export function valueAt(curve: Samples, x: number, index: number): number {
  const [x0, y0] = [curve.xs.at(index), curve.ys.at(index)];
  if (x === x0 || index + 1 >= endOf(curve)) return y0;
  const [x1, y1] = [curve.xs.at(index + 1), curve.ys.at(index + 1)];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}
