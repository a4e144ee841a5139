/** What compared runs predicted for each image, read again whenever one of them has finished another epoch. */
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef } from 'vue';
import type { Predictions } from '../../../shared/predictions';
import { call, report } from '../../base/api';

/** A run that is shown, and the last epoch that is known of it: 0 for none. */
export interface ShownRun {
  id: number;
  epoch: number;
}

export interface ShownPredictions {
  /** Of a run's last and best epoch, as far as they are kept and have been read. */
  of(id: number): readonly Predictions[];
  /** Whether those of every run are as new as its last epoch. */
  settled: ComputedRef<boolean>;
}

export function usePredictions(runs: () => readonly ShownRun[]): ShownPredictions {
  const known = shallowRef<ReadonlyMap<number, { epoch: number; predictions: readonly Predictions[] }>>(
    new Map(),
  );
  /** The epoch after which each run was last asked for; an answer to an earlier question is of no use. */
  const asked = new Map<number, number>();

  async function read({ id, epoch }: ShownRun): Promise<readonly Predictions[]> {
    try {
      if (epoch > 0) return await call('runs.predictions', { id });
    } catch (error) {
      // Without them two runs are compared by a more careful test.
      report(error);
    }
    return [];
  }
  /** Those that are asked for together are known together: each time all figures are made again. */
  async function readAll(asking: readonly ShownRun[]): Promise<void> {
    const answers = await Promise.all(asking.map(read));
    const next = new Map(known.value);
    asking.forEach(({ id, epoch }, index) => {
      if (asked.get(id) === epoch) next.set(id, { epoch, predictions: answers[index]! });
    });
    known.value = next;
  }

  watch(
    runs,
    (now) => {
      const ids = new Set(now.map(({ id }) => id));
      for (const id of asked.keys()) if (!ids.has(id)) asked.delete(id);
      if ([...known.value.keys()].some((id) => !ids.has(id)))
        known.value = new Map([...known.value].filter(([id]) => ids.has(id)));
      const asking = now.filter(({ id, epoch }) => asked.get(id) !== epoch);
      for (const { id, epoch } of asking) asked.set(id, epoch);
      if (asking.length > 0) void readAll(asking);
    },
    { immediate: true },
  );
  onScopeDispose(() => asked.clear());

  return {
    of: (id) => known.value.get(id)?.predictions ?? [],
    settled: computed(() => runs().every(({ id, epoch }) => known.value.get(id)?.epoch === epoch)),
  };
}
