import { describe, expect, it } from 'vitest';
import type { Curve, Plot } from '../../../../src/renderer/charts/curve';
import { nearestIndex, readAt } from '../../../../src/renderer/charts/readout';
import { samplesOf, type Point } from '../../../../src/renderer/charts/samples';
import { randomOf, randomSeries } from './random-series';

/** x from 0 to 100 over 400 pixels, y from 0 to 1 over 200. */
const plot: Plot = {
  left: 50,
  right: 450,
  top: 10,
  bottom: 210,
  shown: { from: 0, to: 100 },
  pixelOf: (x) => 50 + x * 4,
  xAt: (pixel) => (pixel - 50) / 4,
  pixelOfY: (y) => 210 - y * 200,
  yAt: (pixel) => (210 - pixel) / 200,
};
const curve = (label: string, points: readonly Point[], over: Partial<Curve> = {}): Curve => ({
  group: label,
  label,
  style: { color: '#123456', dash: [] },
  kind: 'line',
  samples: samplesOf(points),
  ...over,
});
const flat = (y: number, label = String(y), over: Partial<Curve> = {}): Curve =>
  curve(
    label,
    [
      { x: 48, y },
      { x: 50, y },
      { x: 53, y },
    ],
    over,
  );

describe('the nearest point', () => {
  it.each([1, 2, 3, 4])('is the one with a value that is nearest along x (%i)', (seed) => {
    const random = randomOf(seed + 9);
    const points = randomSeries(random, 200);
    const samples = samplesOf(points);
    for (let round = 0; round < 300; round++) {
      const x = random.next() * (points.at(-1)!.x + 20) - 10;
      const index = nearestIndex(samples, x);
      const distances = points.filter(({ y }) => Number.isFinite(y)).map((point) => Math.abs(point.x - x));
      expect(Number.isFinite(points[index]!.y)).toBe(true);
      expect(Math.abs(points[index]!.x - x)).toBe(Math.min(...distances));
    }
  });

  it('is none where there is no value, and one of the part that counts', () => {
    expect(nearestIndex(samplesOf([]), 3)).toBe(-1);
    expect(nearestIndex(samplesOf([{ x: 1, y: NaN }]), 3)).toBe(-1);
    const samples = samplesOf([1, 2, 3, 4, 5].map((x) => ({ x, y: x })));
    expect([0, 3.2, 9].map((x) => nearestIndex({ ...samples, first: 1, end: 4 }, x))).toEqual([1, 2, 3]);
  });
});

describe('what is read at the cursor', () => {
  it('are the eight curves nearest to the pointer, the highest first, and how many more there are', () => {
    const curves = Array.from({ length: 12 }, (_, index) => flat(index / 12));
    const { rows, more } = readAt(curves, plot, 50, plot.pixelOfY(0.25));
    expect(rows.map(({ y }) => Math.round(y * 12))).toEqual([7, 6, 5, 4, 3, 2, 1, 0]);
    expect(more).toBe(4);
    expect(readAt(curves, plot, 50, plot.pixelOfY(1)).rows.map(({ y }) => Math.round(y * 12))).toEqual([
      11, 10, 9, 8, 7, 6, 5, 4,
    ]);
  });

  it('are where the curves have their points, not where the pointer is', () => {
    const { rows } = readAt([flat(0.5, 'a', { runId: 7 })], plot, 51, 100);
    expect(rows).toEqual([
      { group: 'a', label: 'a', color: '#123456', runId: 7, x: 50, y: 0.5, left: 250, top: 110 },
    ]);
  });

  it('leave out what is not near, and what is no curve of its own', () => {
    const curves = [
      flat(0.1, 'raw', { kind: 'faint' }),
      flat(0.2, 'ring', { kind: 'best' }),
      flat(0.3, 'band', { kind: 'band' }),
      flat(0.4, 'epochs', { kind: 'marked' }),
      curve('far', [
        { x: 10, y: 0.5 },
        { x: 39, y: 0.5 },
      ]),
      curve('hole', [{ x: 50, y: NaN }]),
    ];
    expect(readAt(curves, plot, 50, 100).rows.map(({ label }) => label)).toEqual(['epochs']);
    expect(readAt(curves, plot, 48, 100).rows.map(({ label }) => label)).toEqual(['far', 'epochs']);
  });

  it('skip holes to the next value', () => {
    const holed = curve('a', [
      { x: 45, y: 0.9 },
      { x: 50, y: NaN },
      { x: 51, y: Infinity },
      { x: 53, y: 0.2 },
    ]);
    expect(readAt([holed], plot, 50, 100).rows.map(({ x }) => x)).toEqual([53]);
  });

  it('point at the nearest of them within reach, and at none from another chart', () => {
    const curves = [flat(0.2, 'low'), flat(0.6, 'high')];
    const nearest = (top: number | null) => readAt(curves, plot, 50, top).nearest?.label ?? null;
    expect([0.5, 0.6, 0.3, 0.2].map((y) => nearest(plot.pixelOfY(y)))).toEqual([
      'high',
      'high',
      'low',
      'low',
    ]);
    expect(nearest(plot.pixelOfY(0.95))).toBeNull();
    expect(nearest(null)).toBeNull();
    expect(readAt(curves, plot, 50, null).rows).toHaveLength(2);
  });

  it('are nothing without curves', () => {
    expect(readAt([], plot, 50, 100)).toEqual({ rows: [], more: 0, nearest: null });
  });
});
