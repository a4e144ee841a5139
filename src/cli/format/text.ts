/** Widths of text on a terminal, where a character takes one or two columns. */

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

// eslint-disable-next-line no-control-regex
const ESCAPES = /\u001b\[[0-9;]*m/g;

/** Without colour codes. */
export const plain = (text: string): string => text.replace(ESCAPES, '');

export function textWidth(text: string): number {
  let width = 0;
  for (const character of plain(text)) width += columnsOf(character.codePointAt(0) ?? 0);
  return width;
}

/** Cuts uncoloured text to a width, the last column showing that something is missing. */
export function truncate(text: string, width: number, ellipsis = '…'): string {
  if (textWidth(text) <= width) return text;
  const room = width - textWidth(ellipsis);
  if (room < 0) return '';
  let used = 0;
  let kept = '';
  for (const character of text) {
    const columns = columnsOf(character.codePointAt(0) ?? 0);
    if (used + columns > room) break;
    used += columns;
    kept += character;
  }
  return kept + ellipsis;
}

export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'left' ? text + space : space + text;
}

/**
 * Names come from files and other people: nothing in them may move the cursor or break a line of output.
 */
export const oneLine = (text: string): string =>
  // eslint-disable-next-line no-control-regex
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
