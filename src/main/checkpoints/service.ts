/** The checkpoints of runs as people see them: listed, pinned, deleted. */
import type { Checkpoint, CheckpointSpace } from '../../shared/checkpoint';
import { canResume, isActive } from '../../shared/run';
import { asResult, fail, ok, type Result } from '../../shared/result';
import { shown } from '../../shared/shown';
import type { StoredRun } from '../db/stores/run-row';
import type { CheckpointKeeper } from './checkpoint-keeper';

/** What checkpoints need of the runs that this process knows. */
export interface RunsWithCheckpoints {
  /** @throws ExpectedError where there is no such run, or none that can be read */
  found(id: number): StoredRun;
  /** @throws ExpectedError where there is no such run */
  stored(id: number): StoredRun;
  announce(id: number): void;
}

export class CheckpointService {
  constructor(
    private readonly keeper: CheckpointKeeper,
    private readonly runs: RunsWithCheckpoints,
  ) {}

  /** Newest first. */
  list(id: number): Result<Checkpoint[]> {
    return asResult(() => {
      this.runs.stored(id);
      return ok(this.keeper.list(id));
    });
  }

  /** With a run: whether there is room for its next checkpoint. */
  async space(id: number | null): Promise<Result<CheckpointSpace>> {
    const known = asResult(() => ok(id === null ? undefined : this.runs.stored(id)));
    return known.ok ? ok(await this.keeper.space(id)) : known;
  }

  /** Of the run's checkpoints; it exists once the first has been written. */
  folder(id: number): Result<string> {
    return asResult(() => {
      this.runs.stored(id);
      return ok(this.keeper.folder(id));
    });
  }

  pin(checkpointId: number, pinned: boolean): Result<Checkpoint> {
    return asResult(() => {
      const checkpoint = this.keeper.pin(checkpointId, pinned);
      if (checkpoint.ok) this.runs.announce(checkpoint.value.runId);
      return checkpoint;
    });
  }

  /** Gone at once. */
  async delete(checkpointId: number): Promise<Result<void>> {
    const allowed = asResult((): Result<number> => {
      const found = this.keeper.byId(checkpointId);
      if (!found) return fail('not-found', `There is no checkpoint ${checkpointId}.`);
      const run = this.runs.found(found.runId);
      const may = this.checkDeletion(run, checkpointId);
      return may.ok ? ok(run.id) : may;
    });
    if (!allowed.ok) return allowed;
    const deleted = await this.keeper.delete(checkpointId);
    this.runs.announce(allowed.value);
    return deleted;
  }

  /** That the checkpoint may go. */
  private checkDeletion({ id, name, state }: StoredRun, checkpointId: number): Result<void> {
    if (isActive(state) || state === 'queued') {
      return fail('conflict', `Checkpoints of run ${id} cannot be deleted while it is ${state}.`);
    }
    const good = this.keeper.good(id);
    if (canResume(state) && good.length === 1 && good[0]!.id === checkpointId) {
      return fail(
        'conflict',
        `This is the last checkpoint from which run ${id} ("${shown(name)}") can resume: delete the run instead.`,
      );
    }
    return ok();
  }
}
