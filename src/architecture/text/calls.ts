/** The few functions whose results are constants: those that tables are written with. */
import type { Located } from '../position';
import type { Elements } from './arithmetic';
import {
  dictValue,
  listValue,
  numberValue,
  placed,
  type DictValue,
  type ListValue,
  type Value,
} from './values';

/** What a function is given: by position, and by name. */
export interface Given {
  name: string | null;
  value: Value;
}

type Answer = Value | string | null;
type Known = (given: readonly Value[], place: Located, elements: Elements) => Answer;

const NOT_COMPUTED = null;

const number = (value: Value | undefined): number | null => (value?.kind === 'number' ? value.value : null);

function itemsOf(value: Value | undefined): readonly Value[] | null {
  if (value?.kind === 'list') return value.items;
  if (value?.kind === 'dict') return value.entries.map(([key]) => key);
  return null;
}

const made = (items: readonly Value[], place: Located, elements: Elements): Answer =>
  elements.add(items.length) ?? listValue(items, place);

function range(given: readonly Value[], place: Located, elements: Elements): Answer {
  const numbers = given.map(number);
  if (
    numbers.length < 1 ||
    numbers.length > 3 ||
    numbers.some((one) => one === null || !Number.isInteger(one))
  )
    return NOT_COMPUTED;
  const [first, second, step = 1] = numbers as number[];
  const [from, to] = second === undefined ? [0, first!] : [first!, second];
  if (step === 0) return NOT_COMPUTED;
  const count = Math.max(0, Math.ceil((to - from) / step));
  return (
    elements.add(count) ??
    listValue(
      Array.from({ length: count }, (_, index) => numberValue(from + index * step, place)),
      place,
    )
  );
}

const list: Known = (given, place, elements) => {
  const items = given.length === 0 ? [] : itemsOf(given[0]);
  return items && given.length <= 1 ? made([...items], place, elements) : NOT_COMPUTED;
};

const rounded =
  (round: (value: number) => number): Known =>
  (given, place) => {
    const value = number(given[0]);
    return value === null || given.length > 1 ? NOT_COMPUTED : numberValue(round(value), place);
  };

/** Of numbers, given one by one or as a list. */
const ofNumbers =
  (fold: (values: number[]) => number): Known =>
  (given, place, elements) => {
    const values = ((given.length === 1 && itemsOf(given[0])) || given).map(number);
    if (values.length === 0 || values.includes(null)) return NOT_COMPUTED;
    return elements.add(values.length) ?? numberValue(fold(values as number[]), place);
  };

/** A loop, since a call cannot be given a hundred thousand numbers. */
const extreme =
  (better: (a: number, b: number) => number) =>
  (values: number[]): number =>
    values.reduce((best, value) => better(best, value));

const zip: Known = (given, place, elements) => {
  const lists = given.map(itemsOf);
  if (lists.length === 0 || lists.includes(null)) return NOT_COMPUTED;
  const known = lists as (readonly Value[])[];
  const count = extreme(Math.min)(known.map(({ length }) => length));
  const full = elements.add(count * (known.length + 1));
  if (full !== null) return full;
  return listValue(
    Array.from({ length: count }, (_, index) =>
      listValue(
        known.map((items) => items[index]!),
        place,
      ),
    ),
    place,
  );
};

const enumerate: Known = (given, place, elements) => {
  const items = itemsOf(given[0]);
  if (!items || given.length > 2) return NOT_COMPUTED;
  const from = given.length === 2 ? number(given[1]) : 0;
  if (from === null) return NOT_COMPUTED;
  const full = elements.add(3 * items.length);
  if (full !== null) return full;
  return listValue(
    items.map((item, index) => listValue([numberValue(from + index, place), item], place)),
    place,
  );
};

const FUNCTIONS = new Map<string, Known>([
  ['range', range],
  ['list', list],
  ['tuple', list],
  [
    'len',
    ([given], place) => {
      const items = itemsOf(given);
      return items ? numberValue(items.length, place) : NOT_COMPUTED;
    },
  ],
  ['int', rounded(Math.trunc)],
  ['float', rounded((value) => value)],
  ['abs', rounded(Math.abs)],
  ['min', ofNumbers(extreme(Math.min))],
  ['max', ofNumbers(extreme(Math.max))],
  ['sum', ofNumbers((values) => values.reduce((sum, value) => sum + value, 0))],
  ['zip', zip],
  ['enumerate', enumerate],
  [
    'reversed',
    (given, place, elements) => {
      const items = itemsOf(given[0]);
      return items ? made([...items].reverse(), place, elements) : NOT_COMPUTED;
    },
  ],
]);

const WITH_NUMPY = /^(?:np|numpy)\.(?:(u?int(?:8|16|32|64|c|p)?|float(?:16|32|64)|int_)|(array|asarray))$/;

/** NumPy's numbers are numbers, and its arrays lists on which operators mean something else. */
const ofNumpy = (name: string, given: readonly Value[], place: Located): Answer => {
  const [, scalar, array] = WITH_NUMPY.exec(name) ?? [];
  const [value] = given;
  if (value === undefined) return NOT_COMPUTED;
  if (scalar !== undefined && value.kind === 'number')
    return numberValue(scalar.startsWith('float') ? value.value : Math.trunc(value.value), place);
  return array !== undefined && value.kind === 'list' ? asArray(value) : NOT_COMPUTED;
};

const asArray = (value: ListValue): ListValue => ({
  ...value,
  items: value.items.map((item) => (item.kind === 'list' ? asArray(item) : item)),
  array: true,
});

/** Another object with the same places; of a deep copy, its lists are others too. */
const copied = (value: ListValue, deep: boolean): ListValue => ({
  ...value,
  items: value.items.map((item) => (deep && item.kind === 'list' ? copied(item, deep) : item)),
});

function dict(given: readonly Given[], place: Located): Answer {
  const entries: DictValue['entries'][number][] = [];
  for (const { name, value } of given) {
    if (name !== null) entries.push([{ kind: 'text', value: name, place: value.place }, value]);
    else if (value.kind === 'dict') entries.push(...value.entries);
    else if (value.kind === 'list') {
      for (const pair of value.items) {
        if (pair.kind !== 'list' || pair.items.length !== 2) return NOT_COMPUTED;
        entries.push([pair.items[0]!, pair.items[1]!]);
      }
    } else return NOT_COMPUTED;
  }
  return dictValue(entries, place);
}

/** What a call comes to: a value, why there is none, or null where the function is not known. */
export function call(name: string, given: readonly Given[], place: Located, elements: Elements): Answer {
  if (name === 'dict') return dict(given, place);
  const byPosition = given.filter((one) => one.name === null || one.name !== 'dtype');
  if (byPosition.some((one) => one.name !== null)) return NOT_COMPUTED;
  const values = byPosition.map(({ value }) => value);
  const known = FUNCTIONS.get(name);
  if (known) return known(values, place, elements);
  const [value] = values;
  if (value && values.length === 1 && /^(?:copy\.)?(?:deep)?copy$/.test(name)) {
    if (value.kind !== 'list') return placed(value, place);
    return elements.add(value.size) ?? copied(value, name.endsWith('deepcopy'));
  }
  return ofNumpy(name, values.slice(0, 1), place);
}
