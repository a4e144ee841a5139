/** What a run in the queue waits for, in words and as JSON. */
import { isActive, type Run } from '../../shared/run';

export interface Waiting {
  id: number;
  /** In the queue, from 1. */
  place: number;
  held: boolean;
  /** Whether it is held with a question. */
  asks: boolean;
  /** Runs that train now, and those in the queue that will be taken before it. */
  training: number[];
  before: number[];
}

/** Null where the run does not wait. */
export function waitingOf(run: Run, all: readonly Run[]): Waiting | null {
  const { queue } = run;
  if (run.state !== 'queued' || !queue) return null;
  const before = all
    .filter((other) => other.queue && !other.queue.held && other.queue.place < queue.place)
    .sort((a, b) => (a.queue?.place ?? 0) - (b.queue?.place ?? 0));
  return {
    id: run.id,
    place: queue.place,
    held: queue.held,
    asks: run.asks !== null,
    training: all.filter(({ state }) => isActive(state)).map(({ id }) => id),
    before: before.map(({ id }) => id),
  };
}

/** Named at most, of the runs that come before. */
const NAMED = 3;

/** `Run 7 waits in the queue: 2 before it (run 5 trains, run 6 waits)` */
export function waitingLine({ id, held, asks, training, before }: Waiting): string {
  if (asks) return `Run ${id} is held in the queue with a question`;
  if (held) return `Run ${id} is held in the queue until \`queue release ${id}\` releases it`;
  const names = [
    ...training.map((other) => `run ${other} trains`),
    ...before.map((other) => `run ${other} waits`),
  ];
  if (names.length === 0) return `Run ${id} waits in the queue: it is next`;
  const named = names.slice(0, NAMED).join(', ') + (names.length > NAMED ? ', …' : '');
  return `Run ${id} waits in the queue: ${names.length} before it (${named})`;
}
