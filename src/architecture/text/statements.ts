/** The statements of a text that may be Python only in part: where each begins, and where it ends if its brackets say so. */
import { MAX_DEPTH, matchAt } from './literal';
import type { PlainText } from './plain';
import type { Block } from './scope';

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

const NAME = /[\p{L}_][\p{L}\p{N}_.]{0,200}/uy;
const BLANKS = /[^\S\r\n]*/y;
/** The type of a name, and the equals sign behind it. */
const ANNOTATED = /:[\p{L}\p{N}_ .,[\]]{0,100}=(?!=)/uy;
/** The other names of `a, b = `. */
const MORE_NAMES = /(?:,[^\S\r\n]*[\p{L}_][\p{L}\p{N}_]{0,200}[^\S\r\n]*){1,20}(?:\)[^\S\r\n]*)?=(?!=)/uy;
/** `"name": ` before what may be a table. */
const ENTRY = /(["'])([^"'\r\n]{1,200})\1[^\S\r\n]*:\s*(?=[[(])/y;
const UPDATE = /(\/\/|\*\*|<<|>>|[-+*/%])=/y;
const DELETED = /del[^\S\r\n]+([\p{L}_][\p{L}\p{N}_]{0,200})[^\S\r\n]*(?=\[)/uy;
/** What changes a list in its place. */
const METHOD = /^(.+)\.(append|extend|insert|pop|remove|clear|reverse|sort)$/;
const METHOD_OF_PART = /\.(?:append|extend|insert|pop|remove|clear|reverse|sort)[^\S\r\n]*\(/y;
const ASSIGNED = /(?:\/\/|\*\*|<<|>>|[-+*/%&|^@])?=(?!=)/y;
const DELETES = /del\b[^\S\r\n]*/y;

/** Words that begin a line with others indented below it. */
const HEADERS: ReadonlyMap<string, Block['kind']> = new Map([
  ['def', 'function'],
  ['class', 'function'],
  ['for', 'loop'],
  ['while', 'loop'],
  ['with', 'plain'],
  ...['if', 'elif', 'else', 'try', 'except', 'finally', 'match', 'case'].map(
    (word) => [word, 'branch'] as const,
  ),
]);

/** From `valueAt` on stands a value; `name` is what it is assigned to. */
export type Statement =
  | { kind: 'assignment' | 'entry'; name: string; valueAt: number }
  | { kind: 'several'; names: string[]; valueAt: number }
  | { kind: 'update'; name: string; operator: string; valueAt: number }
  | { kind: 'method'; name: string; method: string; valueAt: number }
  | { kind: 'part'; name: string }
  | { kind: 'header'; word: string; block: Block['kind'] }
  | { kind: 'list' | 'braces' | 'other' };

/** What stands at an offset, as its first characters say. */
export function statementAt(code: string, start: number): Statement {
  const char = code[start]!;
  if (char === '{') return { kind: 'braces' };
  if (char === '"' || char === "'") {
    const entry = matchAt(ENTRY, code, start);
    return entry ? { kind: 'entry', name: entry[2]!, valueAt: ENTRY.lastIndex } : { kind: 'other' };
  }
  const bracketed = char === '(';
  const name = matchAt(NAME, code, bracketed ? start + 1 : start)?.[0];
  if (name === undefined) return { kind: char === '[' || bracketed ? 'list' : 'other' };
  const after = behind(BLANKS, code, NAME.lastIndex);
  if (code[after] === ',') {
    const more = matchAt(MORE_NAMES, code, after)?.[0];
    if (more !== undefined) {
      const names = [name, ...(more.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [])];
      return { kind: 'several', names, valueAt: behind(BLANKS, code, MORE_NAMES.lastIndex) };
    }
  }
  if (bracketed) return { kind: 'list' };
  const block = HEADERS.get(name);
  if (block) return { kind: 'header', word: name, block };
  const deleted = name === 'del' ? matchAt(DELETED, code, start)?.[1] : undefined;
  return deleted !== undefined ? { kind: 'part', name: deleted } : ofName(code, name, after);
}

/** What is done with the name at the beginning of a statement; `after` is where something follows it. */
function ofName(code: string, name: string, after: number): Statement {
  const assigned =
    code[after] === '=' && code[after + 1] !== '=' ? after + 1 : behindMatch(ANNOTATED, code, after);
  if (assigned !== null) return { kind: 'assignment', name, valueAt: behind(/\s*/y, code, assigned) };
  const operator = matchAt(UPDATE, code, after)?.[1];
  if (operator !== undefined)
    return { kind: 'update', name, operator, valueAt: behind(BLANKS, code, UPDATE.lastIndex) };
  if (code[after] === '(') {
    const [, list = '', method = ''] = METHOD.exec(name) ?? [];
    if (list !== '') return { kind: 'method', name: list, method, valueAt: after };
  }
  return code[after] === '[' ? { kind: 'part', name } : { kind: 'other' };
}

function behind(pattern: RegExp, text: string, at: number): number {
  return behindMatch(pattern, text, at) ?? at;
}

function behindMatch(pattern: RegExp, text: string, at: number): number | null {
  return matchAt(pattern, text, at) ? pattern.lastIndex : null;
}

/**
 * Where the statement that begins at an offset ends: at the end of its line, or at a semicolon, outside of brackets. Null
 * where its brackets do not pair, or are too many inside each other.
 */
export function endOf({ shape }: PlainText, from: number): number | null {
  const open: string[] = [];
  NEXT.lastIndex = from;
  for (let found = NEXT.exec(shape); found; found = NEXT.exec(shape)) {
    const char = found[0];
    const closer = CLOSERS[char];
    if (closer) {
      if (open.length >= MAX_DEPTH) return null;
      open.push(closer);
    } else if (char === ')' || char === ']' || char === '}') {
      if (open.pop() !== char) return null;
    } else if (open.length === 0) return found.index;
    // An argument is named inside of round brackets only.
    else if (char !== ';' && open.at(-1) !== ')' && assignsAt(shape, found.index + 1)) return null;
  }
  return open.length === 0 ? shape.length : null;
}

/** Offset of the colon that ends the header of a block, outside of brackets; null where there is none. */
export function colonOf({ shape }: PlainText, start: number, end: number): number | null {
  let depth = 0;
  for (let at = start; at < end; at++) {
    const char = shape[at]!;
    if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    else if (char === ':' && depth === 0 && shape[at + 1] !== '=') return at;
  }
  return null;
}

/** All that matters to where a statement ends. */
const NEXT = /[()[\]{};\r\n]/g;

/**
 * Of a statement that begins with `name[…]`, where the list stands that it changes: `name[0]` of `name[0][1] = …` and of
 * `name[0].append(…)`. Null where it changes none.
 */
export function changedPart({ shape }: PlainText, start: number): { start: number; end: number } | null {
  const from = behind(DELETES, shape, start);
  let end = behind(NAME, shape, from);
  let last = end;
  for (let at = behind(BLANKS, shape, end); shape[at] === '['; at = behind(BLANKS, shape, end)) {
    last = at;
    end = closerOf(shape, at);
  }
  const after = behind(BLANKS, shape, end);
  if (matchAt(METHOD_OF_PART, shape, after)) return { start: from, end };
  return from > start || matchAt(ASSIGNED, shape, after) ? { start: from, end: last } : null;
}

/** Behind the bracket that closes the one at an offset, in a text whose brackets pair. */
function closerOf(shape: string, start: number): number {
  let depth = 0;
  for (let at = start; at < shape.length; at++) {
    if ('([{'.includes(shape[at]!)) depth++;
    else if (')]}'.includes(shape[at]!) && --depth === 0) return at + 1;
  }
  return shape.length;
}

function assignsAt(shape: string, lineStart: number): boolean {
  const name = matchAt(NAME, shape, behind(BLANKS, shape, lineStart));
  if (!name || HEADERS.has(name[0])) return false;
  const after = behind(BLANKS, shape, NAME.lastIndex);
  return (shape[after] === '=' && shape[after + 1] !== '=') || behindMatch(ANNOTATED, shape, after) !== null;
}
