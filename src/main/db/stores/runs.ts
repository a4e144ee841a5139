/** The tables runs and run_states. */
import type { ProcessIdentity } from '../../../node/processes/process-identity';
import type { EnginePlan } from '../../../shared/plan';
import type { RunState } from '../../../shared/run';
import type { Db } from '../database';
import { readPlan, type RawRow } from '../rows';
import { CHECKPOINT_QUERIES } from './checkpoints';
import { TEST_QUERIES } from './tests';
import { nextRevision, touchRun } from './revision';
import {
  logState,
  positionFor,
  readState,
  setFields,
  touchWaiting,
  transitionRun,
  type StateEntry,
} from './run-changes';
import {
  fieldsOf,
  readRun,
  SELECT_RUNS,
  toColumns,
  toOwned,
  type NewRun,
  type OwnerRow,
  type RunDetails,
  type StoredRun,
  type Wanted,
} from './run-row';

export type { StateEntry } from './run-changes';
export type { NewRun, RunDetails, StoredRun, TrainedRow } from './run-row';

export const QUERIES = {
  list: `${SELECT_RUNS} WHERE r.deleted_at IS NULL ORDER BY r.id DESC`,
  get: `${SELECT_RUNS} WHERE r.id = ?`,
  changedSince: `${SELECT_RUNS} WHERE r.revision > ? ORDER BY r.revision`,
  activeOwners: `
    SELECT id, owner_id, owner_pid, owner_start FROM runs
    WHERE state IN ('preparing', 'running', 'pausing', 'stopping') AND owner_id <> ?`,
  deleted: 'SELECT id FROM runs WHERE deleted_at IS NOT NULL ORDER BY deleted_at',
} as const;

export class RunStore {
  constructor(private readonly db: Db) {}

  /** Newest first, without deleted ones. Reads no steps. */
  list(): StoredRun[] {
    return this.db.read(() => this.db.all<RawRow>(QUERIES.list).map((row) => this.toRun(row)));
  }

  /** Deleted or not. */
  get(id: number): StoredRun | undefined {
    return this.db.read(() => {
      const row = this.db.get<RawRow>(QUERIES.get, id);
      return row && this.toRun(row, true);
    });
  }

  private toRun(row: RawRow, mustBuild = false): StoredRun {
    const rows = (has: unknown, query: string): RawRow[] => (has ? this.db.all<RawRow>(query, row.id) : []);
    return readRun(
      row,
      rows(row.has_gaps, CHECKPOINT_QUERIES.gaps),
      mustBuild,
      rows(row.has_tests, TEST_QUERIES.ofRun),
    );
  }

  /** Every run, deleted ones included, whose row changed after that revision; in the order of the changes. */
  changedSince(revision: number): StoredRun[] {
    return this.db.read(() =>
      this.db.all<RawRow>(QUERIES.changedSince, revision).map((row) => this.toRun(row)),
    );
  }

  /** The last revision given out. */
  revision(): number {
    return this.db.get<{ value: number }>('SELECT value FROM revision WHERE id = 1')?.value ?? 0;
  }

  /** Id of the newest run, deleted or not; 0 where there is none. */
  newestId(): number {
    return this.db.get<{ id: number | null }>('SELECT MAX(id) AS id FROM runs')?.id ?? 0;
  }

  /** It waits in the queue. */
  create(run: NewRun): StoredRun {
    return this.db.write('durable', () => {
      const columns = toColumns({
        ...fieldsOf(run),
        revision: nextRevision(this.db),
        state: 'queued',
        queuePosition: positionFor(this.db, run.queue),
      });
      const names = Object.keys(columns);
      const { id } = this.db.get<{ id: number }>(
        `INSERT INTO runs (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')}) RETURNING id`,
        columns,
      )!;
      logState(this.db, id, { state: 'queued', reason: null, at: run.createdAt });
      touchWaiting(this.db);
      return this.get(id)!;
    });
  }

  /**
   * Brings a run into a state and writes down when and why, all or nothing. False where the run is gone or is not in a
   * state that allows it (another process may have been faster).
   * @param endedAt Where the run ended before anybody noticed.
   */
  transition(
    id: number,
    to: Exclude<RunState, 'queued'>,
    reason: string | null,
    at: number,
    details: RunDetails = {},
    endedAt = at,
  ): boolean {
    return this.db.write('durable', () =>
      transitionRun(this.db, id, { state: to, reason, at }, details, endedAt),
    );
  }

  update(id: number, details: RunDetails): boolean {
    return this.db.write('durable', () => {
      setFields(this.db, id, details);
      return touchRun(this.db, id);
    });
  }

  /** How the run computes its convolutions, null where that is not known. Not part of a run: few who read one want it. */
  plan(id: number): EnginePlan | null {
    const row = this.db.get<{ plan: unknown }>('SELECT plan FROM runs WHERE id = ?', id);
    if (typeof row?.plan !== 'string') return null;
    const read = readPlan(row.plan);
    return read.problem === null ? read.value : null;
  }

  states(id: number): StateEntry[] {
    return this.db
      .all<RawRow>('SELECT state, reason, at FROM run_states WHERE run_id = ? ORDER BY number', id)
      .map(readState)
      .filter(({ problem }) => problem === null)
      .map(({ entry }) => entry);
  }

  /** Asks the process that owns the run to stop or pause it. */
  request(id: number, wanted: Wanted): void {
    this.db.write('durable', () => {
      setFields(this.db, id, { wanted });
      touchRun(this.db, id);
    });
  }

  /** Hides the runs until they are restored or purged. */
  markDeleted(ids: readonly number[], at: number): void {
    this.db.write('durable', () => {
      for (const id of ids) {
        this.db.run('UPDATE runs SET deleted_at = @at WHERE id = @id AND deleted_at IS NULL', { id, at });
        touchRun(this.db, id);
      }
    });
  }

  restore(ids: readonly number[]): void {
    this.db.write('durable', () => {
      for (const id of ids) {
        setFields(this.db, id, { deletedAt: null });
        touchRun(this.db, id);
      }
    });
  }

  /** Active runs of other processes, with who they are. */
  activeOfOthers(ownerId: string): { id: number; ownerId: string; owner: ProcessIdentity }[] {
    return this.db.all<OwnerRow & { id: number }>(QUERIES.activeOwners, ownerId).map((row) => ({
      id: row.id,
      ownerId: row.owner_id!,
      // Where the row does not name one there is none.
      owner: toOwned(row).owner ?? { pid: 0, start: null },
    }));
  }
}
