/** Where the vertical axis of a chart begins and ends. Nothing is hidden in silence: what lies outside is counted. Pure. */
import type { ValueAxis } from './axes';
import { roundStep } from './ticks';

/** All that is shown; from zero; without the few values that would press all others together; by hand. */
export type YRange =
  { kind: 'all' } | { kind: 'zero' } | { kind: 'robust' } | { kind: 'manual'; low: number; high: number };

export interface YLimits {
  low: number;
  high: number;
}

/** Ticks of a vertical axis, at most. */
export const MAX_Y_TICKS = 7;
/** Room above and below the curves, as a share of what they take. */
const GRACE = 0.04;
/** The share of the values at either end that a robust axis may leave out. */
const TAIL = 0.01;
/** By how much of the spread of all others a value must lie outside to be left out. */
const FAR = 0.25;

export interface ShownValues {
  /** The smallest and the largest; null where there are none. */
  extent: { low: number; high: number } | null;
  /** Enough of them to tell where most lie, in any order. */
  sample: () => Float64Array;
}

/** A logarithmic axis of nothing. */
const NO_POWERS: YLimits = { low: 0.1, high: 1 };

export function yLimits(range: YRange, axis: ValueAxis, values: ShownValues): YLimits {
  if (range.kind === 'manual') {
    // A logarithmic axis has no place for zero.
    if (axis.logarithmic && !(range.high > 0)) return NO_POWERS;
    const low = axis.logarithmic ? Math.max(range.low, range.high / 1e6) : range.low;
    return low < range.high ? { low, high: range.high } : { low, high: low + 1 };
  }
  const { extent } = values;
  if (!extent) return axis.logarithmic ? NO_POWERS : { low: 0, high: 1 };
  const found = range.kind === 'robust' ? robust(values.sample(), extent, axis.logarithmic) : extent;
  if (axis.logarithmic) return { low: found.low / 1.08, high: found.high * 1.08 };
  const includes = range.kind === 'zero' ? [...axis.includes, 0] : axis.includes;
  return rounded(found, includes, axis.limits);
}

/** Room around the values, and round numbers at both ends; never beyond what the values can be. */
function rounded(
  extent: YLimits,
  includes: readonly number[],
  limits: readonly [number, number] | null,
): YLimits {
  let low = Math.min(extent.low, ...includes);
  let high = Math.max(extent.high, ...includes);
  // A single value has no spread to take a share of.
  const size = high - low || Math.abs(high) * 0.1 || 1;
  // What is never below zero needs no room there.
  if (extent.low === low && !includes.includes(low))
    low = low < 0 ? low - size * GRACE : Math.max(0, low - size * GRACE);
  if (extent.high === high && !includes.includes(high)) high += size * GRACE;
  const step = roundStep((high - low) / (MAX_Y_TICKS - 1));
  const clean = (value: number): number => Number(value.toPrecision(12));
  low = clean(Math.floor(low / step + 1e-9) * step);
  high = clean(Math.ceil(high / step - 1e-9) * step);
  return limits ? { low: Math.max(low, limits[0]), high: Math.min(high, limits[1]) } : { low, high };
}

/** The limits without single values that lie far from all others; those of all where there are none. */
function robust(sample: Float64Array, extent: YLimits, logarithmic: boolean): YLimits {
  if (sample.length < 3) return extent;
  const sorted = Float64Array.from(sample).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
  const [low, high] = [at(TAIL), at(1 - TAIL)];
  if (logarithmic) {
    const far = (high / low) ** FAR;
    return {
      low: extent.low < low / far ? low : extent.low,
      high: extent.high > high * far ? high : extent.high,
    };
  }
  const far = (high - low) * FAR;
  return {
    low: extent.low < low - far ? low : extent.low,
    high: extent.high > high + far ? high : extent.high,
  };
}
