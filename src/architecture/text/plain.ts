/** A pasted text as the grammar can take it, of the same length, so that offsets stay those of the original. */

/** Full-width and typographic characters that a web page or an input method puts for the plain ones. */
const PLAIN: Readonly<Record<string, string>> = {
  '（': '(',
  '）': ')',
  '［': '[',
  '］': ']',
  '【': '[',
  '】': ']',
  '｛': '{',
  '｝': '}',
  '，': ',',
  '、': ',',
  '；': ';',
  '：': ':',
  '＝': '=',
  '＃': '#',
  '．': '.',
  '－': '-',
  '−': '-',
  '＋': '+',
  '＊': '*',
  '×': 'x',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
};
/** Characters without a width that web pages leave between others; they say nothing. */
const NOTHING = /[\u200b-\u200d\u2060\ufeff]/;

/** The plain character that a full-width or typographic one stands for; undefined for any other. */
export function plainCharacter(char: string): string | undefined {
  const code = char.charCodeAt(0);
  // Full-width digits U+FF10 to U+FF19.
  if (code >= 0xff10 && code <= 0xff19) return String.fromCharCode(code - 0xff10 + 48);
  return PLAIN[char];
}

export interface PlainText {
  /** What the grammar reads: plain characters, comments and prompts as blanks. */
  code: string;
  /** The same with the insides of quoted texts as `_`: a bracket in it is a bracket of the code. */
  shape: string;
}

export function plainText(text: string): PlainText {
  const [code, shape] = withoutComments(withoutPrompts(withoutNotebook(text)));
  return { code, shape };
}

const blanks = (length: number): string => ' '.repeat(length);
const LINE_END = '\n\r\u2028\u2029';

/**
 * What stands before the code of a line: quotes of a mail, prompts of Python and IPython, and tabs. A line without any of these
 * is not matched: there are thousands.
 */
const PROMPTS = /^[ \t]*(?:>[ \t>]*(?:(?:In|Out)[ \t]?\[\d+\]:)?|(?:In|Out)[ \t]?\[\d+\]:)|^ *\t[ \t]*/gm;
const CONTINUED = /^[ \t]*\.\.\.:?(?=[ \t]|$)/gm;

function withoutPrompts(text: string): string {
  const without = text.replace(PROMPTS, (prompt) => blanks(prompt.length));
  // Three dots are a prompt only where there are others.
  return without === text ? text : without.replace(CONTINUED, (prompt) => blanks(prompt.length));
}

/** Whether a text is the file of a Jupyter notebook. */
export const isNotebook = (text: string): boolean =>
  /^\s*\{/.test(text) && /"cells"\s*:/.test(text) && /"cell_type"\s*:/.test(text);

/** Of a notebook's file only the lines of its cells; each is a JSON text on a line of the file. */
function withoutNotebook(text: string): string {
  if (!isNotebook(text)) return text;
  let inSource = false;
  return text
    .split('\n')
    .map((line) => {
      if (/^\s*"source"\s*:\s*\[\s*$/.test(line)) inSource = true;
      else if (/^\s*\]/.test(line)) inSource = false;
      else if (inSource) return cellLine(line);
      return blanks(line.length);
    })
    .join('\n');
}

const ESCAPED: Readonly<Record<string, string>> = { '\\"': ' "', '\\\\': ' \\', '\\t': '  ', '\\n': '  ' };

function cellLine(line: string): string {
  const [, before = '', source = '', after = ''] = /^(\s*")(.*?)((?:\\n)?",?\s*)$/.exec(line) ?? [];
  const code = source.replace(/\\["\\tn]/g, (escape) => ESCAPED[escape]!);
  return line === before + source + after
    ? blanks(before.length) + code + blanks(after.length)
    : blanks(line.length);
}

/** Runs of characters that stand for themselves: most of a text. */
const PLAIN_RUN = /[^#"'\\\x80-\uffff]+/y;

/** A text with some of its parts replaced by others of the same length; what lies between is taken over run by run. */
class Replaced {
  private readonly parts: string[] = [];
  /** Up to where the parts go. */
  private done = 0;

  constructor(private readonly text: string) {}

  put(at: number, part: string): void {
    if (at > this.done) this.parts.push(this.text.slice(this.done, at));
    this.parts.push(part);
    this.done = at + part.length;
  }

  result(): string {
    if (this.done === 0) return this.text;
    return this.parts.join('') + this.text.slice(this.done);
  }
}

/**
 * Comments (`#` to the end of the line), closed triple quotes, line continuations and characters without a width become
 * blanks. A quote that is not closed on its line is an apostrophe of prose.
 */
function withoutComments(text: string): [code: string, shape: string] {
  const code = new Replaced(text);
  const shape = new Replaced(text);
  /** What differs from the text in both. */
  const put = (at: number, part: string): void => {
    code.put(at, part);
    shape.put(at, part);
  };
  /** Up to where each kind of quote is known to be closed by none, so that nothing is looked for twice. */
  const unclosed: Record<string, number> = {};
  let at = 0;
  while (at < text.length) {
    PLAIN_RUN.lastIndex = at;
    if (PLAIN_RUN.test(text)) {
      at = PLAIN_RUN.lastIndex;
      continue;
    }
    const char = text[at]!;
    const plain = plainCharacter(char) ?? char;
    if (plain === '#') {
      const end = lineEnd(text, at);
      put(at, blanks(end - at));
      at = end;
    } else if (plain === '"' || plain === "'") {
      const end = closingQuote(text, at, plain, unclosed);
      const length = end - at;
      if (length > 5 && isTriple(text, at, plain)) put(at, text.slice(at, end).replace(/[^\r\n]/g, ' '));
      else {
        if (char !== plain) put(at, plain);
        if (length > 1) {
          shape.put(at + 1, `${'_'.repeat(length - 2)}${plain}`);
          if (text[end - 1] !== plain) code.put(end - 1, plain);
        }
      }
      at = end;
    } else if (char === '\\' && continuation(text, at) > 0) {
      const length = continuation(text, at);
      put(at, blanks(length));
      at += length;
    } else {
      const seen = NOTHING.test(plain) ? ' ' : plain;
      if (seen !== char) put(at, seen);
      at++;
    }
  }
  return [code.result(), shape.result()];
}

const LINE = /[^\n\r\u2028\u2029]*/y;

/** Where the line of an offset ends. */
export function lineEnd(text: string, at: number): number {
  LINE.lastIndex = at;
  LINE.exec(text);
  return LINE.lastIndex;
}

const isTriple = (text: string, at: number, quote: string): boolean => text.startsWith(quote.repeat(3), at);

/** Behind the closing quote, or behind the opening one where it is not closed. */
function closingQuote(text: string, start: number, quote: string, unclosed: Record<string, number>): number {
  const triple = quote.repeat(3);
  if (isTriple(text, start, quote)) {
    const end = (unclosed[triple] ?? 0) > start ? -1 : text.indexOf(triple, start + 3);
    if (end >= 0) return end + 3;
    unclosed[triple] = text.length;
  }
  if ((unclosed[quote] ?? 0) > start) return start + 1;
  for (let at = start + 1; ; at++) {
    const char = text[at];
    if (char === undefined || LINE_END.includes(char)) {
      unclosed[quote] = at;
      return start + 1;
    }
    if (char === '\\') at++;
    else if ((plainCharacter(char) ?? char) === quote) return at + 1;
  }
}

/** Characters of a backslash that continues its line, with the line's end; 0 where it does not. */
function continuation(text: string, at: number): number {
  let end = at + 1;
  while (text[end] === ' ' || text[end] === '\t') end++;
  if (text[end] === '\r') return end + (text[end + 1] === '\n' ? 2 : 1) - at;
  return text[end] === '\n' ? end + 1 - at : 0;
}
