/** The classes of a data set's images, how many there are of each, and its statistics, as far as they are known. */
import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { ChannelStatistics } from '../../../../shared/augmentation/normalisation';
import type { DatasetId, DatasetLabels } from '../../../../shared/dataset';
import { ApiError, call } from '../../../base/api';

export interface LabelsOfSet {
  labels: Readonly<ShallowRef<DatasetLabels | null>>;
  /** Null until it is known. */
  statistics: Readonly<ShallowRef<ChannelStatistics | null>>;
  /** Why there is nothing to see, one sentence; null as far as is known there is. */
  problem: Readonly<Ref<string | null>>;
}

/** @param id of the set to look at; null for none, which is also what it is as long as it is not there. */
export function useLabels(id: () => DatasetId | null): LabelsOfSet {
  const labels = shallowRef<DatasetLabels | null>(null);
  const statistics = shallowRef<ChannelStatistics | null>(null);
  const problem = ref<string | null>(null);
  watch(
    id,
    async (now) => {
      labels.value = null;
      statistics.value = null;
      problem.value = null;
      if (now === null) return;
      try {
        const found = await call('datasets.labels', { id: now });
        if (now !== id()) return;
        labels.value = found;
        const taken = await call('datasets.statistics', { id: now });
        if (now === id()) statistics.value = taken;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (now === id()) problem.value = error.message;
      }
    },
    { immediate: true },
  );
  return { labels, statistics, problem };
}
