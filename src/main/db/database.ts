/** One open database: statements that are kept, transactions, and failures as sentences. */
import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { ExpectedError, fail } from '../../shared/result';
import { suspect } from './care';
import { isDamage, isSqliteError, storageFailure } from './errors';

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
