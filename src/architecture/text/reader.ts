/** What of a text is a block table: lists and numbers, each with its place. The checks of what they say come later. */
import { STAGE } from '../block-table';
import { describe } from '../checks';
import { inert } from '../inert-text';
import { positionAt, syntaxProblem, type Located } from '../position';
import type { SyntaxProblem } from '../problem';

/** A value of the grammar: a whole tree of lists and numbers, and where each stands. */
interface Node {
  value: unknown;
  place: Located;
}

/** What may be a table, with the name it was assigned to (null for a bare one). */
export interface ReadTable {
  name: string | null;
  node: Node;
}

/** Every table that a text holds, as values that nobody has checked yet; there is one at least. */
export function readTables(
  text: string,
): { ok: true; tables: ReadTable[] } | { ok: false; problem: SyntaxProblem } {
  try {
    return { ok: true, tables: new Reader(text).tables() };
  } catch (error) {
    if (error instanceof TableSyntaxError) return { ok: false, problem: error.problem };
    throw error;
  }
}

class TableSyntaxError extends Error {
  constructor(readonly problem: SyntaxProblem) {
    super(problem.sentence);
  }
}

/** Full-width and typographic characters that a web page or an input method puts for the plain ones. */
const PLAIN: Record<string, string> = {
  '（': '(',
  '）': ')',
  '［': '[',
  '］': ']',
  '【': '[',
  '】': ']',
  '，': ',',
  '、': ',',
  '；': ';',
  '：': ':',
  '＝': '=',
  '＃': '#',
  '．': '.',
  '－': '-',
  '−': '-',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
};
const CLOSER: Record<string, string> = { '[': ']', '(': ')' };
/** Deeper than any table: the guard against a text of brackets only. */
const MAX_DEPTH = 16;
const MAX_TABLES = 100;

/**
 * The text with the same length in plain characters: full-width ones replaced, comments (`#` to the end of the
 * line), line continuations and invisible characters turned into spaces. Offsets stay those of the original.
 */
function plainText(text: string): string {
  return text
    .replace(/[^\0-\x7f]/g, (char) => {
      const code = char.charCodeAt(0);
      // Full-width digits U+FF10 to U+FF19.
      if (code >= 0xff10 && code <= 0xff19) return String.fromCharCode(code - 0xff10 + 48);
      if (/[\u200b-\u200d\u2060\ufeff]/.test(char)) return ' ';
      return PLAIN[char] ?? char;
    })
    .replace(/#[^\r\n\u2028\u2029]*/g, (comment) => ' '.repeat(comment.length))
    .replace(/\\(?=[ \t]*[\r\n])/g, ' ');
}

/** `name = `, `name: List = ` or `"table": ` before a bracket. */
const ASSIGNMENT =
  /(?:([\p{L}_][\p{L}\p{N}_.]{0,200})[^\S\r\n]*(?::[\p{L}\p{N}_ .,[\]]{0,100})?=(?!=)|["']([^"'\r\n]{1,200})["'][^\S\r\n]*:)\s*(?=[[(])/uy;
/** How a table begins: a bracket and another one, that of the first stage; or a stage whose outer bracket was forgotten. */
const TABLE_START = /[[(]\s*(?:[[(]|[-+]?\d[\d.]*\s*,\s*[[(])/y;
const TWO_BRACKETS = /[[(]\s*[[(]/y;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

class Reader {
  private readonly plain: string;
  private at = 0;
  /** Opening brackets not yet closed, outermost first. */
  private open: { char: string; start: number; node: { value: unknown[]; items: Located[] } }[] = [];

  constructor(private readonly text: string) {
    this.plain = plainText(text);
  }

  /**
   * Every table of the text. Lines before and after them that are no tables (prose, other code) are passed over,
   * but what directly follows a table and continues it is an error: a bracket was closed too early.
   */
  tables(): ReadTable[] {
    const tables: ReadTable[] = [];
    let weak: { name: string; at: number } | undefined;
    let first: number | undefined;
    for (this.skipSpace(); this.at < this.plain.length; this.skipSpace()) {
      first ??= this.at;
      const assignment = matchAt(ASSIGNMENT, this.plain, this.at);
      const valueAt = assignment ? ASSIGNMENT.lastIndex : this.at;
      if (matchAt(TABLE_START, this.plain, valueAt)) {
        this.at = valueAt;
        const node = this.table();
        tables.push({ name: assignment?.[1] ?? assignment?.[2] ?? null, node });
        this.afterTable(node);
        if (tables.length > MAX_TABLES)
          this.fail(valueAt, valueAt + 1, `more than ${MAX_TABLES} block tables in one text`);
        continue;
      }
      if (assignment) weak ??= { name: assignment[1] ?? assignment[2]!, at: valueAt };
      this.skipLine();
    }
    if (tables.length > 0) return tables;
    if (first === undefined) {
      this.fail(0, 0, `the block table is empty; write [${STAGE}, …]`);
    }
    // Nothing looked like a table: say what is wrong with what comes nearest to one.
    this.at = weak?.at ?? first;
    const node = this.table();
    this.afterTable(node);
    return [{ name: weak?.name ?? null, node }];
  }

  private table(): Node {
    this.open = [];
    const char = this.plain[this.at]!;
    if (!CLOSER[char]) {
      const { start, end, word } = this.wordAt(this.at);
      this.fail(start, end, `expected "[" to open the block table, got ${word}`);
    }
    return this.value();
  }

  /** After a closed table its line may end, or something begin that cannot be part of it. */
  private afterTable(node: Node): void {
    const closedAt = this.at - 1;
    this.skipSpace();
    const comma = /[,;]/.test(this.plain[this.at] ?? '');
    if (comma) this.at++;
    this.skipSpace();
    const char = this.plain[this.at];
    if (char === undefined) return;
    const start = this.at;
    if (char === ']' || char === ')') {
      this.fail(start, start + 1, `this "${this.text[start]}" closes nothing; remove it`);
    }
    const sameLine = !/[\r\n]/.test(this.plain.slice(closedAt, start));
    // A second table without a name, on a line of its own.
    if (!comma && !sameLine && matchAt(TWO_BRACKETS, this.plain, start)) return;
    const { end, word } = this.wordAt(start);
    if (CLOSER[char] || char === ',' || /[-+\d]/.test(char)) {
      if (Array.isArray(node.value) && typeof node.value[0] === 'number') {
        this.fail(
          start,
          end,
          'another stage follows, but no bracket encloses them all; write "[" before the first stage and "]" after the last',
        );
      }
      const { line, column } = positionAt(this.text, closedAt);
      this.fail(
        start,
        end,
        `the table was already closed at line ${line}, column ${column}; a bracket before is one too many, or one is missing before that`,
      );
    }
    if (sameLine && !comma && char !== '}')
      this.fail(start, end, `expected nothing after the table, got ${word}`);
  }

  private value(): Node {
    this.skipSpace();
    const start = this.at;
    const char = this.plain[start];
    if (char === undefined) this.failUnclosed();
    if (CLOSER[char]) return this.list(char);
    // The next assignment begins inside this table: a bracket was left open before it.
    if (matchAt(ASSIGNMENT, this.plain, start)) this.failUnclosed();
    const { end, word } = this.wordAt(start);
    const literal = this.plain.slice(start, end);
    if (!/^[-+]?(\d[\d_]*(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/.test(literal)) {
      const sides = /^(\d+)[xX×](\d+)$/.exec(literal);
      const hint = sides ? `; write [${sides[1]}, ${sides[2]}]` : '';
      this.fail(start, end, `expected a number or "[", got ${word}${hint}`);
    }
    this.at = end;
    return { value: Number(literal.replace(/_/g, '')), place: { start, end } };
  }

  /** A list in square or round brackets. As in Python, round brackets around one value without a comma are no list. */
  private list(opening: string): Node {
    const start = this.at;
    if (this.open.length >= MAX_DEPTH) this.fail(start, start + 1, 'too many brackets inside each other');
    const node = { value: [] as unknown[], items: [] as Located[] };
    this.open.push({ char: opening, start, node });
    this.at++;
    let commas = 0;
    for (;;) {
      this.skipSpace();
      if (this.closes(opening)) break;
      if (this.plain[this.at] === ',') {
        this.fail(this.at, this.at + 1, 'expected a number or "[" before ","');
      }
      const item = this.value();
      node.value.push(item.value);
      node.items.push(item.place);
      const itemEnd = this.at;
      this.skipSpace();
      if (this.closes(opening)) break;
      this.comma(itemEnd);
      commas++;
    }
    this.open.pop();
    if (opening === '(' && commas === 0 && node.value.length === 1) {
      return { value: node.value[0], place: { ...node.items[0]!, start, end: this.at } };
    }
    return { value: node.value, place: { start, end: this.at, items: node.items } };
  }

  private closes(opening: string): boolean {
    const char = this.plain[this.at];
    if (char === undefined) this.failUnclosed();
    if (char !== ']' && char !== ')') return false;
    if (char !== CLOSER[opening]) {
      const { line, column } = positionAt(this.text, this.open[this.open.length - 1]!.start);
      this.fail(
        this.at,
        this.at + 1,
        `"${char}" does not close the "${opening}" opened at line ${line}, column ${column}; expected "${CLOSER[opening]}"`,
      );
    }
    this.at++;
    return true;
  }

  /** The comma between two entries; `itemEnd` is where the first of them ends. */
  private comma(itemEnd: number): void {
    const start = this.at;
    const char = this.plain[start]!;
    if (char === ',') {
      this.at++;
      return;
    }
    const { end, word } = this.wordAt(start);
    if (CLOSER[char] || /[-+.\d]/.test(char)) this.fail(start, end, `a comma is missing before ${word}`);
    // Other code on the next line: the table should have ended before it.
    if (/[\p{L}_]/u.test(char) && /[\r\n]/.test(this.plain.slice(itemEnd, start))) this.failUnclosed();
    const closer = CLOSER[this.open[this.open.length - 1]!.char]!;
    this.fail(start, end, `expected "," or "${closer}", got ${word}`);
  }

  /**
   * A bracket is missing. Closing brackets pair with the innermost opening one, so what stays open is the outermost,
   * although the slip is mostly further in: a stage or a convolution with more than two entries shows it.
   */
  private failUnclosed(): never {
    let slip: { depth: number; start: number; next: number } | undefined;
    const consider = (depth: number, start: number, items: Located[]): void => {
      const isPair = depth === 1 || depth === 3;
      const third = items[2];
      if (isPair && third?.items && (!slip || depth > slip.depth)) slip = { depth, start, next: third.start };
      for (const item of items) if (item.items) consider(depth + 1, item.start, item.items);
    };
    for (const [depth, { start, node }] of this.open.entries()) consider(depth, start, node.items);
    // A list still open is the third entry of the pair that it stands in, though not yet among its items.
    for (const [depth, { start, node }] of this.open.entries()) {
      const next = this.open[depth + 1];
      const isPair = depth === 1 || depth === 3;
      if (isPair && next && node.items.length === 2 && (!slip || depth > slip.depth)) {
        slip = { depth, start, next: next.start };
      }
    }
    const start = slip?.start ?? this.open[this.open.length - 1]!.start;
    const opening = this.plain[start]!;
    let before = 'at the end';
    const next = slip?.next ?? (this.at < this.plain.length ? this.at : undefined);
    if (next !== undefined) {
      const { line, column } = positionAt(this.text, next);
      before = `before line ${line}, column ${column}`;
    }
    this.fail(
      start,
      start + 1,
      `the "${opening}" opened here is never closed; a "${CLOSER[opening]}" is missing ${before}`,
    );
  }

  /** What stands at an offset: a quoted text, a word of letters, digits, signs and dots, or one character. */
  private wordAt(start: number): { start: number; end: number; word: string } {
    const length =
      matchAt(/(["'])[^"'\r\n]*\1/y, this.plain, start)?.[0].length ??
      matchAt(/[-+]?[\p{L}\p{N}_.×]+(?:(?<=\d[eE])[-+]\d+)?/uy, this.plain, start)?.[0].length ??
      String.fromCodePoint(this.plain.codePointAt(start) ?? 32).length;
    const end = start + length;
    // As the user wrote it, not as it was made plain.
    const written = this.text.slice(start, end);
    const word =
      /^["'].*["']$/.test(this.plain.slice(start, end)) && length > 1
        ? `the text ${inert(written.length > 60 ? `${written.slice(0, 59)}…` : written)}`
        : describe(written);
    return { start, end, word };
  }

  private skipSpace(): void {
    while (this.at < this.plain.length && /\s/.test(this.plain[this.at]!)) this.at++;
  }

  private skipLine(): void {
    while (this.at < this.plain.length && !/[\r\n\u2028\u2029]/.test(this.plain[this.at]!)) this.at++;
  }

  private fail(start: number, end: number, sentence: string): never {
    throw new TableSyntaxError(syntaxProblem(this.text, start, end, sentence));
  }
}
