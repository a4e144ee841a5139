/**
 * The queue of runs, shared by all windows and terminals through the database. Whoever works it takes the next run when
 * fewer than the allowed number train; taking is one transaction, so no run is taken twice and no place filled twice.
 *
 * A waiting run belongs to the process that queued it as long as that lives: a terminal trains what was started in it.
 * One whose process is gone is taken by any that works the whole queue.
 */
import { isAlive, type ProcessIdentity } from '../../node/process-identity';
import { ExpectedError } from '../../shared/result';
import { isBusy } from '../db/errors';
import type { RunStore, StoredRun } from '../db/stores/runs';

/** Which waiting runs this process takes. */
export type QueueShare = 'all' | 'own' | 'none';

export interface RunQueueOptions {
  runs: RunStore;
  share: QueueShare;
  ownerId: string;
  owner: ProcessIdentity;
  /** How many may train at once. */
  limit: () => number;
  /** It is `preparing` and ours by now. */
  begin: (run: StoredRun) => void;
}

/** Others may leave a place without writing a word: they die. */
const LOOK_MS = 1000;

export class RunQueue {
  private timer: NodeJS.Timeout | null = null;
  private pumping = false;

  constructor(private readonly options: RunQueueOptions) {}

  start(): void {
    if (this.options.share === 'none') return;
    this.timer = setInterval(() => this.pump(), LOOK_MS);
    this.timer.unref();
    this.pump();
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  /** Takes runs while there is room. Safe to call at any time. */
  pump(): void {
    if (this.pumping || !this.timer) return;
    this.pumping = true;
    try {
      for (let run = this.take(); run; run = this.take()) this.options.begin(run);
    } catch (error) {
      // A locked or full database: the timer comes again.
      if (!(error instanceof ExpectedError) && !isBusy(error)) throw error;
    } finally {
      this.pumping = false;
    }
  }

  /** Takes this run whatever else trains. Undefined where it does not wait any more. */
  takeNow(id: number): void {
    const { runs, ownerId, owner, begin } = this.options;
    if (!runs.claim(id, ownerId, owner, Date.now())) return;
    begin(runs.get(id)!);
  }

  private take(): StoredRun | undefined {
    const { runs, ownerId, owner, limit } = this.options;
    // Mostly nothing waits: that is seen without the lock that a transaction takes.
    if (!runs.waiting().some((waiting) => this.mayTake(waiting))) return undefined;
    return runs.inOneWrite(() => {
      if (runs.activeOwners().filter((active) => this.lives(active)).length >= limit()) return undefined;
      for (const waiting of runs.waiting()) {
        if (!this.mayTake(waiting)) {
          // Its own process will take it, and no later run may overtake it.
          if (this.lives(waiting)) return undefined;
          continue;
        }
        if (runs.claim(waiting.id, ownerId, owner, Date.now())) return runs.get(waiting.id);
      }
      return undefined;
    });
  }

  private mayTake(waiting: { ownerId: string | null; owner: ProcessIdentity | null }): boolean {
    if (waiting.ownerId === this.options.ownerId) return true;
    return this.options.share === 'all' && !this.lives(waiting);
  }

  private lives({ ownerId, owner }: { ownerId: string | null; owner: ProcessIdentity | null }): boolean {
    return ownerId === this.options.ownerId || (owner !== null && isAlive(owner));
  }
}
