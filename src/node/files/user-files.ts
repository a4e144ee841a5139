/**
 * Files that a user names: an architecture, an archive, certificates. Whatever stands at the path, reading it ends: only
 * plain files are opened, only up to a limit, and never for longer than the file was when it was opened.
 */
import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { thousands } from '../../shared/format';
import { expected, type ExpectedError } from '../../shared/result';
import { errorCode } from './file-errors';

export interface UserFileOptions {
  /** What the user should name, as the end of the sentences: `a file with an architecture`. */
  wanted: string;
  /** Longest content, bytes. */
  limit: number;
}

/** Paths that cannot exist, whatever lies on the disk. */
const NOWHERE = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'ERR_INVALID_ARG_VALUE']);

/**
 * What stands at a path, links followed; null where nothing does.
 * @throws ExpectedError `invalid-input` where the system does not let us look.
 */
export function userPathStats(path: string): Stats | null {
  try {
    return statSync(path);
  } catch (error) {
    if (NOWHERE.has(errorCode(error) ?? '')) return null;
    throw unreadable(path, error);
  }
}

/** `a folder`, `a pipe`, …: what stands there in place of a plain file; null for a plain file. */
export function notAPlainFile(stats: Stats): string | null {
  if (stats.isFile()) return null;
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'a device' : 'no plain file';
}

/**
 * Opens a plain file for reading; the caller closes it.
 * @returns its descriptor and its length in bytes at this moment.
 * @throws ExpectedError `not-found` or `invalid-input`, naming the path.
 */
export function openUserFile(path: string, wanted: string): { fd: number; size: number } {
  const refuse = (stats: Stats): void => {
    const kind = notAPlainFile(stats);
    if (kind) throw expected('invalid-input', `${path} is ${kind}; name ${wanted}`);
  };
  // Before it is opened, since opening some devices does something; and after, since it may be another thing by then.
  const before = userPathStats(path);
  if (!before) throw expected('not-found', `there is no file ${path}`);
  refuse(before);
  let fd: number;
  try {
    // Windows has no such flag, and no pipes among its files. Elsewhere a pipe that came meanwhile does not block.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    const stats = fstatSync(fd);
    refuse(stats);
    return { fd, size: stats.size };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/**
 * The whole content of a plain file.
 * @throws ExpectedError `not-found` or `invalid-input`, naming the path.
 */
export function readUserFile(path: string, { wanted, limit }: UserFileOptions): Buffer {
  const { fd, size } = openUserFile(path, wanted);
  try {
    if (size > limit) {
      throw expected(
        'invalid-input',
        `${path} is too large (${thousands(size)} bytes, at most ${thousands(limit)} are read); name ${wanted}`,
      );
    }
    const content = Buffer.alloc(size);
    let length = 0;
    while (length < size) {
      const read = readSync(fd, content, length, size - length, length);
      // Cut short since it was opened.
      if (read === 0) break;
      length += read;
    }
    return content.subarray(0, length);
  } catch (error) {
    throw errorCode(error) === undefined ? error : unreadable(path, error);
  } finally {
    closeSync(fd);
  }
}

function unreadable(path: string, error: unknown): ExpectedError {
  const code = errorCode(error) ?? String(error);
  const cure =
    code === 'EACCES' || code === 'EPERM' ? 'change its permissions or name another one' : 'name another one';
  return expected('invalid-input', `${path} cannot be read (${code}); ${cure}`);
}
