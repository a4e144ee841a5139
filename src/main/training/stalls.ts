/** When a training process has been silent for too long, and how to say so. */
import type { TrainingPhase } from '../../shared/domain';
import { thousands } from './endings';

/** Seconds of silence that are nothing to speak of: a machine may be busy, a step of a deep network takes its time. */
const PATIENCE = { training: 30, other: 120 };
/** Silence is judged by the steps that came before. */
const STEPS = 20;

/**
 * One sentence where nothing has been heard for much longer than is usual; null otherwise.
 * @param silent Seconds since the last message.
 * @param stepSeconds What a step usually takes; null where none has been taken.
 */
export function stalled(
  phase: TrainingPhase,
  step: number,
  silent: number,
  stepSeconds: number | null,
): string | null {
  const patience =
    phase === 'training' ? Math.max(PATIENCE.training, STEPS * (stepSeconds ?? 0)) : PATIENCE.other;
  if (silent < patience) return null;
  const last = step > 0 ? `; its last step was ${thousands(step)}` : '';
  return (
    `Nothing has been heard of the training process for ${Math.round(silent)} s while it was ${phase}${last}. It may ` +
    'be waiting for a busy or sleeping machine: wait, or stop the run and continue it at its last checkpoint.'
  );
}

/**
 * Milliseconds that do not count as silence, between two looks that should be `every` apart: where the second comes far
 * too late, the machine slept or this process was held up, and could hear nobody.
 */
export function heldUp(since: number, every: number): number {
  return since > 2 * every ? since - every : 0;
}
