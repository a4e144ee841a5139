/** The actions of runs as buttons and menus offer them, and what they do. */
import type { Run } from '../../../shared/run';
import { actionLabel, actionsOf, actionTitle, isUnderWay, type RunAction } from './run-actions';
import { useQuestionStore } from './question-store';
import { useRunsStore } from './runs-store';

/** Actions that ask for more before they do anything. */
type Asking = 'fork' | 'extend' | 'again';

/** An action as a button or an entry of a menu. */
export interface OfferedAction {
  action: RunAction;
  label: string;
  title: string | undefined;
  /** It has been asked for already. */
  disabled: boolean;
}

/** What a run allows in its state: as buttons, the likeliest first, and in a menu. Deletion stands apart. */
export interface Offer {
  main: OfferedAction[];
  more: OfferedAction[];
  deletable: boolean;
}

export interface RunActions {
  offer(run: Run): Offer;
  act(action: RunAction, run: Run): Promise<void>;
  /** Pauses a run that trains, resumes one that can be, or shows what it asks first; does nothing with any other. */
  pauseOrResume(run: Run): Promise<void>;
}

export interface ActionsHere {
  /** What opens the dialogs that there are here; actions without theirs are not offered. */
  dialogs?: Partial<Record<Asking, (run: Run) => void>>;
  /** A run was deleted. */
  deleted?: (run: Run) => unknown;
}

export function useRunActions({ dialogs = {}, deleted }: ActionsHere = {}): RunActions {
  const store = useRunsStore();
  const questions = useQuestionStore();

  const DO: Partial<Record<RunAction, (run: Run) => unknown>> = {
    pause: ({ id }) => store.pause(id),
    stop: ({ id }) => store.stop(id),
    dequeue: ({ id }) => store.stop(id),
    resume: ({ id }) => store.resume(id),
    next: ({ id }) => store.runNext(id),
    hold: ({ id }) => store.hold(id, true),
    release: ({ id }) => store.hold(id, false),
    answer: ({ id }) => questions.open(id),
    log: ({ id }) => store.openLog(id),
    json: ({ id }) => store.save(id, 'json'),
    csv: ({ id }) => store.save(id, 'csv'),
    delete: async (run) => {
      if (await store.remove([run.id])) await deleted?.(run);
    },
    ...dialogs,
  };

  const described = (actions: readonly RunAction[], run: Run): OfferedAction[] =>
    actions
      .filter((action) => action !== 'delete' && DO[action])
      .map((action) => ({
        action,
        label: actionLabel(action, run),
        title: actionTitle(action, run),
        disabled: isUnderWay(action, run),
      }));

  function offer(run: Run): Offer {
    const { main, more } = actionsOf(run);
    return { main: described(main, run), more: described(more, run), deletable: more.includes('delete') };
  }
  const act = async (action: RunAction, run: Run): Promise<void> => void (await DO[action]?.(run));

  return {
    offer,
    act,
    async pauseOrResume(run) {
      const possible = offer(run).main.find(
        ({ action, disabled }) => !disabled && ['pause', 'resume', 'answer'].includes(action),
      );
      if (possible) await act(possible.action, run);
    },
  };
}
