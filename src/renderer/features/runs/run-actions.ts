/** What can be done with a run in its state, and what it is called. Pure. */
import { hasDiverged } from '../../../shared/divergence';
import { canResume, hasEnded, isActive, type Run } from '../../../shared/run';
import { thousands } from '../../../shared/format';

export type RunAction =
  | 'pause'
  | 'stop'
  | 'resume'
  | 'extend'
  | 'fork'
  | 'next'
  | 'hold'
  | 'release'
  | 'answer'
  | 'dequeue'
  | 'again'
  | 'log'
  | 'json'
  | 'csv'
  | 'delete';

type Actionable = Pick<
  Run,
  | 'state'
  | 'reason'
  | 'queue'
  | 'asks'
  | 'checkpointStep'
  | 'parent'
  | 'startedAt'
  | 'imported'
  | 'unreadable'
>;

/** `main`: as buttons, the likeliest first; `more`: in a menu. */
export function actionsOf(run: Actionable): { main: RunAction[]; more: RunAction[] } {
  const { state, queue } = run;
  if (run.unreadable !== undefined) {
    return isActive(state)
      ? { main: ['stop'], more: ['log', 'json', 'csv'] }
      : { main: [], more: ['log', 'json', 'csv', 'delete'] };
  }
  // There are no weights of it, and no training process has had it.
  if (run.imported) return { main: [], more: ['json', 'csv', 'delete'] };
  const main: RunAction[] = [];
  const more: RunAction[] = [];
  const diverged = hasDiverged(run);
  const forkable = run.checkpointStep !== null;

  if (isActive(state)) main.push('pause', 'stop');
  if (state === 'queued') {
    if (run.asks !== null) main.push('answer');
    else {
      if (queue && (queue.place > 1 || queue.held)) main.push('next');
      main.push(queue?.held ? 'release' : 'hold');
    }
    main.push('dequeue');
  }
  // From wherever it resumed it would come to the same step again.
  if (canResume(state) && !diverged) main.push('resume');
  if (state === 'completed') main.push('extend');
  if (forkable) (hasEnded(state) || state === 'paused' ? main : more).push('fork');
  if (hasEnded(state) && state !== 'completed' && !diverged) more.push('extend');
  if (state === 'paused') more.push('stop');
  (diverged && !forkable ? main : more).push('again');
  // Its first line is written when the training process starts.
  if (run.startedAt !== null || hasEnded(state) || isActive(state)) more.push('log');
  more.push('json', 'csv');
  if (!isActive(state)) more.push('delete');
  return { main, more };
}

const LABELS: Record<RunAction, string> = {
  pause: 'Pause',
  stop: 'Stop',
  resume: 'Resume',
  extend: 'Add epochs…',
  fork: 'Fork…',
  next: 'Run next',
  hold: 'Hold',
  release: 'Release',
  answer: 'Answer…',
  dequeue: 'Remove from queue',
  again: 'Start again as a new run…',
  log: 'Open log',
  json: 'Export as JSON…',
  csv: 'Export as CSV…',
  delete: 'Delete',
};

export function actionLabel(action: RunAction, run: Actionable): string {
  if (action === 'pause' && run.state === 'pausing') return 'Pausing…';
  if (action === 'stop' && run.state === 'stopping') return 'Stopping…';
  return LABELS[action];
}

/** Where a run would resume. A fork that has no step of its own yet begins there. */
export function describeResumePoint({
  checkpointStep,
  parent,
}: Pick<Run, 'checkpointStep' | 'parent'>): string {
  if (checkpointStep === null || checkpointStep === 0)
    return 'at its first step, with the same figures again';
  const at = `at step ${thousands(checkpointStep)}`;
  return parent && checkpointStep <= parent.step
    ? `${at}, where it was forked`
    : `${at}, exactly as if it had never stopped`;
}

export function actionTitle(action: RunAction, run: Actionable): string | undefined {
  switch (action) {
    case 'pause':
      return 'Write a checkpoint after this step and give the memory back (P)';
    case 'stop':
      return run.state === 'paused'
        ? 'End it here; it can still be resumed'
        : 'Write a checkpoint after this step and end; it can be resumed';
    case 'resume':
      return `Resumes ${describeResumePoint(run)} (P)`;
    case 'extend':
      return 'Train it for more epochs';
    case 'fork':
      return 'Start a new run from one of its checkpoints, with another recipe';
    case 'next':
      return 'To the front of the queue';
    case 'hold':
      return 'Pass it over until it is released';
    case 'answer':
      return 'See what it asks before it trains (P)';
    case 'dequeue':
      return 'It can be resumed later';
    default:
      return undefined;
  }
}

/** Whether the request is under way already. */
export const isUnderWay = (action: RunAction, { state }: Pick<Run, 'state'>): boolean =>
  (action === 'pause' && (state === 'pausing' || state === 'stopping')) ||
  (action === 'stop' && state === 'stopping');
