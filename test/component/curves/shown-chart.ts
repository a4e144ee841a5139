/** A chart of two curves that grow, mounted alone; its clock stands still unless it is told to draw. */
import { Chart } from 'chart.js';
import { vi } from 'vitest';
import { nextTick } from 'vue';
import { accuracyAxis, AXES } from '../../../src/renderer/charts/axes';
import type { Curve, CurveSource, LegendEntry } from '../../../src/renderer/charts/curve';
import { curveStyle } from '../../../src/renderer/charts/palette';
import { samplesOf } from '../../../src/renderer/charts/samples';
import { newChartView, type ChartView } from '../../../src/renderer/curves/chart-view';
import MetricChart from '../../../src/renderer/curves/MetricChart.vue';
import { lengthsOf, marksIn } from '../drawn-charts';
import { byTestId, freshWindow, mountInWindow, type Mounted } from '../mount';

/** Lets everything that was put off be drawn. */
export async function drawn(): Promise<void> {
  await nextTick();
  vi.runAllTimers();
  await nextTick();
}

export const LEGEND: LegendEntry[] = ['training', 'validation'].map((group, slot) => ({
  group,
  label: group,
  style: curveStyle(slot, false),
}));

/** Two curves that grow: `length` points at x = 1, 2, …. */
export class Grown {
  length = 0;
  /** How often it was drawn. */
  drawings = 0;
  /** The value of each at an index. */
  valueOf = (index: number, curve: number): number => 0.5 + curve * 0.25 + 0 * index;
  source: CurveSource = () => {
    this.drawings++;
    return LEGEND.map(({ group, label, style }, curve): Curve => ({
      group,
      label,
      style,
      runId: 7 + curve,
      kind: 'line',
      samples: samplesOf(
        Array.from({ length: this.length }, (_, index) => ({ x: index + 1, y: this.valueOf(index, curve) })),
      ),
    }));
  };
}
export const grown = (length: number): Grown => Object.assign(new Grown(), { length });

/** The chart that a test has mounted, and what it shares with others. */
export let mounted: Mounted;
export let view: ChartView;
export async function shown(curves: Grown, over: Record<string, unknown> = {}): Promise<Mounted> {
  freshWindow();
  view = newChartView();
  mounted = await mountInWindow(MetricChart, {
    title: 'Accuracy',
    notes: ['one'],
    source: curves.source,
    version: 0,
    legend: LEGEND,
    axis: AXES.step,
    y: accuracyAxis('Accuracy', true),
    summary: 'Accuracy at 50 %.',
    empty: 'The curve begins with the first step.',
    testid: 'chart',
    view,
    yRange: { kind: 'all' },
    ...over,
  });
  await drawn();
  return mounted;
}
export async function grow(curves: Grown, length: number): Promise<void> {
  curves.length = length;
  mounted.props.version = (mounted.props.version as number) + 1;
  await drawn();
}

export const plot = (): HTMLElement => byTestId('chart').querySelector<HTMLElement>('[data-points]')!;
export const canvas = (): HTMLCanvasElement => byTestId('chart').querySelector('canvas')!;
export const chart = (): Chart => Chart.getChart(canvas())!;
export const button = (name: string): HTMLButtonElement =>
  byTestId('chart').querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!;
export const marks = () => marksIn(mounted.wrapper, 'chart');
export const lengths = (): number[] => lengthsOf(marks()).map(([, length]) => length);
