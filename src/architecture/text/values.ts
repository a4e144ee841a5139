/** What an expression of a text comes to, with the place of each part. Nothing is ever run. */
import type { Located } from '../position';

export interface NumberValue {
  kind: 'number';
  value: number;
  place: Located;
}

export interface TextValue {
  kind: 'text';
  value: string;
  place: Located;
}

export interface TruthValue {
  kind: 'truth';
  value: boolean;
  place: Located;
}

/** A list or a tuple; an `array` is one of NumPy, on which `*` and `+` mean something else. */
export interface ListValue {
  kind: 'list';
  items: readonly Value[];
  array?: boolean;
  /** Values in it, those in its lists included, one as often as it stands there. */
  size: number;
  place: Located;
}

export interface DictValue {
  kind: 'dict';
  entries: readonly (readonly [key: Value, value: Value])[];
  size: number;
  place: Located;
}

/** What is not computed. */
export interface UnknownValue {
  kind: 'unknown';
  /** What it was written as, where it began to be unknown. */
  source: string;
  /** `is not computed`: goes on after `which`. */
  because: string;
  /** Of a call, which may hold tables among what it is given. */
  call?: { name: string; given: readonly { name: string | null; value: Value }[] };
  /** A pair of braces around values. */
  braces?: boolean;
  place: Located;
}

export type Value = NumberValue | TextValue | TruthValue | ListValue | DictValue | UnknownValue;

export const numberValue = (value: number, place: Located): NumberValue => ({ kind: 'number', value, place });

const sizeOf = (value: Value): number => 1 + ('size' in value ? value.size : 0);

/** The place of a list, with those of its items: gathered where they are asked for, which is where something is wrong. */
class ListPlace implements Located {
  constructor(
    readonly start: number,
    readonly end: number,
    private readonly values: readonly Value[],
  ) {}

  get items(): Located[] {
    return this.values.map(({ place }) => place);
  }
}

/** The place of a list has those of its items. */
export function listValue(items: readonly Value[], { start, end }: Located, array?: boolean): ListValue {
  let size = 0;
  for (const item of items) size += sizeOf(item);
  const place = new ListPlace(start, end, items);
  return array ? { kind: 'list', items, array, size, place } : { kind: 'list', items, size, place };
}

export const dictValue = (entries: DictValue['entries'], place: Located): DictValue => ({
  kind: 'dict',
  entries,
  size: entries.reduce((sum, [, value]) => sum + sizeOf(value), 0),
  place,
});

/** The same with brackets around it, which belong to its place. */
export const bracketed = <T extends Value>(value: T, { start, end }: Located): T => ({
  ...value,
  place: value.kind === 'list' ? new ListPlace(start, end, value.items) : { ...value.place, start, end },
});

/** The same as it stands at another place: what a name stands for, where the name is used. */
export function placed<T extends Value>(value: T, { start, end }: Located): T {
  return { ...value, place: { start, end } };
}
