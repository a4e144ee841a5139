/** Which columns a table shows, in which order and how wide, and how each change of that is kept. Pure. */
import { COLUMN_WIDTHS, type ColumnChoice } from '../../../shared/settings';
import { columnIn, type Catalog, type TableColumn } from './catalog';

export interface ShownColumn<C extends TableColumn = TableColumn> {
  column: C;
  /** Pixels; of the leading column the least, since it takes what the others leave. */
  width: number;
  /** The width that a person gave it; null where it is the column's own. */
  given: number | null;
}

function shownAs<C extends TableColumn>(
  catalog: Catalog<C>,
  key: string,
  given: number | null = null,
): ShownColumn<C>[] {
  const column = columnIn(catalog, key);
  return column ? [{ column, width: given ?? column.width, given }] : [];
}

/** The usual columns, as far as there is room, the one that is sorted by in any case. */
function usualColumns<C extends TableColumn>(
  catalog: Catalog<C>,
  sortKey: string,
  room: number,
): ShownColumn<C>[] {
  const kept = new Set([catalog.lead, sortKey]);
  let left = room;
  for (const key of new Set([...kept, ...catalog.first])) {
    const { width } = columnIn(catalog, key)!;
    if (width <= left) kept.add(key);
    if (kept.has(key)) left -= width;
  }
  return [...new Set([...catalog.usual, sortKey])]
    .filter((key) => kept.has(key))
    .flatMap((key) => shownAs(catalog, key));
}

/**
 * @param choice null for the usual columns, as far as there is room.
 * @param sortKey of the column that is sorted by: it is shown whether or not it was chosen.
 * @param room pixels for all columns.
 */
export function shownColumns<C extends TableColumn>(
  catalog: Catalog<C>,
  choice: ColumnChoice | null,
  sortKey: string,
  room: number,
): ShownColumn<C>[] {
  if (choice === null) return usualColumns(catalog, sortKey, room);
  const keys = new Set<string>();
  const columns = choice.flatMap(({ key, width }) => {
    if (keys.has(key)) return [];
    keys.add(key);
    return shownAs(catalog, key, width);
  });
  if (!keys.has(catalog.lead)) columns.unshift(...shownAs(catalog, catalog.lead));
  if (!keys.has(sortKey) && sortKey !== catalog.lead) columns.push(...shownAs(catalog, sortKey));
  return columns;
}

/** What is shown, as a choice: from the first change on nothing is left out any more. */
export const choiceOf = (columns: readonly ShownColumn[]): ColumnChoice =>
  columns.map(({ column, given }) => ({ key: column.key, width: given }));

/** With a column beside those of its group, or at the end. */
export function withColumn<C extends TableColumn>(
  catalog: Catalog<C>,
  choice: ColumnChoice,
  key: string,
): ColumnChoice {
  if (choice.some((one) => one.key === key)) return choice;
  const groupOf = (one: string): string | undefined => columnIn(catalog, one)?.group;
  const beside = choice.map((one) => groupOf(one.key)).lastIndexOf(groupOf(key));
  const at = beside === -1 ? choice.length : beside + 1;
  return [...choice.slice(0, at), { key, width: null }, ...choice.slice(at)];
}

/** The leading column stays. */
export const withoutColumn = (
  { lead }: Pick<Catalog<TableColumn>, 'lead'>,
  choice: ColumnChoice,
  key: string,
): ColumnChoice => choice.filter((one) => one.key !== key || key === lead);

/** With a column moved to an index of the result; the same choice where it stays. */
export function movedColumn(choice: ColumnChoice, key: string, to: number): ColumnChoice {
  const from = choice.findIndex((one) => one.key === key);
  const at = Math.max(0, Math.min(choice.length - 1, to));
  if (from === -1 || from === at) return choice;
  const others = choice.filter((_, index) => index !== from);
  return [...others.slice(0, at), choice[from]!, ...others.slice(at)];
}

/** Within what a column may have; whole pixels. */
export const boundedWidth = (width: number): number =>
  Math.round(Math.max(COLUMN_WIDTHS.min, Math.min(COLUMN_WIDTHS.max, width)));

export const resizedColumn = (choice: ColumnChoice, key: string, width: number): ColumnChoice =>
  choice.map((one) => (one.key === key ? { ...one, width: boundedWidth(width) } : one));

/** Pixels beside a text: the cell's padding; in the head the arrow of the order, too. */
const PADDING = 20;
const ARROW = 20;

/**
 * The width that shows a column's head and all of its texts.
 * @param measure pixels of a text in the table's font; heads are written in it as well.
 */
export function fittingWidth(
  { title, extra = 0 }: Pick<TableColumn, 'title' | 'extra'>,
  texts: Iterable<string>,
  measure: (text: string) => number,
): number {
  let widest = measure(title) + ARROW;
  for (const text of texts) widest = Math.max(widest, measure(text) + extra);
  return boundedWidth(Math.ceil(widest) + PADDING);
}

/**
 * Where a column lands that is dragged to `x`: the index, among the others, of the gap that is nearest.
 * @param edges left and right of each column's head, in order; pixels.
 */
export function dropIndex(
  edges: readonly { left: number; right: number }[],
  from: number,
  x: number,
): number {
  const before = edges.filter(({ left, right }, index) => index !== from && (left + right) / 2 < x);
  return before.length;
}

/**
 * How far a table is scrolled sideways so that a column can be seen: as little as can be from where it is.
 * @param covered pixels at either side that columns which stay in place cover.
 */
export function scrollToShow(
  column: { left: number; width: number },
  view: { scrollLeft: number; width: number },
  covered: { left: number; right: number },
): number {
  const most = column.left - covered.left;
  const least = column.left + column.width + covered.right - view.width;
  return Math.max(0, Math.min(most, Math.max(least, view.scrollLeft)));
}
