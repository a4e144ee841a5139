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
  pixelOfY: (y) => 210 - y * 200,
  yAt: (pixel) => (210 - pixel) / 200,
});
/** The same over which x goes from 1 to what is shown, by powers. */
const logarithmicTo = (end: number): Plot => ({
  ...plotTo(end),
  shown: { from: 1, to: end },
  pixelOf: (x) => 50 + (Math.log(x) / Math.log(end)) * 400,
  xAt: (pixel) => end ** ((pixel - 50) / 400),
});

let range: Ref<Range | null>;
let limits: Range | null;
let plot: Plot | null;
let logarithmic: boolean;
let zoom: ChartZoom;
beforeEach(() => {
  range = ref(null);
  limits = { from: 0, to: 100 };
  plot = plotTo(100);
  logarithmic = false;
  zoom = useChartZoom({ range, limits: () => limits, plot: () => plot, logarithmic: () => logarithmic });
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
    zoom.beginDrag(150);
    zoom.moveDrag(154);
    expect(zoom.endDrag()).toBe(false);
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

describe('zooming by the wheel', () => {
  it('goes in around what it is over, as far as it is turned, and out again', () => {
    zoom.wheel(150, -Math.log(2) / 0.002);
    expect(range.value!.from).toBeCloseTo(12.5, 10);
    expect(range.value!.to).toBeCloseTo(62.5, 10);
    plot = { ...plot!, xAt: (pixel) => 12.5 + ((pixel - 50) / 400) * 50 };
    zoom.wheel(150, Math.log(2) / 0.002);
    expect(range.value).toBeNull();
  });

  it('stays within the plot, and does nothing without one', () => {
    zoom.wheel(-900, -Math.log(2) / 0.002);
    expect(range.value).toEqual({ from: 0, to: expect.closeTo(50, 10) });
    plot = null;
    zoom.wheel(150, -100);
    expect(range.value).toEqual({ from: 0, to: expect.closeTo(50, 10) });
  });

  it('leaves the place under the pointer alone, wherever it is and however often it turns', () => {
    let pixel = 63;
    for (let turn = 0; turn < 40; turn++) {
      const shown = range.value ?? limits!;
      const scale = (shown.to - shown.from) / 400;
      plot = { ...plot!, xAt: (at) => shown.from + (at - 50) * scale };
      const before = plot.xAt(pixel);
      zoom.wheel(pixel, -120);
      const now = range.value!;
      const after = now.from + ((pixel - 50) / 400) * (now.to - now.from);
      expect(after).toBeCloseTo(before, 8);
      pixel = 50 + ((pixel * 37) % 400);
    }
  });
});

describe('zooming over a logarithmic axis', () => {
  beforeEach(() => {
    logarithmic = true;
    limits = { from: 1, to: 10_000 };
    plot = logarithmicTo(10_000);
  });
  const near = (from: number, to: number) => ({ from: expect.closeTo(from, 6), to: expect.closeTo(to, 6) });

  it('halves what is seen, not what is counted', () => {
    zoom.keys['+']!();
    expect(range.value).toEqual(near(10, 1000));
    zoom.keys.ArrowRight!();
    expect(range.value).toEqual(near(10 ** 1.5, 10 ** 3.5));
    zoom.keys['-']!();
    zoom.keys['-']!();
    expect(range.value).toBeNull();
  });

  it('by the wheel stays around the pointer', () => {
    zoom.wheel(150, -Math.log(2) / 0.002);
    expect(range.value).toEqual(near(10 ** 0.5, 10 ** 2.5));
  });

  it('by a drag takes the places under it', () => {
    zoom.beginDrag(150);
    zoom.moveDrag(350);
    expect(zoom.endDrag()).toBe(true);
    expect(range.value).toEqual(near(10, 1000));
  });
});
