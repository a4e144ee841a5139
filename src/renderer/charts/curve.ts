/** What a chart is given to draw: curves with their style, and ranges of x. Pure. */
import type { Point } from './decimate';
import type { CurveStyle } from './palette';

export interface Curve {
  /** Curves of one group share an entry of the legend and are switched on and off together. */
  group: string;
  label: string;
  style: CurveStyle;
  points: Point[];
  /** `faint`: raw values behind their smoothed curve. `best`: a ring around a single point. */
  kind: 'line' | 'faint' | 'marked' | 'best';
  /** A smoothed curve. */
  smooth?: boolean;
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

/** Where a drawn chart shows what: its plot in pixels of the canvas, and the places of x in it. */
export interface Plot {
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** What is shown of x. */
  shown: Range;
  pixelOf(x: number): number;
  xAt(pixel: number): number;
}

/** Gives curves decimated to about two points for each of `buckets`, within a range of x where one is shown. */
export type CurveSource = (buckets: number, range: Range | null) => Curve[];

/** Zooms in (factor < 1) or out around the middle, within the limits; null where everything would be shown. */
export function zoomed(shown: Range, limits: Range, factor: number): Range | null {
  const middle = (shown.from + shown.to) / 2;
  const half = ((shown.to - shown.from) / 2) * factor;
  return clamped({ from: middle - half, to: middle + half }, limits);
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

/** Smallest and largest x of all curves; null where there are no points. */
export function extent(curves: readonly Curve[]): Range | null {
  let [from, to] = [Infinity, -Infinity];
  for (const { points } of curves) {
    const [first, last] = [points[0], points[points.length - 1]];
    if (!first || !last) continue;
    from = Math.min(from, first.x);
    to = Math.max(to, last.x);
  }
  return from <= to ? { from, to } : null;
}

/**
 * What a chart shows that is not zoomed: from its origin (0, or where a fork began) to the end of its curves, or to where
 * they are planned to end; null where there are no points.
 */
export function wholeRange(found: Range | null, origin = 0, plannedEnd: number | null = null): Range | null {
  return found && { from: Math.min(origin, found.from), to: Math.max(found.to, plannedEnd ?? found.to) };
}
