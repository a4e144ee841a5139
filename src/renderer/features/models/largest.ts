/** How long the bars of the layer table are: each against the largest value among rows of its kind. Pure. */
import { layerColumn, type TableTerms } from '../../../architecture/layer-table/columns';
import type { ShownRow } from './layer-tree';

const kindOf = ({ level, open }: ShownRow): string => (open === null ? 'layer' : `group ${level}`);

/** The largest value of a column among the shown rows of a row's kind; looked for once for each. */
export function largestOf(
  rows: readonly ShownRow[],
  terms: TableTerms,
): (key: string, shown: ShownRow) => number {
  const known = new Map<string, number>();
  return (key, shown) => {
    const kind = kindOf(shown);
    const found = known.get(`${key} ${kind}`);
    if (found !== undefined) return found;
    const column = layerColumn(key)!;
    let largest = 0;
    for (const row of rows) {
      if (kindOf(row) === kind) largest = Math.max(largest, Number(column.value(row.node.row, terms)));
    }
    known.set(`${key} ${kind}`, largest);
    return largest;
  };
}
