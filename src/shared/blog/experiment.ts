/**
 * The blog's experiment: its network as it ran and as it was meant, its recipe, and the ten epochs that the post prints.
 * Pure.
 */
import log from '../../../resources/blog/history.txt?raw';
import type { Architecture } from '../../architecture/architecture';
import { findPreset } from '../../architecture/presets';
import { formatArchitecture } from '../../architecture/text/architecture';
import { DATASETS } from '../datasets';
import { plural, thousands } from '../format';
import type { ImportedHistory } from '../histories/history';
import { readHistory } from '../histories/read';
import { applies, DEFAULT_RECIPE, fieldOf, RECIPE_KEYS, sameValue, type Recipe } from '../recipe';
import { designOf } from '../regularisation';
import { isTrained, type ImportRequest, type Run, type RunDataset, type RunRequest } from '../run';
import { validatesOnTestSet } from '../validation';

/** `plain`: as the post's code runs, which drops the sum of each block. `projections`: as the post describes it. */
export const VARIANTS = ['plain', 'projections'] as const;
export type Variant = (typeof VARIANTS)[number];

export interface VariantFacts {
  /** Heads its column: `Plain, as it ran`. */
  title: string;
  /** Id of its preset. */
  preset: string;
  /** Of a run of it. */
  runName: string;
}

export const VARIANT_FACTS: Record<Variant, VariantFacts> = {
  plain: {
    title: 'Plain, as it ran',
    preset: 'resnet18-plain',
    runName: 'The blog’s ResNet-18, plain',
  },
  projections: {
    title: 'With projections, as it meant',
    preset: 'resnet18',
    runName: 'The blog’s ResNet-18, with projections',
  },
};

export const BLOG_DATASET = 'cifar10';

/** As the post compiles and fits; the defaults are the blog's, and these are its words. */
export const BLOG_RECIPE: Recipe = {
  ...DEFAULT_RECIPE,
  optimizer: 'adam',
  learningRate: 1e-3,
  batchSize: 64,
  epochs: 10,
  // On the kernels of its convolutions; its networks here bring the same.
  l2: 1e-4,
  // `validation_data=(x_test, y_test)`
  validationSplit: 0,
};

/** Short enough for a try: 100 steps an epoch. Its figures are no reproduction. */
export const SHORT_FORM = { epochs: 2, limitTrain: 6400, limitEval: 1000 } as const satisfies Partial<Recipe>;

export const architectureOf = (variant: Variant): Architecture =>
  findPreset(VARIANT_FACTS[variant].preset)!.architecture;

/** A run of the experiment on this machine. */
export function blogRequest(variant: Variant, changes: Partial<Recipe> = {}): RunRequest {
  const recipe = { ...BLOG_RECIPE, ...changes };
  const shorter = describeShorter({ recipe, dataset: DATASETS[BLOG_DATASET] });
  return {
    name: `${VARIANT_FACTS[variant].runName}${shorter === null ? '' : ', shorter'}`,
    architecture: architectureOf(variant),
    datasetId: BLOG_DATASET,
    recipe,
  };
}

/** The ten epochs, read as any other log of Keras. */
export function printedHistory(): ImportedHistory {
  const reading = readHistory(log);
  if (!reading.ok) throw new Error(`The blog's history is not understood: ${reading.problems[0]?.sentence}`);
  return reading.history;
}

/** What makes a run of the printed epochs, so that they can be compared like any other. */
export const printedRunRequest = (): ImportRequest => ({
  text: log,
  file: 'history.txt',
  name: 'The blog’s ResNet-18, as printed',
  architecture: architectureOf('plain'),
  datasetId: BLOG_DATASET,
});

/** An architecture as text, whatever it is called. */
const networkText = (architecture: Architecture): string =>
  formatArchitecture({ ...designOf(architecture), name: 'blog' });

const NETWORK_TEXTS = VARIANTS.map((variant) => networkText(architectureOf(variant)));

/** Fields that say how a step is made, and of what: with another value of one it is another experiment. */
const STEP_KEYS = RECIPE_KEYS.filter(
  (key) =>
    (['step', 'rate', 'images'].includes(fieldOf(key).group) || key === 'earlyStopping') &&
    applies(key, BLOG_RECIPE),
);

/**
 * Which network of the experiment a run trained here, with the blog's recipe but for epochs, seed and limits; null for
 * none. A run that was validated on images held out of the training set is none: it trained on fewer.
 */
export function variantOf(run: Run): Variant | null {
  if (run.unreadable !== undefined || !isTrained(run) || run.parent !== null) return null;
  if (run.dataset.id !== BLOG_DATASET || !validatesOnTestSet(run.recipe)) return null;
  if (STEP_KEYS.some((key) => !sameValue(run.recipe[key], BLOG_RECIPE[key]))) return null;
  return VARIANTS[NETWORK_TEXTS.indexOf(networkText(run.architecture))] ?? null;
}

/** In what a run is less than the printed one, `2 epochs, first 6,400 training images`; null where in nothing. */
export function describeShorter({
  recipe,
  dataset,
}: {
  recipe: Recipe;
  dataset: Pick<RunDataset, 'trainCount' | 'evalCount'>;
}): string | null {
  const limited = (limit: number | null, count: number, what: string): string[] =>
    limit !== null && limit < count ? [`first ${thousands(limit)} ${what} images`] : [];
  const parts = [
    ...(recipe.epochs < BLOG_RECIPE.epochs ? [plural(recipe.epochs, 'epoch')] : []),
    ...limited(recipe.limitTrain, dataset.trainCount, 'training'),
    ...limited(recipe.limitEval, dataset.evalCount, 'validation'),
  ];
  return parts.length > 0 ? parts.join(', ') : null;
}
