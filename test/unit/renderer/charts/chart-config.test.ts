/** The charts as chart.js lays them out, on a canvas that only counts. */
import type { Chart } from 'chart.js';
import { afterEach, describe, expect, it } from 'vitest';
import { accuracyAxis, AXES } from '../../../../src/renderer/charts/axes';
import { createChart, type ChartOptions } from '../../../../src/renderer/charts/chart-config';
import type { Curve } from '../../../../src/renderer/charts/curve';
import { curveStyle } from '../../../../src/renderer/charts/palette';
import { paletteOf } from '../../../../src/renderer/base/theme';

const [WIDTH, HEIGHT] = [800, 400];

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** A canvas without a screen; `confine` is told each rectangle that drawing is confined to. */
function fakeCanvas(confine: (box: Box) => void): HTMLCanvasElement {
  let path: Box | null = null;
  const canvas = { width: WIDTH, height: HEIGHT, style: {}, getContext: () => context };
  const calls: Record<string, (...values: number[]) => unknown> = {
    measureText: (text) => ({ width: 6 * String(text).length }),
    rect: (left, top, width, height) =>
      (path = { left: left!, top: top!, right: left! + width!, bottom: top! + height! }),
    clip: () => path && confine(path),
    beginPath: () => (path = null),
  };
  const context = new Proxy({ canvas } as Record<string, unknown>, {
    get: (own, name: string) => own[name] ?? calls[name] ?? (() => {}),
    set: (own, name: string, value) => ((own[name] = value), true),
  });
  return canvas as unknown as HTMLCanvasElement;
}

const LOOK: ChartOptions = {
  axis: AXES.step,
  y: { ...accuracyAxis('Accuracy', false), limits: null },
  range: { from: 0, to: 10 },
  zoomed: false,
  marks: [],
  palette: paletteOf(false),
};

const curve = (points: [number, number][], kind: Curve['kind'] = 'line'): Curve => ({
  group: 'a',
  label: 'a',
  style: curveStyle(0, false),
  points: points.map(([x, y]) => ({ x, y })),
  kind,
});

let chart: Chart | null = null;
/** The chart, and the rectangle that each curve is confined to. */
function drawn(curves: Curve[], look: Partial<ChartOptions>): { chart: Chart; clips: Box[] } {
  const clips: Box[] = [];
  let confined: Box;
  const canvas = fakeCanvas((box) => (confined = box));
  const made = createChart(canvas, curves, { ...LOOK, ...look }, () => {}) as unknown as Chart;
  made.resize(WIDTH, HEIGHT);
  curves.forEach(
    (_, index) => (made.getDatasetMeta(index).controller.draw = () => void clips.push(confined)),
  );
  made.draw();
  chart = made;
  return { chart: made, clips };
}
afterEach(() => chart?.destroy());

const labels = (of: Chart, scale: string): unknown[] => of.scales[scale]!.ticks.map(({ label }) => label);

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
      for (const { value } of y!.ticks) {
        expect(value).toBeLessThanOrEqual(1 + 1e-9);
        expect(value).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('goes from 0 to 100 % where it is to show all', () => {
    const { chart } = drawn(
      [
        curve([
          [1, 0.3],
          [10, 1.0000000000000002],
        ]),
      ],
      { y: accuracyAxis('Accuracy', true) },
    );
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

describe('curves', () => {
  const points: [number, number][] = [
    [0, 1],
    [5, 2],
    [10, 3],
  ];
  const of = (zoomed: boolean) => {
    const kinds: Curve['kind'][] = ['line', 'faint', 'marked', 'best'];
    return drawn(
      kinds.map((kind) => curve(points, kind)),
      { zoomed, range: zoomed ? { from: 2, to: 8 } : { from: 0, to: 10 } },
    );
  };

  it('are not drawn beside the plot while it is zoomed', () => {
    const { chart, clips } = of(true);
    expect(clips).toHaveLength(4);
    for (const { left, right } of clips) {
      expect(left).toBeGreaterThanOrEqual(Math.floor(chart.chartArea.left));
      expect(right).toBeLessThanOrEqual(Math.ceil(chart.chartArea.right));
    }
  });

  it('have whole dots at the edges where all is shown, a single point too', () => {
    const { chart, clips } = of(false);
    expect(clips).toHaveLength(4);
    const { chart: one, clips: oneClip } = drawn([curve([[10, 1]])], {});
    for (const [{ chartArea }, { left, right }] of [
      [chart, clips[0]!],
      [one, oneClip[0]!],
    ] as const) {
      expect(left).toBeLessThanOrEqual(chartArea.left - 3);
      expect(right).toBeGreaterThanOrEqual(chartArea.right + 3);
    }
  });
});
