/**
 * What is drawn of curves: one list of marks, from which the screen, an image and a vector drawing are made alike. Where a
 * curve has more points than a screen shows it is a mark of columns of pixels, else a path through its points. Pure.
 */
import type { Palette } from '../base/theme';
import type { Curve, Range } from './curve';
import { mixed } from './palette';
import { bordersOf, PixelColumns, type Borders } from './pixel-columns';
import { countOf, indexesWithin, type Point, type Samples } from './samples';

export type CurveMark = {
  group: string;
  /** `#rrggbb`: curves never shine through each other, so what is pale is mixed with the colour behind. */
  color: string;
  label: string;
  /** All points of the curve within the drawing, those that share a column of pixels among them. */
  points: number;
  /** Points within that have no place in it: not a number, or not above 0 where the axis is logarithmic. */
  without: number;
} & (
  | { kind: 'path'; at: readonly Point[]; width: number; dash: readonly number[]; dots: number }
  | { kind: 'columns'; columns: PixelColumns; width: number; dash: readonly number[] }
  | { kind: 'ring'; at: Point }
  | { kind: 'band'; columns: PixelColumns; upper: PixelColumns; alpha: number }
);

/** More dots than this run into each other. */
const MAX_DOTS = 120;
/** Points that paths may have together: more are drawn faster as columns of pixels. */
const MAX_PATH_POINTS = 2_500;
/**
 * How far paths may go up and down together, in heights of the plot. A stroke takes time by its length, a tenth of a second for
 * ten curves of 250 points that swing; columns of pixels take none.
 */
const MAX_PATH_SWING = 150;
/** A dense raw curve in full weight would be a blot. */
const DENSE = 300;

export interface MarkView {
  range: Range;
  logarithmicX: boolean;
  logarithmicY: boolean;
  /** Columns of pixels over which the drawing is spread. */
  columns: number;
  palette: Palette;
  /** The group that stands out; null for none. */
  emphasised: string | null;
}

/** Makes marks, and keeps what it has found out about the columns of curves that grow. */
export class MarkMaker {
  #columns = new Map<string, PixelColumns>();
  #borders: { key: string; borders: Borders } = { key: '', borders: new Float64Array(2) };

  /** Marks in the order of the curves: later ones lie on top. */
  marks(curves: readonly Curve[], view: MarkView): CurveMark[] {
    const borders = this.#bordersOf(view);
    const dense = denseOf(curves, view);
    const kept = new Map<string, PixelColumns>();
    const marks = curves.map((curve, index): CurveMark => {
      const { group, label, kind } = curve;
      const base = { group, label, color: colorOf(curve, view) };
      if (kind === 'best') {
        const at = { x: curve.samples.xs.at(0), y: curve.samples.ys.at(0) };
        return { ...base, kind: 'ring', at, points: 0, without: 0 };
      }
      if (kind === 'band') {
        const columns = this.#columnsOf(`${group} low`, curve.samples, borders, view, kept);
        const upper = this.#columnsOf(`${group} high`, curve.upper!, borders, view, kept);
        const alpha = stands(curve, view) ? BAND : BAND * FADED;
        return { ...base, color: curve.style.color, kind, columns, upper, alpha, points: 0, without: 0 };
      }
      if (dense.has(index)) {
        // Runs of one group may be called the same.
        let key = `${group} ${kind} ${label}`;
        while (kept.has(key)) key += ' ';
        const columns = this.#columnsOf(key, curve.samples, borders, view, kept);
        const { points, skipped } = columns;
        return { ...base, kind: 'columns', columns, ...lineOf(curve, points), points, without: skipped };
      }
      const at = pointsWithin(curve.samples, view);
      const within = at.filter(({ x }) => isWithin(x, view));
      const points = within.filter(({ y }) => Number.isFinite(y)).length;
      const dots = dotsOf(curve, points);
      const without = within.length - points;
      return { ...base, kind: 'path', at, ...lineOf(curve, points), dots, points, without };
    });
    this.#columns = kept;
    return marks;
  }

  #bordersOf({ range, columns, logarithmicX }: MarkView): Borders {
    const key = `${range.from} ${range.to} ${columns} ${logarithmicX}`;
    if (this.#borders.key !== key) {
      this.#borders = { key, borders: bordersOf(range.from, range.to, columns, logarithmicX) };
    }
    return this.#borders.borders;
  }

  #columnsOf(
    key: string,
    samples: Samples,
    borders: Borders,
    { logarithmicY }: MarkView,
    kept: Map<string, PixelColumns>,
  ): PixelColumns {
    let columns = this.#columns.get(key);
    const isSame =
      columns?.borders === borders &&
      columns.positive === logarithmicY &&
      columns.samples.xs === samples.xs &&
      columns.samples.ys === samples.ys &&
      columns.samples.first === samples.first &&
      columns.samples.end === samples.end;
    if (!columns) columns = new PixelColumns(samples, borders, logarithmicY);
    else if (!isSame) columns.restart(samples, borders, logarithmicY);
    columns.update();
    kept.set(key, columns);
    return columns;
  }
}

const isWithin = (x: number, { range }: MarkView): boolean => x >= range.from && x <= range.to;

/**
 * Indexes of the curves that are drawn as columns: the longest first, until the others have few enough points and go up and
 * down little enough.
 */
function denseOf(curves: readonly Curve[], view: MarkView): Set<number> {
  const counts = curves.map(({ samples, kind }) => {
    if (kind === 'best' || kind === 'band') return 0;
    const { start, stop } = indexesWithin(samples, view.range.from, view.range.to);
    return Math.max(0, stop - start);
  });
  const dense = new Set<number>();
  let total = counts.reduce((sum, count) => sum + count, 0);
  const order = counts.map((_, at) => at).sort((a, b) => counts[b]! - counts[a]!);
  for (const index of order) {
    if (total <= MAX_PATH_POINTS && counts[index]! <= view.columns) break;
    dense.add(index);
    total -= counts[index]!;
  }
  const paths = order.slice(dense.size).filter((index) => counts[index]! > 0);
  const swings = swingsOf(
    paths.map((index) => curves[index]!.samples),
    view,
  );
  let swing = swings.reduce((sum, one) => sum + one, 0);
  paths.forEach((index, at) => {
    if (swing <= MAX_PATH_SWING) return;
    dense.add(index);
    swing -= swings[at]!;
  });
  return dense;
}

/** How far each of a few short curves goes up and down within the range, as a share of what they span together. */
function swingsOf(all: readonly Samples[], { range, logarithmicY }: MarkView): number[] {
  let [low, high] = [Infinity, -Infinity];
  const ways = all.map((samples) => {
    const { start, stop } = indexesWithin(samples, range.from, range.to);
    let [way, before] = [0, NaN];
    for (let index = start; index < stop; index++) {
      const value = samples.ys.at(index);
      const y = logarithmicY ? Math.log(value) : value;
      if (!Number.isFinite(y)) continue;
      if (y < low) low = y;
      if (y > high) high = y;
      if (before === before) way += Math.abs(y - before);
      before = y;
    }
    return way;
  });
  return ways.map((way) => (high > low ? way / (high - low) : 0));
}

/** Points within the range and one on either side; a value without a place comes as NaN, a hole. */
function pointsWithin(samples: Samples, { range, logarithmicY, logarithmicX }: MarkView): Point[] {
  const { start, stop } = indexesWithin(samples, range.from, range.to);
  const points: Point[] = [];
  for (let index = start; index < stop; index++) {
    const [x, y] = [samples.xs.at(index), samples.ys.at(index)];
    if (!Number.isFinite(x) || (logarithmicX && x <= 0)) continue;
    points.push({ x, y: Number.isFinite(y) && (!logarithmicY || y > 0) ? y : NaN });
  }
  return points;
}

/** What a band covers of what lies behind, what a raw curve is mixed with, and what is left of what does not stand out. */
const [BAND, FAINT, FADED] = [0.22, 0.35, 0.3];

const stands = ({ group }: Curve, { emphasised }: MarkView): boolean =>
  emphasised === null || emphasised === group;

function colorOf(curve: Curve, view: MarkView): string {
  const share = curve.kind === 'faint' ? FAINT : 1;
  return mixed(curve.style.color, view.palette.panel, stands(curve, view) ? share : share * FADED);
}

function lineOf(curve: Curve, points: number): { width: number; dash: readonly number[] } {
  const { kind, smooth, style } = curve;
  if (kind === 'faint') return { width: 1, dash: [] };
  if (kind === 'guide') return { width: 1.25, dash: style.dash };
  // Gaps in what goes up and down at each point would be taken for gaps in what was measured.
  if (!smooth && points > DENSE) return { width: 1.25, dash: [] };
  return { width: 2, dash: style.dash };
}

/** Radius of the dots at the points of a curve, pixels. */
function dotsOf({ kind, samples }: Curve, points: number): number {
  if (kind === 'dot') return 5;
  if (countOf(samples) === 1) return 3;
  return kind === 'marked' && points <= MAX_DOTS ? 3 : 0;
}

/** The smallest and the largest value that marks show within a range of x; null where they show none. */
export function extentOf(marks: readonly CurveMark[], range: Range): { low: number; high: number } | null {
  let [low, high] = [Infinity, -Infinity];
  const take = ({ x, y }: Point): void => {
    if (!Number.isFinite(y) || x < range.from || x > range.to) return;
    low = Math.min(low, y);
    high = Math.max(high, y);
  };
  for (const mark of marks) {
    if (mark.kind === 'columns' || mark.kind === 'band') {
      for (const columns of mark.kind === 'band' ? [mark.columns, mark.upper] : [mark.columns]) {
        const found = columns.extent;
        if (found) [low, high] = [Math.min(low, found.low), Math.max(high, found.high)];
      }
    } else if (mark.kind === 'path') mark.at.forEach(take);
    else take(mark.at);
  }
  return low <= high ? { low, high } : null;
}
