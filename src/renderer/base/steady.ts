/** Values that are worked out often and seldom change. */
import { computed, type ComputedRef } from 'vue';

/**
 * A computed value that stays the same object as long as its content does, so that what follows from it is not done again.
 * The content is compared as JSON: for small plain data.
 */
export const steady = <T>(get: () => T): ComputedRef<T> =>
  computed<T>((old) => {
    const next = get();
    return old !== undefined && JSON.stringify(old) === JSON.stringify(next) ? old : next;
  });
