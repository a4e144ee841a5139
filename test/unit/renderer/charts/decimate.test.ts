import { describe, expect, it } from 'vitest';
import { Column } from '../../../../src/renderer/charts/column';
import { Decimator, type Point } from '../../../../src/renderer/charts/decimate';

function columns(values: number[], x: (index: number) => number = (index) => index): [Column, Column] {
  const [xs, ys] = [new Column(), new Column()];
  values.forEach((value, index) => {
    xs.push(x(index));
    ys.push(value);
  });
  return [xs, ys];
}

/** A reproducible noisy curve. */
function noisy(length: number): number[] {
  let state = 12345;
  return Array.from({ length }, (_, index) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return 2 * Math.exp(-index / length) + state / 2147483648;
  });
}

const ascending = (points: Point[]): boolean =>
  points.every((point, i) => i === 0 || point.x > points[i - 1]!.x);

describe('Decimator', () => {
  it('keeps every point of a short curve', () => {
    const values = noisy(300);
    const points = new Decimator(...columns(values)).points(800);
    expect(points.map((point) => point.y)).toEqual(values);
  });

  it.each([999, 1000, 1024, 5000, 100_000])('draws %i points with at most about two a bucket', (length) => {
    const points = new Decimator(...columns(noisy(length))).points(200);
    expect(points.length).toBeLessThanOrEqual(2 * 200 + 6);
    expect(points.length).toBeGreaterThanOrEqual(150);
    expect(ascending(points)).toBe(true);
  });

  it.each([0, 1, 777, 50_000, 99_998, 99_999])(
    'never loses a peak or a dip, here at %i of 100,000',
    (place) => {
      for (const value of [1000, -1000]) {
        const values = noisy(100_000);
        values[place] = value;
        const points = new Decimator(...columns(values)).points(150);
        expect(points).toContainEqual({ x: place, y: value });
      }
    },
  );

  it('keeps the first and the last point', () => {
    const values = noisy(12_345);
    const points = new Decimator(...columns(values)).points(100);
    expect(points[0]).toEqual({ x: 0, y: values[0] });
    expect(points[points.length - 1]).toEqual({ x: 12_344, y: values[12_344] });
  });

  it('shows a zoomed part in full, with a neighbour on either side', () => {
    const points = new Decimator(...columns(noisy(100_000), (index) => index * 2)).points(500, 1000, 1100);
    expect(points[0]!.x).toBe(998);
    expect(points[points.length - 1]!.x).toBe(1100);
    expect(points.length).toBe(52);
  });

  it('gives nothing where the range holds nothing and there is no neighbour', () => {
    expect(new Decimator(...columns([])).points(100)).toEqual([]);
  });

  it('leaves alone what it has drawn when the curve grows within the same bucket size', () => {
    const values = noisy(20_000);
    const [xs, ys] = columns(values.slice(0, 17_000));
    const decimator = new Decimator(xs, ys);
    const before = decimator.points(160).slice(0, -3);
    values.slice(17_000).forEach((value, index) => {
      xs.push(17_000 + index);
      ys.push(value);
    });
    expect(decimator.points(160).slice(0, before.length)).toEqual(before);
  });

  it('gives the same points whether the curve came at once or bit by bit', () => {
    const values = noisy(9_999);
    const [xs, ys] = columns([]);
    const live = new Decimator(xs, ys);
    values.forEach((value, index) => {
      xs.push(index);
      ys.push(value);
      if (index % 37 === 0) live.points(80);
    });
    expect(live.points(80)).toEqual(new Decimator(...columns(values)).points(80));
  });

  it('leaves a hole where a whole bucket is not finite, and finds the extremes beside single ones', () => {
    const values = noisy(10_000).map((value, index) => (index >= 4000 && index < 6000 ? NaN : value));
    values[100] = NaN;
    values[101] = 50;
    const points = new Decimator(...columns(values)).points(100);
    expect(points.some((point) => Number.isNaN(point.y) && point.x >= 4000 && point.x < 6000)).toBe(true);
    expect(points.filter((point) => point.x >= 4128 && point.x < 5888).every((p) => Number.isNaN(p.y))).toBe(
      true,
    );
    expect(points).toContainEqual({ x: 101, y: 50 });
  });
});
