/** The tables checkpoints and gaps: from where a run can resume, and where it did. */
import { checkpointNameProblem } from '../../../shared/checkpoint-content';
import { CHECKPOINT_KINDS, type Checkpoint, type CheckpointKind } from '../../../shared/checkpoint';
import type { Gap } from '../../../shared/run';
import type { Db } from '../database';
import { touchRun } from './revision';
import { Columns, MAX_ID, type RawRow } from '../rows';

/** What is known of a checkpoint when it has been written, with the hashes that its files must have. */
export type NewCheckpoint = Omit<Checkpoint, 'id' | 'pinned' | 'damaged'> & {
  weightsSha256: string;
  stateSha256: string;
};

export type StoredCheckpoint = Checkpoint & NewCheckpoint;

interface CheckpointRow {
  id: number;
  run_id: number;
  step: number;
  epoch: number;
  kind: CheckpointKind;
  file: string;
  bytes: number;
  weights_sha256: string;
  state_sha256: string;
  val_accuracy: number | null;
  is_best: 0 | 1;
  pinned: 0 | 1;
  created_at: number;
  damaged: string | null;
}

export const CHECKPOINT_QUERIES = {
  byId: 'SELECT * FROM checkpoints WHERE id = ?',
  list: 'SELECT * FROM checkpoints WHERE run_id = ? ORDER BY step, id',
  // The same step may have been written twice, at the end of an epoch and by a pause: the later one.
  last: 'SELECT * FROM checkpoints WHERE run_id = ? AND damaged IS NULL ORDER BY step DESC, id DESC',
  best: 'SELECT * FROM checkpoints WHERE run_id = ? AND is_best = 1 AND damaged IS NULL',
  gaps: `
    SELECT step, at, lost_seconds, lost_steps, reason, otherwise FROM gaps WHERE run_id = ? ORDER BY number`,
} as const;

export class CheckpointStore {
  constructor(private readonly db: Db) {}

  /**
   * Its files are whole and on the disk; call it only then. One of that name is there already where the run came by the
   * same place again, after it resumed from an older one: then its files have just been rewritten.
   */
  add(checkpoint: NewCheckpoint): StoredCheckpoint {
    return this.db.write('durable', () => {
      const { runId, best, ...fields } = checkpoint;
      if (best) this.db.run('UPDATE checkpoints SET is_best = 0 WHERE run_id = ? AND is_best = 1', runId);
      const { id } = this.db.get<{ id: number }>(
        `INSERT INTO checkpoints (run_id, step, epoch, kind, file, bytes, weights_sha256, state_sha256, val_accuracy,
           is_best, created_at)
         VALUES (@runId, @step, @epoch, @kind, @file, @bytes, @weightsSha256, @stateSha256, @valAccuracy, @best, @createdAt)
         ON CONFLICT (run_id, file) DO UPDATE SET kind = excluded.kind, bytes = excluded.bytes,
           weights_sha256 = excluded.weights_sha256, state_sha256 = excluded.state_sha256,
           val_accuracy = COALESCE(excluded.val_accuracy, val_accuracy), is_best = MAX(is_best, excluded.is_best),
           created_at = excluded.created_at, damaged = NULL
         RETURNING id`,
        { ...fields, runId, best: best ? 1 : 0 },
      )!;
      touchRun(this.db, runId);
      return this.byId(id)!;
    });
  }

  /** One whose name no checkpoint has counts as damaged, wherever it is read. */
  byId(id: number): StoredCheckpoint | undefined {
    const row = this.db.get<RawRow>(CHECKPOINT_QUERIES.byId, id);
    return row && toCheckpoint(readCheckpointRow(row));
  }

  /** All of the run's in the order of their steps, damaged ones included. */
  list(runId: number): StoredCheckpoint[] {
    return this.db
      .all<RawRow>(CHECKPOINT_QUERIES.list, runId)
      .map((row) => toCheckpoint(readCheckpointRow(row)));
  }

  /** Of all runs, deleted ones included: their files are there until the next start. SUM would fail beyond 64 bits. */
  totalBytes(): number {
    return this.db.get<{ bytes: number }>('SELECT TOTAL(bytes) AS bytes FROM checkpoints')!.bytes;
  }

  /** The latest that is not damaged. */
  last(runId: number): StoredCheckpoint | undefined {
    return this.db
      .all<RawRow>(CHECKPOINT_QUERIES.last, runId)
      .map((row) => toCheckpoint(readCheckpointRow(row)))
      .find(({ damaged }) => damaged === null);
  }

  /** The one with the run's best validation accuracy; none where that one is damaged. */
  best(runId: number): StoredCheckpoint | undefined {
    const row = this.db.get<RawRow>(CHECKPOINT_QUERIES.best, runId);
    const best = row && toCheckpoint(readCheckpointRow(row));
    return best?.damaged === null ? best : undefined;
  }

  /** From now on the one before it is the last. */
  markDamaged(id: number, sentence: string): void {
    this.change(id, 'UPDATE checkpoints SET damaged = ? WHERE id = ?', sentence);
  }

  pin(id: number, pinned: boolean): void {
    this.change(id, 'UPDATE checkpoints SET pinned = ? WHERE id = ?', pinned ? 1 : 0);
  }

  /** Forgets it. Files are removed after this: a row without files would be called damaged, files without a row are swept. */
  remove(id: number): void {
    this.db.write('durable', () => {
      const checkpoint = this.byId(id);
      if (!checkpoint) return;
      this.db.run('DELETE FROM checkpoints WHERE id = ?', id);
      touchRun(this.db, checkpoint.runId);
    });
  }

  private change(id: number, sql: string, value: unknown): void {
    this.db.write('durable', () => {
      const checkpoint = this.byId(id);
      if (!checkpoint) return;
      this.db.run(sql, value, id);
      touchRun(this.db, checkpoint.runId);
    });
  }
}

export class GapStore {
  constructor(private readonly db: Db) {}

  add(runId: number, gap: Gap): void {
    this.db.write('durable', () => {
      this.db.run(
        `INSERT INTO gaps (run_id, number, step, at, lost_seconds, lost_steps, reason, otherwise)
         VALUES (@runId, (SELECT COALESCE(MAX(number), 0) + 1 FROM gaps WHERE run_id = @runId AND number < ${MAX_ID}),
           @step, @at, @lostSeconds, @lostSteps, @reason, @otherwise)`,
        { ...gap, otherwise: gap.otherwise ?? null, runId },
      );
      touchRun(this.db, runId);
    });
  }

  /** In the order in which the run was resumed. */
  list(runId: number): Gap[] {
    return this.db.all<RawRow>(CHECKPOINT_QUERIES.gaps, runId).map((row) => readGap(row).gap);
  }
}

export function readGap(row: RawRow): { gap: Gap; problem: string | null } {
  const of = new Columns(row);
  const otherwise = of.optionalText('otherwise');
  const gap = {
    step: of.integer('step'),
    at: of.instant('at'),
    lostSeconds: of.number('lost_seconds'),
    lostSteps: of.integer('lost_steps'),
    reason: of.text('reason'),
    ...(otherwise !== null && { otherwise }),
  };
  return { gap, problem: of.problem };
}

/** A row that cannot be read is that of a damaged checkpoint. */
export function readCheckpointRow(row: RawRow): CheckpointRow {
  const of = new Columns(row);
  const read: CheckpointRow = {
    id: of.integer('id', 1, MAX_ID),
    run_id: of.integer('run_id', 1, MAX_ID),
    step: of.integer('step'),
    epoch: of.integer('epoch'),
    kind: of.word('kind', CHECKPOINT_KINDS, 'interval'),
    file: of.text('file'),
    bytes: of.number('bytes'),
    weights_sha256: of.text('weights_sha256'),
    state_sha256: of.text('state_sha256'),
    val_accuracy: of.optionalNumber('val_accuracy'),
    is_best: of.flag('is_best') ? 1 : 0,
    pinned: of.flag('pinned') ? 1 : 0,
    created_at: of.instant('created_at'),
    damaged: of.optionalText('damaged'),
  };
  if (of.problem !== null) {
    read.damaged ??= `Checkpoint ${read.id} cannot be read in the database (${of.problem}): choose another checkpoint.`;
  }
  // Names become paths.
  read.damaged ??= checkpointNameProblem(read.file, `checkpoint ${read.id}`);
  return read;
}

function toCheckpoint(row: CheckpointRow): StoredCheckpoint {
  return {
    id: row.id,
    runId: row.run_id,
    step: row.step,
    epoch: row.epoch,
    kind: row.kind,
    file: row.file,
    bytes: row.bytes,
    weightsSha256: row.weights_sha256,
    stateSha256: row.state_sha256,
    valAccuracy: row.val_accuracy,
    best: row.is_best === 1,
    pinned: row.pinned === 1,
    createdAt: row.created_at,
    damaged: row.damaged,
  };
}
