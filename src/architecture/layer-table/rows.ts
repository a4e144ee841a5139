/** The rows of a layer table in full: what files and terminals show, and what the window folds and sorts. */
import type { Network } from '../network';
import type { LayerSummary, Summary } from '../summary';
import type { LayerTableRow, TableTerms } from './columns';
import { figuresOf, groupLayers, type Figures, type LayerGroup } from './groups';

/** How finely a network is listed. */
export const DETAILS = ['stages', 'blocks', 'layers'] as const;
export type Detail = (typeof DETAILS)[number];

/** A network and its summary, to be listed on some terms. */
export interface ListedNetwork {
  network: Pick<Network, 'architecture' | 'stages'>;
  summary: Summary;
}

/** @param stepMilliseconds of a whole training step; absent where that was not measured. */
export const termsOf = (
  summary: Summary,
  batch: number,
  slots: number,
  stepMilliseconds?: number,
): TableTerms => ({
  batch,
  slots,
  totalParams: summary.totalParams,
  ...(stepMilliseconds !== undefined && { stepMilliseconds }),
});

/** The rows of one detail, each with the running total of parameters. */
export function tableRows({ network, summary }: ListedNetwork, detail: Detail): LayerTableRow[] {
  let running = 0;
  const row = (name: string, figures: Figures, layer?: LayerSummary): LayerTableRow => {
    running += figures.params;
    return { name, figures, running, ...(layer && { layer }) };
  };
  if (detail === 'layers') return summary.layers.map((layer) => row(layer.name, layer, layer));
  const groups = groupLayers(network, summary);
  const listed = (group: LayerGroup): readonly LayerGroup[] =>
    detail === 'blocks' && group.blocks.length > 0 ? group.blocks : [group];
  return groups.flatMap(listed).map(({ id, figures }) => row(id, figures));
}

export const totalRow = ({ layers, totalParams }: Summary): LayerTableRow => ({
  name: 'Total',
  figures: figuresOf(layers),
  running: totalParams,
});
