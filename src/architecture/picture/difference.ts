/** Two networks as one picture: what one has and the other lacks, and what has changed. */

import type { Network } from '../network';
import { align } from './align';
import { contentOf, type Part, type Unit } from './content';
import { PictureMaker, type Picture, type PictureOptions } from './picture';
import { wrap } from './text-width';
import { plural, SHORTCUT_WORDS } from './words';

/** Stem, each stage, head: units of one of them are held against those of its counterpart only. */
interface Section {
  stage: string;
  units: readonly Unit[];
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
    description: counts.length > 0 ? `${counts.join(', ')}.` : 'The two networks have the same layers.',
  });
}

/** Both networks' units in one row; those that differ are marked. */
export function differenceOf(before: readonly Unit[], after: readonly Unit[]): Unit[] {
  const pairs = align(sections(before), sections(after), sectionCost);
  return pairs.flatMap(([old, now]) => {
    if (!now) return old!.units.map((unit) => marked(withoutStage(unit), 'removed'));
    if (!old) return now.units.map((unit) => marked(unit, 'added'));
    return align(old.units, now.units, unitCost).map(([one, other]) => {
      if (!other) return marked(one!, 'removed');
      if (!one) return marked(other, 'added');
      return same(one, other) ? plain(other) : changed(one, plain(other));
    });
  });
}

function sections(units: readonly Unit[]): Section[] {
  const list: { stage: string; units: Unit[] }[] = [];
  for (const unit of units) {
    const last = list.at(-1);
    if (last?.stage === unit.place.stage) last.units.push(unit);
    else list.push({ stage: unit.place.stage, units: [unit] });
  }
  return list;
}

/** What a unit looks like but for where it stands. */
const signature = ({ kind, main, branch, around, count }: Unit): string =>
  JSON.stringify([kind, main.map(({ pieces }) => pieces), branch?.kind, branch?.pieces, around, count]);
const same = (one: Unit, other: Unit): boolean => signature(one) === signature(other);

/** Too much for one to have become the other: removing and adding costs 2. */
const NEVER = 3;

function sectionCost(one: Section, other: Section): number {
  const kind = ({ stage }: Section): string => stage.replace(/\d+$/, '');
  if (kind(one) !== kind(other)) return NEVER;
  const known = new Set(one.units.map(signature));
  const shared = other.units.filter((unit) => known.has(signature(unit))).length;
  return (1.5 * (other.units.length - shared)) / other.units.length;
}

function unitCost(one: Unit, other: Unit): number {
  if (one.kind !== other.kind) return NEVER;
  if (same(one, other)) return 0;
  // A pooling layer does not become a convolution.
  if (one.kind === 'box' && one.main[0]?.tint !== other.main[0]?.tint) return NEVER;
  const known = new Set(one.main.map(({ pieces }) => pieces.join()));
  const shared = other.main.filter(({ pieces }) => known.has(pieces.join())).length;
  return 0.5 + (other.main.length - shared) / other.main.length;
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
  const pairs = align(before.main, after.main, partCost);
  const main = pairs.map(([old, now]): Part => {
    if (!now) return { ...old!, change: 'removed' };
    if (!old) return { ...now, change: 'added' };
    if (equalText(old, now)) return now;
    was.push(...wrap(['was', ...old.pieces], WAS_WIDTH, 11));
    return { ...now, change: 'changed' };
  });
  const first = before.around[0] ?? before.branch?.kind ?? 'none';
  const kindOf = ({ branch, around }: Unit): string => [branch?.kind, ...around].join();
  if (kindOf(before) !== kindOf(after)) was.push(`was ${SHORTCUT_WORDS[first]}`);
  if (before.count !== after.count) was.push(`was × ${before.count}`);
  return { ...after, main, change: 'changed', was: was.length > 0 ? was : undefined };
}

const equalText = (one: Part, other: Part): boolean => one.pieces.join() === other.pieces.join();
const partCost = (one: Part, other: Part): number => {
  if (equalText(one, other)) return 0;
  return one.slim === other.slim ? 1 : NEVER;
};
