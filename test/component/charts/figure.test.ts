/** A figure is what the screen shows: the same ticks, limits, labels and marks, in another size. */
import { afterEach, describe, expect, it } from 'vitest';
import { DARK, paletteOf } from '../../../src/renderer/base/theme';
import { accuracyAxis, AXES, lossAxis } from '../../../src/renderer/charts/axes';
import type { Curve, LegendEntry } from '../../../src/renderer/charts/curve';
import { columnPoints, figureSvg, layOutHead, type Figure } from '../../../src/renderer/charts/figure';
import { LiveChart, type ChartLook } from '../../../src/renderer/charts/live-chart';
import { figureUrl, makeFigure, type FigureSize } from '../../../src/renderer/charts/make-figure';
import { curveStyle } from '../../../src/renderer/charts/palette';
import { samplesOf, type Point } from '../../../src/renderer/charts/samples';
import { randomOf, randomSeries } from '../../unit/renderer/charts/random-series';

const LOOK: ChartLook = {
  axis: AXES.step,
  logarithmicX: false,
  y: lossAxis('Loss', false),
  yRange: { kind: 'all' },
  range: { from: 0, to: 400 },
  zoomed: false,
  marks: [120, 900],
  palette: paletteOf(true),
  emphasised: null,
};
const NAMES = ['ResNet-18 <small> & "plain"', '残差网络 五十 😀', 'a'.repeat(200)];
const random = randomOf(12);
const series = NAMES.map((_, index) =>
  randomSeries(random, [40, 300, 5000][index]!, { negative: index === 1 }),
);
const curves: Curve[] = [
  ...series.map((points, slot): Curve => ({
    group: String(slot),
    label: NAMES[slot]!,
    style: curveStyle(slot, true),
    samples: samplesOf(points),
    kind: slot === 0 ? 'marked' : 'line',
  })),
  {
    group: '0',
    label: 'best',
    style: curveStyle(0, true),
    samples: samplesOf([series[0]!.find(({ y }) => Number.isFinite(y))!]),
    kind: 'best',
  },
  {
    group: '1',
    label: 'band',
    style: curveStyle(1, true),
    samples: samplesOf(series[1]!),
    upper: samplesOf(series[1]!.map(({ x, y }) => ({ x, y: y + 1 }))),
    kind: 'band',
  },
];
const legend: LegendEntry[] = NAMES.map((label, slot) => ({
  group: String(slot),
  label,
  style: curveStyle(slot, true),
  marked: slot === 0,
}));
const notes = (drawn: { points: number; total: number }) => [
  'three runs',
  `Drawn ${drawn.points} of ${drawn.total}`,
];
const made = (look: Partial<ChartLook> = {}, size: Partial<FigureSize> = {}): Figure =>
  makeFigure(curves, { ...LOOK, ...look }, { title: 'Loss <of> & each', legend }, notes, {
    width: 1200,
    height: 700,
    scale: 1,
    ...size,
  });

let live: LiveChart | null = null;
afterEach(() => live?.destroy());
/** The figure that the window's own chart would make, of the size that it has there. */
function onScreen(look: Partial<ChartLook> = {}): Figure {
  const canvas = document.body
    .appendChild(document.createElement('div'))
    .appendChild(document.createElement('canvas'));
  live = new LiveChart(() => undefined);
  live.draw(canvas, curves, { ...LOOK, ...look });
  return live.figure(layOutHead({ title: '', notes: [], legend }, 800, (text) => 6 * text.length))!;
}

const LOOKS: [string, Partial<ChartLook>][] = [
  ['in full', {}],
  ['zoomed into', { range: { from: 100, to: 180 }, zoomed: true }],
  ['by powers', { y: lossAxis('Loss', true), logarithmicX: true, range: { from: 2, to: 900 } }],
  ['without outliers', { yRange: { kind: 'robust' } }],
  ['by hand', { yRange: { kind: 'manual', low: 0.5, high: 2 } }],
  ['of accuracies', { y: accuracyAxis('Accuracy', true), axis: AXES.time }],
];

describe.each(LOOKS)('a figure %s', (_what, look) => {
  it('has the limits, ticks, labels, legend and data of the screen', () => {
    const [figure, screen] = [made(look), onScreen(look)];
    for (const axis of ['x', 'y'] as const) {
      const of = ({ title, from, to, logarithmic, ticks }: Figure['x']) => ({
        title,
        from,
        to,
        logarithmic,
        ticks: ticks.map(({ label, value }) => [label, value]),
      });
      expect(of(figure[axis]), axis).toEqual(of(screen[axis]));
      expect(figure[axis].ticks.length).toBeGreaterThan(1);
    }
    expect(figure.legend.map(({ label, color, dash, marked }) => [label, color, dash, marked])).toEqual(
      screen.legend.map(({ label, color, dash, marked }) => [label, color, dash, marked]),
    );
    expect(figure.verticals).toEqual(screen.verticals);
    // The same marks of the same points; those of columns have more columns in a wider figure.
    const data = ({ marks }: Figure) =>
      marks.map((mark) => ({
        ...mark,
        ...('columns' in mark ? { columns: mark.columns.extent } : {}),
        ...('upper' in mark ? { upper: mark.upper.extent } : {}),
      }));
    expect(data(figure)).toEqual(data(screen));
  });

  it('puts each value where its axis has it', () => {
    const { frame, plot, x, y } = made(look);
    for (const { value, at } of x.ticks) expect(frame.x(value)).toBeCloseTo(at, 6);
    for (const { value, at } of y.ticks) expect(frame.y(value)).toBeCloseTo(at, 6);
    expect(frame.x(x.from)).toBeCloseTo(plot.left, 6);
    expect(frame.x(x.to)).toBeCloseTo(plot.right, 6);
    expect(frame.y(y.to)).toBeCloseTo(plot.top, 6);
    expect(frame.y(y.from)).toBeCloseTo(plot.bottom, 6);
  });

  it('is written as well-formed SVG with all of its texts', () => {
    const figure = made(look);
    const text = figureSvg(figure);
    const svg = parsed(text);
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
    const texts = [...svg.querySelectorAll('text')].map((one) => one.textContent);
    expect(texts).toEqual(
      expect.arrayContaining([...NAMES, 'Loss <of> & each', 'three runs', figure.x.title, figure.y.title]),
    );
    for (const { label } of [...figure.x.ticks, ...figure.y.ticks]) expect(texts).toContain(label);
    expect([...svg.querySelectorAll('path > title')].map((one) => one.textContent)).toEqual(
      expect.arrayContaining(NAMES),
    );
    expect(svg.getAttribute('viewBox')).toBe(`0 0 ${figure.width} ${figure.height}`);
  });
});

/** The document of an SVG; fails where it is not well-formed: tags in pairs, texts and attributes escaped. */
function parsed(text: string): Element {
  const open: string[] = [];
  const token =
    /<(\/?)([A-Za-z]+)((?:\s+[A-Za-z][A-Za-z0-9:-]*="[^"<&]*(?:&(?:amp|lt|gt|quot);[^"<&]*)*")*)\s*(\/?)>|([^<]+)/gy;
  let end = 0;
  for (const [whole, closing, name, , single, content] of text.matchAll(token)) {
    end += whole.length;
    if (content !== undefined) {
      expect(content.replace(/&(amp|lt|gt|quot);/g, '')).not.toMatch(/[&<]/);
      expect(content.replace(/[\t\r\n]/g, '')).not.toMatch(/\p{Cc}/u);
    } else if (closing) expect(open.pop()).toBe(name);
    else if (!single) open.push(name!);
  }
  expect(text.slice(end, end + 80)).toBe('');
  expect(open).toEqual([]);
  const { documentElement } = new DOMParser().parseFromString(text, 'image/svg+xml');
  expect(documentElement.querySelector('parsererror')).toBeNull();
  return documentElement;
}

describe('a figure', () => {
  it('has the size that was asked for, with room for many names', () => {
    const figure = made({}, { width: 900, height: 600 });
    expect([figure.width, figure.height]).toEqual([900, 600]);
    for (const { left, top } of figure.legend) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left).toBeLessThan(900);
      expect(top).toBeLessThan(figure.plot.top);
    }
    const tops = figure.legend.map(({ top }) => top);
    expect([...tops].sort((a, b) => a - b)).toEqual(tops);
  });

  it('says how many points it draws, no more than its pixels tell apart', () => {
    const figure = made({ range: { from: 0, to: 9000 } });
    const [, told] = figure.notes;
    expect(told).toMatch(/^Drawn \d+ of \d+$/);
    const [drawn, total] = /(\d+) of (\d+)/.exec(told!)!.slice(1).map(Number);
    expect(drawn).toBeLessThan(total!);
    const long = figure.marks.find((mark) => mark.kind === 'columns')!;
    if (long.kind !== 'columns') return;
    expect(long.columns.width).toBe(Math.round(figure.plot.right - figure.plot.left));
    expect(columnPoints(long).length).toBeLessThanOrEqual(5 * long.columns.width + 2);
    const path = parsed(figureSvg(figure)).querySelectorAll('path');
    const commands = [...path].map((one) => one.getAttribute('d')!.match(/[ML]/g)?.length ?? 0);
    expect(Math.max(...commands)).toBeLessThanOrEqual(5 * long.columns.width + 2);
  });

  it('as an image has a column for each of its pixels, at each scale', () => {
    for (const scale of [1, 2, 4]) {
      const figure = made({ range: { from: 0, to: 9000 } }, { scale });
      const long = figure.marks.find((mark) => mark.kind === 'columns')!;
      expect(long.kind === 'columns' && long.columns.width).toBe(
        Math.round((figure.plot.right - figure.plot.left) * scale),
      );
    }
  });

  it('keeps the smallest and the largest value of each column', () => {
    const figure = made({ range: { from: 0, to: 9000 } });
    const long = figure.marks.find((mark) => mark.kind === 'columns')!;
    if (long.kind !== 'columns') throw new Error('No curve is dense.');
    const { low, high, borders, width } = long.columns;
    const points = columnPoints(long);
    for (let column = 0; column < width; column++) {
      if (Number.isNaN(low[column]!)) continue;
      const inside = points
        .filter(({ x, y }) => x > borders[column]! && x < borders[column + 1]! && Number.isFinite(y))
        .map(({ y }) => y);
      expect([Math.min(...inside), Math.max(...inside)]).toEqual([low[column], high[column]]);
    }
  });

  it('is what everybody sees: nothing stands out that was only pointed at', () => {
    const colors = ({ marks }: Figure) => marks.map(({ color }) => color);
    expect(colors(made({ emphasised: '1' }))).toEqual(colors(made()));
  });

  it('is broken where its curve is', () => {
    const holed: Point[] = [1, 2, 3, 4, 5, 6].map((x) => ({ x, y: x === 3 ? NaN : x }));
    const figure = makeFigure(
      [{ ...curves[0]!, samples: samplesOf(holed) }],
      { ...LOOK, range: { from: 0, to: 7 } },
      { title: 'a', legend: [] },
      () => [],
      { width: 800, height: 500, scale: 1 },
    );
    const path = parsed(figureSvg(figure)).querySelector('g path')!.getAttribute('d')!;
    expect(path.match(/[ML]/g)!.join('')).toBe('MLMLL');
  });

  it('is drawn in full on a canvas of its size', () => {
    const texts: string[] = [];
    let size = [0, 0];
    const { getContext } = HTMLCanvasElement.prototype;
    HTMLCanvasElement.prototype.toDataURL = function () {
      size = [this.width, this.height];
      return 'data:image/png;base64,';
    };
    const figure = made();
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...args: never[]) {
      const context = (getContext as unknown as (...all: unknown[]) => Record<string, unknown>).apply(
        this,
        args,
      );
      context.fillText = (text: string) => void texts.push(text);
      return context as never;
    } as never;
    try {
      expect(figureUrl(figure, 2)).toMatch(/^data:image\/png/);
    } finally {
      HTMLCanvasElement.prototype.getContext = getContext;
    }
    expect(size).toEqual([2400, 1400]);
    // The same words as in the SVG, and no others.
    const inSvg = [...parsed(figureSvg(figure)).querySelectorAll('text')].map((one) => one.textContent!);
    expect(texts.sort()).toEqual(inSvg.sort());
  });

  it('takes the colours of its page', () => {
    expect(figureSvg(made({ palette: paletteOf(true) }))).toContain(`fill="${DARK.panel}"`);
    expect(figureSvg(made({ palette: paletteOf(false) }))).not.toContain(`fill="${DARK.panel}"`);
  });
});
