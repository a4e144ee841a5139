/**
 * The user's own recipes: each has a name and all of its versions. A recipe with a name says how to train; which random
 * numbers, and how many of the images, is the run's. Times are milliseconds since 1970 (UTC). Pure.
 */
import type { Architecture } from '../architecture/architecture';
import {
  applies,
  DEFAULT_RECIPE,
  RECIPE_KEYS,
  recipeOf,
  sameValue,
  type Recipe,
  type RecipeKey,
} from './recipe';
import { resolvedRecipe } from './regularisation';

/** One state of a saved recipe. It never changes, its note apart. */
export interface RecipeVersion {
  /** From 1, in the order in which they were saved. */
  version: number;
  /** As {@link namedForm} leaves it. */
  recipe: Recipe;
  /** One line on what it is for; empty where nobody said. */
  note: string;
  savedAt: number;
}

export interface SavedRecipe {
  id: number;
  name: string;
  /** When the newest version was saved or the recipe was renamed, whichever was later. */
  updatedAt: number;
  /** Newest first, at least one. */
  versions: readonly RecipeVersion[];
}

export const newestOf = ({ versions }: SavedRecipe): RecipeVersion => versions[0]!;

/** What a recipe with a name leaves to the run: which random numbers, and how many of the images. */
export const FREE_KEYS: readonly RecipeKey[] = ['seed', 'splitSeed', 'limitTrain', 'limitEval'];

/** What a recipe with a name says. */
export const NAMED_KEYS: readonly RecipeKey[] = RECIPE_KEYS.filter((key) => !FREE_KEYS.includes(key));

/** A recipe with the random numbers and limits of another one. */
export const withFree = (recipe: Recipe, of: Recipe): Recipe =>
  recipeOf((key) => (FREE_KEYS.includes(key) ? of[key] : recipe[key]));

/** The recipe as it is saved: what it leaves to the run, and what it does not use, has its default. */
export const namedForm = (recipe: Recipe): Recipe =>
  recipeOf((key) => (FREE_KEYS.includes(key) || !applies(key, recipe) ? DEFAULT_RECIPE : recipe)[key]);

/** In how many fields, as far as one of the two uses them, two recipes differ in how they train. */
export const recipeDistance = (one: Recipe, other: Recipe): number =>
  NAMED_KEYS.filter((key) => (applies(key, one) || applies(key, other)) && !sameValue(one[key], other[key]))
    .length;

/** Recipes are never changed in place, so each is written out once: a thousand runs are held against every version. */
const written = new WeakMap<Recipe, string>();

function trainingOf(recipe: Recipe): string {
  let text = written.get(recipe);
  if (text === undefined) {
    const form = namedForm(recipe);
    text = JSON.stringify(NAMED_KEYS.map((key) => form[key]));
    written.set(recipe, text);
  }
  return text;
}

/** Whether two recipes train in the same way. */
export const isSameRecipe = (one: Recipe, other: Recipe): boolean => trainingOf(one) === trainingOf(other);

/** What a recipe does to an architecture, whose L2 stands where it has none; as it is where there is no architecture. */
export const appliedTo = (
  architecture: Pick<Architecture, 'l2'> | null | undefined,
  recipe: Recipe,
): Recipe => (architecture ? resolvedRecipe(recipe, architecture) : recipe);

/**
 * The version of a saved recipe that a run's recipe is, the newest of several; null for none.
 * @param architecture of the run, whose L2 stands where a saved recipe has none; absent: as the recipe was saved
 */
export const versionOfRecipe = (
  recipe: Recipe,
  { versions }: Pick<SavedRecipe, 'versions'>,
  architecture?: Pick<Architecture, 'l2'> | null,
): number | null =>
  versions.find(
    (version) =>
      isSameRecipe(version.recipe, recipe) || isSameRecipe(appliedTo(architecture, version.recipe), recipe),
  )?.version ?? null;

/** Runs by any of these versions, each with the newest version that its recipe is. */
export function runsOfRecipe<
  R extends {
    recipe: Recipe | null;
    architecture: Pick<Architecture, 'l2'> | null;
    unreadable?: string;
  },
>(saved: Pick<SavedRecipe, 'versions'>, runs: readonly R[]): { run: R; version: number }[] {
  return runs.flatMap((run) => {
    if (run.recipe === null || run.unreadable !== undefined) return [];
    const version = versionOfRecipe(run.recipe, saved, run.architecture);
    return version === null ? [] : [{ run, version }];
  });
}
