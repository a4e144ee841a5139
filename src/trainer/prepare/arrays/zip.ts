/** Entries of a zip file as streams, checked against length and CRC-32 of the file's directory. */
import { closeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fromFd, type Entry, type ZipFile } from 'yauzl';
import { openUserFile } from '../../../node/files/user-files';
import { ByteStream, damaged, readingFailure, shown, WANTED_FILE, wrong } from './bytes';

/** Arrays of a set are few. */
const MAX_ENTRIES = 1000;
const DEFLATED = 8;

export type ZipEntry = Entry;

/** The file's directory: entries by name. */
export async function zipEntries(path: string): Promise<Map<string, ZipEntry>> {
  const zip = await openZip(path);
  const entries = new Map<string, ZipEntry>();
  try {
    if (zip.entryCount > MAX_ENTRIES) {
      throw wrong(
        `${path} holds ${zip.entryCount} files, more than any set of arrays: save those of the set alone`,
      );
    }
    await new Promise<void>((resolve, reject) => {
      zip.on('entry', (entry: Entry) => {
        if (entries.has(entry.fileName)) {
          reject(damaged(path, `holds ${shown(entry.fileName)} twice`));
          return;
        }
        entries.set(entry.fileName, entry);
        zip.readEntry();
      });
      zip.once('end', resolve);
      zip.on('error', reject);
      zip.readEntry();
    });
    return entries;
  } catch (error) {
    throw readingFailure(error, path);
  } finally {
    zip.close();
  }
}

/**
 * The content of an entry. Its end, where it comes there, is checked.
 * @param where for sentences
 */
export const entryStream = (path: string, entry: ZipEntry, where: string): ByteStream =>
  new ByteStream(contentOf(path, entry, where), where);

async function* contentOf(path: string, entry: Entry, where: string): AsyncGenerator<Buffer> {
  if (entry.isEncrypted()) throw wrong(`${where} is encrypted: save it without a password`);
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== DEFLATED) {
    throw wrong(
      `${where} is compressed in a way that is not read (method ${entry.compressionMethod}): save it with numpy.savez_compressed`,
    );
  }
  const zip = await openZip(path);
  let content: Readable | undefined;
  try {
    content = await new Promise<Readable>((resolve, reject) => {
      zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
    });
    let sum = 0;
    let length = 0;
    for await (const chunk of content as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum);
      length += chunk.length;
      yield chunk;
    }
    if (length !== entry.uncompressedSize) throw damaged(where, 'ends before what the zip file says it has');
    if (sum !== entry.crc32 >>> 0) throw damaged(where, 'is damaged (its CRC-32 is another)');
  } finally {
    content?.destroy();
    zip.close();
  }
}

/** `ZipFile.close` closes the file, after a stream that is still open. */
async function openZip(path: string): Promise<ZipFile> {
  const { fd } = openUserFile(path, WANTED_FILE);
  try {
    return await new Promise((resolve, reject) => {
      fromFd(fd, { lazyEntries: true }, (error, zip) => (error ? reject(error) : resolve(zip)));
    });
  } catch (error) {
    closeSync(fd);
    throw readingFailure(error, path);
  }
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

/** ISO 3309, as zip files have it; zlib's own is not in every Node that this runs in. */
function crc32(bytes: Uint8Array, before: number): number {
  let sum = ~before;
  for (let index = 0; index < bytes.length; index++) sum = TABLE[(sum ^ bytes[index]!) & 255]! ^ (sum >>> 8);
  return ~sum >>> 0;
}
