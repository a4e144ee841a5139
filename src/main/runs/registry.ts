/** The runs of the database as this process knows them: found by their number, and reported to whoever listens. */
import { Emitter } from '../../node/processes/events';
import { isAlive } from '../../node/processes/process-identity';
import { isTrained, type Run, type RunState, type TrainedRun } from '../../shared/run';
import { asResult, expected, ok, type Result } from '../../shared/result';
import type { Owner, QueueStore } from '../db/stores/queue';
import { shown } from '../../shared/shown';
import type { RunStore, StoredRun, TrainedRow } from '../db/stores/runs';
import type { RunEvents } from './run-events';

/** Where to hear of runs. */
export type RunNews = Pick<Emitter<RunEvents>, 'on'>;

export class RunRegistry {
  private readonly events = new Emitter<RunEvents>();
  private readonly inner = new Emitter<{ announced: StoredRun; closed: undefined }>();
  /** The revision of each run that was announced last. */
  private readonly announced = new Map<number, number>();
  readonly on = this.events.on;

  /** @param own this process in this session */
  constructor(
    private readonly runs: RunStore,
    private readonly queue: QueueStore,
    readonly own: Owner,
  ) {}

  // --------------------------------------------------------------------------------------------------------- finding

  get(id: number): Result<Run> {
    return asResult(() => ok(this.toRun(this.stored(id))));
  }

  /** @throws ExpectedError where there is no such run, it has been deleted, or its row cannot be read. */
  found(id: number): StoredRun {
    const run = this.stored(id);
    if (run.unreadable === undefined) return run;
    throw expected('data-corrupt', run.unreadable);
  }

  /**
   * One that Resbench trains itself.
   * @param done what is asked for: `resumed`
   * @throws ExpectedError as `found` does, and for an imported run.
   */
  trained(id: number, done: string): TrainedRow {
    const run = this.found(id);
    if (isTrained(run)) return run;
    throw expected(
      'unsupported',
      `An imported run cannot be ${done}: of run ${id} ("${shown(run.name)}") only the figures are here, no weights.`,
    );
  }

  /**
   * Also one whose row cannot be read.
   * @throws ExpectedError where there is no such run, or it has been deleted.
   */
  stored(id: number): StoredRun {
    const run = this.runs.get(id);
    if (run && run.deletedAt === null) return run;
    throw expected('not-found', `There is no run ${id}: \`runs list\` shows those there are.`);
  }

  toRun(run: TrainedRow): TrainedRun;
  toRun(run: StoredRun): Run;
  toRun(run: StoredRun): Run {
    const {
      ownerId,
      owner: _o,
      wanted: _w,
      deletedAt: _d,
      awaySince: _a,
      heardAt: _h,
      agreed: _g,
      ...fields
    } = run;
    return { ...fields, own: ownerId === this.own.ownerId };
  }

  /** Whether nobody else can be at work on it. */
  isOrphan({ ownerId, owner }: StoredRun): boolean {
    return ownerId === this.own.ownerId || !owner || !isAlive(owner);
  }

  // ------------------------------------------------------------------------------------------------------- reporting

  emit<K extends keyof RunEvents>(name: K, payload: RunEvents[K]): void {
    this.events.emit(name, payload);
  }

  /** As the run stands in the database now. */
  announce(id: number): void {
    const run = this.runs.get(id);
    if (run && run.deletedAt === null) this.announceRow(run);
  }

  announceRow(run: StoredRun): void {
    this.announced.set(run.id, run.revision);
    this.events.emit('changed', this.toRun(run));
    this.inner.emit('announced', run);
  }

  announceRemoved(id: number): void {
    const run = this.runs.get(id);
    if (run) this.announced.set(id, run.revision);
    this.events.emit('removed', { id });
  }

  /** The place of each that waits may have changed. Returns those that wait. */
  announceWaiting(): number[] {
    const waiting = this.queue.ids();
    for (const id of waiting) this.announce(id);
    return waiting;
  }

  /** Whether this revision of the run has not been announced here. */
  isNews(run: StoredRun): boolean {
    return this.announced.get(run.id) !== run.revision;
  }

  /** Hears of each announced run with what other processes ask of its owner. */
  onAnnounced(listener: (run: StoredRun) => void): void {
    this.inner.on('announced', listener);
  }

  /** Stores the state and announces it; false where the run's state does not allow it. */
  transition(id: number, to: Exclude<RunState, 'queued'>, reason: string | null): boolean {
    const done = this.runs.transition(id, to, reason, Date.now());
    this.announce(id);
    return done;
  }

  /** Nothing more is reported: whoever waits for a run waits no longer. */
  close(): void {
    this.inner.emit('closed', undefined);
  }

  onClosed(listener: () => void): () => void {
    return this.inner.on('closed', listener);
  }
}
