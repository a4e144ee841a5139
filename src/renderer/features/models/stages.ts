/** The network as a person draws it: stem, one row a stage, head. */
import { kernelText } from './document';
import type { Architecture, TableConvolution } from '../../../architecture/architecture';
import type { BlockShortcut, Network } from '../../../architecture/network';
import type { Summary } from '../../../architecture/summary';

export interface StageRow {
  /** Prefix of its layers' names: `stem`, `stage2`, `` for the head. */
  id: string;
  title: string;
  /** How often the block is repeated; null in stem and head. */
  count: number | null;
  /** What stands in a block, in order: `3×3, 64`. */
  chips: string[];
  output: string;
  /** Said of the shortcut of the first block where it differs from the others. */
  shortcut: string | null;
  stride: number;
  params: number;
  macs: number;
}

const SHORTCUT_LABELS: Record<BlockShortcut, string> = {
  identity: 'identity',
  'shortcut-a': 'zero padding',
  projection: 'projection',
  none: 'none',
};

function formatKernel(kernel: TableConvolution[1]): string {
  const text = kernelText(kernel);
  return text.includes('x') ? text.replace('x', '×') : `${text}×${text}`;
}

export const chip = ([filters, kernel]: TableConvolution): string => `${formatKernel(kernel)}, ${filters}`;

/** `projection shortcut` where all blocks are alike, else `projection, then identity`. */
function describeShortcuts(kinds: BlockShortcut[]): string | null {
  const [first, second] = kinds;
  if (first === undefined || first === 'none') return null;
  return second === undefined || second === first
    ? `${SHORTCUT_LABELS[first]} shortcut`
    : `${SHORTCUT_LABELS[first]}, then ${SHORTCUT_LABELS[second]}`;
}

export function stageRows(architecture: Architecture, network: Network, summary: Summary): StageRow[] {
  const { stem, table, classes } = architecture;
  const sums = new Map<string, { params: number; macs: number }>();
  for (const layer of summary.layers) {
    const group = /^(stem|stage\d+)\//.exec(layer.name)?.[1] ?? '';
    const sum = sums.get(group) ?? { params: 0, macs: 0 };
    sum.params += layer.params;
    sum.macs += layer.macs;
    sums.set(group, sum);
  }
  const shape = (of: readonly number[]): string => of.join('×');
  const sumOf = (group: string) => sums.get(group) ?? { params: 0, macs: 0 };
  const first = network.stages[0];
  return [
    {
      id: 'stem',
      title: 'Stem',
      count: null,
      chips: [chip([stem.filters, stem.kernel]), ...(stem.pool ? ['max pool 3×3 /2'] : [])],
      output: first ? shape(first.inputShape) : '',
      shortcut: null,
      stride: stem.stride,
      ...sumOf('stem'),
    },
    ...network.stages.map((stage, index): StageRow => {
      const [count, convolutions] = table[index]!;
      return {
        id: stage.name,
        title: `Stage ${stage.stage}`,
        count,
        chips: convolutions.map(chip),
        output: shape(stage.outputShape),
        shortcut: describeShortcuts(stage.blocks.map(({ shortcut }) => shortcut)),
        stride: stage.blocks[0]?.stride ?? 1,
        ...sumOf(stage.name),
      };
    }),
    {
      id: '',
      title: 'Head',
      count: null,
      chips: ['average pool', `dense, ${classes}`],
      output: `${classes} classes`,
      shortcut: null,
      stride: 1,
      ...sumOf(''),
    },
  ];
}
