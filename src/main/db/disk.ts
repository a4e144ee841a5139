/** What the care of the database needs of the file system, at once: nothing else can be done before the database is open. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { freeSpaceNow } from '../../node/files/free-space';
import { statOwnFile } from '../../node/files/own-files';
import { formatDiskBytes } from '../../shared/format';
import { expected, fail, type Failure } from '../../shared/result';

/** Beside the database and under its name: its log and the log's index. */
export const COMPANIONS = ['-wal', '-shm'] as const;

/** Files that come and go beside the database under its name, each of which may be a database with companions of its own. */
const BESIDE = ['', '-suspect', '-log-damage', '-recovering', '-recovered', '-copy', '-template'] as const;

/**
 * Call it before anything else is done with the database.
 * @throws ExpectedError (`storage`) where it, or one of the files that belong to it, is a link or no file
 */
export function refuseLinks(path: string): void {
  for (const beside of BESIDE) {
    for (const companion of ['', '-journal', ...COMPANIONS])
      statOwnFile(dirname(path), path + beside + companion);
  }
}

/** @throws ExpectedError where there is no database yet, or what is there is a link or no file */
export function requireFile(path: string): void {
  refuseLinks(path);
  if (!fs.existsSync(path))
    throw expected('not-found', `there is no database ${path} yet: it is made with the first run`);
}

/** Length of a file in bytes, 0 where there is none. */
export const bytesOf = (path: string): number => fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Does its work on a file that is open for reading. */
export function withFile<T>(path: string, work: (file: number) => T): T {
  const file = fs.openSync(path, 'r');
  try {
    return work(file);
  } finally {
    fs.closeSync(file);
  }
}

/** The log of a database, which need not fit into memory. */
export interface LogFile {
  bytes: number;
  /** Fewer bytes at the end of the file. */
  read(at: number, length: number): Buffer;
}

/** The same on the log. */
export const withLog = <T>(path: string, work: (log: LogFile) => T): T =>
  withFile(`${path}-wal`, (file) =>
    work({ bytes: fs.fstatSync(file).size, read: (at, length) => readAt(file, at, length) }),
  );

/** What is there of that part of an open file: fewer bytes at its end. */
export function readAt(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, fs.readSync(file, bytes, 0, length, at));
}

/** A failure where the folder's disk has less room than is about to be written. The purpose ends "There is no room". */
export function roomFor(bytes: number, folder: string, purpose: string): Failure | null {
  const free = freeSpaceNow(folder);
  if (free === null || free >= bytes) return null;
  return fail(
    'storage',
    `There is no room ${purpose}: that takes ${formatDiskBytes(bytes)} in ${folder} and ${formatDiskBytes(free)} are free; ` +
      'free some space and try again, nothing was changed.',
  ).error;
}

/** The file's content, and with it the folder's entry of it, is on the disk when this returns. */
export function flush(path: string): void {
  flushOne(path);
  // Windows cannot open a folder; NTFS logs its names itself.
  if (process.platform !== 'win32') flushOne(dirname(path));
}

function flushOne(path: string): void {
  const handle = fs.openSync(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** A moment in a file's name, in local time: 20261124-093000. */
export function fileDate(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  return `${day}-${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
}

/** Stem and ending, with a number between them where something has that name. */
export function unusedName(stem: string, ending: string): string {
  for (let number = 1; ; number++) {
    const candidate = `${stem}${number === 1 ? '' : `-${number}`}${ending}`;
    // A link that leads nowhere is something too.
    if (!fs.lstatSync(candidate, { throwIfNoEntry: false })) return candidate;
  }
}

/**
 * Other processes that have the file open. Read from the system and not from the database, which may be unreadable.
 * Windows needs no answer: there an open database cannot be renamed.
 */
export function otherUsersOf(path: string): number[] {
  try {
    if (process.platform === 'linux') return linuxUsersOf(fs.realpathSync(path));
    if (process.platform === 'darwin') return darwinUsersOf(path);
  } catch {
    // No such file, or no `lsof`.
  }
  return [];
}

function linuxUsersOf(path: string): number[] {
  const found: number[] = [];
  for (const pid of fs.readdirSync('/proc').map(Number)) {
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      const files = fs.readdirSync(`/proc/${pid}/fd`);
      if (files.some((file) => linkOf(`/proc/${pid}/fd/${file}`) === path)) found.push(pid);
    } catch {
      // Ended meanwhile, or another user's.
    }
  }
  return found;
}

function linkOf(path: string): string | null {
  try {
    return fs.readlinkSync(path);
  } catch {
    return null;
  }
}

function darwinUsersOf(path: string): number[] {
  const output = execFileSync('/usr/sbin/lsof', ['-t', '--', path], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 10_000,
  });
  return output
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid);
}
