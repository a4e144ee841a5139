/** Reproducible series as runs make them: noisy, falling, with holes, infinite values, spikes and gaps along x. */
import { Column } from '../../../../src/renderer/charts/column';
import type { Point, Samples } from '../../../../src/renderer/charts/samples';

export interface RandomSource {
  /** From 0 to below 1. */
  next(): number;
  whole(from: number, to: number): number;
  pick<T>(of: readonly T[]): T;
  chance(share: number): boolean;
}

/** Mulberry32. */
export function randomOf(seed: number): RandomSource {
  let state = seed * 0x9e3779b1;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick: (of) => of[Math.floor(next() * of.length)]!,
    chance: (share) => next() < share,
  };
}

export interface SeriesKind {
  /** The least x is above 0. */
  positiveX?: boolean;
  /** Values may be 0 or below. */
  negative?: boolean;
}

/** Points with ascending x. */
export function randomSeries(
  random: RandomSource,
  length: number,
  { negative = true }: SeriesKind = {},
): Point[] {
  let x = random.whole(0, 3);
  let hole = 0;
  return Array.from({ length }, (_, index) => {
    x += random.chance(0.03) ? random.whole(5, 60) : random.pick([0, 1, 1, 1, 2.5]);
    if (hole > 0) hole--;
    else if (random.chance(0.02)) hole = random.whole(1, 30);
    const level = 2 * Math.exp((-3 * index) / length) + random.next();
    const y =
      hole > 0
        ? random.pick([NaN, NaN, Infinity, -Infinity])
        : random.chance(0.01)
          ? level * 1000
          : negative && random.chance(0.1)
            ? random.pick([0, -level])
            : level;
    return { x: x + 1, y };
  });
}

/** Samples that grow when told to. */
export class Growing implements Samples {
  xs = new Column();
  ys = new Column();
  constructor(private readonly points: readonly Point[]) {}
  /** Takes in the points up to an index. */
  growTo(end: number): this {
    for (let index = this.xs.length; index < Math.min(end, this.points.length); index++) {
      this.xs.push(this.points[index]!.x);
      this.ys.push(this.points[index]!.y);
    }
    return this;
  }
}
