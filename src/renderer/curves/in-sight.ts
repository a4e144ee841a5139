/** Whether an element can be seen, so that what is scrolled away is not drawn. */
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue';

/** How far outside of what is seen an element counts as seen, so that it is there when it is scrolled to. */
const MARGIN = '120px';

export function useInSight(element: Ref<HTMLElement | undefined>): Readonly<Ref<boolean>> {
  const seen = ref(false);
  const observer = new IntersectionObserver((entries) => (seen.value = entries.at(-1)!.isIntersecting), {
    rootMargin: MARGIN,
  });
  onMounted(() => element.value && observer.observe(element.value));
  onBeforeUnmount(() => observer.disconnect());
  return seen;
}
