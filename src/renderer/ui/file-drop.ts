/** Files that are dropped on a part of the window. */
import { computed, ref } from 'vue';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** `listeners` belong on the element that takes the files; `isOver` says whether some are held over it. */
export function useFileDrop(take: (files: readonly File[]) => void) {
  // Every child that is entered and left tells of it.
  const depth = ref(0);
  const isOver = computed(() => depth.value > 0);

  const listeners = {
    dragenter(event: DragEvent): void {
      if (hasFiles(event)) depth.value++;
    },
    dragleave(event: DragEvent): void {
      if (hasFiles(event)) depth.value = Math.max(0, depth.value - 1);
    },
    /** Only where this is prevented a drop comes. */
    dragover(event: DragEvent): void {
      if (hasFiles(event)) event.preventDefault();
    },
    drop(event: DragEvent): void {
      depth.value = 0;
      if (!hasFiles(event)) return;
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) take(files);
    },
  };
  return { isOver, listeners };
}
