/** How the curves of a run are looked at; kept while the window lives, so that going from run to run changes nothing. */
import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { XAxis } from '../charts/series';

/** The axes that a run's page offers: the others tell only several runs apart. */
export const RUN_AXES = ['step', 'epoch', 'time'] as const satisfies readonly XAxis[];

export const useChartSettings = defineStore('chart-settings', () => ({
  axis: ref<(typeof RUN_AXES)[number]>('step'),
  logarithmicLoss: ref(false),
  /** `crossEntropy`: without the L2 term. */
  lossKind: ref<'loss' | 'crossEntropy'>('loss'),
}));
