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

  async function read({ id, epoch }: ShownRun): Promise<void> {
    let predictions: readonly Predictions[] = [];
    try {
      if (epoch > 0) predictions = await call('runs.predictions', { id });
    } catch (error) {
      // Without them two runs are compared by a more careful test.
      report(error);
    }
    if (asked.get(id) === epoch) known.value = new Map(known.value).set(id, { epoch, predictions });
  }

  watch(
    runs,
    (now) => {
      const ids = new Set(now.map(({ id }) => id));
      for (const id of asked.keys()) if (!ids.has(id)) asked.delete(id);
      if ([...known.value.keys()].some((id) => !ids.has(id)))
        known.value = new Map([...known.value].filter(([id]) => ids.has(id)));
      for (const run of now) {
        if (asked.get(run.id) === run.epoch) continue;
        asked.set(run.id, run.epoch);
        void read(run);
      }
    },
    { immediate: true },
  );
  onScopeDispose(() => asked.clear());

  return {
    of: (id) => known.value.get(id)?.predictions ?? [],
    settled: computed(() => runs().every(({ id, epoch }) => known.value.get(id)?.epoch === epoch)),
  };
}
