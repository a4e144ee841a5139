/** What the window says of checkpoints. Pure. */
import type { Checkpoint, CheckpointKind } from '../../../shared/checkpoint';
import { formatPercent, thousands } from '../../../shared/format';

type Words = Pick<Checkpoint, 'kind' | 'epoch'>;

const WITHIN: Record<Exclude<CheckpointKind, 'epoch' | 'parent'>, string> = {
  interval: 'in between',
  pause: 'at the pause',
  stop: 'at the stop',
};

/** Why and where it was written: `end of epoch 3`, `at the pause, within epoch 4`. */
export function describeKind({ kind, epoch }: Words): string {
  if (kind === 'epoch') return `end of epoch ${thousands(epoch)}`;
  if (kind === 'parent') return 'taken over from the parent';
  return `${WITHIN[kind]}, within epoch ${thousands(epoch + 1)}`;
}

/** In a menu: `step 1,200, end of epoch 3, 64.65 % (best)`. */
export function describeCheckpoint(checkpoint: Checkpoint): string {
  const parts = [`Step ${thousands(checkpoint.step)}`, describeKind(checkpoint)];
  if (checkpoint.valAccuracy !== null) parts.push(formatPercent(checkpoint.valAccuracy));
  return parts.join(', ') + (checkpoint.best ? ' (best)' : '');
}

/** Those that a run can begin at, newest first. */
export const usable = (checkpoints: readonly Checkpoint[]): Checkpoint[] =>
  checkpoints
    .filter((checkpoint) => checkpoint.damaged === null)
    .sort((a, b) => b.step - a.step || b.epoch - a.epoch || b.id - a.id);

/** Bytes on disk of all. */
export const totalBytes = (checkpoints: readonly Pick<Checkpoint, 'bytes'>[]): number =>
  checkpoints.reduce((sum, { bytes }) => sum + bytes, 0);

/** `2nd`, `11th`, `103rd`. */
function ordinal(value: number): string {
  const teen = value % 100 >= 11 && value % 100 <= 13;
  const ending = teen ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
  return `${thousands(value)}${ending}`;
}

/** Which checkpoints stay, as the settings have it. */
export function describeRetention(keepCheckpoints: number, keepEveryEpochs: number): string {
  const newest = keepCheckpoints === 1 ? 'the newest' : `the ${thousands(keepCheckpoints)} newest`;
  const every =
    keepEveryEpochs === 0
      ? ''
      : keepEveryEpochs === 1
        ? ', that of each epoch'
        : `, those of every ${ordinal(keepEveryEpochs)} epoch`;
  return `Kept: ${newest}, the best${every} and pinned ones.`;
}
