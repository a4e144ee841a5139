/** The runs of an architecture of the list of models, as they come. */
import { computed, watch, type ComputedRef } from 'vue';
import { PRESETS } from '../../../architecture/presets';
import { parseModelKey, type ModelKey } from '../../../shared/model-key';
import { useLibraryStore } from '../models/library-store';
import { runsOfDesign, runsOfModel } from './model-runs';
import { useRunsStore } from './runs-store';
import type { ListedRun } from './ModelRuns.vue';

/** @param key null for none; an unsaved copy has no runs of its own */
export function useModelRuns(key: () => ModelKey | null): ComputedRef<readonly ListedRun[]> {
  const runs = useRunsStore();
  const library = useLibraryStore();
  const reference = computed(() => parseModelKey(key() ?? ''));
  const own = computed(() =>
    reference.value?.kind === 'own' ? library.byId.get(reference.value.id) : undefined,
  );
  watch(
    () => own.value && [own.value.id, own.value.version],
    () => own.value && void library.loadVersions(own.value.id),
    { immediate: true },
  );
  return computed(() => {
    if (own.value) {
      return runsOfModel(runs.list, own.value.id, library.versionsOf(own.value.id) ?? []);
    }
    const preset =
      reference.value?.kind === 'preset'
        ? PRESETS.find(({ id }) => reference.value?.kind === 'preset' && id === reference.value.id)
        : undefined;
    return preset ? runsOfDesign(runs.list, preset.architecture).map((run) => ({ run, version: null })) : [];
  });
}
