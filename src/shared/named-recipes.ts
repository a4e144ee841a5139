/**
 * Recipes that come with the program, each as its source trained. PyTorch's weight decay d adds d·w to the gradient of SGD; an L2
 * term l·Σw² of the loss, which is Keras' and ours, adds 2·l·w, so that l = d / 2. Pure.
 */
import {
  applies,
  DEFAULT_RECIPE,
  RECIPE_KEYS,
  recipeChanges,
  recipeOf,
  sameValue,
  type Recipe,
  type RecipeKey,
} from './recipe';

export const RECIPE_IDS = ['blog', 'paper-cifar', 'pytorch-cifar'] as const;
export type RecipeId = (typeof RECIPE_IDS)[number];

export interface NamedRecipe {
  id: RecipeId;
  /** Inside a sentence too: `the blog’s`. */
  title: string;
  /** What it is made for and where it comes from, in a sentence. */
  about: string;
  recipe: Recipe;
}

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
    recipe: { ...DEFAULT_RECIPE, l2: 1e-4, validationSplit: 0 },
  },
  {
    id: 'paper-cifar',
    title: 'the paper’s for CIFAR',
    about:
      'He et al. 2015, section 4.2: 64,000 steps on 45,000 images, divided by 10 at 32,000 and 48,000. Its weight decay of 1e-4 ' +
      'is an L2 term of 5e-5, here on convolution kernels; the paper does not say on which variables.',
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

/** Whose values a recipe of a name leaves as they are: which random numbers, and how many of the images. */
const FREE: readonly RecipeKey[] = ['seed', 'splitSeed', 'limitTrain', 'limitEval'];

/** A recipe of a name with the random numbers and limits of another one. */
export const recipeNamed = (id: RecipeId, of: Recipe): Recipe => {
  const { recipe } = NAMED_RECIPES.find((named) => named.id === id)!;
  return recipeOf((key) => (FREE.includes(key) ? of[key] : recipe[key]));
};

/** The recipe of a name that differs in the fewest fields that are used, and what differs in this one; the first of equals. */
export function nearestRecipe(recipe: Recipe): { named: NamedRecipe; changes: string[] } {
  const differing = (other: Recipe): number =>
    RECIPE_KEYS.filter(
      (key) => (applies(key, recipe) || applies(key, other)) && !sameValue(recipe[key], other[key]),
    ).length;
  const measured = NAMED_RECIPES.map((named) => {
    const other = recipeNamed(named.id, recipe);
    return { named, other, distance: differing(other) };
  });
  const least = Math.min(...measured.map(({ distance }) => distance));
  const { named, other, distance } = measured.find((one) => one.distance === least)!;
  // Fields that only one of them uses follow from those that both do.
  return { named, changes: distance === 0 ? [] : recipeChanges(other, recipe) };
}
