/** Designs that will disappoint, each with its reason and, where that is certain, a mend. Pure. */
import type { Architecture } from './architecture';
import { kernelSize } from './block-table';
import { ArchitectureError, buildNetwork, type Network } from './network';
import type { Path } from './problem';
import { receptiveFields } from './receptive-field';
import { thousands } from './number-text';

export interface Advice {
  id: 'small-map' | 'small-input' | 'wide-bottleneck' | 'no-shortcut' | 'slow-statistics';
  /** Whether the network will learn less than it could, or whether its figures only look so at first. */
  kind: 'warning' | 'note';
  /** What is so, and why that disappoints. */
  sentence: string;
  /** Where it is so. */
  path: Path;
  mend: Mending | null;
}

export interface Mending {
  /** Imperative, as a button says it. */
  label: string;
  architecture: Architecture;
}

type Rule = (network: Network) => Advice[];

/** The mend, where it gives a network within the limits that lets its rule be content; else null. */
function mending(
  label: string,
  architecture: Architecture,
  isContent: (mended: Network) => boolean = () => true,
): Mending | null {
  try {
    return isContent(buildNetwork(architecture)) ? { label, architecture } : null;
  } catch (error) {
    // Larger maps cost more work, and shortcuts are layers: either may be too much.
    if (error instanceof ArchitectureError) return null;
    throw error;
  }
}

/** 3x3 with stride 1 and no pooling, as for CIFAR. */
const smallStem = ({ stem }: Architecture): Architecture['stem'] => ({
  filters: stem.filters,
  kernel: 3,
  stride: 1,
  pool: false,
});

/** The stage, from 0, of which every map is a single pixel already when it begins; -1 where none is. */
const onePixelStage = ({ stages }: Network): number =>
  stages.findIndex(({ inputShape: [height, width] }, index) => index > 0 && height === 1 && width === 1);

/** The stem that leaves larger maps and lets every rule about maps be content; null where none does. */
function largerMaps(network: Network, isContent: (mended: Network) => boolean): Mending | null {
  const { architecture } = network;
  const { stem } = architecture;
  const candidates: [label: string, stem: Architecture['stem']][] = [
    ...(stem.pool ? [['Drop the max pooling', { ...stem, pool: false }] as [string, typeof stem]] : []),
    ['Use a 3×3 stem with stride 1 and no pooling', smallStem(architecture)],
  ];
  for (const [label, changed] of candidates) {
    const mend = mending(label, { ...architecture, stem: changed }, isContent);
    if (mend) return mend;
  }
  return null;
}

const smallMap: Rule = (network) => {
  const stage = onePixelStage(network);
  if (stage === -1) return [];
  return [
    {
      id: 'small-map',
      kind: 'warning',
      sentence: `Stage ${stage + 1} begins with maps of 1×1: nothing is left for its kernels to look at but padding.`,
      path: ['table', stage],
      mend: largerMaps(network, (mended) => onePixelStage(mended) === -1),
    },
  ];
};

/** Pixels that a unit behind the stem depends on. */
function stemReach({ layers }: Network): readonly [number, number] {
  const fields = receptiveFields(layers);
  const last = layers.filter(({ name }) => name.startsWith('stem/')).pop()!;
  return fields.get(last.name)!.size;
}
function isBeyondInput(network: Network): boolean {
  const [height, width] = network.architecture.inputShape;
  const [down, across] = stemReach(network);
  return down > height || across > width;
}

const smallInput: Rule = (network) => {
  if (!isBeyondInput(network)) return [];
  const { architecture } = network;
  const [height, width] = architecture.inputShape;
  return [
    {
      id: 'small-input',
      kind: 'warning',
      sentence: `The stem looks at ${stemReach(network).join('×')} pixels at once, and images have ${height}×${width}: most of what it sees is padding.`,
      path: ['stem'],
      mend: largerMaps(network, (mended) => !isBeyondInput(mended)),
    },
  ];
};

const isPoint = (kernel: Parameters<typeof kernelSize>[0]): boolean =>
  kernelSize(kernel).every((side) => side === 1);

const wideBottleneck: Rule = ({ architecture: { table } }) =>
  table.flatMap(([, convolutions], stage): Advice[] => {
    const [first, last] = [convolutions[0]!, convolutions[convolutions.length - 1]!];
    const inner = convolutions.slice(1, -1);
    const widest = Math.max(0, ...inner.map(([filters]) => filters));
    if (inner.length === 0 || !isPoint(first[1]) || !isPoint(last[1]) || widest <= last[0]) return [];
    return [
      {
        id: 'wide-bottleneck',
        kind: 'warning',
        sentence: `The bottleneck of stage ${stage + 1} is wider (${thousands(widest)} filters) than what leaves it (${thousands(last[0])}): its larger kernels cost most where they should be spared.`,
        path: ['table', stage],
        mend: null,
      },
    ];
  });

/** Layers with weights on the longest path, from which a plain net learns worse than a shallower one. */
const DEEP = 20;

const noShortcut: Rule = ({ architecture }) => {
  if (architecture.shortcut !== 'none') return [];
  const depth = architecture.table.reduce((sum, [count, list]) => sum + count * list.length, 2);
  if (depth <= DEEP) return [];
  return [
    {
      id: 'no-shortcut',
      kind: 'warning',
      sentence: `${thousands(depth)} layers without a shortcut learn worse than fewer would (He et al. 2015, figure 1).`,
      path: ['shortcut'],
      mend: mending('Add shortcuts (option B)', { ...architecture, shortcut: 'projection' }),
    },
  ];
};

/** Steps after which the share of the start that is left is told. */
const STEPS = 100;
/** More than this of the start left after so many steps makes validation say little. */
const MUCH = 0.1;
/** PyTorch's, in Keras' sense. */
const FAST = 0.9;

const slowStatistics: Rule = ({ architecture }) => {
  const { bnMomentum } = architecture;
  const left = bnMomentum ** STEPS;
  if (left <= MUCH) return [];
  return [
    {
      id: 'slow-statistics',
      kind: 'note',
      sentence: `Batch normalisation (momentum ${bnMomentum}) keeps ${Math.round(left * 100)} % of its initial statistics after ${STEPS} steps: early validation says little.`,
      path: ['bnMomentum'],
      mend: { label: `Set the momentum to ${FAST}`, architecture: { ...architecture, bnMomentum: FAST } },
    },
  ];
};

const RULES: readonly Rule[] = [smallMap, smallInput, wideBottleneck, noShortcut, slowStatistics];

/** Warnings first, each in the order of the network. */
export function adviseOn(network: Network): Advice[] {
  const advice = RULES.flatMap((rule) => rule(network));
  return [
    ...advice.filter(({ kind }) => kind === 'warning'),
    ...advice.filter(({ kind }) => kind === 'note'),
  ];
}
