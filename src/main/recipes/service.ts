/** The user's own recipes: checked before they are stored, no two of one name, each save a version, deletion with undo. */
import { unusableRecipe } from '../../shared/arguments';
import { isBuiltInName } from '../../shared/named-recipes';
import { recipeProblems, type Recipe } from '../../shared/recipe';
import { asResult, expected, ok, type Result } from '../../shared/result';
import {
  isSameRecipe,
  namedForm,
  newestOf,
  type RecipeVersion,
  type SavedRecipe,
} from '../../shared/saved-recipe';
import { shown } from '../../shared/shown';
import { checkedNote } from '../../shared/version-notes';
import type { RecipeStore } from '../db/stores/recipes';
import { LibraryService } from '../library/service';

export class RecipeService extends LibraryService<SavedRecipe, RecipeVersion, RecipeStore> {
  constructor(store: RecipeStore) {
    super(store, 'a recipe');
  }

  /**
   * Stores a version: the first of a new recipe, or with an id the next of that one, whoever saved it meanwhile. Where it
   * trains as the newest version does there is no new one, and a note is set on that.
   *
   * @param name of a new recipe; null with an id, whose name stays
   */
  save(id: number | null, name: string | null, recipe: Recipe, note?: string): Result<SavedRecipe> {
    return asResult(() => {
      const problems = recipeProblems(recipe);
      if (problems.length > 0) return unusableRecipe(problems);
      const line = checkedNote(note ?? '');
      if (!line.ok) return line;
      const version = { recipe: namedForm(recipe), note: line.value, at: Date.now() };
      return this.store.atomically(() => {
        if (id === null) {
          const called = (name ?? '').trim();
          this.refuseName(called);
          this.refuseNamesake(called, null);
          return ok(this.found(this.store.insert({ ...version, name: called })));
        }
        const before = this.found(id);
        const newest = newestOf(before);
        if (!isSameRecipe(newest.recipe, version.recipe)) {
          this.store.addVersion(id, { ...version, name: before.name });
        } else if (note !== undefined) this.store.annotate(id, newest.version, line.value);
        return ok(this.found(id));
      });
    });
  }

  protected override refuseName(name: string): void {
    super.refuseName(name);
    if (!isBuiltInName(name)) return;
    throw expected(
      'conflict',
      `"${shown(name)}" is the name of a recipe that comes with Resbench: choose another name.`,
    );
  }

  protected nameOf({ name }: SavedRecipe): string {
    return name;
  }

  protected versionsOf({ versions }: SavedRecipe): readonly RecipeVersion[] {
    return versions;
  }
}
