/** What a database holds besides rows, compared with each version of ours. Nothing here runs what it looks at. */
import type Database from 'better-sqlite3';
import { shown } from '../../../shared/shown';
import { connectTo } from '../connect';
import { migrate } from '../migrate';
import type { Migration } from '../migrations/migration';

export interface Table {
  columns: string[];
  /** In the order of the key; the row's own number where the table has no other. */
  key: string[];
  withoutRowid: boolean;
}

/** By name, without SQLite's own. */
export type Schema = Map<string, Table>;

/** Tables with rows of their own alone: whatever a view or a virtual table does is not looked into. */
export function schemaOf(sqlite: Database.Database): Schema {
  const tables = sqlite
    .prepare(
      `SELECT name, sql FROM sqlite_master
       WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND rootpage > 0 AND sql LIKE 'CREATE TABLE%'`,
    )
    .all() as { name: string; sql: string }[];
  const info = sqlite.prepare('SELECT name, pk FROM pragma_table_info(?)');
  return new Map(
    tables.map(({ name, sql }) => {
      const columns = info.all(name) as { name: string; pk: number }[];
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

interface Version {
  tables: Schema;
  objects: readonly SchemaObject[];
}

/** By list of migrations, then by version: each is made once. */
const versions = new WeakMap<readonly Migration[], Map<number, Version>>();

/** What a database of that version holds, as an empty one shows it. */
export function versionOfSchema(migrations: readonly Migration[], version: number): Version {
  let known = versions.get(migrations);
  if (!known) versions.set(migrations, (known = new Map()));
  let made = known.get(version);
  if (!made) {
    const sqlite = connectTo(':memory:');
    try {
      migrate(sqlite, ':memory:', migrations.slice(0, version));
      known.set(version, (made = { tables: schemaOf(sqlite), objects: objectsOf(sqlite) }));
    } finally {
      sqlite.close();
    }
  }
  return made;
}

export const schemaOfVersion = (migrations: readonly Migration[], version: number): Schema =>
  versionOfSchema(migrations, version).tables;

/** Whether all tables of that version are there with all their columns, and theirs alone; tables of others do not count. */
export function knowsSchema(schema: Schema, migrations: readonly Migration[], version: number): boolean {
  return [...schemaOfVersion(migrations, version)].every(
    ([name, { columns }]) => schema.get(name)?.columns.join() === columns.join(),
  );
}

/** A table, an index, a view or a trigger, as it is described in the file. */
export interface SchemaObject {
  type: string;
  name: string;
  /** The table it belongs to. */
  table: string;
  sql: string | null;
}

/** Ours have at most some thousand characters. */
const MAX_SQL_LENGTH = 100_000;

/** In the order of the file, SQLite's own included. */
export function objectsOf(sqlite: Database.Database): SchemaObject[] {
  const rows = sqlite
    .prepare(
      `SELECT type, name, tbl_name AS "table", CASE WHEN LENGTH(sql) > ${MAX_SQL_LENGTH} THEN '' ELSE sql END AS sql
       FROM sqlite_master ORDER BY rowid`,
    )
    .all();
  return (rows as Record<string, unknown>[]).map(({ type, name, table, sql }) => ({
    type: String(type),
    name: String(name),
    table: String(table),
    sql: typeof sql === 'string' ? sql : null,
  }));
}

/** What SQLite makes by itself, and holds no more than numbers: of the last row, and for the planner (ANALYZE). */
const INTERNAL: Record<string, string> = {
  sqlite_sequence: 'CREATE TABLE sqlite_sequence(name,seq)',
  sqlite_stat1: 'CREATE TABLE sqlite_stat1(tbl,idx,stat)',
  sqlite_stat4: 'CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)',
};

export const isInternal = ({ type, name, sql }: SchemaObject): boolean =>
  type === 'table' && Object.hasOwn(INTERNAL, name) && plainSql(sql) === plainSql(INTERNAL[name]!);

/**
 * What makes the schema another one than that of the version, object for object: null where nothing does, else the end of
 * a sentence about the file that names the first.
 */
export function difference(
  objects: readonly SchemaObject[],
  migrations: readonly Migration[],
  version: number,
): string | null {
  const key = ({ type, name }: SchemaObject): string => `${type} ${name}`;
  const wanted = new Map(versionOfSchema(migrations, version).objects.map((object) => [key(object), object]));
  for (const object of objects) {
    if (isInternal(object)) continue;
    const ours = wanted.get(key(object));
    const named = `the ${shown(object.type)} ${shown(JSON.stringify(object.name))}`;
    if (!ours) return `it holds ${named}, which Resbench did not make`;
    if (object.table !== ours.table || plainSql(object.sql) !== plainSql(ours.sql)) {
      return `${named} in it is not as Resbench makes it`;
    }
    // Each once.
    wanted.delete(key(object));
  }
  const missing = [...wanted.values()].find((object) => !isInternal(object));
  return missing ? `it lacks the ${missing.type} ${missing.name}` : null;
}

/** A text, a quoted name, a comment, blanks, a word or a number, a sign; what is not closed goes to the end. */
const TOKEN = /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|--[^\n]*|\/\*[^]*?(?:\*\/|$)|\s+|\w+|[^]/g;

/** SQL without what says nothing: comments, blanks, and quotes around a name that needs none. */
export function plainSql(sql: string | null): string | null {
  if (sql === null) return null;
  const tokens = sql.match(TOKEN) ?? [];
  return tokens
    .filter((token) => !/^(\s|--|\/\*)/.test(token))
    .map((token) => (/^"\w+"$/.test(token) ? token.slice(1, -1) : token))
    .join(' ');
}
