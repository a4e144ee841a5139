import { beforeEach, expect, it } from 'vitest';
import { h } from 'vue';
import SideBySide from '../../../src/renderer/ui/SideBySide.vue';
import { byTestId, freshWindow, mountInWindow, press } from '../mount';

beforeEach(() => freshWindow());

const SLOTS = { first: () => h('p', 'table'), second: () => h('p', 'picture') };
const open = (slots: Record<string, () => unknown> = SLOTS) =>
  mountInWindow(SideBySide, { modelValue: 0.5, label: 'Share of the table' }, slots);
const divider = (): HTMLElement => byTestId('divider');
const pointer = (target: EventTarget, kind: string, clientX: number): boolean =>
  target.dispatchEvent(new PointerEvent(kind, { bubbles: true, button: 0, pointerId: 1, clientX }));

it('has a divider that keys move, as far as neither part vanishes', async () => {
  const { emitted } = await open();
  await press(divider(), 'ArrowRight');
  expect(emitted['update:modelValue']).toEqual([[0.55]]);
  await press(divider(), 'End');
  expect(divider().getAttribute('aria-valuenow')).toBe('80');
  await press(divider(), 'ArrowRight');
  expect(divider().getAttribute('aria-valuenow')).toBe('80');
});

it('tells the share once, when the divider was dragged', async () => {
  const { emitted } = await open();
  pointer(divider(), 'pointerdown', 400);
  pointer(window, 'pointermove', 300);
  pointer(window, 'pointermove', 240);
  expect(emitted['update:modelValue']).toBeUndefined();
  pointer(window, 'pointerup', 240);
  expect(emitted['update:modelValue']).toEqual([[0.3]]);
});

it('takes a drag back at Escape', async () => {
  const { emitted } = await open();
  pointer(divider(), 'pointerdown', 400);
  pointer(window, 'pointermove', 240);
  await press(document.body, 'Escape');
  pointer(window, 'pointerup', 240);
  expect(emitted['update:modelValue']).toBeUndefined();
  expect(divider().getAttribute('aria-valuenow')).toBe('50');
});

it('has no divider around a part that stands alone', async () => {
  await open({ first: SLOTS.first });
  expect(document.querySelector('[data-testid="divider"]')).toBeNull();
  expect(document.body.textContent).toContain('table');
});
