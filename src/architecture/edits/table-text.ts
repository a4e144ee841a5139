/** The text of a block table after an edit: its spaces, comments and line breaks stay where they can. */
import type { BlockTable, Kernel, TableConvolution, TableStage } from '../architecture';
import { kernelSize } from '../block-table';
import { plainText } from '../text/plain';
import { formatBlockTable, parseBlockTables, type NamedTable } from '../text/table';
import type { ArchitectureEdit } from './edit';
import { findTable, type Literal } from './literal';
import { inserted, moved, without } from './lists';

/** A text with the tables that its reader finds, and which of them is meant. */
export interface TableText {
  text: string;
  tables: readonly NamedTable[];
  index: number;
}

/** Places tried where the same list stands several times: for each the text is read as a whole. */
const MAX_PLACES = 10;

/**
 * The text in which the table reads as `after`. In place where the table is written out in numbers and the text then
 * reads so, its other tables unchanged; else the table is written plainly, under the name that it had.
 */
export function editedTableText(
  { text, tables, index }: TableText,
  edit: ArchitectureEdit,
  after: BlockTable,
): string {
  const { name, table: before, start } = tables[index]!;
  if (same(before, after)) return text;
  const expected = tables.map(({ table }, at) => (at === index ? after : table));
  const reads = (candidate: string): boolean => {
    const parsed = parseBlockTables(candidate);
    return (
      parsed.ok &&
      same(
        parsed.value.map(({ table }) => table),
        expected,
      )
    );
  };
  const distance = (place: Literal): number => Math.abs(place.start - start);
  const places = findTable(plainText(text).shape, before).sort((a, b) => distance(a) - distance(b));
  for (const place of places.slice(0, MAX_PLACES)) {
    const candidate = editedAt(text, place, edit, after);
    if (candidate !== null && reads(candidate)) return candidate;
  }
  const plain = formatBlockTable(after);
  const named = `${name} = ${plain}`;
  const parsed = name === null ? null : parseBlockTables(named);
  return parsed?.ok && parsed.value[0]?.name === name ? named : plain;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The text with the edit done at one place; null where that would need another shape than the place has. */
function editedAt(text: string, place: Literal, edit: ArchitectureEdit, after: BlockTable): string | null {
  const convolutions = (stage: number): Literal => place.items![stage]!.items![1]!;
  switch (edit.kind) {
    case 'add-stage':
      return withList(text, place, (order) =>
        inserted(order, edit.at, stageText(text, place, edit.at, edit.stage)),
      );
    case 'remove-stage':
      return withList(text, place, (order) => without(order, edit.stage));
    case 'duplicate-stage':
      return withList(text, place, (order) =>
        inserted(order, edit.stage + 1, written(text, place.items![edit.stage]!)),
      );
    case 'move-stage':
      return withList(text, place, (order) => moved(order, edit.from, edit.to));
    case 'add-convolution': {
      const list = convolutions(edit.stage);
      const added = convolutionText(text, list, edit.at, edit.convolution);
      return withList(text, list, (order) => inserted(order, edit.at, added));
    }
    case 'remove-convolution':
      return withList(text, convolutions(edit.stage), (order) => without(order, edit.convolution));
    case 'move-convolution':
      return withList(text, convolutions(edit.stage), (order) => moved(order, edit.from, edit.to));
    default:
      return withNumbers(text, tableNumbers(place, after));
  }
}

// ------------------------------------------------------------------------------------------------------ numbers

interface Replacement {
  place: Literal;
  insert: string;
}

/** What makes the literal say the table; null where it has another shape. */
function tableNumbers({ items }: Literal, table: BlockTable): Replacement[] | null {
  return items?.length === table.length
    ? gathered(table.map((stage, index) => stageNumbers(items[index]!, stage)))
    : null;
}

function stageNumbers({ items }: Literal, [count, convolutions]: TableStage): Replacement[] | null {
  const [countPlace, list] = items!;
  return list!.items!.length === convolutions.length
    ? gathered([
        number(countPlace!, count),
        ...convolutions.map((convolution, index) => convolutionNumbers(list!.items![index]!, convolution)),
      ])
    : null;
}

function convolutionNumbers({ items }: Literal, [filters, kernel]: TableConvolution): Replacement[] {
  const [filtersPlace, kernelPlace] = items!;
  return [...number(filtersPlace!, filters), ...kernelNumbers(kernelPlace!, kernel)];
}

/** Who writes a square kernel as two numbers does so in what it becomes; all others are written plainly. */
function kernelNumbers(place: Literal, kernel: Kernel): Replacement[] {
  const [height, width] = place.items ?? [];
  const isSquareList = height && width && height.value === width.value;
  if (height && width && (isSquareList || typeof kernel !== 'number')) {
    const sides = kernelSize(kernel);
    return [...number(height, sides[0]), ...number(width, sides[1])];
  }
  return typeof kernel === 'number' ? number(place, kernel) : [{ place, insert: `[${kernel.join(', ')}]` }];
}

const number = (place: Literal, value: number): Replacement[] =>
  place.value === value ? [] : [{ place, insert: String(value) }];

const gathered = (parts: (Replacement[] | null)[]): Replacement[] | null =>
  parts.every((part) => part !== null) ? parts.flat() : null;

/** The replacements are in the order of the text. */
function withNumbers(text: string, replacements: Replacement[] | null): string | null {
  if (!replacements) return null;
  let result = '';
  let from = 0;
  for (const { place, insert } of replacements) {
    result += text.slice(from, place.start) + insert;
    from = place.end;
  }
  return result + text.slice(from);
}

// -------------------------------------------------------------------------------------------------------- lists

/** An item that stays is its index; a new one is its text. */
type Order = (number | string)[];

const written = (text: string, { start, end }: Literal): string => text.slice(start, end);

/** What belongs to an item of a list: a comment above it and one behind it go where it goes. */
interface Item {
  /** Space, and comments on lines of their own, before it. */
  lead: string;
  text: string;
  /** Behind its comma, to the end of the line. */
  tail: string;
}

/** The text with the items of a list in another order, commas put right; null where commas stand in unusual places. */
function withList(text: string, list: Literal, change: (order: Order) => Order): string | null {
  const items: Item[] = [];
  let from = list.start + 1;
  let lastHasComma = false;
  for (const item of list.items!) {
    const lead = text.slice(from, item.start);
    const comma = /^\s*,/.exec(text.slice(item.end, list.end));
    lastHasComma = comma !== null;
    // Between an item and its comma stands a comment.
    if (!comma && item !== list.items![list.items!.length - 1]) return null;
    const afterComma = item.end + (comma?.[0].length ?? 0);
    const tail = /^[^\S\r\n]*(?:#[^\r\n]*)?(?=[\r\n])/.exec(text.slice(afterComma, list.end))?.[0] ?? '';
    items.push({ lead, text: written(text, item), tail });
    from = afterComma + tail.length;
  }
  const close = text.slice(from, list.end);
  const [first, second] = items.map(({ lead }) => lead.replace(/#[^\r\n]*/g, ''));
  // A new item, and one that takes another's place, is set off as those that stood in such a place.
  const firstLead = lastLine(first ?? '');
  const otherLead = lastLine(second ?? (/[\r\n]/.test(firstLead) ? firstLead : ' '));
  const order = change(items.map((_, index) => index));
  const pieces = order.map((entry, at) => {
    const item = typeof entry === 'string' ? { lead: '', text: entry, tail: '' } : items[entry]!;
    const stays = entry === at || (typeof entry === 'number' && entry > 0 && at > 0);
    const lead = stays || item.lead.includes('#') ? item.lead : at === 0 ? firstLead : otherLead;
    const comma = at < order.length - 1 || lastHasComma ? ',' : '';
    return `${lead}${item.text}${comma}${item.tail}`;
  });
  return `${text.slice(0, list.start + 1)}${pieces.join('')}${close}${text.slice(list.end)}`;
}

/** Of empty lines and an indentation, the break and the indentation. */
const lastLine = (space: string): string => /(?:\r\n|[\r\n])?[^\r\n]*$/.exec(space)?.[0] ?? '';

/** A new stage is written as a neighbour of its shape is. */
function stageText(text: string, list: Literal, at: number, stage: TableStage): string {
  return likeNeighbour(text, list, at, (place) => stageNumbers(place, stage)) ?? plainStage(stage);
}

const convolutionText = (text: string, list: Literal, at: number, convolution: TableConvolution): string =>
  likeNeighbour(text, list, at, (place) => convolutionNumbers(place, convolution)) ??
  plainStage([1, [convolution]]).slice('[1, ['.length, -']]'.length);

function likeNeighbour(
  text: string,
  { items }: Literal,
  at: number,
  numbers: (place: Literal) => Replacement[] | null,
): string | null {
  for (const place of [items![at - 1], items![at]]) {
    const replacements = place && numbers(place);
    if (!replacements) continue;
    const { start, end } = place;
    const relative = replacements.map(({ place: at, insert }) => ({
      place: { ...at, start: at.start - start, end: at.end - start },
      insert,
    }));
    return withNumbers(text.slice(start, end), relative);
  }
  return null;
}

/** As `formatBlockTable` writes a stage. */
const plainStage = (stage: TableStage): string => formatBlockTable([stage]).slice(1, -1).trim();
