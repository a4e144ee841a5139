/** The queue as the window shows it, and what starting a run would lead to. Pure. */
import type { QueueEntry, Run } from '../../../shared/run';
import { plural } from '../../../shared/format';

type Waiting = Run & { queue: NonNullable<Run['queue']> };
const waits = (run: Run): run is Waiting => run.state === 'queued' && run.queue !== null;

/** Runs that wait, held ones among them, in their order. */
export const queueOf = (runs: readonly Run[]): Waiting[] =>
  runs.filter(waits).sort((a, b) => a.queue.place - b.queue.place || a.id - b.id);

/** The queue after a run was moved to a place (from 1), places counted again; those that changed are new objects. */
export function moved(queue: readonly Waiting[], id: number, place: number): Waiting[] {
  const run = queue.find((one) => one.id === id);
  if (!run) return [...queue];
  const order = queue.filter((one) => one !== run);
  order.splice(Math.max(0, Math.min(order.length, place - 1)), 0, run);
  return order.map((one, index) =>
    one.queue.place === index + 1 ? one : { ...one, queue: { ...one.queue, place: index + 1 } },
  );
}

/** What a run meets that is started now. */
export interface Outlook {
  /** It begins at once. */
  free: boolean;
  /** Runs that are training. */
  training: number;
  /** Runs that are taken before one that enters the queue last; held ones are passed over. */
  waiting: number;
}

export function outlookOf(active: number, queue: readonly Waiting[], runsAtOnce: number): Outlook {
  const waiting = queue.filter((run) => !run.queue.held).length;
  return { free: active + waiting < runsAtOnce, training: active, waiting };
}

/** The ways into the queue that differ from each other. */
export function queueOptions({ free, waiting }: Outlook): { value: QueueEntry; label: string }[] {
  const held = { value: 'held' as const, label: 'Hold it' };
  if (free) return [{ value: 'last', label: 'Begin now' }, held];
  if (waiting === 0) return [{ value: 'last', label: 'Next' }, held];
  return [{ value: 'last', label: 'Last' }, { value: 'next', label: 'Next' }, held];
}

/** What pressing the button will do: `Start`, `Queue (2 before it)`. */
export function startLabel(entry: QueueEntry, { free, waiting }: Outlook): string {
  if (entry === 'held') return 'Queue, held';
  if (free) return 'Start';
  return entry === 'next' || waiting === 0 ? 'Queue as next' : `Queue (${waiting} before it)`;
}

/** The same in a sentence, with why. */
export function startSentence(entry: QueueEntry, { free, training, waiting }: Outlook): string {
  if (entry === 'held') return 'Waits in the queue until you release it.';
  if (free) {
    return training === 0
      ? 'Starts at once.'
      : `Starts at once beside ${plural(training, 'other run')}: they share the processors, so each is slower.`;
  }
  if (entry === 'last' && waiting > 0) {
    return `Starts after the ${waiting === 1 ? 'run that waits' : `${waiting} runs that wait`} before it.`;
  }
  return `Starts when ${training === 1 ? 'the current run' : 'one of the current runs'} ends.`;
}
