import { beforeEach, describe, expect, it } from 'vitest';
import { ref, type Ref } from 'vue';
import type { Plot, Range } from '../../../../src/renderer/charts/curve';
import { useChartZoom, type ChartZoom } from '../../../../src/renderer/curves/chart-zoom';

/** A plot from pixel 50 to 450, over which x goes from 0 to what is shown. */
const plotTo = (end: number): Plot => ({
  left: 50,
  right: 450,
  top: 10,
  bottom: 210,
  shown: { from: 0, to: end },
  pixelOf: (x) => 50 + (x / end) * 400,
  xAt: (pixel) => ((pixel - 50) / 400) * end,
});

let range: Ref<Range | null>;
let limits: Range | null;
let plot: Plot | null;
let zoom: ChartZoom;
beforeEach(() => {
  range = ref(null);
  limits = { from: 0, to: 100 };
  plot = plotTo(100);
  zoom = useChartZoom({ range, limits: () => limits, plot: () => plot });
});

describe('zooming by keys and buttons', () => {
  const press = (...keys: string[]) => keys.forEach((key) => zoom.keys[key]!());

  it('goes in by plus and out by minus, to everything at last', () => {
    press('+');
    expect(range.value).toEqual({ from: 25, to: 75 });
    press('=');
    expect(range.value).toEqual({ from: 37.5, to: 62.5 });
    press('-', '-');
    expect(range.value).toBeNull();
  });

  it('moves by arrows, and stays within what there is', () => {
    press('ArrowLeft');
    expect(range.value).toBeNull();
    press('+', 'ArrowRight');
    expect(range.value).toEqual({ from: 37.5, to: 87.5 });
    press('ArrowRight', 'ArrowRight');
    expect(range.value).toEqual({ from: 50, to: 100 });
    press('ArrowLeft');
    expect(range.value).toEqual({ from: 37.5, to: 87.5 });
  });

  it.each(['0', 'Escape'])('shows everything by %s', (key) => {
    press('+', key);
    expect(range.value).toBeNull();
  });

  it('does nothing where there is nothing to show', () => {
    limits = null;
    press('+', 'ArrowRight', '-');
    expect(range.value).toBeNull();
  });

  it('keeps what is shown where more has come meanwhile, and zooms out to it', () => {
    press('+');
    limits = { from: 0, to: 200 };
    expect(range.value).toEqual({ from: 25, to: 75 });
    press('-');
    expect(range.value).toEqual({ from: 0, to: 100 });
    press('-');
    expect(range.value).toEqual({ from: 0, to: 150 });
  });
});

describe('zooming by dragging', () => {
  function drag(...places: number[]): void {
    zoom.beginDrag(places[0]!);
    places.slice(1).forEach(zoom.moveDrag);
    zoom.endDrag();
  }

  it('shows what was dragged over, in either direction', () => {
    drag(150, 200, 250);
    expect(range.value).toEqual({ from: 25, to: 50 });
    range.value = null;
    drag(250, 150);
    expect(range.value).toEqual({ from: 25, to: 50 });
  });

  it('marks it meanwhile, in pixels', () => {
    zoom.beginDrag(250);
    zoom.moveDrag(150);
    expect(zoom.selection.value).toEqual({ left: 150, width: 100, top: 10, height: 200 });
    zoom.endDrag();
    expect(zoom.selection.value).toBeNull();
  });

  it('stays within the plot', () => {
    drag(-500, 150);
    expect(range.value).toEqual({ from: 0, to: 25 });
    drag(350, 9000);
    expect(range.value).toEqual({ from: 75, to: 100 });
  });

  it('takes a short one for a click', () => {
    drag(150, 155);
    expect(range.value).toBeNull();
    drag(150, 300, 152);
    expect(range.value).toBeNull();
  });

  it('takes the place of the curves as they stand when the pointer is released', () => {
    zoom.beginDrag(150);
    zoom.moveDrag(250);
    plot = plotTo(200);
    zoom.endDrag();
    expect(range.value).toEqual({ from: 50, to: 100 });
  });

  it('is given up, and does not begin where nothing is drawn', () => {
    zoom.beginDrag(150);
    zoom.cancelDrag();
    zoom.moveDrag(300);
    zoom.endDrag();
    expect(range.value).toBeNull();
    plot = null;
    drag(150, 250);
    plot = plotTo(100);
    limits = null;
    drag(150, 250);
    expect(range.value).toBeNull();
  });
});
