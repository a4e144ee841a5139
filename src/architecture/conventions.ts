/**
 * The conventions on which published ResNets differ: everything of an architecture but its name and block table, each
 * described once. The defaults, the check of a file, the form, the flags with their help, and how an architecture is listed
 * and compared follow from the description. Pure.
 */
import type { Architecture, Kernel, Stem } from './architecture';
import { formatKernel } from './block-table';
import { describeBounds, type Bounds } from './bounds';
import { LIMITS } from './limits';
import { formatSetting, thousands } from './number-text';

/** As one flat list: `stem.filters` is `stemFilters`. */
export type Conventions = Omit<Architecture, 'name' | 'table' | 'stem'> & {
  [K in keyof Stem as `stem${Capitalize<K>}`]: Stem[K];
};
export type ConventionKey = keyof Conventions;

/** What heads the parts of the form, in their order. */
export const CONVENTION_GROUPS = {
  input: 'Input and head',
  stem: 'Stem',
  blocks: 'Blocks',
  normalisation: 'Normalisation and regularisation',
} as const;
export type ConventionGroup = keyof typeof CONVENTION_GROUPS;

/** Rows of the form with several conventions. */
const SHARED_ROWS = {
  convolution: {
    label: 'Convolution',
    help: 'filters, kernel (7 or 3x5) and stride of the layer before the first stage',
  },
} as const;

/** The published networks that a value is known from. */
interface Published<T> {
  by: string;
  value: T;
  /** The preset that has it so. */
  preset: string;
}

interface CommonDescription<T> {
  group: ConventionGroup;
  label: string;
  /** What it is, as a clause without a full stop. */
  help: string;
  /** Its option on the command line in camel case, where that is not the key. */
  option?: string;
  published?: readonly Published<T>[];
  /** Of the stem, which lists show in one line: how that says it, with {} for the value. */
  phrase?: string;
  /** The row of the form that it shares with others. */
  row?: keyof typeof SHARED_ROWS;
}

interface ShapeDescription extends CommonDescription<Architecture['inputShape']> {
  kind: 'shape';
  sides: readonly [Side, Side, Side];
}
interface Side {
  name: string;
  atMost: number;
}

interface WholeDescription extends CommonDescription<number> {
  kind: 'whole';
  bounds: { atLeast: number; atMost: number };
}

interface RealDescription extends CommonDescription<number> {
  kind: 'real';
  bounds: Bounds;
}

interface KernelDescription extends CommonDescription<Kernel> {
  kind: 'kernel';
}

interface SwitchDescription extends CommonDescription<boolean> {
  kind: 'switch';
  /** How lists say it. */
  words: readonly [off: string, on: string];
}

interface Choice {
  label: string;
  /** How lists say it. */
  words: string;
  /** How the name of a change says it, where that is shorter. */
  short?: string;
  /** Instead of the convention's own help while it is chosen. */
  help?: string;
}

interface ChoiceDescription<T extends string> extends CommonDescription<T> {
  kind: 'choice';
  choices: Readonly<Record<T, Choice>>;
}

type DescriptionOf<T> = [T] extends [boolean]
  ? SwitchDescription
  : [T] extends [string]
    ? ChoiceDescription<T>
    : [T] extends [number]
      ? WholeDescription | RealDescription
      : [T] extends [Kernel]
        ? KernelDescription
        : ShapeDescription;

export type ConventionDescription =
  | ShapeDescription
  | WholeDescription
  | RealDescription
  | KernelDescription
  | SwitchDescription
  | ChoiceDescription<string>;

/** In the order of all lists and of the form. */
export const CONVENTIONS = {
  inputShape: {
    kind: 'shape',
    group: 'input',
    label: 'Input shape',
    help: 'height, width (pixels) and channels of an image',
    option: 'input',
    sides: [
      { name: 'height', atMost: LIMITS.inputSide },
      { name: 'width', atMost: LIMITS.inputSide },
      { name: 'channels', atMost: LIMITS.inputChannels },
    ],
  },
  classes: {
    kind: 'whole',
    group: 'input',
    label: 'Classes',
    help: 'units of the dense layer at the end',
    bounds: { atLeast: 2, atMost: LIMITS.classes },
  },
  stemFilters: {
    kind: 'whole',
    group: 'stem',
    row: 'convolution',
    label: 'Stem filters',
    phrase: '{} filters',
    help: 'filters of the convolution before the first stage',
    bounds: { atLeast: 1, atMost: LIMITS.filters },
  },
  stemKernel: {
    kind: 'kernel',
    group: 'stem',
    row: 'convolution',
    label: 'Stem kernel',
    phrase: '{}',
    help: 'kernel of the convolution before the first stage: 7 or 3x5',
  },
  stemStride: {
    kind: 'whole',
    group: 'stem',
    row: 'convolution',
    label: 'Stem stride',
    phrase: 'stride {}',
    help: 'stride of the convolution before the first stage',
    bounds: { atLeast: 1, atMost: LIMITS.stride },
  },
  stemPool: {
    kind: 'switch',
    group: 'stem',
    label: 'Max pooling',
    phrase: '{}',
    help: '3×3 max pooling with stride 2 after the stem; halves the image again',
    words: ['no max pooling', 'max pooling'],
  },
  shortcut: {
    kind: 'choice',
    group: 'blocks',
    label: 'Shortcut',
    help: 'what leads around each block',
    choices: {
      projection: {
        label: 'Projection (B)',
        words: 'projection where the shape changes (B)',
        short: 'option B',
        help: 'a 1×1 convolution where stride or channels change, the input itself elsewhere',
      },
      identity: {
        label: 'Identity (A)',
        words: 'identity with zero padding (A)',
        short: 'option A',
        help: 'no parameters: takes every other pixel and adds channels of zeros where the shape changes',
      },
      'projection-all': {
        label: 'Projection everywhere (C)',
        words: 'projection everywhere (C)',
        short: 'option C',
        help: 'a 1×1 convolution around every block',
      },
      none: {
        label: 'None (plain net)',
        words: 'none (plain net)',
        short: 'none',
        help: 'no shortcut at all, to compare a residual net with the plain one',
      },
    },
  },
  strideOn: {
    kind: 'choice',
    group: 'blocks',
    label: 'Stride on',
    help: "which convolution of a stage's first block halves the image",
    choices: {
      first: { label: 'First convolution (v1)', words: 'first convolution' },
      '3x3': { label: 'First 3×3 (v1.5)', words: 'first 3×3 convolution' },
    },
    published: [
      { by: 'the paper, Keras', value: 'first', preset: 'resnet50-keras' },
      { by: 'torchvision', value: '3x3', preset: 'resnet50-torchvision' },
    ],
  },
  bias: {
    kind: 'switch',
    group: 'blocks',
    label: 'Convolution bias',
    help: 'a bias in every convolution, besides that of batch normalisation',
    words: ['no', 'yes'],
    published: [
      { by: 'Keras', value: true, preset: 'resnet50-keras' },
      { by: 'torchvision', value: false, preset: 'resnet50-torchvision' },
    ],
  },
  l2: {
    kind: 'real',
    group: 'normalisation',
    label: 'L2',
    help: 'weight of Σw² over convolution kernels in the loss, for recipes that name none; 0 for none',
    bounds: { atLeast: 0, atMost: 1 },
  },
  bnMomentum: {
    kind: 'real',
    group: 'normalisation',
    label: 'BN momentum',
    help: "share of the old moving statistic kept at each step (Keras' sense)",
    bounds: { atLeast: 0, below: 1 },
    published: [
      { by: 'Keras', value: 0.99, preset: 'resnet50-keras' },
      { by: 'PyTorch', value: 0.9, preset: 'resnet50-torchvision' },
    ],
  },
  bnEpsilon: {
    kind: 'real',
    group: 'normalisation',
    label: 'BN epsilon',
    help: 'added to the variance before the root',
    bounds: { above: 0, atMost: 1 },
    published: [
      { by: "Keras' layer", value: 1e-3, preset: 'resnet50' },
      { by: "Keras' ResNets", value: 1.001e-5, preset: 'resnet50-keras' },
      { by: 'PyTorch', value: 1e-5, preset: 'resnet50-torchvision' },
    ],
  },
  zeroInitLastGamma: {
    kind: 'switch',
    group: 'normalisation',
    label: 'Zero-initialise last gamma',
    help: 'every block starts as the identity (Goyal et al. 2017, section 5.1)',
    words: ['no', 'yes'],
  },
} as const satisfies { [K in ConventionKey]: DescriptionOf<Conventions[K]> };

/** In the order of the description. */
export const CONVENTION_KEYS = Object.keys(CONVENTIONS) as ConventionKey[];

/** The description of a convention, whichever it is. */
export const conventionOf = (key: ConventionKey): ConventionDescription => CONVENTIONS[key];

/** What an architecture file may leave out: the conventions of the blog, which are those of Keras' layers. */
export type ArchitectureDefaults = Omit<Architecture, 'name' | 'inputShape' | 'classes' | 'table'>;

export const DEFAULTS: Readonly<ArchitectureDefaults> = {
  stem: { filters: 64, kernel: 7, stride: 2, pool: true },
  shortcut: 'projection',
  strideOn: 'first',
  bias: true,
  l2: 1e-4,
  bnMomentum: 0.99,
  bnEpsilon: 1e-3,
  zeroInitLastGamma: false,
};

// ---------------------------------------------------------------------------------------------- flat and as it is

/** The field of the stem that a convention is: `stemKernel` is `kernel`; null for one of the architecture itself. */
export const stemField = (key: ConventionKey): keyof Stem | null =>
  key.startsWith('stem') ? ((key.charAt(4).toLowerCase() + key.slice(5)) as keyof Stem) : null;

/** The field of an architecture in which the convention stands. */
export const fieldOfConvention = (key: ConventionKey): 'stem' | Exclude<ConventionKey, `stem${string}`> =>
  stemField(key) === null ? (key as Exclude<ConventionKey, `stem${string}`>) : 'stem';

/** An architecture's value of a convention. */
export function conventionIn<K extends ConventionKey>(architecture: Architecture, key: K): Conventions[K];
export function conventionIn(architecture: Architecture, key: ConventionKey): unknown {
  const field = stemField(key);
  return field === null ? architecture[key as keyof Architecture] : architecture.stem[field];
}

/** Values by convention as an architecture has them, those of the stem in an object of their own. */
export function nested(value: (key: ConventionKey) => unknown): Record<string, unknown> & { stem: object } {
  const stem: Record<string, unknown> = {};
  const all: Record<string, unknown> & { stem: object } = { stem };
  for (const key of CONVENTION_KEYS) {
    const field = stemField(key);
    if (field === null) all[key] = value(key);
    else stem[field] = value(key);
  }
  return all;
}

// ----------------------------------------------------------------------------------------------------------- words

/** A value as lists show it: `32 × 32 × 3`, `7×7`, `first 3×3 convolution`, `yes`, `1e-4`. */
export function describeConvention<K extends ConventionKey>(key: K, value: Conventions[K]): string;
export function describeConvention(key: ConventionKey, value: unknown): string {
  const convention = conventionOf(key);
  switch (convention.kind) {
    case 'shape':
      return (value as number[]).join(' × ');
    case 'whole':
      return thousands(value as number);
    case 'real':
      return formatSetting(value as number);
    case 'kernel':
      return formatKernel(value as Kernel);
    case 'switch':
      return convention.words[value ? 1 : 0];
    case 'choice':
      return convention.choices[value as string]?.words ?? String(value);
  }
}

/** The stem in one line: `64 filters, 7×7, stride 2, max pooling`. */
export const describeStem = (architecture: Pick<Architecture, 'stem'>): string =>
  CONVENTION_KEYS.flatMap((key) => {
    const field = stemField(key);
    if (field === null) return [];
    const words = describeConvention(key, architecture.stem[field] as never);
    return [(conventionOf(key).phrase ?? '{}').replace('{}', words)];
  }).join(', ');

/** What it is and who has it how: `added to the variance before the root: 0.001 (Keras' layer), 1e-5 (PyTorch)`. */
export function conventionHelp(key: ConventionKey): string {
  const { help, published = [] } = conventionOf(key);
  const known = published.map(({ by, value }) => `${describeConvention(key, value as never)} (${by})`);
  return known.length > 0 ? `${help}: ${known.join(', ')}` : help;
}

/** What values there may be, as help says it: `0 to below 1`, `first or 3x3`; empty where that goes without saying. */
export function conventionLimits(key: ConventionKey): string {
  const convention = conventionOf(key);
  if (convention.kind === 'choice') {
    const words = Object.keys(convention.choices);
    return `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`;
  }
  return 'bounds' in convention ? describeBounds(convention.bounds) : '';
}

/** A row of the form. */
export interface ConventionRow {
  label: string;
  keys: ConventionKey[];
  /** What it is, whatever is chosen. */
  help: string;
}

/** The rows of a part of the form: one for each convention, but for those that share theirs. */
export function conventionRows(group: ConventionGroup): ConventionRow[] {
  const rows = new Map<string, ConventionRow>();
  for (const key of CONVENTION_KEYS) {
    const { group: own, label, row } = conventionOf(key);
    if (own !== group) continue;
    const shared = row === undefined ? undefined : rows.get(row);
    if (shared) shared.keys.push(key);
    else
      rows.set(row ?? key, { label, help: conventionHelp(key), ...(row && SHARED_ROWS[row]), keys: [key] });
  }
  return [...rows.values()];
}
