/** The rows of the layer table: stages, blocks and layers, folded, sorted and searched. Pure. */
import { layerColumn, type LayerTableRow, type TableTerms } from '../../../architecture/layer-table/columns';
import { groupLayers, type LayerGroup } from '../../../architecture/layer-table/groups';
import type { ListedNetwork } from '../../../architecture/layer-table/rows';
import { holds, type Place } from '../../../architecture/picture/content';
import type { Path } from '../../../architecture/problem';
import type { LayerSummary } from '../../../architecture/summary';
import type { ColumnSort, LayerDetail } from '../../../shared/settings';

export interface LayerNode {
  /** Place in the whole tree, from 0. */
  id: number;
  /** `stem`, `stage2/block1`, or the name of a layer. */
  key: string;
  /** What stands under its parent: `Stage 2`, `Block 1`, `conv1`. */
  title: string;
  note: string;
  /** From 1. */
  level: number;
  /** What of the network it is, as the picture calls it. */
  place: Place;
  row: LayerTableRow;
  children: readonly LayerNode[];
}

/** One row as it is shown. */
export interface ShownRow {
  node: LayerNode;
  /** Where it is shown; 1 for all in a plain list. */
  level: number;
  /** Null where there is nothing to unfold. */
  open: boolean | null;
}

export interface TreeView {
  detail: LayerDetail;
  /** Keys of groups that are not as the detail has them. */
  flipped: ReadonlySet<string>;
  sort: ColumnSort;
  terms: TableTerms;
  /** Words that a layer must hold, all of them; empty for all layers. */
  search: string;
}

const NONE: readonly LayerNode[] = [];

/** A network as a tree: stem, stages of blocks of layers, head. */
export function layerTree(listed: ListedNetwork): LayerNode[] {
  let id = 0;
  let running = 0;
  const ofLayer = (layer: LayerSummary, prefix: string, within: Place, level: number): LayerNode => {
    running += layer.params;
    const title = layer.name.startsWith(prefix) ? layer.name.slice(prefix.length) : layer.name;
    const { stage, block } = within;
    const place: Place = { stage, block, layer: block === undefined ? layer.name : title };
    const row = { name: layer.name, layer, figures: layer, running };
    return { id: id++, key: layer.name, title, note: '', level, place, row, children: NONE };
  };
  const ofGroup = (group: LayerGroup, level: number): LayerNode => {
    const own = id++;
    const place = placeOfGroup(group.id);
    const prefix = `${group.id}/`;
    const children =
      group.blocks.length > 0
        ? group.blocks.map((block) => ofGroup(block, level + 1))
        : group.layers.map((layer) => ofLayer(layer, prefix, place, level + 1));
    const row = { name: group.id, figures: group.figures, running };
    return { id: own, key: group.id, title: group.title, note: group.note, level, place, row, children };
  };
  return groupLayers(listed.network, listed.summary).map((group) => ofGroup(group, 1));
}

/** Of `stem`, `stage2`, `stage2/block1`, `head`. */
function placeOfGroup(id: string): Place {
  const [stage, block] = id.split('/block');
  return { stage: stage!, ...(block !== undefined && { block: Number(block) }) };
}

export const layersBelow = (node: LayerNode): LayerNode[] =>
  node.children.length === 0 ? [node] : node.children.flatMap(layersBelow);

/** Whether a detail unfolds a group: stages open in blocks, everything in layers. */
const opens = (detail: LayerDetail, node: LayerNode): boolean =>
  detail === 'layers' || (detail === 'blocks' && node.children.some(({ children }) => children.length > 0));

/** In the order of the network, or of a column; what has no value comes last in either direction. */
function sorted(
  nodes: readonly LayerNode[],
  { key, descending }: ColumnSort,
  terms: TableTerms,
): LayerNode[] {
  const sign = descending ? -1 : 1;
  const column = key === 'layer' ? undefined : layerColumn(key);
  if (!column) return descending ? [...nodes].reverse() : [...nodes];
  return nodes
    .map((node) => ({ node, by: column.value(node.row, terms) }))
    .sort((a, b) => {
      if (a.by === b.by) return a.node.id - b.node.id;
      if (a.by === null || b.by === null) return a.by === null ? 1 : -1;
      return sign * (a.by < b.by ? -1 : 1);
    })
    .map(({ node }) => node);
}

/** What of a layer is searched. */
const words = ({ key, row }: LayerNode): string =>
  [key, row.layer?.type, row.layer?.kernel?.join('x'), row.figures.outputShape.join('x')]
    .join(' ')
    .toLowerCase();

/** The layers that hold every word; null where nothing is sought. */
export function foundLayers(tree: readonly LayerNode[], search: string): Set<LayerNode> | null {
  const sought = search.toLowerCase().replaceAll('×', 'x').split(/\s+/).filter(Boolean);
  if (sought.length === 0) return null;
  const layers = tree.flatMap(layersBelow);
  return new Set(layers.filter((layer) => sought.every((word) => words(layer).includes(word))));
}

/** The rows that are shown, from top to bottom. What was found is never folded away. */
export function shownRows(tree: readonly LayerNode[], view: TreeView): ShownRow[] {
  const { detail, flipped, sort, terms } = view;
  const found = foundLayers(tree, view.search);
  const isKept = (node: LayerNode): boolean =>
    found === null || layersBelow(node).some((layer) => found.has(layer));
  if (detail === 'list') {
    const layers = tree.flatMap(layersBelow).filter(isKept);
    return sorted(layers, sort, terms).map((node) => ({ node, level: 1, open: null }));
  }
  const rows: ShownRow[] = [];
  const add = (nodes: readonly LayerNode[]): void => {
    for (const node of sorted(nodes.filter(isKept), sort, terms)) {
      if (node.children.length === 0) {
        rows.push({ node, level: node.level, open: null });
        continue;
      }
      const open = found !== null || opens(detail, node) !== flipped.has(node.key);
      rows.push({ node, level: node.level, open });
      if (open) add(node.children);
    }
  };
  add(tree);
  return rows;
}

/** The stage that a path leads into: `stem`, `stage2`; null where it leads to none. */
export function stageOfPath([field, stage]: Path): string | null {
  if (field === 'stem') return 'stem';
  return field === 'table' && stage !== undefined ? `stage${Number(stage) + 1}` : null;
}

/**
 * Index of the row of a place, or of the first within it; where these are folded away, of what it is part of; -1 where none
 * of these is shown.
 */
export function rowOfPlace(rows: readonly ShownRow[], place: Place): number {
  const within = rows.findIndex(({ node }) => holds(place, node.place));
  if (within >= 0) return within;
  // What lies deeper comes later.
  return rows.reduce((found, { node }, index) => (holds(node.place, place) ? index : found), -1);
}

/** What of a place the rows show: all of it, or what it is part of where it is folded away; null where they show neither. */
export function shownPlace(rows: readonly ShownRow[], place: Place): Place | null {
  const row = rows[rowOfPlace(rows, place)];
  if (!row) return null;
  return holds(place, row.node.place) ? place : row.node.place;
}
