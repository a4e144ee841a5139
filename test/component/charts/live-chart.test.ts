/** Charts as chart.js lays them out and as they are saved, on a canvas that draws nothing. */
import { afterEach, describe, expect, it } from 'vitest';
import { paletteOf } from '../../../src/renderer/base/theme';
import { accuracyAxis, AXES, lossAxis } from '../../../src/renderer/charts/axes';
import type { Curve } from '../../../src/renderer/charts/curve';
import { LiveChart, type ChartLook, type Drawn } from '../../../src/renderer/charts/live-chart';
import { curveStyle } from '../../../src/renderer/charts/palette';
import { samplesOf, type Point } from '../../../src/renderer/charts/samples';
import type { YRange } from '../../../src/renderer/charts/y-limits';
import { Chart } from 'chart.js';
import { randomOf, randomSeries } from '../../unit/renderer/charts/random-series';

const LOOK: ChartLook = {
  axis: AXES.step,
  logarithmicX: false,
  y: { ...accuracyAxis('Accuracy', false), limits: null },
  yRange: { kind: 'all' },
  range: { from: 0, to: 10 },
  zoomed: false,
  marks: [],
  palette: paletteOf(false),
  emphasised: null,
};
const curve = (points: readonly [number, number][], kind: Curve['kind'] = 'line'): Curve =>
  of(
    points.map(([x, y]) => ({ x, y })),
    kind,
  );
const of = (points: readonly Point[], kind: Curve['kind'] = 'line'): Curve => ({
  group: 'a',
  label: 'a',
  style: curveStyle(0, false),
  samples: samplesOf(points),
  kind,
});

interface Box {
  left: number;
  right: number;
}
const EVERYWHERE: Box = { left: -Infinity, right: Infinity };
/** Each stroke with its colour, and what it was confined to. */
const strokes: { color: unknown; box: Box }[] = [];
function canvasIn(width: number, height: number): HTMLCanvasElement {
  const parent = document.body.appendChild(document.createElement('div'));
  const canvas = parent.appendChild(document.createElement('canvas'));
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d')! as unknown as Record<string, unknown>;
  let path: Box = EVERYWHERE;
  const boxes = [EVERYWHERE];
  context.rect = (left: number, _top: number, wide: number) => void (path = { left, right: left + wide });
  context.clip = () => void (boxes[boxes.length - 1] = path);
  context.save = () => void boxes.push(boxes.at(-1)!);
  context.restore = () => void boxes.pop();
  context.stroke = () => void strokes.push({ color: context.strokeStyle, box: boxes.at(-1)! });
  canvas.getContext = (() => context) as never;
  return canvas;
}

let live: LiveChart | null = null;
afterEach(() => {
  live?.destroy();
  live = null;
  strokes.length = 0;
});
function drawn(
  curves: readonly Curve[],
  look: Partial<ChartLook> = {},
  draws = 1,
): { chart: Chart; drawn: Drawn } {
  let last: Drawn | null = null;
  live = new LiveChart((now) => (last = now));
  const canvas = canvasIn(800, 400);
  for (let draw = 0; draw < draws; draw++) live.draw(canvas, curves, { ...LOOK, ...look });
  return { chart: Chart.getChart(canvas)!, drawn: last! };
}
const labels = (chart: Chart, scale: string): unknown[] =>
  chart.scales[scale]!.ticks.map(({ label }) => label);

describe('the axis of an accuracy', () => {
  it.each<[string, [number, number][]]>([
    [
      'that reaches all',
      [
        [1, 0.12],
        [5, 0.9],
        [10, 1],
      ],
    ],
    [
      'that rounding puts above all',
      [
        [1, 0.12],
        [5, 0.9],
        [10, 1.0000000000000002],
      ],
    ],
    [
      'near all',
      [
        [1, 0.2],
        [10, 0.99],
      ],
    ],
    [
      'between 98 and 100 %',
      [
        [1, 0.98],
        [10, 1],
      ],
    ],
    [
      'of nothing',
      [
        [1, 0],
        [10, 0],
      ],
    ],
  ])('%s stays within 0 and 100 %%', (_what, points) => {
    for (const whole of [false, true]) {
      const { y } = drawn([curve(points)], { y: accuracyAxis('Accuracy', whole) }).chart.scales;
      expect(y!.max).toBeLessThanOrEqual(1);
      expect(y!.min).toBeGreaterThanOrEqual(0);
      expect(y!.ticks.length).toBeGreaterThan(1);
      for (const { value } of y!.ticks) {
        expect(value).toBeLessThanOrEqual(1 + 1e-9);
        expect(value).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('goes from 0 to 100 % where it is to show all', () => {
    const points: [number, number][] = [
      [1, 0.3],
      [10, 1.0000000000000002],
    ];
    const { chart } = drawn([curve(points)], { y: accuracyAxis('Accuracy', true) });
    expect(labels(chart, 'y')).toEqual(['0 %', '20 %', '40 %', '60 %', '80 %', '100 %']);
  });
});

it('a time axis has ticks at round durations', () => {
  const { chart } = drawn(
    [
      curve([
        [1, 1],
        [2000, 1],
      ]),
    ],
    { axis: AXES.time, range: { from: 0, to: 2000 } },
  );
  expect(labels(chart, 'x')).toEqual(['0 s', '5 min', '10 min', '15 min', '20 min', '25 min', '30 min']);
});

it('a logarithmic axis has ticks at powers', () => {
  const { chart } = drawn(
    [
      curve([
        [1, 1],
        [1000, 20],
      ]),
    ],
    {
      logarithmicX: true,
      range: { from: 1, to: 1000 },
      y: lossAxis('Loss', true),
    },
  );
  expect(labels(chart, 'x')).toEqual(['1', '2', '5', '10', '20', '50', '100', '200', '500', '1,000']);
  expect([chart.scales.x!.type, chart.scales.y!.type]).toEqual(['logarithmic', 'logarithmic']);
});

describe('curves', () => {
  const points: [number, number][] = [
    [0, 1],
    [5, 2],
    [10, 3],
  ];
  const kinds: Curve['kind'][] = ['line', 'faint', 'marked', 'best'];
  const all = kinds.map((kind) => curve(points, kind));
  const zoomed = { zoomed: true, range: { from: 2, to: 8 } };

  /** What the strokes of curves were confined to. */
  const confined = ({ marks }: Drawn): Box[] => {
    const colors = new Set<unknown>(marks.map(({ color }) => color));
    return strokes.filter(({ color }) => colors.has(color)).map(({ box }) => box);
  };

  it('are not drawn beside the plot while it is zoomed', () => {
    const { chart, drawn: now } = drawn(all, zoomed);
    expect(confined(now)).toHaveLength(all.length);
    for (const { left, right } of confined(now)) {
      expect(left).toBeGreaterThanOrEqual(Math.floor(chart.chartArea.left));
      expect(right).toBeLessThanOrEqual(Math.ceil(chart.chartArea.right));
    }
  });

  it('have whole dots at the edges where all is shown, a single point too', () => {
    for (const curves of [all, [curve([[10, 1]])]]) {
      strokes.length = 0;
      const { chart, drawn: now } = drawn(curves);
      expect(confined(now)).toHaveLength(curves.length);
      for (const { left, right } of confined(now)) {
        expect(left).toBeLessThanOrEqual(chart.chartArea.left - 3);
        expect(right).toBeGreaterThanOrEqual(chart.chartArea.right + 3);
      }
      live!.destroy();
    }
  });

  it('are spread over the columns of the plot from the first drawing on', () => {
    const series = Array.from({ length: 9000 }, (_, index) => ({ x: index / 900, y: Math.sin(index) }));
    for (const draws of [1, 2]) {
      const { chart, drawn: now } = drawn([of(series)], {}, draws);
      const [mark] = now.marks;
      const { left, right } = chart.chartArea;
      expect(mark!.kind === 'columns' && mark!.columns.width).toBe(
        Math.round((right - left) * chart.currentDevicePixelRatio),
      );
      live!.destroy();
    }
  });
});

describe.each([1, 2, 3, 4])('nothing is hidden in silence (%i)', (seed) => {
  const random = randomOf(seed + 20);
  const lengths = [80, 300, 4000];
  const all = lengths.map((length) => randomSeries(random, length));
  const to = Math.min(...all.map((points) => points.at(-1)!.x));
  const ranges: YRange[] = [
    { kind: 'all' },
    { kind: 'zero' },
    { kind: 'robust' },
    { kind: 'manual', low: 0.7, high: 1.4 },
  ];
  const ways = ranges.flatMap((yRange) =>
    [false, true].flatMap((powers) =>
      [
        { from: 0, to },
        { from: to / 3, to: to / 2 },
      ].map((range) => ({ yRange, powers, range })),
    ),
  );

  it.each(ways)('$yRange.kind, by powers: $powers, over $range', ({ yRange, powers, range }) => {
    const { drawn: now } = drawn(
      all.map((points) => of(points)),
      { yRange, range, y: lossAxis('Loss', powers) },
    );
    const within = all.flat().filter(({ x }) => x >= range.from && x <= range.to);
    const shown = within.filter(({ y }) => y >= now.limits.low && y <= now.limits.high);
    const none = within.filter(({ y }) => !Number.isFinite(y) || (powers && y <= 0));
    expect(now.without).toBe(none.length);
    expect(now.above + now.below + now.without + shown.length).toBe(within.length);
    expect(now.total).toBe(within.length - none.length);
    if (yRange.kind === 'all' || yRange.kind === 'zero') expect([now.above, now.below]).toEqual([0, 0]);
    if (yRange.kind === 'manual') expect(now.limits).toMatchObject({ low: 0.7, high: 1.4 });
  });
});

describe('how many points are drawn', () => {
  it('are all of few, and of many no more than four a column', () => {
    const random = randomOf(77);
    const [short, long] = [randomSeries(random, 200), randomSeries(random, 20_000)];
    const range = { from: 0, to: 200 };
    const few = drawn([of(short)], { range }).drawn;
    expect(few.points).toBe(few.total);
    live!.destroy();
    const { drawn: many, chart } = drawn([of(long)], { range: { from: 0, to: long.at(-1)!.x } });
    expect(many.total).toBe(long.filter(({ y }) => Number.isFinite(y)).length);
    expect(many.points).toBeLessThanOrEqual(4 * chart.width);
    expect(many.points).toBeGreaterThan(chart.width);
  });
});

it('keeps its place while labels become shorter again', () => {
  const canvas = canvasIn(800, 400);
  live = new LiveChart(() => undefined);
  const at = (value: number) => {
    live!.draw(
      canvas,
      [
        curve([
          [1, 0],
          [9, value],
        ]),
      ],
      { ...LOOK, y: lossAxis('Loss', false) },
    );
    return Chart.getChart(canvas)!.chartArea.left;
  };
  const wide = at(123_456_000_000);
  expect(at(1)).toBe(wide);
});
