import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BANDS, meanCurve, spreadOf, type Band } from '../../../../src/renderer/charts/mean-curve';
import { samplesOf, type Point } from '../../../../src/renderer/charts/samples';
import { randomOf } from './random-series';

/** SciPy's quantiles of Student's t (see the file's versions). */
const { critical } = JSON.parse(
  readFileSync(new URL('../../shared/comparison/scipy.json', import.meta.url), 'utf8'),
) as { critical: { freedom: number; p: number; t: number }[] };
const quantile = (freedom: number): number =>
  critical.find((row) => row.freedom === freedom && row.p === 0.05)!.t;
/** Of so many values SciPy's quantile is known. */
const SIZES = critical
  .filter(({ freedom, p }) => p === 0.05 && Number.isInteger(freedom) && freedom < 40)
  .map(({ freedom }) => freedom + 1);

/** numpy.interp; a hole on either side is a hole. */
function interp(x: number, points: readonly Point[]): number {
  const at = points.filter((point) => point.x <= x).length - 1;
  const [left, right] = [points[at]!, points[at + 1]];
  if (left.x === x || !right) return left.y;
  return left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x);
}

function plainBand(values: readonly number[], band: Band): [number, number, number] {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (!values.every(Number.isFinite)) return [NaN, NaN, NaN];
  if (band === 'range') return [mean, Math.min(...values), Math.max(...values)];
  if (n === 1) return [mean, mean, mean];
  // numpy.std(ddof=1)
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const half = {
    deviation,
    error: deviation / Math.sqrt(n),
    interval: (deviation / Math.sqrt(n)) * (band === 'interval' ? quantile(n - 1) : 0),
  }[band];
  return [mean, mean - half, mean + half];
}

const rowsOf = (found: NonNullable<ReturnType<typeof meanCurve>>): [number, number, number, number][] =>
  [...found.mean.xs.view()].map((x, index) => [
    x,
    found.mean.ys.at(index),
    found.low.ys.at(index),
    found.high.ys.at(index),
  ]);

function randomCurve(random: ReturnType<typeof randomOf>): Point[] {
  let x = random.whole(0, 10);
  return Array.from({ length: random.whole(2, 60) }, () => ({
    x: (x += random.pick([1, 1, 2, 0.5, 7])),
    y: random.chance(0.05) ? random.pick([NaN, Infinity]) : random.next() * 5 - 1,
  }));
}

describe.each(BANDS)('the mean with its band of %s', (band) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('equals a plain reference over random curves (%i)', (seed) => {
    const random = randomOf(seed * 7);
    const curves = Array.from({ length: random.pick(SIZES.filter((size) => size <= 11)) }, () =>
      randomCurve(random),
    );
    const found = meanCurve(curves.map(samplesOf), band);
    const from = Math.max(...curves.map((points) => points[0]!.x));
    const to = Math.min(...curves.map((points) => points.at(-1)!.x));
    const grid = [...new Set(curves.flatMap((points) => points.map(({ x }) => x)))]
      .filter((x) => x >= from && x <= to)
      .sort((a, b) => a - b);
    if (grid.length === 0 || from > to) {
      expect(found).toBeNull();
      return;
    }
    const rows = rowsOf(found!);
    expect(rows.map(([x]) => x)).toEqual(grid);
    for (const [x, ...values] of rows) {
      const expected = plainBand(
        curves.map((points) => interp(x, points)),
        band,
      );
      values.forEach((value, index) => {
        const right = expected[index]!;
        if (Number.isNaN(right)) expect(value, `at ${x}`).toBeNaN();
        else expect(value, `at ${x}`).toBeCloseTo(right, 9);
      });
    }
  });

  it('has no breadth around a single curve', () => {
    const points = [
      { x: 1, y: 2 },
      { x: 3, y: 5 },
    ];
    expect(rowsOf(meanCurve([samplesOf(points)], band)!)).toEqual([
      [1, 2, 2, 2],
      [3, 5, 5, 5],
    ]);
  });
});

it.each(SIZES)("the 95 %% interval of %i values takes Student's quantile as SciPy has it", (size) => {
  const values = Float64Array.from({ length: size }, (_, index) => Math.sin(index * 12.9) * 3);
  const [, low, high] = plainBand([...values], 'interval');
  const found = spreadOf(values, 'interval');
  expect(found.low).toBeCloseTo(low, 8);
  expect(found.high).toBeCloseTo(high, 8);
});

it('goes as far as all curves do, and is not there where they have nothing in common', () => {
  const line = (from: number, to: number) =>
    samplesOf(Array.from({ length: to - from + 1 }, (_, index) => ({ x: from + index, y: 1 })));
  expect([...meanCurve([line(0, 10), line(4, 20), line(2, 8)], 'range')!.mean.xs.view()]).toEqual([
    4, 5, 6, 7, 8,
  ]);
  expect(meanCurve([line(0, 3), line(5, 9)], 'range')).toBeNull();
  expect(meanCurve([line(0, 3), samplesOf([])], 'range')).toBeNull();
  expect(meanCurve([], 'range')).toBeNull();
});

it('takes only the part of a curve that counts', () => {
  const points = Array.from({ length: 10 }, (_, x) => ({ x, y: x }));
  const found = meanCurve([{ ...samplesOf(points), first: 3, end: 6 }, samplesOf(points)], 'range')!;
  expect([...found.mean.xs.view()]).toEqual([3, 4, 5]);
});

it('of long curves is taken at a bounded number of places, the ends among them', () => {
  const long = (shift: number) =>
    samplesOf(Array.from({ length: 30_000 }, (_, x) => ({ x: x + shift, y: (x + shift) * 2 })));
  const { mean, low, high } = meanCurve([long(0), long(0.5)], 'range')!;
  expect(mean.xs.length).toBeLessThanOrEqual(2_000);
  expect([mean.xs.at(0), mean.xs.last()]).toEqual([0.5, 29_999]);
  for (let index = 0; index < mean.xs.length; index += 97) {
    for (const ys of [mean.ys, low.ys, high.ys]) expect(ys.at(index)).toBeCloseTo(mean.xs.at(index) * 2, 6);
  }
});
