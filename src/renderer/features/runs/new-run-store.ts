/** Opens the New run dialog from anywhere in the window; the application shows the one dialog that follows it. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { Architecture } from '../../../architecture/architecture';
import type { RecipeOfName } from '../../../shared/named-recipes';
import type { RunRequest } from '../../../shared/run';

interface NewRunChoice {
  /** Chosen at first; otherwise that of the last run. */
  architecture?: Architecture;
  /** Everything as in this request. */
  request?: RunRequest;
  /** In the place of the last run's. */
  recipe?: RecipeOfName;
}

export const useNewRunStore = defineStore('new run', () => {
  const isOpen = ref(false);
  const choice = shallowRef<NewRunChoice>({});

  function open(chosen: NewRunChoice = {}): void {
    choice.value = chosen;
    isOpen.value = true;
  }

  /** The dialog with this recipe; one that is open keeps whatever else was chosen in it. */
  function useRecipe(recipe: RecipeOfName): void {
    // A copy: the same one may be chosen again.
    if (isOpen.value) choice.value = { ...choice.value, recipe: { ...recipe } };
    else open({ recipe });
  }

  return { isOpen, choice, open, useRecipe };
});
