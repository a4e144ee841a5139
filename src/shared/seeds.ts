/** Repetitions of a run, which differ in nothing but their random seeds. Pure. */
import { RECIPE_FIELDS, type Recipe } from './recipe';

/** More repetitions at once would only be a mistake in typing. */
export const MOST_SEEDS = 100;

/** Whether so many seeds, from that of a recipe on, are seeds. */
export const haveSeeds = ({ seed }: Pick<Recipe, 'seed'>, count: number): boolean =>
  seed + count - 1 <= RECIPE_FIELDS.seed.bounds.atMost;

/** The request once for each seed, from that of its recipe on. */
export const withSeeds = <T extends { recipe: Recipe }>(request: T, count: number): T[] =>
  Array.from({ length: count }, (_, at) => ({
    ...request,
    recipe: { ...request.recipe, seed: request.recipe.seed + at },
  }));
