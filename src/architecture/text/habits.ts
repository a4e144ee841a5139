/** Tables as other programs have them: recognised, so that the refusal says which form it is and how to write it. */
import type { BlockTable, TableStage } from '../architecture';
import { STAGE } from '../block-table';
import { inert } from '../inert-text';
import type { Located } from '../position';
import type { Mend } from '../problem';
import type { Candidate } from './found';
import { formatBlockTable, formatStage } from './format-table';
import { mend } from './literal';
import { presetsOfCounts, resembling } from './resemble';
import type { DictValue, ListValue, Value } from './values';

export interface Habit {
  sentence: string;
  place: Located;
  mends: Mend[];
}

/** The first list of another habit among values that are no tables. */
export function otherHabit(others: readonly Candidate[]): Habit | null {
  for (const { name, value } of others) {
    const habit =
      value.kind === 'list' ? ofList(name, value) : value.kind === 'dict' ? ofDictionary(name, value) : null;
    if (habit) return habit;
  }
  return null;
}

const ofList = (name: string | null, list: ListValue): Habit | null =>
  ofCounts(name, list) ?? ofRows(name, list) ?? ofCalls(name, list) ?? ofArguments(name, list);

function ofDictionary(name: string | null, { entries, place }: DictValue): Habit | null {
  const counts = entries.map(([, value]) => countsOf(value) ?? countsOf(partOf(value, 0)));
  const known = counts.filter((one) => one !== null);
  if (known.length > 0 && known.length === entries.length) {
    const presets = [...new Set(known.flatMap((one) => presetsOfCounts(one).slice(-1)))];
    return {
      sentence: `${subject(name, 'this dictionary')} gives only how many blocks each stage has; write each stage as ${STAGE}, ${asIn(presets.length > 0 ? presets : ['resnet18'])}`,
      place,
      mends: [],
    };
  }
  for (const [key, value] of entries) {
    const of = key.kind === 'number' ? `${name ?? ''}[${key.value}]` : key.kind === 'text' ? key.value : name;
    const habit = value.kind === 'list' ? ofList(of, value) : null;
    if (habit) return habit;
  }
  return null;
}

const subject = (name: string | null, otherwise: string): string =>
  name === null ? otherwise : inert(name.length > 60 ? `${name.slice(0, 59)}…` : name);

function asIn(presets: readonly string[]): string {
  const shown = presets.slice(0, 3);
  const list = shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)!}` : shown[0]!;
  return `as in the preset${shown.length > 1 ? 's' : ''} ${list}`;
}

const partOf = (value: Value | undefined, index: number): Value | undefined =>
  value?.kind === 'list' ? value.items[index] : undefined;

/** A number from 1 that may count or measure something. */
function wholeOf(value: Value | undefined): number | null {
  return value?.kind === 'number' && Number.isInteger(value.value) && value.value >= 1 ? value.value : null;
}

function wholesOf(value: Value | undefined): number[] | null {
  if (value?.kind !== 'list') return null;
  const numbers = value.items.map(wholeOf);
  return numbers.includes(null) ? null : (numbers as number[]);
}

// ------------------------------------------------------------------------------------------------- [3, 4, 6, 3]

function countsOf(value: Value | undefined): number[] | null {
  const counts = wholesOf(value);
  return counts && counts.length >= 3 && counts.length <= 6 && counts.every((count) => count <= 200)
    ? counts
    : null;
}

const MEANS_COUNTS = /layer|depth|block|stage|count|repeat|units|num/i;

function ofCounts(name: string | null, list: ListValue): Habit | null {
  const counts = countsOf(list);
  if (!counts) return null;
  const presets = presetsOfCounts(counts);
  if (presets.length === 0 && !(name !== null && MEANS_COUNTS.test(name))) return null;
  return {
    sentence: `${subject(name, 'this list')} gives only how many blocks each stage has; write each stage as ${STAGE}, ${asIn(presets.length > 0 ? presets : ['resnet18'])}`,
    place: list.place,
    mends: [],
  };
}

// --------------------------------------------------------------------------------- [64, 256, 64, 3, Bottleneck]

/** Rows of inputs, outputs, inner filters and blocks. */
function ofRows(name: string | null, list: ListValue): Habit | null {
  const rows = list.items.map((row) => {
    const [inputs, outputs, inner, count] = [0, 1, 2, 3].map((index) => wholeOf(partOf(row, index)));
    const length = row.kind === 'list' ? row.items.length : 0;
    return inputs && outputs && inner && count && length <= 6 ? { inputs, outputs, inner, count } : null;
  });
  if (rows.length === 0 || rows.includes(null)) return null;
  const known = rows as { inputs: number; outputs: number; inner: number; count: number }[];
  const chained = known.every(
    ({ inputs, outputs, inner }, index) =>
      (index === 0 || inputs === known[index - 1]!.outputs) && (outputs === inner || outputs === 4 * inner),
  );
  const table = known.map(({ outputs, inner, count }) => stageOf(count, inner, outputs));
  return written(
    `the rows of ${subject(name, 'this list')} look like input channels, output channels, inner filters and number of blocks`,
    list.place,
    table,
    chained,
  );
}

/** As the published networks have it: a bottleneck where it ends wider than it is inside, else two 3x3. */
function stageOf(count: number, inner: number, outputs: number): TableStage {
  if (outputs === inner) return [count, [[inner, 3], [inner, 3]]]; // prettier-ignore
  return [count, [[inner, 1], [inner, 3], [outputs, 1]]]; // prettier-ignore
}

function written(form: string, place: Located, table: BlockTable, certain: boolean): Habit {
  return {
    sentence: `${form}; write each stage as ${STAGE}, the first as ${formatStage(table[0]!)}, ${asIn([resembling(table)])}`,
    place,
    mends: certain
      ? [mend('Write it as a block table', place.start, place.end, formatBlockTable(table))]
      : [],
  };
}

// ------------------------------------------------------------ Block('block1', bottleneck, [(256, 64, 1)] * 2 + …)

/** A call for each stage, with a row for each block: output filters, inner filters, stride. */
function ofCalls(name: string | null, list: ListValue): Habit | null {
  const table = list.items.map((item): TableStage | null => {
    if (item.kind !== 'unknown' || !item.call) return null;
    const rows = item.call.given.map(({ value }) => value).find(({ kind }) => kind === 'list');
    const blocks = rows?.kind === 'list' ? rows.items.map(wholesOf) : [];
    const [first] = blocks;
    if (!first || first.length < 2 || blocks.some((block) => block?.length !== first.length)) return null;
    const [outputs, inner] = first as [number, number];
    return stageOf(blocks.length, inner, outputs);
  });
  if (table.length === 0 || table.includes(null)) return null;
  return written(
    `${subject(name, 'this list')} gives for each block its output filters, inner filters and stride`,
    list.place,
    table as BlockTable,
    // Where the strides stand is a convention of the architecture, which a table does not say.
    false,
  );
}

// -------------------------------------------------------------------------- {'filters': 64, 'kernel_size': 3}

const FILTERS = /^(?:num_?)?(?:filters?|channels|out(?:_channels|put|puts|_planes|planes)?|units)$/i;
const KERNEL = /^(?:kernel(?:_?size)?|ksize|k)$/i;

/** A dictionary of arguments for each layer. */
function ofArguments(name: string | null, list: ListValue): Habit | null {
  const keys = new Set<string>();
  const convolutions = list.items.map((item): TableStage[1][number] | null => {
    if (item.kind !== 'dict') return null;
    const find = (wanted: RegExp): Value | undefined =>
      item.entries.find(([key]) => key.kind === 'text' && wanted.test(key.value))?.[1];
    for (const [key] of item.entries) if (key.kind === 'text') keys.add(key.value);
    const filters = wholeOf(find(FILTERS));
    const kernel = find(KERNEL);
    const size = wholeOf(kernel) ?? wholeOf(partOf(kernel, 0));
    return filters !== null && size !== null ? [filters, size] : null;
  });
  if (convolutions.length === 0 || convolutions.includes(null)) return null;
  const stage: TableStage = [1, convolutions as TableStage[1]];
  const names = inert([...keys].slice(0, 5).join(', ').slice(0, 80));
  return {
    sentence: `${subject(name, 'this list')} gives each layer by its arguments (${names}); write the layers of a block as a stage ${STAGE}, here ${formatStage(stage)}, ${asIn([resembling([stage])])}`,
    place: list.place,
    mends: [],
  };
}
