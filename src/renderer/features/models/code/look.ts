/** How the editor looks: the theme's custom properties, so that dark and light need no second editor. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const COLOURS = HighlightStyle.define([
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--accent)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--success)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--faint)', fontStyle: 'italic' },
  { tag: [tags.bracket, tags.punctuation, tags.separator], color: 'var(--faint)' },
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword], color: 'var(--info)' },
  { tag: [tags.propertyName], color: 'var(--text)' },
]);

/** Height of a line, pixels. */
const LINE = 20;

const THEME = EditorView.theme({
  '&': { flex: '1', minWidth: '0', backgroundColor: 'transparent', color: 'var(--text)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: `${LINE}px`, overflow: 'auto' },
  '.cm-content': { padding: `12px 0 ${12 + LINE}px`, caretColor: 'var(--text)' },
  '.cm-content:focus-visible': { outline: 'none' },
  '.cm-line': { padding: '0 12px 0 10px' },
  '.cm-line::selection, .cm-line ::selection': { backgroundColor: 'var(--accent-strong)', color: '#fff' },
  '.cm-gutters': {
    paddingLeft: '8px',
    border: '0',
    borderRight: '1px solid var(--border)',
    backgroundColor: 'var(--background)',
    color: 'var(--faint)',
    userSelect: 'none',
  },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '20px', padding: '0 2px 0 0' },
  '.cm-gutter-lint': { width: '14px' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '0 2px 0 4px' },
  // The package draws its signs and waves as pictures in colours of their own.
  '.cm-lint-marker': { width: '8px', height: '8px', marginTop: '6px', borderRadius: '4px' },
  '.cm-lint-marker-error': { content: '""', backgroundColor: 'var(--error)' },
  '.cm-lintRange-error': {
    borderRadius: '2px',
    backgroundImage: 'none',
    backgroundColor: 'var(--error-soft)',
    textDecoration: 'underline wavy var(--error)',
    textDecorationSkipInk: 'none',
    textUnderlineOffset: '3px',
    paddingBottom: '0',
  },
  '.cm-stage-chosen': { borderRadius: '2px', backgroundColor: 'var(--accent-soft)' },
  '.cm-stage-pointed': { textDecoration: 'underline dotted var(--accent)', textUnderlineOffset: '3px' },
  '.cm-lintRange-active': { backgroundColor: 'var(--error-soft)' },
  '.cm-lintPoint-error:after': { borderBottomColor: 'var(--error)' },
  '&.cm-focused .cm-matchingBracket': {
    borderRadius: '2px',
    backgroundColor: 'var(--accent-soft)',
    outline: '1px solid var(--control)',
    color: 'var(--text)',
  },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'transparent' },
  '.cm-tooltip': {
    maxWidth: 'min(480px, 80vw)',
    border: '1px solid var(--control)',
    borderRadius: '6px',
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    boxShadow: '0 4px 16px rgb(0 0 0 / 25%)',
    fontFamily: 'var(--font)',
    fontSize: '13px',
    lineHeight: '20px',
    overflowWrap: 'anywhere',
  },
  '.cm-tooltip-lint, .cm-tooltip .cm-diagnostic': { margin: '0', padding: '0', border: '0' },
  '.cm-note': { display: 'block', padding: '8px 12px' },
  '.cm-note + .cm-note, .cm-diagnostic + .cm-diagnostic': { borderTop: '1px solid var(--border)' },
  '.cm-note p': { whiteSpace: 'pre-wrap' },
  '.cm-mends': { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'center', marginTop: '8px' },
  '.cm-mends button': {
    minHeight: '24px',
    padding: '1px 10px',
    border: '1px solid var(--control)',
    borderRadius: '6px',
    backgroundColor: 'var(--panel)',
    color: 'var(--text)',
    fontSize: '12px',
    fontWeight: '500',
    cursor: 'pointer',
  },
  '.cm-mends button:hover': { borderColor: 'var(--accent)', color: 'var(--accent)' },
  '.cm-mends span': { color: 'var(--muted)', fontSize: '12px' },
});

export const look: Extension = [THEME, syntaxHighlighting(COLOURS)];
