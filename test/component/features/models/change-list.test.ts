import { beforeEach, expect, it } from 'vitest';
import { defineComponent, h, shallowRef } from 'vue';
import type { Difference } from '../../../../src/architecture/edits/differences';
import ChangeList from '../../../../src/renderer/features/models/ChangeList.vue';
import { byTestId, click, freshWindow, mountInWindow } from '../../mount';

beforeEach(() => void freshWindow());

const renamed = (what: string, name = `${what} 1 → 2`): Difference => ({
  what,
  before: '1',
  after: '2',
  name,
  takeBack: { kind: 'rename', name: what },
});

/** A list that loses the changes that are taken back. */
async function open(...changes: Difference[]) {
  const left = shallowRef(changes);
  const Live = defineComponent(
    () => () =>
      h(ChangeList, {
        changes: left.value,
        since: 'what was saved',
        onTakeBack: (change) => void (left.value = left.value.filter((other) => other !== change)),
        onTakeAllBack: () => void (left.value = []),
      }),
  );
  await mountInWindow(Live);
}
const buttons = () => [...byTestId('change-list').querySelectorAll<HTMLElement>('li button')];
async function pressed(button: HTMLElement) {
  button.focus();
  await click(button);
  const { activeElement } = document;
  if (activeElement === document.body) return null;
  return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent?.trim();
}

it('keeps the focus: it goes to the next line, to the one before, and to the heading', async () => {
  await open(renamed('classes'), renamed('stage 1 blocks'), renamed('stem'));
  expect(await pressed(buttons()[1]!)).toBe('Take back: stem 1 → 2');
  expect(await pressed(buttons()[1]!)).toBe('Take back: classes 1 → 2');
  expect(await pressed(buttons()[0]!)).toBe('Nothing differs from what was saved.');
});

it('keeps the focus when all is taken back', async () => {
  await open(renamed('classes'), renamed('stem'));
  expect(await pressed(byTestId('take-all-back'))).toBe('Nothing differs from what was saved.');
});
