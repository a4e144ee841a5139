/** What a chart is given to draw: curves with their style, and ranges of x. Pure. */
import type { CurveStyle } from './palette';
import { endOf, firstOf, type Samples } from './samples';

export interface Curve {
  /** Curves of one group share an entry of the legend and are switched on and off together. */
  group: string;
  label: string;
  style: CurveStyle;
  samples: Samples;
  /**
   * `faint`: raw values behind their smoothed curve. `marked`: with dots at its points. `best`: a ring around a single point.
   * `dot`: a single point, large. `guide`: a thin line that is no curve of a run. `band`: the area from the samples up to `upper`, which has the same x.
   */
  kind: 'line' | 'faint' | 'marked' | 'best' | 'dot' | 'guide' | 'band';
  /** A smoothed curve. */
  smooth?: boolean;
  upper?: Samples;
  /** The run that it shows, where it shows one. */
  runId?: number;
}

export interface LegendEntry {
  group: string;
  label: string;
  style: CurveStyle;
  /** Points are drawn as dots. */
  marked?: boolean;
}

export interface Range {
  from: number;
  to: number;
}

/** Where a drawn chart shows what: its plot in pixels of the canvas, and the places of values in it. */
export interface Plot {
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** What is shown of x. */
  shown: Range;
  pixelOf(x: number): number;
  xAt(pixel: number): number;
  pixelOfY(y: number): number;
  yAt(pixel: number): number;
}

/** Gives the curves of a chart with all of their points. */
export type CurveSource = () => Curve[];

/** Zooms in (factor < 1) or out around a place (the middle unless given), within the limits; null where all would be shown. */
export function zoomed(
  shown: Range,
  limits: Range,
  factor: number,
  around = (shown.from + shown.to) / 2,
): Range | null {
  return clamped(
    { from: around - (around - shown.from) * factor, to: around + (shown.to - around) * factor },
    limits,
  );
}

/** Moves by a share of what is shown, without leaving the limits. */
export function panned(shown: Range, limits: Range, share: number): Range | null {
  const size = shown.to - shown.from;
  const room = share > 0 ? limits.to - shown.to : limits.from - shown.from;
  const by =
    share > 0 ? Math.min(size * share, Math.max(0, room)) : Math.max(size * share, Math.min(0, room));
  return clamped({ from: shown.from + by, to: shown.to + by }, limits);
}

function clamped(wanted: Range, limits: Range): Range | null {
  const from = Math.max(wanted.from, limits.from);
  const to = Math.min(wanted.to, limits.to);
  if (!(to > from)) return null;
  return from <= limits.from && to >= limits.to ? null : { from, to };
}

/** A range as it is spread over a logarithmic axis, and back; both ends must be above 0. */
export const logOf = ({ from, to }: Range): Range => ({ from: Math.log(from), to: Math.log(to) });
export const expOf = ({ from, to }: Range): Range => ({ from: Math.exp(from), to: Math.exp(to) });

/** Smallest and largest x of all curves that are above `above`; null where there are no points. */
export function extent(curves: readonly Curve[], above = -Infinity): Range | null {
  let [from, to] = [Infinity, -Infinity];
  for (const { samples } of curves) {
    const [begin, end] = [firstOf(samples), endOf(samples)];
    let first = begin;
    while (first < end && !(samples.xs.at(first) > above)) first++;
    if (first >= end) continue;
    from = Math.min(from, samples.xs.at(first));
    to = Math.max(to, samples.xs.at(end - 1));
  }
  return from <= to ? { from, to } : null;
}

/**
 * What a chart shows that is not zoomed: from its origin (0, or where a fork began) to the end of its curves, or to where
 * they are planned to end; null where there are no points. Without an origin it begins where the curves do.
 */
export function wholeRange(
  found: Range | null,
  origin: number | null = 0,
  plannedEnd: number | null = null,
): Range | null {
  if (!found) return null;
  const from = origin === null ? found.from : Math.min(origin, found.from);
  const to = Math.max(found.to, plannedEnd ?? found.to);
  // A single point needs room on either side.
  return to > from
    ? { from, to }
    : { from: from - Math.abs(from || 1) * 0.1, to: to + Math.abs(to || 1) * 0.1 };
}
