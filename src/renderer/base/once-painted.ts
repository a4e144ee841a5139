/** Rendering in two goes: what a page is opened for first, the rest when that has been painted. */
import { onScopeDispose, readonly, shallowRef, watch, type Ref } from 'vue';

/** Milliseconds after which the rest is rendered whatever has become of the first: a read may fail. */
const PATIENCE_MS = 1_000;

/** Becomes true, and stays so, once something is ready and has been painted; at once where it is ready from the beginning. */
export function useOncePainted(isReady: () => boolean): Readonly<Ref<boolean>> {
  const painted = shallowRef(isReady());
  if (painted.value) return painted;
  let frame: number | undefined;
  let timer = setTimeout(done, PATIENCE_MS);
  function done(): void {
    painted.value = true;
    stop();
  }
  const stopWatching = watch(isReady, (now) => {
    if (!now || frame !== undefined) return;
    clearTimeout(timer);
    // The frame is painted when its callbacks have ended.
    frame = requestAnimationFrame(() => (timer = setTimeout(done)));
  });
  function stop(): void {
    stopWatching();
    clearTimeout(timer);
    if (frame !== undefined) cancelAnimationFrame(frame);
  }
  onScopeDispose(stop);
  return readonly(painted);
}
