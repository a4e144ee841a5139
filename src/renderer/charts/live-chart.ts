/** A chart on a canvas of the page, drawn again and again. It is the one owner of its chart.js object. */
import type { Chart } from 'chart.js';
import { applyOptions, createChart, type ChartOptions } from './chart-config';
import type { Curve, Plot } from './curve';
import type { Point } from './decimate';

export class LiveChart {
  #chart: Chart<'line', Point[]> | null = null;

  /** @param onLaidOut is told after each drawing and each change of size where everything stands */
  constructor(private readonly onLaidOut: (plot: Plot) => void) {}

  /** Draws curves; the first time the chart is made on the canvas. */
  draw(canvas: HTMLCanvasElement, curves: readonly Curve[], look: ChartOptions): void {
    if (!this.#chart) {
      this.#chart = createChart(canvas, curves, look, (chart) => {
        const plot = plotOf(chart);
        if (plot) this.onLaidOut(plot);
      });
      return;
    }
    applyOptions(this.#chart, curves, look);
    this.#chart.update('none');
  }

  destroy(): void {
    this.#chart?.destroy();
    this.#chart = null;
  }
}

/** Null before the chart has been laid out. */
function plotOf({ scales, chartArea }: Chart): Plot | null {
  const scale = scales.x;
  if (!scale) return null;
  const { left, right, top, bottom } = chartArea;
  return {
    left,
    right,
    top,
    bottom,
    shown: { from: scale.min, to: scale.max },
    pixelOf: (x) => scale.getPixelForValue(x),
    xAt: (pixel) => scale.getValueForPixel(pixel)!,
  };
}
