/** What the page of a run shares with the one that stands in its place where the run cannot be read. */
import { useRouter } from 'vue-router';
import type { Run } from '../../../shared/run';
import { usePageTitle } from '../../base/page-title';
import { useRunActions, type ActionsHere, type RunActions } from './use-run-actions';

/** Names the window after the run, and gives its actions; once it is deleted the list of runs is shown. */
export function useRunPage(run: () => Run, dialogs: ActionsHere['dialogs'] = {}): RunActions {
  const router = useRouter();
  usePageTitle(() => run().name);
  return useRunActions({ dialogs, deleted: () => router.push('/runs') });
}
