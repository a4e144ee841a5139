import { inertJson } from './inert-text';
import type { Problem } from './problem';
import { LIMITS } from './limits';

/** Where a value stands in its text (UTF-16 offsets, end exclusive), with the places of what it contains. */
export interface Located {
  start: number;
  end: number;
  items?: Located[];
  /** Null for a value that did not come from the text. */
  fields?: Map<string, Located | null>;
}

/** The way to a value inside a parsed text: `['table', 1, 0]`. */
export type Path = readonly (string | number)[];

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

/** A problem of the text itself; its place is its position. */
export function syntaxProblem(text: string, start: number, end: number, sentence: string): Problem {
  const { line, column } = positionAt(text, start);
  const place = `line ${line}, column ${column}`;
  return {
    place,
    message: `${place}: ${sentence}`,
    line,
    column,
    offset: start,
    length: Math.max(0, end - start),
  };
}

/** A value as it appears in a sentence: `got 2.5`, `got "10"`, `got [3, 3, 3]`; long ones are cut. */
export function describe(value: unknown, depth = 0): string {
  let text: string;
  if (value === undefined) text = 'nothing';
  else if (typeof value === 'string') text = inertJson(value.slice(0, 100));
  else if (Array.isArray(value)) text = describeList(value, depth);
  else if (typeof value === 'object' && value !== null) text = 'an object';
  else text = String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function describeList(list: unknown[], depth: number): string {
  if (depth > 4) return '[…]';
  let text = '[';
  for (const [index, item] of list.entries()) {
    // A list of a million entries is not spelled out to be cut afterwards.
    if (text.length > 60) break;
    text += `${index > 0 ? ', ' : ''}${describe(item, depth + 1)}`;
  }
  return `${text}]`;
}

/** 11019530 → `11,019,530`. Independent of the machine's locale. */
export function thousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Collects every problem of a parsed value, each with its position where the value came from a text. */
export class Checker {
  private readonly found: Problem[] = [];
  private dropped = 0;

  constructor(
    private readonly source?: { text: string; root: Located },
    private readonly prefix = '',
  ) {}

  get clean(): boolean {
    return this.found.length === 0;
  }

  get problems(): Problem[] {
    if (this.dropped === 0) return this.found;
    const place = this.prefix || 'architecture';
    return [...this.found, { place, message: `${place}: and ${thousands(this.dropped)} more problems` }];
  }

  /**
   * `place: sentence`; `path` says which value it is about. A sentence that takes work is a function: what is dropped
   * costs none.
   */
  add(place: string, sentence: string | (() => string), path: Path): void {
    if (this.found.length >= LIMITS.problems) {
      this.dropped++;
      return;
    }
    const whole = this.prefix ? `${this.prefix}, ${place}` : place;
    const said = typeof sentence === 'string' ? sentence : sentence();
    const problem: Problem = { place: whole, message: `${whole}: ${said}` };
    const at = this.source && this.locate(this.source.root, path);
    if (this.source && at) {
      const { start, end } = at;
      Object.assign(problem, positionAt(this.source.text, start), { offset: start, length: end - start });
    }
    this.found.push(problem);
  }

  /** A whole number within bounds; `label` is what the sentence calls it (`kernel`), '' where the place says it. */
  whole(value: unknown, label: string, min: number, max: number, place: string, path: Path): value is number {
    const subject = label ? `${label} ` : '';
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      this.add(place, `${subject}must be a whole number, got ${describe(value)}`, path);
    } else if (value < min) {
      this.add(place, `${subject}must be at least ${thousands(min)}, got ${describe(value)}`, path);
    } else if (value > max) {
      this.add(place, `${subject}must be at most ${thousands(max)}, got ${describe(value)}`, path);
    } else {
      return true;
    }
    return false;
  }

  /**
   * The nearest place to a path: a missing value is shown where its container stands. Null where the value did not come
   * from the text.
   */
  private locate(root: Located, path: Path): Located | null {
    let at = root;
    for (const step of path) {
      const next = typeof step === 'number' ? at.items?.[step] : at.fields?.get(step);
      if (next === null) return null;
      if (!next) break;
      at = next;
    }
    return at;
  }
}
