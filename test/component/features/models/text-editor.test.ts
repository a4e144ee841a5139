import { forEachDiagnostic } from '@codemirror/lint';
import { hasHoverTooltips } from '@codemirror/view';
import { flushPromises, mount } from '@vue/test-utils';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../../../src/architecture/problem';
import { notices } from '../../../../src/renderer/base/notices';
import { useArchitecturesStore } from '../../../../src/renderer/features/models/architectures-store';
import CodeArea from '../../../../src/renderer/features/models/code/CodeArea.vue';
import ModelEditor from '../../../../src/renderer/features/models/ModelEditor.vue';
import ProblemList from '../../../../src/renderer/features/models/ProblemList.vue';
import { ok } from '../../../unit/renderer/fake-main';
import { byTestId, click, editorOf, eventually, freshWindow, mountInWindow, press, type } from '../../mount';

beforeEach(() => {
  localStorage.clear();
  freshWindow({ 'architectures.list': () => ok([]) });
});

/** The editor of a model, with a text in it. */
async function open(text: string) {
  const store = useArchitecturesStore();
  await store.load();
  await mountInWindow(ModelEditor);
  const editor = await editorOf('table-text');
  await type(byTestId('table-text'), text);
  return { store, editor };
}
const BROKEN = '【【2，【【64，3】，【64 3】】】】';
const MENDED = '【【2，【【64，3】，【64, 3】】】】';
const notes = () => [...document.querySelectorAll<HTMLElement>('.cm-note')];

const NO_LINKS = { chosen: null, pointed: null };

/** The editor of a text alone, whose owner takes what is typed. */
async function openAlone(value: string, problems: readonly Problem[] = []) {
  const { props, emitted } = await mountInWindow(CodeArea, {
    value,
    label: 'Text',
    language: 'python',
    problems,
    links: NO_LINKS,
    describedBy: 'help',
    testid: 'text',
  });
  return { props, emitted, editor: await editorOf('text') };
}
const problemAt = (offset: number, length: number, more: Partial<Problem> = {}): Problem =>
  ({ path: null, sentence: `at ${offset}`, at: { line: 1, column: 1, offset, length }, ...more }) as Problem;

describe('a mend', () => {
  it('of the list of mistakes is done by its button, as a step with its name', async () => {
    const { store, editor } = await open(BROKEN);
    const button = byTestId('mend');
    expect(button.textContent.trim()).toBe('Write the missing comma');
    await click(button);
    expect([store.edit.tableText, editor.state.doc.toString()]).toEqual([MENDED, MENDED]);
    expect(store.undoName).toBe('write the missing comma');
    expect(document.activeElement).toBe(byTestId('table-text'));
    store.undo();
    await flushPromises();
    expect(editor.state.doc.toString()).toBe(BROKEN);
  });

  it('is done by Ctrl+. at its mistake, and nowhere else', async () => {
    const { store, editor } = await open(BROKEN);
    editor.dispatch({ selection: { anchor: 0 } });
    await press(byTestId('table-text'), '.', { ctrlKey: true });
    expect(store.edit.tableText).toBe(BROKEN);
    editor.dispatch({ selection: { anchor: BROKEN.indexOf(' 3') + 1 } });
    await press(byTestId('table-text'), '.', { ctrlKey: true });
    expect(store.edit.tableText).toBe(MENDED);
  });

  it('of an earlier text does nothing', async () => {
    const { store } = await open(BROKEN);
    const [mend] = store.evaluation.problems[0]!.mends!;
    await type(byTestId('table-text'), `# ${BROKEN}`);
    expect(store.mend(mend!)).toBe(false);
    expect(store.edit.tableText).toBe(`# ${BROKEN}`);
  });

  it('is not done by Ctrl+. where there are several, which are shown for a choice', async () => {
    const mends = ['One', 'Other'].map((label) => ({ label, edits: [] }));
    const { editor, emitted } = await openAlone('[x]', [problemAt(1, 1, { mends })]);
    editor.dispatch({ selection: { anchor: 1 } });
    await press(byTestId('text'), '.', { ctrlKey: true });
    expect(emitted.mend).toBeUndefined();
    const buttons = [...document.querySelectorAll<HTMLElement>('.cm-mends button')];
    expect(buttons.map(({ textContent }) => textContent)).toEqual(['One', 'Other']);
    expect(document.activeElement).toBe(buttons[0]);
    await click(buttons[1]!);
    expect(emitted.mend).toEqual([[mends[1]]]);
    await press(buttons[0]!, 'Escape');
    expect([notes(), document.activeElement]).toEqual([[], byTestId('text')]);
  });

  it('of all is offered where two are certain', async () => {
    const problem = problemAt(0, 1, { mends: [{ label: 'Mend', edits: [] }] });
    const { props, emitted } = await mountInWindow(ProblemList, { problems: [problem] });
    expect(document.querySelector('[data-testid="mend-all"]')).toBeNull();
    props.problems = [problem, problem];
    await flushPromises();
    await click(byTestId('mend-all'));
    expect(emitted.mendAll).toHaveLength(1);
  });
});

describe('mistakes', () => {
  it('are underlined where they are, and in the gutter of their line', async () => {
    const { editor } = await openAlone('ab\ncd', [problemAt(0, 1), problemAt(4, 1)]);
    const marked = [...document.querySelectorAll('.cm-lintRange-error')];
    expect(marked.map((mark) => [editor.posAtDOM(mark), mark.textContent])).toEqual([
      [0, 'a'],
      [4, 'd'],
    ]);
    expect(document.querySelectorAll('.cm-lint-marker-error')).toHaveLength(2);
    expect(byTestId('text').getAttribute('aria-invalid')).toBe('true');
  });

  it('are gone to by F8 and back by Shift+F8, each with its sentence', async () => {
    const { editor } = await openAlone('abcdef', [problemAt(1, 2), problemAt(4, 1)]);
    const selected = () => [editor.state.selection.main.from, editor.state.selection.main.to];
    await press(byTestId('text'), 'F8');
    expect([selected(), notes().map(({ textContent }) => textContent)]).toEqual([[1, 3], ['at 1']]);
    await press(byTestId('text'), 'F8');
    expect([selected(), notes().map(({ textContent }) => textContent)]).toEqual([[4, 5], ['at 4']]);
    await press(byTestId('text'), 'F8', { shiftKey: true });
    expect(selected()).toEqual([1, 3]);
    expect(document.querySelector('.cm-announced')?.textContent).toBe('at 1.');
    await press(byTestId('text'), 'Escape');
    expect([hasHoverTooltips(editor.state), notes()]).toEqual([false, []]);
  });

  it('stay at their letters while one types before them', async () => {
    const { editor } = await openAlone('abc', [problemAt(1, 1)]);
    editor.dispatch({ changes: { from: 0, insert: '12' } });
    const found: number[][] = [];
    forEachDiagnostic(editor.state, (_, from, to) => found.push([from, to]));
    expect(found).toEqual([[3, 4]]);
  });
});

describe('a text from outside', () => {
  it('changes what differs, and leaves the selection at its letters', async () => {
    const { props, editor, emitted } = await openAlone('[64, 3], [64, 3]');
    editor.dispatch({ selection: { anchor: 10, head: 12 } });
    props.value = '[128, 3], [64, 3]';
    await flushPromises();
    const { from, to } = editor.state.selection.main;
    expect([editor.state.doc.toString(), editor.state.sliceDoc(from, to)]).toEqual([
      '[128, 3], [64, 3]',
      '64',
    ]);
    expect(emitted.change).toBeUndefined();
  });

  it('waits while an input method puts a word together, which is told of as a whole', async () => {
    const { props, editor, emitted } = await openAlone('# ');
    const content = byTestId('text');
    content.dispatchEvent(new Event('compositionstart', { bubbles: true }));
    editor.dispatch({ changes: { from: 2, insert: 'ni' }, userEvent: 'input.type.compose' });
    props.problems = [problemAt(0, 1)];
    await flushPromises();
    editor.dispatch({ changes: { from: 2, to: 4, insert: '你' }, userEvent: 'input.type.compose' });
    expect([editor.state.doc.toString(), emitted.change]).toEqual(['# 你', undefined]);
    content.dispatchEvent(new Event('compositionend', { bubbles: true }));
    await eventually(() => expect(emitted.change).toEqual([['# 你']]));
  });

  it('takes the place of a word that was being put together', async () => {
    const { props, editor, emitted } = await openAlone('# ');
    const content = byTestId('text');
    content.dispatchEvent(new Event('compositionstart', { bubbles: true }));
    editor.dispatch({ changes: { from: 2, insert: 'ni' }, userEvent: 'input.type.compose' });
    props.value = 'another';
    await flushPromises();
    expect(editor.state.doc.toString()).toBe('# ni');
    content.dispatchEvent(new Event('compositionend', { bubbles: true }));
    await eventually(() => expect(editor.state.doc.toString()).toBe('another'));
    expect(emitted.change).toBeUndefined();
  });
});

it('reads a dropped file unless it is too large', async () => {
  const { editor } = await openAlone('');
  const drop = (file: File): boolean => {
    const event = new Event('drop', { bubbles: true, cancelable: true });
    Object.assign(event, { dataTransfer: { files: [file], getData: () => '' }, clientX: 0, clientY: 0 });
    return byTestId('text').dispatchEvent(event);
  };
  drop(new File(['x'.repeat(3_000_000)], 'large.py'));
  expect(notices.value.at(-1)?.message).toBe(
    'large.py has 3.00 MB, at most 1.00 MB are read into a text. Nothing was put in.',
  );
  drop(new File(['[[1]]'], 'small.py'));
  await eventually(() => expect(editor.state.doc.toString()).toBe('[[1]]'));
});

it('is known to assistive technology by its label and what describes it', async () => {
  const { props } = await openAlone('[]');
  const attributes = () =>
    ['role', 'aria-label', 'aria-describedby', 'aria-invalid'].map((name) =>
      byTestId('text').getAttribute(name),
    );
  expect(attributes()).toEqual(['textbox', 'Text', 'help', 'false']);
  props.label = 'Other';
  await flushPromises();
  expect(attributes()[1]).toBe('Other');
});

it('shows the text plainly until the editor is loaded', async () => {
  const props = {
    value: '[1]',
    label: 'Text',
    language: 'python',
    problems: [],
    links: NO_LINKS,
    testid: 'text',
  } as const;
  const wrapper = mount(CodeArea, { props, attachTo: document.body });
  expect(wrapper.get('pre').text()).toBe('[1]');
  await editorOf('text');
  expect([wrapper.find('pre').exists(), byTestId('text').textContent]).toEqual([false, '[1]']);
});
