/** The network as a person draws it: stem, a card for each stage, head. */
import type { Architecture, BlockTable, TableStage } from '../../../../architecture/architecture';
import { formatKernel } from '../../../../architecture/block-table';
import type { BlockShortcut, Network } from '../../../../architecture/network';
import type { Problem } from '../../../../architecture/problem';
import { describeShortcut, SHORTCUT_KINDS } from '../../../../architecture/shortcut-text';
import type { Summary } from '../../../../architecture/summary';

/** What of the network a part of it is, while that can be said. */
export interface Part {
  output: string;
  /** `stride 2 · projection, then identity`; empty where there is nothing to say. */
  note: string;
  params: number;
  /** Of all parameters, from 0 to 1. */
  share: number;
}

/** Stem or head; they are edited with the conventions. */
export interface EndRow extends Part {
  /** Prefix of its layers' names: `stem`, `` for the head. */
  id: 'stem' | '';
  title: string;
  /** `7×7, 64`, in order. */
  chips: string[];
}

export interface StageCardData {
  /** From 0. */
  index: number;
  stage: TableStage;
  /** Null while the table gives no network. */
  part: Part | null;
  /** Why it cannot be built as it is. */
  isWrong: boolean;
}

/** `projection shortcut` where all blocks are alike, else `projection, then identity`. */
function describeShortcuts(kinds: BlockShortcut[]): string | null {
  const [first, second] = kinds;
  if (first === undefined || first === 'none') return null;
  return second === undefined || second === first
    ? describeShortcut(first)
    : `${SHORTCUT_KINDS[first]}, then ${SHORTCUT_KINDS[second]}`;
}

const noteOf = (stride: number, shortcut: string | null): string =>
  [stride > 1 && `stride ${stride}`, shortcut].filter((word) => typeof word === 'string').join(' · ');

const shapeText = (shape: readonly number[]): string => shape.join('×');

/** Parameters by the prefix of the layers' names. */
function paramsByPart(network: Network, { layers }: Summary): (id: string) => number {
  const sums = new Map<string, number>();
  for (const [index, { stage, name }] of network.layers.entries()) {
    const id = stage !== undefined ? `stage${stage}` : name.startsWith('stem/') ? 'stem' : '';
    sums.set(id, (sums.get(id) ?? 0) + layers[index]!.params);
  }
  return (id) => sums.get(id) ?? 0;
}

export function endRows(
  { stem, classes }: Architecture,
  network: Network,
  summary: Summary,
): { stem: EndRow; head: EndRow } {
  const paramsOf = paramsByPart(network, summary);
  const cost = (id: string): Pick<Part, 'params' | 'share'> => ({
    params: paramsOf(id),
    share: paramsOf(id) / summary.totalParams,
  });
  return {
    stem: {
      id: 'stem',
      title: 'Stem',
      chips: [`${formatKernel(stem.kernel)}, ${stem.filters}`, ...(stem.pool ? ['max pool 3×3 /2'] : [])],
      output: shapeText(network.stages[0]!.inputShape),
      note: noteOf(stem.stride, null),
      ...cost('stem'),
    },
    head: {
      id: '',
      title: 'Head',
      chips: ['average pool', `dense, ${classes}`],
      output: `${classes} classes`,
      note: '',
      ...cost(''),
    },
  };
}

/**
 * A card for each stage of the table. What is said of the network is left out where it is that of another table.
 *
 * @param before the cards until now: one that says the same stays the same object
 */
export function stageCards(
  table: BlockTable,
  built: { network: Network; summary: Summary } | null,
  problems: readonly Problem[],
  before: readonly StageCardData[] = [],
): StageCardData[] {
  const paramsOf = built && paramsByPart(built.network, built.summary);
  const wrong = new Set(problems.flatMap(({ path }) => (path?.[0] === 'table' ? [path[1]] : [])));
  return table.map((stage, index) => {
    const network = built?.network.stages[index];
    const part =
      network && paramsOf
        ? {
            output: shapeText(network.outputShape),
            note: noteOf(
              network.blocks[0]?.stride ?? 1,
              describeShortcuts(network.blocks.map(({ shortcut }) => shortcut)),
            ),
            params: paramsOf(network.name),
            share: paramsOf(network.name) / built.summary.totalParams,
          }
        : null;
    const card = { index, stage, part, isWrong: wrong.has(index) };
    const old = before[index];
    return old && JSON.stringify(old) === JSON.stringify(card) ? old : card;
  });
}
