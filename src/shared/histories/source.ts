/** The text that a run is imported from. Pure. */

/** Bytes of it in UTF-8: it is kept as a whole in the database. The console log of ten thousand epochs has a tenth of them. */
export const MAX_SOURCE_BYTES = 20_000_000;

/** Bytes of a file that may hold such a text: in UTF-16 it takes up to twice as many. */
export const MAX_SOURCE_FILE_BYTES = 2 * MAX_SOURCE_BYTES;

/** Bytes of a text in UTF-8. */
export const sourceBytes = (text: string): number => new TextEncoder().encode(text).length;

/** The beginning of a source as the window shows it, by lines. */
export interface SourceExcerpt {
  lines: string[];
  /** How many there are in all. */
  count: number;
}

/** Of an excerpt: nobody reads more on a screen, and the export of a run has it all. */
const [MAX_CHARACTERS, MAX_LINES] = [200_000, 5_000];

/** A console goes back to draw a line again: each of its drawings is a line here, without its colours. */
export function excerptOf(text: string): SourceExcerpt {
  // eslint-disable-next-line no-control-regex -- what moves the cursor of a console, and what colours its text
  const all = text.replace(/\x1b\[[\d;]*[A-Za-z]/g, '').split(/\r\n|\n|\r|\x08+/);
  if (all[all.length - 1] === '') all.pop();
  let characters = 0;
  const end = all.findIndex((line) => (characters += line.length + 1) > MAX_CHARACTERS);
  const whole = end < 0 ? all.length : Math.max(1, end);
  return { lines: all.slice(0, Math.min(MAX_LINES, whole)), count: all.length };
}

/** Up to here (characters, or bytes of a file) reading takes a few milliseconds, less than to start a program for it. */
const SHORT = 200_000;

/** Whether a source is read beside the program that asks, which would stand still for as long. */
export const isLongSource = (source: string | { size: number }): boolean =>
  (typeof source === 'string' ? source.length : source.size) > SHORT;
