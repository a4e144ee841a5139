/** Tables and columns of a database, and of each version of ours. */
import Database from 'better-sqlite3';
import { migrate } from './migrate';
import type { Migration } from './migrations/migration';

export interface Table {
  columns: string[];
  /** In the order of the key; the row's own number where the table has no other. */
  key: string[];
  withoutRowid: boolean;
}

/** By name, without SQLite's own. */
export type Schema = Map<string, Table>;

export function schemaOf(sqlite: Database.Database, database = 'main'): Schema {
  const tables = sqlite
    .prepare(
      `SELECT name, sql FROM ${database}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
    )
    .all() as { name: string; sql: string }[];
  return new Map(
    tables.map(({ name, sql }) => {
      const columns = sqlite.pragma(`${database}.table_info("${name}")`) as { name: string; pk: number }[];
      const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
      return [
        name,
        {
          columns: columns.map((column) => column.name),
          key: key.map((column) => column.name),
          withoutRowid: /WITHOUT\s+ROWID\s*$/i.test(sql),
        },
      ];
    }),
  );
}

export function schemaOfVersion(migrations: readonly Migration[], version: number): Schema {
  const sqlite = new Database(':memory:');
  try {
    migrate(sqlite, ':memory:', migrations.slice(0, version));
    return schemaOf(sqlite);
  } finally {
    sqlite.close();
  }
}

/** Whether all tables of that version are there with all their columns, and theirs alone; tables of others do not count. */
export function knowsSchema(schema: Schema, migrations: readonly Migration[], version: number): boolean {
  return [...schemaOfVersion(migrations, version)].every(
    ([name, { columns }]) => schema.get(name)?.columns.join() === columns.join(),
  );
}
