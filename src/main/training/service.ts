/**
 * Runs: started, watched, stopped and kept. A trainer's messages are stored first, then told to whoever listens, a few
 * times a second. Whatever becomes of a trainer, its run ends in the database as completed, stopped, failed or
 * interrupted.
 */
import { ArchitectureError, buildNetwork } from '../../architecture/network';
import { summarize } from '../../architecture/summary';
import { Emitter } from '../../node/events';
import { gpuObstacle, gpuUnusable, readGpuFacts } from '../../node/gpu';
import { describeMachine } from '../../node/machine';
import type { ProcessHost } from '../../node/process-host';
import { isAlive, type ProcessIdentity } from '../../node/process-identity';
import { datasetMismatch } from '../../shared/compatibility';
import {
  isActive,
  recipeProblems,
  type DatasetId,
  type DatasetStatus,
  type EpochMetric,
  type Run,
  type RunLive,
  type RunRequest,
  type RunState,
  type StepMetric,
  type TrainingPhase,
} from '../../shared/domain';
import { missingFrom, type EnginePlan, type PlanTimings } from '../../shared/plan';
import { ExpectedError, fail, ok, type Result } from '../../shared/result';
import { isBusy } from '../db/errors';
import type { MetricStore } from '../db/metrics';
import type { Db } from '../db/open';
import type { RunDetails, RunStore, StoredRun } from '../db/runs';
import {
  cannotStart,
  closedWhileRunning,
  ownerGone,
  signalOf,
  stoppedByUser,
  stoppedFromElsewhere,
  stoppedItself,
  storeFailed,
  thousands,
  trainerGone,
} from './endings';
import { toCsv, type RunExport } from './export';
import { Trainer, type TrainerEnding, type TrainerMessage } from './trainer';
import { RunWatcher } from './watcher';

export type { RunExport } from './export';

export type RunEvents = {
  /** A run is new or changed; its progress every two seconds at most, everything else at once. */
  changed: Run;
  removed: { id: number };
  metrics: { runId: number; steps: StepMetric[]; epochs: EpochMetric[] };
  live: RunLive;
  /** The trainer of an own run has decided how to compute; stored before it is told. Timings: null where it was given. */
  planned: { runId: number; plan: EnginePlan; timings: PlanTimings | null };
  notice: { kind: 'error' | 'info'; message: string };
};

export interface RunServiceOptions {
  db: Db;
  runs: RunStore;
  metrics: MetricStore;
  host: ProcessHost;
  datasets: { status(id: DatasetId): DatasetStatus; folder(id: DatasetId): string | null };
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

/**
 * Metrics that come sooner than this after what was stored last are collected, then stored in one transaction and told in
 * one event. A trainer's bunches of steps come a little slower, and are stored as they come.
 */
const BATCH_MS = 250;
/** After a failed attempt to store. */
const RETRY_MS = 1000;
const PROGRESS_MS = 2000;
const CLOSE_MS = 5000;
const STEPS_AT_A_TIME = 50_000;
const NAME_CHARACTERS = 200;

/** Why a run that is stopping was told to. */
type StopCause = 'user' | 'elsewhere' | 'closing' | 'storage';

/** A run whose trainer belongs to this process. */
interface LiveRun {
  id: number;
  trainer: Trainer;
  /** What the trainer measured and is not stored yet, in order. */
  steps: StepMetric[];
  epochs: EpochMetric[];
  /** What it told of itself when it was ready to train, likewise. */
  details: RunDetails | null;
  /** What its plan was chosen by; only told. */
  timings: PlanTimings | null;
  /** Takes back the flush that is planned, null where none is. */
  cancelFlush: (() => void) | null;
  /** When something was last stored or told (performance.now, milliseconds). */
  flushedAt: number;
  /** What the user must know of it, told by the trainer before it was ready. */
  notice: string | null;
  /** The last step that is stored. */
  step: number;
  startedAt: number | null;
  live: RunLive;
  liveChanged: boolean;
  progressToldAt: number;
  stopCause: StopCause | null;
  /** Why metrics could not be stored. */
  storageError: string | null;
  /** Its end has been told though it could not be stored. */
  toldUnstored: boolean;
  /** Set once the trainer has ended, until the run's end is stored. */
  ending: TrainerEnding | null;
}

export class RunService {
  private readonly events = new Emitter<RunEvents>();
  private readonly live = new Map<number, LiveRun>();
  private readonly watcher: RunWatcher;
  /** Training processes that are not gone yet, those whose run has ended included. */
  private readonly trainers = new Set<Trainer>();
  private readonly closed = new Emitter<{ closed: undefined }>();
  private closing: Promise<void> | null = null;
  private toldLookFailed = false;

  constructor(private readonly options: RunServiceOptions) {
    const { db, runs, metrics, ownerId } = options;
    this.watcher = new RunWatcher(db, runs, metrics, ownerId, {
      changed: (run) => this.changedElsewhere(run),
      metrics: (run, steps, epochs) => this.measuredElsewhere(run, steps, epochs),
      orphaned: (id) => this.interrupt(id),
      failed: (error) => this.lookFailed(error),
    });
  }

  on<K extends keyof RunEvents>(name: K, listener: (payload: RunEvents[K]) => void): () => void {
    return this.events.on(name, listener);
  }

  /**
   * Ends what a dead process left behind as interrupted, removes for good what was deleted in earlier sessions (unless
   * another process is alive, whose user may still undo), and begins to watch the database.
   * @throws ExpectedError where the database cannot be written.
   */
  boot(): void {
    const { runs, ownerId, owner } = this.options;
    runs.register(ownerId, owner, Date.now());
    for (const id of this.watcher.orphans()) this.interrupt(id);
    runs.purgeDeleted(ownerId, isAlive);
    this.watcher.start();
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
    return this.attempt(() => ok(this.toRun(this.found(id))));
  }

  /** In order, those after the given step. */
  steps(id: number, after = 0, limit = STEPS_AT_A_TIME): Result<StepMetric[]> {
    return this.attempt(() => {
      this.found(id);
      return ok(this.options.metrics.steps(id, after, limit));
    });
  }

  epochs(id: number): Result<EpochMetric[]> {
    return this.attempt(() => {
      this.found(id);
      return ok(this.options.metrics.epochs(id));
    });
  }

  /** How the run computes its convolutions, null where that is not known. */
  plan(id: number): Result<EnginePlan | null> {
    return this.attempt(() => {
      this.found(id);
      return ok(this.options.runs.plan(id));
    });
  }

  /** Everything that is stored of the run, of one moment. */
  export(id: number): Result<RunExport> {
    return this.attempt(() =>
      this.options.db.read(() => {
        const { own: _, ...run } = this.toRun(this.found(id));
        return ok({
          format: 'resbench-run',
          formatVersion: 1,
          exportedAt: Date.now(),
          run,
          plan: this.options.runs.plan(id),
          states: this.options.runs.states(id),
          epochs: this.options.metrics.epochs(id),
          steps: this.allSteps(id),
        });
      }),
    );
  }

  /** The run's metrics as comma-separated values: one line a step, the epoch's in the line of its last step. */
  exportCsv(id: number): Result<string> {
    return this.attempt(() =>
      this.options.db.read(() => {
        this.found(id);
        return ok(toCsv(this.allSteps(id), this.options.metrics.epochs(id)));
      }),
    );
  }

  /** Resolves once the run has ended, at once if it has; another process's run included. */
  finished(id: number): Promise<Result<Run>> {
    const now = this.get(id);
    if (!now.ok || !isActive(now.value.state)) return Promise.resolve(now);
    return new Promise((resolve) => {
      const done = (result: Result<Run>): void => {
        for (const end of ends) end();
        resolve(result);
      };
      const ends = [
        this.on('changed', (run) => {
          if (run.id === id && !isActive(run.state)) done(ok(run));
        }),
        this.on('removed', (gone) => {
          if (gone.id === id) done(fail('not-found', `Run ${id} was deleted.`));
        }),
        this.closed.on('closed', () => done(this.get(id))),
      ];
    });
  }

  // ------------------------------------------------------------------------------------------------------ changing

  start(request: RunRequest): Result<Run> {
    return this.attempt(() => {
      if (this.closing) return fail('conflict', 'Resbench is being closed and starts no more runs.');
      const checked = this.check(request);
      if (!checked.ok) return checked;
      const { dataset, params, macs, totalSteps } = checked.value;
      const plan = this.planToRepeat(request);
      if (!plan.ok) return plan;
      const { architecture, recipe } = request;
      const run = this.options.runs.create({
        name: request.name.trim() || `${architecture.name} on ${dataset.id}`.slice(0, NAME_CHARACTERS),
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
        machine: describeMachine(),
        createdAt: Date.now(),
        params,
        macs,
        totalSteps,
        epochs: recipe.epochs,
        ownerId: this.options.ownerId,
        owner: this.options.owner,
      });
      this.tell(run);
      this.train(run, request, plan.value);
      return this.get(run.id);
    });
  }

  /**
   * Asks the run's trainer to stop before its next step; the run is `stopping` until it has. A run of another process is
   * stopped by its owner, which hears of it within half a second.
   */
  stop(id: number): Result<Run> {
    return this.attempt(() => {
      const run = this.found(id);
      if (!isActive(run.state)) {
        return fail('conflict', `Run ${id} ("${run.name}") is not running: it is ${run.state}.`);
      }
      const live = this.live.get(id);
      if (live) this.stopLive(live, 'user');
      else if (run.ownerId === this.options.ownerId || !run.owner || !isAlive(run.owner)) this.interrupt(id);
      else if (run.wanted !== 'stop') this.options.runs.requestStop(id);
      return this.get(id);
    });
  }

  rename(id: number, name: string): Result<Run> {
    return this.attempt(() => {
      const trimmed = name.trim();
      if (trimmed === '' || trimmed.length > NAME_CHARACTERS) {
        return fail('invalid-input', `A run's name must have 1 to ${NAME_CHARACTERS} characters.`);
      }
      this.found(id);
      this.options.runs.update(id, { name: trimmed });
      this.tellNow(id);
      return this.get(id);
    });
  }

  /** Hides runs that have ended, all of them or none; `restore` brings them back until the program starts anew. */
  remove(ids: readonly number[]): Result<void> {
    return this.attempt(() => {
      const runs = this.options.db.write('durable', () => {
        const found = ids.map((id) => this.found(id));
        const active = found.find((run) => isActive(run.state));
        if (active) {
          throw new ExpectedError(
            fail(
              'conflict',
              `Run ${active.id} ("${active.name}") is still ${active.state}: stop it first, then delete it.`,
            ).error,
          );
        }
        this.options.runs.markDeleted(ids, Date.now());
        return found;
      });
      for (const { id } of runs) {
        const run = this.options.runs.get(id);
        if (run) this.watcher.noteSeen(run);
        this.events.emit('removed', { id });
      }
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

  /** What a request must fulfil before anything is stored or started. */
  private check(
    request: RunRequest,
  ): Result<{ dataset: DatasetStatus; params: number; macs: number; totalSteps: number }> {
    const problems = recipeProblems(request.recipe);
    if (problems.length > 0) {
      return fail('invalid-input', `The recipe cannot be used: ${problems.join('; ')}.`, problems);
    }
    if (request.name.trim().length > NAME_CHARACTERS) {
      return fail('invalid-input', `A run's name must have at most ${NAME_CHARACTERS} characters.`);
    }
    const obstacle = request.device === 'gpu' ? gpuObstacle(readGpuFacts()) : null;
    if (obstacle !== null) return fail('unsupported', gpuUnusable(obstacle));
    const dataset = this.options.datasets.status(request.datasetId);
    if (dataset.state !== 'ready') {
      return fail(dataset.state === 'corrupt' ? 'data-corrupt' : 'data-missing', dataset.detail);
    }
    const mismatch = datasetMismatch(request.architecture, dataset);
    if (mismatch !== null) return fail('invalid-input', mismatch);
    const { limitTrain, limitEval, batchSize, epochs } = request.recipe;
    const limits = [
      { limit: limitTrain, count: dataset.trainCount, what: 'training' },
      { limit: limitEval, count: dataset.evalCount, what: 'evaluation' },
    ];
    for (const { limit, count, what } of limits) {
      if (limit !== null && limit > count) {
        return fail(
          'invalid-input',
          `The limit of ${thousands(limit)} ${what} pictures is more than the ${thousands(count)} of ${dataset.title}: ` +
            'lower it, or leave it out to use all of them.',
        );
      }
    }
    try {
      const { totalParams, macs } = summarize(buildNetwork(request.architecture));
      const stepsPerEpoch = Math.ceil((limitTrain ?? dataset.trainCount) / batchSize);
      return ok({ dataset, params: totalParams, macs, totalSteps: stepsPerEpoch * epochs });
    } catch (error) {
      if (!(error instanceof ArchitectureError)) throw error;
      const sentences = error.problems.map(({ message }) => message);
      return fail('invalid-input', sentences[0] ?? error.message, sentences);
    }
  }

  /** Null where the request wants the fastest one chosen. Whether its lowerings still exist only the trainer knows. */
  private planToRepeat({ planOf, architecture }: RunRequest): Result<EnginePlan | null> {
    if (planOf === undefined || planOf === null) return ok(null);
    this.found(planOf);
    const plan = this.options.runs.plan(planOf);
    if (!plan) {
      return fail(
        'invalid-input',
        `Run ${planOf} has no plan to repeat: it ended before its network was built, or was trained without one; ` +
          'start without it to have one chosen.',
      );
    }
    const missing = missingFrom(plan, buildNetwork(architecture));
    if (!missing) return ok(plan);
    return fail(
      'invalid-input',
      `The plan of run ${planOf} is for another network: it says nothing of the convolution ${missing.shape} ` +
        `(${missing.layer}); name a run of the same architecture, or start without it to have a plan chosen.`,
    );
  }

  private train(run: StoredRun, request: RunRequest, plan: EnginePlan | null): void {
    // Messages and endings come in later turns of the event loop, when `live` stands in the map.
    let trainer: Trainer;
    try {
      trainer = new Trainer(
        this.options.host,
        {
          architecture: request.architecture,
          recipe: request.recipe,
          dataset: { id: request.datasetId, folder: this.options.datasets.folder(request.datasetId) },
          threads: null,
          plan,
          device: request.device ?? 'auto',
        },
        (message) => this.receive(run.id, message),
        (ending) => this.trainerEnded(run.id, ending),
      );
    } catch (error) {
      this.transition(run.id, 'failed', cannotStart(error));
      return;
    }
    this.trainers.add(trainer);
    void trainer.exited.then(() => this.trainers.delete(trainer));
    this.live.set(run.id, {
      id: run.id,
      trainer,
      steps: [],
      epochs: [],
      details: null,
      timings: null,
      cancelFlush: null,
      flushedAt: -Infinity,
      notice: null,
      step: 0,
      startedAt: null,
      live: {
        runId: run.id,
        phase: 'loading TensorFlow',
        imagesPerSecond: null,
        secondsLeft: null,
        memoryBytes: null,
        fraction: null,
      },
      liveChanged: true,
      progressToldAt: 0,
      stopCause: null,
      storageError: null,
      toldUnstored: false,
      ending: null,
    });
  }

  private receive(id: number, message: TrainerMessage): void {
    const live = this.live.get(id);
    if (!live) return;
    switch (message.type) {
      case 'phase':
        // What was measured before a phase is told before it, and a new phase at once.
        if (message.phase !== live.live.phase) {
          this.flush(live);
          live.live = { ...live.live, phase: message.phase, fraction: message.fraction };
          live.liveChanged = true;
          this.flush(live);
          return;
        }
        live.live = { ...live.live, fraction: message.fraction };
        live.liveChanged = true;
        break;
      case 'live':
        live.live = {
          ...live.live,
          imagesPerSecond: message.imagesPerSecond,
          secondsLeft: message.secondsLeft,
          memoryBytes: message.memoryBytes,
        };
        live.liveChanged = true;
        break;
      case 'ready': {
        const { machine } = this.options.runs.get(id) ?? { machine: describeMachine() };
        live.details = {
          tensorflowVersion: message.tensorflow,
          nodeVersion: message.node,
          electronVersion: message.electron,
          datasetSha256: message.datasetSha256,
          totalSteps: message.totalSteps,
          machine: { ...machine, gpu: message.gpu },
          plan: message.plan,
        };
        live.timings = message.timings;
        this.flush(live);
        return;
      }
      case 'notice':
        live.notice = message.message;
        this.events.emit('notice', { kind: 'info', message: message.message });
        return;
      case 'steps':
        live.steps.push(...message.steps);
        break;
      case 'epoch':
        live.epochs.push(message.epoch);
        // What cannot be had again is stored at once.
        this.flush(live);
        return;
    }
    // The first step is waited for: it is told at once.
    const isFirst = live.step === 0 && live.steps.length > 0;
    const wait = isFirst ? 0 : live.flushedAt + BATCH_MS - performance.now();
    live.cancelFlush ??= after(wait, () => this.flush(live));
  }

  /** Stores what came in, then tells it. Where it could not be stored it is kept and tried again. */
  private flush(live: LiveRun): void {
    live.cancelFlush?.();
    live.cancelFlush = null;
    live.flushedAt = performance.now();
    if (!this.storing(live, () => this.store(live))) {
      this.retry(live);
      return;
    }
    if (live.liveChanged) {
      live.liveChanged = false;
      this.events.emit('live', live.live);
    }
    if (live.ending) this.finish(live, live.ending);
  }

  private store(live: LiveRun): void {
    const { id, steps, epochs, details, timings, notice } = live;
    const { runs, metrics, db } = this.options;
    const last = steps[steps.length - 1];
    if (!last && epochs.length === 0 && !details) return;
    const startedAt = live.startedAt ?? (last ? Math.round(Date.now() - last.seconds * 1000) : null);
    db.write(epochs.length > 0 || details ? 'durable' : 'fast', () => {
      // A stop may have come before the trainer was ready: then the run stays `stopping` and only learns the rest.
      if (details && !runs.transition(id, 'running', notice, Date.now(), details)) runs.update(id, details);
      if (startedAt !== live.startedAt && startedAt !== null) runs.update(id, { startedAt });
      metrics.addSteps(id, steps);
      for (const epoch of epochs) metrics.addEpoch(id, epoch);
    });
    const now = Date.now();
    const tell =
      details !== null ||
      epochs.length > 0 ||
      startedAt !== live.startedAt ||
      now - live.progressToldAt >= PROGRESS_MS;
    live.steps = [];
    live.epochs = [];
    live.details = null;
    live.startedAt = startedAt;
    live.step = Math.max(live.step, last?.step ?? 0, ...epochs.map((epoch) => epoch.step));
    if (details?.plan) this.events.emit('planned', { runId: id, plan: details.plan, timings });
    if (last || epochs.length > 0) this.events.emit('metrics', { runId: id, steps, epochs });
    if (!tell) return;
    live.progressToldAt = now;
    this.tellNow(id);
  }

  private stopLive(live: LiveRun, cause: StopCause): void {
    if (live.stopCause !== null || live.ending) return;
    live.stopCause = cause;
    live.trainer.stop();
    this.storing(live, () => void this.transition(live.id, 'stopping', null));
  }

  private trainerEnded(id: number, ending: TrainerEnding): void {
    const live = this.live.get(id);
    if (!live) return;
    live.ending = ending;
    this.flush(live);
  }

  /** Stores the end of the run; what was measured is stored already. */
  private finish(live: LiveRun, ending: TrainerEnding): void {
    const { state, reason } = this.endOf(live, ending);
    if (this.storing(live, () => void this.transition(live.id, state, reason))) this.live.delete(live.id);
    else this.retry(live);
  }

  /** Tries again a little later. A run whose trainer has ended is told as failed even where that cannot be stored. */
  private retry(live: LiveRun): void {
    live.cancelFlush ??= after(RETRY_MS, () => this.flush(live));
    if (!live.ending || live.storageError === null || live.toldUnstored) return;
    live.toldUnstored = true;
    const run = this.options.runs.get(live.id);
    if (!run) return;
    const { state, reason } = this.endOf(live, live.ending);
    this.events.emit('changed', { ...this.toRun(run), state, reason, endedAt: Date.now() });
  }

  private endOf(live: LiveRun, ending: TrainerEnding): { state: RunState; reason: string | null } {
    const { step } = live;
    if (live.storageError !== null) return { state: 'failed', reason: storeFailed(step, live.storageError) };
    switch (ending.kind) {
      case 'completed':
        return { state: 'completed', reason: null };
      case 'stopped':
        return { state: 'stopped', reason: this.stopReason(live) };
      case 'failed':
        return { state: 'failed', reason: ending.message };
      case 'gone': {
        // One that had been told to stop and was then killed has been stopped; a crash stays a failure.
        const killed = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'].includes(signalOf(ending.exit) ?? '');
        if (live.stopCause === 'closing' || (live.stopCause !== null && killed)) {
          return { state: 'stopped', reason: this.stopReason(live) };
        }
        return { state: 'failed', reason: trainerGone(ending.exit, step, ending.stderr) };
      }
    }
  }

  private stopReason(live: LiveRun): string {
    switch (live.stopCause) {
      case 'user':
        return stoppedByUser(live.step);
      case 'elsewhere':
        return stoppedFromElsewhere(live.step);
      case 'closing':
        return closedWhileRunning(live.step);
      default:
        return stoppedItself(live.step);
    }
  }

  /**
   * Runs a write for a run whose trainer is at work, and answers whether it worked. A lock is waited for; anything else
   * (a full disk) stops the run, as training whose figures are lost is of no use.
   */
  private storing(live: LiveRun, write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      if (isBusy(error)) return false;
      if (live.storageError === null) {
        live.storageError = error.failure.message;
        this.events.emit('notice', { kind: 'error', message: error.failure.message });
        live.trainer.stop();
      }
      return false;
    }
  }

  private async close(): Promise<void> {
    for (const live of this.live.values()) this.stopLive(live, 'closing');
    const closeMs = this.options.closeMs ?? CLOSE_MS;
    await Promise.all(
      [...this.trainers].map(async (trainer) => {
        if (await within(closeMs, trainer.exited)) return;
        trainer.kill();
        await within(closeMs, trainer.exited);
      }),
    );
    // By now every end is stored, unless the disk refused or a process cannot even be killed: one more attempt, and what
    // is left is found as interrupted by the next start.
    for (const live of [...this.live.values()]) {
      live.ending ??= { kind: 'gone', exit: { code: null, signal: 'SIGKILL' }, stderr: '' };
      this.flush(live);
      live.cancelFlush?.();
    }
    this.live.clear();
    this.watcher.stop();
    this.closed.emit('closed', undefined);
    try {
      this.options.runs.unregister(this.options.ownerId);
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
  }

  private measuredElsewhere(run: StoredRun, steps: StepMetric[], epochs: EpochMetric[]): void {
    this.events.emit('metrics', { runId: run.id, steps, epochs });
    const last = steps[steps.length - 1];
    const first = steps[0];
    if (!isActive(run.state) || !first || !last || !(last.seconds > first.seconds)) return;
    // Its owner's live report is not stored; speed and time left follow from the steps.
    const perStep = (last.seconds - first.seconds) / (last.step - first.step);
    this.events.emit('live', {
      runId: run.id,
      phase: 'training' satisfies TrainingPhase,
      imagesPerSecond: run.recipe.batchSize / perStep,
      secondsLeft: perStep * (run.totalSteps - last.step),
      memoryBytes: null,
      fraction: null,
    });
  }

  private interrupt(id: number): void {
    const run = this.options.runs.get(id);
    if (!run) return;
    const lastHeardOf = Math.round((run.startedAt ?? run.createdAt) + run.seconds * 1000);
    this.options.runs.transition(id, 'interrupted', ownerGone(run.step), Date.now(), {}, lastHeardOf);
    this.tellNow(id);
  }

  private lookFailed(error: unknown): void {
    if (!(error instanceof ExpectedError)) throw error;
    if (this.toldLookFailed || isBusy(error)) return;
    this.toldLookFailed = true;
    this.events.emit('notice', { kind: 'error', message: error.failure.message });
  }

  // ------------------------------------------------------------------------------------------------------- helpers

  private transition(id: number, to: RunState, reason: string | null): boolean {
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
    if (live && run.wanted === 'stop') this.stopLive(live, 'elsewhere');
  }

  /** @throws ExpectedError where there is no such run, or it has been deleted. */
  private found(id: number): StoredRun {
    const run = this.options.runs.get(id);
    if (run && run.deletedAt === null) return run;
    throw new ExpectedError(
      fail('not-found', `There is no run ${id}: \`runs list\` shows those there are.`).error,
    );
  }

  private allSteps(id: number): StepMetric[] {
    return this.options.metrics.steps(id, 0, Number.MAX_SAFE_INTEGER);
  }

  private toRun(run: StoredRun): Run {
    const { revision: _r, ownerId, owner: _o, wanted: _w, deletedAt: _d, ...fields } = run;
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

/**
 * Works after the time (milliseconds), or once the messages that have arrived are read where it is over already: a timer
 * would wake the process a second time. Returns what takes it back.
 */
function after(ms: number, work: () => void): () => void {
  if (ms <= 0) {
    const immediate = setImmediate(work);
    return () => clearImmediate(immediate);
  }
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
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
