/** Flags of the recipe: they change the recipe that comes with Resbench, or the one of a run that is forked. */
import type { Command } from 'commander';
import { describeBounds } from '../../architecture/bounds';
import { nameProblem } from '../../architecture/names';
import type { DatasetInfo } from '../../shared/dataset';
import type { RECIPE_FIELDS } from '../../shared/recipe';
import {
  applies,
  conditionsOf,
  describeValue,
  fieldOf,
  nameOf,
  RECIPE_KEYS,
  recipeOf,
  recipeProblems,
  type Recipe,
  type RecipeKey,
} from '../../shared/recipe';
import { dashed } from '../../shared/dashed';
import { expected } from '../../shared/result';
import { listed } from '../../shared/format';
import { planProblems } from '../../shared/plan-problems';
import { oneOf, realNumber, wholeNumber, wholeNumbers } from './values';

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
  return { choice: 'name', switch: null, real: 'x', whole: 'n', list: 'n,n' }[kind];
}

/** `sgd`, `schedule step`, `a warm-up`: with what a field is used; null for always. */
function usedWith(key: RecipeKey): string | null {
  const texts = conditionsOf(key).map((condition) =>
    Object.entries(condition)
      .map(([choice, values]) => {
        const field = fieldOf(choice as RecipeKey);
        if (values === 'set') return flagOf(choice as RecipeKey);
        if (choice === 'optimizer') return listed(values, 'or');
        const others = field.kind === 'choice' ? Object.keys(field.choices).length - values.length : 0;
        // All but the one that asks for nothing.
        return others === 1 && values.length > 1
          ? indefinite(nameOf(choice as RecipeKey))
          : `${nameOf(choice as RecipeKey)} ${listed(values, 'or')}`;
      })
      .join(' and '),
  );
  return texts.length > 0 ? listed(texts, 'or') : null;
}

const indefinite = (name: string): string => (/^[aeiou]/.test(name) ? name : `a ${name}`);

/** `with sgd or muon: share of the old velocity kept at each step; 0 to below 1`, `how gradients become updates: adam, sgd or muon` */
export function helpOf(key: RecipeKey): string {
  const field = fieldOf(key);
  const used = usedWith(key);
  const only = used === null ? '' : `with ${used}: `;
  // A flag that is short for the field's name says it.
  const name = field.option === undefined ? '' : `${nameOf(key)}: `;
  const text = `${only}${name}${field.help}`;
  if (field.kind === 'choice') return `${text}: ${listed(Object.keys(field.choices), 'or')}`;
  // How many images there are depends on the data set.
  return field.kind === 'switch' || 'limits' in field || 'shareOrCount' in field
    ? text
    : `${text}; ${describeBounds(field.bounds)}`;
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
    case 'list':
      return wholeNumbers(flagOf(key), field.bounds.atLeast ?? 0);
  }
}

/** @param base what stays where a flag is not given: named in the help. Of a parent, or of another recipe, it is not known. */
export function addRecipeOptions(
  command: Command,
  keys: readonly RecipeKey[],
  base: Recipe | 'parent' | 'recipe',
): Command {
  for (const key of keys) {
    const kept = typeof base === 'string' ? `the ${base}'s` : keptValue(key, base);
    const help = `${helpOf(key)} (default: ${kept})`;
    const parse = parserOf(key);
    if (parse) command.option(`${flagOf(key)} <${placeholderOf(key)}>`, help, parse);
    else {
      command.option(flagOf(key), help);
      if (typeof base === 'string')
        command.option(`--no-${flagOf(key).slice(2)}`, `${helpOf(key)}: without it`);
    }
  }
  return command;
}

/** Why a flag means nothing with this recipe, and what to do. */
function notUsed(key: RecipeKey, recipe: Recipe): string {
  const [condition] = conditionsOf(key);
  const [choice, values] = Object.entries(condition!)[0]!;
  const name = nameOf(choice as RecipeKey);
  const flag = flagOf(choice as RecipeKey);
  if (values === 'set') {
    const there = describeValue(choice as RecipeKey, recipe[choice as RecipeKey] as never);
    return `${flagOf(key)} belongs to ${flag}, which is ${there} here; add ${flag} N or leave it out`;
  }
  return (
    `${flagOf(key)} belongs to the ${name} ${listed(values, 'or')}, not to ${String(recipe[choice as RecipeKey])}; add ` +
    `${flag} ${values[0]} or leave it out`
  );
}

/**
 * The choices that flags ask for by what only goes with them: `--weight-decay` for decoupled weight decay.
 * @param recipe with what the flags change
 * @throws ExpectedError where two of them do not go together
 */
function impliedBy(recipe: Recipe, options: RecipeOptions): Partial<Recipe> {
  const isGiven = (key: RecipeKey): boolean => options[optionOf(key)] !== undefined;
  const implied: Record<string, string> = {};
  const implying = new Map<string, RecipeKey>();
  for (const key of RECIPE_KEYS.filter(isGiven)) {
    for (const [choice, value] of Object.entries(fieldOf(key).implies ?? {})) {
      if (isGiven(choice as RecipeKey)) continue;
      const other = implying.get(choice);
      if (other !== undefined && !(applies(key, recipe) && applies(other, recipe))) {
        throw expected('invalid-input', contradiction(other, key, choice as RecipeKey, recipe));
      }
      implying.set(choice, key);
      if (!applies(key, recipe)) implied[choice] = value;
    }
  }
  return implied as Partial<Recipe>;
}

/** That two flags ask for different values of a choice, and for which value both are used. */
function contradiction(one: RecipeKey, other: RecipeKey, choice: RecipeKey, recipe: Recipe): string {
  const field = fieldOf(choice);
  const values = field.kind === 'choice' ? Object.keys(field.choices) : [];
  const forBoth = values.filter((value) =>
    [one, other].every((key) => applies(key, { ...recipe, [choice]: value })),
  );
  return (
    `${flagOf(one)} and ${flagOf(other)} each ask for another ${nameOf(choice)}; leave one out, or add ` +
    `${flagOf(choice)} ${listed(forBoth, 'or')} to have both`
  );
}

/** The recipe with what the flags change. @throws ExpectedError where they do not go together. */
export function changedRecipe(base: Recipe, options: RecipeOptions): Recipe {
  const asked = recipeOf((key) => options[optionOf(key)] ?? base[key]);
  const recipe = { ...asked, ...impliedBy(asked, options) };
  for (const key of RECIPE_KEYS) {
    const given = options[optionOf(key)];
    if (given === undefined || given === false || applies(key, recipe)) continue;
    throw expected('invalid-input', notUsed(key, recipe));
  }
  const [problem, ...others] = recipeProblems(recipe);
  if (problem !== undefined) {
    throw expected('invalid-input', problem, others.length > 0 ? [problem, ...others] : undefined);
  }
  return recipe;
}

/** The same check of the plan that starting a run makes. @throws ExpectedError with the flag to change */
export function checkPlan(
  recipe: Recipe,
  dataset: Pick<DatasetInfo, 'title' | 'trainCount' | 'evalCount'>,
): void {
  const problems = planProblems(recipe, dataset);
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
