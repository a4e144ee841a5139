/** What each of some changes would do to the size of a network: worked out in sight, after a pause, while nothing else is to do. */
import { computed, onBeforeUnmount, shallowRef, watch, type Ref } from 'vue';
import type { Architecture } from '../../../architecture/architecture';
import type { ArchitectureEdit } from '../../../architecture/edits/edit';
import { describeEffect, effectOf } from '../../../architecture/edits/effect';
import { useInSight } from '../../curves/in-sight';

/** Typing comes first. */
const PAUSE_MS = 250;

/** An edit of the architecture at hand; the id tells it from the others. */
type NamedEdit = readonly [id: string, edit: ArchitectureEdit];
type Effects = ReadonlyMap<string, string>;

const NONE: Effects = new Map();

/**
 * A sentence for each edit by its id. Empty until those of this architecture have been worked out: an edit of the same id
 * may be another one on another architecture.
 *
 * @param element they wait until it is in sight
 */
export function useEffects(
  element: Ref<HTMLElement | undefined>,
  architecture: () => Architecture,
  edits: () => readonly NamedEdit[],
): Readonly<Ref<Effects>> {
  /** The name counts for nothing in a size. */
  const content = computed(() => JSON.stringify({ ...architecture(), name: '' }));
  const known = shallowRef({ content: '', effects: NONE });
  const isInSight = useInSight(element);
  let pause: ReturnType<typeof setTimeout> | undefined;
  let idle: number | undefined;

  function stop(): void {
    clearTimeout(pause);
    if (idle !== undefined) cancelIdleCallback(idle);
    idle = undefined;
  }
  /** One at a time, so that none holds the window up. */
  function work(done: readonly (readonly [string, string])[]): void {
    const next = edits()[done.length];
    if (!next) {
      known.value = { content: content.value, effects: new Map(done) };
      return;
    }
    const [id, edit] = next;
    idle = requestIdleCallback(() => work([...done, [id, describeEffect(effectOf(architecture(), edit))]]));
  }
  watch(
    [content, isInSight],
    () => {
      stop();
      if (isInSight.value && edits().length > 0) pause = setTimeout(() => work([]), PAUSE_MS);
    },
    { immediate: true },
  );
  onBeforeUnmount(stop);
  return computed(() => (known.value.content === content.value ? known.value.effects : NONE));
}
