import { mount } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import { defineComponent, h, KeepAlive, nextTick, ref } from 'vue';
import { keyName, useKeys, type KeyBindings } from '../../../src/renderer/ui/use-keys';
import { press } from '../mount';

const named = (key: string, more: KeyboardEventInit = {}) =>
  keyName(new KeyboardEvent('keydown', { key, ...more }));

describe('the name of a key', () => {
  it.each<[string, string, KeyboardEventInit]>([
    ['p', 'p', {}],
    ['p', 'P', {}],
    ['Shift+p', 'P', { shiftKey: true }],
    ['Mod+n', 'n', { ctrlKey: true }],
    ['Mod+n', 'n', { metaKey: true }],
    ['Mod+Shift+z', 'Z', { ctrlKey: true, shiftKey: true }],
    ['Mod+,', ',', { ctrlKey: true }],
    ['F2', 'F2', {}],
    ['Shift+Tab', 'Tab', { shiftKey: true }],
    ['?', '?', { shiftKey: true }],
    ['+', '+', { shiftKey: true }],
  ])('%s', (name, key, more) => {
    expect(named(key, more)).toBe(name);
  });

  it('is none with Alt', () => {
    expect(named('p', { altKey: true })).toBeNull();
    expect(named('e', { altKey: true, ctrlKey: true })).toBeNull();
  });
});

function bound(keys: string[]) {
  const done: string[] = [];
  const bindings: KeyBindings = Object.fromEntries(keys.map((key) => [key, () => done.push(key)]));
  const Page = defineComponent(() => {
    useKeys(bindings);
    return () =>
      h('div', [
        h('input', { id: 'text' }),
        h('input', { id: 'radio', type: 'radio' }),
        h('input', { id: 'range', type: 'range' }),
        h('textarea'),
        h('select'),
        h('div', { id: 'editor', contenteditable: 'true' }),
        h('button'),
      ]);
  });
  return { done, Page };
}

describe('keys of a view', () => {
  it('act wherever the focus is, and do nothing else then', async () => {
    const { done, Page } = bound(['p', 'Mod+n']);
    mount(Page, { attachTo: document.body });
    expect((await press(document.body, 'p')).defaultPrevented).toBe(true);
    await press(document.querySelector('button')!, 'P');
    await press(document.body, 'n', { ctrlKey: true });
    expect(done).toEqual(['p', 'p', 'Mod+n']);
    expect((await press(document.body, 'x')).defaultPrevented).toBe(false);
    expect((await press(document.body, 'toString')).defaultPrevented).toBe(false);
  });

  it.each(['#text', 'textarea', 'select', '#editor'])(
    'are left to %s, but for those with Ctrl',
    async (field) => {
      const { done, Page } = bound(['p', 'Mod+n']);
      mount(Page, { attachTo: document.body });
      const event = await press(document.querySelector(field)!, 'p');
      expect(event.defaultPrevented).toBe(false);
      await press(document.querySelector(field)!, 'n', { ctrlKey: true });
      expect(done).toEqual(['Mod+n']);
    },
  );

  it.each(['#radio', '#range'])('move %s, in which nothing is typed', async (field) => {
    const { done, Page } = bound(['p', 'ArrowRight', ' ']);
    mount(Page, { attachTo: document.body });
    for (const key of ['ArrowRight', ' ', 'p']) await press(document.querySelector(field)!, key);
    expect(done).toEqual(['p']);
  });

  it('belong to a dialog that is open', async () => {
    const { done, Page } = bound(['p', 'Mod+n']);
    mount(Page, { attachTo: document.body });
    const dialog = document.createElement('div');
    dialog.setAttribute('aria-modal', 'true');
    document.body.append(dialog);
    await press(document.body, 'p');
    await press(document.body, 'n', { ctrlKey: true });
    expect(done).toEqual([]);
    dialog.remove();
    await press(document.body, 'p');
    expect(done).toEqual(['p']);
  });

  it('act once while they are held, and not where another has acted or a word is being composed', async () => {
    const { done, Page } = bound(['p']);
    mount(Page, { attachTo: document.body });
    await press(document.body, 'p', { repeat: true });
    await press(document.body, 'p', { isComposing: true });
    document.body.addEventListener('keydown', (event) => event.preventDefault(), { once: true });
    await press(document.body, 'p');
    expect(done).toEqual([]);
  });

  it('are not heard by a view that is gone, or kept in the background', async () => {
    const { done, Page } = bound(['p']);
    const there = ref(true);
    const kept = mount(
      defineComponent(() => () => h(KeepAlive, () => (there.value ? h(Page) : null))),
      {
        attachTo: document.body,
      },
    );
    await press(document.body, 'p');
    expect(done).toHaveLength(1);
    there.value = false;
    await nextTick();
    await press(document.body, 'p');
    expect(done).toHaveLength(1);
    there.value = true;
    await nextTick();
    await press(document.body, 'p');
    expect(done).toHaveLength(2);
    const left = vi.spyOn(window, 'removeEventListener');
    kept.unmount();
    expect(left).toHaveBeenCalled();
    await press(document.body, 'p');
    expect(done).toHaveLength(2);
  });
});
