/** What part of a chart is shown: by buttons, by keys, or by dragging over it. It knows no chart, only places in pixels. */
import { computed, shallowRef, type ComputedRef, type Ref } from 'vue';
import { expOf, logOf, panned, zoomed, type Plot, type Range } from '../charts/curve';

/** Pixels below which a drag was meant to be a click. */
const SHORTEST_DRAG = 6;
/** How much a notch of the wheel zooms by, as a power of e for each pixel that it would scroll. */
const WHEEL = 0.002;
/** What a key or a button moves by, as a share of what is shown. */
const PAN = 0.25;

/** What is marked while somebody drags, in pixels of the canvas. */
export interface Selection {
  left: number;
  width: number;
  top: number;
  height: number;
}

export interface ChartZoom {
  zoomIn(): void;
  zoomOut(): void;
  /** Shows everything. */
  reset(): void;
  /** What keys do, by their names. */
  keys: Readonly<Record<string, () => void>>;
  /** Zooms around a place, by what a wheel would scroll; pixels from the left of the canvas. */
  wheel(x: number, delta: number): void;
  /** Null while nobody drags. */
  selection: ComputedRef<Selection | null>;
  /** A drag begins, moves and ends; pixels from the left of the canvas. */
  beginDrag(x: number): void;
  moveDrag(x: number): void;
  /** Returns false where it was no drag but a click. */
  endDrag(): boolean;
  cancelDrag(): void;
}

export interface Zoomable {
  /** What is shown; null for everything. */
  range: Ref<Range | null>;
  /** All there is to show; null while there is nothing. */
  limits: () => Range | null;
  /** Null while nothing is drawn. */
  plot: () => Plot | null;
  /** The axis is logarithmic. */
  logarithmic: () => boolean;
}

export function useChartZoom({ range, limits, plot, logarithmic }: Zoomable): ChartZoom {
  const drag = shallowRef<{ from: number; to: number; plot: Plot } | null>(null);

  /** Does something to a range as it is spread over the axis. */
  function change(change: (shown: Range, all: Range) => Range | null): void {
    const all = limits();
    if (!all) return;
    const shown = range.value ?? all;
    if (!logarithmic()) range.value = change(shown, all);
    else {
      const next = change(logOf(shown), logOf(all));
      range.value = next && expOf(next);
    }
  }
  const zoom = (factor: number, around?: number): void =>
    change((shown, all) => zoomed(shown, all, factor, around));
  function pan(share: number): void {
    if (range.value) change((shown, all) => panned(shown, all, share));
  }
  const zoomIn = (): void => zoom(0.5);
  const zoomOut = (): void => zoom(2);
  const reset = (): void => void (range.value = null);

  const within = ({ left, right }: Plot, x: number): number => Math.min(right, Math.max(left, x));

  return {
    zoomIn,
    zoomOut,
    reset,
    keys: {
      '+': zoomIn,
      '=': zoomIn,
      '-': zoomOut,
      ArrowLeft: () => pan(-PAN),
      ArrowRight: () => pan(PAN),
      '0': reset,
      Escape: reset,
    },
    wheel(x, delta) {
      const now = plot();
      if (!now) return;
      const at = now.xAt(within(now, x));
      zoom(Math.exp(delta * WHEEL), logarithmic() ? Math.log(at) : at);
    },
    selection: computed(() => {
      if (!drag.value) return null;
      const { from, to } = drag.value;
      const { top, bottom } = drag.value.plot;
      return { left: Math.min(from, to), width: Math.abs(to - from), top, height: bottom - top };
    }),
    beginDrag(x) {
      const now = plot();
      if (!now || !limits()) return;
      const at = within(now, x);
      drag.value = { from: at, to: at, plot: now };
    },
    moveDrag(x) {
      if (drag.value) drag.value = { ...drag.value, to: within(drag.value.plot, x) };
    },
    endDrag() {
      const done = drag.value;
      drag.value = null;
      // The curve may have grown under the pointer: what counts is where it stands now.
      const now = plot();
      if (!done || !now || Math.abs(done.to - done.from) < SHORTEST_DRAG) return false;
      const [left, right] = [Math.min(done.from, done.to), Math.max(done.from, done.to)];
      range.value = { from: now.xAt(left), to: now.xAt(right) };
      return true;
    },
    cancelDrag() {
      drag.value = null;
    },
  };
}
