/**
 * Recipes that come with the program, each as its source trained. PyTorch's weight decay d adds d·w to the gradient of SGD; an L2
 * term l·Σw² of the loss, which is Keras' and ours, adds 2·l·w, so that l = d / 2. Pure.
 */
import type { Architecture } from '../architecture/architecture';
import type { BuiltInId } from './dataset';
import { formatPercent, plural } from './format';
import { DEFAULT_RECIPE, recipeChanges, type Recipe } from './recipe';
import { appliedTo, recipeDistance, versionOfRecipe, withFree, type SavedRecipe } from './saved-recipe';

export const RECIPE_IDS = ['blog', 'fast', 'paper-cifar', 'pytorch-cifar'] as const;
export type RecipeId = (typeof RECIPE_IDS)[number];

export interface NamedRecipe {
  id: RecipeId;
  /** Inside a sentence too: `the blog’s`. */
  title: string;
  /** What it is made for and where it comes from, in a sentence. */
  about: string;
  /** Whose it is, as the source of a preset says it. */
  source: string;
  /** Ids of the presets that it is made for. */
  networks: readonly string[];
  /** What it came to; empty where no result is committed. */
  expected: readonly Expectation[];
  recipe: Recipe;
}

/** What runs by a recipe came to that are documented. */
export interface Expectation {
  /** Id of the preset. */
  network: string;
  dataset: BuiltInId;
  /** Validation accuracy after the last epoch, as a share: the mean of all runs, and the least and the largest of them. */
  accuracy: { mean: number; least: number; largest: number };
  runs: number;
  /** Where it is proven, from the root of the project: a page with the command and the histories that were exported. */
  document: string;
  /** The histories that the figures are of, with `*` for any part of a file's name. */
  histories: string;
}

/** `70.03 % to 75.57 % in 6 runs`; of one only that it is one. @param run what one is called */
export const describeRuns = ({ accuracy: { least, largest }, runs }: Expectation, run: string): string =>
  (runs > 1 ? `${formatPercent(least)} to ${formatPercent(largest)} in ` : '') + plural(runs, run);

const sgd: Recipe = {
  ...DEFAULT_RECIPE,
  optimizer: 'sgd',
  learningRate: 0.1,
  momentum: 0.9,
  batchSize: 128,
  normalisation: 'channel',
  flip: 'random',
  crop: 4,
};

export const NAMED_RECIPES: readonly NamedRecipe[] = [
  {
    id: 'blog',
    title: 'the blog’s',
    about:
      'Adam as the blog used it: ten epochs, L2 of 1e-4 on convolution kernels, no augmentation, validated on the test set.',
    source: 'the blog, whose code compiles and fits by it',
    networks: ['resnet18', 'resnet18-plain'],
    expected: [
      {
        network: 'resnet18',
        dataset: 'cifar10',
        accuracy: { mean: 0.7226, least: 0.7003, largest: 0.7557 },
        runs: 6,
        document: 'docs/results/README.md',
        histories: 'docs/results/kernels/seed-*.json.gz',
      },
    ],
    recipe: { ...DEFAULT_RECIPE, l2: 1e-4, validationSplit: 0 },
  },
  {
    id: 'fast',
    title: 'fast',
    about:
      'A lot of accuracy for the time: Muon for the kernels, weight decay, batches of 512 along one cycle, smoothed labels, flips, ' +
      'crops and cutout. It trains on all images and is validated once, after the last epoch, on the test set.',
    source: 'our own, tuned on a tenth of the training set (docs/results/README.md)',
    networks: ['resnet8-wide', 'resnet18'],
    expected: [
      {
        network: 'resnet8-wide',
        dataset: 'cifar10',
        accuracy: { mean: 0.9255, least: 0.9255, largest: 0.9255 },
        runs: 1,
        document: 'docs/results/README.md',
        histories: 'docs/results/fast/decay-seed-*.json.gz',
      },
    ],
    recipe: {
      ...DEFAULT_RECIPE,
      optimizer: 'muon',
      learningRate: 0.16,
      momentum: 0.9,
      nesterov: true,
      sgdFactor: 2,
      regularisation: 'decoupled',
      weightDecay: 0.04,
      batchSize: 512,
      dropLast: true,
      schedule: 'one-cycle',
      startShare: 0.1,
      peakAt: 0.25,
      epochs: 20,
      labelSmoothing: 0.1,
      initialisation: 'he',
      normalisation: 'channel',
      flip: 'alternating',
      crop: 4,
      padding: 'reflect',
      cutout: 8,
      validationSplit: 0,
      validationEvery: 20,
    },
  },
  {
    id: 'paper-cifar',
    title: 'the paper’s for CIFAR',
    about:
      'He et al. 2015, section 4.2: 64,000 steps on 45,000 images, divided by 10 at 32,000 and 48,000. Its weight decay of 1e-4 ' +
      'is an L2 term of 5e-5, here on convolution kernels; the paper does not say on which variables.',
    source: 'He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015, section 4.2',
    networks: ['resnet20', 'resnet32', 'resnet44', 'resnet56', 'resnet110'],
    expected: [],
    recipe: {
      ...sgd,
      l2: 1e-4 / 2,
      schedule: 'multi-step',
      // 352 steps per epoch of 45,000 images.
      milestones: [91, 136],
      epochs: 182,
      validationSplit: 5000,
    },
  },
  {
    id: 'pytorch-cifar',
    title: 'pytorch-cifar’s',
    about:
      'main.py of kuangliu/pytorch-cifar: 200 epochs along a cosine, validated on the test set. Its weight decay of 5e-4 is an L2 ' +
      'term of 2.5e-4, on all trainable variables as PyTorch has it.',
    source: 'kuangliu/pytorch-cifar, main.py',
    networks: ['resnet18-cifar', 'resnet34-cifar', 'resnet50-cifar', 'resnet101-cifar', 'resnet152-cifar'],
    expected: [],
    recipe: {
      ...sgd,
      l2: 5e-4 / 2,
      regularised: 'all',
      schedule: 'cosine',
      rateUpdate: 'epoch',
      epochs: 200,
      validationSplit: 0,
    },
  },
];

/** Whether a name of one's own would be taken for that of one of these: by `--recipe`, or in a list. */
export const isBuiltInName = (name: string): boolean =>
  NAMED_RECIPES.some(({ id, title }) =>
    [id, title].some((taken) => taken.toLowerCase() === name.trim().toLowerCase()),
  );

/** Which recipe with a name: one that comes with the program, or the number of one's own. */
export type RecipeKeyOfName = RecipeId | `own:${number}`;

/** A recipe under its name, as lists, sentences and the form of a new run have it. */
export interface RecipeOfName {
  key: RecipeKeyOfName;
  /** Inside a sentence too: `the blog’s`, `mine`. */
  title: string;
  recipe: Recipe;
  /** Of one's own; null for one that comes with the program. */
  version: number | null;
}

export const ownRecipeKey = (id: number): RecipeKeyOfName => `own:${id}`;

export const ofBuiltIn = ({ id, title, recipe }: NamedRecipe): RecipeOfName => ({
  key: id,
  title,
  recipe,
  version: null,
});
/** One's own as its newest version has it. */
export const ofSaved = ({ id, name, versions }: SavedRecipe, version = versions[0]!): RecipeOfName => ({
  key: ownRecipeKey(id),
  title: version === versions[0] ? name : `${name}, version ${version.version}`,
  recipe: version.recipe,
  version: version.version,
});

/** Those that come with the program, then one's own, each as it is now. */
export const recipesOfName = (own: readonly SavedRecipe[]): RecipeOfName[] => [
  ...NAMED_RECIPES.map(ofBuiltIn),
  ...own.map((saved) => ofSaved(saved)),
];

/**
 * The recipe with a name that differs in the fewest fields that are used, and what differs in this one; the first of equals. An
 * earlier version of one's own counts where it is just this one and nothing else is.
 * @param architecture whose L2 stands where a recipe has none
 */
export function nearestRecipe(
  asked: Recipe,
  own: readonly SavedRecipe[] = [],
  architecture?: Pick<Architecture, 'l2'> | null,
): { named: RecipeOfName; changes: string[] } {
  const recipe = appliedTo(architecture, asked);
  const present = recipesOfName(own);
  const distances = present.map((named) => recipeDistance(appliedTo(architecture, named.recipe), recipe));
  const least = Math.min(...distances);
  const earlier = least === 0 ? undefined : earlierVersion(recipe, own, architecture);
  if (earlier) return { named: earlier, changes: [] };
  const named = present[distances.indexOf(least)]!;
  // Fields that only one of them uses follow from those that both do.
  const there = withFree(appliedTo(architecture, named.recipe), recipe);
  return { named, changes: least === 0 ? [] : recipeChanges(there, recipe) };
}

function earlierVersion(
  recipe: Recipe,
  own: readonly SavedRecipe[],
  architecture: Pick<Architecture, 'l2'> | null | undefined,
): RecipeOfName | undefined {
  for (const saved of own) {
    const number = versionOfRecipe(recipe, saved, architecture);
    if (number !== null)
      return ofSaved(
        saved,
        saved.versions.find(({ version }) => version === number),
      );
  }
  return undefined;
}
