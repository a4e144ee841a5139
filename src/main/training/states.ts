/** The states of a run and the ways between them; nothing else may change a run's state. */
import type { RunState } from '../../shared/domain';

/**
 * A run that has ended stays ended. `stopping` may still end as completed: the last step was under way when the stop came.
 */
export const TRANSITIONS: Record<RunState, readonly RunState[]> = {
  preparing: ['running', 'stopping', 'stopped', 'failed', 'interrupted'],
  running: ['stopping', 'stopped', 'completed', 'failed', 'interrupted'],
  stopping: ['stopped', 'completed', 'failed', 'interrupted'],
  stopped: [],
  completed: [],
  failed: [],
  interrupted: [],
};

export const canTransition = (from: RunState, to: RunState): boolean => TRANSITIONS[from].includes(to);
