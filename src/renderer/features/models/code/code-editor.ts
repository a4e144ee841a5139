/**
 * The editor of a text, by CodeMirror; loaded when the first one is shown. Its owner keeps the text and the history of it:
 * what comes from there is put in by the smallest change, so that caret and scroll stay.
 */
import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap } from '@codemirror/commands';
import { jsonLanguage } from '@codemirror/lang-json';
import { pythonLanguage } from '@codemirror/lang-python';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import type { Mend, Problem } from '../../../../architecture/problem';
import { changedRange } from './changed-range';
import { droppedFiles } from './dropped-files';
import { links, showLinks, type Links } from './links';
import { look } from './look';
import { marksOf, textOffset, withPlainLines } from './marks';
import { marking, mistakes, select } from './mistakes';

export type CodeLanguage = 'python' | 'json';

/** What assistive technology and tests know the text by; undefined for none. */
export type CodeAttributes = Readonly<Record<string, string | undefined>>;

export interface CodeContent {
  text: string;
  /** Of this text. */
  problems: readonly Problem[];
  attributes: CodeAttributes;
  /** What of the text is chosen and pointed at elsewhere. */
  links: Links;
}

export interface CodeEditor {
  /** Shows what its owner has. While an input method puts a word together it waits: any change would break the word off. */
  show(content: CodeContent): void;
  /** Selects a problem's spot and brings it into view. */
  reveal(problem: Problem): void;
  focus(): void;
  destroy(): void;
}

interface Owner {
  /** Typed or pasted; a word that an input method puts together comes as a whole. */
  onChange(text: string): void;
  onMend(mend: Mend): void;
  /** Where the caret is in the text; null while the focus is elsewhere. */
  onCaret(offset: number | null): void;
}

/** The change comes from the owner, who need not hear of it. */
const given = Annotation.define<true>();

const LANGUAGES: Record<CodeLanguage, Extension> = { python: pythonLanguage, json: jsonLanguage };

const attributesOf = (attributes: CodeAttributes): Extension =>
  EditorView.contentAttributes.of(
    Object.fromEntries(
      Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
  );

/** @param parent is filled by the editor */
export function createCodeEditor(
  parent: HTMLElement,
  language: CodeLanguage,
  content: CodeContent,
  owner: Owner,
): CodeEditor {
  /** The text that owner and editor had in common last. */
  let common = withPlainLines(content.text);
  let shown = content;
  let held: CodeContent | null = null;
  const labels = new Compartment();

  function mend(one: Mend): void {
    view.focus();
    owner.onMend(one);
  }

  /** What was typed goes to the owner; another text that came from there in the meantime takes its place. */
  function settle(): void {
    if (view.compositionStarted) return;
    const waiting = held;
    held = null;
    const text = view.state.doc.toString();
    if (waiting && (text === common || withPlainLines(waiting.text) !== common)) put(waiting);
    else if (text !== common) {
      common = text;
      owner.onChange(text);
    }
  }

  function noteCaret(): void {
    owner.onCaret(view.hasFocus ? textOffset(shown.text, view.state.selection.main.head) : null);
  }

  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: common,
      extensions: [
        lineNumbers(),
        mistakes(mend),
        LANGUAGES[language],
        bracketMatching(),
        closeBrackets(),
        indentOnInput(),
        droppedFiles,
        // Without a binding for Tab, which leads on to what follows; undoing is the owner's.
        keymap.of([...closeBracketsKeymap, ...defaultKeymap]),
        labels.of(attributesOf(content.attributes)),
        EditorView.updateListener.of(({ docChanged, selectionSet, focusChanged, transactions }) => {
          if (docChanged && !transactions.some((one) => one.annotation(given))) settle();
          if (selectionSet || focusChanged || docChanged) noteCaret();
        }),
        links,
        // The last letters of a word are in the text by then.
        EditorView.domEventObservers({ compositionend: () => void setTimeout(settle) }),
        look,
      ],
    }),
  });

  function put(next: CodeContent): void {
    const text = withPlainLines(next.text);
    if (text !== common) {
      const { start, endBefore, endAfter } = changedRange(view.state.doc.toString(), text);
      common = text;
      view.dispatch({
        changes: { from: start, to: endBefore, insert: text.slice(start, endAfter) },
        annotations: given.of(true),
      });
    }
    const isMarked = next.problems === shown.problems;
    const isLabelled = JSON.stringify(next.attributes) === JSON.stringify(shown.attributes);
    const isLinked = next.links === shown.links;
    shown = next;
    if (!isMarked) mark();
    if (!isLabelled) view.dispatch({ effects: labels.reconfigure(attributesOf(next.attributes)) });
    if (!isLinked) showLinks(view, next.text, next.links);
  }
  const mark = (): void => view.dispatch(marking(view.state, shown.text, shown.problems, mend));

  mark();
  showLinks(view, content.text, content.links);
  return {
    show(next) {
      if (view.compositionStarted) held = next;
      else put(next);
    },
    reveal(problem) {
      const [spot] = marksOf(shown.text, [problem]);
      view.focus();
      if (spot) select(view, spot, 'center');
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
