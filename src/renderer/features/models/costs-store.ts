/** What is known of costs on this machine, and the measurement that is under way; main measures one at a time. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { CostProgress, KnownCosts } from '../../../shared/cost/known';
import type { MethodArgs } from '../../../shared/contract';
import { ApiError, attempt, call, on, report } from '../../base/api';

export const useCostsStore = defineStore('costs', () => {
  /** Null while nothing is measured. */
  const progress = shallowRef<CostProgress | null>(null);
  /** Why the last measurement was not made; null where it was, or was cancelled. */
  const refusal = ref<string | null>(null);
  /** Counts measurements: what is known may have changed. */
  const measured = ref(0);
  on('costs.measuring', (now) => (progress.value = now));

  /** Undefined where main does not tell. */
  const known = (args: MethodArgs<'costs.known'>): Promise<KnownCosts | undefined> =>
    attempt('costs.known', args);

  async function measure(args: MethodArgs<'costs.measure'>): Promise<void> {
    if (progress.value) return;
    refusal.value = null;
    progress.value = { stage: 'Starting', fraction: null };
    try {
      await call('costs.measure', args);
      measured.value++;
    } catch (error) {
      if (!(error instanceof ApiError)) report(error);
      else if (error.failure.code !== 'cancelled') refusal.value = error.failure.message;
    } finally {
      progress.value = null;
    }
  }

  const cancel = async (): Promise<void> => void (await attempt('costs.cancel'));

  return { progress, refusal, measured, known, measure, cancel };
});
