/** Turns what SQLite and the file system report into one sentence each; what they do not explain is a bug and thrown. */
import { basename, dirname } from 'node:path';
import Database from 'better-sqlite3';
import { inert } from '../../architecture/inert-text';
import { freeSpaceNow } from '../../node/files/free-space';
import { fail, type Failure } from '../../shared/result';

/** A disk with less room takes not even the index of the log. */
const BRIM_BYTES = 2 ** 16;

const codeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
};

/** SQLITE_BUSY and its kin: another process was at work for longer than the busy timeout. */
export const isBusy = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error) ?? '');

/** The file's content is not what SQLite wrote. Never a lock, a refused permission or a failing disk. */
export const isDamage = (error: unknown): boolean => /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error) ?? '');

/** Of a statement that is right: the description of a table has become one that SQLite does not understand. */
export const isMisdescribed = (error: unknown): boolean => codeOf(error) === 'SQLITE_ERROR';

/** The failure behind an error of SQLite or the file system around the database; null where it is none of these. */
export function storageFailure(error: unknown, path: string): Failure | null {
  const message = storageSentence(codeOf(error), path, error);
  return message === null ? null : fail('storage', message).error;
}

/** Exported for its test: the sentence for a code of SQLite (`SQLITE_…`) or of the file system (`ENOENT`, …). */
export function storageSentence(
  code: string | undefined,
  path: string,
  error?: unknown,
  freeBytes: (folder: string) => number | null = freeSpaceNow,
): string | null {
  const folder = dirname(path);
  const said = error instanceof Error ? error.message : code;
  if (code === undefined) return null;
  if (
    /^(ENOSPC|EDQUOT|SQLITE_FULL|SQLITE_IOERR_SHMSIZE)/.test(code) ||
    isForLackOfRoom(code, folder, freeBytes)
  ) {
    return `The disk that holds the database ${path} is full: free some space and try again; what was stored before is kept.`;
  }
  if (/^(EACCES|EPERM|EROFS|SQLITE_READONLY|SQLITE_PERM|SQLITE_AUTH)/.test(code)) {
    return (
      `The data folder ${folder} cannot be written to: make it and ${basename(path)} writable, ` +
      'or choose another folder with --home or RESBENCH_HOME.'
    );
  }
  if (/^(ENOTDIR|EEXIST|ENOENT|ENAMETOOLONG|ELOOP|EINVAL)$/.test(code)) {
    return (
      `The data folder ${folder} cannot be created (${code}): ` +
      'a part of its path is missing or is not a folder, so choose another one with --home or RESBENCH_HOME.'
    );
  }
  if (/^(SQLITE_CORRUPT|SQLITE_NOTADB|SQLITE_FORMAT)/.test(code)) return corruptSentence(path, said ?? code);
  if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code)) {
    return `Another program has kept the database ${path} locked for several seconds: close it and try again; nothing is lost.`;
  }
  if (/^SQLITE_CANTOPEN/.test(code)) {
    return `The database ${path} cannot be opened: check that it is a file in a folder you may read and write.`;
  }
  if (/^SQLITE_(IOERR|NOLFS|NOMEM|TOOBIG)/.test(code)) {
    return `Reading or writing the database ${path} failed (${code}: ${said}): check the disk and try again.`;
  }
  // Whatever else the file system says about the path; other SQLite codes (constraints, misuse) are our bugs.
  if (/^E[A-Z0-9]+$/.test(code)) return `The database ${path} cannot be used (${code}: ${said}).`;
  return null;
}

/** SQLite has no code of its own for a file that could not be made or enlarged because the disk is full. */
function isForLackOfRoom(
  code: string,
  folder: string,
  freeBytes: (folder: string) => number | null,
): boolean {
  if (!/^SQLITE_(CANTOPEN|IOERR)/.test(code) || /READ/.test(code)) return false;
  const free = freeBytes(folder);
  return free !== null && free < BRIM_BYTES;
}

/** Of a database that is open, or that cannot be set aside now: opening it is what recovers it. */
export function corruptSentence(path: string, what: string): string {
  return (
    `The database ${path} is damaged (${inert(what)}): close every window and terminal of Resbench and start it again; ` +
    'then the file is set aside and what can be read is recovered.'
  );
}

export const isSqliteError = (error: unknown): boolean => error instanceof Database.SqliteError;
