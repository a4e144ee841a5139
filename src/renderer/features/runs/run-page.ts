/** What the page of a run shares with the one that is shown in its place where the run cannot be read. */
import { useRouter } from 'vue-router';
import type { Run } from '../../../shared/run';
import { usePageTitle } from '../../base/page-title';
import { useCommands } from '../../ui/commands-store';
import { runCommands } from './run-commands';
import { useRunsStore } from './runs-store';
import { useRunActions, type ActionsHere, type RunActions } from './use-run-actions';

/** Names the window after the run and gives its actions, also as commands; once it is deleted the list of runs is shown. */
export function useRunPage(run: () => Run, dialogs: ActionsHere['dialogs'] = {}): RunActions {
  const router = useRouter();
  const store = useRunsStore();
  usePageTitle(() => run().name);
  const actions = useRunActions({ dialogs, deleted: () => router.push('/runs') });
  useCommands(() => runCommands(run(), actions, store));
  return actions;
}
