/** Two networks as one picture: what one has and the other lacks, and what has changed. */

import { alignItems } from '../align';
import type { Architecture } from '../architecture';
import { diffArchitectures } from '../diff';
import type { BlockShortcut, Network } from '../network';
import { plainConvention } from '../plain-convention';
import { SHORTCUT_KINDS } from '../shortcut-text';
import { summarize } from '../summary';
import { totalsSentence } from '../totals';
import { contentOf, type Part, type PictureLevel, type Unit } from './content';
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
  /** Of the main paths of all units. */
  texts: Set<string>;
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
  const counts = countsOf(units, options.level);
  const clauses = clausesOf(before.architecture, after.architecture);
  return maker.draw(units, options, {
    title: `${before.architecture.name} and ${after.architecture.name}`,
    description: describe(counts, clauses),
    notes: options.legend === false ? [] : notesOf(counts, clauses, before, after),
  });
}

/** What is said below the legend: how much differs, what no part of the picture shows, and what it costs. */
const notesOf = (
  counts: readonly string[],
  { unseen }: Clauses,
  before: Network,
  after: Network,
): string[] => [
  counts.join(', ') || 'No part of the picture differs',
  ...(unseen.length > 0 ? [`Besides: ${unseen.join(', ')}`] : []),
  totalsSentence(summarize(before), summarize(after)),
];

/** `2 blocks added`, `1 stage changed`; folded blocks count as many as they stand for. */
function countsOf(units: readonly Unit[], level: PictureLevel): string[] {
  return (['added', 'removed', 'changed'] as const).flatMap((change) => {
    const changed = units.filter((unit) => unit.change === change);
    const of = (unit: Unit): 'stage' | 'block' | 'layer' =>
      unit.kind === 'box' ? 'layer' : level === 'stages' ? 'stage' : 'block';
    return (['stage', 'block', 'layer'] as const).flatMap((what) => {
      const count = changed
        .filter((unit) => of(unit) === what)
        .reduce((sum, unit) => sum + (what === 'block' ? unit.count : 1), 0);
      return count > 0 ? [`${plural(count, what)} ${change}`] : [];
    });
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
  /** Those of them that no picture shows. */
  unseen: readonly string[];
}
const SEEN: readonly string[] = [
  'Name',
  'Block table',
  'Input shape',
  'Classes',
  'Stem',
  'Shortcut',
  'Stride on',
];
function clausesOf(before: Architecture, after: Architecture): Clauses {
  const fields = diffArchitectures([before, after]).filter(({ field }) => field !== 'Name');
  const said = (list: typeof fields): string[] =>
    list.map(({ field, values: [old, now] }) => plainConvention(field, now!, old!));
  return {
    // A stage of many convolutions does not show each.
    table: fields.some(({ field }) => field === 'Block table') ? ['another block table'] : [],
    conventions: said(fields.filter(({ field }) => field !== 'Block table')),
    unseen: said(fields.filter(({ field }) => !SEEN.includes(field))),
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
    if (list.at(-1)?.stage !== stage)
      list.push({ stage, units: [], signatures: new Set(), texts: new Set() });
    const section = list.at(-1)!;
    const signature = signatureOf(unit);
    const texts = unit.main.map(textOf);
    section.units.push({ unit, signature, texts: new Set(texts) });
    for (const text of texts) section.texts.add(text);
    section.signatures.add(signature);
  }
  return list;
}

/** What a unit looks like but for where it stands. */
const signatureOf = ({ kind, main, branch, around, count, strides }: Unit): string =>
  JSON.stringify([kind, main.map(textOf), branch?.kind, branch?.pieces, around, count, strides]);

/** Of an image its size as well, which no text of it says. */
const textOf = ({ pieces, facts }: Part): string => [...pieces, facts.image].join();

/** Too much for one to have become the other: removing and adding costs 2. */
const NEVER = 3;

/** Units that look alike count in full; of others what their boxes say counts nearly as much. */
function sectionCost(one: Section, other: Section): number {
  const likeness = (unit: Signed): number => {
    if (one.signatures.has(unit.signature)) return 1;
    const shared = [...unit.texts].filter((text) => one.texts.has(text)).length;
    return (0.8 * shared) / Math.max(1, unit.texts.size);
  };
  const alike = other.units.reduce((sum, unit) => sum + likeness(unit), 0);
  return 1.5 * (1 - alike / other.units.length);
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

/** Texts of what has changed are not wider. */
const WAS_WIDTH = 170;

/** What changed of one part, and which part of how many that is. */
interface Said {
  part: number;
  words: readonly string[];
}

/** `filters 256 → 192`; the whole text where the two do not say the same things. */
function factChanges(before: Part, after: Part): string[] {
  const [old, now] = [before.facts, after.facts];
  const keys = Object.keys(now);
  const alike = keys.length > 0 && keys.join() === Object.keys(old).join();
  if (!alike) return [`${before.pieces.join(' ')} → ${after.pieces.join(' ')}`];
  return keys.filter((key) => old[key] !== now[key]).map((key) => `${key} ${old[key]} → ${now[key]}`);
}

/** A line for each change; one for several parts that change alike, which are named where others do not. */
function changeLines(said: readonly Said[], parts: number): string[] {
  const places = new Map<string, number[]>();
  for (const { part, words } of said) {
    for (const word of words) places.set(word, [...(places.get(word) ?? []), part]);
  }
  return [...places].map(([words, at]) =>
    at.length === parts ? words : `conv ${at.map((part) => part + 1).join(', ')}: ${words}`,
  );
}

function changed(before: Unit, after: Unit): Unit {
  const said: Said[] = [];
  const pairs = alignItems(before.main, after.main, partCost);
  /** Number of the convolution in the later network. */
  let part = -1;
  const main = pairs.map(([old, now]): Part => {
    if (now && !now.slim) part++;
    if (!now) return { ...old!, change: 'removed' };
    if (!old) return { ...now, change: 'added' };
    if (equalText(old, now)) return now;
    said.push({ part, words: factChanges(old, now) });
    return { ...now, change: 'changed' };
  });
  const lines = changeLines(said, part + 1);
  if (before.count !== after.count) lines.push(`blocks ${before.count} → ${after.count}`);
  lines.push(...shortcutLines(before, after));
  lines.push(...strideLines(before, after));
  const otherBranch = before.branch?.kind !== after.branch?.kind;
  const branch = after.branch && {
    ...after.branch,
    parts: after.branch.parts.map((each) => (otherBranch ? { ...each, change: 'added' as const } : each)),
  };
  const was = lines.flatMap((line) => wrap(line.split(' '), WAS_WIDTH, 11));
  return { ...after, main, branch, change: 'changed', was: was.length > 0 ? was : undefined };
}

/** `shortcut projection → zero-padded`: only the kinds that one has and the other lacks. */
function shortcutLines(before: Unit, after: Unit): string[] {
  const kindsOf = ({ branch, around, kind }: Unit): readonly BlockShortcut[] =>
    kind === 'stage' ? around : [branch?.kind ?? 'none'];
  const [all, allNow] = [kindsOf(before), kindsOf(after)];
  const gone = all.filter((kind) => !allNow.includes(kind));
  const come = allNow.filter((kind) => !all.includes(kind));
  if (gone.length + come.length === 0) return [];
  const oneSided = gone.length === 0 || come.length === 0;
  // A stage of one block has no identity: that follows from its number of blocks.
  if (oneSided && before.count !== after.count) return [];
  const words = (kinds: readonly BlockShortcut[]): string =>
    kinds.map((kind) => (kind === 'none' ? 'none' : SHORTCUT_KINDS[kind])).join(' + ');
  return [`shortcut ${words(oneSided ? all : gone)} → ${words(oneSided ? allNow : come)}`];
}

/** Which convolution of a folded stage strides, where that is another one. */
function strideLines(before: Unit, after: Unit): string[] {
  const strided = ({ strides = [] }: Unit): number => strides.findIndex((stride) => stride > 1);
  const [old, now] = [strided(before), strided(after)];
  if (old === now) return [];
  const place = (at: number): string => (at < 0 ? 'none' : `conv ${at + 1}`);
  return [`stride 2: ${place(old)} → ${place(now)}`];
}

const equalText = (one: Part, other: Part): boolean => textOf(one) === textOf(other);
const partCost = (one: Part, other: Part): number => {
  if (equalText(one, other)) return 0;
  return one.slim === other.slim ? 1 : NEVER;
};
