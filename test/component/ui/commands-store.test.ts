import { flushPromises, mount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineComponent, h, KeepAlive, nextTick, ref, shallowRef } from 'vue';
import { notices } from '../../../src/renderer/base/notices';
import { useCommands, useCommandsStore, type BoundCommand } from '../../../src/renderer/ui/commands-store';
import { freshWindow, press } from '../mount';

beforeEach(() => void freshWindow());

/** Binds commands as a view does, around whatever is given as markup. */
const view = (commands: () => readonly BoundCommand[], html = '<div></div>') =>
  defineComponent({
    name: 'BoundView',
    setup() {
      useCommands(commands);
      return () => h('div', { innerHTML: html });
    },
  });

function listen(): () => void {
  const { onKey } = useCommandsStore();
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}

describe('commands that are bound', () => {
  it('are there while the component is', async () => {
    const store = useCommandsStore();
    const wrapper = mount(view(() => [{ id: 'run.new', run: () => null }]));
    expect(store.list.map(({ id }) => id)).toEqual(['run.new']);
    wrapper.unmount();
    expect(store.list).toEqual([]);
    expect(await store.run('run.new')).toBe(false);
  });

  it('are those of the view in front where others are kept alive', async () => {
    const store = useCommandsStore();
    const [one, other] = [
      view(() => [{ id: 'model.save', run: () => null }]),
      view(() => [{ id: 'runs.filter', run: () => null }]),
    ];
    const shown = shallowRef(one);
    mount(defineComponent(() => () => h(KeepAlive, null, [h(shown.value)])));
    const names = () => store.list.map(({ id }) => id);
    expect(names()).toEqual(['model.save']);
    shown.value = other;
    await nextTick();
    expect(names()).toEqual(['runs.filter']);
    shown.value = one;
    await nextTick();
    expect(names()).toEqual(['model.save']);
  });

  it('follow what their getter reads, in the order of the table', async () => {
    const store = useCommandsStore();
    const deletable = ref(false);
    mount(
      view(() => [
        ...(deletable.value ? [{ id: 'run.delete' as const, run: () => null, title: 'Delete: one' }] : []),
        { id: 'run.pause', run: () => null },
      ]),
    );
    expect(store.list.map(({ id }) => id)).toEqual(['run.pause']);
    deletable.value = true;
    expect(store.list.map(({ id }) => id)).toEqual(['run.pause', 'run.delete']);
    expect([store.titleOf('run.delete'), store.titleOf('run.stop')]).toEqual(['Delete: one', 'Stop the run']);
  });

  it('are a mistake where two carry out the same', () => {
    const store = useCommandsStore();
    store.bind(() => [{ id: 'run.new', run: () => null }]);
    expect(() => store.bind(() => [{ id: 'run.new', run: () => null }])).toThrow('bound twice');
  });

  it('say why they cannot be given, and show what they throw', async () => {
    const store = useCommandsStore();
    const run = vi.fn();
    store.bind(() => [
      { id: 'model.save', run, refusal: () => 'Correct the mistakes first.' },
      { id: 'model.train', run: () => Promise.reject(new Error('No disk.')) },
    ]);
    await store.run('model.save');
    expect(run).not.toHaveBeenCalled();
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await store.run('model.train');
    expect(notices.value.map(({ message }) => message)).toEqual(['Correct the mistakes first.', 'No disk.']);
  });
});

describe('keys', () => {
  const calls: string[] = [];
  let stop = () => {};
  afterEach(() => stop());
  beforeEach(() => {
    calls.length = 0;
    const ids = ['palette.open', 'shortcuts.open', 'run.new', 'undo', 'run.pause', 'go.settings'] as const;
    mount(
      view(
        () => ids.map((id) => ({ id, run: () => calls.push(id) })),
        '<input id="text"><input id="box" type="checkbox"><textarea id="area"></textarea><button id="button"></button>',
      ),
      { attachTo: document.body },
    );
    stop = listen();
  });
  const on = (id: string) => document.getElementById(id)!;

  it('give their command from anywhere, and nothing else happens', async () => {
    const event = await press(on('button'), 'k', { ctrlKey: true });
    expect([calls, event.defaultPrevented]).toEqual([['palette.open'], true]);
    await press(document.body, '?', { shiftKey: true });
    await press(on('box'), 'p');
    await press(document.body, '5', { ctrlKey: true });
    expect(calls.slice(1)).toEqual(['shortcuts.open', 'run.pause', 'go.settings']);
  });

  it('that no command has are left alone', async () => {
    const event = await press(document.body, 'j', { ctrlKey: true });
    expect([calls, event.defaultPrevented]).toEqual([[], false]);
    // The application menu has these.
    for (const key of ['+', '-', '0']) {
      expect((await press(document.body, key, { ctrlKey: true })).defaultPrevented, key).toBe(false);
    }
  });

  it('are letters in a text field, where only those with a modifier or F keys are commands', async () => {
    for (const id of ['text', 'area']) {
      for (const key of ['?', 'p']) {
        expect((await press(on(id), key)).defaultPrevented, `${key} in ${id}`).toBe(false);
      }
      // Of the text itself.
      expect((await press(on(id), 'z', { ctrlKey: true })).defaultPrevented).toBe(false);
    }
    expect(calls).toEqual([]);
    await press(on('area'), 'n', { ctrlKey: true });
    await press(on('text'), 'F1');
    expect(calls).toEqual(['run.new', 'shortcuts.open']);
    await press(on('button'), 'z', { ctrlKey: true });
    expect(calls.at(-1)).toBe('undo');
  });

  it('belong to an input method while it puts a word together', async () => {
    await press(on('text'), 'n', { ctrlKey: true, isComposing: true });
    await press(document.body, 'p', { keyCode: 229 });
    expect(calls).toEqual([]);
  });

  it('do nothing behind an open dialog, from the menu neither; one on its way out is none', async () => {
    const dialog = document.createElement('div');
    dialog.setAttribute('role', 'dialog');
    document.body.append(dialog);
    await press(document.body, 'n', { ctrlKey: true });
    useCommandsStore().choose('run.new');
    expect(calls).toEqual([]);
    dialog.className = 'fade-leave-active';
    // One that is kept for later is none either.
    document.body.insertAdjacentHTML('beforeend', '<div style="display: none"><p role="dialog"></p></div>');
    await press(document.body, 'n', { ctrlKey: true });
    useCommandsStore().choose('run.new');
    expect(calls).toEqual(['run.new', 'run.new']);
  });

  it('that somebody else took are taken', async () => {
    const take = (event: Event) => event.preventDefault();
    on('button').addEventListener('keydown', take);
    await press(on('button'), 'p');
    expect(calls).toEqual([]);
  });

  it('that are held down give one command', async () => {
    await press(document.body, 'n', { ctrlKey: true });
    const again = await press(document.body, 'n', { ctrlKey: true, repeat: true });
    await flushPromises();
    expect([calls, again.defaultPrevented]).toEqual([['run.new'], true]);
  });
});
