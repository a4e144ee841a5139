/** What a database file is before anything is done to it. Changes no byte of it. */
import { existsSync, fstatSync, readSync, rmSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { isAlive, type ProcessIdentity } from '../../../node/processes/process-identity';
import { fail, type Failure } from '../../../shared/result';
import { shown } from '../../../shared/shown';
import { connectTo, quoted } from '../connect';
import { bytesOf, withFile, withLog } from '../disk';
import { isDamage, isMisdescribed } from '../errors';
import { newer, versionOf } from '../migrate';
import type { Migration } from '../migrations/migration';
import { MAX_ID } from '../rows';
import { difference, isInternal, knowsSchema, objectsOf, schemaOf } from './schema';
import { suspectMark } from './suspect';
import { pagesIn } from './wal';

/** 'RESB', see migration 1. */
export const APPLICATION_ID = 0x52455342;
export const MAGIC = 'SQLite format 3\0';
/** Where SQLite takes its locks (https://www.sqlite.org/fileformat2.html, section 1.4). */
const LOCK_BYTE = 0x40000000;

export type Verdict =
  /** Nothing, or a file without a byte, which is one that died before its first write. */
  | { kind: 'absent' }
  | { kind: 'sound' }
  /** Not ours, of a later Resbench, or no file at all. */
  | { kind: 'refused'; error: Failure }
  /** Ours, or nobody's, and it cannot be used as it is. */
  | { kind: 'damaged'; what: string };

const damaged = (what: string): Verdict => ({ kind: 'damaged', what: what.replace(/\s+/g, ' ').trim() });
const refused = ({ error }: { error: Failure }): Verdict => ({ kind: 'refused', error });

/** @param busyMs how long to wait for a lock */
export function inspect(path: string, migrations: readonly Migration[], busyMs: number): Verdict {
  if (!existsSync(path)) return { kind: 'absent' };
  if (!statSync(path).isFile()) {
    return refused(
      fail(
        'storage',
        `The database ${path} is not a file: move it away, or choose another folder with --home.`,
      ),
    );
  }
  const ours = migrations.length;
  const header = readHeader(path);
  if (header.bytes === 0) {
    // A file that has a log once had a first page.
    return bytesOf(`${path}-wal`) === 0 ? { kind: 'absent' } : damaged('it is empty, its log is not');
  }
  // A torn header that still names us and a later version is left alone too. The log may be newer than the header,
  // never older.
  if ((header.magic === MAGIC || header.applicationId === APPLICATION_ID) && header.userVersion > ours) {
    return refused(newer(path, header.userVersion, ours));
  }
  if (header.problem !== null) return damaged(header.problem);
  const short = shortness(path, header);
  if (short !== null) return damaged(short);
  try {
    return inspectContent(path, migrations, busyMs);
  } catch (error) {
    if (isDamage(error) || isMisdescribed(error)) return damaged((error as Error).message);
    throw error;
  }
}

/**
 * Whether, and where, the file ends before the size that it claims; null where nothing is missing. What is checkpointed
 * from the log is written from the first page on, which holds the new size: while that is under way, and after a kill in its
 * midst, the file is short and the pages that it lacks are in the log.
 */
function shortness(path: string, { bytes, wantedBytes, pageBytes }: Header): string | null {
  if (wantedBytes === null || bytes >= wantedBytes || areInLog(path, bytes, wantedBytes, pageBytes))
    return null;
  // Another process may have finished that, and restarted the log, before the log was read here.
  const now = readHeader(path);
  if (now.bytes !== bytes || now.wantedBytes !== wantedBytes) return shortness(path, now);
  return `it ends after ${bytes} of ${wantedBytes} bytes`;
}

/** Whether the log has all pages of the database from one size to another (bytes). */
function areInLog(path: string, from: number, to: number, pageBytes: number): boolean {
  const pages = pagesInLog(path);
  for (let page = Math.floor(from / pageBytes) + 1; page <= to / pageBytes; page++) {
    // SQLite never uses the page that holds its locks.
    if (page !== Math.floor(LOCK_BYTE / pageBytes) + 1 && !pages.has(page)) return false;
  }
  return true;
}

function pagesInLog(path: string): Set<number> {
  try {
    return withLog(path, pagesIn);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Set();
    throw error;
  }
}

interface Header {
  bytes: number;
  magic: string;
  userVersion: number;
  applicationId: number;
  /** Size that the header claims, null where the claim is stale. */
  wantedBytes: number | null;
  pageBytes: number;
  /** What no database has there. */
  problem: string | null;
}

/** The fixed fields of an SQLite file (https://www.sqlite.org/fileformat2.html, section 1.3). */
function readHeader(path: string): Header {
  return withFile(path, (file) => {
    const head = Buffer.alloc(100);
    readSync(file, head, 0, 100, 0);
    // Afterwards, for it grows in use.
    const bytes = fstatSync(file).size;
    const magic = head.toString('latin1', 0, 16);
    const pageSize = pageSizeOf(head);
    const trusted = head.readUInt32BE(24) === head.readUInt32BE(92);
    return {
      bytes,
      magic,
      userVersion: head.readUInt32BE(60),
      applicationId: head.readUInt32BE(68),
      wantedBytes: trusted && pageSize !== null ? head.readUInt32BE(28) * pageSize : null,
      pageBytes: pageSize ?? 0,
      problem: headerProblem(head, magic, pageSize),
    };
  });
}

/** Null where the header names no size that a page can have. */
export function pageSizeOf(head: Buffer): number | null {
  const stored = head.readUInt16BE(16);
  const size = stored === 1 ? 65536 : stored;
  return size >= 512 && (size & (size - 1)) === 0 ? size : null;
}

function headerProblem(head: Buffer, magic: string, pageSize: number | null): string | null {
  if (magic !== MAGIC) return 'it is not a database';
  if (pageSize === null) return 'its header names an impossible page size';
  const formats = [head[18]!, head[19]!, head.readUInt32BE(44), head.readUInt32BE(56)];
  // Formats of the file to write and to read, of the schema, and the encoding of text; 0 before the first table.
  const most = [2, 2, 4, 3];
  if (formats.some((format, index) => format > most[index]! || (format === 0 && index < 2))) {
    return 'its header names a format that does not exist';
  }
  // Fixed fractions of a page.
  if (head[21] !== 64 || head[22] !== 32 || head[23] !== 32) return 'its header is overwritten';
  return null;
}

/** Tables that a quick start does not read. */
const READ_LATER = ['steps', 'predictions', 'tests'];

/** Reads through a read-only connection, which sees the log too. */
function inspectContent(path: string, migrations: readonly Migration[], busyMs: number): Verdict {
  const sqlite = connectTo(path, { readonly: true, fileMustExist: true, timeout: busyMs });
  try {
    // Of one moment: another process may be bringing it up to date.
    const { version, objects, schema, applicationId } = sqlite
      .transaction(() => ({
        version: versionOf(sqlite),
        objects: objectsOf(sqlite),
        schema: schemaOf(sqlite),
        applicationId: sqlite.pragma('application_id', { simple: true }) as number,
      }))
      .deferred();
    if (version > migrations.length) return refused(newer(path, version, migrations.length));
    if (objects.every(isInternal)) {
      return version === 0 ? { kind: 'sound' } : damaged(`it is of version ${version} and has no tables`);
    }
    const tables = [...schema.keys()];
    const complete = version > 0 && knowsSchema(schema, migrations, version);
    if (applicationId !== APPLICATION_ID) {
      if (complete) return damaged('its header does not say whose it is');
      return refused(
        fail(
          'storage',
          `The database ${path} belongs to another program; it has been left untouched: choose another folder with --home.`,
        ),
      );
    }
    if (!complete) return damaged(`its tables are not those of version ${version}`);
    // Before anything is evaluated: checks, and what an index is made of, are a part of the schema.
    const differs = difference(objects, migrations, version);
    if (differs !== null) return damaged(differs);
    const counted = sqlite.transaction(countingProblem).deferred(sqlite);
    if (counted !== null) return damaged(counted);
    const suspected = existsSync(suspectMark(path));
    // The many steps, and the large rows of predictions, are read only where there is a reason: a start must be quick. After
    // a crash the pages are looked at; the indexes and the order of keys too only where something has been seen.
    const checks = suspected
      ? ['integrity_check(1)']
      : hasDeadUsers(sqlite)
        ? ['quick_check(1)']
        : tables.filter((name) => !READ_LATER.includes(name)).map((name) => `quick_check(${quoted(name)})`);
    const found = firstProblem(path, checks, busyMs);
    if (found !== null) return damaged(found);
    if (suspected) rmSync(suspectMark(path), { force: true });
    return { kind: 'sound' };
  } finally {
    sqlite.close();
  }
}

/**
 * Through a connection that could write and does not: SQLite passes over CHECKs in one that is read-only. Since another is
 * open meanwhile, closing this one carries nothing over from the log.
 */
function firstProblem(path: string, checks: readonly string[], busyMs: number): string | null {
  const sqlite = connectTo(path, { fileMustExist: true, timeout: busyMs });
  try {
    sqlite.pragma('query_only = ON');
    for (const check of checks) {
      const found = sqlite.pragma(check, { simple: true }) as string;
      if (found !== 'ok') return found;
    }
    return null;
  } finally {
    sqlite.close();
  }
}

/** Tables whose rows have numbers that are counted up. */
const COUNTED = [
  'runs',
  'checkpoints',
  'architectures',
  'architecture_versions',
  'recipes',
  'recipe_versions',
];

/** What would keep a row, or a change of one, from getting the next number; null where nothing does. Of one moment. */
function countingProblem(sqlite: Database.Database): string | null {
  const counts = (value: unknown): boolean =>
    Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MAX_ID;
  for (const { name, seq } of sqlite.prepare('SELECT name, seq FROM sqlite_sequence').all() as {
    name: unknown;
    seq: unknown;
  }[]) {
    if (!counts(seq)) return `it counts ${shown(String(name))} by the number ${shown(String(seq))}`;
  }
  const tables = new Set(
    sqlite.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).pluck().all() as string[],
  );
  for (const table of COUNTED.filter((name) => tables.has(name))) {
    const [least, most] = ['MIN', 'MAX'].map((of) =>
      sqlite.prepare(`SELECT ${of}(id) FROM ${table}`).pluck().get(),
    );
    const odd = [least, most].find((id) => id !== null && (!counts(id) || id === 0));
    if (odd !== undefined) return `a row of its table ${table} has the number ${String(odd)}`;
  }
  const revision = sqlite.prepare('SELECT value FROM revision WHERE id = 1').pluck().get();
  const last = sqlite.prepare('SELECT MAX(revision) FROM runs').pluck().get();
  if (!counts(revision)) return `it counts changes by ${shown(String(revision ?? 'no number'))}`;
  if (typeof last === 'number' && last > (revision as number))
    return 'it has counted fewer changes than there were';
  return null;
}

/** A process that closed the database took its row with it: one that is dead and has not was killed, or lost its power. */
function hasDeadUsers(sqlite: Database.Database): boolean {
  const users = sqlite.prepare('SELECT pid, start FROM processes').all() as ProcessIdentity[];
  return users.some((user) => !isAlive(user));
}
