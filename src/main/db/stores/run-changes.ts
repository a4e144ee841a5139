/** Changes of rows of the table runs that several stores make. Each belongs into a `write`. */
import { hasEnded, RUN_STATES, type QueueEntry, type RunState } from '../../../shared/run';
import type { Db } from '../database';
import { Columns, MAX_ID, type RawRow } from '../rows';
import { nextRevision, touchRun } from './revision';
import { toColumns, type RunDetails, type RunFields } from './run-row';
import { canTransition } from './run-states';

export interface StateEntry {
  state: RunState;
  reason: string | null;
  at: number;
}

/** Stores the fields that are given. */
export function setFields(db: Db, id: number, fields: Partial<RunFields>): void {
  const columns = toColumns(fields);
  const names = Object.keys(columns);
  if (names.length === 0) return;
  db.run(`UPDATE runs SET ${names.map((name) => `${name} = @${name}`).join(', ')} WHERE id = @id`, {
    ...columns,
    id,
  });
}

/**
 * Brings a run into a state and writes down when and why. False where the run is gone or is not in a state that allows it
 * (another process may have been faster).
 */
export function changeState(
  db: Db,
  id: number,
  { state: to, reason, at }: StateEntry,
  fields: (before: { state: RunState; endedAt: number | null }) => Partial<RunFields>,
  allows: (from: RunState, to: RunState) => boolean = canTransition,
): boolean {
  const before = db.get<{ state: RunState; endedAt: number | null }>(
    'SELECT state, ended_at AS endedAt FROM runs WHERE id = @id',
    { id },
  );
  if (!before || !allows(before.state, to)) return false;
  setFields(db, id, { ...fields(before), state: to, reason, revision: nextRevision(db) });
  logState(db, id, { state: to, reason, at });
  if (before.state === 'queued' || to === 'queued') touchWaiting(db);
  return true;
}

/**
 * Out of the queue, or on from there.
 * @param endedAt where the run ended before anybody noticed
 */
export const transitionRun = (
  db: Db,
  id: number,
  entry: StateEntry,
  details: RunDetails = {},
  endedAt = entry.at,
): boolean =>
  changeState(db, id, entry, (before) => ({
    ...details,
    endedAt:
      hasEnded(entry.state) || entry.state === 'paused'
        ? endedAt
        : entry.state === 'running'
          ? null
          : before.endedAt,
    queuePosition: null,
    held: false,
    asks: null,
    // It holds for one time.
    ...(entry.state !== 'preparing' && { agreed: null }),
  }));

export function logState(db: Db, id: number, entry: StateEntry): void {
  db.run(
    `INSERT INTO run_states (run_id, number, state, reason, at)
     VALUES (@id, (SELECT COALESCE(MAX(number), 0) + 1 FROM run_states WHERE run_id = @id AND number < ${MAX_ID}),
       @state, @reason, @at)`,
    { id, state: entry.state, reason: entry.reason, at: entry.at },
  );
}

export function readState(row: RawRow): { entry: StateEntry; problem: string | null } {
  const of = new Columns(row);
  const entry = {
    state: of.word('state', RUN_STATES, 'interrupted'),
    reason: of.optionalText('reason'),
    at: of.instant('at'),
  };
  return { entry, problem: of.problem };
}

/** In their order, held ones included. */
export const WAITING = `
  SELECT id, owner_id, owner_pid, owner_start, held FROM runs
  WHERE state = 'queued' AND deleted_at IS NULL ORDER BY queue_position`;

export const waitingIds = (db: Db): number[] => db.all<{ id: number }>(WAITING).map(({ id }) => id);

/** The place of each may have changed. */
export function touchWaiting(db: Db): void {
  for (const id of waitingIds(db)) touchRun(db, id);
}

/** Before all others or behind them. */
export function positionFor(db: Db, entry: QueueEntry): number {
  const { first, last } = db.get<{ first: number | null; last: number | null }>(
    "SELECT MIN(queue_position) AS first, MAX(queue_position) AS last FROM runs WHERE state = 'queued'",
  )!;
  return entry === 'next' ? (first ?? 1) - 1 : (last ?? 0) + 1;
}
