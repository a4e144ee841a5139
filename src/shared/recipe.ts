/**
 * How to train: everything besides architecture and data set that changes the numbers. Each field is described once, in
 * `RECIPE_FIELDS`. The type, the check, the forms, the flags with their help, a run's details, the differences of Compare
 * and of a fork, and the reading of older runs follow from the description. Pure.
 */
import { z } from 'zod';
import type { Bounds } from '../architecture/bounds';
import { formatSetting, thousands } from '../architecture/number-text';

export const OPTIMIZERS = ['adam', 'sgd'] as const;
export type Optimizer = (typeof OPTIMIZERS)[number];

interface CommonDescription {
  /** Heads its column, and its field in a form: `Learning rate`. */
  label: string;
  /** What sentences call it, where that is not the label with a small letter. */
  name?: string;
  /** What it does, as a clause without a full stop. */
  help: string;
  /** A few words below its field in a form. */
  hint?: string;
  /**
   * `step`: what one training step does; `images`: what becomes of an image before the network sees it; `run`: how many steps
   * there are, and their random numbers; `data`: of which images.
   */
  group: 'step' | 'images' | 'run' | 'data';
  /** Few runs set it: it stands behind the others in a form. */
  rare?: true;
  /** The only optimizer that uses it; absent where all do. */
  onlyWith?: Optimizer;
  /** A field that asks for nothing at 0: only with more does this one mean anything. */
  onlyAbove?: 'crop';
  /** A fork has its parent's value: the position within the epoch is one in the parent's order of the images. */
  keptByForks?: true;
  /** Its option on the command line in camel case, where that is not the key. */
  option?: string;
}

interface ChoiceDescription extends CommonDescription {
  kind: 'choice';
  /** Labels by value. */
  choices: Readonly<Record<string, string>>;
  /** The choice that sentences pass over in silence; others they say with the field's name. */
  unsaid?: string;
  default: string;
  /** Of runs that were stored before the field existed. */
  earlier?: string;
}

interface SwitchDescription extends CommonDescription {
  kind: 'switch';
  default: boolean;
  earlier?: boolean;
}

interface NumberDescription extends CommonDescription {
  kind: 'real' | 'whole';
  bounds: Bounds;
  /** What it counts: one, and several. */
  unit?: readonly [one: string, several: string];
  /** Pixels: at most the shorter side of an image less so many. */
  withinSide?: 0 | 1;
  /** It counts nothing, so it is written without separators. */
  plain?: true;
  /** The value that asks for nothing, and its word. */
  off?: { readonly value: number; readonly word: string };
  default: number;
  earlier?: number;
}

interface OptionalNumberDescription extends Omit<NumberDescription, 'off' | 'default' | 'earlier'> {
  off: { readonly value: null; readonly word: string };
  /** Stands before the value: `first 6,400`. */
  qualifier?: string;
  /** It limits how many of these a data set gives. */
  limits?: 'trainCount' | 'evalCount';
  default: number | null;
  earlier?: number | null;
}

export type FieldDescription =
  ChoiceDescription | SwitchDescription | NumberDescription | OptionalNumberDescription;

/** In the order of all lists and forms. The defaults are the blog's published run: Adam 1e-3, batch size 64, 10 epochs. */
export const RECIPE_FIELDS = {
  optimizer: {
    kind: 'choice',
    group: 'step',
    label: 'Optimizer',
    help: 'how gradients become updates',
    choices: { adam: 'Adam', sgd: 'SGD' } satisfies Record<Optimizer, string>,
    default: 'adam',
  },
  learningRate: {
    kind: 'real',
    group: 'step',
    label: 'Learning rate',
    help: 'size of the updates',
    option: 'lr',
    bounds: { above: 0, atMost: 100 },
    default: 1e-3,
  },
  momentum: {
    kind: 'real',
    group: 'step',
    rare: true,
    label: 'Momentum',
    help: 'share of the old velocity kept at each step',
    onlyWith: 'sgd',
    bounds: { atLeast: 0, below: 1 },
    default: 0.9,
  },
  nesterov: {
    kind: 'switch',
    group: 'step',
    rare: true,
    label: 'Nesterov',
    name: 'Nesterov',
    help: "Nesterov's momentum",
    onlyWith: 'sgd',
    default: false,
  },
  /** Keras' `global_clipnorm`; L2's share of the gradients is included. */
  clipNorm: {
    kind: 'real',
    group: 'step',
    rare: true,
    label: 'Clip norm',
    help: 'largest norm of all gradients together; above it they are scaled down to it',
    hint: 'Empty: no clipping',
    bounds: { above: 0 },
    off: { value: null, word: 'none' },
    default: null,
    earlier: null,
  },
  /** Keras' `weight_decay`, AdamW; biases, gammas and betas are left alone. Apart from the architecture's L2. */
  weightDecay: {
    kind: 'real',
    group: 'step',
    rare: true,
    label: 'Weight decay',
    help: 'share of each kernel, times the learning rate, that a step takes away',
    hint: 'Kernels only',
    bounds: { atLeast: 0, atMost: 10 },
    off: { value: 0, word: 'none' },
    default: 0,
    earlier: 0,
  },
  batchSize: {
    kind: 'whole',
    group: 'step',
    label: 'Batch size',
    help: 'images per step; the last batch of an epoch may be smaller',
    unit: ['image', 'images'],
    bounds: { atLeast: 1, atMost: 65536 },
    default: 64,
  },
  normalisation: {
    kind: 'choice',
    group: 'images',
    rare: true,
    label: 'Normalisation',
    help: 'bytes as numbers: divided by 255, or less the mean of the training images and divided by their deviation in each channel, or as they are',
    choices: { unit: '/255', channel: 'Per channel', none: 'None' },
    unsaid: 'unit',
    default: 'unit',
    earlier: 'unit',
  },
  flip: {
    kind: 'choice',
    group: 'images',
    rare: true,
    label: 'Flip',
    help: 'mirror images left for right: each with probability 1/2, or every image in every other epoch',
    choices: { none: 'None', random: 'Random', alternating: 'Alternating' },
    unsaid: 'none',
    default: 'none',
    earlier: 'none',
  },
  /** The same as a translation by up to so many pixels along each axis. */
  crop: {
    kind: 'whole',
    group: 'images',
    rare: true,
    label: 'Crop',
    help: 'move each image by up to N pixels along each axis: a random crop of its own size after padding by N',
    hint: 'Pixels; 0: none',
    withinSide: 1,
    bounds: { atLeast: 0, atMost: 1024 },
    off: { value: 0, word: 'none' },
    default: 0,
    earlier: 0,
  },
  padding: {
    kind: 'choice',
    group: 'images',
    rare: true,
    label: 'Padding',
    help: 'what a crop finds beyond the edge: black, or the image reflected',
    onlyAbove: 'crop',
    choices: { zero: 'Zero', reflect: 'Reflect' },
    unsaid: 'zero',
    default: 'zero',
    earlier: 'zero',
  },
  /** After the normalisation, so that what is cut out becomes 0: black, or per channel the mean colour. */
  cutout: {
    kind: 'whole',
    group: 'images',
    rare: true,
    label: 'Cutout',
    help: 'set a square of N x N pixels around a random pixel of each image to 0',
    hint: 'Pixels; 0: none',
    withinSide: 0,
    bounds: { atLeast: 0, atMost: 1024 },
    off: { value: 0, word: 'none' },
    default: 0,
    earlier: 0,
  },
  mixup: {
    kind: 'real',
    group: 'images',
    rare: true,
    label: 'Mixup',
    help: 'blend each image and its label with another of its batch, by a share drawn from Beta(x, x)',
    hint: 'Alpha; 0: none',
    bounds: { atLeast: 0, atMost: 100 },
    off: { value: 0, word: 'none' },
    default: 0,
    earlier: 0,
  },
  cutmix: {
    kind: 'real',
    group: 'images',
    rare: true,
    label: 'CutMix',
    name: 'CutMix',
    help: 'put a rectangle of another image of the batch, and its share of the label, into each; its area is drawn from Beta(x, x)',
    hint: 'Alpha; 0: none',
    bounds: { atLeast: 0, atMost: 100 },
    off: { value: 0, word: 'none' },
    default: 0,
    earlier: 0,
  },
  epochs: {
    kind: 'whole',
    group: 'run',
    label: 'Epochs',
    help: 'passes over the training images',
    unit: ['epoch', 'epochs'],
    bounds: { atLeast: 1, atMost: 100000 },
    default: 10,
  },
  seed: {
    kind: 'whole',
    group: 'run',
    label: 'Random seed',
    help: 'seeds the initial weights, and the order and augmentation of the images in every epoch',
    hint: 'Weights, images',
    keptByForks: true,
    plain: true,
    bounds: { atLeast: 0, atMost: 4294967295 },
    default: 1,
  },
  limitTrain: {
    kind: 'whole',
    group: 'data',
    label: 'Training images',
    help: 'train on the first N images only',
    unit: ['image', 'images'],
    qualifier: 'first',
    limits: 'trainCount',
    keptByForks: true,
    bounds: { atLeast: 1, atMost: 100000000 },
    off: { value: null, word: 'all' },
    default: null,
  },
  limitEval: {
    kind: 'whole',
    group: 'data',
    label: 'Validation images',
    help: 'validate on the first N images only',
    unit: ['image', 'images'],
    qualifier: 'first',
    limits: 'evalCount',
    keptByForks: true,
    bounds: { atLeast: 1, atMost: 100000000 },
    off: { value: null, word: 'all' },
    default: null,
  },
} as const satisfies Record<string, FieldDescription>;

type Fields = typeof RECIPE_FIELDS;
export type RecipeKey = keyof Fields;

type ValueOf<D> = D extends { kind: 'choice'; choices: infer C }
  ? keyof C
  : D extends { kind: 'switch' }
    ? boolean
    : D extends { off: { value: null } }
      ? number | null
      : number;

export type Recipe = { -readonly [K in RecipeKey]: ValueOf<Fields[K]> };

/** In the order of the description. */
export const RECIPE_KEYS = Object.keys(RECIPE_FIELDS) as RecipeKey[];

/** The description of a field, whichever it is. */
export const fieldOf = (key: RecipeKey): FieldDescription => RECIPE_FIELDS[key];

/** An object with the fields of a recipe. The caller's function has to return what its key stands for. */
export const recipeOf = (value: (key: RecipeKey) => unknown): Recipe =>
  Object.fromEntries(RECIPE_KEYS.map((key) => [key, value(key)])) as Recipe;

export const DEFAULT_RECIPE: Recipe = recipeOf((key) => fieldOf(key).default);

/** Inside a sentence: `learning rate`. */
export function nameOf(key: RecipeKey): string {
  const { name, label } = fieldOf(key);
  return name ?? label.charAt(0).toLowerCase() + label.slice(1);
}

/** Whether a recipe with this optimizer and this crop, which may be half typed, uses the field. */
export const applies = (
  key: RecipeKey,
  recipe: Pick<Recipe, 'optimizer'> & Record<'crop', number | string>,
): boolean => {
  const { onlyWith, onlyAbove } = fieldOf(key);
  if (onlyAbove !== undefined && !(Number(recipe[onlyAbove]) > 0)) return false;
  return onlyWith === undefined || onlyWith === recipe.optimizer;
};

// -------------------------------------------------------------------------------------------------------- checking

function numberSchema(
  what: string,
  { kind, bounds }: Pick<NumberDescription, 'kind' | 'bounds'>,
): z.ZodNumber {
  const wanted = `${what} must be a ${kind === 'whole' ? 'whole number' : 'number'}`;
  const { above, atLeast, below, atMost } = bounds;
  let schema = z.number({ error: wanted });
  if (kind === 'whole') schema = schema.int(wanted);
  if (above !== undefined) schema = schema.gt(above, `${what} must be greater than ${above}`);
  if (atLeast !== undefined) schema = schema.min(atLeast, `${what} must be at least ${atLeast}`);
  if (below !== undefined) schema = schema.lt(below, `${what} must be less than ${below}`);
  if (atMost !== undefined) schema = schema.max(atMost, `${what} must be at most ${atMost}`);
  return schema;
}

function schemaOf(key: RecipeKey): z.ZodType {
  const field = fieldOf(key);
  const what = nameOf(key);
  switch (field.kind) {
    case 'choice': {
      const choices = Object.keys(field.choices);
      return z.enum(choices, { error: `${what} must be one of ${choices.join(', ')}` });
    }
    case 'switch':
      return z.boolean({ error: `${what} must be true or false` });
    default: {
      const schema = numberSchema(what, field);
      return field.off?.value === null ? schema.nullable() : schema;
    }
  }
}

export const recipeSchema = z.strictObject(
  Object.fromEntries(RECIPE_KEYS.map((key) => [key, schemaOf(key)])) as {
    [K in RecipeKey]: z.ZodType<Recipe[K], Recipe[K]>;
  },
);

/** Sentences for what is wrong with a recipe; empty when it is fine. */
export function recipeProblems(recipe: unknown): string[] {
  const parsed = recipeSchema.safeParse(recipe);
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.message);
}

/** A recipe as it was stored: runs from before a field existed did without what it asks for. */
export function storedRecipe(stored: unknown): Recipe {
  const earlier = RECIPE_KEYS.flatMap((key) => {
    const value = fieldOf(key).earlier;
    return value === undefined ? [] : [[key, value] as const];
  });
  return { ...Object.fromEntries(earlier), ...(stored as Recipe) };
}

/** What a data set has, as far as limits are concerned. */
export interface ImageCounts {
  title: string;
  trainCount: number;
  evalCount: number;
  /** Absent where the size of the images is not to be checked. */
  imageShape?: readonly [height: number, width: number, channels: number];
}

/** A sentence for each limit above what the data set has, and for each length beyond its images. */
export function limitProblems(recipe: Recipe, dataset: ImageCounts): Partial<Record<RecipeKey, string>> {
  const problems: Partial<Record<RecipeKey, string>> = {};
  for (const key of RECIPE_KEYS) {
    const field = fieldOf(key);
    const count = 'limits' in field && field.limits ? dataset[field.limits] : Infinity;
    const limit = recipe[key];
    if (typeof limit !== 'number') continue;
    if ('withinSide' in field && field.withinSide !== undefined && dataset.imageShape) {
      const [height, width] = dataset.imageShape;
      const most = Math.min(height, width) - field.withinSide;
      if (limit > most) {
        problems[key] =
          `${field.label} can be at most ${most} pixels, not ${thousands(limit)}: the images of ${dataset.title} have ` +
          `${height}x${width}.`;
      }
    }
    if (limit <= count) continue;
    problems[key] =
      `${dataset.title} has ${thousands(count)} ${nameOf(key)}, not ${thousands(limit)}: lower the number, or leave it ` +
      'out to use all of them.';
  }
  return problems;
}

// ----------------------------------------------------------------------------------------------------------- words

/** A value as lists and forms show it: `Adam`, `0.001`, `first 6,400`, `none`, `on`. */
export function describeValue<K extends RecipeKey>(key: K, value: Recipe[K]): string;
export function describeValue(key: RecipeKey, value: Recipe[RecipeKey]): string {
  const field = fieldOf(key);
  if (field.kind === 'choice') return field.choices[String(value)] ?? String(value);
  if (field.kind === 'switch') return value ? 'on' : 'off';
  if (field.off && value === field.off.value) return field.off.word;
  const number = field.plain
    ? String(value)
    : field.kind === 'whole'
      ? thousands(Number(value))
      : formatSetting(Number(value));
  return 'qualifier' in field ? `${field.qualifier} ${number}` : number;
}

/** The part of a sentence that says the value: `learning rate 0.001`, `Adam`, `10 epochs`; null for what is off. */
function phraseOf(key: RecipeKey, value: Recipe[RecipeKey]): string | null {
  const field = fieldOf(key);
  const text = describeValue(key, value as never);
  if (field.kind === 'choice') {
    if (field.unsaid === undefined) return text;
    return value === field.unsaid ? null : `${nameOf(key)} ${text.toLowerCase()}`;
  }
  if (field.kind === 'switch') return value ? nameOf(key) : null;
  if (field.off && value === field.off.value) return null;
  const { unit } = field;
  return unit && nameOf(key) === unit[1]
    ? `${text} ${value === 1 ? unit[0] : unit[1]}`
    : `${nameOf(key)} ${text}`;
}

/** `Adam, learning rate 0.001, batch size 64`: what applies and is not off, of these groups. */
export const describeRecipe = (
  recipe: Recipe,
  groups: readonly CommonDescription['group'][] = ['step', 'images'],
): string =>
  RECIPE_KEYS.filter((key) => groups.includes(fieldOf(key).group) && applies(key, recipe))
    .map((key) => phraseOf(key, recipe[key]))
    .filter((phrase) => phrase !== null)
    .join(', ');

/** What differs in the second recipe, as far as both use it: `learning rate 0.001 → 0.0001`. */
export const recipeChanges = (before: Recipe, after: Recipe): string[] =>
  RECIPE_KEYS.filter((key) => applies(key, before) && applies(key, after) && before[key] !== after[key]).map(
    (key) => `${nameOf(key)} ${describeValue(key, before[key])} → ${describeValue(key, after[key])}`,
  );
