/** What the reading of a text finds: its tables, what comes near to one, and where it went wrong. */
import { matchAt, type Slip } from './literal';
import type { Holders } from './objects';
import { looksLikeTable, nesting } from './shapes';
import type { ListValue, Value } from './values';

/** A list, or the number in round brackets that stands where a list should, with the name that it has. */
export interface Candidate {
  name: string | null;
  value: Value;
}

/** A list that could not be read, and where it begins. */
export interface Broken extends Slip {
  from: number;
}

export interface Found {
  /** What is a table, or was to be one. */
  tables: Candidate[];
  /** Where the reading of a table ended. */
  slip: Broken | null;
  /** Where there are no tables: every other list or value that has a name or stands alone, in the order of the text. */
  others: Candidate[];
  /** Where there are no tables: the first list that could not be read. */
  otherSlip: Broken | null;
  /** Offset of the first character that says something; undefined in an empty text. */
  first: number | undefined;
}

/** Lists and dictionaries inside each other in which a table may lie. */
const MAX_INSIDE = 6;
/** How a table begins whose brackets are wrong: two or three of them, a number, and the two of the convolutions. */
const BEGINS_AS_TABLE = /[[(]\s*(?:[[(]\s*)?[^,[\](){}\r\n]{1,80},\s*[[(]\s*[[(]/y;

/** What is found as the text is read. */
export class Findings implements Found {
  tables: Candidate[] = [];
  slip: Broken | null = null;
  others: Candidate[] = [];
  otherSlip: Broken | null = null;
  first: number | undefined;

  constructor(
    private readonly code: string,
    private readonly holders: Holders,
  ) {}

  /** What a value holds of tables goes to the tables; a list that is none goes to the others. */
  offer(name: string | null, value: Value, { named = false } = {}): void {
    const before = this.tables.length;
    this.tablesIn(name, value, MAX_INSIDE);
    if (this.tables.length === before && !named) this.others.push({ name, value });
  }

  private tablesIn(name: string | null, value: Value, depth: number): void {
    if (depth === 0) return;
    if (looksLikeTable(value)) {
      this.tables.push({ name, value });
      this.holders.link(value);
      return;
    }
    if (value.kind === 'list' && nesting(value) > 3) {
      for (const [index, item] of value.items.entries())
        this.tablesIn(name === null ? null : `${name}[${index}]`, item, depth - 1);
    } else if (value.kind === 'dict') {
      for (const [key, item] of value.entries) this.tablesIn(keyName(name, key), item, depth - 1);
    } else if (value.kind === 'unknown') {
      for (const given of value.call?.given ?? []) this.tablesIn(given.name ?? name, given.value, depth - 1);
    }
  }

  report(slip: Slip, from: number): void {
    if (matchAt(BEGINS_AS_TABLE, this.code, from)) this.slip = { ...slip, from };
    else this.otherSlip ??= { ...slip, from };
  }

  forget(tables: readonly Candidate[]): void {
    if (tables.length > 0) this.tables = this.tables.filter((table) => !tables.includes(table));
  }
}

function keyName(name: string | null, key: Value): string | null {
  if (key.kind === 'text') return key.value;
  if (key.kind === 'number') return name === null ? String(key.value) : `${name}[${key.value}]`;
  return name;
}

/** Of the lists that are no tables the one that comes nearest. */
export function nearestOther(others: readonly Candidate[]): { name: string | null; value: ListValue } | null {
  let best: { name: string | null; value: ListValue } | null = null;
  let deepest = 0;
  for (const { name, value } of others) {
    if (value.kind !== 'list') continue;
    const depth = nesting(value);
    if (depth > deepest) [best, deepest] = [{ name, value }, depth];
  }
  return best;
}
