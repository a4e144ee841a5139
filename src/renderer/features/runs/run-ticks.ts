/** Ticks of the runs that the table shows: which of them Compare has, and ticking or clearing them all at once. */
import { computed, type ComputedRef } from 'vue';
import type { Run } from '../../../shared/run';
import { useRunsStore } from './runs-store';

/** More curves than this tell nothing, and take seconds to read. */
const MAX_TICKED = 100;

export interface RunTicks {
  all: ComputedRef<boolean>;
  some: ComputedRef<boolean>;
  /** Whether the box for all can do nothing. */
  disabled: ComputedRef<boolean>;
  /** What pressing the box for all does, or why it does nothing. */
  title: ComputedRef<string>;
  /** Ticks all shown, or clears them where all are ticked, or too many are shown to tick them. */
  toggleAll(): void;
}

export function useRunTicks(shown: () => readonly Run[]): RunTicks {
  const store = useRunsStore();
  const ticked = computed(() => shown().filter((run) => store.isCompared(run.id)).length);
  const all = computed(() => ticked.value > 0 && ticked.value === shown().length);
  const tooMany = computed(() => shown().length > MAX_TICKED);
  return {
    all,
    some: computed(() => ticked.value > 0),
    disabled: computed(() => shown().length === 0 || (tooMany.value && ticked.value === 0)),
    title: computed(() => {
      if (all.value || (tooMany.value && ticked.value > 0)) return 'Remove all shown from Compare';
      return tooMany.value ? `Filter to ${MAX_TICKED} runs or fewer to compare all` : 'Compare all shown';
    }),
    toggleAll() {
      const ids = shown().map(({ id }) => id);
      const others = store.compared.map(({ id }) => id).filter((id) => !ids.includes(id));
      void store.setCompared(all.value || tooMany.value ? others : [...others, ...ids]);
    },
  };
}
