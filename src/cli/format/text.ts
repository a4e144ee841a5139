/** Text on a terminal: its colours, its width (a character takes one or two columns), and nothing else that acts there. */
import { randomBytes } from 'node:crypto';
import { inert } from '../../architecture/inert-text';

/**
 * Marks a colour of ours until the text is written. Data cannot hold one: it is drawn by each process, so that an
 * escape sequence in a name is never taken for a colour.
 */
const MARK = randomBytes(8).toString('hex');
const COLOUR = new RegExp(`\\u001b\\[${MARK};(\\d+)m`);

/** @param code of SGR (ECMA-48, 8.3.117), e.g. 31 for red. */
export const colour = (code: number): string => `\u001b[${MARK};${code}m`;

/** The pieces between colours (even places) and the colours' codes (odd ones). */
const pieces = (text: string): string[] => text.split(COLOUR);

/** A line as a terminal gets it: our colours as escape sequences, everything else inert. */
export const forTerminal = (line: string): string =>
  pieces(line)
    .map((piece, index) => (index % 2 === 0 ? inert(piece) : `\u001b[${piece}m`))
    .join('');

/** As `forTerminal`, to be worked on: colours stay marks. */
const inertPainted = (text: string): string =>
  pieces(text)
    .map((piece, index) => (index % 2 === 0 ? inert(piece) : colour(Number(piece))))
    .join('');

/** Columns a code point takes: 0 for combining marks, 2 for East Asian wide and emoji (Unicode TR11, the common blocks). */
function columnsOf(code: number): number {
  if (
    (code >= 0x300 && code <= 0x36f) ||
    code === 0x200b ||
    code === 0x200d ||
    (code >= 0xfe00 && code <= 0xfe0f)
  ) {
    return 0;
  }
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return wide ? 2 : 1;
}

/** Without colours. */
export const plain = (text: string): string =>
  pieces(text)
    .filter((_, index) => index % 2 === 0)
    .join('');

export function textWidth(text: string): number {
  let width = 0;
  for (const character of plain(text)) width += columnsOf(character.codePointAt(0) ?? 0);
  return width;
}

/** Cuts a text to a width, the last column showing that something is missing; colours stay closed. */
export function truncate(text: string, width: number, ellipsis = '…'): string {
  if (textWidth(text) <= width) return text;
  let room = width - textWidth(ellipsis);
  if (room < 0) return '';
  let isCut = false;
  return pieces(text)
    .map((piece, index) => {
      if (index % 2 === 1) return colour(Number(piece));
      if (isCut) return '';
      let kept = '';
      for (const character of piece) {
        const columns = columnsOf(character.codePointAt(0) ?? 0);
        if (columns > room) {
          isCut = true;
          return kept + ellipsis;
        }
        room -= columns;
        kept += character;
      }
      return kept;
    })
    .join('');
}

/** UTF-16 units per column takes at most, with room for combining marks. */
const UNITS = 8;

/** Names come from files and other people: a cell is one line of a largest width, and nothing in it acts. */
export const asCell = (text: string, widest: number, ellipsis: string): string =>
  truncate(inertPainted(text.slice(0, UNITS * widest)), widest, ellipsis);

export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'left' ? text + space : space + text;
}

/** Columns of a name or a reason within a sentence: far more than a sound one takes. */
const MAX_WIDTH = 1000;

/** A text within a sentence. */
export const oneLine = (text: string): string => asCell(text, MAX_WIDTH, '…');
