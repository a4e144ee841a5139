import { flushPromises } from '@vue/test-utils';
import { Chart } from 'chart.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import type { Range } from '../../../src/renderer/charts/curve';
import type { Mark } from '../../../src/renderer/charts/gaps';
import { byTestId, click, press } from '../mount';
import {
  button,
  canvas,
  chart,
  drawn,
  grow,
  grown,
  Grown,
  lengths,
  marks,
  mounted,
  plot,
  shown,
  view,
} from './shown-chart';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a chart without points', () => {
  it('says what it waits for, and has nothing to zoom into or to save', async () => {
    await shown(new Grown());
    expect(plot().textContent).toContain('The curve begins with the first step.');
    expect(plot().dataset.points).toBe('0');
    expect(canvas().classList).toContain('blank');
    for (const name of [
      'Zoom in on Accuracy',
      'Zoom out of Accuracy',
      'Show all of Accuracy',
      'Save Accuracy',
    ]) {
      expect(button(name).disabled, name).toBe(true);
    }
    await press(plot(), '+');
    expect(view.range.value).toBeNull();
  });

  it('says the latest values to those who cannot see it', async () => {
    await shown(new Grown());
    expect(canvas().getAttribute('aria-label')).toBe('Accuracy at 50 %.');
  });
});

describe('a chart that grows', () => {
  it('takes in points that come with a new version, in the chart that it has', async () => {
    const curves = new Grown();
    await shown(curves);
    const made = chart();
    await grow(curves, 5);
    expect(lengths()).toEqual([5, 5]);
    expect(plot().dataset.points).toBe('10');
    expect(plot().textContent).not.toContain('The curve begins');
    expect(canvas().classList).not.toContain('blank');
    await grow(curves, 9);
    expect(lengths()).toEqual([9, 9]);
    expect(chart()).toBe(made);
    expect(chart().scales.x).toMatchObject({ min: 0, max: 9 });
  });

  it('draws once for many versions', async () => {
    const curves = new Grown();
    await shown(curves);
    const before = curves.drawings;
    for (let version = 1; version <= 20; version++) {
      mounted.props.version = version;
      await nextTick();
    }
    await drawn();
    expect(curves.drawings).toBe(before + 1);
  });

  it('grows over an axis that is planned, from where it began', async () => {
    const curves = grown(3);
    await shown(curves, { plannedEnd: 100, origin: 1 });
    expect(chart().scales.x).toMatchObject({ min: 1, max: 100 });
    await grow(curves, 50);
    expect(chart().scales.x).toMatchObject({ min: 1, max: 100 });
    mounted.props.plannedEnd = null;
    await drawn();
    expect(chart().scales.x).toMatchObject({ min: 1, max: 50 });
  });

  it('stays where it was zoomed to while points come', async () => {
    const curves = grown(100);
    await shown(curves);
    await press(plot(), '+');
    await drawn();
    const range = view.range.value as Range;
    expect(chart().scales.x).toMatchObject({ min: range.from, max: range.to });
    await grow(curves, 500);
    expect(view.range.value).toEqual(range);
    expect(chart().scales.x).toMatchObject({ min: range.from, max: range.to });
    // Those within, and one on either side.
    expect(lengths()).toEqual([53, 53]);
    expect(plot().dataset.points).toBe('102');
    await press(plot(), '0');
    await drawn();
    expect(chart().scales.x).toMatchObject({ min: 0, max: 500 });
  });

  it('gives its chart back when it goes', async () => {
    const curves = new Grown();
    await shown(curves);
    const element = canvas();
    mounted.wrapper.unmount();
    expect(Chart.getChart(element)).toBeUndefined();
  });
});

describe('zooming', () => {
  beforeEach(async () => {
    const curves = grown(100);
    await shown(curves);
  });

  it('works by keys', async () => {
    for (const [key, from, to] of [
      ['+', 25, 75],
      ['ArrowRight', 37.5, 87.5],
      ['ArrowLeft', 25, 75],
      ['=', 37.5, 62.5],
      ['-', 25, 75],
    ] as const) {
      expect((await press(plot(), key)).defaultPrevented, key).toBe(true);
      expect(view.range.value, key).toEqual({ from, to });
    }
    await press(plot(), 'Escape');
    expect(view.range.value).toBeNull();
  });

  it('leaves other keys alone, and those of the window', async () => {
    for (const [key, more] of [
      ['a', {}],
      ['+', { ctrlKey: true }],
      ['0', { metaKey: true }],
      ['ArrowLeft', { altKey: true }],
    ] as const) {
      expect((await press(plot(), key, more)).defaultPrevented, key).toBe(false);
    }
    expect(view.range.value).toBeNull();
  });

  it('works by buttons, which rest where there is nothing to do', async () => {
    expect(button('Zoom out of Accuracy').disabled).toBe(true);
    expect(button('Show all of Accuracy').disabled).toBe(true);
    await click(button('Zoom in on Accuracy'));
    expect(view.range.value).toEqual({ from: 25, to: 75 });
    await click(button('Zoom out of Accuracy'));
    expect(view.range.value).toBeNull();
    await click(button('Zoom in on Accuracy'));
    await click(button('Show all of Accuracy'));
    expect(view.range.value).toBeNull();
  });

  it('works by dragging with the first button, and ends by a double click', async () => {
    const point = (type: string, clientX: number, buttonNumber = 0) =>
      canvas().dispatchEvent(new PointerEvent(type, { clientX, button: buttonNumber, pointerId: 1 }));
    const at = (x: number): number => chart().scales.x!.getPixelForValue(x);
    const [from, to] = [at(20), at(60)];
    point('pointerdown', from, 2);
    point('pointermove', to);
    await flushPromises();
    expect(plot().querySelector('.selection')).toBeNull();
    point('pointerdown', from);
    point('pointermove', to);
    await flushPromises();
    const marked = plot().querySelector<HTMLElement>('.selection')!;
    expect(Number.parseFloat(marked.style.width)).toBeCloseTo(to - from, 6);
    point('pointerup', to);
    await flushPromises();
    const range = view.range.value as Range;
    expect(range.from).toBeCloseTo(20, 6);
    expect(range.to).toBeCloseTo(60, 6);
    expect(plot().querySelector('.selection')).toBeNull();
    canvas().dispatchEvent(new MouseEvent('dblclick'));
    await flushPromises();
    expect(view.range.value).toBeNull();
  });
});

describe('the legend', () => {
  it('hides a group of curves and shows it again', async () => {
    const curves = grown(10);
    await shown(curves);
    const entry = byTestId('chart').querySelectorAll<HTMLButtonElement>('li button')[1]!;
    expect(entry.getAttribute('aria-pressed')).toBe('true');
    await click(entry);
    await drawn();
    expect(entry.getAttribute('aria-pressed')).toBe('false');
    expect(marks().map(({ label }) => label)).toEqual(['training']);
    await grow(curves, 20);
    expect(lengths()).toEqual([20]);
    await click(entry);
    await drawn();
    expect(lengths()).toEqual([20, 20]);
  });

  it('leaves a chart whose curves are all hidden empty', async () => {
    const curves = grown(10);
    await shown(curves);
    for (const entry of byTestId('chart').querySelectorAll<HTMLButtonElement>('li button'))
      await click(entry);
    await drawn();
    expect(plot().dataset.points).toBe('0');
    expect(button('Save Accuracy').disabled).toBe(true);
  });
});

describe('flags', () => {
  const mark = (x: number): Mark => ({ x, title: `At ${x}`, lines: ['It was interrupted.'] });
  const flags = (): HTMLElement[] => [
    ...document.querySelectorAll<HTMLElement>('[data-testid="chart-mark"]'),
  ];

  it('stand on their lines, and say what they stand for', async () => {
    const curves = grown(100);
    await shown(curves, { marks: [mark(20), mark(60)] });
    expect(flags().map((flag) => flag.getAttribute('aria-label'))).toEqual([
      'At 20. It was interrupted.',
      'At 60. It was interrupted.',
    ]);
    expect(Number.parseFloat(flags()[0]!.style.left)).toBeCloseTo(chart().scales.x!.getPixelForValue(20), 6);
  });

  it('are one where they would cover each other', async () => {
    const curves = grown(100);
    await shown(curves, { marks: [mark(20), mark(20.5), mark(21)] });
    expect(flags().map((flag) => flag.getAttribute('aria-label'))).toEqual(['3 times: At 20, …']);
    expect(flags()[0]!.textContent).toContain('3');
  });

  it('move with the zoom, and go where their place is not shown', async () => {
    const curves = grown(100);
    await shown(curves, { marks: [mark(20), mark(60)] });
    await press(plot(), '+');
    await drawn();
    expect(flags().map((flag) => flag.getAttribute('aria-label'))).toEqual(['At 60. It was interrupted.']);
    expect(Number.parseFloat(flags()[0]!.style.left)).toBeCloseTo(chart().scales.x!.getPixelForValue(60), 6);
  });

  it('are not there without a curve', async () => {
    await shown(new Grown(), { marks: [mark(20)] });
    expect(flags()).toEqual([]);
  });
});
