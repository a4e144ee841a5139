import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { useSettingsStore } from '../../../../src/renderer/base/settings-store';
import { CURVE_COLORS, curveStyle } from '../../../../src/renderer/charts/palette';
import { useCompareStore } from '../../../../src/renderer/features/compare/compare-store';
import RunColor from '../../../../src/renderer/features/compare/RunColor.vue';
import { sampleRun } from '../../../unit/renderer/features/runs/sample';
import { byTestId, click, freshWindow, mountInWindow, press } from '../../mount';

const [one, two] = [sampleRun({ id: 1, name: 'one' }), sampleRun({ id: 2, name: 'two' })];
async function shown() {
  const main = freshWindow();
  useCompareStore().keepColors([1, 2]);
  await flushPromises();
  await mountInWindow(RunColor, { run: two, curve: curveStyle(1, false) });
  return main;
}
const dialog = (): HTMLElement | null => document.querySelector('[role="dialog"]');
const swatches = (): HTMLButtonElement[] => [...dialog()!.querySelectorAll('button')];

describe('the colour of a run', () => {
  it('is chosen from all colours and dashes, of which its own is marked', async () => {
    await shown();
    expect(dialog()).toBeNull();
    await click(byTestId('run-color'));
    expect(swatches()).toHaveLength(3 * CURVE_COLORS.light.length);
    expect(swatches().findIndex((one) => one.getAttribute('aria-pressed') === 'true')).toBe(1);
    const looks = swatches().map((one) => one.querySelector('line')!.outerHTML);
    expect(new Set(looks).size).toBe(looks.length);
  });

  it('is remembered, and leaves those of the others alone', async () => {
    const main = await shown();
    await click(byTestId('run-color'));
    await click(swatches()[13]!);
    expect(useSettingsStore().settings.runColors).toEqual({ 1: 0, 2: 13 });
    expect(main.calls.at(-1)).toEqual(['settings.set', { runColors: { 1: 0, 2: 13 } }]);
    const { color, dash } = useCompareStore().stylesOf([one, two]).get(2)!;
    expect({ color, dash }).toEqual(curveStyle(13, useSettingsStore().dark));
    expect(byTestId('run-color').getAttribute('aria-expanded')).toBe('false');
  });

  it('is left by Escape', async () => {
    const main = await shown();
    const before = main.calls.length;
    await click(byTestId('run-color'));
    await press(swatches()[0]!, 'Escape');
    expect(byTestId('run-color').getAttribute('aria-expanded')).toBe('false');
    expect(main.calls).toHaveLength(before);
  });

  it('is not chosen where a field gives it', async () => {
    await shown();
    useCompareStore().colorBy = 'architecture';
    await flushPromises();
    expect(document.querySelector('[data-testid="run-color"]')).toBeNull();
    expect(document.querySelector('svg line')).not.toBeNull();
  });
});

describe('colours of many runs', () => {
  it('stay while others come, and are given again only when all are taken', async () => {
    freshWindow();
    const store = useCompareStore();
    store.keepColors([5, 3]);
    await flushPromises();
    const before = [store.slotOf(5), store.slotOf(3)];
    store.keepColors([3, 9, 5]);
    await flushPromises();
    expect([store.slotOf(5), store.slotOf(3)]).toEqual(before);
    expect(new Set([5, 3, 9].map(store.slotOf)).size).toBe(3);
    const many = Array.from({ length: 24 }, (_, index) => index + 100);
    store.keepColors(many);
    await flushPromises();
    expect(new Set(many.map(store.slotOf)).size).toBe(24);
  });

  it('of runs that are not compared are forgotten at last', async () => {
    freshWindow();
    const store = useCompareStore();
    for (let id = 1; id <= 700; id += 50) {
      store.keepColors(Array.from({ length: 50 }, (_, index) => id + index));
      await flushPromises();
    }
    const kept = Object.keys(useSettingsStore().settings.runColors);
    expect(kept.length).toBeLessThanOrEqual(550);
    expect(kept).toContain('700');
  });
});
