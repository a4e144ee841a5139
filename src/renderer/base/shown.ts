/**
 * Names and sentences as the page shows them. The data folder may be of other people: nothing in its texts acts, a name
 * is no longer than a new one may be, and one of a right-to-left script stays among its own letters.
 */
import { inert } from '../../architecture/inert-text';
import { LIMITS } from '../../architecture/limits';
import { beginning } from '../../architecture/names';

/** UTF-16 units of any other text. */
const SENTENCE = 2000;
/** UTF-16 units of a name within a sentence, a legend or a chart. */
const WITHIN = 80;

/** Cut between characters, with a mark where something is missing. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${beginning(text, most - 1)}…`;
}

/** What main says, with every text in it fit to be shown; the same object where there is nothing to change. */
export function shown<T>(value: T, key = ''): T {
  if (typeof value === 'string') {
    // Notes are the one text of several lines.
    if (key === 'notes') return cut(value, SENTENCE).split('\n').map(inert).join('\n') as T & string;
    // Cut first: of a text of megabytes only the beginning is looked at.
    return inert(cut(value, key === 'name' ? LIMITS.nameLength : SENTENCE)) as T & string;
  }
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  let changed: Record<string, unknown> | null = null;
  for (const [field, old] of Object.entries(value)) {
    const next = shown<unknown>(old, Array.isArray(value) ? key : field);
    if (next === old) continue;
    changed ??= (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>;
    changed[field] = next;
  }
  return (changed ?? value) as T;
}

/** Letters that are written from right to left, in the ranges that Unicode keeps for them. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]|[\ud802\ud803\ud83a\ud83b]/;
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/** A name within a sentence, a legend or a chart. */
export function named(name: string): string {
  const text = cut(name, WITHIN);
  return RIGHT_TO_LEFT.test(text) ? FIRST_STRONG_ISOLATE + text + POP_ISOLATE : text;
}
