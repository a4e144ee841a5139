/**
 * A curve as a screen can show it: for each column of pixels the first, the last, the smallest and the largest value of the
 * points in it. No peak is lost, however many points share a column, and a curve that grows only adds to what is there. Pure.
 */
import { endOf, firstOf, type Samples } from './samples';

/** The columns of a drawing: x of their borders, one more than there are columns, ascending. */
export type Borders = Float64Array;

/** Borders of so many columns of equal width over a range of x; on a logarithmic axis `from` must be above 0. */
export function bordersOf(from: number, to: number, columns: number, logarithmic: boolean): Borders {
  const borders = new Float64Array(columns + 1);
  const ratio = logarithmic ? Math.log(to / from) : 0;
  for (let index = 0; index <= columns; index++) {
    const share = index / columns;
    borders[index] = logarithmic ? from * Math.exp(ratio * share) : from + (to - from) * share;
  }
  borders[columns] = to;
  return borders;
}

/** A point beside the drawing to which a line leads. */
export interface Beside {
  x: number;
  y: number;
}

export class PixelColumns {
  /** NaN where a column has no point. */
  first = new Float64Array(0);
  last = new Float64Array(0);
  low = new Float64Array(0);
  high = new Float64Array(0);
  /** 1 where a hole lies between a column's first point and the one before. */
  cut = new Uint8Array(0);
  /** The nearest point on either side that a line joins to those within; null for none. */
  before: Beside | null = null;
  after: Beside | null = null;
  /** Points within the drawing that have a place in it. */
  points = 0;
  /** Points within that have none: not a number, or not above 0 where the axis is logarithmic. */
  skipped = 0;

  #next = 0;
  #column = 0;
  /** The column of the last point; −1 before the first. */
  #filled = -1;
  #hole = false;
  #done = false;

  /** @param positive leaves out what is not above 0, for a logarithmic y-axis */
  constructor(
    public samples: Samples,
    public borders: Borders,
    public positive: boolean,
  ) {
    this.restart(samples, borders, positive);
  }

  /** Begins again with other columns or another curve, in the memory that is there: a zoom does so in each frame. */
  restart(samples: Samples, borders: Borders, positive: boolean): void {
    [this.samples, this.borders, this.positive] = [samples, borders, positive];
    const width = borders.length - 1;
    if (this.first.length !== width) {
      this.first = new Float64Array(width);
      this.last = new Float64Array(width);
      this.low = new Float64Array(width);
      this.high = new Float64Array(width);
      this.cut = new Uint8Array(width);
    }
    for (const values of [this.first, this.last, this.low, this.high]) values.fill(NaN);
    this.cut.fill(0);
    [this.before, this.after] = [null, null];
    [this.points, this.skipped, this.#column, this.#filled] = [0, 0, 0, -1];
    [this.#hole, this.#done] = [false, false];
    const start = Math.max(firstOf(samples), samples.xs.lowerBound(borders[0]!));
    this.#next = start;
    if (start > firstOf(samples)) {
      const y = samples.ys.at(start - 1);
      if (this.#has(y)) this.before = { x: samples.xs.at(start - 1), y };
    }
  }

  get width(): number {
    return this.borders.length - 1;
  }

  #has(y: number): boolean {
    return Number.isFinite(y) && (!this.positive || y > 0);
  }

  /** Takes in the points that have come since the last call. */
  update(): void {
    const end = endOf(this.samples);
    if (this.#done || this.#next >= end) return;
    const [xs, ys] = [this.samples.xs.view(), this.samples.ys.view()];
    const { borders, first, last, low, high, cut, positive, width } = this;
    const [from, to] = [borders[0]!, borders[width]!];
    const floor = positive ? Number.MIN_VALUE : -Number.MAX_VALUE;
    let [column, filled, hole] = [this.#column, this.#filled, this.#hole];
    // What is known of the column that is being filled, and where it ends: half a million points are gone through in a frame.
    let [least, most, latest] = filled < 0 ? [NaN, NaN, NaN] : [low[filled]!, high[filled]!, last[filled]!];
    let border = column < width - 1 ? borders[column + 1]! : Infinity;
    let { points, skipped } = this;
    let index = this.#next;
    // What has come since the beginning may still lie before the drawing, which was zoomed to where the curve will be.
    for (; index < end && xs[index]! < borders[0]!; index++) {
      const y = ys[index]!;
      this.before = this.#has(y) ? { x: xs[index]!, y } : null;
    }
    for (; index < end; index++) {
      const x = xs[index]!;
      if (x > to) break;
      const y = ys[index]!;
      // NaN fails every comparison; x is NaN where the run knows no place on this axis.
      if (!(y >= floor && y <= Number.MAX_VALUE && x >= from)) {
        hole = true;
        skipped++;
        continue;
      }
      while (x >= border) {
        column++;
        border = column < width - 1 ? borders[column + 1]! : Infinity;
      }
      points++;
      if (filled !== column) {
        if (filled >= 0) [low[filled], high[filled], last[filled]] = [least, most, latest];
        filled = column;
        first[column] = y;
        cut[column] = hole ? 1 : 0;
        least = most = y;
      } else if (y < least) least = y;
      else if (y > most) most = y;
      latest = y;
      hole = false;
    }
    if (filled >= 0) [low[filled], high[filled], last[filled]] = [least, most, latest];
    if (index < end) {
      this.#done = true;
      const y = ys[index]!;
      if (!hole && this.#has(y)) this.after = { x: xs[index]!, y };
    }
    [this.points, this.skipped] = [points, skipped];
    this.#next = index;
    [this.#column, this.#filled, this.#hole] = [column, filled, hole];
  }

  /** The smallest and the largest value within the drawing; null without points. */
  extent(): { low: number; high: number } | null {
    let [least, most] = [Infinity, -Infinity];
    const { low, high } = this;
    for (let column = 0; column < low.length; column++) {
      // NaN fails both.
      if (low[column]! < least) least = low[column]!;
      if (high[column]! > most) most = high[column]!;
    }
    return least <= most ? { low: least, high: most } : null;
  }
}
