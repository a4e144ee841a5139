/** Opens the New run dialog from anywhere in the window; the application shows the one dialog that follows it. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { Architecture } from '../../../architecture/architecture';
import type { RunRequest } from '../../../shared/run';

interface NewRunChoice {
  /** Chosen at first; otherwise that of the last run. */
  architecture?: Architecture;
  /** Everything as in this request. */
  request?: RunRequest;
}

export const useNewRunStore = defineStore('new run', () => {
  const isOpen = ref(false);
  const choice = shallowRef<NewRunChoice>({});

  function open(chosen: NewRunChoice = {}): void {
    choice.value = chosen;
    isOpen.value = true;
  }

  return { isOpen, choice, open };
});
