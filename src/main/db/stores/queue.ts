/** The queue in the table runs: which runs wait, in which order, and who takes them. */
import type { ProcessIdentity } from '../../../node/processes/process-identity';
import type { Question, QueueEntry } from '../../../shared/run';
import type { Db } from '../database';
import { touchRun } from './revision';
import {
  changeState,
  positionFor,
  setFields,
  touchWaiting,
  transitionRun,
  WAITING,
  waitingIds,
} from './run-changes';
import { toOwned, type Owned, type OwnerRow, type RunDetails } from './run-row';

/** A process of Resbench in this session. */
export interface Owner {
  /** Unlike any other. */
  ownerId: string;
  owner: ProcessIdentity;
}

export const QUEUE_QUERIES = {
  waiting: WAITING,
  /** Without deleted ones, whose trainers nobody waits for. */
  activeAnywhere: `
    SELECT owner_id, owner_pid, owner_start FROM runs
    WHERE state IN ('preparing', 'running', 'pausing', 'stopping') AND deleted_at IS NULL`,
} as const;

const ownerFields = ({ ownerId, owner }: Owner) => ({
  ownerId,
  ownerPid: owner.pid,
  ownerStart: owner.start,
});

export class QueueStore {
  constructor(private readonly db: Db) {}

  /** One transaction around reads and writes that belong together. */
  inOneWrite<T>(work: () => T): T {
    return this.db.write('durable', work);
  }

  /** Who trains at the moment, in this process and others. */
  activeOwners(): Owned[] {
    return this.db.all<OwnerRow>(QUEUE_QUERIES.activeAnywhere).map(toOwned);
  }

  /** Those that wait and are not held, in their order. */
  waiting(): (Owned & { id: number })[] {
    return this.db
      .all<OwnerRow & { id: number; held: 0 | 1 }>(QUEUE_QUERIES.waiting)
      .filter(({ held }) => held === 0)
      .map((row) => ({ id: row.id, ...toOwned(row) }));
  }

  /** Those that wait, in their order, held ones included. */
  ids(): number[] {
    return waitingIds(this.db);
  }

  /** Puts a run back into the queue. False where its state does not allow it. */
  enqueue(id: number, entry: QueueEntry, owner: Owner, at: number, details: RunDetails = {}): boolean {
    return this.db.write('durable', () =>
      changeState(this.db, id, { state: 'queued', reason: null, at }, () => ({
        agreed: null,
        asks: null,
        ...details,
        ...ownerFields(owner),
        wanted: null,
        queuePosition: positionFor(this.db, entry),
        held: entry === 'held',
      })),
    );
  }

  /**
   * Puts a run whose trainer has to ask back into the queue: held until it is answered, before all others. False where it is no
   * longer being prepared.
   * @param reason the question, a sentence
   */
  ask(id: number, asks: Question, reason: string, at: number): boolean {
    return this.db.write('durable', () =>
      changeState(
        this.db,
        id,
        { state: 'queued', reason, at },
        () => ({
          asks,
          agreed: null,
          wanted: null,
          queuePosition: positionFor(this.db, 'next'),
          held: true,
        }),
        (from) => from === 'preparing',
      ),
    );
  }

  /** Answers what a waiting run asks by a yes: it is held no longer. False where it asks nothing. */
  agree(id: number): boolean {
    return this.db.write('durable', () => {
      const done = this.db.run(
        `UPDATE runs SET agreed = asks, asks = NULL, reason = NULL, held = 0
         WHERE id = @id AND state = 'queued' AND asks IS NOT NULL`,
        { id },
      );
      return done > 0 && touchRun(this.db, id);
    });
  }

  /** From now on a waiting run is this process's to take. */
  adopt(id: number, { ownerId, owner }: Owner): void {
    this.db.write('durable', () => {
      this.db.run(
        `UPDATE runs SET owner_id = @ownerId, owner_pid = @pid, owner_start = @start WHERE id = @id AND state = 'queued'`,
        { id, ownerId, pid: owner.pid, start: owner.start },
      );
      touchRun(this.db, id);
    });
  }

  /** Makes a waiting run this process's own to train; false where it does not wait any more. */
  claim(id: number, owner: Owner, at: number): boolean {
    return this.db.write('durable', () => {
      if (!transitionRun(this.db, id, { state: 'preparing', reason: null, at })) return false;
      setFields(this.db, id, { ...ownerFields(owner), wanted: null });
      return true;
    });
  }

  /** Puts a waiting run at a place, from 1; one beyond the end is the last. False where it does not wait. */
  move(id: number, place: number): boolean {
    return this.db.write('durable', () => {
      const ids = this.ids();
      if (!ids.includes(id)) return false;
      const order = ids.filter((other) => other !== id);
      order.splice(Math.max(0, place - 1), 0, id);
      for (const [index, other] of order.entries()) setFields(this.db, other, { queuePosition: index + 1 });
      touchWaiting(this.db);
      return true;
    });
  }

  /** False where it does not wait. */
  hold(id: number, held: boolean): boolean {
    return this.db.write('durable', () => {
      const done = this.db.run("UPDATE runs SET held = @held WHERE id = @id AND state = 'queued'", {
        id,
        held: held ? 1 : 0,
      });
      return done > 0 && touchRun(this.db, id);
    });
  }
}
