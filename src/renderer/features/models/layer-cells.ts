/** What the cells of a row of the layer table show. Pure. */
import type { LayerColumn, TableTerms } from '../../../architecture/layer-table/columns';
import type { ShownColumn } from '../../ui/columns/column-layout';
import type { ShownRow } from './layer-tree';

export interface LayerCell {
  /** Of its column. */
  key: string;
  isNumber: boolean;
  text: string;
  /** In full, where the text is rounded or may be cut off. */
  hint: string | undefined;
  /** The figure is zero. */
  isNothing: boolean;
  /** Length of its bar in hundredths of the cell; null where the column has none. */
  bar: number | null;
}

/** Columns whose cells have a bar. */
const BARS: ReadonlySet<string> = new Set(['params', 'macs', 'training']);

export interface CellTerms {
  columns: readonly ShownColumn<LayerColumn>[];
  terms: TableTerms;
  /** Largest value among layers, and among groups of the same level, by key of a column that has bars. */
  largest: (key: string, shown: ShownRow) => number;
}

function cellOf(column: LayerColumn, shown: ShownRow, { terms, largest }: CellTerms): LayerCell {
  const { key } = column;
  const { row } = shown.node;
  const value = column.value(row, terms);
  const text = column.text(row, terms);
  const isNumber = column.kind === 'number';
  return {
    key,
    isNumber,
    text,
    hint: column.exact?.(row, terms) ?? (isNumber ? undefined : text),
    isNothing: value === 0,
    bar: BARS.has(key) ? Math.round((Number(value) / Math.max(1, largest(key, shown))) * 100) : null,
  };
}

const isSame = (a: LayerCell, b: LayerCell): boolean =>
  a.text === b.text && a.key === b.key && a.bar === b.bar && a.hint === b.hint;

/**
 * A cell for each column, in their order.
 *
 * @param before the cells until now: one that shows the same stays the same object, so that only what has changed is drawn
 */
export const layerCells = (shown: ShownRow, on: CellTerms, before: readonly LayerCell[] = []): LayerCell[] =>
  on.columns.map(({ column }, index) => {
    const cell = cellOf(column, shown, on);
    const old = before[index];
    return old && isSame(old, cell) ? old : cell;
  });
