/** Brings an open database up to date, one migration a transaction. */
import type Database from 'better-sqlite3';
import { ExpectedError, fail, type Failure } from '../../shared/result';
import type { Migration } from './migrations/migration';

type Refusal = { ok: false; error: Failure };

export function newer(path: string, version: number, ours: number): Refusal {
  return fail(
    'newer-database',
    `The database ${path} is of version ${version}, written by a newer Resbench, and this one knows versions up to ` +
      `${ours}: update Resbench, or choose another folder with --home; the file has been left untouched.`,
  );
}

export const versionOf = (sqlite: Database.Database): number =>
  sqlite.pragma('user_version', { simple: true }) as number;

/** Leaves foreign keys enforced, also where it throws. */
export function migrate(sqlite: Database.Database, path: string, migrations: readonly Migration[]): void {
  // Dropping a table deletes its rows first, and with foreign keys on whatever refers to them. Only outside of a
  // transaction can they be turned off.
  sqlite.pragma('foreign_keys = OFF');
  try {
    while (migrateOnce(sqlite, path, migrations));
  } finally {
    sqlite.pragma('foreign_keys = ON');
  }
}

/** False where nothing was left to do. */
function migrateOnce(sqlite: Database.Database, path: string, migrations: readonly Migration[]): boolean {
  return sqlite
    .transaction(() => {
      // Read inside the transaction: another process may have migrated while we waited for it.
      const version = versionOf(sqlite);
      if (version > migrations.length) throw new ExpectedError(newer(path, version, migrations.length).error);
      const next = migrations[version];
      if (!next) return false;
      if (next.version !== version + 1)
        throw new Error(`migration ${next.version} stands at place ${version + 1}`);
      sqlite.exec(next.sql);
      const orphan = sqlite.pragma('foreign_key_check') as { table: string; parent: string }[];
      if (orphan[0]) {
        throw new Error(
          `migration ${next.version} leaves ${orphan.length} rows (the first in ${orphan[0].table}) that refer to ` +
            `rows which ${orphan[0].parent} does not have`,
        );
      }
      sqlite.pragma(`user_version = ${next.version}`);
      return true;
    })
    .immediate();
}
