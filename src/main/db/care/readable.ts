/**
 * Makes of a copy of a damaged database one whose tables SQLite reads as far as they are there: header, list of tables and
 * their descriptions are mended, and nothing that could run is left in it.
 */
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { ExpectedError } from '../../../shared/result';
import { connectTo, quoted } from '../connect';
import { isDamage, isSqliteError } from '../errors';
import { migrate, newer, versionOf } from '../migrate';
import type { Migration } from '../migrations/migration';
import { APPLICATION_ID, MAGIC, pageSizeOf } from './inspect';
import { isInternal, knowsSchema, plainSql, schemaOf, versionOfSchema, type Schema } from './schema';

/** A page of this size is what SQLite writes by default, and what all of our databases have. */
const PAGE_BYTES = 4096;

/**
 * @param copy may be changed; its log lies beside it
 * @param template where a database is made, for its first page
 * @returns the tables that can be read, and the version that they are of
 * @throws ExpectedError (`newer-database`) where it proves to be of a later Resbench
 */
export function makeReadable(
  copy: string,
  template: string,
  migrations: readonly Migration[],
): { schema: Schema; version: number } {
  const claimed = mendHeader(copy);
  disarm(copy, migrations, versionAmong(claimed, migrations));
  let readable = readSchema(copy);
  if (!migrations.some(({ version }) => knowsSchema(readable.schema, migrations, version))) {
    mendDescriptions(copy, readable.schema, migrations.slice(0, versionAmong(claimed, migrations)));
    readable = readSchema(copy);
  }
  if (!readable.schema.get('runs')?.columns.length) {
    transplantSchema(copy, template, migrations, versionAmong(claimed, migrations));
    readable = readSchema(copy);
  }
  // Only the log knew: the header is older.
  if ((readable.version ?? 0) > migrations.length)
    throw new ExpectedError(newer(copy, readable.version!, migrations.length).error);
  const version = versionFor(readable.schema, readable.version ?? claimed, migrations);
  return { schema: readable.schema, version };
}

/**
 * Writes what the header of our databases always holds; page size and version stay where they are possible. Unused pages
 * are forgotten, which only costs space in the copy.
 * @returns the version that the header names
 */
function mendHeader(copy: string): number {
  const file = openSync(copy, 'r+');
  try {
    const { size } = fstatSync(file);
    const head = Buffer.alloc(100);
    readSync(file, head, 0, 100, 0);
    const stored = pageSizeOf(head);
    const pageSize = stored !== null && size % stored === 0 && size > 0 ? stored : PAGE_BYTES;
    const version = head.readUInt32BE(60);
    head.write(MAGIC, 0, 'latin1');
    head.writeUInt16BE(pageSize === 65536 ? 1 : pageSize, 16);
    // Write-ahead log, no reserved bytes, fixed fractions.
    Buffer.from([2, 2, 0, 64, 32, 32]).copy(head, 18);
    head.writeUInt32BE(Math.max(1, Math.floor(size / pageSize)), 28);
    head.fill(0, 32, 40);
    head.writeUInt32BE(4, 44);
    // No automatic vacuum, text as UTF-8.
    head.writeUInt32BE(0, 52);
    head.writeUInt32BE(1, 56);
    head.writeUInt32BE(0, 64);
    head.writeUInt32BE(APPLICATION_ID, 68);
    head.fill(0, 72, 92);
    // Says that the size above is valid.
    head.copyWithin(92, 24, 28);
    writeSync(file, head, 0, 100, 0);
    if (size === 0) {
      // An empty leaf as first page: the log then holds the real one.
      const leaf = Buffer.alloc(pageSize - 100);
      leaf[0] = 0x0d;
      leaf.writeUInt16BE(pageSize, 5);
      writeSync(file, leaf, 0, leaf.length, 100);
    }
    return version;
  } finally {
    closeSync(file);
  }
}

/** Loads what tables it can; SQLite then passes over those whose description is damaged. */
function readSchema(copy: string): { schema: Schema; version: number | null } {
  let sqlite: Database.Database | undefined;
  try {
    sqlite = connectTo(copy);
    tolerate(sqlite);
    return { schema: schemaOf(sqlite), version: versionOf(sqlite) };
  } catch (error) {
    if (!isSqliteError(error)) throw error;
    return { schema: new Map(), version: null };
  } finally {
    sqlite?.close();
  }
}

interface Description {
  rowid: number;
  name: unknown;
  rootpage: unknown;
  sql: unknown;
}

/**
 * Leaves of the copy's schema nothing that could run: tables of ours, described as one of our versions describes them or by
 * the bare names of their columns. What others have made is in the file that is set aside.
 */
function disarm(copy: string, migrations: readonly Migration[], version: number): void {
  const ours = new Map<string, { texts: Set<string | null>; sql: string | null }>();
  for (const { version: each } of migrations) {
    for (const object of versionOfSchema(migrations, each).objects) {
      if (object.type !== 'table') continue;
      const known = ours.get(object.name) ?? { texts: new Set(), sql: null };
      known.texts.add(plainSql(object.sql));
      // Tables of later versions than the one it claims to be have no rows that could be read.
      if (each <= version || known.sql === null) known.sql = object.sql;
      ours.set(object.name, known);
    }
  }
  const altered = editSchema(copy, (sqlite) => {
    const others: number[] = [];
    const odd: { name: string; rowid: number }[] = [];
    const seen = new Set<unknown>();
    for (const { rowid, name, rootpage, sql } of descriptions(sqlite)) {
      const known = typeof name === 'string' ? ours.get(name) : undefined;
      const isTable = known !== undefined && typeof rootpage === 'number' && rootpage > 1 && !seen.has(name);
      if (!isTable) {
        const internal = { type: 'table', name: String(name), table: String(name), sql: String(sql) };
        if (!isInternal(internal)) others.push(rowid);
        continue;
      }
      seen.add(name);
      if (typeof sql === 'string' && known.texts.has(plainSql(sql))) continue;
      odd.push({ name: name as string, rowid });
    }
    const forget = sqlite.prepare('DELETE FROM sqlite_master WHERE rowid = ?');
    for (const rowid of others) forget.run(rowid);
    return odd;
  });
  // Another connection, which reads the schema as it is now.
  editSchema(copy, (sqlite) => {
    const describe = sqlite.prepare(`UPDATE sqlite_master SET type = 'table', sql = ? WHERE rowid = ?`);
    for (const { name, rowid } of altered ?? [])
      describe.run(bareSql(sqlite, name, ours.get(name)!.sql), rowid);
  });
}

/** Null where the list of tables itself cannot be read or changed. */
function editSchema<T>(copy: string, edit: (sqlite: Database.Database) => T): T | null {
  const sqlite = connectTo(copy);
  try {
    tolerate(sqlite);
    return edit(sqlite);
  } catch (error) {
    if (!isSqliteError(error)) throw error;
    return null;
  } finally {
    sqlite.close();
  }
}

/** As far as they can be read. */
function descriptions(sqlite: Database.Database): Description[] {
  const found: Description[] = [];
  const rows = sqlite.prepare('SELECT rowid, name, rootpage, sql FROM sqlite_master ORDER BY rowid');
  try {
    for (const row of rows.iterate() as Iterable<Description>) found.push(row);
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  return found;
}

/** Describes a table by the names of the columns that it has, where all of ours are among them; else as we do. */
function bareSql(sqlite: Database.Database, name: string, ours: string | null): string | null {
  const sql = sqlite.prepare('SELECT sql FROM sqlite_master WHERE name = ?').pluck().get(name);
  // Of a text that is no SQL, SQLite takes the columns and passes over what it does not know, such as how rows are kept.
  if (typeof sql !== 'string' || !/^CREATE\s+TABLE/i.test(sql) || !isSql(sql)) return ours;
  const columns = sqlite.prepare('SELECT name, type, pk, hidden FROM pragma_table_xinfo(?)').all(name) as {
    name: string;
    type: string;
    pk: number;
    hidden: number;
  }[];
  const wanted = ours === null ? [] : columnsOf(ours, name);
  // 2: computed when it is read, and not stored.
  const stored = columns.filter(({ hidden }) => hidden !== 2);
  if (stored.length === 0 || wanted.some((column) => !stored.some((other) => other.name === column)))
    return ours;
  const key = stored.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  const withoutRowid = /WITHOUT\s+ROWID\s*$/i.test(sql);
  const isRowid = ({ type, pk }: (typeof stored)[0]): boolean =>
    pk > 0 && key.length === 1 && /^INTEGER$/i.test(type);
  const parts = stored.map(
    (column) => quoted(column.name) + (!withoutRowid && isRowid(column) ? ' INTEGER PRIMARY KEY' : ''),
  );
  if (withoutRowid) parts.push(`PRIMARY KEY (${key.map((column) => quoted(column.name)).join(', ')})`);
  return `CREATE TABLE ${quoted(name)} (${parts.join(', ')})${withoutRowid ? ' WITHOUT ROWID' : ''}`;
}

function isSql(sql: string): boolean {
  const sqlite = connectTo(':memory:');
  try {
    sqlite.exec(sql);
    return true;
  } catch (error) {
    if (!isSqliteError(error)) throw error;
    return false;
  } finally {
    sqlite.close();
  }
}

function columnsOf(sql: string, name: string): string[] {
  const sqlite = connectTo(':memory:');
  try {
    sqlite.exec(sql);
    return schemaOf(sqlite).get(name)?.columns ?? [];
  } finally {
    sqlite.close();
  }
}

/** A table that lacks columns of its version, or that SQLite does not understand, is described again. */
function mendDescriptions(copy: string, schema: Schema, migrations: readonly Migration[]): void {
  const { tables, objects } = versionOfSchema(migrations, migrations.length);
  const described = new Map(objects.map(({ type, name, sql }) => [`${type} ${name}`, sql]));
  editSchema(copy, (sqlite) => {
    const describe = sqlite.prepare(`UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?`);
    for (const [name, { columns }] of tables) {
      const there = schema.get(name)?.columns;
      if (columns.some((column) => !there?.includes(column)))
        describe.run(described.get(`table ${name}`), name);
    }
  });
}

/** With a writable schema SQLite takes what it can read of a schema, where otherwise it refuses all of it. */
export function tolerate(sqlite: Database.Database): void {
  sqlite.unsafeMode(true);
  sqlite.pragma('writable_schema = ON');
  sqlite.pragma('cell_size_check = ON');
}

const versionAmong = (version: number, migrations: readonly Migration[]): number =>
  version >= 1 && version <= migrations.length ? version : migrations.length;

/** The claimed version where the tables agree, else the latest with which they do. */
function versionFor(schema: Schema, claimed: number, migrations: readonly Migration[]): number {
  const versions = migrations.map(({ version }) => version).reverse();
  return (
    [versionAmong(claimed, migrations), ...versions].find((version) =>
      knowsSchema(schema, migrations, version),
    ) ?? versionAmong(claimed, migrations)
  );
}

/**
 * A database of one version keeps its tables at the same pages as every other that was created at it. So where the list
 * of tables cannot be read, that of an empty database stands in. Where it is wrong, the rows do not fit and are left out.
 */
function transplantSchema(
  copy: string,
  template: string,
  migrations: readonly Migration[],
  version: number,
): void {
  const sqlite = connectTo(template);
  let pages: number[];
  try {
    migrate(sqlite, template, migrations.slice(0, version));
    pages = sqlite
      .prepare(`SELECT pageno FROM dbstat WHERE name = 'sqlite_schema'`)
      .pluck()
      .all() as number[];
  } finally {
    sqlite.close();
  }
  const [from, to] = [openSync(template, 'r'), openSync(copy, 'r+')];
  try {
    const { size } = fstatSync(to);
    for (const page of pages) {
      // The header of the copy has been mended and stays.
      const skip = page === 1 ? 100 : 0;
      const at = (page - 1) * PAGE_BYTES + skip;
      if (at >= size) continue;
      const content = Buffer.alloc(PAGE_BYTES - skip);
      readSync(from, content, 0, content.length, at);
      writeSync(to, content, 0, content.length, at);
    }
  } finally {
    closeSync(from);
    closeSync(to);
  }
}
