/**
 * A run whose trainer belongs to this process, from the start of the trainer until the run's end is stored. What the
 * trainer sends is stored first, then passed on to whoever listens, a few times per second. Whatever becomes of the trainer, the
 * run ends in the database.
 */
import { gpuMemory } from '../../node/machine/gpu-memory';
import { describeMachine } from '../../node/machine/machine';
import type { ProcessHost } from '../../node/processes/process-host';
import { isStopped } from '../../node/processes/process-identity';
import { hasEnded, type RunLive, type RunState } from '../../shared/run';
import { largestBatchOf } from '../../shared/batches';
import { thousands } from '../../shared/format';
import { describeChoice } from '../../shared/plan';
import { ExpectedError } from '../../shared/result';
import { toColumns } from '../../shared/step-columns';
import type { TrainingJob } from '../../shared/training-messages';
import type { GapStore } from '../db/stores/checkpoints';
import { isBusy } from '../db/errors';
import type { MetricStore } from '../db/stores/metrics';
import type { PredictionStore } from '../db/stores/predictions';
import type { QueueStore } from '../db/stores/queue';
import type { Db } from '../db/database';
import type { RunStore, TrainedRow } from '../db/stores/runs';
import type { CheckpointKeeper } from '../checkpoints/checkpoint-keeper';
import { endOf, type PauseCause, type RunEnd, type StopCause } from './endings';
import type { RunEvents } from './run-events';
import type { RunLogs } from './run-log';
import { ASK_AFTER, stalled, stoppedBySignal } from './stalls';
import { Trainer, type TrainerEnding, type TrainerMessage } from './trainer';
import { WriteBehind, type StoredBatch } from './write-behind';

const PROGRESS_MS = 2000;
/** The GPU's memory is asked for this often: it is a process each time. */
const GPU_MS = 5000;

/** Where what is measured goes. */
export interface LiveRunStores {
  db: Db;
  runs: RunStore;
  metrics: MetricStore;
  predictions: PredictionStore;
  checkpoints: CheckpointKeeper;
  gaps: GapStore;
  queue: Pick<QueueStore, 'ask'>;
  logs: RunLogs;
}

export interface LiveRunListener {
  emit<K extends keyof RunEvents>(name: K, payload: RunEvents[K]): void;
  /** The row has changed. */
  changed(id: number): void;
  /** The run is over, and cannot be stored as such for now. */
  overButUnstored(id: number, state: RunState, reason: string | null): void;
  /** Something has been stored in an ordinary turn. */
  stored(): void;
  /** The run's end is stored: nothing comes after it. */
  ended(run: LiveRun): void;
}

export class LiveRun {
  readonly id: number;
  readonly trainer: Trainer;
  /** What the trainer reported and is not stored yet. */
  private readonly reports: WriteBehind;
  private status: RunLive;
  private statusChanged = true;
  /** Milliseconds of the monotonic clock, as below: the other may be set back. */
  private progressReportedAt = -Infinity;
  private heardAt = performance.now();
  private stopCause: StopCause | null = null;
  private pauseCause: PauseCause | null = null;
  private stepSeconds: number | null = null;
  /** Steps that this trainer has reported, repeated ones included. */
  private stepsReceived = 0;
  /** Why the last checkpoint could not be written. */
  private checkpointError: string | null = null;
  /** Why its recipe ended it before its last epoch. */
  private endedEarly: string | null = null;
  /** Why metrics could not be stored. */
  private storageError: string | null = null;
  /** Its end has been reported though it could not be stored. */
  private toldUnstored = false;
  /** Set once the trainer has ended, until the run's end is stored. */
  private ending: TrainerEnding | null = null;
  /** Its end is stored, or left to the next start. */
  private over = false;

  /**
   * Starts the trainer of a run that is `preparing` and ours.
   * @param before the run as it was stored when this trainer began
   * @throws where no process can be started at all.
   */
  constructor(
    private readonly before: TrainedRow,
    host: ProcessHost,
    job: TrainingJob,
    private readonly to: LiveRunStores,
    private readonly listener: LiveRunListener,
  ) {
    const { id } = before;
    this.id = id;
    this.reports = new WriteBehind(before, to, () => this.flush());
    this.status = {
      runId: id,
      phase: 'loading TensorFlow',
      imagesPerSecond: null,
      secondsLeft: null,
      memoryBytes: null,
      cores: null,
      gpuMemory: null,
      fraction: null,
      stalled: null,
    };
    // Messages and the ending come in later turns of the event loop.
    this.trainer = new Trainer(
      host,
      job,
      (message) => this.receive(message),
      (ending) => this.trainerEnded(ending),
      (text) => to.logs.append(id, text),
    );
    to.logs.append(id, `Training process ${this.trainer.pid ?? ''} started.`);
  }

  pause(cause: PauseCause): void {
    if (this.stopCause !== null || this.pauseCause !== null || this.ending) return;
    this.pauseCause = cause;
    this.trainer.pause();
    this.storing(() => this.transition('pausing', null));
  }

  stop(cause: StopCause): void {
    if (this.stopCause !== null || this.ending) return;
    this.stopCause = cause;
    this.trainer.stop();
    this.storing(() => this.transition('stopping', null));
  }

  /**
   * Says so where nothing has been heard of the trainer for too long.
   * @param deaf milliseconds since the last poll in which this process could not have heard anything
   */
  checkForStall(now: number, deaf: number): void {
    this.heardAt = Math.min(now, this.heardAt + deaf);
    const silent = (now - this.heardAt) / 1000;
    const { pid } = this.trainer;
    const sentence =
      silent >= ASK_AFTER && pid !== undefined && isStopped(pid)
        ? stoppedBySignal(pid)
        : stalled(this.status.phase, this.reports.step, silent, this.stepSeconds, this.stepsReceived);
    if (sentence === null || this.ending) return;
    if (this.status.stalled === null) this.to.logs.append(this.id, sentence);
    this.status = { ...this.status, stalled: sentence };
    this.listener.emit('live', this.status);
  }

  /** One last attempt to store what is not stored yet; what cannot be is left to the next start. */
  leave(): void {
    this.ending ??= { kind: 'gone', exit: { code: null, signal: 'SIGKILL' }, stderr: '' };
    this.flush();
    this.reports.cancel();
    this.over = true;
  }

  private receive(message: TrainerMessage): void {
    if (this.over) return;
    const { id } = this;
    const { logs, runs } = this.to;
    this.heardAt = performance.now();
    if (this.status.stalled !== null) {
      this.status = { ...this.status, stalled: null };
      this.statusChanged = true;
    }
    switch (message.type) {
      case 'phase':
        // What was measured before a phase is reported before it, and a new phase at once.
        if (message.phase !== this.status.phase) {
          this.flush();
          this.status = { ...this.status, phase: message.phase, fraction: message.fraction };
          this.statusChanged = true;
          this.flush();
          return;
        }
        this.status = { ...this.status, fraction: message.fraction };
        this.statusChanged = true;
        break;
      case 'live':
        this.status = {
          ...this.status,
          imagesPerSecond: message.imagesPerSecond,
          secondsLeft: message.secondsLeft,
          memoryBytes: message.memoryBytes,
          cores: message.cores,
        };
        if (message.imagesPerSecond) this.stepSeconds = this.batch() / message.imagesPerSecond;
        this.statusChanged = true;
        break;
      case 'ready': {
        const machine = runs.get(id)?.machine ?? describeMachine();
        const details = {
          tensorflowVersion: message.tensorflow,
          nodeVersion: message.node,
          electronVersion: message.electron,
          datasetSha256: message.datasetSha256,
          totalSteps: message.totalSteps,
          threads: message.threads,
          machine: { ...machine, gpu: message.gpu, numerics: message.numerics },
          plan: message.plan,
        };
        this.reports.setReady(details, message.choice);
        if (message.otherwise !== undefined) this.computedOtherwise(message.otherwise);
        if (message.choice) for (const line of describeChoice(message.choice)) logs.append(id, line);
        if (message.gpu !== null) this.watchGpu();
        this.flush();
        return;
      }
      case 'endedEarly':
        this.endedEarly = message.message;
        return;
      case 'notice':
        this.reports.setNotice(message.message);
        this.listener.emit('notice', { kind: 'info', message: message.message });
        return;
      case 'steps':
        this.stepsReceived += message.steps.length;
        this.reports.addSteps(message.steps);
        break;
      case 'epoch':
        this.reports.addEpoch(message.epoch, message.predictions);
        // What cannot be had again is stored at once.
        this.flush();
        return;
      case 'resumed':
        this.storing(() => this.resumed(message));
        return;
      case 'checkpoint': {
        const recovered = this.checkpointError !== null;
        this.checkpointError = null;
        logs.append(id, `Checkpoint ${message.file} written (${message.bytes} bytes).`);
        this.reports.addCheckpoint(message);
        this.flush();
        if (recovered) {
          this.listener.emit('notice', {
            kind: 'info',
            message: `Run ${id} has a checkpoint again, of step ${thousands(message.step)}.`,
          });
        }
        return;
      }
      case 'checkpointFailed': {
        logs.append(id, message.message);
        const isNews = this.checkpointError === null;
        this.checkpointError = message.message;
        // A disk that stays full fails each of them: said once, until one is written again.
        if (!isNews) return;
        this.listener.emit('notice', {
          kind: 'error',
          message: `Run ${id} continues without a checkpoint of step ${thousands(message.step)}: ${message.message}`,
        });
        return;
      }
    }
    this.reports.plan();
  }

  /** Images of a step: no more than there are. */
  private batch(): number {
    const { recipe, dataset } = this.before;
    return largestBatchOf(recipe, dataset.trainCount);
  }

  /** The trainer's next report carries what was found. */
  private watchGpu(): void {
    const poll = async (): Promise<void> => {
      const memory = await gpuMemory();
      this.status = { ...this.status, gpuMemory: memory };
      if (!this.over && memory !== null) setTimeout(poll, GPU_MS).unref();
    };
    void poll();
  }

  /** Where the trainer resumes, and what could not be read on the way. */
  private resumed({ checkpoint, damaged }: Extract<TrainerMessage, { type: 'resumed' }>): void {
    const { id, before } = this;
    const { checkpoints, logs, runs } = this.to;
    checkpoints.markDamaged(id, damaged);
    for (const { message } of damaged) {
      logs.append(id, message);
      this.listener.emit('notice', { kind: 'error', message: `Run ${id}: ${message}` });
    }
    const from = checkpoint?.step ?? 0;
    logs.append(id, checkpoint ? `Resumes from ${checkpoint.file}.` : 'Begins at its first step again.');
    // A fork that takes its first step has not been interrupted.
    if (before.awaySince === null || before.startedAt === null) return;
    // Attempts to resume that died on the way are not why it was interrupted.
    const states = runs.states(id);
    const ends = states
      .slice(states.map(({ state }) => state).lastIndexOf('running') + 1)
      .filter(({ state }) => hasEnded(state) || state === 'paused');
    const [end] = ends;
    const since =
      ends.length < 2 ? before.awaySince : end!.state === 'interrupted' ? before.heardAt : end!.at;
    this.reports.setGap({
      step: from,
      at: Date.now(),
      lostSeconds: Math.max(0, (Date.now() - (since ?? before.awaySince)) / 1000),
      lostSteps: Math.max(0, before.step - from),
      reason: end?.reason ?? 'It was interrupted.',
    });
  }

  /** Into the history: with the gap, or where it takes over another run's plan and has none. */
  private computedOtherwise(sentence: string): void {
    const { id, before, to, reports } = this;
    to.logs.append(id, sentence);
    reports.setOtherwise(sentence, {
      step: before.step,
      at: Date.now(),
      lostSeconds: 0,
      lostSteps: 0,
      reason: 'It began with the plan of another run.',
    });
  }

  /** Stores what came in, then tells it. Where it could not be stored it is kept and tried again. */
  private flush(): void {
    this.reports.begin();
    const stored = this.storing(() => {
      const batch = this.reports.store();
      if (batch) this.report(batch);
      if (this.reports.storeCheckpoints()) this.listener.changed(this.id);
    });
    if (!stored) {
      this.retry();
      return;
    }
    if (this.statusChanged) {
      this.statusChanged = false;
      this.listener.emit('live', this.status);
    }
    if (this.ending) this.finish(this.ending);
    else this.listener.stored();
  }

  private report({ steps, epochs, planned, durable }: StoredBatch): void {
    const { id, listener } = this;
    const now = performance.now();
    const isDue = durable || now - this.progressReportedAt >= PROGRESS_MS;
    if (planned) listener.emit('planned', { runId: id, ...planned });
    if (steps.length > 0 || epochs.length > 0) {
      listener.emit('metrics', { runId: id, steps: toColumns(steps), epochs });
    }
    if (!isDue) return;
    this.progressReportedAt = now;
    listener.changed(id);
  }

  private trainerEnded(ending: TrainerEnding): void {
    if (this.over) return;
    this.ending = ending;
    this.flush();
  }

  /**
   * Stores the end of the run; what was measured is stored already. Once it has ended no trainer comes to clear its folder
   * up, so files that are being removed go first: whoever is killed meanwhile leaves a run that is interrupted, not one
   * with leftovers.
   */
  private finish(ending: TrainerEnding): void {
    const { checkpoints, logs } = this.to;
    if (checkpoints.isRemoving) {
      void checkpoints.settled().then(() => {
        if (!this.over) this.flush();
      });
      return;
    }
    const end = this.endOf(ending);
    const { state, reason } = end;
    if (!this.storing(() => this.storeEnd(end))) return this.retry();
    this.over = true;
    logs.append(this.id, reason ? `${state}: ${reason}` : state);
    this.listener.ended(this);
  }

  /** Tries again a little later. A run whose trainer has ended is reported as failed even where that cannot be stored. */
  private retry(): void {
    this.reports.retry();
    if (!this.ending || this.storageError === null || this.toldUnstored) return;
    this.toldUnstored = true;
    const { state, reason } = this.endOf(this.ending);
    this.listener.overButUnstored(this.id, state, reason);
  }

  private storeEnd(end: RunEnd): void {
    if (end.state !== 'queued') return this.transition(end.state, end.reason);
    this.to.queue.ask(this.id, end.asks, end.reason, Date.now());
    this.listener.changed(this.id);
  }

  private endOf(ending: TrainerEnding): RunEnd {
    const { checkpointError, storageError, stopCause, pauseCause, endedEarly } = this;
    const { step } = this.reports;
    const checkpointStep = this.to.runs.get(this.id)?.checkpointStep ?? null;
    return endOf(ending, {
      step,
      checkpointStep,
      checkpointError,
      storageError,
      stopCause,
      pauseCause,
      endedEarly,
    });
  }

  /**
   * Runs a write, and answers whether it worked. A lock is waited for; anything else (a full disk) stops the run, as
   * training whose figures are lost is of no use.
   */
  private storing(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      if (isBusy(error)) return false;
      if (this.storageError === null) {
        this.storageError = error.failure.message;
        this.listener.emit('notice', { kind: 'error', message: error.failure.message });
        this.trainer.stop();
      }
      return false;
    }
  }

  private transition(to: Exclude<RunState, 'queued'>, reason: string | null): void {
    this.to.runs.transition(this.id, to, reason, Date.now());
    this.listener.changed(this.id);
  }
}
