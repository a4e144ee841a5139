/** Two networks as one picture: what one has and the other lacks, and what has changed. */

import { alignItems } from '../align';
import type { Architecture } from '../architecture';
import { diffArchitectures } from '../diff';
import type { Network } from '../network';
import { plainConvention } from '../plain-convention';
import { describeShortcut } from '../shortcut-text';
import { contentOf, type Part, type Unit } from './content';
import { PictureMaker, type Picture, type PictureOptions } from './picture';
import { wrap } from './text-width';
import { plural } from './words';

/** A unit with what it looks like, which is compared often. */
interface Signed {
  unit: Unit;
  signature: string;
  /** Of its main path. */
  texts: Set<string>;
}

/** Stem, each stage, head: units of one of them are held against those of its counterpart only. */
interface Section {
  stage: string;
  units: Signed[];
  signatures: Set<string>;
}

/**
 * The picture of the network after a change, with what was removed in its place. Stages are held against each other first,
 * then their blocks, then the convolutions of a block.
 */
export function pictureOfDifference(
  before: Network,
  after: Network,
  options: PictureOptions,
  maker = new PictureMaker(),
): Picture {
  const units = differenceOf(contentOf(before, options.level), contentOf(after, options.level));
  const count = (change: Unit['change']): number => units.filter((unit) => unit.change === change).length;
  const what = { stages: 'stage', blocks: 'block', layers: 'block' }[options.level];
  const counts = (['added', 'removed', 'changed'] as const)
    .map((change) => [change, count(change)] as const)
    .filter(([, number]) => number > 0)
    .map(([change, number]) => `${plural(number, what)} ${change}`);
  return maker.draw(units, options, {
    title: `${before.architecture.name} and ${after.architecture.name}`,
    description: describe(counts, clausesOf(before.architecture, after.architecture)),
  });
}

/** `1 stage removed. Conventions: no convolution biases.` */
function describe(counts: readonly string[], { table, conventions }: Clauses): string {
  if (counts.length > 0) {
    const besides = conventions.length > 0 ? ` Conventions: ${conventions.join(', ')}.` : '';
    return `${counts.join(', ')}.${besides}`;
  }
  const clauses = [...table, ...conventions];
  return clauses.length > 0
    ? `The pictures do not differ; the networks do: ${clauses.join(', ')}.`
    : 'The two networks are the same.';
}

/** What the later architecture has that the earlier one has not; the name does not count. */
interface Clauses {
  table: readonly string[];
  conventions: readonly string[];
}
function clausesOf(before: Architecture, after: Architecture): Clauses {
  const fields = diffArchitectures([before, after]).filter(({ field }) => field !== 'Name');
  return {
    // A stage of many convolutions does not show each.
    table: fields.some(({ field }) => field === 'Block table') ? ['another block table'] : [],
    conventions: fields
      .filter(({ field }) => field !== 'Block table')
      .map(({ field, values: [old, now] }) => plainConvention(field, now!, old!)),
  };
}

/** Both networks' units in one row; those that differ are marked. */
export function differenceOf(before: readonly Unit[], after: readonly Unit[]): Unit[] {
  const [olds, news] = [sections(before), sections(after)];
  const pairs: ReturnType<typeof alignItems<Section>> = [
    // Every network has a stem and a head.
    [olds.shift()!, news.shift()!],
    ...alignItems(olds.slice(0, -1), news.slice(0, -1), sectionCost, ({ units }) => units.length),
    [olds.at(-1)!, news.at(-1)!],
  ];
  return pairs.flatMap(([old, now]) => {
    if (!now) return old!.units.map(({ unit }) => marked(withoutStage(unit), 'removed'));
    if (!old) return now.units.map(({ unit }) => marked(unit, 'added'));
    return alignItems(old.units, now.units, unitCost, ({ texts }) => texts.size).map(([one, other]) => {
      if (!other) return marked(one!.unit, 'removed');
      if (!one) return marked(other.unit, 'added');
      return one.signature === other.signature ? plain(other.unit) : changed(one.unit, plain(other.unit));
    });
  });
}

function sections(units: readonly Unit[]): Section[] {
  const list: Section[] = [];
  for (const unit of units) {
    const { stage } = unit.place;
    if (list.at(-1)?.stage !== stage) list.push({ stage, units: [], signatures: new Set() });
    const section = list.at(-1)!;
    const signature = signatureOf(unit);
    section.units.push({ unit, signature, texts: new Set(unit.main.map(textOf)) });
    section.signatures.add(signature);
  }
  return list;
}

/** What a unit looks like but for where it stands. */
const signatureOf = ({ kind, main, branch, around, count, strides }: Unit): string =>
  JSON.stringify([
    kind,
    main.map(({ pieces }) => pieces),
    branch?.kind,
    branch?.pieces,
    around,
    count,
    strides,
  ]);

const textOf = ({ pieces }: Part): string => pieces.join();

/** Too much for one to have become the other: removing and adding costs 2. */
const NEVER = 3;

function sectionCost(one: Section, other: Section): number {
  const shared = other.units.filter(({ signature }) => one.signatures.has(signature)).length;
  return (1.5 * (other.units.length - shared)) / other.units.length;
}

function unitCost(one: Signed, other: Signed): number {
  if (one.signature === other.signature) return 0;
  const [before, after] = [one.unit, other.unit];
  if (before.kind !== after.kind) return NEVER;
  // A pooling layer does not become a convolution.
  if (before.kind === 'box' && before.main[0]?.tint !== after.main[0]?.tint) return NEVER;
  const shared = [...other.texts].filter((text) => one.texts.has(text)).length;
  return 0.5 + (other.texts.size - shared) / other.texts.size;
}

/** Without the colours of stages, among which those of changes would be lost. */
function plain(unit: Unit): Unit {
  const parts = (list: readonly Part[]): Part[] => list.map((part) => ({ ...part, tint: 'plain' }));
  const { main, branch } = unit;
  return { ...unit, main: parts(main), branch: branch && { ...branch, parts: parts(branch.parts) } };
}

/** A stage that is gone shares its number with one that is there. */
const withoutStage = (unit: Unit): Unit => ({ ...unit, place: { ...unit.place, stage: 'removed' } });

const marked = (unit: Unit, change: 'added' | 'removed'): Unit => ({
  ...unit,
  change,
  main: unit.main.map((part) => ({ ...part, change })),
  after: unit.after.map((part) => ({ ...part, change })),
  branch: unit.branch && {
    ...unit.branch,
    parts: unit.branch.parts.map((part) => ({ ...part, change })),
  },
});

/** Texts of what was before are not wider. */
const WAS_WIDTH = 110;

function changed(before: Unit, after: Unit): Unit {
  const was: string[] = [];
  const pairs = alignItems(before.main, after.main, partCost);
  const main = pairs.map(([old, now]): Part => {
    if (!now) return { ...old!, change: 'removed' };
    if (!old) return { ...now, change: 'added' };
    if (equalText(old, now)) return now;
    was.push(...wrap(['was', ...old.pieces], WAS_WIDTH, 11));
    return { ...now, change: 'changed' };
  });
  const first = before.around[0] ?? before.branch?.kind ?? 'none';
  const kindOf = ({ branch, around }: Unit): string => [branch?.kind, ...around].join();
  if (kindOf(before) !== kindOf(after)) was.push(`was ${describeShortcut(first)}`);
  const strided = ({ strides = [] }: Unit): number => strides.findIndex((stride) => stride > 1);
  const at = strided(before);
  if (at !== strided(after)) was.push(at < 0 ? 'was stride 1' : `was /2 in conv ${at + 1}`);
  if (before.count !== after.count) was.push(`was × ${before.count}`);
  return { ...after, main, change: 'changed', was: was.length > 0 ? was : undefined };
}

const equalText = (one: Part, other: Part): boolean => textOf(one) === textOf(other);
const partCost = (one: Part, other: Part): number => {
  if (equalText(one, other)) return 0;
  return one.slim === other.slim ? 1 : NEVER;
};
