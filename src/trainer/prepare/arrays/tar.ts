/**
 * A few files out of a tar, compressed by gzip or not. Nothing in it names a place to write to: entries are matched by
 * the last part of their names and held in memory, as far as limits allow.
 */
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { thousands } from '../../../shared/format';
import { damaged, fileChunks, firstBytes, readingFailure, shown, wrong } from './bytes';
import type { Beat } from './set';

/** Entries that are looked at, and bytes of headers and padding beside the files. */
const [MAX_ENTRIES, MAX_OVERHEAD] = [1000, 4 * 2 ** 20];

interface TarLimits {
  /** By the name without its folders. */
  isWanted: (name: string) => boolean;
  /** Bytes of a file that is wanted, and of all that the archive unpacks to. */
  file: number;
  archive: number;
}

/** @throws ExpectedError `invalid-input`, `data-corrupt` or `storage`, naming the archive */
export async function tarFiles(path: string, limits: TarLimits, beat: Beat): Promise<Map<string, Buffer>> {
  const [first, second] = firstBytes(path, 2);
  let unpacked = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      unpacked += chunk.length;
      if (unpacked <= limits.archive + MAX_OVERHEAD) callback(null, chunk);
      else callback(wrong(`${path} unpacks to more than any set of CIFAR: name another file`));
    },
  });
  const entries = extract();
  const reading = pipeline(
    fileChunks(path),
    first === 0x1f && second === 0x8b ? createGunzip({ chunkSize: 2 ** 20 }) : new PassThrough(),
    counter,
    entries,
  );
  // Seen below; without a listener a failure before that would end the process.
  reading.catch(() => {});
  const files = new Map<string, Buffer>();
  try {
    let number = 0;
    for await (const entry of entries) {
      const { name, type, size = 0 } = entry.header;
      const base = name.slice(name.lastIndexOf('/') + 1);
      if (++number > MAX_ENTRIES) {
        throw wrong(
          `${path} holds more than ${thousands(MAX_ENTRIES)} files, unlike CIFAR: where it holds images, unpack it and name the folder`,
        );
      }
      if (type !== 'file' || !limits.isWanted(base)) {
        entry.resume();
        continue;
      }
      if (size > limits.file)
        throw damaged(path, `holds ${shown(base)} of ${thousands(size)} bytes, more than CIFAR has`);
      if (files.has(base)) throw damaged(path, `holds ${shown(base)} twice`);
      const chunks: Buffer[] = [];
      for await (const chunk of entry) {
        chunks.push(chunk as Buffer);
        await beat();
      }
      files.set(base, Buffer.concat(chunks));
    }
    await reading;
    return files;
  } catch (error) {
    entries.destroy();
    // The first failure of the pipeline is the cause where the loop only saw the stream close.
    const cause = await reading.then(
      () => error,
      (reason: unknown) => reason,
    );
    const isOurs = error instanceof Error && error.name === 'ExpectedError';
    throw readingFailure(isOurs ? error : cause, path);
  }
}
