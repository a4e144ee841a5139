/** Fields of the recipe as columns of the table of runs: a new field is one by itself. Pure. */
import { dashed } from '../../../shared/dashed';
import { NOTHING } from '../../../shared/format';
import { applies, describeField, fieldOf, type RecipeKey } from '../../../shared/recipe';
import type { Recipe } from '../../../shared/recipe';
import type { Run } from '../../../shared/run';
import type { RunColumn } from './run-column';

/** Short names that the filter takes besides the flags. */
const SHORT: Partial<Record<RecipeKey, readonly string[]>> = {
  optimizer: ['opt'],
  batchSize: ['batch'],
  weightDecay: ['wd'],
};

/** Wide enough for the title and a value; pixels. */
const recipeWidth = (title: string): number => Math.max(84, Math.round(title.length * 6.8) + 34);

/** A column for a field, from its description. */
export function recipeColumn(key: RecipeKey): RunColumn {
  const field = fieldOf(key);
  /** The recipe that has the field; null where the run does not say, or does not use it. */
  const recipeOf = ({ unreadable, recipe }: Run): Recipe | null =>
    unreadable === undefined && recipe !== null && applies(key, recipe) ? recipe : null;
  const text = (run: Run): string => {
    const recipe = recipeOf(run);
    return recipe ? describeField(key, recipe) : NOTHING;
  };
  const flag = dashed(field.option ?? key);
  const others = [...(SHORT[key] ?? []), ...(field.option ? [dashed(key)] : [])];
  const column = {
    key,
    title: field.label,
    help: `${field.label}: ${field.help}`,
    group: 'Recipe' as const,
    fields: [flag, ...others] as const,
    text,
    width: recipeWidth(field.label),
  };
  switch (field.kind) {
    case 'choice':
      return {
        ...column,
        kind: 'text',
        value: (run) => (recipeOf(run) ? text(run) : null),
        also: (run) => {
          const recipe = recipeOf(run);
          return recipe ? [String(recipe[key])] : [];
        },
        choices: Object.keys(field.choices),
        example: field.default,
      };
    case 'switch':
      return {
        ...column,
        kind: 'text',
        value: (run) => (recipeOf(run) ? text(run) : null),
        choices: ['on', 'off'],
        example: 'on',
      };
    case 'list':
      return {
        ...column,
        kind: 'text',
        value: (run) => (recipeOf(run) ? text(run) : null),
        example: field.default.join(', '),
      };
    default:
      return {
        ...column,
        kind: 'number',
        exact: true,
        ...(field.off && { choices: [field.off.word] }),
        value: (run) => (recipeOf(run)?.[key] as number | null | undefined) ?? null,
        example: field.default === null ? String(field.bounds.atLeast ?? 1) : String(field.default),
      };
  }
}
