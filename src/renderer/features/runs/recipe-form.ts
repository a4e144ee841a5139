/** The recipe's fields as they are typed in the dialogs of New run and Fork, and what follows from them. Pure. */
import { readNumber, readWholeNumbers, withDecimalPoint } from '../../../architecture/typed-number';
import type { DatasetInfo } from '../../../shared/dataset';
import {
  applies,
  DEFAULT_RECIPE,
  fieldOf,
  nameOf,
  RECIPE_KEYS,
  recipeOf,
  recipeSchema,
  type ImageCounts,
  type Recipe,
  type RecipeKey,
} from '../../../shared/recipe';
import { formatSetting, thousands, asSentence } from '../../../shared/format';
import { RANGE_KEYS } from '../../../shared/range-test';
import { planProblems } from '../../../shared/plan-problems';
import { scheduleOf, type Origin } from '../../../shared/schedule';
import { availableImages, heldOutCount, validatedCount } from '../../../shared/validation';

/** Numbers are texts, because a half-typed number is no number yet; an empty one stands for null. */
export type RecipeFields = {
  [K in RecipeKey]: Recipe[K] extends number | null | readonly number[] ? string : Recipe[K];
};

/** In the order of the form: what few runs set comes last. */
export const FORM_KEYS: readonly RecipeKey[] = [
  ...RECIPE_KEYS.filter((key) => !fieldOf(key).rare),
  ...RECIPE_KEYS.filter((key) => fieldOf(key).rare),
];

/** A part of the form; `rate` and `images` have a picture below. */
export interface FormPart {
  id: 'usual' | 'rate' | 'images' | 'more';
  title: string;
  keys: RecipeKey[];
}

/** What every run sets, then what belongs together, then what few runs set; none of them empty. */
export function formParts(keys: readonly RecipeKey[]): FormPart[] {
  const part = (id: FormPart['id'], title: string): FormPart => ({
    id,
    title,
    keys: keys.filter((key) => partOf(key) === id),
  });
  return [
    part('usual', ''),
    part('rate', 'Learning rate over the run'),
    part('images', 'Images'),
    part('more', 'More'),
  ].filter((one) => one.keys.length > 0);
}

function partOf(key: RecipeKey): FormPart['id'] {
  const { group, rare } = fieldOf(key);
  if (group === 'rate' || group === 'images') return group;
  return rare ? 'more' : 'usual';
}

export const fieldsOf = (recipe: Recipe): RecipeFields =>
  Object.fromEntries(
    RECIPE_KEYS.map((key) => {
      const value = recipe[key];
      const { kind } = fieldOf(key);
      if (kind === 'choice' || kind === 'switch') return [key, value];
      if (kind === 'list') return [key, (value as readonly number[]).join(', ')];
      return [key, value === null ? '' : kind === 'whole' ? String(value) : formatSetting(Number(value))];
    }),
  ) as RecipeFields;

/** `50,000`, `50 000`; a real number has no comma, which might be meant for a decimal point. NaN for anything else. */
function typed(text: string, kind: 'real' | 'whole'): number {
  const compact = text.trim().replace(/[\s_]/g, '');
  const grouped = kind === 'whole' && /^[+-]?[1-9]\d{0,2}(,\d{3})+$/.test(compact);
  return readNumber(grouped ? compact.replace(/,/g, '') : compact);
}

export interface CheckedRecipe {
  /** Null while something is wrong. */
  recipe: Recipe | null;
  problems: Partial<Record<RecipeKey, string>>;
}

/**
 * Fields that the other ones do not use are not checked and take their defaults.
 * @param dataset what limits and lengths are held against; absent where they are not to be checked.
 * @param origin where a fork begins
 */
export function checkFields(fields: RecipeFields, dataset?: ImageCounts, origin?: Origin): CheckedRecipe {
  const problems: CheckedRecipe['problems'] = {};
  const parsed = recipeSchema.safeParse(
    recipeOf((key) => {
      const field = fieldOf(key);
      const value = fields[key];
      if (!applies(key, fields)) return DEFAULT_RECIPE[key];
      if (field.kind === 'choice' || field.kind === 'switch') return value;
      const text = String(value);
      if (field.kind === 'list') return readWholeNumbers(text);
      if (field.off?.value === null && text.trim() === '') return null;
      const pointed = field.kind === 'real' ? withDecimalPoint(text) : null;
      if (pointed !== null) {
        problems[key] = asSentence(
          `${nameOf(key)} must have a decimal point: write ${pointed}, not ${text.trim()}`,
        );
      }
      return typed(text, field.kind);
    }),
  );
  if (parsed.success) {
    const unmeant = planProblems(parsed.data, dataset ?? null, origin);
    return Object.keys(unmeant).length > 0
      ? { recipe: null, problems: unmeant }
      : { recipe: parsed.data, problems: {} };
  }
  for (const issue of parsed.error.issues) problems[issue.path[0] as RecipeKey] ??= asSentence(issue.message);
  return { recipe: null, problems };
}

/** What stands below a field: `Empty: all 10,000`. */
export function hintOf(key: RecipeKey, fields: RecipeFields, dataset: ImageCounts): string | undefined {
  const field = fieldOf(key);
  const limits = 'limits' in field ? field.limits : undefined;
  if (!limits && key !== 'validationSplit') return field.hint;
  const typedSplit = typed(fields.validationSplit, 'real');
  const split = typedSplit >= 0 && typedSplit < dataset.trainCount ? { validationSplit: typedSplit } : null;
  if (limits) {
    return split ? `Empty: all ${thousands(availableImages(split, dataset)[limits])}` : undefined;
  }
  if (split?.validationSplit === 0) return 'Validated on the test set';
  return split
    ? `${thousands(heldOutCount(split, dataset.trainCount))} images; 0: the test set`
    : '0: the test set';
}

/** The fields that a learning-rate range test trains with; what it does without has its defaults, whatever is typed there. */
export const withoutRate = (fields: RecipeFields): RecipeFields => ({
  ...fieldsOf(DEFAULT_RECIPE),
  ...Object.fromEntries(RANGE_KEYS.map((key) => [key, fields[key]])),
});

export interface Workload {
  stepsPerEpoch: number;
  totalSteps: number;
  trainImages: number;
  evalImages: number;
}

/** How much work a recipe is on a data set. */
export function workloadOf(recipe: Recipe, dataset: Pick<DatasetInfo, 'trainCount' | 'evalCount'>): Workload {
  const { stepsPerEpoch, totalSteps, trainCount } = scheduleOf(recipe, dataset.trainCount);
  return {
    stepsPerEpoch,
    totalSteps,
    trainImages: trainCount,
    evalImages: validatedCount(recipe, dataset),
  };
}
