/** What an edit is called: in the hint of a button, in a list, in what a screen reader says. */
import type { Architecture, TableStage } from '../architecture';
import { formatKernel } from '../block-table';
import {
  conventionIn,
  conventionOf,
  describeConvention,
  describeStem,
  stemField,
  type ConventionKey,
  type Conventions,
} from '../conventions';
import { formatSetting, thousands } from '../number-text';
import { apply, commonFilters } from './apply';
import type { ArchitectureEdit } from './edit';

/** `2 × (3×3, 64 → 3×3, 64)` */
export function stageWords([count, convolutions]: TableStage): string {
  const list = convolutions.map(([filters, kernel]) => `${formatKernel(kernel)}, ${filters}`);
  return `${thousands(count)} × (${list.join(' → ')})`;
}

/** `stage 3`, and `stage 3, convolution 1` where it has others. */
export const convolutionPlace = (stage: number, convolution: number, of: TableStage): string =>
  `stage ${stage + 1}${of[1].length > 1 ? `, convolution ${convolution + 1}` : ''}`;

/** `½`, `× 1.5` */
export const factorWords = (factor: number): string => `× ${factor === 0.5 ? '½' : formatSetting(factor)}`;

/** A label within a line: `Max pooling` → `max pooling`, but `BN momentum`. */
const inLine = (label: string): string =>
  /^.[a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;

/** A convention with its values before and after: `shortcut`, `option B`, `none`. */
export function conventionWords(
  key: ConventionKey,
  before: Architecture,
  after: Architecture,
): [what: string, before: string, after: string] {
  return [
    inLine(conventionOf(key).label),
    shortValue(key, conventionIn(before, key)),
    shortValue(key, conventionIn(after, key)),
  ];
}

function shortValue(key: ConventionKey, value: Conventions[ConventionKey]): string {
  const convention = conventionOf(key);
  const choice = convention.kind === 'choice' ? convention.choices[String(value)] : undefined;
  return choice?.short ?? describeConvention(key, value as never);
}

/** `stage 3 filters 256 → 192`; `max pooling → no max pooling`, where a value is called as the whole. */
export const changeWords = ([what, before, after]: readonly [string, string, string]): string =>
  before === what || after === what ? `${before} → ${after}` : `${what} ${before} → ${after}`;

/**
 * The name of an edit: `remove stage 2`, `shortcut option B → none`.
 *
 * @param architecture as it is before the edit
 * @throws {RangeError} as `apply`
 */
export function describe(edit: ArchitectureEdit, architecture: Architecture): string {
  const after = apply(architecture, edit);
  const stageOf = (index: number): TableStage => architecture.table[index]!;
  switch (edit.kind) {
    case 'add-stage':
      return `add stage ${edit.at + 1}`;
    case 'remove-stage':
      return `remove stage ${edit.stage + 1}`;
    case 'duplicate-stage':
      return `duplicate stage ${edit.stage + 1}`;
    case 'move-stage':
      return `move stage ${edit.from + 1} to ${edit.to + 1}`;
    case 'count': {
      const [before] = stageOf(edit.stage);
      return changeWords([`stage ${edit.stage + 1} blocks`, thousands(before), thousands(edit.count)]);
    }
    case 'filters': {
      const { stage, convolution, filters } = edit;
      const of = stageOf(stage);
      const place = convolution === null ? `stage ${stage + 1}` : convolutionPlace(stage, convolution, of);
      const before = convolution === null ? commonFilters(of) : of[1][convolution]![0];
      const old = before === null ? of[1].map((one) => thousands(one[0])).join(', ') : thousands(before);
      return changeWords([`${place} filters`, old, thousands(filters)]);
    }
    case 'kernel': {
      const { stage, convolution } = edit;
      const [before, now] = [architecture, after].map(({ table }) => table[stage]![1][convolution]![1]);
      const place = convolutionPlace(stage, convolution, stageOf(stage));
      return changeWords([`${place} kernel`, formatKernel(before!), formatKernel(now!)]);
    }
    case 'add-convolution':
      return `add convolution ${edit.at + 1} to stage ${edit.stage + 1}`;
    case 'remove-convolution':
      return `remove convolution ${edit.convolution + 1} of stage ${edit.stage + 1}`;
    case 'move-convolution':
      return `move convolution ${edit.from + 1} of stage ${edit.stage + 1} to ${edit.to + 1}`;
    case 'conventions':
      return describeConventions(Object.keys(edit.values) as ConventionKey[], architecture, after);
    case 'scale':
      return `${edit.stage === null ? 'all widths' : `stage ${edit.stage + 1} widths`} ${factorWords(edit.factor)}`;
    case 'widths':
      return 'all widths';
    case 'rename':
      return changeWords(['name', architecture.name, edit.name]);
    case 'replace':
      return 'replace the architecture';
  }
}

/** Several of the stem are the stem; of others each is named. */
function describeConventions(keys: ConventionKey[], before: Architecture, after: Architecture): string {
  if (keys.length > 1 && keys.every((key) => stemField(key) !== null)) {
    return changeWords(['stem', describeStem(before), describeStem(after)]);
  }
  return keys.map((key) => changeWords(conventionWords(key, before, after))).join(', ');
}
