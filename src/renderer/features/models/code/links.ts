/** What of a text is chosen and pointed at elsewhere: marked, and brought into sight without the focus. */
import { StateEffect, StateField, type Extension } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';
import type { Span } from '../../../../architecture/problem';
import { rangeOf } from './marks';

export interface Links {
  chosen: Span | null;
  pointed: Span | null;
}

const CLASSES = { chosen: 'cm-stage-chosen', pointed: 'cm-stage-pointed' } as const;
const NAMES = ['chosen', 'pointed'] as const;

const setLinks = StateEffect.define<DecorationSet>();

export const links: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, { changes, effects }) {
    const given = effects.find((effect) => effect.is(setLinks));
    return given ? given.value : marks.map(changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/**
 * @param text in which the spans were found
 * @param now of that text, which is the editor's
 */
export function showLinks(view: EditorView, text: string, now: Links): void {
  const ranges = NAMES.flatMap((name) => {
    const span = now[name];
    const range = span && rangeOf(text, span);
    return range && range.to > range.from
      ? [Decoration.mark({ class: CLASSES[name] }).range(range.from, range.to)]
      : [];
  });
  view.dispatch({ effects: setLinks.of(Decoration.set(ranges, true)) });
  const span = now.chosen ?? now.pointed;
  if (span && !view.hasFocus) bringIntoSight(view, rangeOf(text, span).from);
}

/** Names the request, so that of several before a frame only the last is answered. */
const BRING = {};

/**
 * Scrolls the text, and nothing around it, no further than needed: with the next frame, for where lines are is not known
 * before everything around them has been laid out.
 */
function bringIntoSight(view: EditorView, at: number): void {
  view.requestMeasure({
    key: BRING,
    read: ({ scrollDOM: { scrollTop, clientHeight } }) => {
      const { top, bottom } = view.lineBlockAt(Math.min(at, view.state.doc.length));
      if (top < scrollTop) return top;
      return bottom > scrollTop + clientHeight ? bottom - clientHeight : null;
    },
    write: (scrollTop) => {
      if (scrollTop !== null) view.scrollDOM.scrollTop = scrollTop;
    },
  });
}
