/**
 * Files of somebody's folder, read some ahead of their use. What cannot be read is a reason, since one file of many
 * must not end it all.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { errorCode, storageFailure } from '../../node/files/file-errors';
import { READ_NO_FOLLOW } from '../../node/files/own-files';
import { notAPlainFile } from '../../node/files/user-files';
import { MAX_FILE_BYTES, tooLong } from './decode';

/** Files, and bytes of those that wait while another is used. */
const [MAX_AHEAD, MAX_WAITING] = [16, 2 ** 23];

/**
 * Loads items in their order while earlier ones are used. When the caller ends early, what was begun is waited for.
 * @param bytes how much an item takes once it is loaded
 */
export async function* ahead<T, R>(
  items: Iterable<T>,
  load: (item: T) => Promise<R>,
  bytes: (item: T) => number,
): AsyncGenerator<[item: T, loaded: R]> {
  const waiting: { item: T; loaded: Promise<R>; bytes: number }[] = [];
  const iterator = items[Symbol.iterator]();
  let next = iterator.next();
  let sum = 0;
  try {
    for (;;) {
      while (!next.done && waiting.length < MAX_AHEAD) {
        const item = next.value;
        if (waiting.length > 0 && sum + bytes(item) > MAX_WAITING) break;
        const loaded = load(item);
        // Thrown where it is awaited, below.
        loaded.catch(() => {});
        waiting.push({ item, loaded, bytes: bytes(item) });
        sum += bytes(item);
        next = iterator.next();
      }
      const first = waiting.shift();
      if (!first) return;
      sum -= first.bytes;
      yield [first.item, await first.loaded];
    }
  } finally {
    await Promise.allSettled(waiting.map(({ loaded }) => loaded));
  }
}

/** The first bytes of a file, fewer where it has no more; or why there are none, as `LeftOut.why`. */
export const readHead = (path: string, length: number): Promise<Buffer | string> =>
  reading(path, (file) => fill(file, Buffer.alloc(length)));

/** The whole content of a file, or why there is none, as `LeftOut.why`. */
export const readWhole = (path: string): Promise<Buffer | string> =>
  reading(path, (file, size) =>
    size > MAX_FILE_BYTES ? Promise.resolve(tooLong(size)) : fill(file, Buffer.allocUnsafe(size)),
  );

async function reading(
  path: string,
  read: (file: FileHandle, size: number) => Promise<Buffer | string>,
): Promise<Buffer | string> {
  let file: FileHandle | undefined;
  try {
    // A link is refused, and a pipe that came meanwhile does not block.
    file = await open(path, READ_NO_FOLLOW);
    const stats = await file.stat();
    const other = notAPlainFile(stats);
    return other === null ? await read(file, stats.size) : `is ${other}`;
  } catch (error) {
    return unreadable(error, path);
  } finally {
    await file?.close();
  }
}

async function fill(file: FileHandle, into: Buffer): Promise<Buffer> {
  let length = 0;
  while (length < into.length) {
    const { bytesRead } = await file.read(into, length, into.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return into.subarray(0, length);
}

/**
 * Why something in the folder cannot be used, as `LeftOut.why`.
 * @throws what concerns all files, or is a bug
 */
export function unreadable(error: unknown, path: string): string {
  const code = errorCode(error);
  if (code === undefined) throw error;
  if (code === 'EMFILE' || code === 'ENFILE') throw storageFailure(error, path) ?? error;
  if (code === 'ELOOP') return LINK;
  if (code === 'ENOENT')
    return path.includes('\ufffd') ? 'has a name that is no Unicode; rename it' : 'is gone';
  return `cannot be read (${code})`;
}

export const LINK = 'is a link, and links are not followed';
