/** The tables runs, run_states, revision and processes. */
import type { Architecture } from '../../architecture/architecture';
import {
  hasEnded,
  type DatasetId,
  type DeviceChoice,
  type EpochMetric,
  type Machine,
  type QueueEntry,
  storedRecipe,
  type Recipe,
  type Run,
  type RunDataset,
  type RunState,
  type RunVersions,
  type Seam,
} from '../../shared/domain';
import type { ProcessIdentity } from '../../node/process-identity';
import type { EnginePlan } from '../../shared/plan';
import { canTransition } from '../training/states';
import { toEpoch, type EpochRow } from './metrics';
import type { Db } from './open';
import { nextRevision, touchRun } from './revision';

/** A run as it stands in the database: whose it is decides `Run.own`, and only for whom asks. */
export type StoredRun = Omit<Run, 'own'> & {
  revision: number;
  /** When it ended or paused; until it trains again. */
  awaySince: number | null;
  /** When its last metrics were stored. */
  heardAt: number | null;
  /** Null where no process trains the run: it waits or is paused. */
  ownerId: string | null;
  owner: ProcessIdentity | null;
  /** What another process asks of the owner. */
  wanted: Wanted | null;
  deletedAt: number | null;
};

export type Wanted = 'stop' | 'pause';

export interface NewRun {
  name: string;
  architecture: Architecture;
  recipe: Recipe;
  dataset: RunDataset;
  versions: RunVersions;
  machine: Machine;
  createdAt: number;
  params: number;
  macs: number;
  totalSteps: number;
  epochs: number;
  ownerId: string;
  owner: ProcessIdentity;
  /** Where it enters the queue. */
  queue: QueueEntry;
  device: DeviceChoice;
  /** How to compute where another run is repeated; null to choose. */
  plan: EnginePlan | null;
  parent: Run['parent'];
  /** Steps and epochs that a fork's parent has done for it. */
  step: number;
  epoch: number;
}

export interface StateEntry {
  state: RunState;
  reason: string | null;
  at: number;
}

/** What may change beside the state, each when it becomes known. */
export interface RunDetails {
  name?: string;
  datasetSha256?: string | null;
  datasetTrainCount?: number;
  datasetEvalCount?: number;
  tensorflowVersion?: string | null;
  electronVersion?: string | null;
  nodeVersion?: string;
  machine?: Machine;
  startedAt?: number;
  totalSteps?: number;
  threads?: number;
  recipe?: Recipe;
  epochs?: number;
  plan?: EnginePlan | null;
}

const COLUMNS: Record<keyof RunDetails, string> = {
  name: 'name',
  datasetSha256: 'dataset_sha256',
  datasetTrainCount: 'dataset_train_count',
  datasetEvalCount: 'dataset_eval_count',
  tensorflowVersion: 'tensorflow_version',
  electronVersion: 'electron_version',
  nodeVersion: 'node_version',
  machine: 'machine',
  startedAt: 'started_at',
  totalSteps: 'total_steps',
  threads: 'threads',
  recipe: 'recipe',
  epochs: 'epochs',
  plan: 'plan',
};

interface RunRow {
  id: number;
  revision: number;
  name: string;
  architecture: string;
  recipe: string;
  dataset_id: DatasetId;
  dataset_title: string;
  dataset_sha256: string | null;
  dataset_train_count: number;
  dataset_eval_count: number;
  resbench_version: string;
  tensorflow_version: string | null;
  electron_version: string | null;
  node_version: string;
  machine: string;
  state: RunState;
  reason: string | null;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  params: number;
  macs: number;
  step: number;
  total_steps: number;
  epoch: number;
  epochs: number;
  best_val_accuracy: number | null;
  best_epoch: number | null;
  seconds: number;
  device: DeviceChoice;
  heard_at: number | null;
  owner_id: string | null;
  owner_pid: number | null;
  owner_start: string | null;
  wanted: Wanted | null;
  held: 0 | 1;
  parent_id: number | null;
  parent_step: number | null;
  threads: number | null;
  deleted_at: number | null;
}

/** The last finished epoch comes along by its primary key, prefixed so that it cannot hide a column of the run. */
type RunWithLast = RunRow & { [K in keyof EpochRow as `last_${K}`]: EpochRow[K] | null } & {
  /** Null where the run does not wait. */
  place: number | null;
  checkpoint_step: number | null;
  /** JSON. */
  seams: string;
};

/** Exported for the test of its query plans. */
export const SELECT_RUNS = `
  SELECT r.*,
    e.epoch AS last_epoch, e.step AS last_step, e.loss AS last_loss, e.cross_entropy AS last_cross_entropy,
    e.accuracy AS last_accuracy, e.val_loss AS last_val_loss, e.val_cross_entropy AS last_val_cross_entropy,
    e.val_accuracy AS last_val_accuracy, e.seconds AS last_seconds, e.images_per_second AS last_images_per_second,
    e.memory_bytes AS last_memory_bytes,
    CASE WHEN r.state = 'queued' THEN (
      SELECT COUNT(*) FROM runs q
      WHERE q.state = 'queued' AND q.deleted_at IS NULL AND q.queue_position <= r.queue_position
    ) END AS place,
    (SELECT MAX(c.step) FROM checkpoints c WHERE c.run_id = r.id AND c.damaged IS NULL) AS checkpoint_step,
    (SELECT json_group_array(json_object('step', s.step, 'at', s.at, 'lostSeconds', s.lost_seconds,
        'lostSteps', s.lost_steps, 'reason', s.reason)) FROM seams s WHERE s.run_id = r.id) AS seams
  FROM runs r LEFT JOIN epochs e ON e.run_id = r.id AND e.epoch = r.epoch`;

export const QUERIES = {
  list: `${SELECT_RUNS} WHERE r.deleted_at IS NULL ORDER BY r.id DESC`,
  get: `${SELECT_RUNS} WHERE r.id = ?`,
  changedSince: `${SELECT_RUNS} WHERE r.revision > ? ORDER BY r.revision`,
  activeOwners: `
    SELECT id, owner_id, owner_pid, owner_start FROM runs
    WHERE state IN ('preparing', 'running', 'pausing', 'stopping') AND owner_id <> ?`,
  /** Without deleted ones, whose trainers nobody waits for. */
  activeAnywhere: `
    SELECT owner_id, owner_pid, owner_start FROM runs
    WHERE state IN ('preparing', 'running', 'pausing', 'stopping') AND deleted_at IS NULL`,
  waiting: `
    SELECT id, owner_id, owner_pid, owner_start, held FROM runs
    WHERE state = 'queued' AND deleted_at IS NULL ORDER BY queue_position`,
  deleted: 'SELECT id FROM runs WHERE deleted_at IS NOT NULL ORDER BY deleted_at',
} as const;

type OwnerRow = Pick<RunRow, 'owner_id' | 'owner_pid' | 'owner_start'>;

/** Whose a run is. */
export interface Owned {
  ownerId: string | null;
  owner: ProcessIdentity | null;
}

const toOwned = (row: OwnerRow): Owned => ({
  ownerId: row.owner_id,
  owner: row.owner_pid === null ? null : { pid: row.owner_pid, start: row.owner_start },
});

export class RunStore {
  constructor(private readonly db: Db) {}

  /** Newest first, without deleted ones. Reads no steps. */
  list(): StoredRun[] {
    return this.db.all<RunWithLast>(QUERIES.list).map(toRun);
  }

  /** Deleted or not. */
  get(id: number): StoredRun | undefined {
    const row = this.db.get<RunWithLast>(QUERIES.get, id);
    return row && toRun(row);
  }

  /** Every run, deleted ones included, whose row changed after that revision; in the order of the changes. */
  changedSince(revision: number): StoredRun[] {
    return this.db.all<RunWithLast>(QUERIES.changedSince, revision).map(toRun);
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
      const row = this.db.get<{ id: number }>(
        `INSERT INTO runs (revision, name, architecture, recipe, seed, dataset_id, dataset_title, dataset_sha256,
           dataset_train_count, dataset_eval_count, resbench_version, tensorflow_version, electron_version, node_version,
           machine, plan, state, reason, created_at, params, macs, total_steps, epochs, owner_id, owner_pid, owner_start,
           queue_position, held, device, parent_id, parent_step, step, epoch)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         RETURNING id`,
        this.nextRevision(),
        run.name,
        JSON.stringify(run.architecture),
        JSON.stringify(run.recipe),
        run.recipe.seed,
        run.dataset.id,
        run.dataset.title,
        run.dataset.sha256,
        run.dataset.trainCount,
        run.dataset.evalCount,
        run.versions.resbench,
        run.versions.tensorflow,
        run.versions.electron,
        run.versions.node,
        JSON.stringify(run.machine),
        run.plan && JSON.stringify(run.plan),
        run.createdAt,
        run.params,
        run.macs,
        run.totalSteps,
        run.epochs,
        run.ownerId,
        run.owner.pid,
        run.owner.start,
        this.positionFor(run.queue),
        run.queue === 'held' ? 1 : 0,
        run.device,
        run.parent?.id ?? null,
        run.parent?.step ?? null,
        run.step,
        run.epoch,
      );
      const id = row!.id;
      this.logState(id, { state: 'queued', reason: null, at: run.createdAt });
      this.touchWaiting();
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
    return this.db.write('durable', () => {
      const row = this.db.get<Pick<RunRow, 'state' | 'ended_at'>>(
        'SELECT state, ended_at FROM runs WHERE id = ?',
        id,
      );
      if (!row || !canTransition(row.state, to)) return false;
      const away = hasEnded(to) || to === 'paused' ? endedAt : to === 'running' ? null : row.ended_at;
      this.db.run(
        `UPDATE runs SET state = ?, reason = ?, ended_at = ?, queue_position = NULL, held = 0, revision = ? WHERE id = ?`,
        to,
        reason,
        away,
        this.nextRevision(),
        id,
      );
      this.setDetails(id, details);
      this.logState(id, { state: to, reason, at });
      if (row.state === 'queued') this.touchWaiting();
      return true;
    });
  }

  // ---------------------------------------------------------------------------------------------------- the queue

  /** One transaction around reads and writes that belong together. */
  inOneWrite<T>(work: () => T): T {
    return this.db.write('durable', work);
  }

  /** Who trains at the moment, in this process and others. */
  activeOwners(): Owned[] {
    return this.db.all<OwnerRow>(QUERIES.activeAnywhere).map(toOwned);
  }

  /** Those that wait and are not held, in their order. */
  waiting(): (Owned & { id: number })[] {
    return this.db
      .all<OwnerRow & { id: number; held: 0 | 1 }>(QUERIES.waiting)
      .filter(({ held }) => held === 0)
      .map((row) => ({ id: row.id, ...toOwned(row) }));
  }

  /** Puts a run back into the queue. False where its state does not allow it. */
  enqueue(
    id: number,
    entry: QueueEntry,
    { ownerId, owner }: { ownerId: string; owner: ProcessIdentity },
    at: number,
    details: RunDetails = {},
  ): boolean {
    return this.db.write('durable', () => {
      const row = this.db.get<{ state: RunState }>('SELECT state FROM runs WHERE id = ?', id);
      if (!row || !canTransition(row.state, 'queued')) return false;
      this.db.run(
        `UPDATE runs SET state = 'queued', reason = NULL, wanted = NULL, queue_position = ?, held = ?,
           owner_id = ?, owner_pid = ?, owner_start = ? WHERE id = ?`,
        this.positionFor(entry),
        entry === 'held' ? 1 : 0,
        ownerId,
        owner.pid,
        owner.start,
        id,
      );
      this.setDetails(id, details);
      this.logState(id, { state: 'queued', reason: null, at });
      this.touchWaiting();
      return true;
    });
  }

  /** From now on a waiting run is this process's to take. */
  adopt(id: number, { ownerId, owner }: { ownerId: string; owner: ProcessIdentity }): void {
    this.db.write('durable', () => {
      this.db.run(
        "UPDATE runs SET owner_id = ?, owner_pid = ?, owner_start = ? WHERE id = ? AND state = 'queued'",
        ownerId,
        owner.pid,
        owner.start,
        id,
      );
      this.touch(id);
    });
  }

  /** Makes a waiting run this process's own to train; false where it does not wait any more. */
  claim(id: number, ownerId: string, owner: ProcessIdentity, at: number): boolean {
    return this.db.write('durable', () => {
      if (!this.transition(id, 'preparing', null, at)) return false;
      this.db.run(
        'UPDATE runs SET owner_id = ?, owner_pid = ?, owner_start = ?, wanted = NULL WHERE id = ?',
        ownerId,
        owner.pid,
        owner.start,
        id,
      );
      return true;
    });
  }

  /** Puts a waiting run at a place, from 1; one beyond the end is the last. False where it does not wait. */
  move(id: number, place: number): boolean {
    return this.db.write('durable', () => {
      const ids = this.db.all<{ id: number }>(QUERIES.waiting).map((row) => row.id);
      if (!ids.includes(id)) return false;
      const order = ids.filter((other) => other !== id);
      order.splice(Math.max(0, place - 1), 0, id);
      for (const [index, other] of order.entries()) {
        this.db.run('UPDATE runs SET queue_position = ? WHERE id = ?', index + 1, other);
      }
      this.touchWaiting();
      return true;
    });
  }

  /** False where it does not wait. */
  hold(id: number, held: boolean): boolean {
    return this.db.write('durable', () => {
      const done = this.db.run(
        "UPDATE runs SET held = ? WHERE id = ? AND state = 'queued'",
        held ? 1 : 0,
        id,
      );
      return done > 0 && this.touch(id);
    });
  }

  /** Ids of those that wait, in their order, held ones included. */
  queue(): number[] {
    return this.db.all<{ id: number }>(QUERIES.waiting).map(({ id }) => id);
  }

  private positionFor(entry: QueueEntry): number {
    const { first, last } = this.db.get<{ first: number | null; last: number | null }>(
      "SELECT MIN(queue_position) AS first, MAX(queue_position) AS last FROM runs WHERE state = 'queued'",
    )!;
    return entry === 'next' ? (first ?? 1) - 1 : (last ?? 0) + 1;
  }

  /** The place of each may have changed. */
  private touchWaiting(): void {
    for (const id of this.queue()) this.touch(id);
  }

  update(id: number, details: RunDetails): boolean {
    return this.db.write('durable', () => {
      this.setDetails(id, details);
      return this.touch(id);
    });
  }

  /** How the run computes its convolutions, null where that is not known. Not part of a run: few who read one want it. */
  plan(id: number): EnginePlan | null {
    const row = this.db.get<{ plan: string | null }>('SELECT plan FROM runs WHERE id = ?', id);
    return row?.plan ? (JSON.parse(row.plan) as EnginePlan) : null;
  }

  states(id: number): StateEntry[] {
    return this.db.all<StateEntry>(
      'SELECT state, reason, at FROM run_states WHERE run_id = ? ORDER BY number',
      id,
    );
  }

  /** Asks the process that owns the run to stop or pause it. */
  request(id: number, wanted: Wanted): void {
    this.db.write('durable', () => {
      this.db.run('UPDATE runs SET wanted = ? WHERE id = ?', wanted, id);
      this.touch(id);
    });
  }

  /** Hides the runs until they are restored or purged. */
  markDeleted(ids: readonly number[], at: number): void {
    this.db.write('durable', () => {
      for (const id of ids) {
        this.db.run('UPDATE runs SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL', at, id);
        this.touch(id);
      }
    });
  }

  restore(ids: readonly number[]): void {
    this.db.write('durable', () => {
      for (const id of ids) {
        this.db.run('UPDATE runs SET deleted_at = NULL WHERE id = ?', id);
        this.touch(id);
      }
    });
  }

  /** Active runs of other processes, with who they are. */
  activeOfOthers(ownerId: string): { id: number; ownerId: string; owner: ProcessIdentity }[] {
    return this.db
      .all<{ id: number; owner_id: string; owner_pid: number; owner_start: string | null }>(
        QUERIES.activeOwners,
        ownerId,
      )
      .map((row) => ({
        id: row.id,
        ownerId: row.owner_id,
        owner: { pid: row.owner_pid, start: row.owner_start },
      }));
  }

  // ------------------------------------------------------------------------------------- processes and purging

  /** This process now has the database open. */
  register(ownerId: string, owner: ProcessIdentity, at: number): void {
    this.db.write('fast', () =>
      this.db.run(
        'INSERT OR REPLACE INTO processes (owner_id, pid, start, opened_at) VALUES (?, ?, ?, ?)',
        ownerId,
        owner.pid,
        owner.start,
        at,
      ),
    );
  }

  unregister(ownerId: string): void {
    this.db.write('fast', () => this.db.run('DELETE FROM processes WHERE owner_id = ?', ownerId));
  }

  /**
   * Removes for good what was deleted, unless another living process has the database open: its user may still undo.
   * Returns how many runs are gone.
   */
  purgeDeleted(ownerId: string, alive: (identity: ProcessIdentity) => boolean): number {
    return this.db.write('durable', () => {
      const others = this.db.all<{ owner_id: string; pid: number; start: string | null }>(
        'SELECT owner_id, pid, start FROM processes WHERE owner_id <> ?',
        ownerId,
      );
      let watched = false;
      for (const other of others) {
        if (alive(other)) watched = true;
        else this.db.run('DELETE FROM processes WHERE owner_id = ?', other.owner_id);
      }
      if (watched) return 0;
      this.db.run('DELETE FROM architectures WHERE deleted_at IS NOT NULL');
      return this.db.run('DELETE FROM runs WHERE deleted_at IS NOT NULL');
    });
  }

  // ------------------------------------------------------------------------------------------------------------

  /** Marks the row as changed for watchers; false where there is none. */
  touch(id: number): boolean {
    return touchRun(this.db, id);
  }

  private nextRevision(): number {
    return nextRevision(this.db);
  }

  private setDetails(id: number, details: RunDetails): void {
    for (const [key, value] of Object.entries(details) as [
      keyof RunDetails,
      RunDetails[keyof RunDetails],
    ][]) {
      if (value === undefined) continue;
      const bound = typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
      this.db.run(`UPDATE runs SET ${COLUMNS[key]} = ? WHERE id = ?`, bound, id);
    }
  }

  private logState(id: number, entry: StateEntry): void {
    this.db.run(
      `INSERT INTO run_states (run_id, number, state, reason, at)
       VALUES (?, (SELECT COALESCE(MAX(number), 0) + 1 FROM run_states WHERE run_id = ?), ?, ?, ?)`,
      id,
      id,
      entry.state,
      entry.reason,
      entry.at,
    );
  }
}

function toRun(row: RunWithLast): StoredRun {
  return {
    id: row.id,
    name: row.name,
    architecture: JSON.parse(row.architecture) as Architecture,
    recipe: storedRecipe(JSON.parse(row.recipe)),
    dataset: {
      id: row.dataset_id,
      title: row.dataset_title,
      sha256: row.dataset_sha256,
      trainCount: row.dataset_train_count,
      evalCount: row.dataset_eval_count,
    },
    state: row.state,
    reason: row.reason,
    versions: {
      resbench: row.resbench_version,
      tensorflow: row.tensorflow_version,
      electron: row.electron_version,
      node: row.node_version,
    },
    machine: JSON.parse(row.machine) as Machine,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: hasEnded(row.state) ? row.ended_at : null,
    awaySince: row.ended_at,
    heardAt: row.heard_at,
    params: row.params,
    macs: row.macs,
    step: row.step,
    totalSteps: row.total_steps,
    epoch: row.epoch,
    epochs: row.epochs,
    best:
      row.best_val_accuracy === null || row.best_epoch === null
        ? null
        : { valAccuracy: row.best_val_accuracy, epoch: row.best_epoch },
    last: lastEpoch(row),
    seconds: row.seconds,
    revision: row.revision,
    queue: row.place === null ? null : { place: row.place, held: row.held === 1 },
    parent: row.parent_id === null ? null : { id: row.parent_id, step: row.parent_step ?? 0 },
    seams: JSON.parse(row.seams) as Seam[],
    checkpointStep: row.checkpoint_step,
    threads: row.threads,
    device: row.device,
    ...toOwned(row),
    wanted: row.wanted,
    deletedAt: row.deleted_at,
  };
}

function lastEpoch(row: RunWithLast): EpochMetric | null {
  if (row.last_epoch === null || row.last_step === null) return null;
  return toEpoch({
    epoch: row.last_epoch,
    step: row.last_step,
    loss: row.last_loss,
    cross_entropy: row.last_cross_entropy,
    accuracy: row.last_accuracy,
    val_loss: row.last_val_loss,
    val_cross_entropy: row.last_val_cross_entropy,
    val_accuracy: row.last_val_accuracy,
    seconds: row.last_seconds,
    images_per_second: row.last_images_per_second,
    memory_bytes: row.last_memory_bytes,
  });
}
