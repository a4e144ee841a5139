/** What curves have at a place that is pointed at. Pure. */
import type { Curve, Plot } from './curve';
import { endOf, firstOf, type Samples } from './samples';

export interface ReadoutRow {
  group: string;
  label: string;
  color: string;
  runId: number | undefined;
  x: number;
  y: number;
  /** Pixels of the canvas. */
  left: number;
  top: number;
}

export interface Readout {
  /** Those nearest to the pointer, the highest value first. */
  rows: readonly ReadoutRow[];
  /** How many more there are. */
  more: number;
  /** The one that is pointed at; null where none is near. */
  nearest: ReadoutRow | null;
}

/** More cannot be read at a glance. */
const MAX_ROWS = 8;
/** How far (pixels) a curve's nearest point may lie from the pointer along x. */
const REACH_X = 40;
/** How far (pixels) a curve may lie from the pointer to be pointed at. */
const REACH_Y = 24;

/** What only accompanies a curve. */
const UNREAD: readonly Curve['kind'][] = ['faint', 'best', 'guide', 'band'];

/** Index of the point with a value that is nearest to x; −1 for none. */
export function nearestIndex(samples: Samples, x: number): number {
  const [first, end] = [firstOf(samples), endOf(samples)];
  const at = Math.min(end, Math.max(first, samples.xs.lowerBound(x)));
  let [left, right] = [at - 1, at];
  while (left >= first && !Number.isFinite(samples.ys.at(left))) left--;
  while (right < end && !Number.isFinite(samples.ys.at(right))) right++;
  if (left < first) return right < end ? right : -1;
  if (right >= end) return left;
  return x - samples.xs.at(left) <= samples.xs.at(right) - x ? left : right;
}

/**
 * @param x value on the axis
 * @param top of the pointer, pixels of the canvas; null where only x is pointed at, in another chart
 */
export function readAt(curves: readonly Curve[], plot: Plot, x: number, top: number | null): Readout {
  const left = plot.pixelOf(x);
  const rows: ReadoutRow[] = [];
  for (const { kind, samples, group, label, style, runId } of curves) {
    if (UNREAD.includes(kind)) continue;
    const index = nearestIndex(samples, x);
    if (index < 0) continue;
    const [at, y] = [samples.xs.at(index), samples.ys.at(index)];
    const row = {
      group,
      label,
      color: style.color,
      runId,
      x: at,
      y,
      left: plot.pixelOf(at),
      top: plot.pixelOfY(y),
    };
    if (Math.abs(row.left - left) > REACH_X || !Number.isFinite(row.top)) continue;
    rows.push(row);
  }
  const middle = top ?? (plot.top + plot.bottom) / 2;
  const near = [...rows].sort((a, b) => Math.abs(a.top - middle) - Math.abs(b.top - middle));
  const nearest = near[0] ?? null;
  return {
    rows: near.slice(0, MAX_ROWS).sort((a, b) => b.y - a.y),
    more: Math.max(0, rows.length - MAX_ROWS),
    nearest: top !== null && nearest && Math.abs(nearest.top - top) <= REACH_Y ? nearest : null,
  };
}
