/** How many runs are training now, for the badge of the navigation; independent of what the views have loaded. */
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { isActive } from '../../shared/domain';
import { call, on } from '../api';

export const useActivityStore = defineStore('activity', () => {
  const active = ref(new Set<number>());
  const count = computed(() => active.value.size);

  on('run.changed', (run) => {
    if (isActive(run.state)) active.value.add(run.id);
    else active.value.delete(run.id);
  });
  on('run.removed', ({ id }) => active.value.delete(id));
  // A failure is shown by whoever lists the runs; the badge only stays empty.
  call('runs.list').then(
    (runs) => runs.filter((run) => isActive(run.state)).forEach((run) => active.value.add(run.id)),
    () => undefined,
  );

  return { count };
});
