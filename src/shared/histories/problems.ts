/** What is wrong with a history, gathered while it is read. */
import { inert } from '../../architecture/inert-text';
import { LIMITS } from '../../architecture/limits';
import type { HistoryProblem } from './history';

/** Characters of a name or a cell that a sentence repeats. */
const QUOTED = 40;

/** A piece of the text as a sentence repeats it: `“loss”`. */
export function quoted(text: string): string {
  const short = text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text;
  return `“${inert(short)}”`;
}

/** A name of the source as a list shows it: on one line, not endless. */
export const named = (text: string): string => quoted(text).slice(1, -1);

/** As many problems as one is told at once; the rest would be more of the same. */
export class Problems {
  readonly list: HistoryProblem[] = [];

  add(line: number | null, sentence: string): void {
    if (!this.full) this.list.push({ line, sentence });
  }

  get any(): boolean {
    return this.list.length > 0;
  }

  /** Nothing is gained by reading on. */
  get full(): boolean {
    return this.list.length >= LIMITS.problems;
  }
}

/** Lines that are named in one go, the others are counted. */
const NAMED_LINES = 5;

/** `line 4`, `lines 4, 9 and 12`, `lines 1, 2, 3, 4, 5 and 20 more`. */
export function lineList(lines: readonly number[]): string {
  if (lines.length === 1) return `line ${lines[0]}`;
  const rest = lines.length - NAMED_LINES;
  const last = rest > 0 ? `${rest} more` : String(lines[lines.length - 1]);
  const first = rest > 0 ? lines.slice(0, NAMED_LINES) : lines.slice(0, -1);
  return `lines ${first.join(', ')} and ${last}`;
}
