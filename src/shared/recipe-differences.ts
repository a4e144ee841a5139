/** Two recipes beside each other: what differs in how they train. Pure. */
import { NOTHING } from './format';
import { applies, describeField, fieldOf, type Recipe, type RecipeKey } from './recipe';
import { NAMED_KEYS } from './saved-recipe';

export interface RecipeDifference {
  key: RecipeKey;
  /** `Learning rate` */
  field: string;
  /** As lists show the values; {@link NOTHING} where that recipe does not use the field. */
  before: string;
  after: string;
}

/** In the order of the form; a field that only one of the two uses counts, too. */
export function recipeDifferences(before: Recipe, after: Recipe): RecipeDifference[] {
  const textOf = (key: RecipeKey, recipe: Recipe): string =>
    applies(key, recipe) ? describeField(key, recipe) : NOTHING;
  return NAMED_KEYS.map((key) => ({
    key,
    field: fieldOf(key).label,
    before: textOf(key, before),
    after: textOf(key, after),
  })).filter((row) => row.before !== row.after);
}

/** Changes that a line has room for. */
const SAID = 3;

/** `learning rate 0.001 → 0.01; epochs 10 → 20; 2 more`: what a version changed; null for the first. */
export function describeRecipeChanges(changes: readonly string[] | null): string {
  if (changes === null) return 'the first';
  if (changes.length === 0) return 'nothing';
  const more = changes.length - SAID;
  return [...changes.slice(0, SAID), ...(more > 0 ? [`${more} more`] : [])].join('; ');
}
