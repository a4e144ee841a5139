/** Opens the Import dialog from anywhere in the window; the application shows the one dialog that follows it. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';

export const useImportStore = defineStore('import', () => {
  const isOpen = ref(false);
  /** To be read at first. */
  const files = shallowRef<readonly File[]>([]);

  function open(chosen: readonly File[] = []): void {
    files.value = chosen;
    isOpen.value = true;
  }

  return { isOpen, files, open };
});
