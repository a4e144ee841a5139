/**
 * Texts of other people (names, notes, reasons, log lines) as they may be shown: nothing in them moves a cursor, changes
 * a colour, breaks a line, or turns around what stands beside them.
 *
 * Acting characters are the control characters (C0, DEL, C1), the line and paragraph separators, the bidirectional
 * controls (Unicode Standard Annex 9, section 2; see Boucher and Anderson 2021, "Trojan Source"), and halves of
 * surrogate pairs, which no file can hold. Letters of right-to-left scripts are not among them.
 */
const BIDI = '\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069';
const acting = (flags: string): RegExp => new RegExp(`[\\p{Cc}\\p{Cs}\\u2028\\u2029${BIDI}]`, flags);
const ACTING = acting('u');
const EACH_ACTING = acting('gu');
/** Those that only part words: blanks say the same. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/** Stands where an acting character stood, so that it is seen that there was one. */
const STAND_IN = '\ufffd';

export const hasActing = (text: string): boolean => ACTING.test(text);

/** The text as one line. */
export const inert = (text: string): string =>
  hasActing(text) ? text.replace(BREAKS, ' ').replace(EACH_ACTING, STAND_IN) : text;

/** The text with its lines: for logs and stacks. */
export const inertLines = (text: string): string =>
  text
    .split(/\r?\n/)
    .map((line) => inert(line.replace(/\t/g, '    ')))
    .join('\n');

/** JSON on one line in which every acting character is escaped: the same value, in any terminal. */
export const inertJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    EACH_ACTING,
    (character) =>
      // Of one UTF-16 unit each; a newline of the JSON itself does not occur without indentation.
      `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
