/** What each of some changes would do to the size of a network: worked out in sight, after a pause, while nothing else is to do. */
import { onBeforeUnmount, shallowRef, watch, type Ref } from 'vue';
import type { Architecture } from '../../../architecture/architecture';
import type { ArchitectureEdit } from '../../../architecture/edits/edit';
import { describeEffect, effectOf } from '../../../architecture/edits/effect';
import { useInSight } from '../../curves/in-sight';

/** Typing comes first. */
const PAUSE_MS = 250;

/**
 * Sentences in the order of the edits; those of the architecture before until they have been worked out.
 *
 * @param element they wait until it is in sight
 */
export function useEffects(
  element: Ref<HTMLElement | undefined>,
  architecture: () => Architecture,
  edits: () => readonly ArchitectureEdit[],
): Readonly<Ref<readonly string[]>> {
  const sentences = shallowRef<readonly string[]>([]);
  const isInSight = useInSight(element);
  let pause: ReturnType<typeof setTimeout> | undefined;
  let idle: number | undefined;

  function stop(): void {
    clearTimeout(pause);
    if (idle !== undefined) cancelIdleCallback(idle);
    idle = undefined;
  }
  /** One at a time, so that none holds the window up. */
  function work(done: readonly string[]): void {
    const edit = edits()[done.length];
    if (!edit) {
      sentences.value = done;
      return;
    }
    idle = requestIdleCallback(() => work([...done, describeEffect(effectOf(architecture(), edit))]));
  }
  watch(
    [architecture, isInSight],
    () => {
      stop();
      if (isInSight.value && edits().length > 0) pause = setTimeout(() => work([]), PAUSE_MS);
    },
    { immediate: true },
  );
  onBeforeUnmount(stop);
  return sentences;
}
