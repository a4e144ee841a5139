/** What the pointer does over a chart: it reads, drags out a part to zoom into, turns the wheel, and opens a run by a click. */
import { computed, type ComputedRef, type Ref } from 'vue';
import type { Curve, Plot } from '../charts/curve';
import { readAt, type Readout } from '../charts/readout';
import type { ChartZoom } from './chart-zoom';

/** Where the pointer is, for all charts that share it. */
export interface Cursor {
  x: number;
  /** The chart that it is over, and how far down in that. */
  chart: symbol;
  top: number;
}

export interface PointedChart {
  id: symbol;
  canvas: Ref<HTMLCanvasElement | undefined>;
  plot: () => Plot | null;
  curves: () => readonly Curve[];
  zoom: ChartZoom;
  cursor: Ref<Cursor | null>;
  /** Group of curves that stands out. */
  emphasised: Ref<string | null>;
  /** The wheel zooms without Ctrl: nothing can be scrolled. */
  freeWheel: () => boolean;
  open: (runId: number) => void;
}

export interface ChartPointer {
  /** What is read at the cursor; null where it is not over the plot. */
  readout: ComputedRef<{ readout: Readout; left: number; full: boolean } | null>;
  onDown(event: PointerEvent): void;
  onMove(event: PointerEvent): void;
  onUp(): void;
  onLeave(): void;
  onWheel(event: WheelEvent): void;
}

export function useChartPointer(of: PointedChart): ChartPointer {
  const { zoom, cursor, emphasised } = of;

  /** Pixels of the canvas. */
  function placeOf(event: MouseEvent): { left: number; top: number } {
    const { left, top } = of.canvas.value!.getBoundingClientRect();
    return { left: event.clientX - left, top: event.clientY - top };
  }
  function read(now: Cursor | null): { readout: Readout; left: number; full: boolean } | null {
    const plot = of.plot();
    if (!now || !plot || zoom.selection.value) return null;
    const left = plot.pixelOf(now.x);
    if (!(left >= plot.left - 1 && left <= plot.right + 1)) return null;
    const full = now.chart === of.id;
    return { readout: readAt(of.curves(), plot, now.x, full ? now.top : null), left, full };
  }
  const readout = computed(() => read(cursor.value));

  return {
    readout,
    onDown(event) {
      if (event.button !== 0) return;
      zoom.beginDrag(placeOf(event).left);
      of.canvas.value!.setPointerCapture(event.pointerId);
    },
    onMove(event) {
      const { left, top } = placeOf(event);
      if (zoom.selection.value) {
        zoom.moveDrag(left);
        return;
      }
      const plot = of.plot();
      const isOver = plot && left >= plot.left && left <= plot.right && top >= plot.top && top <= plot.bottom;
      const now = isOver ? { x: plot.xAt(left), chart: of.id, top } : null;
      cursor.value = now;
      // Whom the cursor belongs to hands it back with the next update only.
      emphasised.value = read(now)?.readout.nearest?.group ?? null;
    },
    onUp() {
      // Another button, or a press that began elsewhere.
      if (zoom.selection.value === null || zoom.endDrag()) return;
      const runId = readout.value?.readout.nearest?.runId;
      if (runId !== undefined) of.open(runId);
    },
    onLeave() {
      cursor.value = null;
      emphasised.value = null;
    },
    onWheel(event) {
      if (!(event.ctrlKey || event.metaKey || of.freeWheel())) return;
      event.preventDefault();
      zoom.wheel(placeOf(event).left, event.deltaY);
    },
  };
}
