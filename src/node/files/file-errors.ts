/** Turns what the file system reports into one sentence for the user. */
import { expected, type ExpectedError } from '../../shared/result';

const gone = (path: string): string => `The disk that holds ${path} is gone: bring it back and try again.`;

const SENTENCES: Record<string, (path: string) => string> = {
  ENOSPC: (path) => `The disk that holds ${path} is full: free some space and try again.`,
  EDQUOT: (path) => `Your disk quota for ${path} is used up: free some space and try again.`,
  EROFS: (path) =>
    `${path} lies on a read-only disk: choose another folder (RESBENCH_HOME, --home or RESBENCH_CACHE).`,
  EACCES: (path) => `Resbench may not use ${path}: change its permissions or choose another folder.`,
  EPERM: (path) => `Resbench may not use ${path}: change its permissions or choose another folder.`,
  ENOTDIR: (path) =>
    `${path} cannot be used, because a part of that path is a file and not a folder: choose another folder.`,
  EEXIST: (path) => `${path} is in the way: move it elsewhere, or choose another folder.`,
  EISDIR: (path) => `${path} is a folder where a file was expected: move it away or choose another place.`,
  ENAMETOOLONG: (path) => `${path} is longer than its disk allows: choose a shorter path.`,
  EMFILE: (path) => `Too many files are open to use ${path}: close other programs and try again.`,
  EIO: (path) => `The disk reported an error at ${path}: check the disk.`,
  EFBIG: (path) =>
    `${path} is larger than its disk or a limit of this process (ulimit -f) allows: raise the limit or choose another folder.`,
  EBUSY: (path) => `${path} is in use by another program: close that and try again.`,
  ELOOP: (path) =>
    `There is a link at ${path}, which is not followed or leads in a circle: put what it leads to in its place, or choose another folder.`,
  ESTALE: gone,
  ENODEV: gone,
  ENXIO: gone,
};

export const errorCode = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
};

/**
 * The expected failure (code `storage`) behind a file system error, or null where it is none (a bug, or a missing file
 * that the caller must explain).
 * @param fallback path to name where the error does not say one.
 */
export function storageFailure(error: unknown, fallback: string): ExpectedError | null {
  const sentence = SENTENCES[errorCode(error) ?? ''];
  if (!sentence) return null;
  return expected('storage', sentence((error as { path?: string }).path ?? fallback));
}

/**
 * As `storageFailure`, at the edge of a program, where nobody else explains it: what the file system says of a path is
 * never a bug there, a path of which a part is missing included.
 */
export function fileFailure(error: unknown, fallback: string): ExpectedError | null {
  const known = storageFailure(error, fallback);
  if (known) return known;
  const code = errorCode(error);
  if (code === undefined) return null;
  const { path, syscall } = error as NodeJS.ErrnoException;
  if (path === undefined || syscall === undefined || syscall.startsWith('spawn')) return null;
  if (code === 'ENOENT') {
    return expected(
      'storage',
      `${path} cannot be made or read: a part of that path is missing, or is a link to something that is. Mend the ` +
        'path, or choose another folder (RESBENCH_HOME, --home or RESBENCH_CACHE).',
    );
  }
  return expected('storage', `${path} cannot be used (${code}): check the path and its disk.`);
}
