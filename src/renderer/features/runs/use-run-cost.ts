/** What the run that is asked for would take: looked up for its batch size and device, told for every recipe that is typed. */
import { computed, shallowRef, watch, type ComputedRef } from 'vue';
import type { Network } from '../../../architecture/network';
import {
  describeBasis,
  describeShared,
  describeTime,
  formatAbout,
  obstaclesTo,
} from '../../../shared/cost/describe';
import { costBatch, estimateCost, type CostEstimate } from '../../../shared/cost/estimate';
import type { KnownCosts } from '../../../shared/cost/known';
import type { DatasetInfo } from '../../../shared/dataset';
import type { Recipe } from '../../../shared/recipe';
import { isActive, type DeviceChoice } from '../../../shared/run';
import { useSettingsStore } from '../../base/settings-store';
import { useCostsStore } from '../models/costs-store';
import { useRunsStore } from './runs-store';

/** Null where there is nothing that could be trained. */
export interface CostQuestion {
  network: Network;
  recipe: Recipe;
  dataset: DatasetInfo;
  device: DeviceChoice;
  /** The data set is not on this machine. */
  missing: boolean;
}

export interface RunCost {
  estimate: ComputedRef<CostEstimate | null>;
  /** `about 21 min, 2 min 6 s an epoch`; null where nothing was measured. */
  time: ComputedRef<string | null>;
  /** The same by another recipe; null where nothing is known of batches of its size. */
  timeOf: (recipe: Recipe) => string | null;
  /** Behind it: a step, the error, the ground. */
  detail: ComputedRef<string>;
  /** Other runs that train meanwhile; null for none. */
  shared: ComputedRef<string | null>;
  obstacles: ComputedRef<string[]>;
  refusal: ComputedRef<string | null>;
  /** Whether steps of just this were taken. */
  isMeasured: ComputedRef<boolean>;
  /** Why it cannot be measured now; null where it can. */
  obstacle: ComputedRef<string | null>;
  measure: () => Promise<void>;
}

export function useRunCost(question: () => CostQuestion | null): RunCost {
  const costs = useCostsStore();
  const runs = useRunsStore();
  const settings = useSettingsStore();
  const known = shallowRef<KnownCosts | null>(null);

  const lookedUp = computed(() => {
    const asked = question();
    return asked && { batch: costBatch(asked.recipe, asked.dataset.trainCount), device: asked.device };
  });
  const training = computed(() => runs.list.filter(({ state }) => isActive(state)).map(({ id }) => id));
  watch(
    [() => JSON.stringify(lookedUp.value), () => costs.measured],
    async () => {
      const asked = lookedUp.value;
      if (!asked) return;
      const answer = await costs.known(asked);
      // An answer to a question that has changed meanwhile is of no use.
      if (answer && JSON.stringify(asked) === JSON.stringify(lookedUp.value)) known.value = answer;
    },
    { immediate: true },
  );

  const estimateOf = ({ network, dataset }: CostQuestion, recipe: Recipe): CostEstimate => {
    const { keepCheckpoints, keepEveryEpochs } = settings.settings;
    return estimateCost(network, recipe, dataset, known.value, {
      last: keepCheckpoints,
      everyEpochs: keepEveryEpochs,
    });
  };
  const estimate = computed(() => {
    const asked = question();
    return asked && estimateOf(asked, asked.recipe);
  });
  const time = computed(() => (estimate.value?.time ? describeTime(estimate.value.time) : null));
  return {
    estimate,
    time,
    timeOf(recipe) {
      const asked = question();
      if (!asked || costBatch(recipe, asked.dataset.trainCount) !== lookedUp.value?.batch) return null;
      const { time } = estimateOf(asked, recipe);
      return time && describeTime(time);
    },
    detail: computed(() => {
      const found = estimate.value?.time;
      if (!found || !known.value) return '';
      return `${formatAbout(found.step)} a step. ${describeBasis(found)}`;
    }),
    shared: computed(() => describeShared({ training: training.value })),
    obstacles: computed(() => {
      const asked = question();
      if (!asked || !estimate.value || !known.value) return [];
      return obstaclesTo({ ...asked, estimate: estimate.value, known: known.value });
    }),
    refusal: computed(() => costs.refusal),
    isMeasured: computed(() => estimate.value?.time?.basis === 'steps'),
    obstacle: computed(() =>
      training.value.length > 0
        ? `Run ${training.value[0]} is being trained: measure when it has ended.`
        : null,
    ),
    async measure() {
      const asked = question();
      if (!asked || !lookedUp.value) return;
      const { network, recipe } = asked;
      await costs.measure({ architecture: network.architecture, recipe, ...lookedUp.value });
    },
  };
}
