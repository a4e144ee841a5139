/** Opens the dialogs of recipes from anywhere in the window; the application shows those that follow it. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { RecipeKeyOfName } from '../../../shared/named-recipes';
import type { Recipe } from '../../../shared/recipe';
import type { SavedRecipe } from '../../../shared/saved-recipe';

/** A recipe that is to be saved. */
export interface RecipeToSave {
  recipe: Recipe;
  /** What is proposed; empty for nothing. */
  name: string;
  /** Once it is saved. */
  done?: (saved: SavedRecipe) => void;
}

export const useRecipeDialogs = defineStore('recipe dialogs', () => {
  const isOpen = ref(false);
  /** Which one is looked at first. */
  const first = ref<RecipeKeyOfName | null>(null);
  const saving = shallowRef<RecipeToSave | null>(null);

  function open(key: RecipeKeyOfName | null = null): void {
    first.value = key;
    isOpen.value = true;
  }
  function save(what: RecipeToSave): void {
    saving.value = what;
  }

  return { isOpen, first, saving, open, save };
});
