/** Trains the example, wherever that is offered, and shows its run. */
import { ref, type Ref } from 'vue';
import { useRouter } from 'vue-router';
import { report } from '../../base/api';
import { exampleRequest } from './examples';
import { useRunsStore } from './runs-store';

export function useExample(): { starting: Ref<boolean>; train: () => Promise<void> } {
  const runs = useRunsStore();
  const router = useRouter();
  const starting = ref(false);

  async function train(): Promise<void> {
    if (starting.value) return;
    starting.value = true;
    try {
      const run = await runs.start(exampleRequest());
      await router.push(`/runs/${run.id}`);
    } catch (error) {
      report(error);
    } finally {
      starting.value = false;
    }
  }

  return { starting, train };
}
