/** A chart on a canvas that is drawn again and again. It is the one owner of its chart.js object. */
import {
  createFrame,
  optionsOf,
  plotOf,
  type ChartOptions,
  type FixedSize,
  type FrameChart,
  type Gutter,
} from './chart-config';
import type { Curve, Plot } from './curve';
import { CurveLayer } from './curve-layer';
import { figureOf, type Figure, type FigureHead } from './figure';
import { extentOf, MarkMaker, type CurveMark, type MarkView } from './marks';
import { paintMarks, RasterLayer, type Frame } from './paint';
import { endOf, firstOf, indexesWithin } from './samples';
import { yLimits, type YLimits, type YRange } from './y-limits';

/** How curves are looked at; the limits of the vertical axis follow from them. */
export interface ChartLook extends Omit<ChartOptions, 'limits'> {
  yRange: YRange;
  /** `range` leaves out parts of the curves. */
  zoomed: boolean;
  emphasised: string | null;
}

/** What a drawing shows, and what it does not. */
export interface Drawn {
  plot: Plot | null;
  marks: readonly CurveMark[];
  limits: YLimits;
  /** Points that were drawn, of how many within the range of x. */
  points: number;
  total: number;
  /** Points beyond the vertical axis, and those that have no place on it. */
  above: number;
  below: number;
  without: number;
}

/** Values that tell where most lie. */
const SAMPLE = 4_000;

export class LiveChart {
  #chart: FrameChart | null = null;
  readonly #marker = new MarkMaker();
  readonly #layer = new RasterLayer();
  readonly #curveLayer = new CurveLayer();
  readonly #gutter: Gutter = { width: 0 };
  #curves: readonly Curve[] = [];
  #over: HTMLCanvasElement | null = null;
  #look: ChartLook | null = null;
  #limits: YLimits = { low: 0, high: 1 };
  #marks: readonly CurveMark[] = [];
  #drawn: (Drawn & { frame: Frame }) | null = null;
  /** What chart.js has laid out last: while it stays so, only curves are drawn. */
  #laidOut = '';

  /**
   * @param onDrawn is told after each drawing and each change of size where everything stands
   * @param fixed device pixels of a CSS pixel, for a canvas whose size stays: a figure
   */
  constructor(
    private readonly onDrawn: (drawn: Drawn) => void,
    private readonly fixed?: FixedSize,
  ) {}

  /**
   * Draws curves; the first time the chart is made on the canvas.
   *
   * @param layer lies over the canvas and gets the curves, so that the axes below need not be drawn again with them
   */
  draw(
    canvas: HTMLCanvasElement,
    curves: readonly Curve[],
    look: ChartLook,
    layer: HTMLCanvasElement | null = null,
  ): void {
    this.#curves = curves;
    this.#look = look;
    this.#over = layer;
    this.#measure(this.#columns(canvas));
    if (!this.#chart) {
      this.#chart = createFrame(
        canvas,
        () => this.#options(),
        this.#gutter,
        (chart) => this.#paint(chart),
        this.fixed,
      );
      this.#laidOut = this.#layoutKey();
      return;
    }
    const key = this.#layoutKey();
    if (key === this.#laidOut) {
      if (layer) this.#paint(this.#chart);
      else this.#chart.draw();
      return;
    }
    this.#laidOut = key;
    this.#chart.options = optionsOf(this.#options(), this.#gutter, this.fixed);
    this.#chart.update('none');
  }

  /** What has been drawn as a figure below a head; null before anything has been. */
  figure(head: FigureHead): Figure | null {
    if (!this.#chart || !this.#drawn || !this.#look) return null;
    const { marks, palette } = this.#look;
    return figureOf(this.#chart, this.#drawn, this.#drawn.frame, head, marks, palette);
  }

  destroy(): void {
    this.#chart?.destroy();
    this.#chart = null;
  }

  #options(): ChartOptions {
    return { ...this.#look!, limits: this.#limits };
  }

  /** Everything on which the place of axes and labels depends. */
  #layoutKey(): string {
    const { axis, range, marks, palette, y, logarithmicX } = this.#look!;
    return JSON.stringify([
      axis.title,
      range,
      logarithmicX,
      marks,
      palette.panel,
      y.title,
      y.logarithmic,
      this.#limits,
    ]);
  }

  /** Columns of device pixels in the plot; before the first layout about as many as it will have. */
  #columns(canvas: HTMLCanvasElement, chart: FrameChart | null = this.#chart): number {
    const area = chart?.chartArea;
    const ratio = chart?.currentDevicePixelRatio ?? window.devicePixelRatio;
    const width = area ? area.right - area.left : canvas.clientWidth - 76;
    return Math.max(50, Math.round(width * (ratio || 1)));
  }

  /** The marks over so many columns. */
  #spread(columns: number): void {
    const { range, logarithmicX, y, palette, emphasised } = this.#look!;
    const view: MarkView = { range, logarithmicX, logarithmicY: y.logarithmic, columns, palette, emphasised };
    this.#marks = this.#marker.marks(this.#curves, view);
  }

  /** The marks over so many columns, and the limits of the vertical axis that follow from them. */
  #measure(columns: number): void {
    const { range, y, yRange } = this.#look!;
    this.#spread(columns);
    this.#limits = yLimits(yRange, y, {
      extent: extentOf(this.#marks, range),
      sample: () => this.#sample(),
    });
  }

  /** Values of the curves within the range, evenly picked. */
  #sample(): Float64Array {
    const { range, y } = this.#look!;
    const values: number[] = [];
    const curves = this.#curves.filter(({ kind }) => kind !== 'best' && kind !== 'band');
    const share = Math.max(50, Math.floor(SAMPLE / Math.max(1, curves.length)));
    for (const { samples } of curves) {
      const { start, stop } = indexesWithin(samples, range.from, range.to);
      const stride = Math.max(1, Math.floor((stop - start) / share));
      for (let index = start; index < stop; index += stride) {
        const value = samples.ys.at(index);
        if (Number.isFinite(value) && (!y.logarithmic || value > 0)) values.push(value);
      }
    }
    return Float64Array.from(values);
  }

  #paint(chart: FrameChart): void {
    const plot = plotOf(chart);
    const look = this.#look;
    if (!plot || !look) return;
    // The plot has another width than before: what is drawn is spread over its columns. The first time it is drawn while
    // the chart is being made.
    const columns = this.#columns(chart.canvas, chart);
    if (this.#marks.some((mark) => 'columns' in mark && mark.columns.width !== columns))
      this.#spread(columns);
    const frame = this.#frame(chart, plot, look);
    if (this.#over) this.#curveLayer.paint(this.#over, chart.canvas, this.#marks, frame, this.#laidOut);
    else paintMarks(chart.ctx, this.#marks, frame, this.#layer);
    this.#drawn = { plot, marks: this.#marks, limits: this.#limits, ...this.#counts(), frame };
    this.onDrawn(this.#drawn);
  }

  #frame(chart: FrameChart, plot: Plot, { y, zoomed }: ChartLook): Frame {
    return {
      left: plot.left,
      top: plot.top,
      width: plot.right - plot.left,
      height: plot.bottom - plot.top,
      x: plot.pixelOf,
      y: plot.pixelOfY,
      ...this.#limits,
      logarithmicY: y.logarithmic,
      ratio: chart.currentDevicePixelRatio || 1,
      clipped: zoomed || this.#look!.yRange.kind === 'robust' || this.#look!.yRange.kind === 'manual',
    };
  }

  #counts(): Omit<Drawn, 'plot' | 'marks' | 'limits'> {
    const { range, y, yRange } = this.#look!;
    let [points, total, above, below, without] = [0, 0, 0, 0, 0];
    for (const mark of this.#marks) {
      total += mark.points;
      points += mark.kind === 'columns' ? mark.columns.distinct : mark.points;
      without += mark.without;
    }
    // Only such limits leave anything outside.
    if (yRange.kind === 'robust' || yRange.kind === 'manual') {
      const { low, high } = this.#limits;
      for (const { samples, kind } of this.#curves) {
        if (kind === 'best' || kind === 'band') continue;
        const ys = samples.ys.view();
        const xs = samples.xs;
        const start = Math.max(firstOf(samples), xs.lowerBound(range.from));
        const end = endOf(samples);
        for (let index = start; index < end && xs.at(index) <= range.to; index++) {
          const value = ys[index]!;
          // Infinite values have no place anywhere.
          if (!Number.isFinite(value)) continue;
          if (value > high) above++;
          else if (value < low && (!y.logarithmic || value > 0)) below++;
        }
      }
    }
    return { points, total, above, below, without };
  }
}
