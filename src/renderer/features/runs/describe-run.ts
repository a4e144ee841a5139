/** Descriptions of a run for the window. Pure. */
import type { Architecture } from '../../../architecture/architecture';
import { LIMITS } from '../../../architecture/limits';
import { beginning } from '../../../architecture/names';
import { shownTitle } from '../../../architecture/shown-name';
import { isActive, type Run, type RunLive, type RunState } from '../../../shared/run';
import { NOTHING, formatDuration, formatProgress, plural, thousands } from '../../../shared/format';
import { named } from '../../base/shown';

export const STATE_LABELS: Record<RunState, string> = {
  queued: 'Queued',
  preparing: 'Preparing',
  running: 'Running',
  pausing: 'Pausing',
  paused: 'Paused',
  stopping: 'Stopping',
  stopped: 'Stopped',
  completed: 'Completed',
  failed: 'Failed',
  interrupted: 'Interrupted',
};

/** The state as its tag says it: a run that is passed over in the queue is held, and one that another program trained imported. */
export const stateLabel = (run: Pick<Run, 'state' | 'queue' | 'imported' | 'unreadable'>): string =>
  run.unreadable !== undefined
    ? 'Unreadable'
    : run.imported
      ? 'Imported'
      : run.state === 'queued' && run.queue?.held
        ? 'Held'
        : STATE_LABELS[run.state];

/** Where a run waits: `next in the queue`, `place 3 in the queue`, `held in the queue`. */
export function describeQueuePlace({ queue }: Pick<Run, 'queue'>): string {
  if (queue === null) return 'waiting to be taken';
  if (queue.held) return 'held in the queue';
  return queue.place === 1 ? 'next in the queue' : `place ${thousands(queue.place)} in the queue`;
}

/** Share of its steps that a run has done, 0 to 1; of an imported run, of the epochs that its source announces. */
export function progressOf(
  run: Pick<Run, 'step' | 'totalSteps' | 'epoch' | 'epochs' | 'state' | 'imported'>,
): number {
  if (run.imported) return run.epochs > 0 ? Math.min(1, run.epoch / run.epochs) : 1;
  if (run.state === 'completed') return 1;
  return run.totalSteps > 0 ? Math.min(1, run.step / run.totalSteps) : 0;
}

/** `epoch 3 of 10`: the epoch under way; `2 of 10 epochs` that a run has finished which has ended. */
export function describeEpochs(run: Pick<Run, 'state' | 'epoch' | 'epochs' | 'step'>): string {
  if (isActive(run.state)) {
    return `epoch ${thousands(Math.min(run.epochs, run.epoch + 1))} of ${thousands(run.epochs)}`;
  }
  const all = plural(run.epochs, 'epoch');
  return run.epoch === run.epochs ? all : `${thousands(run.epoch)} of ${all}`;
}

/** What the trainer is doing: `validating, 40 %`, `loading TensorFlow`. */
export function describePhase(run: Pick<Run, 'state'>, live: RunLive | undefined): string {
  if (live?.stalled) return 'stalled';
  if (run.state === 'stopping' || run.state === 'pausing') {
    if (live?.phase === 'writing a checkpoint') return live.phase;
    return `${run.state} after this step`;
  }
  if (!live) return run.state === 'preparing' ? 'starting the trainer' : 'waiting for the trainer';
  if (live.phase === 'training' || live.fraction === null) return live.phase;
  return `${live.phase}, ${formatProgress(live.fraction)}`;
}

/**
 * Seconds that a run has been trained for: by the clock since its first step while it is active, without the times
 * between. Before a resumed run has its first step its gap is not known yet, so what was measured counts.
 */
export function elapsedSeconds(
  run: Pick<Run, 'state' | 'startedAt' | 'seconds' | 'gaps' | 'imported'>,
  now: number,
): number | null {
  // No time at all: its source does not say.
  if (run.imported) return run.seconds > 0 ? run.seconds : null;
  if (run.startedAt === null) return null;
  if (!isActive(run.state) || run.state === 'preparing') return run.seconds;
  const away = run.gaps.reduce((sum, gap) => sum + gap.lostSeconds, 0);
  return Math.max(run.seconds, (now - run.startedAt) / 1000 - away);
}

/** `2 h 05 min` to go; `estimating…` until its trainer has timed enough steps. */
export function formatTimeLeft(run: Pick<Run, 'state'>, live: RunLive | undefined): string {
  // What stalls, or is about to leave, has no end that its pace could tell.
  if (live?.stalled || run.state === 'pausing' || run.state === 'stopping') return NOTHING;
  return live?.secondsLeft == null ? 'estimating…' : formatDuration(live.secondsLeft);
}

/** What is shown in place of a curve that has no point yet. */
export function describeEmptyCurve(run: Pick<Run, 'state' | 'imported'>, live: RunLive | undefined): string {
  if (run.imported) return 'Its source has no figures for this curve.';
  if (isActive(run.state)) return `The curve begins with the first step: ${describePhase(run, live)}.`;
  if (run.state === 'queued') return 'The curve begins when the run has left the queue.';
  return run.state === 'paused'
    ? 'The run was paused before its first step.'
    : 'The run ended before its first step.';
}

/** `ResNet-18 on Shapes`, `ResNet-18`, `Shapes`, as far as it is known; else where an imported run comes from. */
export function describeSetUp({
  architecture,
  dataset,
  imported,
}: Pick<Run, 'architecture' | 'dataset' | 'imported'>): string {
  const parts = [architecture && named(shownTitle(architecture)), dataset?.title].filter(Boolean);
  return parts.length > 0 ? parts.join(' on ') : `imported from ${named(imported?.file ?? 'pasted text')}`;
}

/** `ResNet-18 on Shapes`, with a number behind where runs of that name exist. */
export const freeRunName = (
  architecture: Architecture,
  datasetTitle: string,
  taken: Iterable<string>,
): string => freeName(`${shownTitle(architecture)} on ${datasetTitle}`, '', taken);

/** `one (fork)`, then `one (fork 2)`; a fork of a fork counts on. */
export const freeForkName = (parent: string, taken: Iterable<string>): string =>
  freeName(parent.replace(/ \(fork( \d+)?\)$/, ''), 'fork', taken);

/** Room for what is put behind a name: ` (fork 1000)`. */
const BEHIND = 12;

function freeName(whole: string, mark: string, taken: Iterable<string>): string {
  const plain = beginning(whole, LIMITS.nameLength - BEHIND);
  const names = new Set(taken);
  const first = mark ? `${plain} (${mark})` : plain;
  if (!names.has(first)) return first;
  const numbered = (number: number): string => `${plain} (${mark ? `${mark} ` : ''}${number})`;
  let number = 2;
  while (names.has(numbered(number))) number++;
  return numbered(number);
}
