/** Every connection to a database is opened here. */
import Database from 'better-sqlite3';

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
