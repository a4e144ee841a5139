/** The layers of a network by stage and block, each group with subtotals that add up to the whole. */
import type { Network, NetworkBlock } from '../network';
import { describeShortcut } from '../shortcut-text';
import type { AdditiveField, LayerSummary, Summary } from '../summary';

/** What stands in a row, of a layer as of several together. */
export interface Figures extends Record<AdditiveField, number> {
  /** What leaves it. */
  outputShape: readonly number[];
  /** Of the last of its layers. */
  receptiveField: readonly [height: number, width: number];
  totalStride: number;
  /** Of a training step, where that was measured. */
  milliseconds?: number;
}

export interface LayerGroup {
  /** `stem`, `stage2`, `stage2/block1`, `head`. */
  id: string;
  /** `Stem`, `Stage 2`, `Block 1`, `Head`. */
  title: string;
  /** What is particular to it, in a few words. */
  note: string;
  figures: Figures;
  /** Blocks of a stage; empty in stem, head and blocks. */
  blocks: LayerGroup[];
  /** All layers below it, in order. */
  layers: LayerSummary[];
}

/** Of at least one layer. */
export function figuresOf(layers: readonly LayerSummary[]): Figures {
  const { outputShape, receptiveField, totalStride } = layers[layers.length - 1]!;
  const sums: Record<AdditiveField, number> = {
    params: 0,
    trainable: 0,
    macs: 0,
    forwardFlops: 0,
    backwardFlops: 0,
    activationBytes: 0,
    keptBytes: 0,
  };
  // Field by field: this runs for each key that is typed, over thousands of layers.
  let milliseconds: number | undefined;
  for (const layer of layers) {
    if (layer.milliseconds !== undefined) milliseconds = (milliseconds ?? 0) + layer.milliseconds;
    sums.params += layer.params;
    sums.trainable += layer.trainable;
    sums.macs += layer.macs;
    sums.forwardFlops += layer.forwardFlops;
    sums.backwardFlops += layer.backwardFlops;
    sums.activationBytes += layer.activationBytes;
    sums.keptBytes += layer.keptBytes;
  }
  return {
    ...sums,
    outputShape,
    receptiveField,
    totalStride,
    ...(milliseconds !== undefined && { milliseconds }),
  };
}

const noteOf = ({ stride, shortcut }: NetworkBlock): string =>
  `${stride > 1 ? `stride ${stride}, ` : ''}${describeShortcut(shortcut)}`;

/** Stem, stages and head, in order. */
export function groupLayers(
  { stages }: Pick<Network, 'stages'>,
  { layers }: Pick<Summary, 'layers'>,
): LayerGroup[] {
  // Layers of a block follow one another.
  const parts = new Map<string, LayerSummary[]>();
  let part: LayerSummary[] = [];
  let last: LayerSummary | null = null;
  for (const layer of layers) {
    if (last?.stage !== layer.stage || last.block !== layer.block) {
      const { stage, block } = layer;
      const id = stage !== null ? `stage${stage}/block${block}` : last ? 'head' : 'stem';
      parts.set(id, (part = []));
    }
    part.push(layer);
    last = layer;
  }
  const group = (
    id: string,
    title: string,
    note: string,
    of: LayerSummary[],
    blocks: LayerGroup[] = [],
  ): LayerGroup => ({ id, title, note, figures: figuresOf(of), blocks, layers: of });
  return [
    group('stem', 'Stem', '', parts.get('stem')!),
    ...stages.map((stage) => {
      const blocks = stage.blocks.map((block) =>
        group(block.name, `Block ${block.block}`, noteOf(block), parts.get(block.name)!),
      );
      const all = blocks.flatMap((block) => block.layers);
      const count = blocks.length === 1 ? '1 block' : `${blocks.length} blocks`;
      return group(stage.name, `Stage ${stage.stage}`, count, all, blocks);
    }),
    group('head', 'Head', '', parts.get('head')!),
  ];
}
