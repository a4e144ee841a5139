/**
 * Free space of a disk, in one place: `fs.statfs` came with Node 18.15, and Electron 22 carries Node 16. There `df` is
 * asked, whose `-P` output POSIX fixes; on Windows such an old Node has no way to know.
 */
import { execFile, execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { resolve } from 'node:path';

/** Bytes that this user may still write to the disk that holds the folder; null where that cannot be known. */
export async function freeSpace(folder: string): Promise<number | null> {
  if (typeof fs.promises.statfs === 'function') {
    try {
      const { bavail, bsize } = await fs.promises.statfs(folder);
      return bavail * bsize;
    } catch {
      return null;
    }
  }
  return process.platform === 'win32' ? null : freeSpaceByDf(folder);
}

/** As `freeSpace`, at once: for what nothing else can be done before. */
export function freeSpaceNow(folder: string): number | null {
  try {
    if (typeof fs.statfsSync === 'function') {
      const { bavail, bsize } = fs.statfsSync(folder);
      return bavail * bsize;
    }
    if (process.platform === 'win32') return null;
    return parseDf(
      execFileSync('df', dfArguments(folder), {
        ...dfOptions(),
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
  } catch {
    return null;
  }
}

/** As `freeSpace`, from `df -Pk`; null where there is no such program or folder. */
export function freeSpaceByDf(folder: string): Promise<number | null> {
  return new Promise((done) => {
    execFile('df', dfArguments(folder), dfOptions(), (error, stdout) => done(error ? null : parseDf(stdout)));
  });
}

const dfArguments = (folder: string): string[] => ['-Pk', resolve(folder)];
// A network disk that does not answer must not hold up training for ever.
const dfOptions = () => ({ env: { ...process.env, LC_ALL: 'C' }, timeout: 5000 });

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
