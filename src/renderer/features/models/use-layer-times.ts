/** What each layer takes of a training step on this machine, for the batch of the layer table, as far as it was measured. */
import { computed, shallowRef, watch, type ComputedRef } from 'vue';
import { withTimes, type Summary } from '../../../architecture/summary';
import { profileOf, type CostRecord } from '../../../shared/cost/record';
import { DEFAULT_RECIPE } from '../../../shared/recipe';
import { useSettingsStore } from '../../base/settings-store';
import type { Shown } from './architectures-store';
import { useCostsStore } from './costs-store';
import { chosenColumns } from './layer-columns';

export interface LayerTimes {
  /** The summary with them. */
  summary: ComputedRef<Summary>;
  /** Of a whole step; undefined where none was measured. */
  stepMilliseconds: ComputedRef<number | undefined>;
  /** Whether a column of them is chosen, in sight or not: else nothing is looked up. */
  wanted: ComputedRef<boolean>;
  measure: () => Promise<void>;
}

export function useLayerTimes(shown: () => Shown): LayerTimes {
  const costs = useCostsStore();
  const settings = useSettingsStore();
  const record = shallowRef<CostRecord | null>(null);
  const batch = computed(() => settings.settings.layerBatch);
  const wanted = computed(() => chosenColumns().some(({ group }) => group === 'Measured'));
  watch(
    [batch, wanted, () => costs.measured],
    async () => {
      if (!wanted.value) return;
      const asked = batch.value;
      const answer = await costs.known({ batch: asked, device: 'auto' });
      if (answer && asked === batch.value) record.value = answer.record;
    },
    { immediate: true },
  );
  const taken = computed(() =>
    wanted.value && record.value?.about.batch === batch.value
      ? profileOf(record.value, shown().network.architecture, { ...DEFAULT_RECIPE, batchSize: batch.value })
      : null,
  );
  return {
    summary: computed(() => withTimes(shown().summary, taken.value?.layers ?? null)),
    stepMilliseconds: computed(() => taken.value?.milliseconds),
    wanted,
    measure: () =>
      costs.measure({
        architecture: shown().network.architecture,
        recipe: { ...DEFAULT_RECIPE, batchSize: batch.value },
        batch: batch.value,
        device: 'auto',
      }),
  };
}
