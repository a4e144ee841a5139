/**
 * Opens the one database of a data folder. Window and terminals use it at the same time: WAL lets them read while one
 * writes, every write is a BEGIN IMMEDIATE transaction that waits its turn, and nothing is done to a file before it is
 * known to be ours and of a version we understand.
 */
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { ExpectedError, fail, ok, type Failure, type Result } from '../../shared/result';
import { corruptSentence, isBusy, isSqliteError, storageFailure } from './errors';
import { MIGRATIONS, type Migration } from './migrations';

/** 'RESB', see migration 1. */
const APPLICATION_ID = 0x52455342;
/** How long a call waits for another process before it gives up. */
const BUSY_MS = 5000;
const MAGIC = 'SQLite format 3\0';

/**
 * Durable: on disk when the call returns (states, epochs: what cannot be had again). Fast: safe from a crash of the
 * program at once, from a power cut after the next durable write or checkpoint (single steps).
 */
export type Durability = 'durable' | 'fast';

export class Db {
  private readonly statements = new Map<string, Database.Statement<unknown[]>>();

  constructor(
    readonly path: string,
    private readonly sqlite: Database.Database,
  ) {}

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

  /** One transaction: all of it or nothing. A write inside a write joins it. */
  write<T>(durability: Durability, work: () => T): T {
    if (this.sqlite.inTransaction) return work();
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
      const failure = storageFailure(error, this.path);
      throw failure
        ? Object.assign(new ExpectedError(failure), { cause: error, code: codeOf(error) })
        : error;
    }
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code);

/**
 * Opens the database at the path, creates folder and file where there are none, and brings an older one up to date.
 * Every failure is one sentence (`storage`, or `newer-database` for a file of a later Resbench) and leaves the file as
 * it was. The list of migrations is a parameter for tests only.
 */
export function openDatabase(path: string, migrations: readonly Migration[] = MIGRATIONS): Result<Db> {
  let sqlite: Database.Database | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const refusal = inspect(path, migrations.length);
    if (refusal) return refusal;
    sqlite = connect(path, migrations);
    return ok(new Db(path, sqlite));
  } catch (error) {
    sqlite?.close();
    if (error instanceof ExpectedError) return { ok: false, error: error.failure };
    const failure = storageFailure(error, path);
    if (failure) return { ok: false, error: failure };
    throw error;
  }
}

/** In memory, at the newest version or at an older one: for tests. */
export function openMemoryDatabase(migrations: readonly Migration[] = MIGRATIONS): Db {
  const sqlite = new Database(':memory:');
  sqlite.pragma('foreign_keys = ON');
  migrate(sqlite, ':memory:', migrations);
  return new Db(':memory:', sqlite);
}

type Refusal = { ok: false; error: Failure };

/** Looks at a file without changing a byte of it; null where it may be opened. */
function inspect(path: string, ours: number): Refusal | null {
  if (!existsSync(path)) return null;
  if (!statSync(path).isFile()) {
    return fail(
      'storage',
      `The database ${path} is not a file: move it away, or choose another folder with --home.`,
    );
  }
  const header = readHeader(path);
  // SQLite takes an empty file for an empty database, and so it is one that died before its first write.
  if (header.bytes === 0) return null;
  if (header.magic !== MAGIC) {
    return fail(
      'storage',
      `The file ${path} is not a database; it has been left untouched: move it away, or choose another folder with --home.`,
    );
  }
  // The header may be older than the log beside it, never newer.
  if (header.userVersion > ours) return newer(path, header.userVersion, ours);
  if (header.wantedBytes !== null && header.bytes < header.wantedBytes) {
    return fail(
      'storage',
      corruptSentence(path, `it ends after ${header.bytes} of ${header.wantedBytes} bytes`),
    );
  }
  return inspectContent(path, ours);
}

interface Header {
  bytes: number;
  magic: string;
  userVersion: number;
  /** Size that the header claims, null where the claim is stale. */
  wantedBytes: number | null;
}

/** The fixed fields of an SQLite file (https://www.sqlite.org/fileformat2.html, section 1.3). */
function readHeader(path: string): Header {
  const file = openSync(path, 'r');
  try {
    const bytes = fstatSync(file).size;
    const head = Buffer.alloc(100);
    readSync(file, head, 0, 100, 0);
    const pageSize = head.readUInt16BE(16) === 1 ? 65536 : head.readUInt16BE(16);
    const trusted = head.readUInt32BE(24) === head.readUInt32BE(92);
    return {
      bytes,
      magic: head.toString('latin1', 0, 16),
      userVersion: head.readUInt32BE(60),
      wantedBytes: trusted ? head.readUInt32BE(28) * pageSize : null,
    };
  } finally {
    closeSync(file);
  }
}

/** Reads through a read-only connection, which sees the log too. The many steps are left out of the check: it must be quick. */
function inspectContent(path: string, ours: number): Refusal | null {
  return withRetries(() => {
    const sqlite = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
    try {
      const version = sqlite.pragma('user_version', { simple: true }) as number;
      if (version > ours) return newer(path, version, ours);
      const tables = sqlite
        .prepare(
          `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
        )
        .pluck()
        .all() as string[];
      if (tables.length === 0) return null;
      if (sqlite.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
        return fail(
          'storage',
          `The database ${path} belongs to another program; it has been left untouched: choose another folder with --home.`,
        );
      }
      for (const table of tables.filter((name) => name !== 'steps')) {
        const found = sqlite.pragma(`quick_check("${table}")`, { simple: true }) as string;
        if (found !== 'ok') return fail('storage', corruptSentence(path, found.replace(/\s+/g, ' ').trim()));
      }
      return null;
    } finally {
      sqlite.close();
    }
  });
}

function newer(path: string, version: number, ours: number): Refusal {
  return fail(
    'newer-database',
    `The database ${path} is of version ${version}, written by a newer Resbench, and this one knows versions up to ` +
      `${ours}: update Resbench, or choose another folder with --home; the file has been left untouched.`,
  );
}

function connect(path: string, migrations: readonly Migration[]): Database.Database {
  return withRetries(() => {
    const sqlite = new Database(path, { timeout: BUSY_MS });
    try {
      if (sqlite.pragma('journal_mode', { simple: true }) !== 'wal') sqlite.pragma('journal_mode = WAL');
      sqlite.pragma('synchronous = NORMAL');
      sqlite.pragma('foreign_keys = ON');
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
  const until = Date.now() + BUSY_MS;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || Date.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

function migrate(sqlite: Database.Database, path: string, migrations: readonly Migration[]): void {
  for (;;) {
    const done = sqlite
      .transaction(() => {
        // Read inside the transaction: another process may have migrated while we waited for it.
        const version = sqlite.pragma('user_version', { simple: true }) as number;
        if (version > migrations.length)
          throw new ExpectedError(newer(path, version, migrations.length).error);
        const next = migrations[version];
        if (!next) return true;
        if (next.version !== version + 1)
          throw new Error(`migration ${next.version} stands at place ${version + 1}`);
        sqlite.exec(next.sql);
        sqlite.pragma(`user_version = ${next.version}`);
        return false;
      })
      .immediate();
    if (done) return;
  }
}
