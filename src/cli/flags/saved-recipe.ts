/**
 * A recipe as the words of a command name it: one that comes with Resbench (`blog`), one's own as `NAME` or `NAME@VERSION`, or
 * the latter behind `library:`.
 */
import type { Command } from 'commander';
import { nearest } from '../../architecture/suggest';
import type { RecipeService } from '../../main/recipes/service';
import { NAMED_RECIPES, RECIPE_IDS } from '../../shared/named-recipes';
import { DEFAULT_RECIPE, type Recipe } from '../../shared/recipe';
import { newestOf, withFree, type RecipeVersion, type SavedRecipe } from '../../shared/saved-recipe';
import { expected } from '../../shared/result';
import { shown } from '../../shared/shown';
import { typed, type CommonOptions, type Context } from '../terminal/context';
import { unwrap } from '../terminal/errors';
import { bareWords, entryOfWords, isOfLibrary, versionOf } from './saved-model';

export interface SavedRecipeVersion {
  saved: SavedRecipe;
  version: RecipeVersion;
}

/** RECIPE as help describes it. */
export const RECIPE_HELP = `one that comes with Resbench (${RECIPE_IDS.join(', ')}), or the name of one of your own`;

type Recipes = Pick<RecipeService, 'find' | 'get' | 'list'>;

/** The recipe of a name that comes with Resbench; undefined for one of the user's own. */
export const builtInRecipe = (words: string) => NAMED_RECIPES.find(({ id }) => id === words);

/**
 * One of the user's own, as its newest version has it unless the words say which.
 * @throws ExpectedError of one sentence where there is none, or none that can be read
 */
export function savedRecipe(recipes: Recipes, words: string, options: CommonOptions): SavedRecipeVersion {
  const { entry, version } = entryOfWords(recipes, bareWords(words));
  if (!entry) {
    throw noSuchRecipe(
      words,
      recipes.list().map(({ name }) => name),
      options,
    );
  }
  if (!entry.readable) throw unreadableRecipe(entry.name);
  const saved = unwrap(recipes.get(entry.id));
  return {
    saved,
    version: version === null ? newestOf(saved) : versionOf(saved.name, version, saved.versions),
  };
}

/**
 * The recipe that `--recipe` names. The data folder is opened only for one of the user's own.
 * @throws ExpectedError as {@link savedRecipe}
 */
export async function recipeOfWords(
  context: Context,
  words: string,
  options: CommonOptions,
): Promise<Recipe> {
  const builtIn = isOfLibrary(words) ? undefined : builtInRecipe(words);
  if (builtIn) return builtIn.recipe;
  const { inLibrary } = await import('../services');
  const found = inLibrary(context, options, ({ recipes }) => savedRecipe(recipes, words, options));
  if (found === null) throw noSuchRecipe(words, [], options);
  return found.version.recipe;
}

/** Adds the flag that names the recipe to start from. */
export const addRecipeName = (command: Command): Command =>
  command.option(
    '--recipe <name>',
    `start from a recipe, which the flags below change: ${RECIPE_HELP} (see recipes)`,
  );

/** What the flags change: the recipe that `--recipe` names, with the seeds and limits of the defaults; or these. */
export const startingRecipeOf = async (
  context: Context,
  options: CommonOptions & { recipe?: string },
): Promise<Recipe> =>
  options.recipe === undefined
    ? DEFAULT_RECIPE
    : withFree(await recipeOfWords(context, options.recipe, options), DEFAULT_RECIPE);

export const unreadableRecipe = (name: string): ReturnType<typeof expected> =>
  expected(
    'data-corrupt',
    `The recipe "${shown(name)}" cannot be read in the database: \`npm start -- db check\` says why.`,
  );

/** @param names of the user's own */
export function noSuchRecipe(
  words: string,
  names: readonly string[],
  options: CommonOptions,
): ReturnType<typeof expected> {
  const bare = bareWords(words).replace(/@\d+$/, '');
  const near = nearest(bare, [...RECIPE_IDS, ...names]);
  return expected(
    'not-found',
    `there is no recipe called ${JSON.stringify(shown(bare))}; ` +
      (near === undefined
        ? `\`${typed('recipes list', options)}\` lists those there are`
        : `did you mean ${shown(near)}?`),
  );
}
