/** The recipes of compared runs side by side: a row a field, a column for each recipe that differs from the others. Pure. */
import { NOTHING } from '../../../shared/format';
import { applies, describeField, fieldOf, RECIPE_KEYS, type RecipeKey } from '../../../shared/recipe';
import type { Run } from '../../../shared/run';

/** Runs that are looked at together: one, or a group of them. */
export interface RecipeOwner {
  label: string;
  runs: readonly Pick<Run, 'id' | 'recipe'>[];
}

/** One recipe, with all who have it. */
export interface RecipeColumn {
  owners: readonly RecipeOwner[];
}

export interface RecipeRow {
  key: RecipeKey;
  /** As the differences call it, and what is left out of them. */
  field: string;
  /** One a column: `0.001`; of runs that differ in it `0.001, 0.01`. */
  values: readonly string[];
  /** Whether not all runs have the same. */
  differs: boolean;
}

export interface RecipeTable {
  columns: readonly RecipeColumn[];
  rows: readonly RecipeRow[];
  /** Of whom no recipe is known. */
  unknown: readonly RecipeOwner[];
}

function textsOf({ runs }: RecipeOwner, key: RecipeKey): string[] {
  const known = runs.flatMap(({ recipe }) => (recipe ? [recipe] : []));
  return known.map((recipe) => (applies(key, recipe) ? describeField(key, recipe) : NOTHING));
}
const distinct = (texts: readonly string[]): string[] => [...new Set(texts)];

/**
 * Owners that have the same in every field are one column.
 *
 * @param ignored fields in which recipes may differ and still count as the same
 */
export function recipeTable(owners: readonly RecipeOwner[], ignored: readonly string[]): RecipeTable {
  const isKnown = ({ runs }: RecipeOwner): boolean => runs.some(({ recipe }) => recipe !== null);
  const counting = RECIPE_KEYS.filter((key) => !ignored.includes(fieldOf(key).label));
  const columns = new Map<string, RecipeOwner[]>();
  for (const owner of owners.filter(isKnown)) {
    const same = JSON.stringify(counting.map((key) => distinct(textsOf(owner, key))));
    const column = columns.get(same);
    if (column) column.push(owner);
    else columns.set(same, [owner]);
  }
  const shown = [...columns.values()];
  const rows = RECIPE_KEYS.map((key) => {
    const texts = shown.map((column) => distinct(column.flatMap((owner) => textsOf(owner, key))));
    return {
      key,
      field: fieldOf(key).label,
      values: texts.map((some) => some.join(', ')),
      differs: distinct(texts.flat()).length > 1,
    };
  });
  return {
    columns: shown.map((all) => ({ owners: all })),
    rows,
    unknown: owners.filter((owner) => !isKnown(owner)),
  };
}
