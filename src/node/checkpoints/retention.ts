/** Which checkpoints of a run are kept, and whether another one fits on the disk. */
import { formatDiskBytes } from '../../shared/format';

export interface RetentionPolicy {
  /** How many of the newest, at least 1: a damaged newest one needs another to fall back to. */
  last: number;
  /** The one with the best validation accuracy, and the one that is marked as the best. */
  best: boolean;
  /** Those at the end of every k-th epoch; null for none. */
  everyEpochs: number | null;
}

export const DEFAULT_RETENTION: RetentionPolicy = { last: 2, best: true, everyEpochs: null };

export interface RetainedCheckpoint {
  name: string;
  step: number;
  /** Epochs finished, their validation included. */
  epoch: number;
  /** Whether it was written at the end of an epoch, validated or not. */
  endsEpoch: boolean;
  /** Of the epoch that it ends; null within an epoch, and where that was not validated. */
  valAccuracy: number | null;
  /** Kept whatever the policy says: by its user, or because another run resumes from it. */
  pinned: boolean;
  /** Marked as the best of its run; absent: its accuracy says so. */
  best?: boolean;
  /** Found unreadable. */
  damaged: boolean;
}

/**
 * The names of those to delete, oldest first. Damaged ones count for nothing, and go once there is a newer intact one; the
 * last intact one never goes.
 */
export function checkpointsToDelete(
  checkpoints: readonly RetainedCheckpoint[],
  { last, best, everyEpochs }: RetentionPolicy = DEFAULT_RETENTION,
): string[] {
  const oldestFirst = [...checkpoints].sort((a, b) => a.step - b.step || a.epoch - b.epoch);
  const good = oldestFirst.filter(({ damaged }) => !damaged);
  const keep = new Set(good.slice(-Math.max(1, last)));
  const newest = good[good.length - 1];
  for (const checkpoint of oldestFirst) {
    const { pinned, damaged, endsEpoch, epoch } = checkpoint;
    if (pinned) keep.add(checkpoint);
    if (damaged && !(newest && isNewer(newest, checkpoint))) keep.add(checkpoint);
    if (!damaged && everyEpochs !== null && endsEpoch && epoch % everyEpochs === 0) keep.add(checkpoint);
  }
  for (const checkpoint of good) if (best && checkpoint.best) keep.add(checkpoint);
  const bestOne = best && bestOf(good);
  if (bestOne) keep.add(bestOne);
  return oldestFirst.filter((checkpoint) => !keep.has(checkpoint)).map(({ name }) => name);
}

const isNewer = (a: RetainedCheckpoint, b: RetainedCheckpoint): boolean =>
  a.step > b.step || (a.step === b.step && a.epoch > b.epoch);

/** The first of equals, as a run's best epoch is. */
function bestOf(oldestFirst: readonly RetainedCheckpoint[]): RetainedCheckpoint | null {
  let best: RetainedCheckpoint | null = null;
  for (const checkpoint of oldestFirst) {
    const { valAccuracy } = checkpoint;
    if (valAccuracy !== null && (best === null || valAccuracy > best.valAccuracy!)) best = checkpoint;
  }
  return best;
}

/** Left free besides a checkpoint: the database must keep taking metrics. */
export const RESERVE_BYTES = 32 * 2 ** 20;

/**
 * Why that many bytes should not be written to the disk that holds the folder, as a sentence; null where they fit, or
 * where the free space is not known (then the disk itself says when it is full).
 */
export function spaceProblem(bytes: number, free: number | null, folder: string): string | null {
  if (free === null || bytes + RESERVE_BYTES <= free) return null;
  return (
    `A checkpoint needs ${formatDiskBytes(bytes)} besides the ${formatDiskBytes(RESERVE_BYTES)} kept free for metrics, and the disk ` +
    `that holds ${folder} has ${formatDiskBytes(free)} left: free some space or keep fewer checkpoints.`
  );
}
