/** Where problems are marked in an editor, whose lines end in one character whatever the text has. Pure. */
import type { Problem, Span } from '../../../../architecture/problem';

/** A problem with the stretch that it marks: offsets in the editor's text. */
export interface Mark {
  problem: Problem;
  from: number;
  to: number;
}

/** The text as the editor has it. */
export const withPlainLines = (text: string): string => text.replace(/\r\n?/g, '\n');

/** Where an offset of the text is in the editor, whose lines end in one character. */
const editorOffset = (text: string, offset: number): number =>
  text.includes('\r\n') ? withPlainLines(text.slice(0, offset)).length : offset;

/** Where an offset of the editor is in the text. */
export function textOffset(text: string, inEditor: number): number {
  let offset = inEditor;
  for (let at = text.indexOf('\r\n'); at >= 0 && at < offset; at = text.indexOf('\r\n', at + 2)) offset++;
  return offset;
}

/** A span of the text in the editor. */
export const rangeOf = (text: string, { offset, length }: Span): { from: number; to: number } => ({
  from: editorOffset(text, offset),
  to: editorOffset(text, offset + length),
});

/**
 * The marks in the order of the text; problems without a place have none. An empty place becomes one character wide, and
 * at the end of the text there is nothing to mark but the last character.
 *
 * @param text in which the problems were found
 */
export function marksOf(text: string, problems: readonly Problem[]): Mark[] {
  const inEditor = (offset: number): number => editorOffset(text, offset);
  const last = inEditor(text.length);
  return problems
    .flatMap((problem): Mark[] => {
      if (!problem.at) return [];
      const { offset, length } = problem.at;
      const from = Math.min(inEditor(offset), Math.max(last - 1, 0));
      const to = Math.min(Math.max(inEditor(offset + length), from + 1), last);
      return [{ problem, from, to }];
    })
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

/** The mark to go to from a selection: the next one, or the one before; past the last comes the first. Null without marks. */
export function stepMark(
  marks: readonly Mark[],
  selection: { from: number; to: number },
  direction: 'next' | 'previous',
): Mark | null {
  const isAt = (mark: Mark): boolean => mark.from === selection.from && mark.to === selection.to;
  const at = marks.findIndex(isAt);
  if (direction === 'next') {
    const next = at >= 0 ? marks[at + 1] : marks.find(({ from }) => from >= selection.from);
    return next ?? marks[0] ?? null;
  }
  const previous = at >= 0 ? marks[at - 1] : marks.filter(({ from }) => from < selection.from).at(-1);
  return previous ?? marks.at(-1) ?? null;
}

/** The mark that a caret or a selection stands at, the narrowest where there are several; null where there is none. */
export function markAt(marks: readonly Mark[], selection: { from: number; to: number }): Mark | null {
  const touching = marks.filter(({ from, to }) => from <= selection.to && to >= selection.from);
  return touching.sort((a, b) => a.to - a.from - (b.to - b.from))[0] ?? null;
}
