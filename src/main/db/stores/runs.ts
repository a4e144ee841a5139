/** The tables runs, run_states, revision and processes. */
import type { Architecture } from '../../../architecture/architecture';
import {
  DATASET_IDS,
  DEVICES,
  hasEnded,
  RUN_STATES,
  type DatasetId,
  type DeviceChoice,
  type EpochMetric,
  type Machine,
  type QueueEntry,
  type Recipe,
  type Run,
  type RunDataset,
  type RunState,
  type RunVersions,
} from '../../../shared/domain';
import type { ProcessIdentity } from '../../../node/process-identity';
import type { EnginePlan } from '../../../shared/plan';
import { canTransition } from './run-states';
import { CHECKPOINT_QUERIES, readSeam } from './checkpoints';
import { toEpoch } from './metrics';
import type { Db } from '../open';
import { nextRevision, touchRun } from './revision';
import {
  Columns,
  LARGEST_ID,
  readArchitecture,
  readArchitectureThatBuilds,
  readMachine,
  readPlan,
  readRecipe,
  STAND_INS,
  type RawRow,
} from '../rows';

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

const WANTED = ['stop', 'pause'] as const;
export type Wanted = (typeof WANTED)[number];

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
  parent_images: number | null;
  threads: number | null;
  deleted_at: number | null;
}

/**
 * Exported for the test of its query plans. The last finished epoch comes along by its primary key, prefixed so that it
 * cannot hide a column of the run; `place` is null where the run does not wait.
 */
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
    EXISTS (SELECT 1 FROM seams s WHERE s.run_id = r.id) AS has_seams
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

/** Nobody's where the row does not name a process that there can be. */
const toOwned = ({ owner_id: id, owner_pid: pid, owner_start: start }: OwnerRow): Owned => ({
  ownerId: typeof id === 'string' ? id : null,
  owner: isPid(pid) ? { pid, start: typeof start === 'string' ? start : null } : null,
});

const isPid = (pid: unknown): pid is number =>
  typeof pid === 'number' && Number.isInteger(pid) && pid > 0 && pid < 2 ** 31;

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
    return readRun(
      row,
      row.has_seams ? this.db.all<RawRow>(CHECKPOINT_QUERIES.seams, row.id) : [],
      mustBuild,
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
      const row = this.db.get<{ id: number }>(
        `INSERT INTO runs (revision, name, architecture, recipe, seed, dataset_id, dataset_title, dataset_sha256,
           dataset_train_count, dataset_eval_count, resbench_version, tensorflow_version, electron_version, node_version,
           machine, plan, state, reason, created_at, params, macs, total_steps, epochs, owner_id, owner_pid, owner_start,
           queue_position, held, device, parent_id, parent_step, parent_images, step, epoch)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
        run.parent?.images ?? null,
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
    return this.db.all<OwnerRow & { id: number }>(QUERIES.activeOwners, ownerId).map((row) => ({
      id: row.id,
      ownerId: row.owner_id!,
      // Where the row does not name one there is none.
      owner: toOwned(row).owner ?? { pid: 0, start: null },
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
       VALUES (?, (SELECT COALESCE(MAX(number), 0) + 1 FROM run_states WHERE run_id = ? AND number < ${LARGEST_ID}), ?, ?, ?)`,
      id,
      id,
      entry.state,
      entry.reason,
      entry.at,
    );
  }
}

/** @param mustBuild whether it is looked at that the architecture builds, too. */
export function readRun(row: RawRow, seamRows: readonly RawRow[], mustBuild: boolean): StoredRun {
  const of = new Columns(row);
  const id = of.integer('id', 1, LARGEST_ID);
  const state = of.word('state', RUN_STATES, 'interrupted');
  const endedAt = of.optionalInstant('ended_at');
  const bestAccuracy = of.optionalNumber('best_val_accuracy');
  const bestEpoch = of.optionalInteger('best_epoch');
  const place = of.optionalInteger('place');
  const held = of.flag('held');
  const parentId = of.optionalInteger('parent_id', 1);
  const parentStep = of.optionalInteger('parent_step');
  const parentImages = of.optionalInteger('parent_images');
  const seams = seamRows.map(readSeam);
  of.optionalText('owner_id');
  of.optionalInteger('owner_pid', 1, 2 ** 31 - 1);
  if (row.plan !== null) of.json('plan', readPlan, {});
  const run: StoredRun = {
    id,
    name: of.text('name', `run ${id}`),
    architecture: of.json(
      'architecture',
      mustBuild ? readArchitectureThatBuilds : readArchitecture,
      STAND_INS.architecture,
    ),
    recipe: of.json('recipe', readRecipe, STAND_INS.recipe),
    dataset: {
      id: of.word('dataset_id', DATASET_IDS, 'shapes'),
      title: of.text('dataset_title'),
      sha256: of.optionalText('dataset_sha256'),
      trainCount: of.integer('dataset_train_count'),
      evalCount: of.integer('dataset_eval_count'),
    },
    state,
    reason: of.optionalText('reason'),
    versions: {
      resbench: of.text('resbench_version'),
      tensorflow: of.optionalText('tensorflow_version'),
      electron: of.optionalText('electron_version'),
      node: of.text('node_version'),
    },
    machine: of.json('machine', readMachine, STAND_INS.machine),
    createdAt: of.instant('created_at'),
    startedAt: of.optionalInstant('started_at'),
    endedAt: hasEnded(state) ? endedAt : null,
    awaySince: endedAt,
    heardAt: of.optionalInstant('heard_at'),
    params: of.integer('params'),
    macs: of.integer('macs'),
    step: of.integer('step'),
    totalSteps: of.integer('total_steps'),
    epoch: of.integer('epoch'),
    epochs: of.integer('epochs'),
    best:
      bestAccuracy === null || bestEpoch === null ? null : { valAccuracy: bestAccuracy, epoch: bestEpoch },
    last: lastEpoch(of),
    seconds: of.number('seconds'),
    revision: of.integer('revision', 0, LARGEST_ID),
    queue: place === null ? null : { place, held },
    parent: parentId === null ? null : { id: parentId, step: parentStep ?? 0, images: parentImages ?? 0 },
    seams: seams.map(({ seam }) => seam),
    checkpointStep: of.optionalInteger('checkpoint_step'),
    threads: of.optionalInteger('threads', 1),
    device: of.word('device', DEVICES, 'auto'),
    ...toOwned(row as unknown as OwnerRow),
    wanted: of.optionalWord('wanted', WANTED),
    deletedAt: of.optionalInstant('deleted_at'),
  };
  for (const { problem } of seams) if (problem !== null) of.wrong(`of a seam, ${problem}`);
  if (of.problem !== null) run.unreadable = unreadableSentence(id, of.problem);
  return run;
}

export const unreadableSentence = (id: number, problem: string): string =>
  `Run ${id} cannot be read in the database (${problem.replace(/\.$/, '')}): it can be exported and deleted, and every ` +
  'other run works.';

function lastEpoch(of: Columns): EpochMetric | null {
  const epoch = of.optionalInteger('last_epoch');
  const step = of.optionalInteger('last_step');
  if (epoch === null || step === null) return null;
  return toEpoch({
    epoch,
    step,
    loss: of.optionalNumber('last_loss'),
    cross_entropy: of.optionalNumber('last_cross_entropy'),
    accuracy: of.optionalNumber('last_accuracy'),
    val_loss: of.optionalNumber('last_val_loss'),
    val_cross_entropy: of.optionalNumber('last_val_cross_entropy'),
    val_accuracy: of.optionalNumber('last_val_accuracy'),
    seconds: of.optionalNumber('last_seconds'),
    images_per_second: of.optionalNumber('last_images_per_second'),
    memory_bytes: of.optionalNumber('last_memory_bytes'),
  });
}

export function readState(row: RawRow): { entry: StateEntry; problem: string | null } {
  const of = new Columns(row);
  const entry = {
    state: of.word('state', RUN_STATES, 'interrupted'),
    reason: of.optionalText('reason'),
    at: of.instant('at'),
  };
  return { entry, problem: of.problem };
}
