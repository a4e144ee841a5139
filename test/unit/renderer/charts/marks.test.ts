import { describe, expect, it } from 'vitest';
import { paletteOf } from '../../../../src/renderer/base/theme';
import type { Curve } from '../../../../src/renderer/charts/curve';
import { extentOf, MarkMaker, type CurveMark, type MarkView } from '../../../../src/renderer/charts/marks';
import { curveStyle, mixed } from '../../../../src/renderer/charts/palette';
import { samplesOf, type Samples } from '../../../../src/renderer/charts/samples';
import { Growing, randomOf, randomSeries } from './random-series';

const palette = paletteOf(false);
const view: MarkView = {
  range: { from: 0, to: 1000 },
  logarithmicX: false,
  logarithmicY: false,
  columns: 800,
  palette,
  emphasised: null,
};
const long = (length: number): Samples =>
  samplesOf(Array.from({ length }, (_, index) => ({ x: (index * 1000) / length, y: Math.sin(index) })));
/** That goes nowhere but up. */
const calm = (length: number): Samples =>
  samplesOf(Array.from({ length }, (_, index) => ({ x: (index * 1000) / length, y: index })));
const curve = (samples: Samples, over: Partial<Curve> = {}): Curve => ({
  group: 'a',
  label: 'a',
  style: curveStyle(1, false),
  kind: 'line',
  samples,
  ...over,
});
const kinds = (marks: readonly CurveMark[]): string[] => marks.map(({ kind }) => kind);
const made = (curves: readonly Curve[], over: Partial<MarkView> = {}): CurveMark[] =>
  new MarkMaker().marks(curves, { ...view, ...over });

describe('which curves are dense', () => {
  it('are those with more points within than there are columns', () => {
    expect(kinds(made([curve(calm(800)), curve(calm(801))]))).toEqual(['path', 'columns']);
    // Zoomed into, few are left.
    expect(kinds(made([curve(long(4000))], { range: { from: 100, to: 200 } }))).toEqual(['path']);
  });

  it('are those that go up and down so often that a stroke of them takes long', () => {
    expect(kinds(made([curve(long(780))]))).toEqual(['columns']);
    expect(kinds(made([curve(calm(780)), curve(long(100))]))).toEqual(['path', 'path']);
  });

  it('are the longest of many, until paths have few enough points together', () => {
    for (const lengths of [
      [700, 700, 700, 700],
      [100, 790, 100, 790, 790, 200],
      Array<number>(60).fill(90),
    ]) {
      const marks = made(lengths.map((length, index) => curve(long(length), { label: String(index) })));
      const paths = marks.flatMap((mark) => (mark.kind === 'path' ? [mark.at.length] : []));
      const dense = marks.flatMap((mark) =>
        mark.kind === 'columns' ? [mark.columns.samples.xs.length] : [],
      );
      expect(paths.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(2_500);
      expect(dense.length).toBeGreaterThan(0);
      expect(Math.min(...dense)).toBeGreaterThanOrEqual(Math.max(0, ...paths));
    }
  });

  it('are never rings and bands', () => {
    const best = curve(samplesOf([{ x: 5, y: 1 }]), { kind: 'best' });
    const band = curve(long(3000), { kind: 'band', upper: long(3000) });
    expect(kinds(made([best, band]))).toEqual(['ring', 'band']);
  });
});

describe('a path', () => {
  const holed = curve(
    samplesOf([0, 100, 200, 300, 400, 500].map((x) => ({ x, y: x === 200 ? NaN : x - 100 }))),
  );

  it('has the points within and one on either side, and a hole where there is no value', () => {
    const [mark] = made([holed], { range: { from: 150, to: 350 } });
    expect(mark).toMatchObject({ kind: 'path', points: 1 });
    expect(mark!.kind === 'path' && mark!.at).toEqual([
      { x: 100, y: 0 },
      { x: 200, y: NaN },
      { x: 300, y: 200 },
      { x: 400, y: 300 },
    ]);
  });

  it('has no place for what is not above zero on a logarithmic axis', () => {
    const [mark] = made([holed], { logarithmicY: true, logarithmicX: true, range: { from: 1, to: 1000 } });
    expect(mark!.kind === 'path' && mark!.at).toEqual([
      { x: 100, y: NaN },
      { x: 200, y: NaN },
      { x: 300, y: 200 },
      { x: 400, y: 300 },
      { x: 500, y: 400 },
    ]);
  });

  it('counts those that have no place, as columns do', () => {
    for (const logarithmicY of [false, true]) {
      const points = randomSeries(randomOf(5), 300);
      const range = { from: points[20]!.x, to: points[280]!.x };
      const [path] = made([curve(samplesOf(points))], { range, logarithmicY });
      const [columns] = made([curve(samplesOf(points))], { range, logarithmicY, columns: 60 });
      expect([path!.kind, columns!.kind]).toEqual(['path', 'columns']);
      expect([path!.points, path!.without]).toEqual([columns!.points, columns!.without]);
      expect(path!.without).toBeGreaterThan(0);
    }
  });

  it('has dots at the ends of epochs while those do not run into each other, and at a single point', () => {
    const dots = (length: number, kind: Curve['kind']) => {
      const [mark] = made([curve(long(length), { kind })]);
      return mark!.kind === 'path' && mark!.dots > 0;
    };
    expect([dots(1, 'line'), dots(2, 'line'), dots(120, 'marked'), dots(121, 'marked')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});

describe('lines', () => {
  const lineOf = (over: Partial<Curve>, length = 50) => {
    const [mark] = made([curve(long(length), over)]);
    return mark!.kind === 'path' || mark!.kind === 'columns'
      ? { width: mark!.width, dash: mark!.dash }
      : null;
  };

  it('are dashed as their run is, but where gaps would be taken for gaps in what was measured', () => {
    const { dash } = curveStyle(1, false);
    expect(lineOf({})).toEqual({ width: 2, dash });
    expect(lineOf({}, 301)).toEqual({ width: 1.25, dash: [] });
    expect(lineOf({ smooth: true }, 5000)).toEqual({ width: 2, dash });
    expect(lineOf({ kind: 'faint' })).toEqual({ width: 1, dash: [] });
  });
});

describe('colours', () => {
  const { color } = curveStyle(1, false);
  const colorsOf = (emphasised: string | null) =>
    made(
      [
        curve(long(20)),
        curve(long(20), { kind: 'faint', group: 'b' }),
        curve(long(20), { kind: 'band', upper: long(20), group: 'c' }),
      ],
      { emphasised },
    ).map((mark) => mark.color);

  it('are opaque but for bands: what is pale is mixed with the panel', () => {
    expect(colorsOf(null)).toEqual([color, mixed(color, palette.panel, 0.35), color]);
  });

  it('of bands shine through, so that all that overlap are seen', () => {
    const bands = [curve(long(20), { kind: 'band', upper: long(20), group: 'c' })];
    const alphas = (emphasised: string | null) =>
      made(bands, { emphasised }).map((mark) => (mark.kind === 'band' ? mark.alpha : null));
    expect(alphas(null)).toEqual([0.22]);
    expect(alphas('c')).toEqual([0.22]);
    expect(alphas('a')[0]).toBeLessThan(0.22);
  });

  it('of the group that stands out stay, and all others step back', () => {
    const [own, ...others] = colorsOf('a');
    expect(own).toBe(color);
    expect(others[0]).not.toBe(colorsOf(null)[1]);
    expect(colorsOf('b')[1]).toBe(colorsOf(null)[1]);
    expect(colorsOf('b')[0]).toBe(mixed(color, palette.panel, 0.3));
  });
});

describe('a maker of marks', () => {
  const columnsIn = (marks: readonly CurveMark[]) =>
    marks.map((mark) => (mark.kind === 'columns' ? mark.columns : null));

  it('only adds to the columns of a curve that grows', () => {
    const points = randomSeries(randomOf(4), 4000);
    const all = { ...view, range: { from: 0, to: points.at(-1)!.x } };
    const samples = new Growing(points).growTo(1500);
    const maker = new MarkMaker();
    const [before] = columnsIn(maker.marks([curve(samples)], all));
    const low = before!.low;
    samples.growTo(4000);
    const [after] = columnsIn(maker.marks([curve(samples)], all));
    expect(after).toBe(before);
    expect(after!.low).toBe(low);
    const [fresh] = columnsIn(new MarkMaker().marks([curve(samplesOf(points))], all));
    expect([after!.low, after!.high, after!.points]).toEqual([fresh!.low, fresh!.high, fresh!.points]);
  });

  it('begins again over another range, axis or curve', () => {
    const maker = new MarkMaker();
    const [one, two] = [long(4000), long(5000)];
    for (const [samples, over] of [
      [one, {}],
      [one, { range: { from: 0, to: 900 } }],
      [one, { range: { from: 1, to: 900 }, logarithmicX: true }],
      [one, { logarithmicY: true }],
      [two, {}],
      [{ ...two, first: 700 }, {}],
    ] as [Samples, Partial<MarkView>][]) {
      const kept = columnsIn(maker.marks([curve(samples)], { ...view, ...over }))[0]!;
      const fresh = columnsIn(made([curve(samples)], over))[0]!;
      expect([kept.low, kept.high, kept.points, kept.skipped]).toEqual([
        fresh.low,
        fresh.high,
        fresh.points,
        fresh.skipped,
      ]);
    }
  });

  it('keeps curves apart that are called the same', () => {
    const maker = new MarkMaker();
    const curves = [curve(long(2000)), curve(long(3000))];
    for (let frame = 0; frame < 3; frame++) {
      const [first, second] = columnsIn(maker.marks(curves, view));
      expect([first!.points, second!.points]).toEqual([2000, 3000]);
    }
  });
});

describe('the extent of marks', () => {
  it('is that of the values within the range, of bands and rings too', () => {
    const points = [
      { x: -5, y: 99 },
      { x: 10, y: 3 },
      { x: 20, y: NaN },
      { x: 30, y: 5 },
      { x: 2000, y: -99 },
    ];
    const lower = samplesOf(points.map(({ x, y }) => ({ x, y: y - 1 })));
    const upper = samplesOf(points.map(({ x, y }) => ({ x, y: y + 2 })));
    const of = (...curves: Curve[]) => extentOf(made(curves), view.range);
    expect(of(curve(samplesOf(points)))).toEqual({ low: 3, high: 5 });
    expect(of(curve(lower, { kind: 'band', upper }))).toEqual({ low: 2, high: 7 });
    expect(of(curve(samplesOf([{ x: 4, y: 8 }]), { kind: 'best' }))).toEqual({ low: 8, high: 8 });
    expect(of(curve(samplesOf([])))).toBeNull();
  });

  it.each([1, 2, 3])('of columns is that of all points within (%i)', (seed) => {
    const points = randomSeries(randomOf(seed + 40), 3000);
    const range = { from: points[700]!.x + 0.1, to: points[2200]!.x - 0.1 };
    const found = extentOf(made([curve(samplesOf(points))], { range, columns: 200 }), range)!;
    const ys = points
      .filter(({ x, y }) => x >= range.from && x <= range.to && Number.isFinite(y))
      .map(({ y }) => y);
    expect(found).toEqual({ low: Math.min(...ys), high: Math.max(...ys) });
  });
});
