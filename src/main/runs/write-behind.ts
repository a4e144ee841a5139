/**
 * What the trainer of a run reported and is not stored yet. It is collected for a moment and stored in one transaction, in
 * the order in which it came; where that fails everything is kept for the next attempt.
 */
import type { EpochMetric, StepMetric } from '../../shared/metrics';
import type { SentPredictions } from '../../shared/predictions';
import type { Gap } from '../../shared/run';
import type { EnginePlan, PlanChoice } from '../../shared/plan';
import type { CheckpointKeeper } from '../checkpoints/checkpoint-keeper';
import type { Db } from '../db/database';
import type { GapStore } from '../db/stores/checkpoints';
import type { MetricStore } from '../db/stores/metrics';
import type { PredictionStore } from '../db/stores/predictions';
import type { RunDetails, RunStore, StoredRun } from '../db/stores/runs';
import type { TrainerMessage } from './trainer';

/**
 * Metrics that come sooner than this after what was stored last are collected, then stored in one transaction and reported in
 * one event. A trainer's bunches of steps come a little slower, and are stored as they come.
 */
const BATCH_MS = 250;
/** After a failed attempt to store. */
const RETRY_MS = 1000;

type WrittenCheckpoint = Extract<TrainerMessage, { type: 'checkpoint' }>;

/** Where what was reported goes. */
export interface ReportStores {
  db: Db;
  runs: Pick<RunStore, 'transition' | 'update'>;
  metrics: Pick<MetricStore, 'addSteps' | 'addEpoch'>;
  predictions: Pick<PredictionStore, 'keep'>;
  gaps: Pick<GapStore, 'add'>;
  checkpoints: Pick<CheckpointKeeper, 'add'>;
}

/** What was stored together, for whoever listens. */
export interface StoredBatch {
  steps: StepMetric[];
  epochs: EpochMetric[];
  /** How the run is computed, where that has just become known; what it was chosen by is only reported. */
  planned: { plan: EnginePlan; choice: PlanChoice | null } | null;
  /** Whether it holds what cannot be had again. */
  durable: boolean;
}

export class WriteBehind {
  private readonly id: number;
  private steps: StepMetric[] = [];
  private epochs: { metric: EpochMetric; predictions: SentPredictions | null }[] = [];
  /** What the trainer reported of itself when it was ready to train, and what its plan was chosen by. */
  private ready: { details: RunDetails; choice: PlanChoice | null } | null = null;
  /** What the user must know of the run, reported before it was ready. */
  private notice: string | null = null;
  /** Where it was resumed; stored when it is ready. */
  private gap: Gap | null = null;
  /** Their rows come after the metrics of the steps that they hold. */
  private readonly checkpoints: WrittenCheckpoint[] = [];
  private lastStep: number;
  private startedAt: number | null;
  /** Takes back the flush that is planned, null where none is. */
  private cancelFlush: (() => void) | null = null;
  /** When something was last stored (performance.now, milliseconds). */
  private flushedAt = -Infinity;

  /**
   * @param before the run as it was stored when its trainer began
   * @param flush works when something is to be stored
   */
  constructor(
    private readonly before: Pick<StoredRun, 'id' | 'step' | 'epoch' | 'startedAt'>,
    private readonly to: ReportStores,
    private readonly flush: () => void,
  ) {
    this.id = before.id;
    this.lastStep = before.step;
    this.startedAt = before.startedAt;
  }

  /** The last step that is stored. */
  get step(): number {
    return this.lastStep;
  }

  // ------------------------------------------------------------------------------------------------------ collecting

  /** Steps that are repeated after a checkpoint have the numbers they had, and are passed over. */
  addSteps(steps: readonly StepMetric[]): void {
    this.steps.push(...steps.filter(({ step }) => step > this.lastStep));
  }

  addEpoch(metric: EpochMetric, predictions: SentPredictions | null): void {
    if (metric.epoch > this.before.epoch) this.epochs.push({ metric, predictions });
  }

  /** One that has been written. */
  addCheckpoint(checkpoint: WrittenCheckpoint): void {
    this.checkpoints.push(checkpoint);
  }

  setNotice(notice: string): void {
    this.notice = notice;
  }

  setGap(gap: Gap): void {
    this.gap = gap;
  }

  /** @param fresh the gap that it is where the run has not been away */
  setOtherwise(otherwise: string, fresh: Omit<Gap, 'otherwise'>): void {
    this.gap = { ...(this.gap ?? fresh), otherwise };
  }

  setReady(details: RunDetails, choice: PlanChoice | null): void {
    this.ready = { details, choice };
  }

  /** Plans a flush where none is planned. The first step is waited for: it is stored at once. */
  plan(): void {
    const isFirst = this.lastStep === this.before.step && this.steps.length > 0;
    const wait = isFirst ? 0 : this.flushedAt + BATCH_MS - performance.now();
    this.cancelFlush ??= after(wait, this.flush);
  }

  /** Plans another attempt after one that failed. */
  retry(): void {
    this.cancelFlush ??= after(RETRY_MS, this.flush);
  }

  /** Takes back what is planned. */
  cancel(): void {
    this.cancelFlush?.();
    this.cancelFlush = null;
  }

  // --------------------------------------------------------------------------------------------------------- storing

  /** Begins an attempt to store: what was planned is not needed any more. */
  begin(): void {
    this.cancel();
    this.flushedAt = performance.now();
  }

  /**
   * Stores all but checkpoints in one transaction. Null where there was nothing.
   * @throws ExpectedError where it cannot be stored; then it is kept
   */
  store(): StoredBatch | null {
    const { id, steps, ready, gap, notice } = this;
    const { runs, metrics, predictions, gaps, db } = this.to;
    const reported = this.epochs;
    const epochs = reported.map(({ metric }) => metric);
    const last = steps[steps.length - 1];
    if (!last && epochs.length === 0 && !ready) return null;
    const startedAt = this.startedAt ?? (last ? Math.round(Date.now() - last.seconds * 1000) : null);
    const begins = startedAt !== this.startedAt;
    const durable = epochs.length > 0 || ready !== null || begins;
    db.write(durable ? 'durable' : 'fast', () => {
      if (ready) {
        // A stop may have come before the trainer was ready: then the run stays `stopping` and only learns the rest.
        // Only when it runs has it been resumed: one that dies, or is stopped, on the way there is still interrupted.
        if (!runs.transition(id, 'running', notice, Date.now(), ready.details))
          runs.update(id, ready.details);
        else if (gap) gaps.add(id, gap);
      }
      if (begins && startedAt !== null) runs.update(id, { startedAt });
      metrics.addSteps(id, steps);
      for (const { metric, predictions: sent } of reported) {
        if (metrics.addEpoch(id, metric) && sent) predictions.keep(id, metric.epoch, sent);
      }
    });
    this.steps = [];
    this.epochs = [];
    if (ready) this.gap = null;
    this.ready = null;
    this.startedAt = startedAt;
    this.lastStep = Math.max(this.lastStep, last?.step ?? 0, ...epochs.map((epoch) => epoch.step));
    const plan = ready?.details.plan;
    return { steps, epochs, planned: ready && plan ? { plan, choice: ready.choice } : null, durable };
  }

  /**
   * Stores the checkpoints, once the metrics before them are. False where there were none.
   * @throws ExpectedError where one cannot be stored; then it and those after it are kept
   */
  storeCheckpoints(): boolean {
    if (this.checkpoints.length === 0) return false;
    for (let next = this.checkpoints[0]; next; next = this.checkpoints[0]) {
      this.to.checkpoints.add(this.id, next);
      this.checkpoints.shift();
    }
    return true;
  }
}

/**
 * Works after the time (milliseconds), or once the messages that have arrived are read where it is over already: a timer
 * would wake the process per second time. Returns what takes it back.
 */
function after(ms: number, work: () => void): () => void {
  if (ms <= 0) {
    const immediate = setImmediate(work);
    return () => clearImmediate(immediate);
  }
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
}
