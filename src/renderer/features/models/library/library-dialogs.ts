/** Which dialog of the library is open, and for what; the Models view shows them. */
import { defineStore } from 'pinia';
import { ref } from 'vue';

export const useLibraryDialogs = defineStore('library dialogs', () => {
  /** Id of the entry whose tags and notes are edited, whose versions are listed, or which is renamed; null for none. */
  const details = ref<number | null>(null);
  const versions = ref<number | null>(null);
  const renaming = ref<number | null>(null);
  /** Whether a save with a note is asked for. */
  const noting = ref(false);

  return { details, versions, renaming, noting };
});
