/** What differs between two architectures, field by field, each with the edit that takes it back. */
import { align, type Pair } from '../align';
import type { Architecture, Kernel, TableConvolution, TableStage } from '../architecture';
import { formatKernel, kernelSize } from '../block-table';
import { CONVENTION_KEYS, conventionIn } from '../conventions';
import { thousands } from '../number-text';
import { commonFilters } from './apply';
import { changeWords, conventionWords, convolutionPlace, stageWords } from './describe';
import type { ArchitectureEdit } from './edit';

export interface Difference {
  /** `stage 3 filters`, `shortcut`; a place in the earlier architecture, of what is gone, says so: `stage 2 (before)`. */
  what: string;
  before: string;
  after: string;
  /** As the name of a step says it, and unique: `stage 3 filters 256 → 192`, `remove stage 2`. */
  name: string;
  /** Makes the later architecture as the earlier one was in this, and leaves the rest. */
  takeBack: ArchitectureEdit;
}

const NONE = 'none';

const difference = (
  [what, before, after]: readonly [string, string, string],
  takeBack: ArchitectureEdit,
  name = changeWords([what, before, after]),
): Difference => ({ what, before, after, name, takeBack });

/** In the order of the editor: the name, the block table stage by stage, the conventions. */
export function differences(before: Architecture, after: Architecture): Difference[] {
  const found: Difference[] = [];
  if (before.name !== after.name) {
    found.push(difference(['name', before.name, after.name], { kind: 'rename', name: before.name }));
  }
  found.push(...tableDifferences(before.table, after.table));
  for (const key of CONVENTION_KEYS) {
    const old = conventionIn(before, key);
    if (JSON.stringify(old) === JSON.stringify(conventionIn(after, key))) continue;
    found.push(
      difference(conventionWords(key, before, after), { kind: 'conventions', values: { [key]: old } }),
    );
  }
  return found;
}

// ------------------------------------------------------------------------------------------------------- stages

/** Which stages of two tables are counterparts; null where one has none. A stage that has moved is gone from its place. */
export function alignedStages(before: readonly TableStage[], after: readonly TableStage[]): Pair[] {
  return align(before.map(keyed), after.map(keyed), stageDistance, ({ stage }) => stage[1].length);
}

function tableDifferences(before: readonly TableStage[], after: readonly TableStage[]): Difference[] {
  const [olds, news] = [before.map(keyed), after.map(keyed)];
  const pairs = alignedStages(before, after);
  const removed: { stage: number; gap: number }[] = [];
  const added: number[] = [];
  const found: Difference[] = [];
  let gap = 0;
  for (const [old, now] of pairs) {
    if (now === null) removed.push({ stage: old!, gap });
    else {
      gap = now + 1;
      if (old === null) added.push(now);
      else found.push(...stageDifferences(before[old]!, after[now]!, now));
    }
  }
  for (const { stage, gap: at } of removed) {
    const movedTo = added.findIndex((now) => news[now]!.key === olds[stage]!.key);
    if (movedTo >= 0) {
      const [now] = added.splice(movedTo, 1);
      found.push(movedStage(stage, now!, at));
      continue;
    }
    const takeBack = { kind: 'add-stage', at, stage: before[stage]! } as const;
    const words = [`stage ${stage + 1} (before)`, stageWords(before[stage]!), NONE] as const;
    found.push(difference(words, takeBack, `remove stage ${stage + 1}`));
  }
  for (const stage of added) {
    const words = [`stage ${stage + 1}`, NONE, stageWords(after[stage]!)] as const;
    found.push(difference(words, { kind: 'remove-stage', stage }, `add stage ${stage + 1}`));
  }
  return found;
}

function movedStage(from: number, now: number, gap: number): Difference {
  const words = [`stage ${from + 1}`, `place ${from + 1}`, `place ${now + 1}`] as const;
  const to = gap > now ? gap - 1 : gap;
  return difference(words, { kind: 'move-stage', from: now, to }, `move stage ${from + 1} to ${now + 1}`);
}

/** A stage with its text, which is compared often. */
interface KeyedStage {
  key: string;
  stage: TableStage;
}
const keyed = (stage: TableStage): KeyedStage => ({ key: JSON.stringify(stage), stage });

/** 0 for equal stages; the more of one is another's, the less, and always less than one removed and one added. */
function stageDistance(one: KeyedStage, other: KeyedStage): number {
  if (one.key === other.key) return 0;
  const [a, b] = [one.stage, other.stage];
  const pairs = align(a[1], b[1], convolutionDistance);
  const sum = pairs.reduce(
    (total, [old, now]) =>
      total + (old === null || now === null ? 1 : convolutionDistance(a[1][old]!, b[1][now]!)),
    0,
  );
  return 0.5 + (a[0] === b[0] ? 0 : 0.2) + sum / pairs.length;
}

const convolutionDistance = (a: TableConvolution, b: TableConvolution): number =>
  (a[0] === b[0] ? 0 : 0.6) + (sameKernel(a[1], b[1]) ? 0 : 0.6);

function sameKernel(a: Kernel, b: Kernel): boolean {
  if (a === b) return true;
  const [height, width] = kernelSize(a);
  const [otherHeight, otherWidth] = kernelSize(b);
  return height === otherHeight && width === otherWidth;
}

function stageDifferences(before: TableStage, after: TableStage, stage: number): Difference[] {
  const found: Difference[] = [];
  const place = `stage ${stage + 1}`;
  if (before[0] !== after[0]) {
    const words = [`${place} blocks`, thousands(before[0]), thousands(after[0])] as const;
    found.push(difference(words, { kind: 'count', stage, count: before[0] }));
  }
  const [common, now] = [commonFilters(before), commonFilters(after)];
  const together = before[1].length === after[1].length && common !== null && now !== null && common !== now;
  if (together) {
    const words = [`${place} filters`, thousands(common), thousands(now)] as const;
    found.push(difference(words, { kind: 'filters', stage, convolution: null, filters: common }));
  }
  let at = 0;
  for (const [old, index] of align(before[1], after[1], convolutionDistance)) {
    if (index === null) {
      found.push(removedConvolution(before, old!, stage, at));
      continue;
    }
    at = index + 1;
    if (old === null) found.push(addedConvolution(after, stage, index));
    else found.push(...convolutionDifferences(before[1][old]!, after, stage, index, together));
  }
  return found;
}

const convolutionWords = ([filters, kernel]: TableConvolution): string =>
  `${formatKernel(kernel)}, ${filters}`;

function removedConvolution(before: TableStage, old: number, stage: number, at: number): Difference {
  const convolution = before[1][old]!;
  return difference(
    [`stage ${stage + 1}, convolution ${old + 1} (before)`, convolutionWords(convolution), NONE],
    { kind: 'add-convolution', stage, at, convolution },
    `remove convolution ${old + 1} of stage ${stage + 1}`,
  );
}

function addedConvolution(after: TableStage, stage: number, index: number): Difference {
  return difference(
    [`stage ${stage + 1}, convolution ${index + 1}`, NONE, convolutionWords(after[1][index]!)],
    { kind: 'remove-convolution', stage, convolution: index },
    `add convolution ${index + 1} to stage ${stage + 1}`,
  );
}

function convolutionDifferences(
  [filters, kernel]: TableConvolution,
  after: TableStage,
  stage: number,
  convolution: number,
  together: boolean,
): Difference[] {
  const place = convolutionPlace(stage, convolution, after);
  const [filtersNow, kernelNow] = after[1][convolution]!;
  const found: Difference[] = [];
  if (filters !== filtersNow && !together) {
    const words = [`${place} filters`, thousands(filters), thousands(filtersNow)] as const;
    found.push(difference(words, { kind: 'filters', stage, convolution, filters }));
  }
  if (!sameKernel(kernel, kernelNow)) {
    const words = [`${place} kernel`, formatKernel(kernel), formatKernel(kernelNow)] as const;
    found.push(difference(words, { kind: 'kernel', stage, convolution, kernel }));
  }
  return found;
}
