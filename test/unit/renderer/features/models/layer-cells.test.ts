import { describe, expect, it } from 'vitest';
import { LAYER_COLUMNS } from '../../../../../src/architecture/layer-table/columns';
import { buildNetwork } from '../../../../../src/architecture/network';
import { findPreset } from '../../../../../src/architecture/presets';
import { summarize } from '../../../../../src/architecture/summary';
import { layerCells, type CellTerms } from '../../../../../src/renderer/features/models/layer-cells';
import { layerTree, shownRows, type ShownRow } from '../../../../../src/renderer/features/models/layer-tree';
import { largestOf } from '../../../../../src/renderer/features/models/largest';

function tableOf(filters: number): { rows: ShownRow[]; on: CellTerms } {
  const { architecture: preset } = findPreset('resnet18')!;
  const [[count, convolutions], ...others] = preset.table as [(typeof preset.table)[0]];
  const table = [[count, [[filters, 3], ...convolutions.slice(1)]] as (typeof preset.table)[0], ...others];
  const architecture = { ...preset, table };
  const network = buildNetwork(architecture);
  const summary = summarize(network);
  const terms = { batch: 64, slots: 2, totalParams: summary.totalParams };
  const sort = { key: 'layer', descending: false };
  const view = { detail: 'layers' as const, flipped: new Set<string>(), sort, terms, search: '' };
  const rows = shownRows(layerTree({ network, summary }), view);
  const columns = LAYER_COLUMNS.map((column) => ({ column, width: column.width, given: null }));
  return { rows, on: { columns, terms, largest: largestOf(rows, terms) } };
}
const { rows, on } = tableOf(64);
const row = (key: string, among = rows): ShownRow => among.find(({ node }) => node.key === key)!;
const cell = (key: string, column: string) => layerCells(row(key), on).find((one) => one.key === column)!;

describe('the cells of a row', () => {
  it('are those of the columns, in their order', () => {
    expect(layerCells(row('stem/conv'), on).map(({ key }) => key)).toEqual(
      LAYER_COLUMNS.map(({ key }) => key),
    );
  });

  it('have figures, in full where they are rounded', () => {
    expect(cell('stage1/block1/conv1', 'params')).toMatchObject({ text: '36,928', isNumber: true });
    expect(cell('stage1/block1/conv1', 'macs')).toMatchObject({ text: '2.36 M', hint: '2,359,296' });
    expect(cell('stage1/block1/relu1', 'params')).toMatchObject({ text: '0', isNothing: true, bar: 0 });
    expect(cell('stage1/block1/conv1', 'type').hint).toBe('Conv2D');
  });

  it('have bars against the largest of their kind', () => {
    const params = rows.filter(({ open }) => open === null).map(({ node }) => cell(node.key, 'params').bar!);
    expect(Math.max(...params)).toBe(100);
    expect(cell('stage1/block1/conv1', 'output').bar).toBeNull();
  });

  it('stay the same objects where they show the same', () => {
    const before = layerCells(row('stage1/block1/conv1'), on);
    expect(layerCells(row('stage1/block1/conv1'), on, before)).toEqual(before);
    const after = tableOf(32);
    const now = layerCells(row('stage1/block1/conv1', after.rows), after.on, before);
    const changed = now.filter((one, index) => one !== before[index]).map(({ key }) => key);
    expect(changed).toEqual(expect.arrayContaining(['params', 'macs', 'output']));
    expect(changed).not.toContain('kernel');
    expect(now.map(({ text }) => text)).toEqual(
      layerCells(row('stage1/block1/conv1', after.rows), after.on).map(({ text }) => text),
    );
  });
});
