/** Picture, table, cards and text point at the same stage, whichever of them it was pointed at in. */
import { EditorView } from '@codemirror/view';
import { flushPromises } from '@vue/test-utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { useArchitecturesStore } from '../../../../src/renderer/features/models/architectures-store';
import { useSelection } from '../../../../src/renderer/features/models/use-selection';
import ModelsView from '../../../../src/renderer/views/ModelsView.vue';
import { ok } from '../../../unit/renderer/fake-main';
import { byTestId, click, editorOf, freshWindow, mountInWindow, press, type } from '../../mount';

beforeEach(async () => {
  localStorage.clear();
  freshWindow({ 'architectures.list': () => ok([]) });
  const store = useArchitecturesStore();
  await store.load();
  store.select('preset:resnet18');
  await mountInWindow(ModelsView);
  await editorOf('table-text');
  await click(byTestId('front').querySelector<HTMLElement>('input[value="both"]')!);
});

const row = (key: string): HTMLElement => document.querySelector<HTMLElement>(`[data-key="${key}"]`)!;
const card = (stage: string): HTMLElement => document.querySelector<HTMLElement>(`[data-stage="${stage}"]`)!;
const sheet = (): HTMLElement => byTestId('picture-sheet');
const boxes = (mark: 'selected' | 'hovered'): number => sheet().querySelectorAll(`.over .${mark}`).length;
/** What the text marks, in sight or not. */
async function marked(name: 'stage-chosen' | 'stage-pointed'): Promise<string | null> {
  const editor = await editorOf(useArchitecturesStore().jsonOpen ? 'json-text' : 'table-text');
  const texts: string[] = [];
  for (const set of editor.state.facet(EditorView.decorations)) {
    if (typeof set === 'function') continue;
    set.between(0, editor.state.doc.length, (from, to, { spec }) => {
      if ((spec as { class?: string }).class === `cm-${name}`) texts.push(editor.state.sliceDoc(from, to));
    });
  }
  return texts.join('') || null;
}
const pointer = (element: Element, kind: 'pointerover' | 'pointerenter'): Promise<void> => {
  element.dispatchEvent(new PointerEvent(kind, { bubbles: kind === 'pointerover' }));
  return flushPromises() as Promise<void>;
};
const focus = (element: HTMLElement): Promise<void> => {
  element.focus();
  return flushPromises() as Promise<void>;
};
async function caretBefore(text: string): Promise<void> {
  const editor = await editorOf('table-text');
  editor.focus();
  editor.dispatch({ selection: { anchor: editor.state.doc.toString().indexOf(text) } });
  await flushPromises();
}

describe('what is chosen', () => {
  it('in the picture is marked in table, cards and text, and the focus stays', async () => {
    await focus(sheet());
    await press(sheet(), 'End');
    for (let step = 0; step < 2; step++) await press(sheet(), 'ArrowUp');
    await press(sheet(), 'Enter');
    expect(useSelection().selected).toMatchObject({ stage: 'stage4', block: 2 });
    expect(row('stage4/block2').getAttribute('aria-selected')).toBe('true');
    expect(row('stage4/block1').getAttribute('aria-selected')).toBe('false');
    expect(card('stage4').getAttribute('aria-current')).toBe('true');
    expect(await marked('stage-chosen')).toBe('[2, [[512, 3], [512, 3]]]');
    expect(document.activeElement).toBe(sheet());
  });

  it('in the table is marked in picture, cards and text, and let go by Escape', async () => {
    await focus(row('stage2/block1'));
    await press(row('stage2/block1'), 'Enter');
    expect(boxes('selected')).toBe(1);
    expect(card('stage2').getAttribute('aria-current')).toBe('true');
    expect(await marked('stage-chosen')).toBe('[2, [[128, 3], [128, 3]]]');
    await press(row('stage2/block1'), 'Escape');
    expect(boxes('selected')).toBe(0);
    expect(await marked('stage-chosen')).toBeNull();
  });

  it('by its card is marked in picture, table and text', async () => {
    await click(card('stage3').querySelector<HTMLElement>('.title')!);
    expect(row('stage3').getAttribute('aria-selected')).toBe('true');
    expect(boxes('selected')).toBe(2);
    expect(await marked('stage-chosen')).toBe('[2, [[256, 3], [256, 3]]]');
  });

  it('keeps its mark in the text when the text is edited', async () => {
    useSelection().choose({ stage: 'stage2' }, 'picture');
    await type(byTestId('table-text'), '[[1, [[8, 3]]],\n [3, [[16, 3]]]]');
    expect(await marked('stage-chosen')).toBe('[3, [[16, 3]]]');
  });
});

describe('what is pointed at', () => {
  it('in the table is marked elsewhere, not in the table', async () => {
    await pointer(row('stage2'), 'pointerenter');
    expect(boxes('hovered')).toBe(2);
    expect(card('stage2').className).toContain('pointed');
    expect(await marked('stage-pointed')).toBe('[2, [[128, 3], [128, 3]]]');
    expect(row('stage2').className).not.toContain('pointed');
  });

  it('in the picture is marked in the table', async () => {
    await pointer(sheet().querySelector('[aria-label^="Stage 3, block 1"]')!, 'pointerover');
    expect(row('stage3/block1').className).toContain('pointed');
    expect(row('stage3').className).not.toContain('pointed');
  });

  it('by the focus of a row or of a card is marked in the picture, until the focus leaves', async () => {
    await focus(row('stage1/block2'));
    expect(boxes('hovered')).toBe(1);
    await focus(card('stage4').querySelector<HTMLElement>('.title')!);
    expect(row('stage4').className).toContain('pointed');
    expect(boxes('hovered')).toBe(2);
    await focus(byTestId('find-layers'));
    expect(boxes('hovered')).toBe(0);
  });

  it('by the caret is marked in picture, table and cards', async () => {
    await caretBefore('256');
    expect(row('stage3').className).toContain('pointed');
    expect(card('stage3').className).toContain('pointed');
    expect(boxes('hovered')).toBe(2);
    expect(await marked('stage-pointed')).toBeNull();
    await focus(byTestId('find-layers'));
    expect(boxes('hovered')).toBe(0);
  });
});

describe('what is shown of an advice', () => {
  it('is its stage, in the table, the cards and the text', async () => {
    await type(byTestId('field-height'), '16');
    await type(byTestId('field-width'), '16');
    await click(byTestId('show-small-map'));
    expect(row('stage4').getAttribute('aria-selected')).toBe('true');
    expect(card('stage4').getAttribute('aria-current')).toBe('true');
    expect(await marked('stage-chosen')).toBe('[2, [[512, 3], [512, 3]]]');
  });

  it('is its field where it is one of the conventions', async () => {
    await type(byTestId('field-bn-momentum'), '0.99');
    await click(byTestId('show-slow-statistics'));
    expect(document.activeElement).toBe(byTestId('field-bn-momentum'));
  });

  it('is its value where the text is JSON', async () => {
    await click(byTestId('tab-json'));
    await type(
      byTestId('json-text'),
      (await editorOf('json-text')).state.doc.toString().replace(/("bnMomentum": )[\d.]+/, '$10.995'),
    );
    await click(byTestId('show-slow-statistics'));
    expect(await marked('stage-chosen')).toBe('0.995');
  });
});
