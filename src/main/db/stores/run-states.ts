/** The states of a run and the ways between them; nothing else may change a run's state. */
import type { RunState } from '../../../shared/run';

/**
 * Every state leads out, whatever dies: a state with a trainer at work has an owner, whose death makes it `interrupted`;
 * `queued` is taken by whichever process works the queue; the others wait for a person, who may always resume.
 *
 * `pausing` and `stopping` may still end as completed: the last step was under way when the request came.
 */
export const TRANSITIONS: Record<RunState, readonly RunState[]> = {
  queued: ['preparing', 'stopped', 'failed'],
  // One that has to ask goes back into the queue (`QueueStore.ask`), by its own trainer alone.
  preparing: ['running', 'pausing', 'stopping', 'paused', 'stopped', 'failed', 'interrupted'],
  running: ['pausing', 'stopping', 'paused', 'stopped', 'completed', 'failed', 'interrupted'],
  pausing: ['stopping', 'paused', 'stopped', 'completed', 'failed', 'interrupted'],
  paused: ['queued', 'stopped'],
  stopping: ['stopped', 'completed', 'failed', 'interrupted'],
  stopped: ['queued'],
  // More epochs.
  completed: ['queued'],
  failed: ['queued'],
  interrupted: ['queued'],
};

/** Out of a state that is none, which a database may hold, nothing leads. */
export const canTransition = (from: RunState, to: RunState): boolean =>
  Object.hasOwn(TRANSITIONS, from) && TRANSITIONS[from].includes(to);
