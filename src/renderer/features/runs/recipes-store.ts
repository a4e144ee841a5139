/** The user's own recipes as the window knows them, and what is done with them. */
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { Recipe } from '../../../shared/recipe';
import type { SavedRecipe } from '../../../shared/saved-recipe';
import { attempt, call, report } from '../../base/api';
import { showUndo } from '../../base/notices';
import { named } from '../../base/shown';

const byName = (a: SavedRecipe, b: SavedRecipe): number =>
  a.name.localeCompare(b.name, 'en', { numeric: true });

export const useRecipesStore = defineStore('recipes', () => {
  /** By name; replaced as a whole at every change. */
  const saved = shallowRef<readonly SavedRecipe[]>([]);
  const byId = computed(() => new Map(saved.value.map((own) => [own.id, own])));

  /** Reads the list; what was known stays where it cannot be read. */
  async function load(): Promise<void> {
    const list = await attempt('recipes.list');
    if (list) saved.value = [...list].sort(byName);
  }

  function put(own: SavedRecipe): SavedRecipe {
    saved.value = [...saved.value.filter(({ id }) => id !== own.id), own].sort(byName);
    return own;
  }

  /** The one of a name, whatever its case. */
  const find = (name: string): SavedRecipe | undefined =>
    saved.value.find((own) => own.name.toLowerCase() === name.trim().toLowerCase());

  /**
   * Saves under a name: the next version of the recipe that has it, or a new one. Throws an ApiError with the reason where
   * main refuses.
   */
  async function save(name: string, recipe: Recipe, note?: string): Promise<SavedRecipe> {
    const there = find(name);
    return put(
      await call('recipes.save', {
        id: there?.id ?? null,
        name: there ? null : name,
        recipe,
        ...(note !== undefined && { note }),
      }),
    );
  }

  /** Saves an earlier version as the next one; whether main took it, a refusal is shown. */
  async function again({ id }: SavedRecipe, recipe: Recipe, note: string): Promise<boolean> {
    const own = await attempt('recipes.save', { id, name: null, recipe, note });
    if (own) put(own);
    return own !== undefined;
  }

  /** Whether main took the name; a refusal is shown. */
  async function rename(id: number, name: string): Promise<boolean> {
    const own = await attempt('recipes.rename', { id, name });
    if (own) put(own);
    return own !== undefined;
  }

  /** Sets the note of a version; a refusal is shown. */
  async function annotate(id: number, version: number, note: string): Promise<void> {
    const changed = await attempt('recipes.annotate', { id, version, note });
    const own = byId.value.get(id);
    if (!changed || !own) return;
    put({ ...own, versions: own.versions.map((one) => (one.version === version ? changed : one)) });
  }

  /** Deletes it, with a notice that takes it back. Whether it is gone. */
  async function remove(id: number): Promise<boolean> {
    const own = byId.value.get(id);
    if (!own) return false;
    try {
      await call('recipes.delete', { id });
    } catch (error) {
      report(error);
      return false;
    }
    saved.value = saved.value.filter((one) => one.id !== id);
    showUndo(`Deleted the recipe ${named(own.name)}.`, async () => {
      const back = await attempt('recipes.restore', { id });
      if (back) put(back);
    });
    return true;
  }

  return { saved, byId, load, find, save, again, rename, annotate, remove };
});
