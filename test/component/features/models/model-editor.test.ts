import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import ModelEditor from '../../../../src/renderer/features/models/ModelEditor.vue';
import { useArchitecturesStore } from '../../../../src/renderer/features/models/architectures-store';
import { notices } from '../../../../src/renderer/base/notices';
import { useCommandsStore } from '../../../../src/renderer/ui/commands-store';
import { findPreset } from '../../../../src/architecture/presets';
import { savedSample } from '../../../unit/renderer/features/runs/sample';
import { ok, type FakeMain } from '../../../unit/renderer/fake-main';
import { byTestId, click, editorOf, freshWindow, mountInWindow, press, type } from '../../mount';

let main: FakeMain;
beforeEach(() => {
  localStorage.clear();
  let id = 0;
  main = freshWindow({
    'architectures.list': () => ok([]),
    'architectures.save': ({ id: known, architecture }) =>
      ok(savedSample({ id: known ?? ++id, architecture })),
  });
});

let stopKeys = () => {};
afterEach(() => stopKeys());

/** The editor on a preset, with the keys that the window gives it. */
async function open(preset = 'resnet18') {
  const store = useArchitecturesStore();
  await store.load();
  store.select(`preset:${preset}`);
  const mounted = await mountInWindow(ModelEditor);
  const { onKey } = useCommandsStore();
  window.addEventListener('keydown', onKey);
  stopKeys = () => window.removeEventListener('keydown', onKey);
  return { ...mounted, store, editor: await editorOf('table-text') };
}
const saved = () => main.calls.filter(([method]) => method === 'architectures.save').map(([, args]) => args);
const dialog = () => document.querySelector('[role="dialog"]');
const ctrl = (key: string, more: KeyboardEventInit = {}) =>
  press(byTestId('table-text'), key, { ctrlKey: true, ...more });
const name = () => byTestId<HTMLInputElement>('architecture-name');

describe('a table with a mistake', () => {
  it('says what is wrong and where, marks the spot, and leads there', async () => {
    const { editor } = await open();
    const area = byTestId('table-text');
    await type(area, '[[2, [[64,3],\n  [64,0]]]]');
    expect(byTestId('problems').textContent).toContain(
      'stage 1, convolution 2: kernel must be at least 1, got 0',
    );
    expect(byTestId('problems').textContent).toContain('line 2');
    expect(area.getAttribute('aria-invalid')).toBe('true');
    expect(document.querySelector('.cm-lintRange-error')?.textContent).toBe('0');
    // The sentence is a button that puts the selection there.
    await click(byTestId('problems').querySelector('button')!);
    expect(document.activeElement).toBe(area);
    const { from, to } = editor.state.selection.main;
    expect(editor.state.sliceDoc(from, to)).toBe('0');
  });

  it('keeps training, saving and JSON shut until it is mended', async () => {
    const { store } = await open();
    await type(byTestId('table-text'), '[[2, [[64,0]]]]');
    expect(byTestId<HTMLButtonElement>('train').disabled).toBe(true);
    expect(byTestId('tab-json').getAttribute('aria-disabled')).toBe('true');
    await ctrl('s');
    await ctrl('j');
    expect([dialog(), saved(), store.jsonOpen]).toEqual([null, [], false]);
    expect(notices.value.map(({ message }) => message)).toEqual(['Correct the mistakes first.']);
    await type(byTestId('table-text'), '[[2, [[64,3]]]]');
    expect(byTestId<HTMLButtonElement>('train').disabled).toBe(false);
    await ctrl('j');
    expect(store.jsonOpen).toBe(true);
  });
});

describe('conventions', () => {
  it('change the architecture, and make a preset a copy', async () => {
    const { store } = await open();
    const before = findPreset('resnet18')!.architecture;
    await type(byTestId('field-classes'), '7');
    await click(byTestId('field-shortcut-none'));
    expect(store.evaluation.architecture).toEqual({
      ...before,
      name: 'resnet18 (edited)',
      classes: 7,
      shortcut: 'none',
    });
    expect(byTestId('architecture-status').textContent).toBe('Not saved');
  });

  it('lead the focus from another value that is pressed, and goes away, to their field', async () => {
    await open();
    const other = byTestId('others-classes').querySelector('button')!;
    other.focus();
    await click(other);
    expect(other.isConnected).toBe(false);
    expect(document.activeElement).toBe(byTestId('field-classes'));
  });

  it('say what is wrong beside their field', async () => {
    await open();
    await type(byTestId('field-classes'), '0');
    const row = byTestId('field-classes').closest('.row')!;
    expect(row.querySelector('[role="alert"]')?.textContent).toContain('classes: must be at least 2, got 0');
    expect(byTestId<HTMLButtonElement>('train').disabled).toBe(true);
  });
});

it('says what the changes that it counts are changes of', async () => {
  const { store } = await open();
  await type(byTestId('field-classes'), '7');
  expect(byTestId('changes').title).toBe('Show what differs from what it began from');
  await store.save('mine');
  await type(byTestId('field-classes'), '8');
  expect(byTestId('changes').title).toBe('Show what differs from what was saved');
});

describe('saving', () => {
  it('asks for the name of an edited preset, and saves under what is answered', async () => {
    const { store } = await open();
    await type(byTestId('table-text'), '[[1, [[16,3],[16,3]]]]');
    await ctrl('s');
    expect(dialog()?.textContent).toContain('Save architecture as');
    expect(saved()).toEqual([]);
    await type(byTestId('name-input'), 'wide');
    await click(byTestId('name-submit'));
    expect(saved()).toMatchObject([{ id: null, architecture: { name: 'wide' } }]);
    expect([store.current, byTestId('architecture-status').textContent]).toEqual(['own:1', 'Saved']);
  });

  it('asks nothing of one that has its name, and does nothing where nothing has changed', async () => {
    await open();
    await ctrl('S', { shiftKey: true });
    await type(byTestId('name-input'), 'mine');
    await click(byTestId('name-submit'));
    await ctrl('s');
    expect(saved()).toHaveLength(1);
    expect(notices.value.at(-1)?.message).toBe('There is nothing to save: it is as it was saved.');
    await type(byTestId('table-text'), '[[1, [[16,3]]]]');
    await ctrl('s');
    expect(saved().slice(1)).toMatchObject([{ id: 1, architecture: { name: 'mine' } }]);
  });

  it('is left to the dialog that is open', async () => {
    await open();
    await type(byTestId('table-text'), '[[1, [[16,3]]]]');
    await ctrl('s');
    await press(byTestId('name-input'), 's', { ctrlKey: true });
    expect(saved()).toEqual([]);
  });
});

describe('what is not saved', () => {
  it('stays while one looks at something else, and says so', async () => {
    const { store, editor } = await open();
    await type(byTestId('table-text'), '[[1, [[16,3]]]]');
    store.select('preset:resnet50');
    await press(document.body, 'Shift');
    expect(name().value).toBe('resnet50');
    const [copy] = store.copies;
    store.select(copy!.key);
    await press(document.body, 'Shift');
    expect(editor.state.doc.toString()).toBe('[[1, [[16,3]]]]');
    expect(byTestId('architecture-status').textContent).toBe('Not saved');
  });

  it('is discarded by a command that can be undone', async () => {
    const { store } = await open();
    await type(byTestId('table-text'), '[[1, [[16,3]]]]');
    expect(useCommandsStore().titleOf('model.revert')).toBe('Discard resnet18 (edited)');
    await useCommandsStore().run('model.revert');
    expect(store.copies).toEqual([]);
    await notices.value.at(-1)!.action!.run();
    expect(store.copies.map((one) => one.name)).toEqual(['resnet18 (edited)']);
    expect(store.edit.tableText).toBe('[[1, [[16,3]]]]');
  });
});
