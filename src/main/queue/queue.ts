/**
 * The queue of runs, shared by all windows and terminals through the database. Whoever works it takes the next run when
 * fewer than the allowed number train; taking is one transaction, so no run is taken twice and no place filled twice.
 *
 * A waiting run belongs to the process that queued it as long as that lives: a terminal trains what was started in it.
 * One whose process is gone is taken by any that works the whole queue.
 */
import { isAlive } from '../../node/processes/process-identity';
import { ExpectedError } from '../../shared/result';
import { isBusy } from '../db/errors';
import type { Owner, QueueStore } from '../db/stores/queue';
import type { Owned, StoredRun } from '../db/stores/run-row';

/** Which waiting runs this process takes. */
export type QueueShare = 'all' | 'own' | 'none';

export interface RunQueueOptions {
  store: QueueStore;
  get: (id: number) => StoredRun | undefined;
  share: QueueShare;
  /** This process. */
  own: Owner;
  /** How many may train at once. */
  limit: () => number;
  /** It is `preparing` and ours by now. */
  begin: (run: StoredRun) => void;
}

/** Others may leave a place without writing a word: they die. */
const POLL_MS = 1000;

export class RunQueue {
  private timer: NodeJS.Timeout | null = null;
  private pumping = false;

  constructor(private readonly options: RunQueueOptions) {}

  start(): void {
    if (this.options.share === 'none') return;
    this.timer = setInterval(() => this.pump(), POLL_MS);
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
    const { store, get, own, begin } = this.options;
    if (!store.claim(id, own, Date.now())) return;
    begin(get(id)!);
  }

  private take(): StoredRun | undefined {
    const { store, get, own, limit } = this.options;
    // Mostly nothing waits: that is seen without the lock that a transaction takes.
    if (!store.waiting().some((waiting) => this.mayTake(waiting))) return undefined;
    return store.inOneWrite(() => {
      if (store.activeOwners().filter((active) => this.lives(active)).length >= limit()) return undefined;
      for (const waiting of store.waiting()) {
        if (!this.mayTake(waiting)) {
          // Its own process will take it, and no later run may overtake it.
          if (this.lives(waiting)) return undefined;
          continue;
        }
        if (store.claim(waiting.id, own, Date.now())) return get(waiting.id);
      }
      return undefined;
    });
  }

  private mayTake(waiting: Owned): boolean {
    if (waiting.ownerId === this.options.own.ownerId) return true;
    return this.options.share === 'all' && !this.lives(waiting);
  }

  private lives({ ownerId, owner }: Owned): boolean {
    return ownerId === this.options.own.ownerId || (owner !== null && isAlive(owner));
  }
}
