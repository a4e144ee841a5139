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

const number = new Float64Array(1);
const bits = new BigInt64Array(number.buffer);
/** The next larger number. */
function above(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  number[0] = value;
  bits[0]! += value > 0 ? 1n : -1n;
  return number[0];
}

/** A point beside the drawing to which a line leads. */
export interface Beside {
  x: number;
  y: number;
}

/** Columns of pixels from one on, up to another that is not among them. */
export interface ColumnSpan {
  from: number;
  to: number;
}
export const ALL_COLUMNS: ColumnSpan = { from: 0, to: Infinity };
export const NO_COLUMNS: ColumnSpan = { from: Infinity, to: -Infinity };

/** The least span that has the columns of all of these. */
export const spanOfAll = (spans: readonly ColumnSpan[]): ColumnSpan => ({
  from: Math.min(...spans.map(({ from }) => from)),
  to: Math.max(...spans.map(({ to }) => to)),
});

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

  #memory = new Float64Array(0);
  #next = 0;
  #column = 0;
  /** The column of the last point; −1 before the first. */
  #filled = -1;
  #hole = false;
  #done = false;
  #touched = ALL_COLUMNS;
  #seen: { extent: { low: number; high: number } | null; distinct: number } | null = null;

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
    if (this.first.length !== width) this.#resize(width);
    for (const values of [this.first, this.last, this.low, this.high]) values.fill(NaN);
    this.cut.fill(0);
    [this.before, this.after] = [null, null];
    [this.points, this.skipped, this.#column, this.#filled] = [0, 0, 0, -1];
    [this.#hole, this.#done, this.#seen, this.#touched] = [false, false, null, ALL_COLUMNS];
    const start = Math.max(firstOf(samples), samples.xs.lowerBound(borders[0]!));
    this.#next = start;
    if (start > firstOf(samples)) {
      const y = samples.ys.at(start - 1);
      if (this.#has(y)) this.before = { x: samples.xs.at(start - 1), y };
    }
  }

  /** Columns as views of one memory, which a drawing that changes its width needs again and again. */
  #resize(width: number): void {
    if (this.#memory.length < 4 * width) this.#memory = new Float64Array(5 * width);
    const [first, last, low, high] = [0, 1, 2, 3].map((at) =>
      this.#memory.subarray(at * width, (at + 1) * width),
    );
    [this.first, this.last, this.low, this.high] = [first!, last!, low!, high!];
    this.cut = new Uint8Array(width);
  }

  /** The columns that are drawn otherwise than when this was called before, and some between them. */
  takeTouched(): ColumnSpan {
    const touched = this.#touched;
    this.#touched = NO_COLUMNS;
    return touched;
  }

  get width(): number {
    return this.borders.length - 1;
  }

  #has(y: number): boolean {
    return y >= this.#floor && y <= Number.MAX_VALUE;
  }

  /** The smallest value that has a place in the drawing. */
  get #floor(): number {
    return this.positive ? Number.MIN_VALUE : -Number.MAX_VALUE;
  }

  /** Takes in the points that have come since the last call. */
  update(): void {
    const end = endOf(this.samples);
    if (this.#done || this.#next >= end) return;
    this.#seen = null;
    // The line from the last point on is new, if not its column.
    const from = Math.max(0, this.#filled);
    const [xs, ys] = [this.samples.xs.view(), this.samples.ys.view()];
    const { borders, width } = this;
    const rightmost = borders[width]!;
    let index = this.#next;
    // What has come since the beginning may still lie before the drawing, which was zoomed to where the curve will be.
    for (; index < end && xs[index]! < borders[0]!; index++) {
      const y = ys[index]!;
      this.before = this.#has(y) ? { x: xs[index]!, y } : null;
    }
    let column = this.#column;
    while (index < end) {
      // The last border belongs to the last column.
      const border = column < width - 1 ? borders[column + 1]! : above(rightmost);
      const begin = index;
      let least = Infinity;
      let most = -Infinity;
      // Half a million points are gone through in a frame.
      for (; index < end && xs[index]! < border; index++) {
        const y = ys[index]!;
        least = Math.min(least, y);
        most = Math.max(most, y);
      }
      if (index > begin) this.#take(column, ys, begin, index, least, most);
      if (index >= end) break;
      const x = xs[index]!;
      if (x !== x) {
        // The run knows no place on this axis.
        this.#skip();
        index++;
      } else if (column < width - 1) column++;
      else break;
    }
    if (index < end) {
      this.#done = true;
      const y = ys[index]!;
      if (!this.#hole && this.#has(y)) this.after = { x: xs[index]!, y };
    }
    this.#next = index;
    this.#column = column;
    // A line leads to what lies beside the drawing, on either side.
    const to = this.#done || this.#filled < 0 ? Infinity : this.#filled + 1;
    this.#touched = spanOfAll([this.#touched, { from, to }]);
  }

  /** Takes values of points into a column, with their minimum and maximum. */
  #take(column: number, ys: Float64Array, begin: number, end: number, least: number, most: number): void {
    // One that is not a number makes both so, and fails every comparison.
    if (least >= this.#floor && most <= Number.MAX_VALUE) {
      this.#fill(column, ys[begin]!, ys[end - 1]!, least, most);
      this.points += end - begin;
      return;
    }
    for (let index = begin; index < end; index++) {
      const y = ys[index]!;
      if (this.#has(y)) {
        this.#fill(column, y, y, y, y);
        this.points++;
      } else this.#skip();
    }
  }

  #skip(): void {
    this.#hole = true;
    this.skipped++;
  }

  #fill(column: number, first: number, last: number, least: number, most: number): void {
    if (this.#filled !== column) {
      this.#filled = column;
      this.first[column] = first;
      this.cut[column] = this.#hole ? 1 : 0;
      this.low[column] = least;
      this.high[column] = most;
    } else {
      if (least < this.low[column]!) this.low[column] = least;
      if (most > this.high[column]!) this.high[column] = most;
    }
    this.last[column] = last;
    this.#hole = false;
  }

  /** The smallest and the largest value within the drawing; null without points. */
  get extent(): { low: number; high: number } | null {
    return this.#look().extent;
  }

  /** Points that a screen tells apart: first, last, smallest and largest of each column. */
  get distinct(): number {
    return this.#look().distinct;
  }

  /** What is known of all columns; a chart asks with every drawing, most of which change nothing here. */
  #look(): { extent: { low: number; high: number } | null; distinct: number } {
    if (this.#seen) return this.#seen;
    const { first, last, low, high, width } = this;
    let [least, most, distinct] = [Infinity, -Infinity, 0];
    for (let column = 0; column < width; column++) {
      const value = first[column]!;
      // NaN: there is no point.
      if (value !== value) continue;
      const end = last[column]!;
      const smallest = low[column]!;
      const largest = high[column]!;
      if (smallest < least) least = smallest;
      if (largest > most) most = largest;
      distinct++;
      if (end !== value) distinct++;
      if (smallest !== value && smallest !== end) distinct++;
      if (largest !== value && largest !== end && largest !== smallest) distinct++;
    }
    return (this.#seen = { extent: least <= most ? { low: least, high: most } : null, distinct });
  }
}
