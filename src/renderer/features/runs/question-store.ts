/** Opens the dialog with what a held run asks, from anywhere in the window; the application shows the one dialog that follows it. */
import { defineStore } from 'pinia';
import { ref } from 'vue';

export const useQuestionStore = defineStore('question', () => {
  const isOpen = ref(false);
  /** The run that asks; null before the first question. */
  const runId = ref<number | null>(null);

  function open(id: number): void {
    runId.value = id;
    isOpen.value = true;
  }

  return { isOpen, runId, open };
});
