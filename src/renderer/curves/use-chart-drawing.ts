/** The drawing of a chart: made when its canvas is in sight, again whenever what it shows has changed. */
import { onBeforeUnmount, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { extent, wholeRange, type Curve, type Range } from '../charts/curve';
import { LiveChart, type ChartLook, type Drawn } from '../charts/live-chart';
import { useInSight } from './in-sight';
import { useRedraw } from './redraw';

export interface Drawable {
  canvas: Ref<HTMLCanvasElement | undefined>;
  /** Lies over it, for the curves. */
  layer: Ref<HTMLCanvasElement | undefined>;
  /** What is drawn now, with all of its points. */
  curves: () => Curve[];
  /** How; without the range of x where everything is shown. */
  look: () => Omit<ChartLook, 'range' | 'zoomed'>;
  /** What is shown of x; null for everything. */
  range: () => Range | null;
  /** Where the x-axis begins at the latest; null where the curves begin. */
  origin: () => number | null;
  /** Where it ends at the earliest; null where the curves end. */
  plannedEnd: () => number | null;
  /** Changes whenever curves may have grown. */
  version: () => unknown;
  /** Changes whenever other curves are to be drawn. */
  changed: () => unknown;
}

export interface ChartDrawing {
  /** What the last drawing shows; null before the first. */
  drawn: Readonly<ShallowRef<Drawn | null>>;
  /** There is nothing to draw. */
  isEmpty: Readonly<Ref<boolean>>;
  /** x of all points; null while there are none. */
  limits: () => Range | null;
  /** The options of the last drawing, and its curves. */
  look: () => ChartLook;
  curves: () => readonly Curve[];
}

export function useChartDrawing(of: Drawable): ChartDrawing {
  const drawn = shallowRef<Drawn | null>(null);
  const isEmpty = ref(true);
  const inSight = useInSight(of.canvas);
  const chart = new LiveChart((now) => (drawn.value = now));
  let limits: Range | null = null;
  let curves: readonly Curve[] = [];
  /** Something has changed while the chart was out of sight. */
  let stale = true;

  function look(): ChartLook {
    const shown = of.look();
    // Without points there is still a frame; a logarithmic axis has no 0.
    const blank = shown.logarithmicX ? { from: 1, to: 10 } : { from: 0, to: 1 };
    return { ...shown, range: of.range() ?? limits ?? blank, zoomed: of.range() !== null };
  }

  function draw(): void {
    const canvas = of.canvas.value;
    stale = !canvas || !inSight.value;
    if (!canvas || stale) return;
    curves = of.curves();
    const { logarithmicX } = of.look();
    // A logarithmic axis begins with the first point above 0.
    limits = wholeRange(
      extent(curves, logarithmicX ? 0 : -Infinity),
      logarithmicX ? null : of.origin(),
      of.plannedEnd(),
    );
    isEmpty.value = limits === null;
    chart.draw(canvas, curves, look(), of.layer.value);
  }

  const redraw = useRedraw(draw);
  watch(of.version, redraw.soon);
  watch([of.range, of.look, of.origin, of.plannedEnd, of.changed], redraw.now);
  watch(inSight, (now) => {
    if (now && stale) redraw.now();
  });
  onBeforeUnmount(() => chart.destroy());

  return { drawn, isEmpty, limits: () => limits, look, curves: () => curves };
}
