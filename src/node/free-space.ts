/**
 * Free space of a disk, in one place: `fs.statfs` came with Node 18.15, and Electron 22 carries Node 16. There `df` is
 * asked, whose `-P` output POSIX fixes; on Windows such an old Node has no way to know.
 */
import { execFile } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { resolve } from 'node:path';

/** Bytes that this user may still write to the disk that holds the folder; null where that cannot be known. */
export async function freeSpace(folder: string): Promise<number | null> {
  if (typeof fs.statfs === 'function') {
    try {
      const { bavail, bsize } = await fs.statfs(folder);
      return bavail * bsize;
    } catch {
      return null;
    }
  }
  return process.platform === 'win32' ? null : freeSpaceByDf(folder);
}

/** As `freeSpace`, from `df -Pk`; null where there is no such program or folder. */
export function freeSpaceByDf(folder: string): Promise<number | null> {
  return new Promise((done) => {
    execFile(
      'df',
      ['-Pk', resolve(folder)],
      // A network disk that does not answer must not hold up training for ever.
      { env: { ...process.env, LC_ALL: 'C' }, timeout: 5000 },
      (error, stdout) => done(error ? null : parseDf(stdout)),
    );
  });
}

/**
 * The bytes in the column `Available` of `df -Pk`. The file system's name and the mount point on both sides of the
 * numbers may hold spaces themselves.
 */
export function parseDf(output: string): number | null {
  const line = output.trimEnd().split('\n')[1];
  const numbers = line?.match(/\s\d+\s+\d+\s+(-?\d+)\s+(?:\d+%|-)\s/);
  // What is left to other users than root may be negative.
  return numbers ? Math.max(0, Number(numbers[1])) * 1024 : null;
}
