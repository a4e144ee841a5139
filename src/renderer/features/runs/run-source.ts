/** The text that an imported run comes from, read once it is asked for. */
import { ref, shallowRef, type Ref } from 'vue';
import type { SourceExcerpt } from '../../../shared/histories/source';
import { attempt } from '../../base/api';

export interface RunSource {
  /** Null until it has been read. */
  excerpt: Ref<SourceExcerpt | null>;
  shown: Ref<boolean>;
  toggle: () => Promise<void>;
}

export function useRunSource(id: () => number): RunSource {
  const excerpt = shallowRef<SourceExcerpt | null>(null);
  const shown = ref(false);
  return {
    excerpt,
    shown,
    async toggle() {
      // What cannot be read has been reported: the next press asks again.
      excerpt.value ??= (await attempt('runs.source', { id: id() })) ?? null;
      shown.value = excerpt.value !== null && !shown.value;
    },
  };
}
