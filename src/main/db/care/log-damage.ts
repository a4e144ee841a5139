/**
 * A damaged log is noted before SQLite opens the database, since opening it rebuilds the log's index and with it goes
 * the knowledge of what was committed. The note lies beside the database until somebody has been told.
 */
import { constants, copyFileSync, existsSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { readOwn, writeOwn } from '../../../node/files/own-files';
import { plural } from '../../../shared/format';
import { ExpectedError } from '../../../shared/result';
import {
  bytesOf,
  fileDate,
  flush,
  otherUsersOf,
  readAt,
  roomFor,
  unusedName,
  withFile,
  withLog,
} from '../disk';
import { pageSizeOf } from './inspect';
import { suspect } from './suspect';
import { damageOf, INDEX_BYTES, parseIndex, type LogDamage } from './wal';

export interface NotedDamage extends LogDamage {
  /** Where the log has been copied to, null where that is still to be done. */
  copy: string | null;
}

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
/** Of a note in a folder that may be somebody else's: what is shown of it has a form of ours, and its name stays in there. */
const noteSchema = z.strictObject({
  where: z
    .string()
    .max(100)
    .regex(
      /^(its header cannot be read|it ends after [\d,]+ of [\d,]+ bytes|it cannot be read from byte [\d,]+ on)$/,
    ),
  lostCommits: count,
  lostBytes: count,
  mixed: z.boolean(),
  overtaken: z.boolean(),
  copy: z
    .string()
    .regex(/^resbench-damaged-log-\d{8}-\d{6}(?:-\d{1,6})?\.wal$/)
    .nullable(),
});
const MAX_NOTE_BYTES = 2 ** 16;

const logOf = (path: string): string => `${path}-wal`;
const noteOf = (path: string): string => `${path}-log-damage`;

/**
 * What is damaged in the log of a database that nobody uses; null where nothing is, or where another process has the
 * database open, which writes its log at this moment. Call it before SQLite opens the database, and only where this process
 * has it not open yet: closing a file drops the locks that the process holds on it
 * (https://www.sqlite.org/howtocorrupt.html, section 2.2).
 */
export function noteLogDamage(path: string): NotedDamage | null {
  if (bytesOf(path) === 0 || !existsSync(logOf(path))) {
    forget(path);
    return null;
  }
  const found = readNote(path) ?? inspectLog(path);
  if (found === null || otherUsersOf(path).length > 0) return null;
  writeNote(path, found);
  // What is left may be of two moments where it is not known how much of the log had been checkpointed.
  suspect(path);
  return found;
}

function inspectLog(path: string): NotedDamage | null {
  try {
    const before = headsOf(path);
    const damage = readLog(path, before.subarray(0, INDEX_BYTES));
    // Whoever has begun to write meanwhile has a log of which one moment was never seen.
    if (damage === null || !before.equals(headsOf(path))) return null;
    return { ...damage, copy: null };
  } catch (error) {
    // The last user of the database takes its log away. What else keeps it from being read, SQLite meets and names.
    if ((error as NodeJS.ErrnoException).errno === undefined) throw error;
    return null;
  }
}

/** Of index and log: one of them is another with each commit, and with each new beginning of the log. */
const headsOf = (path: string): Buffer => Buffer.concat([readIndex(path), readFrom(logOf(path), 0, 32)]);

function readLog(path: string, index: Buffer): LogDamage | null {
  const pageBytes = pageSizeOf(Buffer.concat([readFrom(path, 0, 100), Buffer.alloc(100)])) ?? 4096;
  return withLog(path, (log) => damageOf(log, parseIndex(index), pageBytes));
}

/** Its head as far as it concerns the log; without the places of locks, which Windows lets nobody read. */
function readIndex(path: string): Buffer {
  const head = Buffer.alloc(INDEX_BYTES);
  try {
    readFrom(`${path}-shm`, 0, 120).copy(head);
    readFrom(`${path}-shm`, 128, 4).copy(head, 128);
  } catch {
    // None, or one that this user may not read.
    head.fill(0);
  }
  return head;
}

const readFrom = (path: string, at: number, length: number): Buffer =>
  withFile(path, (file) => readAt(file, at, length));

function readNote(path: string): NotedDamage | null {
  const text = readOwn(dirname(path), noteOf(path), MAX_NOTE_BYTES);
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text.toString('utf8'));
  } catch {
    // One that its writer's death cut short: the log is as it was.
    return null;
  }
  // The first version gave the whole path of the copy.
  const { copy } = (value ?? {}) as { copy?: unknown };
  if (typeof copy === 'string' && dirname(copy) === dirname(path))
    value = { ...(value as object), copy: basename(copy) };
  const note = noteSchema.safeParse(value);
  // Any other is nobody's note: the log itself is inspected.
  if (!note.success) return null;
  return { ...note.data, copy: note.data.copy && join(dirname(path), note.data.copy) };
}

const writeNote = (path: string, noted: NotedDamage): void =>
  writeOwn(
    dirname(path),
    noteOf(path),
    JSON.stringify({ ...noted, copy: noted.copy && basename(noted.copy) }),
  );

function forget(path: string): void {
  rmSync(noteOf(path), { force: true });
}

/**
 * Copies the log under a dated name beside the database, and says what the user is to know.
 * @throws ExpectedError where the disk has no room for it
 */
export function keepLog(path: string, noted: NotedDamage): string {
  let { copy } = noted;
  if (copy === null || !existsSync(copy)) {
    const tight = roomFor(
      bytesOf(logOf(path)),
      dirname(path),
      `to copy the damaged log of the database ${path}`,
    );
    if (tight) throw new ExpectedError(tight);
    copy = unusedName(join(dirname(path), `resbench-damaged-log-${fileDate(new Date())}`), '.wal');
    copyFileSync(logOf(path), copy, constants.COPYFILE_FICLONE);
    flush(copy);
    writeNote(path, { ...noted, copy });
  }
  return (
    `The log ${logOf(path)} of the database is damaged (${noted.where}): ${lost(noted)}, everything before them is there, ` +
    `the log as it was has been copied to ${copy}, and a run of which later steps are missing resumes from its last ` +
    'checkpoint that is there, or else from its first step, which brings the same numbers back.'
  );
}

/** As part of a sentence. */
function lost({ lostCommits, lostBytes }: LogDamage): string {
  const count = plural(lostCommits, 'change');
  return `the last changes before the program ended (at least ${count}, ${plural(lostBytes, 'byte')}) could not be read and are lost`;
}

/** What is wrong with the database for the sake of its log, for where it is only looked at, or set aside. */
export function logProblem(noted: NotedDamage): string {
  return [
    `its log is damaged: ${noted.where}`,
    ...(noted.lostCommits > 0 ? [lost(noted)] : []),
    ...(noted.mixed ? ['a part from behind the damage may have been checkpointed already'] : []),
  ].join('; ');
}

/** Once the database is open: what could be read of the log goes into it, and the damage is gone with the rest. */
export function settleLogDamage(sqlite: Database.Database, path: string): void {
  // Where a reader is in its way, frames from behind the damage stay until the log is restarted.
  sqlite.pragma('wal_checkpoint(TRUNCATE)');
  forget(path);
}
