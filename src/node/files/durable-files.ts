/**
 * Files that survive a killed process and a lost power supply. Everything that writes durably goes through a
 * `FileLayer`, so that tests can put one in its place that fails, ends the process or loses the power at any operation.
 *
 * A file is written under a temporary name in the same folder, flushed to the disk (fsync), renamed and the folder
 * flushed too: under its own name it is there whole or not at all, and what was there before stays until then.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail, ok, type Failure, type Result } from '../../shared/result';
import { errorCode, storageFailure } from './file-errors';
import { freeSpace } from './free-space';
import { OWN_FILE_MODE, OWN_FOLDER_MODE, READ_NO_FOLLOW } from './own-files';
import { isAlive, ownIdentity, type ProcessIdentity } from '../processes/process-identity';

export interface OpenFile {
  /** Writes from the current position on; answers how many bytes it took, which may be fewer. */
  write(bytes: Uint8Array): Promise<number>;
  /** Reads from the current position on; answers how many bytes it put there, 0 at the end of the file. */
  read(into: Uint8Array): Promise<number>;
  fsync(): Promise<void>;
  close(): Promise<void>;
}

export interface FileLayer {
  /** `create` fails where there is such a file already. */
  open(path: string, mode: 'create' | 'read'): Promise<OpenFile>;
  /** Replaces what has that name. */
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  mkdir(folder: string): Promise<void>;
  /** Makes names that appeared and disappeared in the folder durable. */
  fsyncFolder(folder: string): Promise<void>;
  readFile(path: string): Promise<Uint8Array>;
  /** Length in bytes; fails with the code of `NOT_A_FILE` where it is a pipe, a device or a folder, which have none. */
  size(path: string): Promise<number>;
  readdir(folder: string): Promise<string[]>;
  /** Bytes that can still be written there; null where that cannot be known. */
  freeSpace(folder: string): Promise<number | null>;
}

export const NOT_A_FILE = 'RESBENCH_NOT_A_FILE';

export const realFiles: FileLayer = {
  async open(path, mode) {
    const handle = await fs.open(path, mode === 'create' ? 'wx' : READ_NO_FOLLOW, OWN_FILE_MODE);
    return {
      write: async (bytes) => (await handle.write(bytes)).bytesWritten,
      read: async (into) => (await handle.read(into, 0, into.length, null)).bytesRead,
      // On macOS libuv asks for F_FULLFSYNC, which empties the disk's own cache too.
      fsync: () => handle.sync(),
      close: () => handle.close(),
    };
  },
  rename: (from, to) => fs.rename(from, to),
  unlink: (path) => fs.unlink(path),
  mkdir: (folder) => fs.mkdir(folder, OWN_FOLDER_MODE),
  async fsyncFolder(folder) {
    // Windows cannot open a folder; NTFS logs its names itself.
    if (process.platform === 'win32') return;
    const handle = await fs.open(folder, 'r');
    try {
      await handle.sync();
    } catch (error) {
      // Some network and user-space file systems flush files only.
      if (!['EINVAL', 'ENOTSUP', 'ENOSYS'].includes(errorCode(error) ?? '')) throw error;
    } finally {
      await handle.close();
    }
  },
  readFile: (path) => fs.readFile(path, { flag: READ_NO_FOLLOW as unknown as string }),
  async size(path) {
    const stats = await fs.lstat(path);
    // Reading a pipe may wait for ever, and a device have no end.
    if (!stats.isFile()) throw Object.assign(new Error(`${path} is not a file`), { code: NOT_A_FILE, path });
    return stats.size;
  },
  readdir: (folder) => fs.readdir(folder),
  freeSpace,
};

export interface WrittenFile {
  path: string;
  bytes: number;
  sha256: string;
}

/**
 * Writes a file whole or not at all; a file of that name is replaced.
 * @param name may depend on the content, by its SHA-256.
 * @param chunks are taken one after the other, each written before the next is asked for.
 * @returns a failure (code `storage`) with the sentence. Then nothing of it is left, except where it was the folder that
 *   could not be flushed: the new file is there and whole, but may not outlive a loss of power.
 */
export async function writeDurably(
  folder: string,
  name: string | ((sha256: string) => string),
  chunks: Iterable<Uint8Array>,
  files: FileLayer = realFiles,
): Promise<Result<WrittenFile>> {
  const temporary = join(folder, temporaryName());
  const hash = createHash('sha256');
  let bytes = 0;
  let file: OpenFile | null = null;
  let leftover = false;
  try {
    file = await files.open(temporary, 'create');
    leftover = true;
    for (const chunk of chunks) {
      hash.update(chunk);
      await writeAll(file, chunk);
      bytes += chunk.length;
    }
    await file.fsync();
    const written = file;
    file = null;
    await written.close();

    const sha256 = hash.digest('hex');
    const path = join(folder, typeof name === 'string' ? name : name(sha256));
    await files.rename(temporary, path);
    leftover = false;
    await files.fsyncFolder(folder);
    return ok({ path, bytes, sha256 });
  } catch (error) {
    // Gives back the space it took. Where even that fails, `sweep` does it later.
    await file?.close().catch(() => {});
    if (leftover) await files.unlink(temporary).catch(() => {});
    return storageFail(error, typeof name === 'string' ? join(folder, name) : folder);
  }
}

async function writeAll(file: OpenFile, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.length;) {
    const taken = await file.write(bytes.subarray(from));
    if (taken === 0) throw new Error(`the file took none of ${bytes.length - from} bytes`);
    from += taken;
  }
}

/** Makes the folder and those above it, so that they outlive a loss of power. One that is there already is fine. */
export async function makeFolder(folder: string, files: FileLayer = realFiles): Promise<Result<void>> {
  try {
    try {
      await files.mkdir(folder);
    } catch (error) {
      if (errorCode(error) === 'ENOENT' && dirname(folder) !== folder) {
        const above = await makeFolder(dirname(folder), files);
        if (!above.ok) return above;
        await files.mkdir(folder);
      } else if (errorCode(error) !== 'EEXIST') {
        throw error;
      }
    }
    // Also where it was there: whoever made it may have died before this.
    await files.fsyncFolder(dirname(folder));
    return ok();
  } catch (error) {
    return storageFail(error, folder);
  }
}

/** Removes a file; that it is not there is fine. Its absence is durable once the folder is flushed. */
export async function removeFile(path: string, files: FileLayer = realFiles): Promise<Result<void>> {
  try {
    await files.unlink(path);
    return ok();
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? ok() : storageFail(error, path);
  }
}

/** Removes what attempts to write into the folder left behind when their process died; answers those names. */
export async function sweep(folder: string, files: FileLayer = realFiles): Promise<Result<string[]>> {
  try {
    const leftovers = (await files.readdir(folder)).filter(isLeftover);
    for (const name of leftovers) await files.unlink(join(folder, name));
    return ok(leftovers);
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? ok([]) : storageFail(error, folder);
  }
}

/**
 * The failure for an error of the file system, which names the path given (the error's own may be a temporary name).
 * @throws the error itself where it is a bug.
 */
export function storageFail(error: unknown, path: string): { ok: false; error: Failure } {
  const code = errorCode(error);
  if (code === 'ENOENT') {
    return fail('storage', `${path} is gone: bring its folder or disk back and try again.`);
  }
  const failure = storageFailure({ code }, path);
  if (!failure) throw error;
  return fail(failure.failure.code, failure.message);
}

// ------------------------------------------------------------------------------------------------ temporary names

/** `PID.COUNT.START.tmp`: whose it is, so that a later process can tell whether the attempt is dead. */
const TEMPORARY = /^(\d+)\.\d+\.([^.]*)\.tmp$/;

let own: ProcessIdentity | undefined;
let count = 0;

function temporaryName(): string {
  own ??= ownIdentity();
  // The start of a process as the platform writes it may hold colons and spaces.
  return `${own.pid}.${++count}.${encodeURIComponent(own.start ?? '')}.tmp`;
}

function isLeftover(name: string): boolean {
  const [, pid, start] = name.match(TEMPORARY) ?? [];
  if (pid === undefined || start === undefined) return false;
  return !isAlive({ pid: Number(pid), start: start === '' ? null : decodeURIComponent(start) });
}
