/**
 * Opens the one database of a data folder. Window and terminals use it at the same time: WAL lets them read while one
 * writes, every write is a BEGIN IMMEDIATE transaction that waits its turn, and nothing is done to a file before it is
 * known to be ours and of a version we understand. Before it is brought up to date it is copied; a damaged one is set
 * aside and recovered.
 */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { createOwn, makeFolders } from '../../node/own-files';
import { ExpectedError, fail, ok, type Result } from '../../shared/result';
import { backUpAutomatically, newestBackup } from './care/backup';
import { refuseLinks } from './disk';
import { connectTo } from './connect';
import { corruptSentence, isBusy, isDamage, isSqliteError, storageFailure } from './errors';
import { inspect, suspect } from './care/inspect';
import { keepLog, logProblem, noteLogDamage, settleLogDamage } from './care/log-damage';
import { migrate, versionOf } from './migrate';
import { MIGRATIONS } from './migrations';
import type { Migration } from './migrations/migration';
import { recoverDatabase, settleRecovery } from './care/recover';

/** How long a call waits for another process before it gives up. */
export const BUSY_MS = 5000;

/**
 * Durable: on disk when the call returns (states, epochs: what cannot be had again). Fast: safe from a crash of the
 * program at once, from a power cut after the next durable write or checkpoint (single steps).
 */
export type Durability = 'durable' | 'fast';

export class Db {
  private readonly statements = new Map<string, Database.Statement<unknown[]>>();
  /** Of the file that was opened. */
  private readonly inode: number | null;

  /** @param notices what opening it found and did, a sentence each, for the user */
  constructor(
    readonly path: string,
    private readonly sqlite: Database.Database,
    readonly notices: readonly string[] = [],
  ) {
    this.inode = inodeOf(path);
  }

  /** Prepared once and kept. */
  private statement(sql: string): Database.Statement<unknown[]> {
    let statement = this.statements.get(sql);
    if (!statement) this.statements.set(sql, (statement = this.sqlite.prepare(sql)));
    return statement;
  }

  all<Row>(sql: string, ...values: unknown[]): Row[] {
    return this.guard(() => this.statement(sql).all(...values) as Row[]);
  }

  get<Row>(sql: string, ...values: unknown[]): Row | undefined {
    return this.guard(() => this.statement(sql).get(...values) as Row | undefined);
  }

  /** Number of rows changed. Belongs into a `write`, or is a transaction of its own. */
  run(sql: string, ...values: unknown[]): number {
    return this.guard(() => this.statement(sql).run(...values).changes);
  }

  /** What the function reads is of one moment, whatever others write meanwhile. */
  read<T>(work: () => T): T {
    if (this.sqlite.inTransaction) return work();
    return this.guard(() => this.sqlite.transaction(work).deferred());
  }

  /** One transaction: all of it or nothing. A write inside a write joins it, and is as durable as the outer one. */
  write<T>(durability: Durability, work: () => T): T {
    if (this.sqlite.inTransaction) return work();
    if (durability === 'durable') this.requireInPlace();
    return this.guard(() => {
      // Cannot be changed inside a transaction. In WAL mode FULL adds one fsync of the log per commit.
      if (durability === 'durable') this.sqlite.pragma('synchronous = FULL');
      try {
        return this.sqlite.transaction(work).immediate();
      } finally {
        if (durability === 'durable') this.sqlite.pragma('synchronous = NORMAL');
      }
    });
  }

  /**
   * A file that was moved or deleted can still be written, by whoever has it open, and is gone with the last of them:
   * nobody must believe that what is written there is kept.
   * @throws ExpectedError where another file, or none, has the path now.
   */
  requireInPlace(): void {
    const now = inodeOf(this.path);
    if (now === null || this.inode === null || now === this.inode) return;
    throw new ExpectedError(
      fail(
        'storage',
        `The database ${this.path} was moved or deleted while Resbench had it open: bring it back, or close every window ` +
          'and terminal of Resbench and start it again.',
      ).error,
    );
  }

  /** Changes whenever another connection has committed something; our own commits do not count. */
  dataVersion(): number {
    return this.guard(() => this.sqlite.pragma('data_version', { simple: true }) as number);
  }

  get version(): number {
    return this.guard(() => this.sqlite.pragma('user_version', { simple: true }) as number);
  }

  get isOpen(): boolean {
    return this.sqlite.open;
  }

  /** For the care of the file (backup, vacuum); everything else goes through the methods above. */
  raw<T>(work: (sqlite: Database.Database) => T): T {
    return this.guard(() => work(this.sqlite));
  }

  close(): void {
    if (!this.sqlite.open) return;
    this.statements.clear();
    this.sqlite.close();
  }

  /** @throws ExpectedError with a sentence for what a user can do something about (full disk, lock, damage). */
  private guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!isSqliteError(error)) throw error;
      if (isDamage(error)) suspect(this.path);
      const failure = storageFailure(error, this.path);
      throw failure
        ? Object.assign(new ExpectedError(failure), { cause: error, code: codeOf(error) })
        : error;
    }
  }
}

/**
 * 0 where there is no file. Null where nothing can be said: of a database in memory, of a disk that does not answer, and
 * on Windows, where an open file stays where it is.
 */
function inodeOf(path: string): number | null {
  if (path === ':memory:' || process.platform === 'win32') return null;
  try {
    return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
  } catch {
    return null;
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code);

/** A damaged database is recovered at most this often in one opening; again would be a bug of the recovery. */
const MOST_RECOVERIES = 2;

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
    refuseLinks(path);
    const ready = makeReady(path, migrations);
    if (!ready.ok) return ready;
    const { notices, logDamaged } = ready.value;
    sqlite = connect(path, migrations);
    if (logDamaged) settleLogDamage(sqlite, path);
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

/** In memory, at the newest version or at an older one: for tests. */
export function openMemoryDatabase(migrations: readonly Migration[] = MIGRATIONS): Db {
  const sqlite = connectTo(':memory:');
  migrate(sqlite, ':memory:', migrations);
  return new Db(':memory:', sqlite);
}

interface Ready {
  /** What the user is to know. */
  notices: string[];
  /** Of the log, the part that can be read is still to be carried over. */
  logDamaged: boolean;
}

/** Sees to it that what lies at the path can be opened. */
function makeReady(path: string, migrations: readonly Migration[]): Result<Ready> {
  const notices: string[] = [];
  const note = (sentence: string | null): void => {
    if (sentence) notices.push(sentence);
  };
  for (let recoveries = 0; ; recoveries++) {
    note(settleRecovery(path));
    const log = noteLogDamage(path);
    const verdict = withRetries(() => inspect(path, migrations, BUSY_MS));
    if (verdict.kind === 'refused') return { ok: false, error: verdict.error };
    if (verdict.kind === 'absent' && existsSync(path)) note(wasEmpty(path));
    const problems = [
      ...(log ? [logProblem(log)] : []),
      ...(verdict.kind === 'damaged' ? [verdict.what] : []),
    ];
    if (verdict.kind !== 'damaged' && !log?.mixed) {
      if (log) note(keepLog(path, log));
      return ok({ notices, logDamaged: log !== null });
    }
    const what = problems.join('; ');
    if (recoveries === MOST_RECOVERIES) return fail('storage', corruptSentence(path, what));
    const recovered = recoverDatabase(path, what, migrations, !log?.overtaken);
    if (!recovered.ok) return recovered;
    note(recovered.value);
  }
}

/** Where there are backups there was a database: an empty file is then no new one. */
function wasEmpty(path: string): string | null {
  const backup = newestBackup(path);
  if (backup === null) return null;
  return `The database ${path} was an empty file, so Resbench has begun a new one; the newest backup is ${backup}.`;
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

/** Two processes that open a new database at the same moment get SQLITE_BUSY at once from the switch to WAL, timeout or not. */
function withRetries<T>(work: () => T): T {
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
