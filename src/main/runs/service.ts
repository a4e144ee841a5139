/** Runs: read, started, queued, stopped and kept, those of other processes included. The own ones live in `LiveRun`. */
import { Emitter } from '../../node/events';
import { describeMachine } from '../../node/machine';
import type { ProcessHost } from '../../node/process-host';
import { isAlive, type ProcessIdentity } from '../../node/process-identity';
import {
  hasEnded,
  isActive,
  type Checkpoint,
  type CheckpointSpace,
  type DatasetId,
  type DatasetStatus,
  type EpochMetric,
  type ForkRequest,
  type QueueEntry,
  type Recipe,
  type Settings,
  type Run,
  type RunRequest,
  type RunState,
  type TrainingPhase,
} from '../../shared/domain';
import { largestBatchOf } from '../../shared/batches';
import type { EnginePlan } from '../../shared/plan';
import { ExpectedError, fail, ok, type Result } from '../../shared/result';
import { shown } from '../../shared/shown';
import { fromColumns, type StepColumns } from '../../shared/step-columns';
import type { TrainingJob } from '../../shared/training-messages';
import { isBusy } from '../db/errors';
import type { ProcessStore } from '../db/stores/processes';
import type { QueueStore } from '../db/stores/queue';
import type { NewRun, RunDetails, StoredRun } from '../db/stores/runs';
import { changedNotice } from '../db/care';
import { cannotStart, goesOnFrom, leftTheQueue, ownerGone, stoppedByUser } from './endings';
import { toCsv, type RunExport } from './export';
import { LiveRun, type LiveRunListener, type LiveRunStores } from './live-run';
import { RunQueue, type QueueShare } from '../queue/queue';
import type { RunEvents } from './run-events';
import { RunRequests, type CheckedRequest } from './run-requests';
import { heldUp } from './stalls';
import type { Trainer } from './trainer';
import { RunWatcher } from './watcher';

export interface RunServiceOptions extends LiveRunStores {
  queue: QueueStore;
  processes: ProcessStore;
  host: ProcessHost;
  datasets: { status(id: DatasetId): DatasetStatus; folder(id: DatasetId): string | null };
  settings: () => Pick<Settings, 'runsAtOnce'>;
  /** Which waiting runs this process trains. */
  share: QueueShare;
  /** This session of this process, unlike any other. */
  ownerId: string;
  owner: ProcessIdentity;
  /** Version of Resbench. */
  version: string;
  /** Version of Electron, null in plain Node. */
  electron: string | null;
  /** How long a trainer may take to stop when the program is closed; then it is ended by force. Milliseconds. */
  closeMs?: number;
}

/** Silence of trainers is looked at this often. */
const STALL_MS = 5000;
/** A step and a checkpoint. */
const CLOSE_MS = 15_000;
const STEPS_AT_A_TIME = 50_000;

const beingClosed = fail('conflict', 'Resbench is being closed and starts no more runs.');

/** Beside the request: begin whatever else trains. */
export interface StartOptions {
  now?: boolean;
}

export class RunService {
  private readonly events = new Emitter<RunEvents>();
  private readonly live = new Map<number, LiveRun>();
  private readonly requests: RunRequests;
  private readonly watcher: RunWatcher;
  private readonly queue: RunQueue;
  private stallTimer: NodeJS.Timeout | null = null;
  /** When silence was last looked for, milliseconds of the monotonic clock. */
  private lookedAt = performance.now();
  /** Training processes that are not gone yet, those whose run has ended included. */
  private readonly trainers = new Set<Trainer>();
  private readonly closed = new Emitter<{ closed: undefined }>();
  private closing: Promise<void> | null = null;
  private toldLookFailed = false;
  /** Runs whose sums have been looked at in this session. */
  private readonly checked = new Set<number>();

  constructor(private readonly options: RunServiceOptions) {
    const { db, runs, metrics, ownerId } = options;
    this.requests = new RunRequests(runs, options.checkpoints, options.datasets);
    this.watcher = new RunWatcher(db, runs, metrics, ownerId, {
      changed: (run) => this.changedElsewhere(run),
      metrics: (run, steps, epochs) => this.measuredElsewhere(run, steps, epochs),
      orphaned: (id) => this.interrupt(id),
      failed: (error) => this.lookFailed(error),
    });
    const { share, owner, settings, queue } = options;
    this.queue = new RunQueue({
      store: queue,
      get: (id) => runs.get(id),
      share,
      own: { ownerId, owner },
      limit: () => settings().runsAtOnce,
      begin: (run) => this.begin(run),
    });
  }

  on<K extends keyof RunEvents>(name: K, listener: (payload: RunEvents[K]) => void): () => void {
    return this.events.on(name, listener);
  }

  /**
   * Ends what a dead process left behind as interrupted, removes for good what was deleted in earlier sessions (unless
   * another process is alive, whose user may still undo), and begins to watch the database and to work the queue.
   * @throws ExpectedError where the database cannot be written.
   */
  boot(): void {
    const { processes, ownerId, owner } = this.options;
    processes.register({ ownerId, owner }, Date.now());
    for (const id of this.watcher.orphans()) this.interrupt(id);
    if (processes.purgeDeleted(ownerId, isAlive) > 0) this.purgeFiles();
    this.watcher.start();
    this.queue.start();
    this.lookedAt = performance.now();
    this.stallTimer = setInterval(() => this.lookForStalls(), STALL_MS);
    this.stallTimer.unref();
  }

  /** Stops the own runs and waits until their trainers are gone; one that does not obey is ended by force. */
  shutdown(): Promise<void> {
    this.closing ??= this.close();
    return this.closing;
  }

  // ------------------------------------------------------------------------------------------------------- reading

  /** Newest first, without deleted ones. */
  list(): Run[] {
    return this.options.runs.list().map((run) => this.toRun(run));
  }

  get(id: number): Result<Run> {
    return this.attempt(() => ok(this.toRun(this.stored(id))));
  }

  /** In order, those after the given step. */
  steps(id: number, after = 0, limit = STEPS_AT_A_TIME): Result<StepColumns> {
    return this.attempt(() => {
      this.stored(id);
      if (after === 0) this.checkSums(id);
      return ok(this.options.metrics.steps(id, after, limit));
    });
  }

  epochs(id: number): Result<EpochMetric[]> {
    return this.attempt(() => {
      this.stored(id);
      return ok(this.options.metrics.epochs(id));
    });
  }

  /** How the run computes its convolutions, null where that is not known. */
  plan(id: number): Result<EnginePlan | null> {
    return this.attempt(() => {
      this.stored(id);
      return ok(this.options.runs.plan(id));
    });
  }

  /** Everything that is stored of the run, of one moment. */
  export(id: number): Result<RunExport> {
    return this.attempt(() =>
      this.options.db.read(() => {
        const { own: _o, revision: _r, ...run } = this.toRun(this.stored(id));
        return ok({
          format: 'resbench-run',
          formatVersion: 1,
          exportedAt: Date.now(),
          run,
          plan: this.options.runs.plan(id),
          states: this.options.runs.states(id),
          epochs: this.options.metrics.epochs(id),
          steps: fromColumns(this.allSteps(id)),
        });
      }),
    );
  }

  /** The run's metrics as comma-separated values: one line a step, the epoch's in the line of its last step. */
  exportCsv(id: number): Result<string> {
    return this.attempt(() =>
      this.options.db.read(() => {
        this.stored(id);
        return ok(toCsv(this.allSteps(id), this.options.metrics.epochs(id)));
      }),
    );
  }

  /** Newest first. */
  checkpoints(id: number): Result<Checkpoint[]> {
    return this.attempt(() => {
      this.stored(id);
      return ok(this.options.checkpoints.list(id));
    });
  }

  /** With a run: whether there is room for its next checkpoint. */
  async checkpointSpace(id: number | null): Promise<Result<CheckpointSpace>> {
    const known = this.attempt(() => ok(id === null ? undefined : this.stored(id)));
    return known.ok ? ok(await this.options.checkpoints.space(id)) : known;
  }

  /** Of the run's checkpoints; it exists once the first has been written. */
  checkpointFolder(id: number): Result<string> {
    return this.attempt(() => {
      this.stored(id);
      return ok(this.options.checkpoints.folder(id));
    });
  }

  /** The file that tells what the run's training process went through and said. */
  logPath(id: number): Result<string> {
    return this.attempt(() => {
      this.stored(id);
      return ok(this.options.logs.path(id));
    });
  }

  /** Resolves once the run has ended or paused, at once if it has; another process's run included. */
  finished(id: number): Promise<Result<Run>> {
    const isOver = (state: RunState): boolean => hasEnded(state) || state === 'paused';
    const now = this.get(id);
    if (!now.ok || isOver(now.value.state)) return Promise.resolve(now);
    return new Promise((resolve) => {
      const done = (result: Result<Run>): void => {
        for (const end of ends) end();
        resolve(result);
      };
      const ends = [
        this.on('changed', (run) => {
          if (run.id === id && isOver(run.state)) done(ok(run));
        }),
        this.on('removed', (gone) => {
          if (gone.id === id) done(fail('not-found', `Run ${id} was deleted.`));
        }),
        this.closed.on('closed', () => done(this.get(id))),
      ];
    });
  }

  // ------------------------------------------------------------------------------------------------------ changing

  /** Queues a run; it begins at once where there is room. */
  start(request: RunRequest, options: StartOptions = {}): Result<Run> {
    return this.attempt(() => {
      if (this.closing) return beingClosed;
      const checked = this.requests.check(request);
      if (!checked.ok) return checked;
      const plan = this.planToRepeat(request);
      if (!plan.ok) return plan;
      const run = this.create(request, checked.value, { plan: plan.value, parent: null, step: 0, epoch: 0 });
      return this.queued(run.id, options);
    });
  }

  /** Queues a run that has been away: it goes on at its newest checkpoint, from its first step where it has none. */
  continueRun(id: number, queue: QueueEntry = 'next', options: StartOptions = {}): Result<Run> {
    return this.attempt(() => {
      const run = this.found(id);
      // Queued by a process that died before its turn came: this one takes its place.
      if (run.state === 'queued' && run.ownerId !== this.options.ownerId && this.isOrphan(run)) {
        this.options.queue.adopt(id, this.options);
        if (run.queue?.held) this.options.queue.hold(id, false);
        return this.queued(id, options);
      }
      const can = this.requests.checkContinue(run);
      if (!can.ok) return can;
      return this.enqueue(run, queue, options, {});
    });
  }

  /** Adds epochs to the recipe and queues the run where it had ended. */
  extend(id: number, epochs: number, queue: QueueEntry = 'next', options: StartOptions = {}): Result<Run> {
    return this.attempt(() => {
      const run = this.found(id);
      const longer = this.requests.extension(run, epochs);
      if (!longer.ok) return longer;
      return this.enqueue(run, queue, options, longer.value);
    });
  }

  /** Queues a new run that begins where another one stood. */
  async fork(request: ForkRequest, options: StartOptions = {}): Promise<Result<Run>> {
    const created = this.attempt(() => {
      if (this.closing) return beingClosed;
      const parent = this.found(request.id);
      const fork = this.requests.fork(request, parent);
      if (!fork.ok) return fork;
      const { from, origin, asNew } = fork.value;
      const checked = this.requests.check(asNew, origin);
      if (!checked.ok) return checked;
      const { step, epoch } = from;
      // A plan is chosen for a batch size.
      const batchOf = (recipe: Recipe) => largestBatchOf(recipe, parent.dataset.trainCount);
      const isSame = batchOf(asNew.recipe) === batchOf(parent.recipe);
      const plan = isSame ? this.options.runs.plan(parent.id) : null;
      const run = this.create(asNew, checked.value, {
        plan,
        parent: { id: parent.id, ...origin },
        step,
        epoch,
      });
      return ok({ run, from });
    });
    if (!created.ok) return created;
    const { run, from } = created.value;
    const taken = await this.options.checkpoints.take(from, run.id);
    return this.attempt(() => {
      if (!taken.ok) {
        this.transition(run.id, 'failed', taken.error.message);
        return taken;
      }
      if (request.queue !== 'held') this.options.queue.hold(run.id, false);
      if (request.queue === 'next') this.options.queue.move(run.id, 1);
      return this.queued(run.id, options);
    });
  }

  /**
   * Asks the run's trainer to stop before its next step; the run is `stopping` until it has. A run of another process is
   * stopped by its owner, which hears of it within a second. One that waits leaves the queue.
   */
  stop(id: number): Result<Run> {
    return this.attempt(() => {
      // Also one whose row cannot be read: it could not be deleted before.
      const run = this.stored(id);
      if (run.state === 'queued' || run.state === 'paused') {
        const said = run.state === 'queued' ? leftTheQueue(run.step) : stoppedByUser(run.step);
        const reason = said + goesOnFrom(run);
        this.transition(id, 'stopped', reason);
        this.tellQueue();
        return this.get(id);
      }
      if (!isActive(run.state)) {
        return fail('conflict', `Run ${id} ("${shown(run.name)}") is not running: it is ${run.state}.`);
      }
      const live = this.live.get(id);
      if (live) live.stop('user');
      else if (this.isOrphan(run)) this.interrupt(id);
      else if (run.wanted !== 'stop') this.options.runs.request(id, 'stop');
      return this.get(id);
    });
  }

  /** As `stop`, but the run waits to be continued. One in the queue is held there. */
  pause(id: number): Result<Run> {
    return this.attempt(() => {
      const run = this.found(id);
      if (run.state === 'queued') return this.hold(id, true);
      if (run.state !== 'preparing' && run.state !== 'running') {
        return fail('conflict', `Run ${id} ("${shown(run.name)}") cannot be paused: it is ${run.state}.`);
      }
      const live = this.live.get(id);
      if (live) live.pause('user');
      else if (this.isOrphan(run)) this.interrupt(id);
      else if (run.wanted === null) this.options.runs.request(id, 'pause');
      return this.get(id);
    });
  }

  /** Those that wait, in their order. */
  waiting(): Result<Run[]> {
    const { db, queue } = this.options;
    return this.attempt(() => db.read(() => ok(queue.ids().map((id) => this.toRun(this.stored(id))))));
  }

  /** To a place in the queue, from 1. */
  moveInQueue(id: number, place: number): Result<Run> {
    return this.attempt(() => {
      const run = this.found(id);
      if (!this.options.queue.move(id, place)) return this.doesNotWait(run);
      return this.queued(id);
    });
  }

  /** A held run is passed over until it is let go. */
  hold(id: number, held: boolean): Result<Run> {
    return this.attempt(() => {
      const run = this.found(id);
      if (!this.options.queue.hold(id, held)) return this.doesNotWait(run);
      return this.queued(id);
    });
  }

  pinCheckpoint(checkpointId: number, pinned: boolean): Result<Checkpoint> {
    return this.attempt(() => {
      const checkpoint = this.options.checkpoints.pin(checkpointId, pinned);
      if (checkpoint.ok) this.tellNow(checkpoint.value.runId);
      return checkpoint;
    });
  }

  /** Gone at once. */
  async deleteCheckpoint(checkpointId: number): Promise<Result<void>> {
    const allowed = this.attempt((): Result<number> => {
      const { checkpoints } = this.options;
      const found = checkpoints.byId(checkpointId);
      if (!found) return fail('not-found', `There is no checkpoint ${checkpointId}.`);
      const run = this.found(found.runId);
      const may = this.requests.checkDeletion(run, checkpointId);
      if (!may.ok) return may;
      return ok(run.id);
    });
    if (!allowed.ok) return allowed;
    const deleted = await this.options.checkpoints.delete(checkpointId);
    this.tellNow(allowed.value);
    return deleted;
  }

  rename(id: number, name: string): Result<Run> {
    return this.attempt(() => {
      const checked = this.requests.name(name);
      if (!checked.ok) return checked;
      this.found(id);
      this.options.runs.update(id, { name: checked.value });
      this.tellNow(id);
      return this.get(id);
    });
  }

  /** Hides runs that have ended, all of them or none; `restore` brings them back until the program starts anew. */
  remove(ids: readonly number[]): Result<void> {
    return this.attempt(() => {
      const runs = this.options.db.write('durable', () => {
        const found = ids.map((id) => this.stored(id));
        const active = found.find((run) => isActive(run.state));
        if (active) {
          throw new ExpectedError(
            fail(
              'conflict',
              `Run ${active.id} ("${shown(active.name)}") is still ${active.state}: stop it first, then delete it.`,
            ).error,
          );
        }
        for (const run of found) {
          if (run.state !== 'queued') continue;
          this.options.runs.transition(run.id, 'stopped', leftTheQueue(run.step), Date.now());
        }
        this.options.runs.markDeleted(ids, Date.now());
        return found;
      });
      for (const { id } of runs) {
        const run = this.options.runs.get(id);
        if (run) this.watcher.noteSeen(run);
        this.events.emit('removed', { id });
      }
      this.tellQueue();
      return ok();
    });
  }

  restore(ids: readonly number[]): Result<void> {
    return this.attempt(() => {
      this.options.db.write('durable', () => {
        for (const id of ids) {
          if (this.options.runs.get(id)) continue;
          throw new ExpectedError(
            fail('not-found', `Run ${id} cannot be brought back: it has been removed for good.`).error,
          );
        }
        this.options.runs.restore(ids);
      });
      for (const id of ids) this.tellNow(id);
      return ok();
    });
  }

  // ---------------------------------------------------------------------------------------------------- own trainers

  /** Null where the request wants the fastest one chosen. */
  private planToRepeat(request: RunRequest): Result<EnginePlan | null> {
    const { planOf } = request;
    if (planOf === undefined || planOf === null) return ok(null);
    return this.requests.planToRepeat(this.found(planOf), request);
  }

  private create(
    request: RunRequest,
    { name, dataset, params, macs, totalSteps }: CheckedRequest,
    more: Pick<NewRun, 'plan' | 'parent' | 'step' | 'epoch'>,
  ): StoredRun {
    const { architecture, recipe, planOf } = request;
    const run = this.options.runs.create({
      name,
      architecture,
      recipe,
      dataset: {
        id: dataset.id,
        title: dataset.title,
        sha256: dataset.sha256,
        trainCount: dataset.trainCount,
        evalCount: dataset.evalCount,
      },
      versions: {
        resbench: this.options.version,
        tensorflow: null,
        electron: this.options.electron,
        node: process.versions.node,
      },
      machine: {
        ...describeMachine(),
        // A plan is repeated with the kernels that it was computed with.
        numerics: planOf ? (this.found(planOf).machine.numerics ?? null) : null,
      },
      createdAt: Date.now(),
      params,
      macs,
      totalSteps,
      epochs: recipe.epochs,
      ownerId: this.options.ownerId,
      owner: this.options.owner,
      queue: request.queue ?? 'last',
      device: request.device ?? 'auto',
      ...more,
    });
    this.tell(run);
    return run;
  }

  private enqueue(
    run: StoredRun,
    queue: QueueEntry,
    options: StartOptions,
    details: RunDetails,
  ): Result<Run> {
    if (this.closing) return beingClosed;
    const dataset = this.requests.readyDataset(run.dataset.id);
    if (!dataset.ok) return dataset;
    if (!this.options.queue.enqueue(run.id, queue, this.options, Date.now(), details)) {
      return fail('conflict', `Run ${run.id} ("${shown(run.name)}") has just been taken up elsewhere.`);
    }
    return this.queued(run.id, options);
  }

  /** After the queue has changed: takes what can be taken, tells every place. */
  private queued(id: number, { now = false }: StartOptions = {}): Result<Run> {
    if (now) this.queue.takeNow(id);
    this.queue.pump();
    if (!this.tellQueue().includes(id)) this.tellNow(id);
    return this.get(id);
  }

  /** The place of each may have changed. Returns those that wait. */
  private tellQueue(): number[] {
    const waiting = this.options.queue.ids();
    for (const id of waiting) this.tellNow(id);
    return waiting;
  }

  private doesNotWait(run: StoredRun): Result<never> {
    return fail(
      'conflict',
      `Run ${run.id} ("${shown(run.name)}") does not wait in the queue: it is ${run.state}.`,
    );
  }

  private isOrphan(run: StoredRun): boolean {
    return run.ownerId === this.options.ownerId || !run.owner || !isAlive(run.owner);
  }

  /** Threads within an op for a run that begins: those it had before, else its share of the processors. */
  private threadsFor({ threads, machine }: StoredRun): number | null {
    if (threads !== null) return threads;
    const { runsAtOnce } = this.options.settings();
    return runsAtOnce > 1 ? Math.max(1, Math.floor(machine.threads / runsAtOnce)) : null;
  }

  /** Starts the trainer of a run that is `preparing` and ours. */
  private begin(run: StoredRun): void {
    if (run.unreadable !== undefined) {
      this.transition(run.id, 'failed', run.unreadable);
      return;
    }
    this.tellNow(run.id);
    this.tellQueue();
    const { checkpoints, logs, datasets, host, version, runs } = this.options;
    const { id, recipe, architecture } = run;
    logs.append(id, `Run ${id} (${run.name}) ${run.step > 0 ? `goes on after step ${run.step}` : 'begins'}.`);
    let live: LiveRun;
    try {
      const job: TrainingJob = {
        architecture,
        recipe,
        dataset: { id: run.dataset.id, folder: datasets.folder(run.dataset.id) },
        threads: this.threadsFor(run),
        plan: runs.plan(id),
        numerics: run.machine.numerics ?? null,
        device: run.device,
        resbench: version,
        secondsBefore: run.seconds,
        ...checkpoints.jobOf(run),
      };
      live = new LiveRun(run, host, job, this.options, this.ofLiveRuns);
    } catch (error) {
      const isExpected = error instanceof ExpectedError;
      this.transition(id, 'failed', isExpected ? error.failure.message : cannotStart(error));
      return;
    }
    const { trainer } = live;
    this.trainers.add(trainer);
    void trainer.exited.then(() => this.trainers.delete(trainer));
    this.live.set(id, live);
  }

  private readonly ofLiveRuns: LiveRunListener = {
    emit: (name, payload) => this.events.emit(name, payload),
    changed: (id) => this.tellNow(id),
    overButUnstored: (id, state, reason) => {
      const run = this.options.runs.get(id);
      if (run) this.events.emit('changed', { ...this.toRun(run), state, reason, endedAt: Date.now() });
    },
    stored: () => this.watcher.lookInPassing(),
    ended: (live) => {
      if (this.live.get(live.id) === live) this.live.delete(live.id);
      this.queue.pump();
    },
  };

  private lookForStalls(): void {
    const now = performance.now();
    const deaf = heldUp(now - this.lookedAt, STALL_MS);
    this.lookedAt = now;
    for (const live of this.live.values()) live.lookForStall(now, deaf);
  }

  private purgeFiles(): void {
    const exists = (id: number): boolean => this.options.runs.get(id) !== undefined;
    this.options.logs.purge(exists);
    void this.options.checkpoints.purge(exists);
  }

  private async close(): Promise<void> {
    this.queue.stop();
    if (this.stallTimer) clearInterval(this.stallTimer);
    for (const live of this.live.values()) live.stop('closing');
    const closeMs = this.options.closeMs ?? CLOSE_MS;
    await Promise.all(
      [...this.trainers].map(async (trainer) => {
        if (await within(closeMs, trainer.exited)) return;
        trainer.kill();
        await within(closeMs, trainer.exited);
      }),
    );
    await this.options.checkpoints.settled();
    // By now every end is stored, unless the disk refused or a process cannot even be killed: one more attempt, and what
    // is left is found as interrupted by the next start.
    for (const live of [...this.live.values()]) live.leave();
    this.live.clear();
    this.watcher.stop();
    await this.options.checkpoints.settled();
    this.closed.emit('closed', undefined);
    try {
      this.options.processes.unregister(this.options.ownerId);
    } catch (error) {
      // A row of a dead process is cleared by the next start.
      if (!(error instanceof ExpectedError)) throw error;
    }
  }

  // --------------------------------------------------------------------------------------------- other processes

  private changedElsewhere(run: StoredRun): void {
    if (run.deletedAt !== null) {
      this.events.emit('removed', { id: run.id });
      return;
    }
    this.tell(run);
    // Another one's end may be our turn.
    if (!isActive(run.state)) this.queue.pump();
  }

  private measuredElsewhere(run: StoredRun, steps: StepColumns, epochs: EpochMetric[]): void {
    this.events.emit('metrics', { runId: run.id, steps, epochs });
    const { step, seconds } = steps;
    const last = step.length - 1;
    if (!isActive(run.state) || last < 1 || !(seconds[last]! > seconds[0]!)) return;
    // Its owner's live report is not stored; speed and time left follow from the steps.
    const perStep = (seconds[last]! - seconds[0]!) / (step[last]! - step[0]!);
    this.events.emit('live', {
      runId: run.id,
      phase: 'training' satisfies TrainingPhase,
      imagesPerSecond: largestBatchOf(run.recipe, run.dataset.trainCount) / perStep,
      secondsLeft: perStep * (run.totalSteps - step[last]!),
      memoryBytes: null,
      cores: null,
      gpuMemory: null,
      fraction: null,
      stalled: null,
    });
  }

  private interrupt(id: number): void {
    const run = this.options.runs.get(id);
    if (!run) return;
    const lastHeardOf = run.heardAt ?? run.startedAt ?? run.createdAt;
    this.options.runs.transition(id, 'interrupted', ownerGone(run), Date.now(), {}, lastHeardOf);
    this.tellNow(id);
  }

  private lookFailed(error: unknown): void {
    if (!(error instanceof ExpectedError)) throw error;
    if (this.toldLookFailed || isBusy(error)) return;
    this.toldLookFailed = true;
    this.events.emit('notice', { kind: 'error', message: error.failure.message });
  }

  // ------------------------------------------------------------------------------------------------------- helpers

  private transition(id: number, to: Exclude<RunState, 'queued'>, reason: string | null): boolean {
    const done = this.options.runs.transition(id, to, reason, Date.now());
    this.tellNow(id);
    return done;
  }

  private tellNow(id: number): void {
    const run = this.options.runs.get(id);
    if (run && run.deletedAt === null) this.tell(run);
  }

  private tell(run: StoredRun): void {
    this.watcher.noteSeen(run);
    this.events.emit('changed', this.toRun(run));
    const live = this.live.get(run.id);
    if (live && run.wanted === 'stop') live.stop('elsewhere');
    if (live && run.wanted === 'pause') live.pause('elsewhere');
  }

  /** @throws ExpectedError where there is no such run, it has been deleted, or its row cannot be read. */
  private found(id: number): StoredRun {
    const run = this.stored(id);
    if (run.unreadable === undefined) return run;
    throw new ExpectedError(fail('data-corrupt', run.unreadable).error);
  }

  /**
   * Also one whose row cannot be read.
   * @throws ExpectedError where there is no such run, or it has been deleted.
   */
  private stored(id: number): StoredRun {
    const run = this.options.runs.get(id);
    if (run && run.deletedAt === null) return run;
    throw new ExpectedError(
      fail('not-found', `There is no run ${id}: \`runs list\` shows those there are.`).error,
    );
  }

  /** Once a session, where a run is read as a whole: a number that has changed on the disk is told, and nothing refused. */
  private checkSums(id: number): void {
    if (this.checked.has(id)) return;
    this.checked.add(id);
    const { metrics, db } = this.options;
    const epochs = metrics.changedEpochs(id);
    if (epochs.length === 0) return;
    const message = changedNotice(db.path, [{ runId: id, epochs }]);
    this.events.emit('notice', { kind: 'error', message });
  }

  private allSteps(id: number): StepColumns {
    this.checkSums(id);
    return this.options.metrics.steps(id, 0, Number.MAX_SAFE_INTEGER);
  }

  private toRun(run: StoredRun): Run {
    const { ownerId, owner: _o, wanted: _w, deletedAt: _d, awaySince: _a, heardAt: _h, ...fields } = run;
    return { ...fields, own: ownerId === this.options.ownerId };
  }

  /** Expected failures below (storage, not found) as values. */
  private attempt<T>(work: () => Result<T>): Result<T> {
    try {
      return work();
    } catch (error) {
      if (error instanceof ExpectedError) return { ok: false, error: error.failure };
      throw error;
    }
  }
}

/** Whether the promise resolved within the time (milliseconds). */
function within(ms: number, promise: Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    void promise.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
