/**
 * The mean of several curves and how far they spread around it. Curves need not share their x: each is followed on the line
 * between its points. The mean goes as far as all of them do, so that it never jumps where one ends. Pure.
 */
import { criticalT } from '../../shared/comparison/student';
import { countOf, endOf, firstOf, samplesOf, valueAt, type Point, type Samples } from './samples';

/** Standard deviation, standard error of the mean, 95 % interval of the mean, smallest and largest value. */
export const BANDS = ['deviation', 'error', 'interval', 'range'] as const;
export type Band = (typeof BANDS)[number];

export interface MeanCurve {
  mean: Samples;
  low: Samples;
  high: Samples;
}

/** Of curves with more points than this in all, the mean is taken at so many places. */
const MAX_PLACES = 2_000;

/** Null where they have no part of the axis in common. A place where one of them has a hole is a hole. */
export function meanCurve(curves: readonly Samples[], band: Band): MeanCurve | null {
  if (curves.length === 0 || curves.some((curve) => countOf(curve) === 0)) return null;
  const from = Math.max(...curves.map((curve) => curve.xs.at(firstOf(curve))));
  const to = Math.min(...curves.map((curve) => curve.xs.at(endOf(curve) - 1)));
  if (!(from <= to)) return null;
  const [mean, low, high]: [Point[], Point[], Point[]] = [[], [], []];
  const at = curves.map(firstOf);
  const values = new Float64Array(curves.length);
  for (const x of placesOf(curves, from, to)) {
    curves.forEach((curve, index) => {
      at[index] = segmentOf(curve, x, at[index]!);
      values[index] = valueAt(curve, x, at[index]!);
    });
    const spread = spreadOf(values, band);
    mean.push({ x, y: spread.mean });
    low.push({ x, y: spread.low });
    high.push({ x, y: spread.high });
  }
  return { mean: samplesOf(mean), low: samplesOf(low), high: samplesOf(high) };
}

/** Every x of any curve, or places at equal distances where those are too many. */
function placesOf(curves: readonly Samples[], from: number, to: number): number[] {
  if (curves.reduce((sum, curve) => sum + countOf(curve), 0) > MAX_PLACES * curves.length) {
    return Array.from({ length: MAX_PLACES }, (_, index) => from + ((to - from) * index) / (MAX_PLACES - 1));
  }
  const places = new Set<number>();
  for (const curve of curves) {
    for (let index = firstOf(curve); index < endOf(curve); index++) {
      const x = curve.xs.at(index);
      if (x >= from && x <= to) places.add(x);
    }
  }
  return [...places].sort((a, b) => a - b);
}

/** Index of the last point at or before x, from a known one on. */
function segmentOf({ xs }: Samples, x: number, from: number): number {
  let index = from;
  while (index + 1 < xs.length && xs.at(index + 1) <= x) index++;
  return index;
}

/** Mean and band of values; NaN where one of them is no number. A single value has no spread but its own place. */
export function spreadOf(values: Float64Array, band: Band): { mean: number; low: number; high: number } {
  const { length } = values;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / length;
  if (!Number.isFinite(mean)) return { mean: NaN, low: NaN, high: NaN };
  if (band === 'range') return { mean, low: Math.min(...values), high: Math.max(...values) };
  if (length < 2) return { mean, low: mean, high: mean };
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const deviation = Math.sqrt(squares / (length - 1));
  const error = deviation / Math.sqrt(length);
  const half =
    band === 'deviation' ? deviation : band === 'error' ? error : error * criticalT(0.05, length - 1);
  return { mean, low: mean - half, high: mean + half };
}
