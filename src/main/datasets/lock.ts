/**
 * A lock between processes: a file that says who holds it. A window and a terminal may want the same files at the same
 * time; the second waits and then finds the work done. A lock whose holder is gone is taken over.
 */
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode, storageFailure } from '../../node/files/file-errors';
import { makeFolders } from '../../node/files/own-files';
import { isAlive, ownIdentity, type ProcessIdentity } from '../../node/processes/process-identity';
import { throwIfAborted, wait } from './abort';

let serial = 0;

/** Who holds the lock, null where nobody does or the holder is gone. */
export function lockHolder(path: string): ProcessIdentity | null {
  const identity = readIdentity(path);
  return identity && isAlive(identity) ? identity : null;
}

function readIdentity(path: string): ProcessIdentity | null {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const { pid, start } = parsed as ProcessIdentity;
    return typeof pid === 'number' && (start === null || typeof start === 'string') ? { pid, start } : null;
  } catch {
    return null;
  }
}

/**
 * Takes the lock, waiting for whoever holds it.
 * @param waiting called each time the lock is found taken, with the holder's pid.
 * @returns the function that gives the lock back.
 * @throws ExpectedError `cancelled`, or `storage` where the lock cannot be written.
 */
export async function takeLock(
  path: string,
  signal: AbortSignal,
  waiting: (pid: number) => void = () => {},
): Promise<() => void> {
  const own = `${path}.${process.pid}.${serial++}`;
  try {
    makeFolders(dirname(path));
    // Written aside and linked into place: nobody ever reads a lock half written.
    writeFileSync(own, JSON.stringify(ownIdentity()));
    try {
      for (;;) {
        throwIfAborted(signal);
        if (tryLink(own, path)) return () => rmSync(path, { force: true });
        const holder = lockHolder(path);
        if (holder) {
          waiting(holder.pid);
          await wait(300, signal);
        } else if (isBeingWritten(path)) {
          await wait(300, signal);
        } else {
          removeLock(path);
        }
      }
    } finally {
      rmSync(own, { force: true });
    }
  } catch (error) {
    throw storageFailure(error, path) ?? error;
  }
}

function tryLink(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (errorCode(error) !== 'EPERM' && errorCode(error) !== 'ENOTSUP' && errorCode(error) !== 'ENOSYS')
      throw error;
  }
  // A disk without hard links (FAT): create it in one go instead.
  try {
    writeFileSync(path, readFileSync(own), { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Where it had to be created in one go, a lock is unreadable for a moment. */
function isBeingWritten(path: string): boolean {
  try {
    // Either way: the clock may have been set back since.
    return readIdentity(path) === null && Math.abs(Date.now() - statSync(path).mtimeMs) < 5000;
  } catch {
    return false;
  }
}

/** Removes a lock whose holder is gone, unless somebody else took it over between our look and now. */
function removeLock(path: string): void {
  const aside = `${path}.${process.pid}.${serial++}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  const moved = readIdentity(aside);
  if (moved && isAlive(moved)) {
    // We moved a fresh lock: put it back where its holder expects it.
    try {
      linkSync(aside, path);
    } catch {
      // A third process has it now, and holder and third both work: both check what they find and rename into place.
    }
  }
  rmSync(aside, { force: true });
}
