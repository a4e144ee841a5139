import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../../../../src/architecture/architecture';
import { layerColumn } from '../../../../../src/architecture/layer-table/columns';
import { termsOf } from '../../../../../src/architecture/layer-table/rows';
import { buildNetwork } from '../../../../../src/architecture/network';
import type { Place } from '../../../../../src/architecture/picture/content';
import { findPreset } from '../../../../../src/architecture/presets';
import { summarize } from '../../../../../src/architecture/summary';
import { largestOf } from '../../../../../src/renderer/features/models/largest';
import {
  layerTree,
  layersBelow,
  rowOfPlace,
  shownPlace,
  shownRows,
  type ShownRow,
  type TreeView,
} from '../../../../../src/renderer/features/models/layer-tree';

function treeOf(preset: string, changes: Partial<Architecture> = {}) {
  const network = buildNetwork({ ...findPreset(preset)!.architecture, ...changes });
  const summary = summarize(network);
  return { summary, tree: layerTree({ network, summary }), terms: termsOf(summary, 64, 2) };
}
const { tree, summary, terms } = treeOf('resnet18');
const VIEW: TreeView = {
  detail: 'layers',
  flipped: new Set(),
  sort: { key: 'layer', descending: false },
  terms,
  search: '',
};
const rows = (view: Partial<TreeView> = {}): ShownRow[] => shownRows(tree, { ...VIEW, ...view });
const keys = (view: Partial<TreeView> = {}): string[] => rows(view).map(({ node }) => node.key);

const STAGES = ['stem', 'stage1', 'stage2', 'stage3', 'stage4', 'head'];

describe('the tree', () => {
  it('has every layer once, in order, and ids from top to bottom', () => {
    expect(tree.flatMap(layersBelow).map(({ key }) => key)).toEqual(summary.layers.map(({ name }) => name));
    expect(rows().map(({ node }) => node.id)).toEqual(rows().map((_, index) => index));
  });

  it('runs up to all parameters, in groups and in layers', () => {
    expect(tree.at(-1)?.row.running).toBe(summary.totalParams);
    expect(tree.flatMap(layersBelow).at(-1)?.row.running).toBe(summary.totalParams);
  });
});

describe('folding', () => {
  it('is of stages, of blocks, of layers, or none', () => {
    expect(keys({ detail: 'stages' })).toEqual(STAGES);
    expect(keys({ detail: 'blocks' })).toEqual([
      'stem',
      ...['stage1', 'stage2', 'stage3', 'stage4'].flatMap((stage) => [
        stage,
        `${stage}/block1`,
        `${stage}/block2`,
      ]),
      'head',
    ]);
    expect(keys()).toHaveLength(summary.layers.length + 6 + 8);
    expect(keys({ detail: 'list' })).toEqual(summary.layers.map(({ name }) => name));
  });

  it('of one group leaves the others', () => {
    const open = keys({ detail: 'stages', flipped: new Set(['stage3']) });
    expect(open).toEqual([...STAGES.slice(0, 4), 'stage3/block1', 'stage3/block2', ...STAGES.slice(4)]);
    expect(keys({ flipped: new Set(['stage3']) })).not.toContain('stage3/block1');
  });

  it('tells what can be unfolded', () => {
    const [stem, conv] = rows();
    expect([stem?.open, stem?.level, conv?.open, conv?.level]).toEqual([true, 1, null, 2]);
  });
});

describe('sorting', () => {
  it('orders rows among those of their group', () => {
    const sort = { key: 'params', descending: true };
    expect(keys({ detail: 'stages', sort })).toEqual([
      'stage4',
      'stage3',
      'stage2',
      'stage1',
      'stem',
      'head',
    ]);
    expect(keys({ detail: 'blocks', sort }).slice(0, 3)).toEqual([
      'stage4',
      'stage4/block2',
      'stage4/block1',
    ]);
  });

  it('orders all layers in the list, those without a value last', () => {
    const [first] = rows({ detail: 'list', sort: { key: 'macs', descending: true } });
    const most = Math.max(...summary.layers.map(({ macs }) => macs));
    expect(first?.node.row.layer?.macs).toBe(most);
    for (const descending of [true, false]) {
      const last = rows({ detail: 'list', sort: { key: 'kernel', descending } }).at(-1);
      expect(last?.node.row.layer?.kernel).toBeNull();
    }
  });

  it('turns the order of the network round', () => {
    expect(keys({ detail: 'stages', sort: { key: 'layer', descending: true } })).toEqual(
      [...STAGES].reverse(),
    );
  });
});

describe('the search', () => {
  it('shows what it finds, unfolded, with what it is part of', () => {
    expect(keys({ detail: 'stages', search: 'shortcut/conv 2x2' })).toEqual([
      'stage3',
      'stage3/block1',
      'stage3/block1/shortcut/conv',
    ]);
    expect(keys({ detail: 'list', search: '2×2 shortcut/conv' })).toEqual(['stage3/block1/shortcut/conv']);
  });

  it('knows types, and finds nothing where there is nothing', () => {
    expect(keys({ detail: 'list', search: 'dense' })).toEqual(['dense']);
    expect(keys({ detail: 'list', search: 'maxpool' })).toEqual(['stem/pool']);
    expect(keys({ search: 'lstm' })).toEqual([]);
  });
});

describe('the row of a place', () => {
  const keyAt = (list: readonly ShownRow[], place: Place): string | undefined =>
    list[rowOfPlace(list, place)]?.node.key;

  it.each([
    [{ stage: 'stem' }, 'stem'],
    [{ stage: 'stage3' }, 'stage3'],
    [{ stage: 'stage3', block: 2 }, 'stage3/block2'],
    [{ stage: 'head' }, 'head'],
  ])('%j is %s', (place, key) => expect(keyAt(rows(), place)).toBe(key));

  it('is the innermost row that is left of what is folded away', () => {
    const layer = { stage: 'stage2', block: 1, layer: 'conv1' };
    expect(keyAt(rows({ detail: 'layers' }), layer)).toBe('stage2/block1/conv1');
    expect(keyAt(rows({ detail: 'blocks' }), layer)).toBe('stage2/block1');
    expect(keyAt(rows({ detail: 'stages' }), layer)).toBe('stage2');
    expect(keyAt(rows({ detail: 'blocks', flipped: new Set(['stage2']) }), layer)).toBe('stage2');
    expect(keyAt(rows({ detail: 'stages' }), { stage: 'stem', layer: 'stem/conv' })).toBe('stem');
  });

  it('is its first layer in a list, and none where that was not found', () => {
    const list = rows({ detail: 'list' });
    expect(keyAt(list, { stage: 'stage3' })).toBe('stage3/block1/conv1');
    expect(keyAt(list, { stage: 'head' })).toBe('pool');
    expect(keyAt(list, { stage: 'stem' })).toBe('input');
    expect(rowOfPlace(rows({ detail: 'list', search: 'dense' }), { stage: 'stage3' })).toBe(-1);
  });

  it('does not take stage 1 for stage 10', () => {
    const many = treeOf('resnet18', { table: Array.from({ length: 12 }, () => [1, [[8, 3]]]) });
    const list = shownRows(many.tree, { ...VIEW, detail: 'list', terms: many.terms });
    expect(keyAt(list, { stage: 'stage1' })).toBe('stage1/block1/conv1');
    expect(keyAt(list, { stage: 'stage10' })).toBe('stage10/block1/conv1');
  });

  it('gives what the rows show of a place', () => {
    const block = { stage: 'stage2', block: 1 };
    expect(shownPlace(rows({ detail: 'blocks' }), block)).toEqual(block);
    expect(shownPlace(rows({ detail: 'stages' }), block)).toEqual({ stage: 'stage2' });
    expect(shownPlace(rows({ detail: 'list', search: 'dense' }), block)).toBeNull();
  });
});

describe('bars', () => {
  it('are measured against rows of their kind', () => {
    const shown = rows();
    const largest = largestOf(shown, terms);
    const ofKind = (test: (row: ShownRow) => boolean): number =>
      Math.max(
        ...shown.filter(test).map(({ node }) => Number(layerColumn('params')!.value(node.row, terms))),
      );
    const stage = shown.find(({ node }) => node.key === 'stage1')!;
    const layer = shown.find(({ node }) => node.key === 'stem/conv')!;
    expect(largest('params', stage)).toBe(ofKind(({ level, open }) => level === 1 && open !== null));
    expect(largest('params', layer)).toBe(ofKind(({ open }) => open === null));
  });
});
