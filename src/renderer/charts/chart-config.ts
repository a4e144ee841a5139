/**
 * The frame of a chart: chart.js lays it out and draws axes, ticks and grid; the curves are drawn by a plugin of ours
 * (paint.ts), since strokes of many points take chart.js too long. Only what is used of chart.js is registered.
 */
import {
  Chart,
  LinearScale,
  LineController,
  LogarithmicScale,
  type ChartConfiguration,
  type Plugin,
  type Scale,
} from 'chart.js';
import { FONT, type Palette } from '../base/theme';
import type { AxisFormat, ValueAxis } from './axes';
import type { Plot, Range } from './curve';
import { logTicks, roundTicks } from './ticks';
import { MAX_Y_TICKS, type YLimits } from './y-limits';

/** Labels under the x-axis, at most. */
const MAX_X_TICKS = 9;

/** chart.js without data of its own. */
export type FrameChart = Chart<'line', never[]>;

export interface ChartOptions {
  axis: AxisFormat;
  logarithmicX: boolean;
  y: ValueAxis;
  limits: YLimits;
  range: Range;
  /** x of vertical lines. */
  marks: readonly number[];
  palette: Palette;
}

/** Dashed lines from top to bottom where a run was resumed. */
function drawVerticals(chart: FrameChart, { marks, palette }: ChartOptions): void {
  const scale = chart.scales.x;
  if (!scale) return;
  const { ctx, chartArea } = chart;
  ctx.save();
  ctx.strokeStyle = palette.warning;
  ctx.lineWidth = 1.25;
  ctx.setLineDash([4, 4]);
  for (const x of marks) {
    if (x < scale.min || x > scale.max) continue;
    // On whole device pixels, so that neighbouring lines are equally sharp.
    const left = Math.round(scale.getPixelForValue(x)) + 0.5;
    ctx.beginPath();
    ctx.moveTo(left, chartArea.top);
    ctx.lineTo(left, chartArea.bottom);
    ctx.stroke();
  }
  ctx.restore();
}

let registered = false;
function register(): void {
  if (registered) return;
  registered = true;
  Chart.register(LineController, LinearScale, LogarithmicScale);
}

type Options = NonNullable<ChartConfiguration<'line', never[]>['options']>;

/** Labels of a vertical axis change their width as values do; the plot stays where it was. */
export interface Gutter {
  /** Pixels, the most that was needed so far. */
  width: number;
}

/** Of a chart whose canvas keeps its size: device pixels of a CSS pixel. */
export interface FixedSize {
  ratio: number;
}

/** The options of a chart; the caller then updates it. */
export function optionsOf(options: ChartOptions, gutter: Gutter, fixed?: FixedSize): Options {
  const { palette: p, range, limits, axis, y, logarithmicX } = options;
  const font = { family: FONT, size: 12 };
  const grid = { color: p.border, tickColor: 'transparent', lineWidth: 1 };
  const border = { color: p.control };
  const title = (text: string) => ({ display: true, text, color: p.muted, font, padding: 4 });
  const ticks = { color: p.muted, font, maxRotation: 0, autoSkipPadding: 16, padding: 6 };
  return {
    animation: false,
    responsive: !fixed,
    ...(fixed && { devicePixelRatio: fixed.ratio }),
    maintainAspectRatio: false,
    events: [],
    // Labels that end beyond the plot would move its edge with every zoom, and each curve would be spread over other columns.
    layout: { autoPadding: false, padding: { top: 8, right: 24, bottom: 0, left: 0 } },
    scales: {
      x: {
        type: logarithmicX ? 'logarithmic' : 'linear',
        min: range.from,
        max: range.to,
        title: title(axis.title),
        grid: { ...grid, drawOnChartArea: false },
        border,
        ticks: { ...ticks, callback: (value) => axis.formatTick(Number(value)) },
        afterBuildTicks: (scale) => setTicks(scale, xTicks(options)),
      },
      y: {
        type: y.logarithmic ? 'logarithmic' : 'linear',
        min: limits.low,
        max: limits.high,
        title: title(y.title),
        grid,
        border: { ...border, display: false },
        afterBuildTicks: (scale) => setTicks(scale, yTicks(options)),
        afterFit: (scale) => {
          gutter.width = Math.max(gutter.width, scale.width);
          scale.width = gutter.width;
        },
        ticks: { ...ticks, autoSkip: false, callback: (value) => y.formatTick(Number(value)) },
      },
    },
  };
}

const setTicks = (scale: Scale, values: readonly number[]): void => {
  scale.ticks = values.map((value) => ({ value }));
};

/** Labels at the very ends of a growing or zoomed curve would be odd numbers, so only round ones have labels. */
function xTicks({ axis, range, logarithmicX }: ChartOptions): number[] {
  if (logarithmicX) return logTicks(range.from, range.to);
  return axis.ticks
    ? axis.ticks(range.from, range.to, MAX_X_TICKS)
    : roundTicks(range.from, range.to, MAX_X_TICKS, axis.whole);
}

const yTicks = ({ y, limits }: ChartOptions): number[] =>
  y.logarithmic ? logTicks(limits.low, limits.high) : roundTicks(limits.low, limits.high, MAX_Y_TICKS);

/** A chart on a canvas, into which `paint` draws the curves above the grid; unless `fixed` it follows the size of the canvas' parent. */
export function createFrame(
  canvas: HTMLCanvasElement,
  options: () => ChartOptions,
  gutter: Gutter,
  paint: (chart: FrameChart) => void,
  fixed?: FixedSize,
): FrameChart {
  register();
  const curves: Plugin<'line'> = {
    id: 'curves',
    beforeDatasetsDraw(chart) {
      drawVerticals(chart as FrameChart, options());
      paint(chart as FrameChart);
    },
  };
  return new Chart<'line', never[]>(canvas, {
    type: 'line',
    data: { datasets: [] },
    options: optionsOf(options(), gutter, fixed),
    plugins: [curves],
  });
}

/** Where a chart shows what; null before it has been laid out. */
export function plotOf({ scales, chartArea }: FrameChart): Plot | null {
  const { x, y } = scales;
  if (!x || !y) return null;
  const { left, right, top, bottom } = chartArea;
  return {
    left,
    right,
    top,
    bottom,
    shown: { from: x.min, to: x.max },
    pixelOf: (value) => x.getPixelForValue(value),
    xAt: (pixel) => x.getValueForPixel(pixel)!,
    pixelOfY: (value) => y.getPixelForValue(value),
    yAt: (pixel) => y.getValueForPixel(pixel)!,
  };
}
