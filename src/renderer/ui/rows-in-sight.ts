/** Long tables and lists that have only the rows in sight in the document: which these are, and what that asks of the focus. */
import { computed, nextTick, onBeforeUnmount, onMounted, ref, watch, type ComputedRef, type Ref } from 'vue';

/** Rows above and below those in sight that are there already when one scrolls. */
const SPARE = 8;

/** Rows of a long table that are in sight, with some above and below. */
export function rowsInSight(
  count: number,
  rowHeight: number,
  scrollTop: number,
  height: number,
  spare = SPARE,
): { first: number; end: number } {
  const first = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight) - spare));
  return { first, end: Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + spare) };
}

export interface RowList {
  /** What scrolls; rows carry `data-row` with their id and can take the focus, as it can itself (tabindex -1). */
  scroller: Ref<HTMLElement | undefined>;
  /** Ids in order. */
  ids: () => readonly number[];
  /** Pixels, as below. */
  rowHeight: number;
  /** What stays at the top and covers rows. */
  headHeight: number;
  /** How many rows above and below those in sight there are; fewer where rows change more often than one scrolls. */
  spare?: number;
}

export interface RowsInSight {
  sight: ComputedRef<{ first: number; end: number }>;
  /** Index of the row that keys are meant for: the one focused last, where it still exists. */
  current: ComputedRef<number>;
  /** Index of the row that Tab reaches: the current one, or one in sight where that has been scrolled away. */
  tabStop: ComputedRef<number>;
  onScroll(): void;
  /** Takes note of a row that got the focus. */
  noteFocus(id: number): void;
  /** Focuses a row, scrolled into sight; the nearest where there is none of that index. */
  focus(index: number): Promise<void>;
  /** Moves the focus where the key is one of those that do; whether it is. */
  navigate(event: KeyboardEvent): boolean;
  /** Whether a key was pressed on a row, and not on a control within, whose it then is. */
  isOnRow(event: KeyboardEvent): boolean;
}

export function useRowsInSight({ scroller, ids, rowHeight, headHeight, spare }: RowList): RowsInSight {
  const scrollTop = ref(0);
  const height = ref(600);
  const currentId = ref<number | null>(null);

  const sight = computed(() => rowsInSight(ids().length, rowHeight, scrollTop.value, height.value, spare));
  const current = computed(() => Math.max(0, currentId.value === null ? 0 : ids().indexOf(currentId.value)));
  const tabStop = computed(() => {
    const { first, end } = sight.value;
    if (current.value >= first && current.value < end) return current.value;
    return Math.min(ids().length - 1, Math.ceil(scrollTop.value / rowHeight));
  });

  const onScroll = (): void => void (scrollTop.value = scroller.value?.scrollTop ?? 0);

  let observer: ResizeObserver | undefined;
  onMounted(() => {
    observer = new ResizeObserver(([entry]) => (height.value = entry!.contentRect.height));
    observer.observe(scroller.value!);
  });
  onBeforeUnmount(() => observer?.disconnect());
  // Fewer rows: the browser may have scrolled up.
  watch(() => ids().length, onScroll, { flush: 'post' });

  // The document forgets the focus of a row that it moves about, or lets go: then that row, or the list, takes it again,
  // and keys keep working.
  watch([ids, sight], () => {
    const focused = document.activeElement as HTMLElement | null;
    if (!focused || !scroller.value?.contains(focused)) return;
    void nextTick(() => {
      if (document.activeElement !== document.body) return;
      (focused.isConnected ? focused : scroller.value)?.focus({ preventScroll: true });
    });
  });

  async function focus(index: number): Promise<void> {
    const id = ids()[Math.max(0, Math.min(ids().length - 1, index))];
    if (id === undefined || !scroller.value) return;
    currentId.value = id;
    const top = ids().indexOf(id) * rowHeight;
    const room = height.value - headHeight - rowHeight;
    if (top < scroller.value.scrollTop) scroller.value.scrollTop = top;
    else if (top > scroller.value.scrollTop + room) scroller.value.scrollTop = top - room;
    onScroll();
    await nextTick();
    scroller.value?.querySelector<HTMLElement>(`[data-row="${id}"]`)?.focus({ preventScroll: true });
  }

  const isOnRow = ({ target }: KeyboardEvent): boolean => (target as HTMLElement).dataset.row !== undefined;

  function navigate(event: KeyboardEvent): boolean {
    if (event.target !== scroller.value && !isOnRow(event)) return false;
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const page = Math.max(1, Math.floor((height.value - headHeight) / rowHeight));
    const targets: Record<string, number> = {
      ArrowDown: current.value + 1,
      ArrowUp: current.value - 1,
      PageDown: current.value + page,
      PageUp: current.value - page,
      Home: 0,
      End: ids().length - 1,
    };
    const target = targets[event.key];
    if (target === undefined) return false;
    event.preventDefault();
    void focus(target);
    return true;
  }

  return {
    sight,
    current,
    tabStop,
    onScroll,
    noteFocus: (id) => (currentId.value = id),
    focus,
    navigate,
    isOnRow,
  };
}
