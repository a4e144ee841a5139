/** What the window is like, as style sheets ask it. */
import { onBeforeUnmount, ref, type Ref } from 'vue';

/** Whether a media query holds now, followed while the component lives. */
export function useMedia(query: string): Readonly<Ref<boolean>> {
  const list = window.matchMedia(query);
  const holds = ref(list.matches);
  const follow = (): void => void (holds.value = list.matches);
  list.addEventListener('change', follow);
  onBeforeUnmount(() => list.removeEventListener('change', follow));
  return holds;
}
