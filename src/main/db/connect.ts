/** Every connection to a database is opened here. */
import Database from 'better-sqlite3';
import { isBusy } from './errors';

/** How long a call waits for another process before it gives up. */
export const BUSY_MS = 5000;

/**
 * What a file's schema names is not trusted: no function or virtual table that is not known to be harmless is run by a
 * view, a trigger, a check or an index of it (https://www.sqlite.org/pragma.html#pragma_trusted_schema).
 */
export function connectTo(path: string, options: Database.Options = {}): Database.Database {
  const sqlite = new Database(path, options);
  try {
    sqlite.pragma('trusted_schema = OFF');
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** A name within a statement, whatever stands in it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Two processes that open a new database at the same moment get SQLITE_BUSY at once from the switch to WAL, timeout or not. */
export function withRetries<T>(work: () => T): T {
  const until = performance.now() + BUSY_MS;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
