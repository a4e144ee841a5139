/** The queue as people see it: which runs wait, in which order, and what is held. Whoever works it takes runs out. */
import type { QueueEntry, Run } from '../../shared/run';
import { asResult, fail, ok, type Failure, type Result } from '../../shared/result';
import { shown } from '../../shared/shown';
import type { Db } from '../db/database';
import type { Owner, QueueStore } from '../db/stores/queue';
import type { RunDetails, StoredRun } from '../db/stores/run-row';
import { RunQueue, type QueueShare } from './queue';

/** What the queue needs of the runs that this process knows. */
export interface QueuedRuns {
  /** @throws ExpectedError where there is no such run, or none that can be read */
  found(id: number): StoredRun;
  /** @throws ExpectedError where there is no such run */
  stored(id: number): StoredRun;
  get(id: number): Result<Run>;
  toRun(run: StoredRun): Run;
  announce(id: number): void;
  /** Those that wait, each of which has been announced. */
  announceWaiting(): number[];
}

/** Beside a request to train. */
export interface StartOptions {
  /** Begin whatever else trains. */
  now?: boolean;
  /** Agrees to what the run asks, or would have to ask: other kernels than those that its plan was chosen with. */
  otherKernels?: boolean;
}

export interface QueueServiceOptions {
  db: Db;
  store: QueueStore;
  runs: QueuedRuns;
  own: Owner;
  /** Which waiting runs this process trains. */
  share: QueueShare;
  /** How many may train at once. */
  limit: () => number;
  /** Starts the trainer of a run that is `preparing` and ours. */
  begin: (run: StoredRun) => void;
}

/** The failure whose code is what the run asks. */
export const unanswered = ({ id, name, asks, reason }: StoredRun): { ok: false; error: Failure } =>
  fail(
    asks ?? 'conflict',
    `Run ${id} ("${shown(name)}") has a question that must be answered first: ${reason ?? 'it may be computed otherwise.'}`,
  );

export class QueueService {
  private readonly queue: RunQueue;

  constructor(private readonly options: QueueServiceOptions) {
    const { store, share, own, limit, begin, runs } = options;
    this.queue = new RunQueue({ store, get: (id) => runs.stored(id), share, own, limit, begin });
  }

  /** Those that wait, in their order. */
  list(): Result<Run[]> {
    const { db, store, runs } = this.options;
    return asResult(() => db.read(() => ok(store.ids().map((id) => runs.toRun(runs.stored(id))))));
  }

  /** To a place in the queue, from 1. */
  move(id: number, place: number): Result<Run> {
    return this.change(id, () => this.options.store.move(id, place));
  }

  /**
   * A held run is passed over until it is released. One that has a question is not released without an answer.
   * @param otherKernels agrees to it
   */
  hold(id: number, held: boolean, otherKernels = false): Result<Run> {
    const { runs, store } = this.options;
    return asResult(() => {
      const run = runs.found(id);
      if (held || run.asks === null) return this.change(id, () => store.hold(id, held));
      return otherKernels ? this.change(id, () => store.agree(id)) : unanswered(run);
    });
  }

  private change(id: number, store: () => boolean): Result<Run> {
    return asResult(() => {
      const run = this.options.runs.found(id);
      if (store()) return this.settle(id);
      return fail(
        'conflict',
        `Run ${id} ("${shown(run.name)}") does not wait in the queue: it is ${run.state}.`,
      );
    });
  }

  // ------------------------------------------------------------------------------------------ for what trains runs

  /** Puts a run that was interrupted back into the queue. */
  enqueue(run: StoredRun, entry: QueueEntry, options: StartOptions, details: RunDetails): Result<Run> {
    const { store, own } = this.options;
    if (store.enqueue(run.id, entry, own, Date.now(), details)) return this.settle(run.id, options);
    return fail('conflict', `Run ${run.id} ("${shown(run.name)}") has just been started elsewhere.`);
  }

  /** Takes the place of a process that died before the turn of its run came. */
  adopt(run: StoredRun, options: StartOptions): Result<Run> {
    const { store, own } = this.options;
    store.adopt(run.id, own);
    if (run.queue?.held) store.hold(run.id, false);
    return this.settle(run.id, options);
  }

  /** Answers what a held run asks, by a yes; it may be that of a process which is gone. */
  agree(run: StoredRun, isOrphan: boolean, options: StartOptions): Result<Run> {
    const { store, own } = this.options;
    if (isOrphan) store.adopt(run.id, own);
    store.agree(run.id);
    return this.settle(run.id, options);
  }

  /** Lets a run that was created as held go to where it is wanted. */
  release(id: number, entry: QueueEntry | undefined, options: StartOptions): Result<Run> {
    const { store } = this.options;
    if (entry !== 'held') store.hold(id, false);
    if (entry === 'next') store.move(id, 1);
    return this.settle(id, options);
  }

  /** After the queue has changed: takes what can be taken, announces every place. */
  settle(id: number, { now = false }: StartOptions = {}): Result<Run> {
    const { runs } = this.options;
    if (now) this.queue.takeNow(id);
    this.queue.pump();
    if (!runs.announceWaiting().includes(id)) runs.announce(id);
    return runs.get(id);
  }

  /** Takes runs while there is room. Safe to call at any time. */
  pump(): void {
    this.queue.pump();
  }

  start(): void {
    this.queue.start();
  }

  stop(): void {
    this.queue.stop();
  }
}
