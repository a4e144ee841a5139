/** What is dragged by the pointer, from where it was pressed to where it is released. */
import { onBeforeUnmount } from 'vue';

interface Drag {
  move(event: PointerEvent): void;
  /** Called once. `done`: released; otherwise taken back, by Escape or because the component goes away. */
  end(done: boolean): void;
}

/** At most one drag at a time; the function begins one. */
export function usePointerDrag(): (event: PointerEvent, drag: Drag) => void {
  let finish: ((done: boolean) => void) | null = null;
  onBeforeUnmount(() => finish?.(false));

  return (begun, drag) => {
    if (begun.button !== 0) return;
    finish?.(false);
    const isOurs = (event: PointerEvent): boolean => event.pointerId === begun.pointerId;
    const move = (event: PointerEvent): void => {
      if (isOurs(event)) drag.move(event);
    };
    const up = (event: PointerEvent): void => {
      if (isOurs(event)) finish?.(true);
    };
    const cancel = (event: PointerEvent): void => {
      if (isOurs(event)) finish?.(false);
    };
    const key = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      finish?.(false);
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', up);
    window.addEventListener('pointercancel', cancel);
    window.addEventListener('keydown', key, { capture: true });
    finish = (done) => {
      finish = null;
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', up);
      window.removeEventListener('pointercancel', cancel);
      window.removeEventListener('keydown', key, { capture: true });
      drag.end(done);
    };
  };
}
