import { describe } from '../checks';
import { inert } from '../inert-text';
import { invisibleName } from '../invisible';
import { syntaxProblem, type Located } from '../position';
import type { SyntaxProblem } from '../problem';

/** A parsed JSON text with the place of every value in it. */
export interface JsonText {
  value: unknown;
  place: Located;
}

class JsonSyntaxError extends Error {
  constructor(readonly problem: SyntaxProblem) {
    super(problem.sentence);
  }
}

const MAX_DEPTH = 64;
const ESCAPES: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * Reads JSON (RFC 8259, and blanks of any width between values) and remembers where each value stands: `JSON.parse` gives no positions, and its messages
 * differ from one version of V8 to the next.
 */
export function readJson(
  text: string,
): { ok: true; value: JsonText } | { ok: false; problem: SyntaxProblem } {
  try {
    return { ok: true, value: new JsonReader(text).document() };
  } catch (error) {
    if (error instanceof JsonSyntaxError) return { ok: false, problem: error.problem };
    throw error;
  }
}

class JsonReader {
  private at = 0;

  constructor(private readonly text: string) {}

  document(): JsonText {
    // A byte order mark, as some editors write it.
    if (this.text.startsWith('\ufeff')) this.at = 1;
    this.skipSpace();
    if (this.at >= this.text.length)
      this.fail(this.at, 'the text is empty; expected an architecture as JSON');
    const document = this.value(0, 'a value');
    this.skipSpace();
    if (this.at < this.text.length) this.fail(this.at, `expected the end of the text, got ${this.seen()}`);
    return document;
  }

  private value(depth: number, expected: string): JsonText {
    this.skipSpace();
    if (depth > MAX_DEPTH) this.fail(this.at, 'too many brackets inside each other');
    const char = this.text[this.at];
    if (char === '{') return this.object(depth);
    if (char === '[') return this.array(depth);
    const start = this.at;
    if (char === '"') {
      const value = this.string();
      return { value, place: { start, end: this.at } };
    }
    const word = /[^\s,:{}[\]"\p{Cf}]*/uy;
    word.lastIndex = start;
    const literal = word.exec(this.text)?.[0] ?? '';
    const end = start + literal.length;
    const place = { start, end };
    this.at = end;
    if (literal === 'true' || literal === 'false') return { value: literal === 'true', place };
    if (literal === 'null') return { value: null, place };
    if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(literal)) return { value: Number(literal), place };
    this.at = start;
    return this.fail(start, `expected ${expected}, got ${this.seen()}`);
  }

  private array(depth: number): JsonText {
    const start = this.at++;
    const value: unknown[] = [];
    const items: Located[] = [];
    this.skipSpace();
    if (this.text[this.at] !== ']') {
      for (;;) {
        const item = this.value(depth + 1, 'a value');
        value.push(item.value);
        items.push(item.place);
        if (!this.comma(start, ']')) break;
      }
    }
    this.at++;
    return { value, place: { start, end: this.at, items } };
  }

  private object(depth: number): JsonText {
    const start = this.at++;
    // Without a prototype, so that a field called __proto__ is a field like any other.
    const value = Object.create(null) as Record<string, unknown>;
    const fields = new Map<string, Located>();
    this.skipSpace();
    if (this.text[this.at] !== '}') {
      for (;;) {
        this.skipSpace();
        const nameAt = this.at;
        if (this.text[nameAt] !== '"') {
          this.fail(nameAt, `expected a field name in double quotes, got ${this.seen()}`);
        }
        const name = this.string();
        if (fields.has(name)) this.fail(nameAt, `field ${describe(name)} is given twice`, this.at);
        this.skipSpace();
        if (this.text[this.at] !== ':') {
          this.fail(this.at, `expected ":" after ${describe(name)}, got ${this.seen()}`);
        }
        this.at++;
        const item = this.value(depth + 1, `a value for ${describe(name)}`);
        value[name] = item.value;
        fields.set(name, item.place);
        if (!this.comma(start, '}')) break;
      }
    }
    this.at++;
    return { value, place: { start, end: this.at, fields } };
  }

  /** Whether another element follows; stands on the closing bracket if not. */
  private comma(start: number, closer: string): boolean {
    this.skipSpace();
    const char = this.text[this.at];
    if (char === closer) return false;
    if (char === undefined) {
      this.fail(
        start,
        `the "${this.text[start]}" opened here is never closed; a "${closer}" is missing at the end`,
        start + 1,
      );
    }
    if (char !== ',') this.fail(this.at, `expected "," or "${closer}", got ${this.seen()}`);
    const commaAt = this.at++;
    this.skipSpace();
    if (this.text[this.at] === closer) this.fail(commaAt, `remove the comma before "${closer}"`, commaAt + 1);
    return true;
  }

  private string(): string {
    const start = this.at++;
    let value = '';
    for (;;) {
      const char = this.text[this.at];
      if (char === undefined || char === '\n' || char === '\r') {
        this.fail(start, 'the double quote opened here is not closed on its line');
      }
      if (char < ' ')
        this.fail(this.at, 'a control character inside a text must be written as \\u and four digits');
      this.at++;
      if (char === '"') return value;
      if (char !== '\\') {
        value += char;
        continue;
      }
      const escape = this.text[this.at] ?? '';
      if (escape === 'u') {
        const digits = this.text.slice(this.at + 1, this.at + 5);
        if (!/^[\da-fA-F]{4}$/.test(digits))
          this.fail(this.at - 1, 'expected four hexadecimal digits after \\u');
        value += String.fromCharCode(parseInt(digits, 16));
        this.at += 5;
      } else if (ESCAPES[escape] !== undefined) {
        value += ESCAPES[escape];
        this.at++;
      } else {
        this.fail(
          this.at - 1,
          `unknown escape "\\${inert(escape)}" inside a text; write \\\\ for a backslash`,
        );
      }
    }
  }

  private skipSpace(): void {
    // Blanks of other widths too, as editors and web pages leave them.
    while (/[ \t\r\n\p{Zs}]/u.test(this.text[this.at] ?? '')) this.at++;
  }

  /** What stands at the current offset, as a sentence shows it. */
  private seen(): string {
    if (this.at >= this.text.length) return 'the end of the text';
    const word = /[\p{L}\p{N}_.+-]+|./suy;
    word.lastIndex = this.at;
    const found = word.exec(this.text)?.[0] ?? '';
    return invisibleName(found) ?? describe(found.length > 40 ? `${found.slice(0, 39)}…` : found);
  }

  private fail(start: number, sentence: string, end = Math.min(start + 1, this.text.length)): never {
    throw new JsonSyntaxError(syntaxProblem(this.text, start, end, sentence));
  }
}
