/** Where something stands in a text. */
import type { Path, Span, SyntaxProblem } from './problem';

/** Where a value stands in its text (UTF-16 offsets, end exclusive), with the places of what it contains. */
export interface Located {
  start: number;
  end: number;
  items?: Located[];
  /** Null for a value that did not come from the text. */
  fields?: Map<string, Located | null>;
}

/** Line and column, both from 1, of an offset; lines end with LF, CR LF or CR, columns count UTF-16 units. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let i = 0; i < offset; i++) {
    const char = text[i];
    if (char === '\n' || (char === '\r' && text[i + 1] !== '\n')) {
      line++;
      start = i + 1;
    }
  }
  return { line, column: offset - start + 1 };
}

export function spanOf(text: string, start: number, end: number): Span {
  return { ...positionAt(text, start), offset: start, length: Math.max(0, end - start) };
}

/** A problem of the text itself; its place is its position. */
export const syntaxProblem = (text: string, start: number, end: number, sentence: string): SyntaxProblem => ({
  path: null,
  sentence,
  at: spanOf(text, start, end),
});

/**
 * The nearest place to a path: a missing value is shown where its container stands. Null where the value did not come
 * from the text.
 */
export function locate(root: Located, path: Path): Located | null {
  let at = root;
  for (const step of path) {
    const next = typeof step === 'number' ? at.items?.[step] : at.fields?.get(step);
    if (next === null) return null;
    if (!next) break;
    at = next;
  }
  return at;
}
