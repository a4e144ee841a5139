import type { Router } from 'vue-router';
import type { useRunsStore } from '../features/runs/runs-store';

/** What the window shows first: the view that is remembered, the runs where there are some, or else where one begins. */
export async function firstView(
  remembered: string,
  router: Pick<Router, 'resolve'>,
  runs: Pick<ReturnType<typeof useRunsStore>, 'load' | 'list'>,
): Promise<string> {
  const { matched, name } = router.resolve(remembered.startsWith('/') ? remembered : '/');
  if (remembered !== '' && name !== 'start' && matched.some((route) => route.name !== undefined)) {
    return remembered;
  }
  await runs.load();
  return runs.list.length > 0 ? '/runs' : '/start';
}
