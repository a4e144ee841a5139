/** What a dialog does with what it asks of main: one request at a time, a refusal shown in the dialog. */
import { ref } from 'vue';
import type { Failure } from '../../../shared/result';
import { ApiError, report } from '../../base/api';

export function useSubmission() {
  const busy = ref(false);
  /** Why the last one was refused. */
  const refusal = ref<Failure | null>(null);

  async function submit(work: () => Promise<void>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    refusal.value = null;
    try {
      await work();
    } catch (error) {
      if (error instanceof ApiError) refusal.value = error.failure;
      else report(error);
    } finally {
      busy.value = false;
    }
  }

  return { busy, refusal, submit };
}
