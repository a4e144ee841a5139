/** Curves → chart.js data and options. Only what is used of chart.js is registered. */
import {
  Chart,
  Interaction,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
  type ChartConfiguration,
  type ChartDataset,
  type InteractionItem,
  type InteractionModeFunction,
  type Plugin,
  type Scale,
  type Tick,
} from 'chart.js';
import { getRelativePosition } from 'chart.js/helpers';
import { FONT, type Palette } from '../base/theme';
import type { AxisFormat, ValueAxis } from './axes';
import type { Curve, Range } from './curve';
import type { Point } from './decimate';
import { withAlpha } from './palette';

declare module 'chart.js' {
  interface InteractionModeMap {
    nearestOfEach: InteractionModeFunction;
  }
}

/** Labels under the x-axis, at most. */
const MAX_X_TICKS = 9;
/** More dots than this run into each other. */
const MAX_DOTS = 120;
/** How far (pixels) a curve's nearest point may lie from the pointer to be named in the tooltip. */
const REACH = 40;

/** One point of every curve: the one nearest to the pointer along x. Curves need not share their x values. */
const nearestOfEach: InteractionModeFunction = (chart, event) => {
  const { x } = getRelativePosition(event, chart as Chart);
  const items: InteractionItem[] = [];
  for (const meta of chart.getSortedVisibleDatasetMetas()) {
    const points = meta.data as PointElement[];
    let low = 0;
    let high = points.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (points[middle]!.x < x) low = middle + 1;
      else high = middle;
    }
    let best = -1;
    for (const index of [low - 1, low]) {
      const point = points[index];
      if (!point || point.skip || Math.abs(point.x - x) > REACH) continue;
      if (best === -1 || Math.abs(point.x - x) < Math.abs(points[best]!.x - x)) best = index;
    }
    if (best !== -1) items.push({ element: points[best]!, datasetIndex: meta.index, index: best });
  }
  return items;
};

/** A thin line through the points that the tooltip names. */
const crosshair: Plugin<'line'> = {
  id: 'crosshair',
  afterDatasetsDraw(chart) {
    const active = chart.tooltip?.getActiveElements()[0];
    if (!active || !chart.tooltip?.opacity) return;
    const { ctx, chartArea } = chart;
    ctx.save();
    ctx.strokeStyle =
      (chart.options.plugins as { crosshair?: { color?: string } }).crosshair?.color ?? '#888';
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(active.element.x, chartArea.top);
    ctx.lineTo(active.element.x, chartArea.bottom);
    ctx.stroke();
    ctx.restore();
  },
};

/** Dashed lines from top to bottom where a run was resumed. */
const markLines: Plugin<'line'> = {
  id: 'marks',
  beforeDatasetsDraw(chart) {
    const options = (chart.options.plugins as { marks?: { color: string; at: readonly number[] } }).marks;
    const scale = chart.scales.x;
    if (!options || !scale) return;
    const { ctx, chartArea } = chart;
    ctx.save();
    ctx.strokeStyle = options.color;
    ctx.lineWidth = 1.25;
    ctx.setLineDash([4, 4]);
    for (const x of options.at) {
      if (x < scale.min || x > scale.max) continue;
      // On whole device pixels, so that neighbouring lines are equally sharp.
      const left = Math.round(scale.getPixelForValue(x)) + 0.5;
      ctx.beginPath();
      ctx.moveTo(left, chartArea.top);
      ctx.lineTo(left, chartArea.bottom);
      ctx.stroke();
    }
    ctx.restore();
  },
};

let registered = false;
function register(): void {
  if (registered) return;
  registered = true;
  Chart.register(
    LineController,
    LineElement,
    PointElement,
    LinearScale,
    LogarithmicScale,
    Tooltip,
    crosshair,
    markLines,
  );
  Interaction.modes.nearestOfEach = nearestOfEach;
}

export interface ChartOptions {
  axis: AxisFormat;
  y: ValueAxis;
  range: Range;
  /** `range` leaves out parts of the curves. */
  zoomed: boolean;
  /** x of vertical lines. */
  marks: readonly number[];
  palette: Palette;
}

/** A dense raw curve in full weight would be a blot. */
function lineWidth({ kind, smooth, points }: Curve): number {
  if (kind === 'faint') return 1;
  return !smooth && points.length > 300 ? 1.25 : 2;
}

/** Pixels around the plot in which dots and rings at its edge are drawn whole. */
const EDGE = 8;
const CLIP = { top: EDGE, right: EDGE, bottom: EDGE, left: EDGE };
/** A zoomed curve continues beside the plot, where it must not be drawn. */
const ZOOMED_CLIP = { ...CLIP, right: 0, left: 0 };

export function toDatasets(curves: readonly Curve[], zoomed: boolean): ChartDataset<'line', Point[]>[] {
  return curves.map((curve, index) => {
    const { color, dash } = curve.style;
    const best = curve.kind === 'best';
    return {
      label: curve.label,
      data: curve.points,
      borderColor: curve.kind === 'faint' ? withAlpha(color, 0.35) : color,
      backgroundColor: color,
      borderWidth: lineWidth(curve),
      borderDash: curve.kind === 'faint' ? [] : dash,
      borderJoinStyle: 'round',
      pointRadius: best
        ? 7
        : curve.kind === 'marked' && curve.points.length <= MAX_DOTS
          ? 3
          : curve.points.length === 1
            ? 3
            : 0,
      pointBorderWidth: best ? 2 : 0,
      pointBackgroundColor: best ? 'transparent' : color,
      pointBorderColor: color,
      pointHoverRadius: best ? 7 : 4,
      pointHoverBackgroundColor: best ? 'transparent' : color,
      pointHoverBorderWidth: best ? 2 : 0,
      clip: zoomed ? ZOOMED_CLIP : CLIP,
      showLine: !best,
      spanGaps: false,
      // Curves that are drawn later lie on top: smoothed over raw.
      order: -index,
    };
  });
}

/** Brings data and options of a chart up to date; the caller then updates it. */
export function applyOptions(
  chart: Chart<'line', Point[]>,
  curves: readonly Curve[],
  options: ChartOptions,
): void {
  chart.data.datasets = toDatasets(curves, options.zoomed);
  chart.options = optionsOf(options, curves);
}

/** Logarithmic ticks that keep a distance, the rounder numbers first. */
function spacedTicks(ticks: readonly Tick[], min: number, max: number): Tick[] {
  const place = (value: number): number => Math.log(value / min) / Math.log(max / min);
  /** 1, 10, 0.1 … before 2 and 5 before the other digits before what needs two digits. */
  const rank = (value: number): number => {
    const [digit, second] = value.toExponential(1).replace('.', '');
    if (second !== '0') return 3;
    return digit === '1' ? 0 : digit === '2' || digit === '5' ? 1 : 2;
  };
  const chosen: Tick[] = [];
  for (const tick of [...ticks].sort((a, b) => rank(a.value) - rank(b.value))) {
    const at = place(tick.value);
    if (chosen.every((other) => Math.abs(place(other.value) - at) > 0.1)) chosen.push(tick);
  }
  return chosen.sort((a, b) => a.value - b.value);
}

/** Room above the curves, and ticks that reach the next round number, end at the limits. */
function keepWithin(scale: Scale, [low, high]: readonly [number, number]): void {
  // Binary fractions: 0.1 * 10 may be a little more than 1.
  const slack = (high - low) * 1e-9;
  scale.ticks = scale.ticks.filter(({ value }) => value >= low - slack && value <= high + slack);
  scale.min = Math.max(scale.min, low);
  scale.max = Math.min(scale.max, high);
}

type Options = NonNullable<ChartConfiguration<'line', Point[]>['options']>;

function optionsOf(options: ChartOptions, curves: readonly Curve[]): Options {
  const { palette: p, range } = options;
  const font = { family: FONT, size: 12 };
  const grid = { color: p.border, tickColor: 'transparent', lineWidth: 1 };
  const border = { color: p.control };
  const title = (text: string) => ({ display: true, text, color: p.muted, font, padding: 4 });
  const ticks = { color: p.muted, font, maxRotation: 0, autoSkipPadding: 16, padding: 6 };
  const { axis, y } = options;
  const { logarithmic, includes, limits } = y;
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    parsing: false,
    normalized: true,
    layout: { padding: { top: 8, right: 12, bottom: 0, left: 0 } },
    interaction: { mode: 'nearestOfEach', intersect: false, axis: 'x' },
    scales: {
      x: {
        type: 'linear',
        min: range.from,
        max: range.to,
        title: title(axis.title),
        grid: { ...grid, drawOnChartArea: false },
        border,
        ticks: {
          ...ticks,
          maxTicksLimit: MAX_X_TICKS,
          precision: axis.whole ? 0 : undefined,
          // Labels at the very ends of a growing or zoomed curve would be odd numbers.
          includeBounds: false,
          callback: (value) => axis.formatTick(Number(value)),
        },
        afterBuildTicks: (scale) => {
          const places = axis.ticks?.(scale.min, scale.max, MAX_X_TICKS);
          if (places) scale.ticks = places.map((value) => ({ value }));
        },
      },
      y: {
        type: logarithmic ? 'logarithmic' : 'linear',
        suggestedMin: logarithmic ? undefined : Math.min(...includes),
        suggestedMax: logarithmic ? undefined : Math.max(...includes),
        grace: logarithmic || includes.length > 0 ? 0 : '4%',
        title: title(y.title),
        grid,
        border: { ...border, display: false },
        afterBuildTicks: (scale) => {
          if (logarithmic) scale.ticks = spacedTicks(scale.ticks, scale.min, scale.max);
          if (limits) keepWithin(scale, limits);
        },
        ticks: {
          ...ticks,
          maxTicksLimit: logarithmic ? undefined : 7,
          callback: (value) => y.formatTick(Number(value)),
        },
      },
    },
    plugins: {
      crosshair: { color: p.faint },
      marks: { color: p.warning, at: options.marks },
      tooltip: {
        backgroundColor: p.raised,
        borderColor: p.control,
        borderWidth: 1,
        titleColor: p.text,
        bodyColor: p.text,
        titleFont: { ...font, weight: 600 },
        bodyFont: font,
        padding: 10,
        cornerRadius: 6,
        caretSize: 0,
        caretPadding: 12,
        boxPadding: 6,
        boxWidth: 10,
        boxHeight: 3,
        usePointStyle: false,
        // A ring repeats a point that its curve names.
        filter: (item) => curves[item.datasetIndex]?.kind !== 'best',
        callbacks: {
          title: (items) => (items[0] ? `${axis.title} ${axis.format(items[0].parsed.x ?? NaN)}` : ''),
          label: (item) => ` ${item.dataset.label}: ${y.format(item.parsed.y ?? NaN)}`,
          labelColor: (item) => {
            const color = curves[item.datasetIndex]?.style.color ?? p.text;
            return { borderColor: color, backgroundColor: color };
          },
        },
      },
    } as Options['plugins'],
  };
}

/**
 * A chart on a canvas of the page; it follows the size of the canvas' parent. `onLaidOut` is told after each update and
 * each change of size, when places in the chart are known.
 */
export function createChart(
  canvas: HTMLCanvasElement,
  curves: readonly Curve[],
  options: ChartOptions,
  onLaidOut: (chart: Chart) => void,
): Chart<'line', Point[]> {
  register();
  return new Chart<'line', Point[]>(canvas, {
    type: 'line',
    data: { datasets: toDatasets(curves, options.zoomed) },
    options: optionsOf(options, curves),
    plugins: [{ id: 'laidOut', afterUpdate: onLaidOut }],
  });
}

export interface Figure {
  title: string;
  /** Second line: which run, which data. */
  subtitle: string;
  legend: readonly { label: string; color: string; dash: number[]; marked: boolean }[];
}

/** The chart as an image of its own (PNG as data URL), with title and legend, at twice the size of a slide's half. */
export function figureUrl(curves: readonly Curve[], options: ChartOptions, figure: Figure): string {
  register();
  const [width, height, scale] = [1200, 700, 2];
  const plot = document.createElement('canvas');
  const page = document.createElement('canvas');
  page.width = width * scale;
  page.height = height * scale;
  const context = page.getContext('2d')!;
  context.scale(scale, scale);
  context.fillStyle = options.palette.panel;
  context.fillRect(0, 0, width, height);
  context.textBaseline = 'middle';
  context.fillStyle = options.palette.text;
  context.font = `600 20px ${FONT}`;
  context.fillText(figure.title, 24, 32);
  context.fillStyle = options.palette.muted;
  context.font = `14px ${FONT}`;
  context.fillText(figure.subtitle, 24, 58);

  let [x, y] = [24, 88];
  for (const entry of figure.legend) {
    const needed = 44 + context.measureText(entry.label).width + 24;
    if (x > 24 && x + needed > width - 24) [x, y] = [24, y + 24];
    context.strokeStyle = entry.color;
    context.lineWidth = 2.5;
    context.setLineDash(entry.dash);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + 34, y);
    context.stroke();
    context.setLineDash([]);
    if (entry.marked) {
      context.fillStyle = entry.color;
      context.beginPath();
      context.arc(x + 17, y, 4, 0, 2 * Math.PI);
      context.fill();
    }
    context.fillStyle = options.palette.text;
    context.fillText(entry.label, x + 44, y);
    x += needed;
  }

  const top = y + 20;
  plot.style.width = `${width - 32}px`;
  plot.style.height = `${height - top - 16}px`;
  plot.width = width - 32;
  plot.height = height - top - 16;
  const chart = new Chart<'line', Point[]>(plot, {
    type: 'line',
    data: { datasets: toDatasets(curves, options.zoomed) },
    options: { ...optionsOf(options, curves), responsive: false, devicePixelRatio: scale, events: [] },
  });
  chart.draw();
  context.drawImage(plot, 16, top, width - 32, height - top - 16);
  chart.destroy();
  return page.toDataURL('image/png');
}
