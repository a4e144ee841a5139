/** What an architecture is called where its own name is only that of the preset it was made from. Pure. */
import type { Architecture } from './architecture';
import {
  CONVENTION_KEYS,
  conventionIn,
  describeConvention,
  stemField,
  type ConventionKey,
} from './conventions';
import { differences, type Difference } from './edits/differences';
import { formatSetting } from './number-text';
import { PRESETS, type Preset } from './presets';

const BY_NAME = new Map<string, Preset>(PRESETS.map((preset) => [preset.architecture.name, preset]));

/** What a data set asks for makes no other network. */
const ADAPTED: readonly ConventionKey[] = ['inputShape', 'classes'];
/** Differences that a name can carry. */
const SAID = 2;

const OPTION = { identity: 'A', projection: 'B', 'projection-all': 'C', none: '' } as const;

/** What an architecture has otherwise than its preset, as a name says it. */
const SHORT: Partial<Record<ConventionKey, (architecture: Architecture) => string>> = {
  shortcut: ({ shortcut }) => (shortcut === 'none' ? 'no shortcut' : `shortcut ${OPTION[shortcut]}`),
  strideOn: ({ strideOn }) => `stride on the ${strideOn === 'first' ? 'first' : '3×3'}`,
  bias: ({ bias }) => (bias ? 'biases' : 'no biases'),
  l2: ({ l2 }) => (l2 === 0 ? 'no L2' : `L2 ${formatSetting(l2)}`),
  bnMomentum: ({ bnMomentum }) => `BN momentum ${formatSetting(bnMomentum)}`,
  bnEpsilon: ({ bnEpsilon }) => `BN epsilon ${formatSetting(bnEpsilon)}`,
  zeroInitLastGamma: ({ zeroInitLastGamma }) => `last gamma ${zeroInitLastGamma ? 0 : 1}`,
};

/** `no max pooling`, `stem stride 1`; several are another stem. */
function stemClauses(ours: Architecture, changed: readonly ConventionKey[]): string[] {
  const [key, ...others] = changed.filter((one) => stemField(one) !== null);
  if (key === undefined) return [];
  const field = stemField(key)!;
  if (others.length > 0) return ['another stem'];
  if (field === 'pool') return [ours.stem.pool ? 'max pooling' : 'no max pooling'];
  return [`stem ${field} ${describeConvention(key, conventionIn(ours, key))}`];
}

/** The factor by which every width differs; null where it is not one, or the rest differs too. */
function widthFactor(ours: Architecture, theirs: Architecture): number | null {
  const widths = ({ stem, table }: Architecture): number[] => [
    stem.filters,
    ...table.flatMap(([, convolutions]) => convolutions.map(([filters]) => filters)),
  ];
  const form = ({ table }: Architecture): string =>
    JSON.stringify(table.map(([count, convolutions]) => [count, convolutions.map(([, kernel]) => kernel)]));
  if (form(ours) !== form(theirs)) return null;
  const [after, before] = [widths(ours), widths(theirs)];
  const factor = after[1]! / before[1]!;
  const isScaled = (stem: number): boolean =>
    after.slice(stem).every((width, index) => width === Math.round(before[index + stem]! * factor));
  return factor !== 1 && isScaled(1) ? factor : null;
}

/** `stage 3 filters 192`, `no stage 2`, `stage 5 added`. */
function tableClause({ what, before, after }: Difference): string {
  const where = what.replace(' (before)', '').replace(/, convolution /, ' convolution ');
  if (after === 'none') return `no ${where}`;
  if (before === 'none') return `${where} added`;
  return `${where} ${after}`;
}

function clausesOf(ours: Architecture, theirs: Architecture): string[] {
  const changed = CONVENTION_KEYS.filter(
    (key) =>
      !ADAPTED.includes(key) &&
      JSON.stringify(conventionIn(ours, key)) !== JSON.stringify(conventionIn(theirs, key)),
  );
  const factor = widthFactor(ours, theirs);
  const table = differences({ ...ours, table: theirs.table }, ours);
  const scaledStem = factor !== null && ours.stem.filters === Math.round(theirs.stem.filters * factor);
  const own = scaledStem ? changed.filter((key) => key !== 'stemFilters') : changed;
  return [
    ...own.flatMap((key) => SHORT[key]?.(ours) ?? []),
    ...stemClauses(ours, own),
    ...(factor !== null
      ? [`widths × ${formatSetting(factor)}`]
      : table.length > SAID
        ? ['another block table']
        : table.map(tableClause)),
  ];
}

/** Architectures are never changed in place. */
const known = new WeakMap<Architecture, { base: Preset | null; differing: string }>();

function partsOf(architecture: Architecture): { base: Preset | null; differing: string } {
  let parts = known.get(architecture);
  if (!parts) {
    const base = BY_NAME.get(architecture.name) ?? null;
    const clauses = base ? clausesOf(architecture, base.architecture) : [];
    const said = [...clauses.slice(0, SAID), ...(clauses.length > SAID ? ['…'] : [])];
    known.set(architecture, (parts = { base, differing: said.map((clause) => `, ${clause}`).join('') }));
  }
  return parts;
}

/**
 * The name of an architecture; where it is a preset's and the network another one, with what differs: `resnet18, no shortcut`.
 * At most two differences are said, and none in input and classes, which are the data set's.
 */
export const shownName = (architecture: Architecture): string =>
  architecture.name + partsOf(architecture).differing;

/** As {@link shownName}, with the preset's title in place of its name: `ResNet-18, no shortcut`. */
export function shownTitle(architecture: Architecture): string {
  const { base, differing } = partsOf(architecture);
  return (base?.title ?? architecture.name) + differing;
}
