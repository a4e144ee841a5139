/** Mistakes in the editor: marks with tooltips, the way from one to the next, and the mend by a key. */
import { forEachDiagnostic, lintGutter, linter, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import type { EditorState, Extension, TransactionSpec } from '@codemirror/state';
import { activateHover, closeHoverTooltips, EditorView, hasHoverTooltips, keymap } from '@codemirror/view';
import type { Mend, Problem } from '../../../../architecture/problem';
import { formatKeys } from '../../../ui/keys';
import { markAt, marksOf, stepMark, type Mark } from './marks';
import { noteOf, noteText } from './note';

interface Mistake extends Diagnostic {
  problem: Problem;
}

/** Marks these problems of a text, and no others. */
export function marking(
  state: EditorState,
  text: string,
  problems: readonly Problem[],
  onMend: (mend: Mend) => void,
): TransactionSpec {
  const mistakes = marksOf(text, problems).map(({ problem, from, to }): Mistake => {
    const within = (offset: number): number => Math.min(offset, state.doc.length);
    return {
      from: within(from),
      to: within(to),
      severity: 'error',
      message: noteText(problem),
      renderMessage: (view) => noteOf(problem, onMend, () => leaveNote(view)),
      problem,
    };
  });
  return setDiagnostics(state, mistakes);
}

/** Where they stand by now: what was typed since has moved them. */
function marksIn(state: EditorState): Mark[] {
  const marks: Mark[] = [];
  forEachDiagnostic(state, (mistake, from, to) =>
    marks.push({ problem: (mistake as Mistake).problem, from, to }),
  );
  return marks;
}

/** Selects a mark and brings it into view. */
export function select(view: EditorView, { from, to }: Mark, y: 'nearest' | 'center' = 'nearest'): void {
  const within = (offset: number): number => Math.min(offset, view.state.doc.length);
  view.dispatch({
    selection: { anchor: within(from), head: within(to) },
    effects: EditorView.scrollIntoView(within(from), { y, yMargin: 40 }),
  });
}

/** What a screen reader hears after the sentence. */
function offerOf({ mends = [] }: Problem): string {
  const [only, ...others] = mends;
  if (!only) return '';
  return others.length > 0 ? ' Tab leads to its mends.' : ` ${formatKeys('Mod+.')}: ${only.label}.`;
}

/** Selects a mark, with its tooltip open until the caret leaves it. */
function goTo(view: EditorView, mark: Mark): void {
  const { problem, from, to } = mark;
  select(view, mark);
  view.dispatch({ effects: EditorView.announce.of(`${noteText(problem)}.${offerOf(problem)}`) });
  activateHover(view, from, 1, {
    until: ({ docChanged, newSelection: { main } }) => docChanged || main.head < from || main.head > to,
  });
}

function step(view: EditorView, direction: 'next' | 'previous'): boolean {
  const mark = stepMark(marksIn(view.state), view.state.selection.main, direction);
  if (mark) goTo(view, mark);
  else view.dispatch({ effects: EditorView.announce.of('There are no mistakes.') });
  return true;
}

/** Does the one mend of the mistake at the caret; where there are several, they are shown for a choice. */
function mendHere(view: EditorView, onMend: (mend: Mend) => void): boolean {
  const mark = markAt(marksIn(view.state), view.state.selection.main);
  const [mend, ...others] = mark?.problem.mends ?? [];
  if (!mark || !mend) {
    const said = mark ? 'This mistake has no certain mend.' : 'There is no mistake at the caret.';
    view.dispatch({ effects: EditorView.announce.of(said) });
  } else if (others.length > 0) {
    goTo(view, mark);
    view.dom.querySelector<HTMLElement>('.cm-mends button')?.focus();
  } else onMend(mend);
  return true;
}

function closeNote(view: EditorView): boolean {
  if (!hasHoverTooltips(view.state)) return false;
  view.dispatch({ effects: closeHoverTooltips });
  return true;
}

function leaveNote(view: EditorView): void {
  closeNote(view);
  view.focus();
}

export const mistakes = (onMend: (mend: Mend) => void): Extension => [
  linter(null),
  lintGutter(),
  keymap.of([
    { key: 'F8', run: (view) => step(view, 'next'), shift: (view) => step(view, 'previous') },
    { key: 'Mod-.', run: (view) => mendHere(view, onMend) },
    { key: 'Escape', run: closeNote },
  ]),
];
