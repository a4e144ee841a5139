/**
 * Few points for a chart, none of the peaks lost: the smallest and the largest value of every bucket of points
 * are kept, besides the first and the last point.
 *
 * Buckets are runs of 2^k points that start at a multiple of 2^k. A curve that grows therefore keeps the points it
 * has: neither does it flicker, nor is anything computed again. `Decimator` keeps all bucket sizes at once (2·n
 * entries), so an append costs O(1) amortised and a redraw O(points drawn), however long the run.
 */
import { Column } from './column';

export interface Point {
  x: number;
  y: number;
}

/** The same for points that are at hand as a whole. */
export function decimatePoints(
  points: readonly Point[],
  buckets: number,
  from?: number,
  to?: number,
): Point[] {
  if (points.length <= buckets * 2) return [...points];
  const [xs, ys] = [new Column(), new Column()];
  for (const { x, y } of points) {
    xs.push(x);
    ys.push(y);
  }
  return new Decimator(xs, ys).points(buckets, from, to);
}

/** Where the smallest and the largest finite value of a bucket lie; -1 and -1 where it has none. */
interface Extremes {
  smallest: number[];
  largest: number[];
}

export class Decimator {
  /** `#levels[k - 1]` holds complete buckets of 2^k values. */
  readonly #levels: Extremes[] = [];
  #seen = 0;

  constructor(
    readonly xs: Column,
    readonly ys: Column,
  ) {}

  /** Takes in what was appended to the columns since the last call. */
  update(): void {
    for (; this.#seen < this.ys.length; this.#seen++) this.#close(this.#seen);
  }

  /** Closes all buckets whose last value is at `index`. */
  #close(index: number): void {
    for (let level = 1; ((index + 1) & ((1 << level) - 1)) === 0; level++) {
      const buckets = (this.#levels[level - 1] ??= { smallest: [], largest: [] });
      const first = buckets.smallest.length * 2;
      const [a, b] = [this.#bucket(level - 1, first), this.#bucket(level - 1, first + 1)];
      buckets.smallest.push(this.#better(a[0], b[0], -1));
      buckets.largest.push(this.#better(a[1], b[1], 1));
    }
  }

  #bucket(level: number, index: number): [smallest: number, largest: number] {
    if (level === 0) {
      const at = Number.isFinite(this.ys.at(index)) ? index : -1;
      return [at, at];
    }
    const buckets = this.#levels[level - 1]!;
    return [buckets.smallest[index]!, buckets.largest[index]!];
  }

  /** The index of the two whose value goes furthest in the direction of `sign`; the earlier one on a tie. */
  #better(a: number, b: number, sign: number): number {
    if (a === -1) return b;
    if (b === -1) return a;
    return sign * this.ys.at(b) > sign * this.ys.at(a) ? b : a;
  }

  /**
   * Points with x from `from` to `to`, and one on either side so that the line reaches the edge of the chart: at
   * most about 2·`buckets`, in order. A value that is not finite comes as a point with y NaN (a hole in the line).
   */
  points(buckets: number, from = -Infinity, to = Infinity): Point[] {
    this.update();
    const start = Math.max(0, this.xs.lowerBound(from) - 1);
    let end = this.xs.lowerBound(to);
    // lowerBound stops at the first x >= `to`: that one is the neighbour on the right.
    end = Math.min(this.ys.length, end + 1);
    const count = end - start;
    if (count <= 0) return [];

    let level = 0;
    while (count / 2 ** level > Math.max(1, buckets)) level++;
    const out: Point[] = [];
    let written = -1;
    const write = (index: number): void => {
      if (index <= written) return;
      written = index;
      out.push({ x: this.xs.at(index), y: this.ys.at(index) });
    };
    if (level < 2) {
      // Buckets of one or two values would keep them all.
      for (let index = start; index < end; index++) write(index);
      return out;
    }

    const size = 2 ** level;
    write(start);
    const whole = Math.ceil(start / size) * size;
    this.#scan(start, Math.min(whole, end), write);
    let index = whole;
    for (; index + size <= end; index += size)
      this.#pair(this.#bucket(level, index / size), index, size, write);
    if (index < end) this.#scan(Math.max(index, start), end, write);
    write(end - 1);
    return out;
  }

  /** The same for a part of a bucket at either end of the range: at most one bucket long. */
  #scan(start: number, end: number, write: (index: number) => void): void {
    let [smallest, largest] = [-1, -1];
    for (let index = start; index < end; index++) {
      const [at] = this.#bucket(0, index);
      smallest = this.#better(smallest, at, -1);
      largest = this.#better(largest, at, 1);
    }
    if (end > start) this.#pair([smallest, largest], start, end - start, write);
  }

  #pair([a, b]: [number, number], start: number, size: number, write: (index: number) => void): void {
    if (a === -1) {
      // Nothing finite in the bucket: one point without a value makes the hole visible.
      write(start + size - 1);
      return;
    }
    write(Math.min(a, b));
    write(Math.max(a, b));
  }
}
