/** The checkpoints of one run, read again whenever main says something that they follow from. */
import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import type { Checkpoint, CheckpointSpace } from '../../../shared/checkpoint';
import type { Run } from '../../../shared/run';
import { attempt, call, report } from '../../base/api';

export interface Checkpoints {
  /** Newest first; null until they have been read. */
  list: Ref<readonly Checkpoint[] | null>;
  /** Room on their disk; null until it is known. */
  space: Ref<CheckpointSpace | null>;
  /** Why they could not be read. */
  problem: Ref<string | null>;
  reload: () => Promise<void>;
  pin: (checkpoint: Checkpoint, pinned: boolean) => Promise<void>;
  /** Whether it is gone. */
  remove: (checkpoint: Checkpoint) => Promise<boolean>;
}

export function useCheckpoints(run: () => Run): Checkpoints {
  const list = shallowRef<readonly Checkpoint[] | null>(null);
  const space = shallowRef<CheckpointSpace | null>(null);
  const problem = ref<string | null>(null);
  /** Answers may overtake each other: only that of the last question counts. */
  let asked = 0;
  onScopeDispose(() => asked++);

  async function reload(): Promise<void> {
    const question = ++asked;
    try {
      const found = await call('checkpoints.list', { id: run().id });
      if (question !== asked) return;
      list.value = found;
      problem.value = null;
      const room = await call('checkpoints.space', { id: run().id });
      if (question === asked) space.value = room;
    } catch (error) {
      if (question === asked) problem.value = error instanceof Error ? error.message : String(error);
    }
  }

  // A new checkpoint changes the step at which the run would resume; one is best only after its epoch was validated.
  watch(() => [run().id, run().checkpointStep, run().epoch, run().state].join(' '), reload, {
    immediate: true,
  });

  async function pin(checkpoint: Checkpoint, pinned: boolean): Promise<void> {
    const changed = await attempt('checkpoints.pin', { checkpointId: checkpoint.id, pinned });
    if (!changed) return;
    list.value = list.value?.map((one) => (one.id === changed.id ? changed : one)) ?? null;
  }

  async function remove(checkpoint: Checkpoint): Promise<boolean> {
    try {
      await call('checkpoints.delete', { checkpointId: checkpoint.id });
    } catch (error) {
      report(error);
      return false;
    }
    list.value = list.value?.filter((one) => one.id !== checkpoint.id) ?? null;
    return true;
  }

  return { list, space, problem, reload, pin, remove };
}
