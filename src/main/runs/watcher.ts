/**
 * Sees what other windows and terminals do to the runs of the shared database, and whether they are still alive. While
 * nobody else writes, a poll costs one pragma.
 */
import { isAlive } from '../../node/processes/process-identity';
import type { EpochMetric } from '../../shared/metrics';
import type { StepColumns } from '../../shared/step-columns';
import type { MetricStore } from '../db/stores/metrics';
import type { Db } from '../db/database';
import type { RunStore, StoredRun } from '../db/stores/runs';

/**
 * Milliseconds between polls where nothing else wakes this process. While it trains, what its trainer sends does so a little
 * more often (`pollSoon`), and no timer comes in between.
 */
const POLL_MS = 800;
const IN_PASSING_MS = 400;
const ALIVE_MS = 2000;
const STEPS_AT_A_TIME = 50_000;

export interface WatcherListener {
  /** Whether this revision of the run is still to be reported here. */
  isNews(run: StoredRun): boolean;
  /** A row that another process has changed since it was last seen here (deleted ones included). */
  changed(run: StoredRun): void;
  /** Metrics that another process has added. */
  metrics(run: StoredRun, steps: StepColumns, epochs: EpochMetric[]): void;
  /** An active run whose owner is dead. */
  orphaned(id: number): void;
  /** Looking failed (disk, lock); it is tried again. */
  failed(error: unknown): void;
}

export class RunWatcher {
  private timer: NodeJS.Timeout | null = null;
  private started = false;
  /** Milliseconds of the monotonic clock. */
  private polledAt = -Infinity;
  private version = 0;
  private revision = 0;
  /** Milliseconds of the monotonic clock: the other may be set back. */
  private lastAliveCheck = -Infinity;
  /** Runs above this id were started after watching began: all of their metrics are news. */
  private newestAtStart = 0;
  private readonly cursors = new Map<number, { step: number; epoch: number }>();

  constructor(
    private readonly db: Db,
    private readonly runs: RunStore,
    private readonly metrics: MetricStore,
    private readonly ownerId: string,
    private readonly listener: WatcherListener,
  ) {}

  start(): void {
    this.version = this.db.dataVersion();
    this.revision = this.runs.revision();
    const runs = this.runs.list();
    this.newestAtStart = this.runs.newestId();
    for (const run of runs) this.cursors.set(run.id, { step: run.step, epoch: run.epoch });
    this.started = true;
    this.schedule();
  }

  stop(): void {
    this.started = false;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  /** A poll where the last one is some time ago: this process is awake anyway. */
  pollSoon(): void {
    if (this.started && performance.now() - this.polledAt >= IN_PASSING_MS) this.poll();
  }

  private schedule(): void {
    if (!this.started) return;
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.poll(), POLL_MS);
    this.timer.unref();
  }

  /** One poll of the database; a timer calls it. */
  poll(): void {
    this.polledAt = performance.now();
    this.schedule();
    try {
      const version = this.db.dataVersion();
      if (version !== this.version) {
        this.readChanges();
        // Only now: what failed to be read is read again at the next poll.
        this.version = version;
      }
      const now = performance.now();
      if (now - this.lastAliveCheck >= ALIVE_MS) {
        this.lastAliveCheck = now;
        for (const id of this.orphans()) this.listener.orphaned(id);
      }
    } catch (error) {
      this.listener.failed(error);
    }
  }

  /** Active runs of dead processes. */
  orphans(): number[] {
    const alive = new Map<string, boolean>();
    return this.runs
      .activeOfOthers(this.ownerId)
      .filter(({ ownerId, owner }) => {
        let answer = alive.get(ownerId);
        if (answer === undefined) alive.set(ownerId, (answer = isAlive(owner)));
        return !answer;
      })
      .map(({ id }) => id);
  }

  private readChanges(): void {
    for (const run of this.runs.changedSince(this.revision)) {
      // Where it cannot be read it is none.
      this.revision = Math.max(this.revision, run.revision);
      const foreign = run.ownerId !== this.ownerId && run.deletedAt === null;
      // As with own runs: a run is reported before its first metrics, and its end after its last.
      const known = this.cursors.has(run.id);
      if (foreign && known) this.readMetrics(run);
      if (this.listener.isNews(run)) this.listener.changed(run);
      if (foreign && !known) this.readMetrics(run);
    }
  }

  private readMetrics(run: StoredRun): void {
    const cursor = this.cursors.get(run.id) ?? (run.id > this.newestAtStart ? { step: 0, epoch: 0 } : null);
    if (!cursor) {
      this.cursors.set(run.id, { step: run.step, epoch: run.epoch });
      return;
    }
    this.cursors.set(run.id, cursor);
    for (;;) {
      const steps = this.metrics.steps(run.id, cursor.step, STEPS_AT_A_TIME);
      const epochs = this.metrics.epochs(run.id, cursor.epoch);
      const { length } = steps.step;
      if (length === 0 && epochs.length === 0) return;
      cursor.step = steps.step[length - 1] ?? cursor.step;
      cursor.epoch = epochs[epochs.length - 1]?.epoch ?? cursor.epoch;
      this.listener.metrics(run, steps, epochs);
      if (length < STEPS_AT_A_TIME) return;
    }
  }
}
