import { beforeEach, describe, expect, it } from 'vitest';
import { useSettingsStore } from '../../../src/renderer/base/settings-store';
import SmoothingControl from '../../../src/renderer/curves/SmoothingControl.vue';
import type { FakeMain } from '../../unit/renderer/fake-main';
import { byTestId, freshWindow, mountInWindow, type } from '../mount';

let main: FakeMain;
beforeEach(async () => {
  main = freshWindow();
  await mountInWindow(SmoothingControl);
});
const group = (): HTMLElement => document.querySelector('[role="group"][aria-label="Smoothing"]')!;
const slider = (): HTMLInputElement => group().querySelector('input[type="range"]')!;
const said = (): string => group().querySelector('output')!.textContent!;
const slide = (to: string) => type(slider().parentElement!.querySelector('input[type="range"]')!, to);
const release = () => slider().dispatchEvent(new Event('change', { bubbles: true }));

async function choose(kind: string): Promise<void> {
  const select = byTestId<HTMLSelectElement>('smoothing-kind');
  select.value = kind;
  select.dispatchEvent(new Event('change', { bubbles: true }));
  await Promise.resolve();
}

describe('smoothing', () => {
  it('is off at first', () => {
    expect(said()).toBe('off');
    expect(slider().getAttribute('aria-valuetext')).toBe('off');
  });

  it('smooths at once, and is remembered when the slider is released', async () => {
    await slide('0.91');
    expect(useSettingsStore().settings.smoothing).toBe(0.9);
    expect(said()).toBe('0.90');
    expect(main.calls).toEqual([]);
    release();
    expect(main.calls).toEqual([['settings.set', { smoothing: 0.9 }]]);
  });

  it('goes to 0.99 and not beyond', async () => {
    await slide('1');
    expect(useSettingsStore().settings.smoothing).toBe(0.99);
  });

  it('by a median takes an odd number of steps, from 1 (off) to 501', async () => {
    await choose('median');
    expect(main.calls).toEqual([['settings.set', { smoothingKind: 'median' }]]);
    expect(said()).toBe('off');
    const steps: number[] = [];
    for (let at = 0; at <= 1; at += 0.05) {
      await slide(at.toFixed(2));
      steps.push(useSettingsStore().settings.medianSteps);
    }
    await slide('1');
    expect(useSettingsStore().settings.medianSteps).toBe(501);
    expect(said()).toBe('501 steps');
    expect(steps.every((count) => count % 2 === 1)).toBe(true);
    expect([...steps].sort((a, b) => a - b)).toEqual(steps);
    expect(steps[0]).toBe(1);
    release();
    expect(main.calls.at(-1)).toEqual(['settings.set', { medianSteps: 501 }]);
    // The other kind keeps what it had.
    expect(useSettingsStore().settings.smoothing).toBe(0);
  });
});
