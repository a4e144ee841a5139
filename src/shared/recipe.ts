/**
 * How to train: everything besides architecture and data set that changes the numbers. Each field is described once, in
 * `RECIPE_FIELDS`. The type, the check, the forms, the flags with their help, a run's details, the differences of Compare
 * and of a fork, and the reading of older runs follow from the description. Pure.
 */
import { z } from 'zod';
import { formatSetting, thousands } from '../architecture/number-text';
import { AVERAGE_FIELDS, NORM_FIELDS } from './average-fields';
import { BATCH_FIELDS } from './batch-fields';
import { IMAGE_FIELDS } from './image-fields';
import { RATE_FIELDS } from './rate-fields';
import { REGULARISATION_FIELDS } from './regularisation-fields';
import { STOP_FIELDS } from './stop-fields';
import { UPDATE_FIELDS } from './update-fields';
import { VALIDATION_FIELDS } from './validation-fields';
import { WEIGHT_FIELDS } from './weight-fields';
import type {
  Condition,
  FieldDescription,
  FieldGroup,
  NumberDescription,
  ValueOf,
} from './recipe-description';
import { availableImages, heldOutCount } from './validation';

export const OPTIMIZERS = ['adam', 'sgd', 'muon'] as const;
export type Optimizer = (typeof OPTIMIZERS)[number];

/** In the order of all lists and forms. The defaults are the blog's published run: Adam 1e-3, batch size 64, 10 epochs. */
export const RECIPE_FIELDS = {
  optimizer: {
    kind: 'choice',
    group: 'step',
    label: 'Optimizer',
    help: 'how gradients become updates',
    choices: { adam: 'Adam', sgd: 'SGD', muon: 'Muon' } satisfies Record<Optimizer, string>,
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
    onlyWith: { optimizer: ['sgd', 'muon'] },
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
    onlyWith: { optimizer: ['sgd', 'muon'] },
    default: false,
  },
  ...RATE_FIELDS,
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
  ...REGULARISATION_FIELDS,
  ...UPDATE_FIELDS,
  /** Keras' `label_smoothing`; Szegedy et al. 2016, section 7. */
  labelSmoothing: {
    kind: 'real',
    group: 'step',
    rare: true,
    label: 'Label smoothing',
    help: 'share of each label that is spread evenly over all classes',
    bounds: { atLeast: 0, below: 1 },
    off: { value: 0, word: 'none' },
    default: 0,
    earlier: 0,
  },
  ...AVERAGE_FIELDS,
  batchSize: {
    kind: 'whole',
    group: 'step',
    label: 'Batch size',
    help: 'images per step; the last batch of an epoch may be smaller',
    unit: ['image', 'images'],
    bounds: { atLeast: 1, atMost: 65536 },
    default: 64,
  },
  dropLast: {
    kind: 'switch',
    group: 'step',
    rare: true,
    label: 'Drop last batch',
    help: 'leave out the last batch of an epoch where it is smaller than the others',
    default: false,
    earlier: false,
  },
  ...BATCH_FIELDS,
  ...IMAGE_FIELDS,
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
  ...WEIGHT_FIELDS,
  ...STOP_FIELDS,
  ...NORM_FIELDS,
  ...VALIDATION_FIELDS,
  /** Keras' `validation_split`, but by class and at random (src/trainer/data/hold-out.ts). */
  validationSplit: {
    kind: 'real',
    group: 'data',
    label: 'Validation split',
    help: 'training images held out for validation, by class: a share below 1, or how many; 0 validates on the test set',
    shareOrCount: true,
    keptByForks: true,
    bounds: { atLeast: 0, atMost: 100000000 },
    off: { value: 0, word: 'test set' },
    default: 0.1,
    earlier: 0,
  },
  splitSeed: {
    kind: 'whole',
    group: 'data',
    rare: true,
    label: 'Split seed',
    help: 'which training images are held out; runs that are compared share it, whatever their random seeds',
    onlyWith: { validationSplit: 'set' },
    keptByForks: true,
    plain: true,
    bounds: { atLeast: 0, atMost: 4294967295 },
    default: 0,
    earlier: 0,
  },
  limitTrain: {
    kind: 'whole',
    group: 'data',
    label: 'Training images',
    help: 'train on the first N images only, of those that are not held out',
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

/** The choices, by whose values it is known which other fields a recipe uses. */
type ChoiceKey = { [K in RecipeKey]: Fields[K] extends { kind: 'choice' } ? K : never }[RecipeKey];
/** What decides which fields a recipe uses; in a form numbers are texts. */
export type Deciding = Pick<Recipe, ChoiceKey> &
  Record<'crop' | 'validationSplit' | 'emaDecay', number | string>;

/** The conditions under which a field is used, one of which has to hold; none for a field that always is. */
export function conditionsOf(key: RecipeKey): readonly Condition[] {
  const { onlyWith } = fieldOf(key);
  if (onlyWith === undefined) return [];
  return Array.isArray(onlyWith) ? (onlyWith as readonly Condition[]) : [onlyWith as Condition];
}

/** Whether a number asks for something. */
function isSet(key: RecipeKey, value: number | string): boolean {
  const field = fieldOf(key);
  const number = Number(value);
  return Number.isFinite(number) && !('off' in field && field.off?.value === number);
}

/** Whether a recipe with these values uses the field. */
export function applies(key: RecipeKey, deciding: Deciding): boolean {
  const holds = (condition: Condition): boolean =>
    Object.entries(condition).every(([decisive, wanted]) => {
      const value = deciding[decisive as keyof Deciding];
      return wanted === 'set' ? isSet(decisive as RecipeKey, value) : wanted.includes(String(value));
    });
  const conditions = conditionsOf(key);
  return conditions.length === 0 || conditions.some(holds);
}

/**
 * Whether a recipe asks for something by the field: it uses it, and its value is not the one that stands for nothing, nor a choice
 * of which sentences are silent and that earlier runs had.
 */
export function asksForSomething(key: RecipeKey, recipe: Recipe): boolean {
  const field = fieldOf(key);
  const value = recipe[key];
  if (!applies(key, recipe)) return false;
  if (field.kind === 'switch') return value === true;
  if (field.kind === 'choice') return !(field.silent?.includes(String(value)) && value === field.earlier);
  return !('off' in field && field.off?.value === value);
}

/** Whether two values of a field are the same. */
export const sameValue = (a: Recipe[RecipeKey], b: Recipe[RecipeKey]): boolean =>
  a === b || (Array.isArray(a) && Array.isArray(b) && a.join() === b.join());

// -------------------------------------------------------------------------------------------------------- checking

function numberSchema(
  what: string,
  { kind, bounds, shareOrCount }: Pick<NumberDescription, 'kind' | 'bounds' | 'shareOrCount'>,
): z.ZodNumber {
  const wanted = `${what} must be a ${kind === 'whole' ? 'whole number' : 'number'}`;
  const { above, atLeast, below, atMost } = bounds;
  let schema = z.number({ error: wanted });
  if (kind === 'whole') schema = schema.int(wanted);
  if (above !== undefined) schema = schema.gt(above, `${what} must be greater than ${above}`);
  if (atLeast !== undefined) schema = schema.min(atLeast, `${what} must be at least ${atLeast}`);
  if (below !== undefined) schema = schema.lt(below, `${what} must be less than ${below}`);
  if (atMost !== undefined) schema = schema.max(atMost, `${what} must be at most ${atMost}`);
  if (shareOrCount) {
    schema = schema.refine((value) => value < 1 || Number.isInteger(value), {
      error: `${what} must be a share below 1, or a whole number of images`,
    });
  }
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
    case 'list':
      return z
        .array(numberSchema(`each of ${what}`, { kind: 'whole', bounds: field.bounds }), {
          error: `${what} must be whole numbers, such as ${field.default.join(', ')}`,
        })
        .min(1, `${what} must be at least one number, such as ${field.default.join(', ')}`)
        .max(field.most, `${what} must be at most ${field.most} numbers`)
        .refine((values) => values.every((value, index) => index === 0 || value > values[index - 1]!), {
          error: `${what} must be in order, each greater than the one before`,
        });
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

/** A sentence for each limit above what the data set has, each length beyond its images, and a split that leaves nothing to train on. */
export function limitProblems(recipe: Recipe, dataset: ImageCounts): Partial<Record<RecipeKey, string>> {
  const problems: Partial<Record<RecipeKey, string>> = {};
  const heldOut = heldOutCount(recipe, dataset.trainCount);
  if (heldOut >= dataset.trainCount) {
    problems.validationSplit =
      `${dataset.title} has ${thousands(dataset.trainCount)} training images, so ${thousands(heldOut)} of them cannot ` +
      'be held out: lower the number, or give a share such as 0.1.';
    return problems;
  }
  const available = availableImages(recipe, dataset);
  const split = heldOut === 0 ? '' : `With ${thousands(heldOut)} training images held out, `;
  for (const key of RECIPE_KEYS) {
    const field = fieldOf(key);
    const count = 'limits' in field && field.limits ? available[field.limits] : Infinity;
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
      `${split}${dataset.title} has ${thousands(count)} ${nameOf(key)}, not ${thousands(limit)}: lower the number, or ` +
      'leave it out to use all of them.';
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
  if (field.kind === 'list') return (value as readonly number[]).map(thousands).join(', ');
  if (field.off && value === field.off.value) return field.off.word;
  if ('shareOrCount' in field && Number(value) < 1) return `${formatSetting(100 * Number(value))} %`;
  const number = field.plain
    ? String(value)
    : field.kind === 'whole' || 'shareOrCount' in field
      ? thousands(Number(value))
      : formatSetting(Number(value));
  return 'qualifier' in field ? `${field.qualifier} ${number}` : number;
}

/**
 * A field of a recipe as it is called there: `describeValue`, but for Adam with decoupled weight decay, which is AdamW
 * (Loshchilov and Hutter 2019).
 */
export const describeField = (key: RecipeKey, recipe: Recipe): string =>
  key === 'optimizer' && recipe.optimizer === 'adam' && asksForSomething('weightDecay', recipe)
    ? 'AdamW'
    : describeValue(key, recipe[key]);

/** The part of a sentence that says the value: `learning rate 0.001`, `Adam`, `10 epochs`; null for what is off. */
function phraseOf(key: RecipeKey, recipe: Recipe): string | null {
  const field = fieldOf(key);
  const value = recipe[key];
  const text = describeField(key, recipe);
  if (field.kind === 'choice') {
    if (field.silent?.includes(String(value))) return null;
    if (key === 'optimizer') return text;
    const chosen = field.choicesAreNames ? text : text.toLowerCase();
    return (field.phrase ?? `${nameOf(key)} {}`).replace('{}', chosen);
  }
  if (field.kind === 'list') return `${nameOf(key)} ${text}`;
  if (field.kind === 'switch') return value ? nameOf(key) : null;
  if (field.off && value === field.off.value) return null;
  const { unit, unitOf } = field;
  const units = unitOf ? String(recipe[unitOf as RecipeKey]) : unit?.[1];
  if (units === undefined) return `${nameOf(key)} ${text}`;
  const counted = `${text} ${value === 1 ? units.replace(/s$/, '') : units}`;
  if (nameOf(key) === units) return counted;
  return field.group === 'rate' || field.group === 'run'
    ? `${nameOf(key)} ${counted}`
    : `${nameOf(key)} ${text}`;
}

/** `Adam, learning rate 0.001, batch size 64`: what applies and is not off, of these groups. */
export const describeRecipe = (
  recipe: Recipe,
  groups: readonly FieldGroup[] = ['step', 'rate', 'images'],
): string =>
  RECIPE_KEYS.filter((key) => groups.includes(fieldOf(key).group) && applies(key, recipe))
    .map((key) => phraseOf(key, recipe))
    .filter((phrase) => phrase !== null)
    .join(', ');

/** What differs in the second recipe, as far as both use it: `learning rate 0.001 → 0.0001`. */
export const recipeChanges = (before: Recipe, after: Recipe): string[] =>
  RECIPE_KEYS.filter(
    (key) => applies(key, before) && applies(key, after) && !sameValue(before[key], after[key]),
  ).map((key) => `${nameOf(key)} ${describeField(key, before)} → ${describeField(key, after)}`);
