/** CHECKPOINT on the command line: a checkpoint's number, its step, or in words. */
import { thousands } from '../../../shared/format';
import type { Checkpoint } from '../../../shared/checkpoint';
import { expected } from '../../../shared/result';

export type CheckpointChoice =
  { by: 'last' } | { by: 'best' } | { by: 'id'; id: number } | { by: 'step'; step: number };

/** `last`, `best`, `12` (number in `checkpoints list`) or `step:640`. @param flag that takes it */
export function checkpointChoice(value: string, flag = '--from'): CheckpointChoice {
  const word = value.trim().toLowerCase();
  if (word === 'last' || word === 'best') return { by: word };
  const [, prefix, digits] = /^(step:)?(\d{1,15})$/.exec(word) ?? [];
  if (digits === undefined || (prefix === undefined && Number(digits) === 0)) {
    throw expected(
      'invalid-input',
      `${flag} must be last, best, the number of a checkpoint such as 12, or step:N such as step:640, got ${JSON.stringify(value)}`,
    );
  }
  return prefix === undefined ? { by: 'id', id: Number(digits) } : { by: 'step', step: Number(digits) };
}

/**
 * The number of the checkpoint among those of the run; null for the newest intact one.
 * @throws ExpectedError where it is not among them.
 */
export function chooseCheckpoint(
  choice: CheckpointChoice,
  runId: number,
  checkpoints: readonly Checkpoint[],
): number | null {
  if (choice.by === 'last') return null;
  const found = checkpoints.filter(
    (checkpoint) =>
      (choice.by === 'best' && checkpoint.best) ||
      (choice.by === 'id' && checkpoint.id === choice.id) ||
      (choice.by === 'step' && checkpoint.step === choice.step),
  );
  // At an epoch's last step there may be two; the one after the validation knows more.
  const [checkpoint] = found.sort((a, b) => b.epoch - a.epoch || b.id - a.id);
  if (checkpoint) return checkpoint.id;
  if (checkpoints.length === 0) throw expected('not-found', `run ${runId} has no checkpoint`);
  const there = checkpoints.map(({ id, step }) => `${id} (step ${thousands(step)})`).join(', ');
  const what =
    choice.by === 'best'
      ? 'no checkpoint at the end of an epoch'
      : choice.by === 'id'
        ? `no checkpoint ${choice.id}`
        : `no checkpoint of step ${thousands(choice.step)}`;
  const meant =
    choice.by === 'id' && checkpoints.some(({ step }) => step === choice.id)
      ? `; did you mean step:${choice.id}?`
      : '';
  throw expected('not-found', `run ${runId} has ${what}, but ${there}${meant}`);
}
