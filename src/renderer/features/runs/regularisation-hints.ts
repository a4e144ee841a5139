/** What stands below the fields of a recipe's regularisation: where its L2 comes from, and what does not apply. Pure. */
import type { Architecture } from '../../../architecture/architecture';
import { formatSetting } from '../../../shared/format';
import { fieldOf, type Recipe, type RecipeKey } from '../../../shared/recipe';
import { regularisationNotice } from '../../../shared/regularisation';
import type { RecipeFields } from './recipe-form';

/**
 * @param recipe what is typed; null while something is wrong with it
 * @param architecture null where none can be chosen yet
 */
export function regularisationHints(
  { l2 }: Pick<RecipeFields, 'l2'>,
  recipe: Recipe | null,
  architecture: Pick<Architecture, 'l2'> | null,
): Partial<Record<RecipeKey, string>> {
  if (!architecture) return {};
  const its = architecture.l2 > 0 ? `L2 ${formatSetting(architecture.l2)}` : 'no L2';
  const notice = recipe && regularisationNotice(recipe, architecture);
  return {
    ...(notice && { regularisation: notice }),
    l2:
      l2.trim() === ''
        ? `From the architecture: ${its}`
        : `${fieldOf('l2').hint}; empty: ${its}, the architecture’s`,
  };
}
