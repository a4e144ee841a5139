/** Items of a list that are dragged to another place by the pointer. */
import { shallowRef, type Ref } from 'vue';
import { usePointerDrag } from './pointer-drag';

/** While one is dragged: where it was, and the gap (0 before the first) that it would be put into. */
export interface Reordering {
  from: number;
  gap: number;
}

/** Near its edges a scrolled box goes on by this much with each movement, pixels. */
const SCROLL = 12;
const EDGE = 24;

/** The place that an item from `from` has after it was put into a gap. */
export const placeInGap = ({ from, gap }: Reordering): number => (gap > from ? gap - 1 : gap);

/** Whether an item stands before the pointer: above it, or in its line to the left of it. */
const isBefore = (box: DOMRect, { clientX, clientY }: PointerEvent, isInLines: boolean): boolean =>
  isInLines
    ? box.bottom < clientY || (box.top <= clientY && (box.left + box.right) / 2 < clientX)
    : (box.top + box.bottom) / 2 < clientY;

/**
 * @param options.items the elements in their order
 * @param options.isInLines whether they stand side by side, as words do
 * @param options.drop called with the places before and after, where they differ
 */
export function useReorder(options: {
  items: () => readonly Element[];
  isInLines: boolean;
  drop: (from: number, to: number) => void;
}): { state: Readonly<Ref<Reordering | null>>; grab: (event: PointerEvent, from: number) => void } {
  const state = shallowRef<Reordering | null>(null);
  const drag = usePointerDrag();

  function grab(event: PointerEvent, from: number): void {
    const scroller = (event.currentTarget as Element).closest<HTMLElement>('[data-scroller]');
    drag(event, {
      move(moved) {
        if (scroller) scrollAlong(scroller, moved);
        const gap = options
          .items()
          .filter((item) => isBefore(item.getBoundingClientRect(), moved, options.isInLines));
        state.value = { from, gap: gap.length };
      },
      end(isDone) {
        const last = state.value;
        state.value = null;
        if (isDone && last && placeInGap(last) !== from) options.drop(from, placeInGap(last));
      },
    });
  }

  return { state, grab };
}

function scrollAlong(scroller: HTMLElement, { clientY }: PointerEvent): void {
  const { top, bottom } = scroller.getBoundingClientRect();
  if (clientY < top + EDGE) scroller.scrollTop -= SCROLL;
  else if (clientY > bottom - EDGE) scroller.scrollTop += SCROLL;
}
