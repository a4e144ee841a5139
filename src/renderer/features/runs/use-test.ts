/** The test of one run in the window: from which checkpoint, how far it is, how often it was taken. */
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import type { Checkpoint } from '../../../shared/checkpoint';
import { plural } from '../../../shared/format';
import { isActive, type TrainedRun } from '../../../shared/run';
import { countTests, describeTestCount } from '../../../shared/test-count';
import { TEST_VIEW_KEYS, TEST_VIEWS, type TestViews, type TestProgress } from '../../../shared/test-result';
import { validatesOnTestSet } from '../../../shared/validation';
import { attempt, on } from '../../base/api';
import type { Option } from '../../ui/options';
import { describeCheckpoint, usable } from './describe-checkpoint';
import { useRunsStore } from './runs-store';

/** Leaves the choice of the checkpoint to main. */
const USUAL = 'usual';

export interface RunTest {
  /** Checkpoints to choose from, the usual one first. */
  choices: ComputedRef<Option<string>[]>;
  chosen: Ref<string>;
  /** Over which views of each image it may average. */
  viewChoices: readonly Option<TestViews>[];
  views: Ref<TestViews>;
  /** Null while none is under way. */
  progress: Ref<TestProgress | null>;
  /** Why it cannot be taken now; null where it can. */
  obstacle: ComputedRef<string | null>;
  /** What else trains meanwhile, a sentence; null for nothing. */
  beside: ComputedRef<string | null>;
  /** How often it was taken. */
  count: ComputedRef<string>;
  take: () => Promise<void>;
  cancel: () => Promise<void>;
}

export function useTest(run: () => TrainedRun, checkpoints: () => readonly Checkpoint[]): RunTest {
  const store = useRunsStore();
  const chosen = ref(USUAL);
  const views = ref<TestViews>('none');
  const progress = shallowRef<TestProgress | null>(null);
  onScopeDispose(
    on('run.testing', (testing) => {
      if (testing.runId === run().id) progress.value = testing.progress;
    }),
  );
  watch(
    () => run().id,
    () => {
      chosen.value = USUAL;
      views.value = 'none';
      progress.value = null;
    },
  );

  const intact = computed(() => usable(checkpoints()));
  const choices = computed(() => [
    { value: USUAL, label: usualLabel(run(), intact.value) },
    ...intact.value.map((one) => ({ value: String(one.id), label: describeCheckpoint(one) })),
  ]);
  // One that has been deleted meanwhile is chosen no longer.
  watch(choices, (now) => {
    if (!now.some(({ value }) => value === chosen.value)) chosen.value = USUAL;
  });

  const obstacle = computed(() => {
    const { state } = run();
    if (isActive(state) || state === 'queued') return 'Once the run has ended or paused.';
    return intact.value.length === 0 ? 'The run has no checkpoint whose weights could be tested.' : null;
  });
  const beside = computed(() => {
    const others = store.list.filter(({ id, state }) => id !== run().id && isActive(state)).length;
    return others === 0 ? null : `${plural(others, 'other run')} being trained: it takes longer.`;
  });

  return {
    choices,
    chosen,
    viewChoices: TEST_VIEW_KEYS.map((value) => ({ value, label: TEST_VIEWS[value] })),
    views,
    progress,
    obstacle,
    beside,
    count: computed(() => describeTestCount(countTests(run(), store.list))),
    async take() {
      const checkpointId = chosen.value === USUAL ? null : Number(chosen.value);
      progress.value = { stage: 'Starting', fraction: null };
      await attempt('runs.test', { id: run().id, checkpointId, views: views.value });
      progress.value = null;
    },
    cancel: async () => void (await attempt('runs.cancelTest', { id: run().id })),
  };
}

/** As main chooses where it is not told. */
function usualLabel({ recipe }: TrainedRun, intact: readonly Checkpoint[]): string {
  const best = validatesOnTestSet(recipe) ? undefined : intact.find((one) => one.best);
  return best ? 'The best in validation' : 'The newest';
}
