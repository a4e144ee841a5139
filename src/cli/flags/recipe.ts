/** Flags of the recipe: they change the recipe that comes with Resbench, or the one of a run that is forked. */
import type { Command } from 'commander';
import { describeBounds } from '../../architecture/bounds';
import { nameProblem } from '../../architecture/names';
import type { DatasetId } from '../../shared/dataset';
import { DATASETS } from '../../shared/datasets';
import type { RECIPE_FIELDS } from '../../shared/recipe';
import {
  applies,
  describeValue,
  fieldOf,
  limitProblems,
  nameOf,
  RECIPE_KEYS,
  recipeOf,
  recipeProblems,
  type Recipe,
  type RecipeKey,
} from '../../shared/recipe';
import { dashed } from '../../shared/dashed';
import { expected } from '../../shared/result';
import { oneOf, realNumber, wholeNumber } from './values';

type OptionName<K extends RecipeKey> = (typeof RECIPE_FIELDS)[K] extends { option: infer Name extends string }
  ? Name
  : K;

/** As they come from the command line: no flag leaves a field as it is, and no flag switches one off. */
export type RecipeOptions = { [K in RecipeKey as OptionName<K>]?: NonNullable<Recipe[K]> };

const optionOf = (key: RecipeKey): keyof RecipeOptions => (fieldOf(key).option ?? key) as keyof RecipeOptions;

/** `--batch-size` */
export const flagOf = (key: RecipeKey): string => `--${dashed(optionOf(key))}`;

/** The word for a flag's value in help: null for one that stands alone. */
export function placeholderOf(key: RecipeKey): string | null {
  const { kind } = fieldOf(key);
  return { choice: 'name', switch: null, real: 'x', whole: 'n' }[kind];
}

/** `with sgd: share of the old velocity kept at each step; 0 to below 1`, `how gradients become updates: adam or sgd` */
export function helpOf(key: RecipeKey): string {
  const field = fieldOf(key);
  const only =
    field.onlyWith !== undefined
      ? `with ${field.onlyWith}: `
      : field.onlyAbove !== undefined
        ? `with ${flagOf(field.onlyAbove)}: `
        : '';
  // A flag that is short for the field's name says it.
  const name = field.option === undefined ? '' : `${nameOf(key)}: `;
  const text = `${only}${name}${field.help}`;
  if (field.kind === 'choice') {
    const choices = Object.keys(field.choices);
    return `${text}: ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
  }
  // How many images there are depends on the data set.
  return field.kind === 'switch' || 'limits' in field ? text : `${text}; ${describeBounds(field.bounds)}`;
}

/** What stays where the flag is not given, as it would be typed: `0.001`, `adam`, `off`, `all`. */
export function keptValue(key: RecipeKey, recipe: Recipe): string {
  const { kind } = fieldOf(key);
  return kind === 'switch' || recipe[key] === null ? describeValue(key, recipe[key]) : String(recipe[key]);
}

/** The flags of `train` are all of them; the probe has those of a step, a fork those that its parent does not fix. */
export const FLAGS_OF_TRAIN: readonly RecipeKey[] = RECIPE_KEYS;
export const FLAGS_OF_FORK = RECIPE_KEYS.filter((key) => !fieldOf(key).keptByForks);

function parserOf(key: RecipeKey): ((value: string) => unknown) | null {
  const field = fieldOf(key);
  switch (field.kind) {
    case 'choice':
      return oneOf(flagOf(key), Object.keys(field.choices));
    case 'switch':
      return null;
    case 'real':
      return realNumber(flagOf(key), field.bounds);
    case 'whole':
      return wholeNumber(flagOf(key), field.bounds.atLeast ?? 0);
  }
}

/** @param base what stays where a flag is not given: named in the help. */
export function addRecipeOptions(
  command: Command,
  keys: readonly RecipeKey[],
  base: Recipe | 'parent',
): Command {
  for (const key of keys) {
    const kept = base === 'parent' ? "the parent's" : keptValue(key, base);
    const help = `${helpOf(key)} (default: ${kept})`;
    const parse = parserOf(key);
    if (parse) command.option(`${flagOf(key)} <${placeholderOf(key)}>`, help, parse);
    else {
      command.option(flagOf(key), help);
      if (base === 'parent') command.option(`--no-${flagOf(key).slice(2)}`, `${helpOf(key)}: without it`);
    }
  }
  return command;
}

/** The recipe with what the flags change. @throws ExpectedError where they do not go together. */
export function changedRecipe(base: Recipe, options: RecipeOptions): Recipe {
  const recipe = recipeOf((key) => options[optionOf(key)] ?? base[key]);
  for (const key of RECIPE_KEYS) {
    const given = options[optionOf(key)];
    if (given === undefined || given === false || applies(key, recipe)) continue;
    const { onlyWith, onlyAbove } = fieldOf(key);
    if (onlyAbove !== undefined) {
      throw expected(
        'invalid-input',
        `${flagOf(key)} belongs to ${flagOf(onlyAbove)}, which is ${describeValue(onlyAbove, recipe[onlyAbove])} here; ` +
          `add ${flagOf(onlyAbove)} N or leave it out`,
      );
    }
    throw expected(
      'invalid-input',
      `${flagOf(key)} belongs to the optimizer ${onlyWith}, not to ${recipe.optimizer}; add --optimizer ${onlyWith} ` +
        'or leave it out',
    );
  }
  const [problem, ...others] = recipeProblems(recipe);
  if (problem !== undefined) {
    throw expected('invalid-input', problem, others.length > 0 ? [problem, ...others] : undefined);
  }
  return recipe;
}

/** The same check of the limits that starting a run makes. @throws ExpectedError with the flag to change */
export function checkLimits(recipe: Recipe, datasetId: DatasetId): void {
  const problems = limitProblems(recipe, DATASETS[datasetId]);
  for (const key of RECIPE_KEYS) {
    if (problems[key] !== undefined) throw expected('invalid-input', `${flagOf(key)}: ${problems[key]}`);
  }
}

/** @throws ExpectedError where it cannot be a name. */
export function checkedName(name: string): string {
  const trimmed = name.trim();
  const problem = nameProblem(trimmed);
  if (problem !== null) throw expected('invalid-input', `--name ${problem}`);
  return trimmed;
}
