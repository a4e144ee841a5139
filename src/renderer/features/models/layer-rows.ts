/** Rows of the layer table: a heading for each block, then its layers with the running total of parameters. */
import type { Network, NetworkBlock } from '../../../architecture/network';
import type { LayerSummary, Summary } from '../../../architecture/summary';

export interface GroupRow {
  kind: 'group';
  /** `stem`, `stage2/block1`, `head`. */
  id: string;
  title: string;
  note: string;
  params: number;
  macs: number;
}

export interface LayerRow {
  kind: 'layer';
  layer: LayerSummary;
  /** Its name within its group: `conv1`, `shortcut/conv`. */
  short: string;
  /** Parameters of this layer and of all before it. */
  running: number;
}

export type TableRow = GroupRow | LayerRow;

const groupOf = (name: string): string => {
  if (name === 'input') return 'stem';
  return /^(stem|stage\d+\/block\d+)\//.exec(name)?.[1] ?? 'head';
};

function blockNote(block: NetworkBlock | undefined): string {
  if (!block) return '';
  const words = {
    identity: 'identity shortcut',
    'shortcut-a': 'zero-padded shortcut',
    projection: 'projection shortcut',
    none: 'no shortcut',
  };
  return `${block.stride > 1 ? `stride ${block.stride}, ` : ''}${words[block.shortcut]}`;
}

export function layerRows(network: Network, summary: Summary): TableRow[] {
  const blocks = new Map(
    network.stages.flatMap(({ blocks: list }) => list.map((block) => [block.name, block])),
  );
  const rows: TableRow[] = [];
  let group: GroupRow | undefined;
  let running = 0;
  for (const layer of summary.layers) {
    const id = groupOf(layer.name);
    if (group?.id !== id) {
      const block = blocks.get(id);
      const title = block ? `Stage ${block.stage}, block ${block.block}` : id === 'stem' ? 'Stem' : 'Head';
      group = { kind: 'group', id, title, note: blockNote(block), params: 0, macs: 0 };
      rows.push(group);
    }
    running += layer.params;
    group.params += layer.params;
    group.macs += layer.macs;
    const short = layer.name.startsWith(`${id}/`) ? layer.name.slice(id.length + 1) : layer.name;
    rows.push({ kind: 'layer', layer, short, running });
  }
  return rows;
}

/** Index of the first row of a stage (`stem`, `stage2`; '' for the head), -1 where there is none. */
export function rowOfStage(rows: readonly TableRow[], stage: string): number {
  const id = stage === '' ? 'head' : stage;
  return rows.findIndex((row) => row.kind === 'group' && (row.id === id || row.id.startsWith(`${id}/`)));
}

/** What of a list of equally high rows is in sight, with a margin; `after` rows follow below it. */
export function visibleRange(
  count: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
  margin = 8,
): { start: number; end: number } {
  const start = Math.min(Math.max(0, Math.floor(scrollTop / rowHeight) - margin), count);
  const end = Math.min(count, Math.ceil((scrollTop + viewHeight) / rowHeight) + margin);
  return { start, end: Math.max(start, end) };
}
