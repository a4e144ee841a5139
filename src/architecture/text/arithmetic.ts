/** What Python's operators make of constants, within limits; `string` is why something is not computed. */
import { LIMITS } from '../limits';
import { thousands } from '../number-text';
import type { Located } from '../position';
import { listValue, numberValue, type Value } from './values';

const FULL = `would take more than ${thousands(LIMITS.computedEntries)} entries to compute`;

/** Counts the steps of computing and the entries of lists, so that a short text takes neither long nor much memory. */
export class Elements {
  private made = 0;

  /** Null while there is room, else why there is none. */
  add(count: number): string | null {
    if (this.made + count > LIMITS.computedEntries) return FULL;
    this.made += count;
    return null;
  }
}

const TOO_LARGE = 'is too large a number';
const NOT_COMPUTED = 'is not computed';

const NUMBERS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': (a, b) => Math.floor(a / b),
  // Of the sign of the divisor.
  '%': (a, b) => a - b * Math.floor(a / b),
  '**': (a, b) => a ** b,
  '<<': (a, b) => (Number.isInteger(a) && b >= 0 ? a * 2 ** b : NaN),
  '>>': (a, b) => (Number.isInteger(a) && b >= 0 ? Math.floor(a / 2 ** b) : NaN),
};

/** `left operator right`, or why it is not computed. */
export function binary(
  left: Value,
  operator: string,
  right: Value,
  place: Located,
  elements: Elements,
): Value | string {
  if (left.kind === 'number' && right.kind === 'number') {
    const value = NUMBERS[operator]?.(left.value, right.value);
    if (value === undefined) return NOT_COMPUTED;
    if (Number.isNaN(value) || (right.value === 0 && '//%'.includes(operator))) return 'has no value';
    return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? numberValue(value, place) : TOO_LARGE;
  }
  if (operator === '+' && left.kind === 'list' && right.kind === 'list' && !left.array && !right.array) {
    const full = elements.add(left.items.length + right.items.length);
    return full ?? listValue([...left.items, ...right.items], place);
  }
  if (operator === '*' && left.kind === 'number' && right.kind === 'list')
    return repeated(right, left.value, place, elements);
  if (operator === '*' && left.kind === 'list' && right.kind === 'number')
    return repeated(left, right.value, place, elements);
  return NOT_COMPUTED;
}

function repeated(list: Value, times: number, place: Located, elements: Elements): Value | string {
  if (list.kind !== 'list' || list.array || !Number.isInteger(times)) return NOT_COMPUTED;
  const count = Math.max(0, times) * list.items.length;
  const full = elements.add(Math.max(0, times) * list.size);
  if (full !== null) return full;
  return listValue(
    Array.from({ length: count }, (_, index) => list.items[index % list.items.length]!),
    place,
  );
}

/** `a == b`, `a < b` and the like, of numbers and texts; null where it is not computed. */
export function compared(left: Value, operator: string, right: Value): boolean | null {
  if (operator === 'in' || operator === 'not in') {
    if (right.kind !== 'list') return null;
    const equal = right.items.map((item) => compared(left, '==', item));
    if (equal.includes(null)) return null;
    return equal.includes(true) === (operator === 'in');
  }
  if (left.kind !== right.kind || (left.kind !== 'number' && left.kind !== 'text')) return null;
  const [a, b] = [left.value, (right as typeof left).value];
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return null;
  }
}

/** Whether Python takes it for true; null where that is not known. */
export function truth(value: Value): boolean | null {
  switch (value.kind) {
    case 'number':
      return value.value !== 0;
    case 'truth':
      return value.value;
    case 'text':
      return value.value !== '';
    case 'list':
      return value.items.length > 0;
    case 'dict':
      return value.entries.length > 0;
    case 'unknown':
      return null;
  }
}
