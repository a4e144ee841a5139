/** `models diff`: two architectures beside each other. */
import { alignItems } from '../../../architecture/align';
import type { Architecture, TableStage } from '../../../architecture/architecture';
import { differences } from '../../../architecture/edits/differences';
import { formatStage } from '../../../architecture/text/format-table';
import { formatBytes, formatMacs, thousands } from '../../../shared/format';
import type { ModelVersion } from '../../../shared/saved-architecture';
import { formatTable } from '../../format/table';
import { oneLine } from '../../format/text';
import type { Output } from '../../terminal/output';
import { totalsOf, type Totals } from './entries';

/** One of those that are compared. */
export interface Side {
  /** As it was named: `mine@2`, `run:3`. */
  words: string;
  architecture: Architecture;
  model: ModelVersion | null;
}

export interface ModelDiff {
  sides: [Side & Totals, Side & Totals];
  /** In the order of the editor; names apart. */
  differences: { what: string; before: string; after: string }[];
}

export function diffOf(one: Side, other: Side): ModelDiff {
  const { name } = one.architecture;
  return {
    sides: [
      { ...one, ...totalsOf(one.architecture) },
      { ...other, ...totalsOf(other.architecture) },
    ],
    differences: differences(one.architecture, { ...other.architecture, name }).map(
      ({ what, before, after }) => ({ what, before, after }),
    ),
  };
}

export function diffLines({ sides, differences: changes }: ModelDiff, output: Output): string[] {
  const [one, other] = sides;
  const heads = sides.map(({ words }) => ({ title: oneLine(words), shrink: true }));
  const changed =
    changes.length === 0
      ? ['They differ in nothing but their names.']
      : formatTable(
          [{ title: 'Difference' }, ...heads],
          changes.map(({ what, before, after }) => [what, before, after]),
          output.table,
        );
  const stages = alignItems(one.architecture.table, other.architecture.table, stageDistance);
  return [
    ...changed,
    '',
    ...formatTable(
      [{ title: 'Block table' }, ...heads],
      stages.map((pair) => {
        const [before, after] = pair.map((stage) => (stage === null ? '' : formatStage(stage)));
        return [before === after ? '' : 'differs', before!, after!];
      }),
      output.table,
    ),
    '',
    ...formatTable(
      [
        { title: 'Total' },
        ...heads.map((head) => ({ ...head, align: 'right' as const })),
        { title: 'Difference', align: 'right' },
      ],
      TOTALS.map(([title, key, format]) => [
        title,
        format(one[key]),
        format(other[key]),
        changeWords(one[key], other[key]),
      ]),
      output.table,
    ),
  ];
}

const TOTALS: readonly (readonly [title: string, key: keyof Totals, format: (value: number) => string])[] = [
  ['Layers', 'layers', thousands],
  ['Parameters', 'totalParams', thousands],
  ['Trainable parameters', 'trainableParams', thousands],
  ['Work per image', 'macs', formatMacs],
  ['Activations per image', 'activationBytes', formatBytes],
];

/** `+12.5 %`, or `×12` where it is many times as much. */
function changeWords(before: number, after: number): string {
  if (before === after) return '=';
  if (before === 0) return 'new';
  if (after >= 10 * before) return `×${thousands(Math.round(after / before))}`;
  const share = (100 * (after - before)) / before;
  return `${share > 0 ? '+' : ''}${share.toFixed(Math.abs(share) < 10 ? 2 : 1)} %`;
}

/** 0 for equal stages; the more they have in common, the less, and never so much that two are not counterparts. */
function stageDistance([count, one]: TableStage, [otherCount, other]: TableStage): number {
  const [texts, others] = [one, other].map((list) => list.map((convolution) => JSON.stringify(convolution)));
  const same = texts!.filter((text, at) => text === others![at]).length;
  const share = same / Math.max(texts!.length, others!.length);
  return (count === otherCount ? 0 : 0.3) + 1.5 * (1 - share);
}
