/** A checkpoint as it is listed; what its files hold is checkpoint-content.ts. */

export const CHECKPOINT_KINDS = ['epoch', 'interval', 'pause', 'stop', 'parent'] as const;

/**
 * Why a checkpoint was written: an epoch ended, time had passed within one, the run was paused or stopped; `parent`: it
 * was taken over from the run that this one was forked from.
 */
export type CheckpointKind = (typeof CHECKPOINT_KINDS)[number];

export interface Checkpoint {
  id: number;
  runId: number;
  step: number;
  /** Epochs finished. */
  epoch: number;
  kind: CheckpointKind;
  /** Name of its two files in the run's folder, without ending. */
  file: string;
  bytes: number;
  /** Of the epoch that it ends; null within an epoch, and where that was not validated. */
  valAccuracy: number | null;
  /** The best of the run so far: by validation accuracy, or by the metric of early stopping whose best is restored. */
  best: boolean;
  /** Kept whatever the policy says. */
  pinned: boolean;
  createdAt: number;
  /** One sentence on what is wrong with its files, null as far as is known nothing is. */
  damaged: string | null;
}

/** Room on the disk that holds the checkpoints. */
export interface CheckpointSpace {
  /** Bytes of those of all runs. */
  bytes: number;
  /** What this user may still write there; null where the system does not tell. */
  freeBytes: number | null;
  /** Why the next checkpoint of the run in question would not be written, one sentence; null where it fits. */
  problem: string | null;
}
