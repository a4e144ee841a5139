/** The trainers of this process: started for runs whose turn has come, watched for silence, ended when it closes. */
import type { ProcessHost } from '../../node/processes/process-host';
import type { DatasetId } from '../../shared/dataset';
import type { Settings } from '../../shared/settings';
import { ExpectedError } from '../../shared/result';
import { isTrained } from '../../shared/run';
import type { TrainingJob } from '../../shared/training-messages';
import type { StoredRun, TrainedRow } from '../db/stores/runs';
import { cannotStart } from './endings';
import { LiveRun, type LiveRunListener, type LiveRunStores } from './live-run';
import type { RunRegistry } from './registry';
import { heldUp } from './stalls';
import type { Trainer } from './trainer';

export interface SupervisionOptions {
  stores: LiveRunStores;
  registry: RunRegistry;
  host: ProcessHost;
  datasets: { folder(id: DatasetId): string | null };
  settings: () => Pick<Settings, 'runsAtOnce'>;
  /** Version of Resbench. */
  version: string;
  /** How long a trainer may take to stop when the program is closed; then it is ended by force. Milliseconds. */
  closeMs?: number;
  /** One trains no more: the next may begin. */
  placeFree: () => void;
  /** Something of a run has been stored in an ordinary turn. */
  stored: () => void;
}

/** Silence of trainers is checked this often. */
const STALL_MS = 5000;
/** A step and a checkpoint. */
const CLOSE_MS = 15_000;

export class Supervision {
  private readonly live = new Map<number, LiveRun>();
  /** Training processes that are not gone yet, those whose run has ended included. */
  private readonly trainers = new Set<Trainer>();
  private stallTimer: NodeJS.Timeout | null = null;
  /** When silence was last checked, milliseconds of the monotonic clock. */
  private lookedAt = performance.now();

  constructor(private readonly options: SupervisionOptions) {
    // Its user may be at another window or terminal.
    options.registry.onAnnounced(({ id, wanted }) => {
      if (wanted === 'stop') this.live.get(id)?.stop('elsewhere');
      if (wanted === 'pause') this.live.get(id)?.pause('elsewhere');
    });
  }

  /** Begins to check for silence. */
  start(): void {
    this.lookedAt = performance.now();
    this.stallTimer = setInterval(() => this.checkForStalls(), STALL_MS);
    this.stallTimer.unref();
  }

  /** Starts the trainer of a run that is `preparing` and ours. */
  begin(run: StoredRun): void {
    const { registry, stores } = this.options;
    const { id } = run;
    if (run.unreadable !== undefined || !isTrained(run)) {
      registry.transition(id, 'failed', run.unreadable ?? 'An imported run cannot be trained.');
      return;
    }
    registry.announce(id);
    registry.announceWaiting();
    const begins = run.step > 0 ? `resumes after step ${run.step}` : 'begins';
    stores.logs.append(id, `Run ${id} (${run.name}) ${begins}.`);
    let live: LiveRun;
    try {
      live = new LiveRun(run, this.options.host, this.jobOf(run), stores, this.listener);
    } catch (error) {
      const isExpected = error instanceof ExpectedError;
      registry.transition(id, 'failed', isExpected ? error.failure.message : cannotStart(error));
      return;
    }
    const { trainer } = live;
    this.trainers.add(trainer);
    void trainer.exited.then(() => this.trainers.delete(trainer));
    this.live.set(id, live);
  }

  /** Asks for a stop before the next step; false where the run has no trainer here. */
  stop(id: number): boolean {
    const live = this.live.get(id);
    live?.stop('user');
    return live !== undefined;
  }

  /** Likewise, for a pause. */
  pause(id: number): boolean {
    const live = this.live.get(id);
    live?.pause('user');
    return live !== undefined;
  }

  /** Stops the own runs and waits until their trainers are gone; one that does not obey is ended by force. */
  async close(): Promise<void> {
    const { closeMs = CLOSE_MS, stores } = this.options;
    if (this.stallTimer) clearInterval(this.stallTimer);
    for (const live of this.live.values()) live.stop('closing');
    await Promise.all(
      [...this.trainers].map(async (trainer) => {
        if (await within(closeMs, trainer.exited)) return;
        trainer.kill();
        await within(closeMs, trainer.exited);
      }),
    );
    await stores.checkpoints.settled();
    // By now every end is stored, unless the disk refused or a process cannot even be killed: one more attempt, and what
    // is left is found as interrupted by the next start.
    for (const live of [...this.live.values()]) live.leave();
    this.live.clear();
  }

  private jobOf(run: TrainedRow): TrainingJob {
    const { stores, datasets, version } = this.options;
    return {
      architecture: run.architecture,
      recipe: run.recipe,
      dataset: { id: run.dataset.id, folder: datasets.folder(run.dataset.id) },
      threads: this.threadsFor(run),
      plan: stores.runs.plan(run.id),
      numerics: run.machine.numerics ?? null,
      otherKernels: run.agreed === 'other-kernels',
      device: run.device,
      resbench: version,
      ...(run.parent && { origin: { step: run.parent.step, images: run.parent.images } }),
      secondsBefore: run.seconds,
      ...stores.checkpoints.jobOf(run),
    };
  }

  /** Threads within an op for a run that begins: those it had before, else its share of the processors. */
  private threadsFor({ threads, machine }: TrainedRow): number | null {
    if (threads !== null) return threads;
    const { runsAtOnce } = this.options.settings();
    return runsAtOnce > 1 ? Math.max(1, Math.floor(machine.threads / runsAtOnce)) : null;
  }

  private readonly listener: LiveRunListener = {
    emit: (name, payload) => this.options.registry.emit(name, payload),
    changed: (id) => this.options.registry.announce(id),
    overButUnstored: (id, state, reason) => {
      const { registry, stores } = this.options;
      const run = stores.runs.get(id);
      if (run) registry.emit('changed', { ...registry.toRun(run), state, reason, endedAt: Date.now() });
    },
    stored: () => this.options.stored(),
    ended: (live) => {
      if (this.live.get(live.id) === live) this.live.delete(live.id);
      // One that has to ask is before those that wait.
      if (this.options.stores.runs.get(live.id)?.asks) this.options.registry.announceWaiting();
      this.options.placeFree();
    },
  };

  private checkForStalls(): void {
    const now = performance.now();
    const deaf = heldUp(now - this.lookedAt, STALL_MS);
    this.lookedAt = now;
    for (const live of this.live.values()) live.checkForStall(now, deaf);
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
