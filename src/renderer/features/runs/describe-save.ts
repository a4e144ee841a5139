/** What saving a recipe under a name comes to, before it is done. Pure. */
import { recipeChanges, type Recipe } from '../../../shared/recipe';
import { isSameRecipe, newestOf, withFree, type SavedRecipe } from '../../../shared/saved-recipe';

/** @param there one's own that has the name; undefined for none */
export function describeSave(there: SavedRecipe | undefined, recipe: Recipe): string {
  if (!there) return 'A new recipe of your own.';
  const newest = newestOf(there);
  if (isSameRecipe(newest.recipe, recipe)) {
    return `Version ${newest.version} is just this one: nothing is saved but the note.`;
  }
  const changes = recipeChanges(withFree(newest.recipe, recipe), recipe).join(', ');
  return `Version ${newest.version + 1}, which changes ${changes}.`;
}
