/** A folder for files of a moment, in the place that the system has for them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expected } from '../../shared/result';
import { errorCode } from './file-errors';

/** What os.tmpdir() reads. */
const VARIABLE = process.platform === 'win32' ? 'TEMP' : 'TMPDIR';

const WHY: Record<string, string> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'is not a folder',
  ELOOP: 'is a link that leads nowhere',
  ENOSPC: 'is full',
  EDQUOT: 'is full, by your quota',
  EFBIG: 'takes no file of that size (ulimit -f)',
  EACCES: 'cannot be written by this user',
  EPERM: 'cannot be written by this user',
  EROFS: 'lies on a read-only disk',
};

/**
 * Gives the work a folder of its own, which is gone afterwards.
 * @param prefix of its name.
 * @throws ExpectedError `storage` where the file system refuses it, or what the work writes there.
 */
export function inTemporaryFolder<T>(prefix: string, work: (folder: string) => T): T {
  const parent = tmpdir();
  let folder: string | null = null;
  try {
    folder = mkdtempSync(join(parent, prefix));
    return work(folder);
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined || (error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw expected(
      'storage',
      `The folder for temporary files, ${parent}, ${WHY[code] ?? `cannot be used (${code})`}: mend that, or set ` +
        `${VARIABLE} to a folder that can be written.`,
    );
  } finally {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  }
}
