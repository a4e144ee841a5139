/** Images of the chosen data set as training will see them with the chosen recipe, epoch by epoch. */
import { computed, ref, shallowRef, watch, type Ref } from 'vue';
import type { DatasetId, DatasetSample } from '../../../shared/dataset';
import type { Recipe } from '../../../shared/recipe';
import { ApiError, call } from '../../base/api';
import { changesImages, gridOf, sampleCount, seenInEpoch } from '../data/images/seen-images';

/** Epochs that are shown at once. */
const EPOCHS = 4;

/**
 * @param recipe null while something about it is wrong: what was last shown stays.
 * @param ready whether the data set is there.
 */
export function useAugmentationPreview(
  datasetId: Readonly<Ref<DatasetId>>,
  recipe: Readonly<Ref<Recipe | null>>,
  ready: Readonly<Ref<boolean>>,
) {
  const sample = shallowRef<DatasetSample | null>(null);
  const problem = ref<string | null>(null);
  /** Epochs before the first that is shown. */
  const passed = ref(0);
  const last = shallowRef<Recipe | null>(null);

  watch(
    recipe,
    (now) => {
      if (now) last.value = now;
    },
    { immediate: true },
  );
  const wanted = computed(() => ready.value && last.value !== null && changesImages(last.value));

  async function load(id: DatasetId): Promise<void> {
    problem.value = null;
    try {
      const answer = await call('datasets.sample', { id });
      if (id === datasetId.value) sample.value = answer;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (id === datasetId.value) problem.value = error.message;
    }
  }
  watch(
    [datasetId, wanted],
    ([id, isWanted], [before]) => {
      if (id !== before) sample.value = null;
      if (isWanted && !sample.value) void load(id);
    },
    { immediate: true },
  );

  const bytes = computed(() => sample.value && Uint8Array.from(sample.value.images));
  const epochs = computed(() => Array.from({ length: EPOCHS }, (_, index) => passed.value + index + 1));
  const grid = computed(() => {
    const [from, recipeNow] = [sample.value, last.value];
    if (!from || !bytes.value || !recipeNow || !wanted.value) return null;
    const rows = epochs.value.map((epoch) => seenInEpoch(bytes.value!, from, recipeNow, epoch));
    return gridOf([bytes.value, ...rows], sampleCount(from), from.imageShape);
  });

  return {
    /** Whether there is anything to show. */
    wanted,
    grid,
    epochs,
    problem,
    /** The epochs after those that are shown; from the first one after the run's last. */
    again(): void {
      const end = last.value?.epochs ?? 1;
      passed.value = passed.value + EPOCHS < end ? passed.value + EPOCHS : 0;
    },
  };
}
