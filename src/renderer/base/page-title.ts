/** What the window is called while a page shows one thing of several. */
import { watch } from 'vue';

/** Names the window after what the page shows, as long as it is there. */
export function usePageTitle(title: () => string): void {
  // After the router, which names the window after the view.
  watch(title, (now) => (document.title = `${now} – Resbench`), { immediate: true, flush: 'post' });
}
