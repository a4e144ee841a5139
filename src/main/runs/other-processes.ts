/** What other windows and terminals do to runs, reported here as what happens here is; and the runs that their deaths left. */
import { largestBatchOf } from '../../shared/batches';
import type { EpochMetric } from '../../shared/metrics';
import { isActive, isTrained, type TrainingPhase } from '../../shared/run';
import type { StepColumns } from '../../shared/step-columns';
import { ExpectedError } from '../../shared/result';
import type { Db } from '../db/database';
import { isBusy } from '../db/errors';
import type { MetricStore } from '../db/stores/metrics';
import type { RunStore, StoredRun } from '../db/stores/runs';
import { ownerExited } from './endings';
import type { RunRegistry } from './registry';
import { RunWatcher } from './watcher';

export interface OtherProcessesOptions {
  db: Db;
  runs: RunStore;
  metrics: MetricStore;
  registry: RunRegistry;
  /** One of theirs trains no more: it may be our turn. */
  placeFree: () => void;
}

export class OtherProcesses {
  private readonly watcher: RunWatcher;
  private reportedFailure = false;

  constructor(private readonly options: OtherProcessesOptions) {
    const { db, runs, metrics, registry } = options;
    this.watcher = new RunWatcher(db, runs, metrics, registry.own.ownerId, {
      isNews: (run) => registry.isNews(run),
      changed: (run) => this.changed(run),
      metrics: (run, steps, epochs) => this.measured(run, steps, epochs),
      orphaned: (id) => this.interrupt(id),
      failed: (error) => this.failed(error),
    });
  }

  /** Ends as interrupted what dead processes left behind. */
  interruptOrphans(): void {
    for (const id of this.watcher.orphans()) this.interrupt(id);
  }

  /** Begins to watch the database. */
  start(): void {
    this.watcher.start();
  }

  stop(): void {
    this.watcher.stop();
  }

  /** A poll where the last one is some time ago: this process is awake anyway. */
  pollSoon(): void {
    this.watcher.pollSoon();
  }

  interrupt(id: number): void {
    const { runs, registry } = this.options;
    const run = runs.get(id);
    if (!run) return;
    const lastHeartbeat = run.heardAt ?? run.startedAt ?? run.createdAt;
    runs.transition(id, 'interrupted', ownerExited(run), Date.now(), {}, lastHeartbeat);
    registry.announce(id);
  }

  private changed(run: StoredRun): void {
    const { registry, placeFree } = this.options;
    if (run.deletedAt !== null) {
      registry.announceRemoved(run.id);
      return;
    }
    registry.announceRow(run);
    if (!isActive(run.state)) placeFree();
  }

  private measured(run: StoredRun, steps: StepColumns, epochs: EpochMetric[]): void {
    const { registry } = this.options;
    registry.emit('metrics', { runId: run.id, steps, epochs });
    const { step, seconds } = steps;
    const last = step.length - 1;
    if (!isTrained(run) || !isActive(run.state) || last < 1 || !(seconds[last]! > seconds[0]!)) return;
    // Its owner's live report is not stored; speed and time left follow from the steps.
    const perStep = (seconds[last]! - seconds[0]!) / (step[last]! - step[0]!);
    registry.emit('live', {
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

  private failed(error: unknown): void {
    if (!(error instanceof ExpectedError)) throw error;
    if (this.reportedFailure || isBusy(error)) return;
    this.reportedFailure = true;
    this.options.registry.emit('notice', { kind: 'error', message: error.failure.message });
  }
}
