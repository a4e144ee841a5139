/**
 * Opens the one database of a data folder. Window and terminals use it at the same time: WAL lets them read while one
 * writes, every write is a BEGIN IMMEDIATE transaction that waits its turn, and nothing is done to a file before it is
 * known to be ours and of a version we understand. Before it is brought up to date it is copied; a damaged one is set
 * aside and recovered.
 */
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { createOwn, makeFolders } from '../../node/files/own-files';
import { ExpectedError, ok, type Result } from '../../shared/result';
import { backUpAutomatically, makeReady, suspect } from './care';
import { BUSY_MS, connectTo, withRetries } from './connect';
import { Db } from './database';
import { isDamage, storageFailure } from './errors';
import { migrate, versionOf } from './migrate';
import { MIGRATIONS } from './migrations';
import type { Migration } from './migrations/migration';

/**
 * Opens the database at the path, creates folder and file where there are none, and brings an older one up to date, after
 * a copy into the folder `backups`. A damaged one is set aside and recovered, unless another process has it open.
 * Every failure is one sentence (`storage`, or `newer-database` for a file of a later Resbench) and leaves the file as
 * it was. The list of migrations is a parameter for tests only.
 */
export function openDatabase(path: string, migrations: readonly Migration[] = MIGRATIONS): Result<Db> {
  let sqlite: Database.Database | undefined;
  try {
    makeFolders(dirname(path));
    const ready = makeReady(path, migrations);
    if (!ready.ok) return ready;
    const { notices, settle } = ready.value;
    sqlite = connect(path, migrations);
    settle(sqlite);
    return ok(new Db(path, sqlite, notices));
  } catch (error) {
    sqlite?.close();
    if (error instanceof ExpectedError) return { ok: false, error: error.failure };
    if (isDamage(error)) suspect(path);
    const failure = storageFailure(error, path);
    if (failure) return { ok: false, error: failure };
    throw error;
  }
}

function connect(path: string, migrations: readonly Migration[]): Database.Database {
  // SQLite would let everybody read what it makes; its log and index get the permissions of the database.
  createOwn(dirname(path), path, '');
  return withRetries(() => {
    const sqlite = connectTo(path, { timeout: BUSY_MS });
    try {
      if (sqlite.pragma('journal_mode', { simple: true }) !== 'wal') sqlite.pragma('journal_mode = WAL');
      sqlite.pragma('synchronous = NORMAL');
      const version = versionOf(sqlite);
      if (version > 0 && version < migrations.length) backUpAutomatically(sqlite, path);
      migrate(sqlite, path, migrations);
      // Fails here, with its sentence, rather than at the first run, where the file cannot be written.
      sqlite.exec('BEGIN IMMEDIATE; ROLLBACK');
      return sqlite;
    } catch (error) {
      sqlite.close();
      throw error;
    }
  });
}
