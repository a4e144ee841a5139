/** When a training process has been silent for too long, and how to say so. */
import type { TrainingPhase } from '../../shared/run';
import { thousands } from '../../shared/format';

/** Seconds of silence that are nothing to speak of: a machine may be busy, a step of a deep network takes its time. */
const PATIENCE = { training: 30, other: 120 };
/** Silence is judged by the steps that came before. */
const STEPS = 20;
/** A process takes its first steps more slowly than all others, by ten times and more: so many of them say little. */
const FIRST_STEPS = 5;
const STEPS_AT_FIRST = 3;
/** Seconds of silence after which it is asked what the process is doing; it costs little. */
export const ASK_AFTER = 10;

/**
 * One sentence where nothing has been heard for much longer than is usual; null otherwise.
 * @param silent Seconds since the last message.
 * @param stepSeconds What a step usually takes; null where none has been taken.
 * @param stepsReceived Of this process.
 */
export function stalled(
  phase: TrainingPhase,
  step: number,
  silent: number,
  stepSeconds: number | null,
  stepsReceived: number,
): string | null {
  const steps = stepsReceived < FIRST_STEPS ? STEPS_AT_FIRST : STEPS;
  const patience =
    phase === 'training' ? Math.max(PATIENCE.training, steps * (stepSeconds ?? 0)) : PATIENCE.other;
  if (silent < patience) return null;
  const last = step > 0 ? `; its last step was ${thousands(step)}` : '';
  return (
    `The training process has sent nothing for ${Math.round(silent)} s while it was ${phase}${last}. It may ` +
    'be waiting for a busy or sleeping machine: wait, or stop the run and resume it from its last checkpoint.'
  );
}

/** Of a process that a signal has stopped: it says nothing until another one resumes it, in whatever phase it was. */
export const stoppedBySignal = (pid: number): string =>
  `The training process ${pid} has been stopped by a signal (SIGSTOP, or Ctrl-Z in its terminal): resume it with ` +
  `\`kill -CONT ${pid}\`, or end it with \`kill -KILL ${pid}\` and resume the run from its last checkpoint.`;

/**
 * Milliseconds that do not count as silence, between two checks that should be `every` apart: where the second comes far
 * too late, the machine slept or this process was held up, and could hear nobody.
 */
export function heldUp(since: number, every: number): number {
  return since > 2 * every ? since - every : 0;
}
