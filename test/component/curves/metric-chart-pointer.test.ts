/** What pointing at a chart does, where it is drawn and how it is saved. */
import { flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import { accuracyAxis } from '../../../src/renderer/charts/axes';
import type { Range } from '../../../src/renderer/charts/curve';
import type { YRange } from '../../../src/renderer/charts/y-limits';
import { byTestId, click, press, type } from '../mount';
import { scroll } from '../sight';
import type { Grown } from './shown-chart';
import {
  button,
  canvas,
  chart,
  drawn,
  grow,
  grown,
  lengths,
  LEGEND,
  marks,
  mounted,
  plot,
  shown,
  view,
} from './shown-chart';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const at = (x: number, y: number) => ({
  clientX: chart().scales.x!.getPixelForValue(x),
  clientY: chart().scales.y!.getPixelForValue(y),
});
async function point(
  kind: string,
  place: { clientX: number; clientY: number },
  buttonNumber = 0,
): Promise<void> {
  canvas().dispatchEvent(new PointerEvent(kind, { ...place, button: buttonNumber, pointerId: 1 }));
  await flushPromises();
}
const rows = (): string[] =>
  [...plot().querySelectorAll('[data-testid="readout-row"]')].map((row) =>
    [...row.querySelectorAll('bdi, span')].map((one) => one.textContent!.trim()).join(' '),
  );
const missing = (id: string): boolean => document.querySelector(`[data-testid="${id}"]`) === null;

describe('a chart that is scrolled away', () => {
  it('is not drawn until it comes into sight', async () => {
    scroll(() => false);
    const curves = grown(10);
    await shown(curves);
    await grow(curves, 20);
    expect(curves.drawings).toBe(0);
    scroll(() => true);
    await drawn();
    expect(curves.drawings).toBe(1);
    expect(lengths()).toEqual([20, 20]);
  });

  it('draws what has come meanwhile when it is seen again, and nothing where nothing has', async () => {
    const curves = grown(10);
    await shown(curves);
    const before = curves.drawings;
    scroll(() => false);
    scroll(() => true);
    await drawn();
    expect(curves.drawings).toBe(before);
    scroll(() => false);
    await grow(curves, 30);
    expect(lengths()).toEqual([10, 10]);
    scroll(() => true);
    await drawn();
    expect(lengths()).toEqual([30, 30]);
  });
});

describe('pointing at a curve', () => {
  beforeEach(() => shown(grown(100)));

  it('reads all curves there, the highest first, and makes its own stand out', async () => {
    await point('pointermove', at(50, 0.5));
    expect(rows()).toEqual(['validation 75.0 %', 'training 50.0 %']);
    expect(plot().querySelector('.near')!.textContent).toContain('training');
    expect(byTestId('chart-cursor').textContent).toContain('Step 50');
    expect(view.emphasised.value).toBe('training');
    await drawn();
    const [own, other] = marks().map(({ color }) => color);
    expect(own).toBe(LEGEND[0]!.style.color);
    expect(other).not.toBe(LEGEND[1]!.style.color);
    expect(
      [...byTestId('chart').querySelectorAll('.legend .near')].map((one) => one.textContent!.trim()),
    ).toEqual(['training']);
  });

  it('ends where the pointer leaves, and beside the plot', async () => {
    await point('pointermove', at(50, 0.5));
    await point('pointermove', { ...at(50, 0.5), clientX: 2 });
    expect([rows(), view.cursor.value, view.emphasised.value]).toEqual([[], null, null]);
    await point('pointermove', at(50, 0.5));
    await point('pointerleave', at(50, 0.5));
    expect([rows(), view.cursor.value, view.emphasised.value]).toEqual([[], null, null]);
    await drawn();
    expect(marks().map(({ color }) => color)).toEqual(LEGEND.map(({ style }) => style.color));
  });

  it('opens its run by a click', async () => {
    await point('pointermove', at(50, 0.75));
    await point('pointerdown', at(50, 0.75));
    await point('pointerup', at(50, 0.75));
    expect(mounted.emitted.open).toEqual([[8]]);
  });

  it('opens nothing by another button, by a press elsewhere, nor between curves', async () => {
    await point('pointermove', at(50, 0.75));
    await point('pointerdown', at(50, 0.75), 2);
    await point('pointerup', at(50, 0.75), 2);
    await point('pointerup', at(50, 0.75));
    await point('pointermove', at(50, 0.1));
    await point('pointerdown', at(50, 0.1));
    await point('pointerup', at(50, 0.1));
    expect(mounted.emitted.open).toBeUndefined();
  });

  it('opens nothing at the end of a drag, which zooms', async () => {
    await point('pointermove', at(20, 0.5));
    await point('pointerdown', at(20, 0.5));
    await point('pointermove', at(60, 0.5));
    await point('pointerup', at(60, 0.5));
    expect(mounted.emitted.open).toBeUndefined();
    expect(view.range.value).toEqual({ from: expect.closeTo(20, 6), to: expect.closeTo(60, 6) });
  });

  it('shows the same place in a chart that the pointer is not over, without the box', async () => {
    view.cursor.value = { x: 30, chart: Symbol('another'), top: 5 };
    await nextTick();
    expect(rows()).toEqual([]);
    const line = byTestId('chart-cursor').querySelector<HTMLElement>('.line')!;
    expect(Number(/translateX\((.*)px\)/.exec(line.style.transform)?.[1])).toBeCloseTo(at(30, 0).clientX, 6);
    expect(byTestId('chart-cursor').querySelectorAll('i')).toHaveLength(2);
  });
});

describe('the legend', () => {
  const entry = (index: number) =>
    byTestId('chart').querySelectorAll<HTMLButtonElement>('.legend button')[index]!;

  it('makes a curve stand out while it is pointed at', async () => {
    await shown(grown(100));
    entry(1).dispatchEvent(new PointerEvent('pointerenter'));
    await drawn();
    expect(view.emphasised.value).toBe('validation');
    expect(marks()[1]!.color).toBe(LEGEND[1]!.style.color);
    expect(marks()[0]!.color).not.toBe(LEGEND[0]!.style.color);
    entry(1).dispatchEvent(new PointerEvent('pointerleave'));
    await drawn();
    expect(marks()[0]!.color).toBe(LEGEND[0]!.style.color);
  });

  it('is left to the page where that has one', async () => {
    await shown(grown(100), { legendless: true });
    expect(byTestId('chart').querySelector('.legend')).toBeNull();
  });
});

describe('the wheel', () => {
  const turn = async (more: WheelEventInit): Promise<WheelEvent> => {
    const event = new WheelEvent('wheel', {
      deltaY: -200,
      bubbles: true,
      cancelable: true,
      ...at(25, 0.5),
      ...more,
    });
    // The DOM of the tests gives no place to a wheel.
    Object.defineProperties(event, { clientX: { value: at(25, 0.5).clientX }, clientY: { value: 1 } });
    Object.defineProperty(event, 'ctrlKey', { value: more.ctrlKey ?? false });
    plot().dispatchEvent(event);
    await flushPromises();
    return event;
  };

  it('scrolls the page, and zooms around the pointer with Ctrl', async () => {
    await shown(grown(100));
    expect((await turn({})).defaultPrevented).toBe(false);
    expect(view.range.value).toBeNull();
    expect((await turn({ ctrlKey: true })).defaultPrevented).toBe(true);
    const { from, to } = view.range.value as Range;
    expect(to - from).toBeCloseTo(100 * Math.exp(-0.4), 6);
    expect((25 - from) / (to - from)).toBeCloseTo(0.25, 6);
  });

  it('zooms without Ctrl where there is nothing to scroll', async () => {
    await shown(grown(100));
    await press(plot(), 'f');
    expect((await turn({})).defaultPrevented).toBe(true);
    expect(view.range.value).not.toBeNull();
  });
});

describe('a chart over the whole window', () => {
  const fills = (): boolean => byTestId('chart').classList.contains('maximised');

  it('is shown by F and by its button, and goes back by Escape', async () => {
    await shown(grown(100));
    await press(plot(), 'f');
    expect(fills()).toBe(true);
    expect(document.activeElement).toBe(plot());
    await press(plot(), '+');
    await press(plot(), 'Escape');
    expect(fills()).toBe(false);
    // Escape did one thing.
    expect(view.range.value).toEqual({ from: 25, to: 75 });
    await press(plot(), 'Escape');
    expect(view.range.value).toBeNull();
    await click(button('Fill the window with Accuracy'));
    expect(fills()).toBe(true);
    await press(button('Zoom in on Accuracy'), 'Escape');
    expect(fills(), 'from a button of the chart').toBe(false);
    await click(button('Fill the window with Accuracy'));
    await click(button('Show Accuracy in its place'));
    expect(fills()).toBe(false);
    await press(plot(), 'f');
    await press(plot(), 'f');
    expect(fills()).toBe(false);
  });
});

describe('points beyond the axis', () => {
  const spiked = (): Grown =>
    Object.assign(grown(200), {
      valueOf: (index: number, curve: number) =>
        index === 50 + curve ? 0.99 : index === 9 ? 0.001 : 0.5 + index / 1e5,
    });

  it('are counted, and shown on request', async () => {
    const without: YRange = { kind: 'robust' };
    await shown(spiked(), { yRange: without, y: accuracyAxis('Accuracy', false) });
    expect(byTestId('chart-above').textContent!.trim()).toBe('2 points above');
    expect(byTestId('chart-below').textContent!.trim()).toBe('2 points below');
    expect(chart().scales.y!.max).toBeLessThan(0.9);
    await click(byTestId('chart-above'));
    await drawn();
    expect(mounted.props.yRange).toEqual({ kind: 'all' });
    expect(byTestId('chart-above').style.display).toBe('none');
    expect(chart().scales.y!.max).toBeGreaterThanOrEqual(0.99);
  });

  it('are told of where they have no place at all', async () => {
    const holed = Object.assign(grown(200), { valueOf: (index: number) => (index < 3 ? NaN : 0.5) });
    await shown(holed);
    expect(byTestId('chart-note').textContent!.trim()).toBe(
      '6 points have no place on this axis: not a number, or not above 0',
    );
  });
});

describe('a chart of many points', () => {
  it('says how many of them it draws', async () => {
    const noisy = Object.assign(grown(20_000), {
      valueOf: (index: number) => 0.5 + Math.sin(index * 7.7) / 3,
    });
    await shown(noisy);
    expect(marks().map(({ kind }) => kind)).toEqual(['columns', 'columns']);
    expect(byTestId('chart-note').textContent!.trim()).toMatch(/^Drawn [\d,]+ of 40,000 points$/);
    expect(Number(plot().dataset.points)).toBeLessThanOrEqual(8 * 800);
  });
});

describe('the vertical axis', () => {
  const open = () => click(byTestId('y-axis'));
  const choose = async (kind: YRange['kind']) => {
    document
      .querySelector<HTMLInputElement>(`[role="dialog"] input[value="${kind}"]`)!
      .dispatchEvent(new Event('change'));
    await flushPromises();
  };

  it('begins at zero, is robust, or goes by hand from what is shown, as shares are typed', async () => {
    await shown(grown(100));
    await open();
    await choose('zero');
    expect(mounted.props.yRange).toEqual({ kind: 'zero' });
    await choose('manual');
    expect(mounted.props.yRange).toEqual({ kind: 'manual', low: 0, high: 1 });
    await type(byTestId('y-low'), '40');
    await type(byTestId('y-high'), '85.5');
    expect(mounted.props.yRange).toEqual({ kind: 'manual', low: 0.4, high: 0.855 });
    await drawn();
    expect(chart().scales.y).toMatchObject({ min: 0.4, max: 0.855 });
  });

  it('keeps what it had while what is typed is no range', async () => {
    await shown(grown(100), { yRange: { kind: 'manual', low: 0.2, high: 0.8 } });
    await open();
    for (const text of ['80', '90', 'much', '']) {
      await type(byTestId('y-low'), text);
      expect(mounted.props.yRange).toEqual({ kind: 'manual', low: 0.2, high: 0.8 });
      expect(document.querySelector('[role="alert"]')!.textContent).not.toBe('');
    }
  });
});

describe('saving', () => {
  it('offers an image, a drawing or the numbers, and gives the browser a file', async () => {
    await shown(grown(100));
    const saved: { name: string; url: string }[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      saved.push({ name: this.download, url: this.href });
    });
    const blobs: Blob[] = [];
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => (blobs.push(blob as Blob), 'blob:made'));
    const choose = async (format: string) => {
      await click(button('Save Accuracy'));
      document
        .querySelector<HTMLInputElement>(
          `.n-modal input[value="${format}"], [role="dialog"] input[value="${format}"]`,
        )!
        .click();
      await flushPromises();
    };
    await choose('csv');
    expect(document.body.textContent).toContain('200 points of 2 curves, none left out.');
    await click(byTestId('figure-save'));
    await drawn();
    expect(saved[0]!.name).toBe('Accuracy - one.csv');
    vi.useRealTimers();
    expect((await blobs[0]!.text()).split('\r\n').slice(0, 2)).toEqual([
      'curve,Step,Accuracy',
      'training,1,0.5',
    ]);
    expect(missing('figure-save')).toBe(true);
  });

  it('refuses a size that no figure has, and remembers one that it may have', async () => {
    await shown(grown(100));
    await click(button('Save Accuracy'));
    document.querySelector<HTMLInputElement>('input[value="svg"]')!.click();
    await flushPromises();
    const save = () => byTestId<HTMLButtonElement>('figure-save');
    for (const text of ['299', '4001', '12.5', '', 'wide']) {
      await type(byTestId('figure-width'), text);
      expect(save().disabled, text).toBe(true);
    }
    await type(byTestId('figure-width'), '900');
    expect(save().disabled).toBe(false);
    const blobs: Blob[] = [];
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => (blobs.push(blob as Blob), 'blob:made'));
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
    await click(save());
    await drawn();
    await click(button('Save Accuracy'));
    expect(
      byTestId('figure-width').querySelector('input')?.value ??
        byTestId<HTMLInputElement>('figure-width').value,
    ).toBe('900');
    vi.useRealTimers();
    const svg = await blobs[0]!.text();
    expect(svg).toContain('width="900" height="700"');
    for (const { label } of LEGEND) expect(svg).toContain(`>${label}</text>`);
  });
});
