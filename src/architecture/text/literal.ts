/**
 * Lists of numbers as they stand: what nearly every table is. It takes what a grammar would not (a bracket that nobody
 * closed) and says where it went wrong; what is more than numbers and lists is for the grammar.
 */
import { describe } from '../checks';
import { inert } from '../inert-text';
import { invisibleName } from '../invisible';
import { positionAt } from '../position';
import type { Mend } from '../problem';
import { readInteger } from './numbers';
import { bracketed, listValue, numberValue, type ListValue, type NumberValue, type Value } from './values';

/** What is wrong at a place; its sentence is made once it is to be said, since that counts lines. */
export interface Slip {
  start: number;
  end: number;
  sentence: () => string;
  /** What might mend it; whoever offers one tries it first. */
  mends: readonly Mend[];
  /** A bracket too few or too many: the mend depends on all of the list. */
  brackets?: boolean;
  /** A comma is missing before the bracket that stands there. */
  comma?: boolean;
}

export interface Literal {
  value: ListValue | NumberValue;
  /** Offset behind it. */
  end: number;
}

/** A list that was read, or where that ended. Nothing is thrown: of a long text that is no table every line ends so. */
export type LiteralResult = { literal: Literal; slip: null } | { literal: null; slip: Slip };

/** Deeper than any table: the guard against a text of brackets only. */
export const MAX_DEPTH = 16;

const CLOSER: Readonly<Record<string, string>> = { '[': ']', '(': ')' };
/** `name = `, `name: List = ` or `"table": ` before a bracket. */
const ASSIGNMENT =
  /(?:([\p{L}_][\p{L}\p{N}_.]{0,200})[^\S\r\n]*(?::[\p{L}\p{N}_ .,[\]]{0,100})?=(?!=)|["']([^"'\r\n]{1,200})["'][^\S\r\n]*:)\s*(?=[[(])/uy;
const DECIMAL = /^[-+]?(\d[\d_]*(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/;

export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const SPACE = /\s*/y;
const CODE_OF_SPACE = 0x20;
const CODE_OF_DELETE = 0x7f;
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** One edit as a mend. */
export const mend = (label: string, from: number, to: number, insert: string): Mend => ({
  label,
  edits: [{ from, to, insert }],
});

interface Open {
  char: string;
  start: number;
  /** How many of the reader's entries stand before those of this list. */
  before: number;
}

export class LiteralReader {
  private at = 0;
  /** Opening brackets not yet closed, outermost first. */
  private open: Open[] = [];
  /** Entries of the lists that are open, those of the outermost first: each list is made of its own once it is closed. */
  private entries: (ListValue | NumberValue)[] = [];
  private slip: Slip | null = null;

  /** @param code the text in plain characters, of the same length */
  constructor(
    private readonly text: string,
    private readonly code: string,
  ) {}

  /** The list, or the number in round brackets, that begins at an offset. */
  read(at: number): LiteralResult {
    if (CLOSER[this.code[at]!]) return this.resultOf(at);
    const { start, end, word } = this.wordAt(at);
    const sentence = (): string => `expected "[" to open the block table, got ${word()}`;
    return { literal: null, slip: { start, end, sentence, mends: [] } };
  }

  /** What is wrong with what stands where an entry of a list should; null where nothing is. */
  entry(at: number): Slip | null {
    return this.resultOf(at).slip;
  }

  private resultOf(at: number): LiteralResult {
    this.open = [];
    this.entries = [];
    this.slip = null;
    this.at = at;
    const value = this.value();
    return value ? { literal: { value, end: this.at }, slip: null } : { literal: null, slip: this.slip! };
  }

  /** What follows a list that was closed and goes on with it: a bracket was closed too early. Null where nothing does. */
  continuation({ value, end }: Literal): Slip | null {
    this.at = end;
    const closedAt = end - 1;
    this.skipSpace();
    const comma = /[,;]/.test(this.code[this.at] ?? '');
    if (comma) this.at++;
    this.skipSpace();
    const start = this.at;
    const char = this.code[start];
    if (char === undefined) return null;
    if (char === ']' || char === ')') {
      return {
        start,
        end: start + 1,
        sentence: () => `this "${this.text[start]}" closes nothing; remove it`,
        mends: [mend(`Remove \`${this.text[start]}\``, start, start + 1, '')],
      };
    }
    const sameLine = !/[\r\n]/.test(this.code.slice(closedAt, start));
    const isStage = value.kind === 'list' && value.items[0]?.kind === 'number';
    // A second table without a name, on a line of its own.
    if (!comma && !sameLine && !isStage && char !== ',') return null;
    const { end: wordEnd, word } = this.wordAt(start);
    const slip = { start, end: wordEnd, mends: [] };
    if (CLOSER[char] || (comma && /[-+\d]/.test(char)) || char === ',') {
      if (isStage) {
        return {
          ...slip,
          sentence: () =>
            'another stage follows, but no bracket encloses them all; write "[" before the first stage and "]" after the last',
          mends: this.enclosing(value.place.start),
        };
      }
      return {
        ...slip,
        brackets: true,
        sentence: () => {
          const { line, column } = positionAt(this.text, closedAt);
          return `the table was already closed at line ${line}, column ${column}; a bracket before is one too many, or one is missing before that`;
        },
      };
    }
    if (sameLine && !comma && char !== '}')
      return { ...slip, sentence: () => `expected nothing after the table, got ${word()}` };
    return null;
  }

  /** Brackets around the stages that stand one behind the other from an offset on. */
  private enclosing(from: number): Mend[] {
    const edits: { from: number; to: number; insert: string }[] = [{ from, to: from, insert: '[' }];
    for (let at = from; ; at = this.at) {
      const { literal } = this.read(at);
      if (!literal) return [];
      const { end } = literal;
      this.skipSpace();
      if (this.code[this.at] === ',') this.at++;
      else if (CLOSER[this.code[this.at] ?? '']) edits.push({ from: end, to: end, insert: ',' });
      this.skipSpace();
      if (!CLOSER[this.code[this.at] ?? '']) {
        edits.push({ from: end, to: end, insert: ']' });
        return [{ label: 'Put the stages into one list', edits }];
      }
    }
  }

  private value(): ListValue | NumberValue | null {
    this.skipSpace();
    const start = this.at;
    const char = this.code[start];
    if (char === undefined) return this.failUnclosed();
    if (CLOSER[char]) return this.list(char);
    const digits = this.digitsEnd(start);
    if (digits > start) return this.number(Number(this.code.slice(start, digits)), start, digits);
    // The next assignment begins inside this table: a bracket was left open before it.
    if (matchAt(ASSIGNMENT, this.code, start)) return this.failUnclosed();
    const { end, word } = this.wordAt(start);
    const literal = this.code.slice(start, end);
    const number = DECIMAL.test(literal) ? Number(literal.replace(/_/g, '')) : readInteger(literal);
    if (number !== null) return this.number(number, start, end);
    const sides = /^(\d+)[xX](\d+)$/.exec(literal);
    const kernel = sides && `[${sides[1]}, ${sides[2]}]`;
    const mends = kernel !== null ? [mend(`Write \`${kernel}\``, start, end, kernel)] : [];
    const hint = kernel !== null ? `; write ${kernel}` : '';
    return this.fail(start, end, () => `expected a number or "[", got ${word()}${hint}`, {
      mends: char === '{' ? this.plainBrackets(start) : mends,
    });
  }

  /** Behind the digits that begin at an offset, where nothing else belongs to them; else the offset. */
  private digitsEnd(start: number): number {
    let at = start;
    while (isDigit(this.code.charCodeAt(at))) at++;
    return /[\s,\])]/.test(this.code.charAt(at)) ? at : start;
  }

  private number(value: number, start: number, end: number): NumberValue {
    this.at = end;
    return numberValue(value, { start, end });
  }

  /** A list in square or round brackets. As in Python, round brackets around one value without a comma are no list. */
  private list(opening: string): ListValue | NumberValue | null {
    const start = this.at;
    if (this.open.length >= MAX_DEPTH)
      return this.fail(start, start + 1, () => 'too many brackets inside each other');
    const before = this.entries.length;
    this.open.push({ char: opening, start, before });
    this.at++;
    let commas = 0;
    for (let closed = this.closes(opening); !closed; closed = this.closes(opening)) {
      if (closed === null) return null;
      if (this.code[this.at] === ',') {
        const at = this.at;
        return this.fail(at, at + 1, () => 'expected a number or "[" before ","', {
          mends: [mend('Remove the second comma', at, at + 1, '')],
        });
      }
      const item = this.value();
      if (!item) return null;
      this.entries.push(item);
      const itemEnd = this.at;
      const last = this.closes(opening);
      if (last) break;
      if (last === null || !this.comma(itemEnd)) return null;
      commas++;
    }
    this.open.pop();
    // A list that grows entry by entry takes several times the memory, and long texts have many.
    const items = this.entries.slice(before);
    this.entries.length = before;
    const place = { start, end: this.at };
    const [first] = items;
    if (opening === '(' && commas === 0 && first && items.length === 1) {
      return bracketed(first, place);
    }
    return listValue(items, place);
  }

  /** Whether the list ends here; null where it ends as it must not. */
  private closes(opening: string): boolean | null {
    this.skipSpace();
    const char = this.code[this.at];
    if (char === undefined) return this.failUnclosed();
    if (char !== ']' && char !== ')') return false;
    const expected = CLOSER[opening]!;
    if (char === expected) {
      this.at++;
      return true;
    }
    const at = this.at;
    const opened = this.open.at(-1)!.start;
    const sentence = (): string => {
      const { line, column } = positionAt(this.text, opened);
      return `"${char}" does not close the "${opening}" opened at line ${line}, column ${column}; expected "${expected}"`;
    };
    return this.fail(at, at + 1, sentence, {
      brackets: true,
      mends: [mend(`Write \`${expected}\` for \`${this.text[at]}\``, at, at + 1, expected)],
    });
  }

  /** Whether the comma between two entries is there; `itemEnd` is where the first of them ends. */
  private comma(itemEnd: number): boolean {
    const start = this.at;
    const char = this.code[start]!;
    if (char === ',') {
      this.at++;
      return true;
    }
    const { end, word } = this.wordAt(start);
    if (CLOSER[char] || /[-+.\d]/.test(char)) {
      this.fail(start, end, () => `a comma is missing before ${word()}`, {
        mends: [mend('Write the missing comma', itemEnd, itemEnd, ',')],
        comma: CLOSER[char] !== undefined,
      });
      return false;
    }
    // Other code on the next line: the table should have ended before it.
    if (/[\p{L}_]/u.test(char) && /[\r\n]/.test(this.code.slice(itemEnd, start))) {
      this.failUnclosed();
      return false;
    }
    const closer = CLOSER[this.open.at(-1)!.char]!;
    const hidden = invisibleName(this.text.slice(start, end)) !== null;
    const mends = hidden
      ? [mend('Remove the invisible character', start, end, '')]
      : char === ';' || char === '.'
        ? [mend(`Write \`,\` for \`${char}\``, start, end, ',')]
        : [];
    this.fail(start, end, () => `expected "," or "${closer}", got ${word()}`, { mends });
    return false;
  }

  /** Square brackets for the braces that begin at an offset, which a grammar takes for a set. */
  private plainBrackets(start: number): Mend[] {
    const edits: { from: number; to: number; insert: string }[] = [];
    let depth = 0;
    for (let at = start; at < this.code.length; at++) {
      const char = this.code[at];
      if (char === '{' || char === '}') {
        edits.push({ from: at, to: at + 1, insert: char === '{' ? '[' : ']' });
        depth += char === '{' ? 1 : -1;
        if (depth === 0) return [{ label: 'Write `[` and `]` for `{` and `}`', edits }];
      } else if (char === '\n' || edits.length > 1000) break;
    }
    return [];
  }

  /**
   * A bracket is missing. Closing brackets pair with the innermost opening one, so what stays open is the outermost,
   * although the slip is mostly further in: a stage or a convolution with more than two entries shows it.
   */
  private failUnclosed(): null {
    const stack = this.open;
    const stoppedAt = this.at;
    const slip = unclosedIn(stack, this.entries);
    const start = slip?.start ?? stack.at(-1)!.start;
    const opening = this.code[start]!;
    const next = slip?.next ?? (stoppedAt < this.code.length ? stoppedAt : undefined);
    return this.fail(
      start,
      start + 1,
      () => {
        let before = 'at the end';
        if (next !== undefined) {
          const { line, column } = positionAt(this.text, next);
          before = `before line ${line}, column ${column}`;
        }
        return `the "${opening}" opened here is never closed; a "${CLOSER[opening]}" is missing ${before}`;
      },
      { brackets: true },
    );
  }

  /** What stands at an offset: a quoted text, a word of letters, digits, signs and dots, or one character. */
  private wordAt(start: number): { start: number; end: number; word: () => string } {
    const quoted = matchAt(/(["'])[^"'\r\n]*\1/y, this.code, start)?.[0].length;
    const length =
      quoted ??
      matchAt(/[-+]?[\p{L}\p{N}_.]+(?:(?<=\d[eE])[-+]\d+)?/uy, this.code, start)?.[0].length ??
      String.fromCodePoint(this.code.codePointAt(start) ?? 32).length;
    const end = start + length;
    return {
      start,
      end,
      // As the user wrote it, not as it was made plain.
      word: () => {
        const written = this.text.slice(start, end);
        const shown = written.length > 60 ? `${written.slice(0, 59)}…` : written;
        return quoted !== undefined
          ? `the text ${inert(shown)}`
          : (invisibleName(written) ?? describe(written));
      },
    };
  }

  private skipSpace(): void {
    const code = this.code.charCodeAt(this.at);
    if (code > CODE_OF_SPACE && code < CODE_OF_DELETE) return;
    SPACE.lastIndex = this.at;
    SPACE.exec(this.code);
    this.at = SPACE.lastIndex;
  }

  private fail(
    start: number,
    end: number,
    sentence: () => string,
    more: Partial<Pick<Slip, 'mends' | 'brackets' | 'comma'>> = {},
  ): null {
    this.slip = { start, end, sentence, mends: [], ...more };
    return null;
  }
}

/** The pair (a stage, a convolution) whose third entry shows that it should have been closed; the innermost one. */
function unclosedIn(
  stack: readonly Open[],
  entries: readonly Value[],
): { start: number; next: number } | undefined {
  let slip: { depth: number; start: number; next: number } | undefined;
  const consider = (depth: number, start: number, items: readonly Value[]): void => {
    const isPair = depth === 1 || depth === 3;
    const third = items[2];
    if (isPair && third?.kind === 'list' && (!slip || depth > slip.depth))
      slip = { depth, start, next: third.place.start };
    for (const item of items) if (item.kind === 'list') consider(depth + 1, item.place.start, item.items);
  };
  const entriesOf = (depth: number): readonly Value[] =>
    entries.slice(stack[depth]!.before, stack[depth + 1]?.before);
  for (const [depth, { start }] of stack.entries()) consider(depth, start, entriesOf(depth));
  // A list still open is the third entry of the pair that it stands in, though not yet among its items.
  for (const [depth, { start }] of stack.entries()) {
    const next = stack[depth + 1];
    const isPair = depth === 1 || depth === 3;
    if (isPair && next && entriesOf(depth).length === 2 && (!slip || depth > slip.depth)) {
      slip = { depth, start, next: next.start };
    }
  }
  return slip;
}
