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
  canContinue,
  hasEnded,
  isActive,
  recipeProblems,
  type Checkpoint,
  type DatasetId,
  type DatasetStatus,
  type EpochMetric,
  type ForkRequest,
  type QueueEntry,
  type Settings,
  type Run,
  type RunLive,
  type Seam,
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
import type { SeamStore, StoredCheckpoint } from '../db/checkpoints';
import type { NewRun, RunDetails, RunStore, StoredRun } from '../db/runs';
import type { CheckpointKeeper } from './checkpoint-keeper';
import { RunQueue, type QueueShare } from './queue';
import type { RunLogs } from './run-log';
import { heldUp, stalled } from './stalls';
import {
  cannotStart,
  closedWhileRunning,
  goesOnFrom,
  leftTheQueue,
  newestCheckpoint,
  pausedBy,
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
  checkpoints: CheckpointKeeper;
  seams: SeamStore;
  logs: RunLogs;
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
/**
 * Metrics that come sooner than this after what was stored last are collected, then stored in one transaction and told in
 * one event. A trainer's bunches of steps come a little slower, and are stored as they come.
 */
const BATCH_MS = 250;
/** After a failed attempt to store. */
const RETRY_MS = 1000;
const PROGRESS_MS = 2000;
/** A step and a checkpoint. */
const CLOSE_MS = 15_000;
const STEPS_AT_A_TIME = 50_000;
const NAME_CHARACTERS = 200;

const beingClosed = fail('conflict', 'Resbench is being closed and starts no more runs.');

/** Why a run that is stopping was told to. */
type StopCause = 'user' | 'elsewhere' | 'closing' | 'storage';
type PauseCause = 'user' | 'elsewhere';

/** Beside the request: begin whatever else trains. */
export interface StartOptions {
  now?: boolean;
}

/** What a request needs to become a run. */
interface Checked {
  dataset: DatasetStatus;
  params: number;
  macs: number;
  totalSteps: number;
}

type WrittenCheckpoint = Extract<TrainerMessage, { type: 'checkpoint' }>;

/** A run whose trainer belongs to this process. */
interface LiveRun {
  id: number;
  trainer: Trainer;
  /** What the trainer measured and is not stored yet, in order. */
  steps: StepMetric[];
  epochs: EpochMetric[];
  /** What it told of itself when it was ready to train, likewise. */
  details: RunDetails | null;
  /** Where it goes on after it was away; stored when it is ready. */
  seam: Seam | null;
  /** Written and not stored yet: their rows come after the metrics of the steps that they hold. */
  checkpoints: WrittenCheckpoint[];
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
  /** Milliseconds of the monotonic clock, as below: the other may be set back. */
  progressToldAt: number;
  stopCause: StopCause | null;
  pauseCause: PauseCause | null;
  /** As it was stored when this trainer began. */
  before: StoredRun;
  /** Milliseconds of the monotonic clock. */
  heardAt: number;
  stepSeconds: number | null;
  /** Why the last checkpoint could not be written. */
  checkpointError: string | null;
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
  private readonly queue: RunQueue;
  private stallTimer: NodeJS.Timeout | null = null;
  /** When silence was last looked for, milliseconds of the monotonic clock. */
  private lookedAt = performance.now();
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
    const { share, owner, settings } = options;
    this.queue = new RunQueue({
      runs,
      share,
      ownerId,
      owner,
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
    const { runs, ownerId, owner } = this.options;
    runs.register(ownerId, owner, Date.now());
    for (const id of this.watcher.orphans()) this.interrupt(id);
    if (runs.purgeDeleted(ownerId, isAlive) > 0) this.purgeFiles();
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

  /** Newest first. */
  checkpoints(id: number): Result<Checkpoint[]> {
    return this.attempt(() => {
      this.found(id);
      return ok(this.options.checkpoints.list(id));
    });
  }

  /** Of the run's checkpoints; it exists once the first has been written. */
  checkpointFolder(id: number): Result<string> {
    return this.attempt(() => {
      this.found(id);
      return ok(this.options.checkpoints.folder(id));
    });
  }

  /** The file that tells what the run's training process went through and said. */
  logPath(id: number): Result<string> {
    return this.attempt(() => {
      this.found(id);
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
      const checked = this.check(request);
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
        this.options.runs.adopt(id, this.options);
        if (run.queue?.held) this.options.runs.hold(id, false);
        return this.queued(id, options);
      }
      if (!canContinue(run.state)) {
        const why =
          run.state === 'completed'
            ? 'has done all its epochs: add epochs to go on'
            : `cannot be continued: it is ${run.state}`;
        return fail('conflict', `Run ${id} ("${run.name}") ${why}.`);
      }
      return this.enqueue(run, queue, options, {});
    });
  }

  /** Adds epochs to the recipe and queues the run where it had ended. */
  extend(id: number, epochs: number, queue: QueueEntry = 'next', options: StartOptions = {}): Result<Run> {
    return this.attempt(() => {
      const run = this.found(id);
      if (!hasEnded(run.state) && run.state !== 'paused') {
        return fail('conflict', `Run ${id} ("${run.name}") cannot be extended while it is ${run.state}.`);
      }
      const recipe = { ...run.recipe, epochs: run.epochs + epochs };
      const problems = recipeProblems(recipe);
      if (problems.length > 0) return fail('invalid-input', `The run cannot be extended: ${problems[0]}.`);
      const { limitTrain, batchSize } = recipe;
      const totalSteps =
        run.totalSteps + epochs * Math.ceil((limitTrain ?? run.dataset.trainCount) / batchSize);
      return this.enqueue(run, queue, options, { recipe, epochs: recipe.epochs, totalSteps });
    });
  }

  /** Queues a new run that begins where another one stood. */
  async fork(request: ForkRequest, options: StartOptions = {}): Promise<Result<Run>> {
    const created = this.attempt(() => {
      if (this.closing) return beingClosed;
      const parent = this.found(request.id);
      const from = this.checkpointFor(request);
      if (!from.ok) return from;
      const { recipe } = request;
      for (const [key, words] of [
        ['seed', 'seed'],
        ['limitTrain', 'limit of training pictures'],
        ['limitEval', 'limit of evaluation pictures'],
      ] as const) {
        if (recipe[key] === parent.recipe[key]) continue;
        return fail(
          'invalid-input',
          `A fork keeps the ${words} of its parent (${parent.recipe[key] ?? 'none'}), or it would not go on in the same ` +
            'order of the same pictures: start a new run to change it.',
        );
      }
      if (recipe.epochs <= from.value.epoch) {
        return fail(
          'invalid-input',
          `The fork begins after epoch ${from.value.epoch}, so it needs more than ${recipe.epochs} epochs: they count ` +
            'from the beginning of its parent.',
        );
      }
      const asNew: RunRequest = {
        name: request.name.trim() || `${parent.name}, forked`.slice(0, NAME_CHARACTERS),
        architecture: parent.architecture,
        datasetId: parent.dataset.id,
        recipe,
        // Nobody may take it before its checkpoint lies in its folder.
        queue: 'held',
      };
      const checked = this.check(asNew);
      if (!checked.ok) return checked;
      const { step, epoch } = from.value;
      const plan = recipe.batchSize === parent.recipe.batchSize ? this.options.runs.plan(parent.id) : null;
      const run = this.create(asNew, checked.value, { plan, parent: { id: parent.id, step }, step, epoch });
      return ok({ run, from: from.value });
    });
    if (!created.ok) return created;
    const { run, from } = created.value;
    const taken = await this.options.checkpoints.take(from, run.id);
    return this.attempt(() => {
      if (!taken.ok) {
        this.transition(run.id, 'failed', taken.error.message);
        return taken;
      }
      if (request.queue !== 'held') this.options.runs.hold(run.id, false);
      if (request.queue === 'next') this.options.runs.move(run.id, 1);
      return this.queued(run.id, options);
    });
  }

  /**
   * Asks the run's trainer to stop before its next step; the run is `stopping` until it has. A run of another process is
   * stopped by its owner, which hears of it within a second. One that waits leaves the queue.
   */
  stop(id: number): Result<Run> {
    return this.attempt(() => {
      const run = this.found(id);
      if (run.state === 'queued' || run.state === 'paused') {
        const said = run.state === 'queued' ? leftTheQueue(run.step) : stoppedByUser(run.step);
        const reason = said + goesOnFrom(run);
        this.transition(id, 'stopped', reason);
        this.tellQueue();
        return this.get(id);
      }
      if (!isActive(run.state)) {
        return fail('conflict', `Run ${id} ("${run.name}") is not running: it is ${run.state}.`);
      }
      const live = this.live.get(id);
      if (live) this.stopLive(live, 'user');
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
        return fail('conflict', `Run ${id} ("${run.name}") cannot be paused: it is ${run.state}.`);
      }
      const live = this.live.get(id);
      if (live) this.pauseLive(live, 'user');
      else if (this.isOrphan(run)) this.interrupt(id);
      else if (run.wanted === null) this.options.runs.request(id, 'pause');
      return this.get(id);
    });
  }

  /** To a place in the queue, from 1. */
  moveInQueue(id: number, place: number): Result<Run> {
    return this.attempt(() => {
      const run = this.found(id);
      if (!this.options.runs.move(id, place)) return this.doesNotWait(run);
      return this.queued(id);
    });
  }

  /** A held run is passed over until it is let go. */
  hold(id: number, held: boolean): Result<Run> {
    return this.attempt(() => {
      const run = this.found(id);
      if (!this.options.runs.hold(id, held)) return this.doesNotWait(run);
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
      const good = checkpoints.good(run.id);
      if (isActive(run.state) || run.state === 'queued') {
        return fail('conflict', `Checkpoints of run ${run.id} cannot be deleted while it is ${run.state}.`);
      }
      if (canContinue(run.state) && good.length === 1 && good[0]!.id === checkpointId) {
        return fail(
          'conflict',
          `This is the last checkpoint from which run ${run.id} ("${run.name}") can go on: delete the run instead.`,
        );
      }
      return ok(run.id);
    });
    if (!allowed.ok) return allowed;
    const deleted = await this.options.checkpoints.delete(checkpointId);
    this.tellNow(allowed.value);
    return deleted;
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

  /** What a request must fulfil before anything is stored or started. */
  private check(request: RunRequest): Result<Checked> {
    const problems = recipeProblems(request.recipe);
    if (problems.length > 0) {
      return fail('invalid-input', `The recipe cannot be used: ${problems.join('; ')}.`, problems);
    }
    if (request.name.trim().length > NAME_CHARACTERS) {
      return fail('invalid-input', `A run's name must have at most ${NAME_CHARACTERS} characters.`);
    }
    const obstacle = request.device === 'gpu' ? gpuObstacle(readGpuFacts()) : null;
    if (obstacle !== null) return fail('unsupported', gpuUnusable(obstacle));
    const ready = this.readyDataset(request.datasetId);
    if (!ready.ok) return ready;
    const dataset = ready.value;
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

  private readyDataset(id: DatasetId): Result<DatasetStatus> {
    const dataset = this.options.datasets.status(id);
    if (dataset.state === 'ready') return ok(dataset);
    return fail(dataset.state === 'corrupt' ? 'data-corrupt' : 'data-missing', dataset.detail);
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

  private create(
    request: RunRequest,
    { dataset, params, macs, totalSteps }: Checked,
    more: Pick<NewRun, 'plan' | 'parent' | 'step' | 'epoch'>,
  ): StoredRun {
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
    const dataset = this.readyDataset(run.dataset.id);
    if (!dataset.ok) return dataset;
    if (!this.options.runs.enqueue(run.id, queue, this.options, Date.now(), details)) {
      return fail('conflict', `Run ${run.id} ("${run.name}") has just been taken up elsewhere.`);
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
    const waiting = this.options.runs.queue();
    for (const id of waiting) this.tellNow(id);
    return waiting;
  }

  private doesNotWait(run: StoredRun): Result<never> {
    return fail('conflict', `Run ${run.id} ("${run.name}") does not wait in the queue: it is ${run.state}.`);
  }

  private isOrphan(run: StoredRun): boolean {
    return run.ownerId === this.options.ownerId || !run.owner || !isAlive(run.owner);
  }

  private checkpointFor({ id, checkpointId }: ForkRequest): Result<StoredCheckpoint> {
    if (checkpointId === null) {
      const [newest] = this.options.checkpoints.good(id);
      if (newest) return ok(newest);
      return fail('not-found', `Run ${id} has no checkpoint to fork from: start a new run instead.`);
    }
    const found = this.options.checkpoints.byId(checkpointId);
    if (!found || found.runId !== id)
      return fail('not-found', `Run ${id} has no checkpoint ${checkpointId}.`);
    if (found.damaged !== null) return fail('data-corrupt', found.damaged);
    return ok(found);
  }

  /** Threads within an op for a run that begins: those it had before, else its share of the processors. */
  private threadsFor({ threads, machine }: StoredRun): number | null {
    if (threads !== null) return threads;
    const { runsAtOnce } = this.options.settings();
    return runsAtOnce > 1 ? Math.max(1, Math.floor(machine.threads / runsAtOnce)) : null;
  }

  /** Starts the trainer of a run that is `preparing` and ours. */
  private begin(run: StoredRun): void {
    this.tellNow(run.id);
    this.tellQueue();
    const { checkpoints, logs, datasets, host, version } = this.options;
    const { id, recipe, architecture } = run;
    logs.append(id, `Run ${id} (${run.name}) ${run.step > 0 ? `goes on after step ${run.step}` : 'begins'}.`);
    // Messages and endings come in later turns of the event loop, when `live` stands in the map.
    let trainer: Trainer;
    try {
      trainer = new Trainer(
        host,
        {
          architecture,
          recipe,
          dataset: { id: run.dataset.id, folder: datasets.folder(run.dataset.id) },
          threads: this.threadsFor(run),
          plan: this.options.runs.plan(id),
          device: run.device,
          resbench: version,
          secondsBefore: run.seconds,
          ...checkpoints.jobOf(run),
        },
        (message) => this.receive(id, message),
        (ending) => this.trainerEnded(id, ending),
        (text) => logs.append(id, text),
      );
    } catch (error) {
      this.transition(id, 'failed', cannotStart(error));
      return;
    }
    logs.append(id, `Training process ${trainer.pid ?? ''} started.`);
    this.trainers.add(trainer);
    void trainer.exited.then(() => this.trainers.delete(trainer));
    this.live.set(id, {
      id,
      trainer,
      before: run,
      steps: [],
      epochs: [],
      details: null,
      seam: null,
      checkpoints: [],
      timings: null,
      cancelFlush: null,
      flushedAt: -Infinity,
      notice: null,
      step: run.step,
      startedAt: run.startedAt,
      live: {
        runId: id,
        phase: 'loading TensorFlow',
        imagesPerSecond: null,
        secondsLeft: null,
        memoryBytes: null,
        cores: null,
        fraction: null,
        stalled: null,
      },
      liveChanged: true,
      progressToldAt: -Infinity,
      stopCause: null,
      pauseCause: null,
      heardAt: performance.now(),
      stepSeconds: null,
      checkpointError: null,
      storageError: null,
      toldUnstored: false,
      ending: null,
    });
  }

  private receive(id: number, message: TrainerMessage): void {
    const live = this.live.get(id);
    if (!live) return;
    live.heardAt = performance.now();
    if (live.live.stalled !== null) {
      live.live = { ...live.live, stalled: null };
      live.liveChanged = true;
    }
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
          cores: message.cores,
        };
        if (message.imagesPerSecond)
          live.stepSeconds = live.before.recipe.batchSize / message.imagesPerSecond;
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
          threads: message.threads,
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
        // Steps that are made again after a checkpoint have the numbers they had.
        live.steps.push(...message.steps.filter(({ step }) => step > live.step));
        break;
      case 'epoch':
        if (message.epoch.epoch > live.before.epoch) live.epochs.push(message.epoch);
        // What cannot be had again is stored at once.
        this.flush(live);
        return;
      case 'resumed':
        this.storing(live, () => this.resumed(live, message));
        return;
      case 'checkpoint': {
        const recovered = live.checkpointError !== null;
        live.checkpointError = null;
        this.options.logs.append(id, `Checkpoint ${message.file} written (${message.bytes} bytes).`);
        live.checkpoints.push(message);
        this.flush(live);
        if (recovered) {
          this.events.emit('notice', {
            kind: 'info',
            message: `Run ${id} has a checkpoint again, of step ${thousands(message.step)}.`,
          });
        }
        return;
      }
      case 'checkpointFailed': {
        this.options.logs.append(id, message.message);
        const isNews = live.checkpointError === null;
        live.checkpointError = message.message;
        // A disk that stays full fails each of them: said once, until one is written again.
        if (!isNews) return;
        this.events.emit('notice', {
          kind: 'error',
          message: `Run ${id} goes on without a checkpoint of step ${thousands(message.step)}: ${message.message}`,
        });
        return;
      }
    }
    // The first step is waited for: it is told at once.
    const isFirst = live.step === live.before.step && live.steps.length > 0;
    const wait = isFirst ? 0 : live.flushedAt + BATCH_MS - performance.now();
    live.cancelFlush ??= after(wait, () => this.flush(live));
  }

  /** Where the trainer goes on, and what could not be read on the way. */
  private resumed(
    live: LiveRun,
    { checkpoint, damaged }: Extract<TrainerMessage, { type: 'resumed' }>,
  ): void {
    const { id, before } = live;
    const { checkpoints, logs, runs } = this.options;
    checkpoints.markDamaged(id, damaged);
    for (const { message } of damaged) {
      logs.append(id, message);
      this.events.emit('notice', { kind: 'error', message: `Run ${id}: ${message}` });
    }
    const from = checkpoint?.step ?? 0;
    logs.append(id, checkpoint ? `Goes on from ${checkpoint.file}.` : 'Begins at its first step again.');
    // A fork that takes its first step has not been away.
    if (before.awaySince === null || before.startedAt === null) return;
    // Attempts to go on that died on the way are not why it was away.
    const states = runs.states(id);
    const ends = states
      .slice(states.map(({ state }) => state).lastIndexOf('running') + 1)
      .filter(({ state }) => hasEnded(state) || state === 'paused');
    const [end] = ends;
    const since =
      ends.length < 2 ? before.awaySince : end!.state === 'interrupted' ? before.heardAt : end!.at;
    live.seam = {
      step: from,
      at: Date.now(),
      lostSeconds: Math.max(0, (Date.now() - (since ?? before.awaySince)) / 1000),
      lostSteps: Math.max(0, before.step - from),
      reason: end?.reason ?? 'It was away.',
    };
  }

  /** Stores what came in, then tells it. Where it could not be stored it is kept and tried again. */
  private flush(live: LiveRun): void {
    live.cancelFlush?.();
    live.cancelFlush = null;
    live.flushedAt = performance.now();
    const stored = this.storing(live, () => {
      this.store(live);
      this.storeCheckpoints(live);
    });
    if (!stored) {
      this.retry(live);
      return;
    }
    if (live.liveChanged) {
      live.liveChanged = false;
      this.events.emit('live', live.live);
    }
    if (live.ending) this.finish(live, live.ending);
    else this.watcher.lookInPassing();
  }

  private store(live: LiveRun): void {
    const { id, steps, epochs, details, seam, timings, notice } = live;
    const { runs, metrics, seams, db } = this.options;
    const last = steps[steps.length - 1];
    if (!last && epochs.length === 0 && !details) return;
    const startedAt = live.startedAt ?? (last ? Math.round(Date.now() - last.seconds * 1000) : null);
    const durable = epochs.length > 0 || details !== null || startedAt !== live.startedAt;
    db.write(durable ? 'durable' : 'fast', () => {
      if (details) {
        // A stop may have come before the trainer was ready: then the run stays `stopping` and only learns the rest.
        // Only when it runs does it go on: one that dies, or is stopped, on the way there is still away.
        if (!runs.transition(id, 'running', notice, Date.now(), details)) runs.update(id, details);
        else if (seam) seams.add(id, seam);
      }
      if (startedAt !== live.startedAt && startedAt !== null) runs.update(id, { startedAt });
      metrics.addSteps(id, steps);
      for (const epoch of epochs) metrics.addEpoch(id, epoch);
    });
    const now = performance.now();
    const tell =
      details !== null ||
      epochs.length > 0 ||
      startedAt !== live.startedAt ||
      now - live.progressToldAt >= PROGRESS_MS;
    live.steps = [];
    live.epochs = [];
    if (details) live.seam = null;
    live.details = null;
    live.startedAt = startedAt;
    live.step = Math.max(live.step, last?.step ?? 0, ...epochs.map((epoch) => epoch.step));
    if (details?.plan) this.events.emit('planned', { runId: id, plan: details.plan, timings });
    if (last || epochs.length > 0) this.events.emit('metrics', { runId: id, steps, epochs });
    if (!tell) return;
    live.progressToldAt = now;
    this.tellNow(id);
  }

  private storeCheckpoints(live: LiveRun): void {
    if (live.checkpoints.length === 0) return;
    for (let next = live.checkpoints[0]; next; next = live.checkpoints[0]) {
      this.options.checkpoints.add(live.id, next);
      live.checkpoints.shift();
    }
    this.tellNow(live.id);
  }

  private pauseLive(live: LiveRun, cause: PauseCause): void {
    if (live.stopCause !== null || live.pauseCause !== null || live.ending) return;
    live.pauseCause = cause;
    live.trainer.pause();
    this.storing(live, () => void this.transition(live.id, 'pausing', null));
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

  /**
   * Stores the end of the run; what was measured is stored already. Once it has ended no trainer comes to clear its folder
   * up, so files that are being removed go first: whoever is killed meanwhile leaves a run that is interrupted, not one
   * with leftovers.
   */
  private finish(live: LiveRun, ending: TrainerEnding): void {
    const { checkpoints } = this.options;
    if (checkpoints.isRemoving) {
      void checkpoints.settled().then(() => {
        if (this.live.get(live.id) === live) this.flush(live);
      });
      return;
    }
    const { state, reason } = this.endOf(live, ending);
    if (!this.storing(live, () => void this.transition(live.id, state, reason))) return this.retry(live);
    this.live.delete(live.id);
    this.options.logs.append(live.id, reason ? `${state}: ${reason}` : state);
    this.queue.pump();
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

  private endOf(
    live: LiveRun,
    ending: TrainerEnding,
  ): { state: Exclude<RunState, 'queued'>; reason: string | null } {
    const { step } = live;
    const checkpointStep = this.options.runs.get(live.id)?.checkpointStep ?? null;
    const at = { step, checkpointStep };
    const goesOn = goesOnFrom(at, live.checkpointError);
    if (live.storageError !== null) return { state: 'failed', reason: storeFailed(at, live.storageError) };
    switch (ending.kind) {
      case 'completed':
        return { state: 'completed', reason: null };
      case 'stopped':
        return { state: 'stopped', reason: this.stopReason(live) + goesOn };
      case 'paused':
        // A stop that came after the pause.
        if (live.stopCause !== null) return { state: 'stopped', reason: this.stopReason(live) + goesOn };
        return { state: 'paused', reason: pausedBy(step, live.pauseCause ?? 'user') + goesOn };
      case 'failed':
        return { state: 'failed', reason: ending.message + newestCheckpoint(checkpointStep) };
      case 'gone': {
        // One that had been told to stop and was then killed has been stopped; a crash stays a failure.
        const killed = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'].includes(signalOf(ending.exit) ?? '');
        if (live.stopCause === 'closing' || (live.stopCause !== null && killed)) {
          return { state: 'stopped', reason: this.stopReason(live) + goesOn };
        }
        return { state: 'failed', reason: trainerGone(ending.exit, at, ending.stderr) };
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

  private lookForStalls(): void {
    const now = performance.now();
    const deaf = heldUp(now - this.lookedAt, STALL_MS);
    this.lookedAt = now;
    for (const live of this.live.values()) {
      live.heardAt = Math.min(now, live.heardAt + deaf);
      const silent = (now - live.heardAt) / 1000;
      const sentence = stalled(live.live.phase, live.step, silent, live.stepSeconds);
      if (sentence === null || live.ending) continue;
      if (live.live.stalled === null) this.options.logs.append(live.id, sentence);
      live.live = { ...live.live, stalled: sentence };
      this.events.emit('live', live.live);
    }
  }

  private purgeFiles(): void {
    const exists = (id: number): boolean => this.options.runs.get(id) !== undefined;
    this.options.logs.purge(exists);
    void this.options.checkpoints.purge(exists);
  }

  private async close(): Promise<void> {
    this.queue.stop();
    if (this.stallTimer) clearInterval(this.stallTimer);
    for (const live of this.live.values()) this.stopLive(live, 'closing');
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
    for (const live of [...this.live.values()]) {
      live.ending ??= { kind: 'gone', exit: { code: null, signal: 'SIGKILL' }, stderr: '' };
      this.flush(live);
      live.cancelFlush?.();
    }
    this.live.clear();
    this.watcher.stop();
    await this.options.checkpoints.settled();
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
    // Another one's end may be our turn.
    if (!isActive(run.state)) this.queue.pump();
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
      cores: null,
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
    if (live && run.wanted === 'stop') this.stopLive(live, 'elsewhere');
    if (live && run.wanted === 'pause') this.pauseLive(live, 'elsewhere');
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
    const {
      revision: _r,
      ownerId,
      owner: _o,
      wanted: _w,
      deletedAt: _d,
      awaySince: _a,
      heardAt: _h,
      ...fields
    } = run;
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
