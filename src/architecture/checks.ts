import { inertJson } from './inert-text';
import { LIMITS } from './limits';
import { thousands } from './number-text';
import type { Path, ValueProblem } from './problem';
import { locate, spanOf, type Located } from './position';

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

/** Collects every problem of a parsed value, each with its position where the value came from a text. */
export class Checker {
  private readonly found: ValueProblem[] = [];
  private dropped = 0;

  /** @param table name of the block table, where its text holds several. */
  constructor(
    private readonly source?: { text: string; root: Located },
    private readonly table?: string,
  ) {}

  get clean(): boolean {
    return this.found.length === 0;
  }

  get problems(): ValueProblem[] {
    if (this.dropped === 0) return this.found;
    return [...this.found, this.about([], `and ${thousands(this.dropped)} more problems`)];
  }

  /** `path` says which value it is about. A sentence that takes work is a function: what is dropped costs none. */
  add(path: Path, sentence: string | (() => string)): void {
    if (this.found.length >= LIMITS.problems) {
      this.dropped++;
      return;
    }
    const problem = this.about(path, typeof sentence === 'string' ? sentence : sentence());
    const place = this.source && locate(this.source.root, path);
    if (this.source && place) problem.at = spanOf(this.source.text, place.start, place.end);
    this.found.push(problem);
  }

  private about(path: Path, sentence: string): ValueProblem {
    return this.table === undefined ? { path, sentence } : { path, sentence, table: this.table };
  }

  /** A whole number within bounds; `label` is what the sentence calls it (`kernel`), '' where the place says it. */
  whole(value: unknown, label: string, min: number, max: number, path: Path): value is number {
    const subject = label ? `${label} ` : '';
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      this.add(path, `${subject}must be a whole number, got ${describe(value)}`);
    } else if (value < min) {
      this.add(path, `${subject}must be at least ${thousands(min)}, got ${describe(value)}`);
    } else if (value > max) {
      this.add(path, `${subject}must be at most ${thousands(max)}, got ${describe(value)}`);
    } else {
      return true;
    }
    return false;
  }
}
