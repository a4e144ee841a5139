/**
 * A run that is asked for: architecture, data set, recipe, device and name as they are chosen, what follows from them, and
 * what keeps the run from starting.
 */
import { computed, reactive, ref, shallowRef, watch } from 'vue';
import type { Architecture } from '../../../architecture/architecture';
import { findPreset } from '../../../architecture/presets';
import { batchWarnings } from '../../../shared/batch-warnings';
import { datasetMismatch } from '../../../shared/compatibility';
import type { DatasetId } from '../../../shared/dataset';
import { DATASETS, usualDataset } from '../../../shared/datasets';
import { DEFAULT_MODEL_KEY } from '../../../shared/model-key';
import type { RecipeKeyOfName, RecipeOfName } from '../../../shared/named-recipes';
import { DEFAULT_RECIPE, type Recipe } from '../../../shared/recipe';
import type { DeviceChoice, QueueEntry, RunRequest } from '../../../shared/run';
import { isSameRecipe, withFree } from '../../../shared/saved-recipe';
import { haveSeeds, MOST_SEEDS, withSeeds } from '../../../shared/seeds';
import { scheduleOf } from '../../../shared/schedule';
import { useSettingsStore } from '../../base/settings-store';
import { useDatasetsStore } from '../data/datasets-store';
import { useArchitecturesStore } from '../models/architectures-store';
import { deviceProblem } from './device-choice';
import {
  adapted,
  architectureOf,
  GIVEN,
  keyOf,
  modelGroups,
  modelVersionOf,
  planStillFits,
} from './model-choice';
import { networkFacts } from './network-facts';
import { checkFields, fieldsOf, withoutRate, workloadOf } from './recipe-form';
import { regularisationHints } from './regularisation-hints';
import { freeRunName } from './describe-run';
import { proposedRecipe, startingRecipe } from './proposed-recipe';
import { useRecipesStore } from './recipes-store';
import { useRunsStore } from './runs-store';
import { typedNameProblem } from './typed-name';

export function useNewRun() {
  const runs = useRunsStore();
  const architectures = useArchitecturesStore();
  const datasets = useDatasetsStore();
  const settings = useSettingsStore();
  const recipes = useRecipesStore();

  const given = shallowRef<Architecture | null>(null);
  const modelKey = ref<string>(DEFAULT_MODEL_KEY);
  /** The chosen architecture with input and classes of the data set, once the user asked for it. */
  const adaption = shallowRef<Architecture | null>(null);
  const datasetId = ref<DatasetId>('shapes');
  const usual = computed(() => usualDataset((id) => datasets.byId[id]?.state === 'ready'));
  /** Nobody has chosen the data set: it follows what is known of them, which may come after the dialog has opened. */
  const isUsualDataset = ref(false);
  watch(datasetId, (id) => id !== usual.value && (isUsualDataset.value = false), { flush: 'sync' });
  watch(usual, (id) => isUsualDataset.value && (datasetId.value = id), { flush: 'sync' });
  const fields = reactive(fieldsOf(DEFAULT_RECIPE));
  const name = ref('');
  const device = ref<DeviceChoice>('auto');
  const entry = ref<QueueEntry>('last');
  /** Random seeds that the run is trained with, as typed. */
  const seeds = ref('1');
  /** By its name the recipe that the form was filled from last; null for none. */
  const origin = ref<RecipeKeyOfName | null>(null);
  /** The recipe that the form has by itself: as long as nobody changes it, it is the one that is proposed. */
  const begunWith = shallowRef<Recipe | null>(null);
  /** The earlier run that is started again. */
  const earlier = shallowRef<RunRequest | null>(null);

  watch(modelKey, () => (adaption.value = null), { flush: 'sync' });

  /**
   * Begins with what was asked for last.
   * @param architecture chosen at first, where given.
   * @param request start again: everything as in an earlier run.
   * @param recipe in the place of what was asked for last.
   */
  function begin(
    architecture: Architecture | null,
    request: RunRequest | null,
    recipe: RecipeOfName | null = null,
  ): void {
    const last = runs.lastRequest;
    const first =
      request?.architecture ?? architecture ?? runs.lastArchitecture ?? findPreset('resnet18')!.architecture;
    const key = keyOf(first, architectures.saved);
    earlier.value = request;
    given.value = key === GIVEN ? first : null;
    modelKey.value = key;
    adaption.value = null;
    const askedFor = request?.datasetId ?? last?.datasetId ?? null;
    // One of the user’s own may have been removed.
    const wanted = askedFor !== null && datasets.infoOf(askedFor) === null ? null : askedFor;
    isUsualDataset.value = wanted === null;
    datasetId.value = wanted ?? usual.value;
    const recipeAsked = request?.recipe ?? last?.recipe;
    const beginning = recipeAsked ?? startingRecipe(proposal.value);
    Object.assign(fields, fieldsOf(beginning));
    origin.value = null;
    begunWith.value = recipeAsked || recipe ? null : beginning;
    if (recipe) startFrom(recipe);
    device.value = request?.device ?? last?.device ?? 'auto';
    name.value = '';
    entry.value = 'last';
    seeds.value = '1';
  }

  function fill(recipe: Recipe): void {
    Object.assign(fields, fieldsOf(withFree(recipe, checked.value.recipe ?? DEFAULT_RECIPE)));
  }
  /** Takes over a recipe of a name; random seeds and limits stay where they can be read. */
  function startFrom({ key, recipe }: RecipeOfName): void {
    begunWith.value = null;
    origin.value = key;
    fill(recipe);
  }

  const chosen = computed(() => architectureOf(modelKey.value, given.value, architectures.saved));
  const architecture = computed(() => adaption.value ?? chosen.value);
  const groups = computed(() => modelGroups(given.value, architectures.saved));
  const facts = computed(() => networkFacts(architecture.value));

  const status = computed(() => datasets.byId[datasetId.value]);
  const dataset = computed(() => datasets.infoOf(datasetId.value) ?? DATASETS.shapes);
  const mismatch = computed(() =>
    architecture.value ? datasetMismatch(architecture.value, dataset.value) : null,
  );
  function adapt(): void {
    if (chosen.value) adaption.value = adapted(chosen.value, dataset.value);
  }

  const checked = computed(() => checkFields(fields, dataset.value));
  const hints = computed(() => regularisationHints(fields, checked.value.recipe, architecture.value));

  const proposal = computed(() =>
    architecture.value
      ? proposedRecipe({
          architecture: architecture.value,
          datasetId: datasetId.value,
          own: recipes.saved,
          runs: runs.list,
        })
      : null,
  );
  // It is looked for only as long as the form follows it: runs change a few times per second.
  watch(
    () => begunWith.value && proposal.value,
    () => {
      const { recipe } = checked.value;
      if (!begunWith.value || !recipe || !isSameRecipe(recipe, begunWith.value)) return;
      const beginning = startingRecipe(proposal.value);
      if (isSameRecipe(beginning, begunWith.value)) return;
      begunWith.value = beginning;
      fill(beginning);
    },
  );
  /** The dialog is closed. */
  const leave = (): void => void (begunWith.value = null);

  /** Null while something is wrong. */
  const schedule = computed(() =>
    checked.value.recipe ? scheduleOf(checked.value.recipe, dataset.value.trainCount) : null,
  );
  const workload = computed(() =>
    checked.value.recipe ? workloadOf(checked.value.recipe, dataset.value) : null,
  );
  const warnings = computed(() =>
    checked.value.recipe && !mismatch.value
      ? batchWarnings(facts.value.network, checked.value.recipe, dataset.value)
      : [],
  );
  const defaultName = computed(() =>
    architecture.value
      ? freeRunName(
          architecture.value,
          dataset.value.title,
          runs.list.map((run) => run.name),
        )
      : '',
  );
  const wrongName = computed(() => typedNameProblem(name.value));

  /** The earlier run whose plan is repeated: as long as it is for this network and batch, the same recipe gives the same bits. */
  const planOf = computed(() =>
    earlier.value &&
    architecture.value &&
    planStillFits(earlier.value, architecture.value, checked.value.recipe)
      ? (earlier.value.planOf ?? null)
      : null,
  );

  /** Adapting to a data set makes no other version; an edit that is not saved is of none. */
  const model = computed(() => {
    const saved = modelVersionOf(modelKey.value, architectures.saved);
    if (saved) return saved;
    const { model: before, architecture: of } = earlier.value ?? {};
    // Of an entry that was deleted meanwhile nothing can be started.
    const isThere = before != null && architectures.saved.some(({ id }) => id === before.id);
    return isThere && chosen.value === of ? before : null;
  });

  /** How often the run is trained; null where that is no number of times. */
  const repeats = computed(() => {
    const text = seeds.value.trim();
    const count = /^\d+$/.test(text) ? Number(text) : NaN;
    return count >= 1 && count <= MOST_SEEDS ? count : null;
  });
  const repetition = computed<{ sentence: string; wrong: boolean }>(() => {
    const count = repeats.value;
    if (count === null) return { sentence: `The number of random seeds is 1 to ${MOST_SEEDS}.`, wrong: true };
    const { recipe } = checked.value;
    if (count === 1 || !recipe) return { sentence: 'random seed: one run.', wrong: false };
    const last = recipe.seed + count - 1;
    if (!haveSeeds(recipe, count))
      return {
        sentence: `There is no random seed ${last}: choose fewer, or a smaller one to begin with.`,
        wrong: true,
      };
    return {
      sentence: `random seeds, ${recipe.seed} to ${last}: as many runs, one after the other, which Compare can take as one group.`,
      wrong: false,
    };
  });

  /** What stands between here and a run, in one sentence; null when it can start. */
  const obstacle = computed<string | null>(() => {
    if (facts.value.problem) return facts.value.problem;
    if (mismatch.value) return 'Adapt the architecture to the data set, or choose another one.';
    if (wrongName.value) return wrongName.value;
    const unusable = deviceProblem(device.value, settings.info?.gpuObstacle ?? null);
    if (unusable) return unusable;
    if (!checked.value.recipe) return Object.values(checked.value.problems)[0] ?? 'Check the recipe.';
    if (repetition.value.wrong) return repetition.value.sentence;
    if (status.value && status.value.state !== 'ready') return `${dataset.value.title} is not ready yet.`;
    return null;
  });

  /** What is to be asked of main; null where something stands in the way. */
  const request = computed<RunRequest | null>(() =>
    obstacle.value || !architecture.value || !checked.value.recipe
      ? null
      : {
          name: name.value.trim() || defaultName.value,
          architecture: architecture.value,
          model: model.value,
          datasetId: datasetId.value,
          recipe: checked.value.recipe,
          planOf: planOf.value,
          device: device.value,
          queue: entry.value,
        },
  );

  /** Without the name and the fields that a range test does without, among them the learning rate. */
  const rangeFields = computed(() => checkFields(withoutRate(fields), dataset.value));
  const rangeObstacle = computed<string | null>(() => {
    if (facts.value.problem) return facts.value.problem;
    if (mismatch.value) return 'Adapt the architecture to the data set first.';
    const unusable = deviceProblem(device.value, settings.info?.gpuObstacle ?? null);
    if (unusable) return unusable;
    if (!rangeFields.value.recipe) return Object.values(rangeFields.value.problems)[0] ?? 'Check the recipe.';
    if (status.value && status.value.state !== 'ready') return `${dataset.value.title} is not ready yet.`;
    return null;
  });
  const rangeRequest = computed(() =>
    rangeObstacle.value || !architecture.value || !rangeFields.value.recipe
      ? null
      : {
          architecture: architecture.value,
          datasetId: datasetId.value,
          recipe: rangeFields.value.recipe,
          device: device.value,
        },
  );

  return {
    modelKey,
    datasetId,
    fields,
    name,
    device,
    entry,
    begin,
    leave,
    origin,
    proposal,
    startFrom,
    groups,
    chosen,
    isAdapted: computed(() => adaption.value !== null),
    facts,
    dataset,
    mismatch,
    adapt,
    checked,
    trained: architecture,
    hints,
    schedule,
    workload,
    warnings,
    defaultName,
    wrongName,
    planOf,
    obstacle,
    request,
    seeds,
    repetition,
    /** The request for each random seed, in the order in which they are to be asked for. */
    requests: computed(() => {
      if (request.value === null || repeats.value === null) return [];
      const all = withSeeds(request.value, repeats.value);
      // Each goes before all that wait: the first comes last.
      return entry.value === 'next' ? all.reverse() : all;
    }),
    /** What a learning-rate range test of the choice is asked with, and what stands in its way. */
    rangeRequest,
    rangeObstacle,
  };
}
