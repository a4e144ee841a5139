/**
 * CIFAR-10 archives, read as streams: the official `cifar-10-binary.tar.gz` and `cifar-10-python.tar.gz`, and the npm
 * package with the same images as PNGs. Nothing in an archive names a place to write to: entries are matched against the
 * few names we know, must be plain files of a plausible length, and are handed on in memory. How much is unpacked, kept and
 * looked at is limited, whatever the archive says of itself.
 */
import { closeSync, createReadStream, readSync } from 'node:fs';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import {
  CIFAR10_BYTES,
  CIFAR10_FILES,
  CIFAR10_FILE_BYTES,
  CIFAR10_FILE_RECORDS,
  CIFAR10_PIXELS,
  CIFAR10_RECORD_BYTES,
  type Cifar10File,
} from '../../node/datasets/cifar10-files';
import { PickleRefusal } from '../../node/datasets/pickle';
import { errorCode } from '../../node/files/file-errors';
import { openUserFile } from '../../node/files/user-files';
import { thousands } from '../../shared/format';
import { ExpectedError } from '../../shared/result';
import { cancelled, throwIfAborted } from './abort';
import {
  CIFAR10_WANTED_FILE,
  damaged,
  isImage,
  KIND_BYTES,
  kindOf,
  otherKind,
  otherSet,
  SINGLE_IMAGES,
  type Kind,
} from './kinds';
import { PngRefusal, readRgbPng } from './png';
import { MAX_BATCH, pythonFile, pythonName, recordsFromPython } from './python-batch';

/** The set as Python 3 writes it has 280 million bytes; an archive that unpacks to more is a bomb. */
const MAX_UNPACKED = 2 * CIFAR10_BYTES;
/** Of headers and padding: a published archive has 20,000 bytes of them, and each costs more than one of a file. */
const MAX_OVERHEAD = 4 * 1024 * 1024;
/** The published archives hold ten at most. */
const MAX_ENTRIES = 1000;
/** The package's have 24 million bytes. */
const MAX_PNG = 32 * 1024 * 1024;
/** Its lists have 100,001 bytes and 20,001. */
const MAX_LABELS = 256 * 1024;

/** Last part of an entry's name, whose folder may be anything (`./cifar-10-batches-bin/`, `package/`). */
const baseName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

interface Selection {
  /** Longest content of the entry, bytes; null for one to pass over. */
  limit: (base: string, name: string) => number | null;
  take: (base: string, content: Buffer) => Promise<void> | void;
}

/** Calls `take` for each plain file in the archive that is wanted; true where there were more than we look at. */
async function eachEntry(path: string, signal: AbortSignal, { limit, take }: Selection): Promise<boolean> {
  throwIfAborted(signal);
  const { fd, size, kind } = openArchive(path);
  let unpacked = 0;
  /** Of the entries that were met, in whole blocks of a tar. */
  let content = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      unpacked += chunk.length;
      if (unpacked > Math.min(MAX_UNPACKED, content + MAX_OVERHEAD))
        callback(damaged(path, 'unpacks to far more than CIFAR-10 and is refused'));
      else callback(null, chunk);
    },
  });
  const entries = extract();
  const seen = new Set<string>();
  const reading = pipeline(
    // No further than it was when it was opened.
    createReadStream(path, { fd, start: 0, end: size - 1, highWaterMark: 1024 * 1024 }),
    kind === 'gzip' ? createGunzip() : new PassThrough(),
    counter,
    entries,
    { signal },
  );
  // Seen below; without a listener a failure before that would end the process.
  reading.catch(() => {});
  let number = 0;
  try {
    for await (const entry of entries) {
      if (++number > MAX_ENTRIES) {
        entries.destroy();
        return true;
      }
      const { name, type, size: bytes = 0 } = entry.header;
      const base = baseName(name);
      content += Math.ceil(bytes / 512) * 512;
      const most = type === 'directory' ? null : limit(base, name);
      if (most === null) {
        entry.resume();
        continue;
      }
      if (type !== 'file') throw damaged(path, `is not CIFAR-10: ${base} in it is no plain file`);
      if (bytes > most) {
        throw damaged(path, `is not CIFAR-10: ${base} in it is ${thousands(bytes)} bytes long`);
      }
      if (seen.has(base)) throw damaged(path, `holds ${base} twice`);
      seen.add(base);
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      await take(base, Buffer.concat(chunks));
      throwIfAborted(signal);
    }
    await reading;
    return false;
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
    throw unreadable(path, kind, number, cause);
  }
}

/** Opens it, and refuses what is of another kind by its first bytes. */
function openArchive(path: string): { fd: number; size: number; kind: Kind['kind'] } {
  const { fd, size } = openUserFile(path, CIFAR10_WANTED_FILE);
  try {
    const start = Buffer.alloc(KIND_BYTES);
    const found = kindOf(start.subarray(0, readSync(fd, start, 0, Math.min(size, KIND_BYTES), 0)));
    if (found.kind === 'empty') throw otherKind(path, 'is empty');
    if (found.kind === 'pickle')
      throw otherKind(path, 'is a single pickle, and none of the six files of CIFAR-10 by its name');
    if (found.kind === 'other') throw otherKind(path, found.what);
    return { fd, size, kind: found.kind };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** @param number of entries that were found before. */
function unreadable(path: string, kind: Kind['kind'], number: number, cause: unknown): ExpectedError {
  const code = errorCode(cause);
  const why = code ?? (cause as Error).message;
  if (code === 'Z_BUF_ERROR' || /^Unexpected end of data/.test(why)) {
    return damaged(path, 'ends early, as a download does that broke off');
  }
  if (number === 0 && kind === 'gzip' && code === undefined)
    return otherKind(path, 'is packed, but no archive');
  if (number === 0 && kind === 'unknown') return otherKind(path, 'is no archive');
  return damaged(path, `is broken (${why})`);
}

/** @param name of the file in the archive, for sentences about its content. */
export type Take = (file: Cifar10File, bytes: Buffer, name: string) => Promise<void>;

/**
 * Reads all six files out of an archive, whichever of the three kinds it is; each is handed on in the official layout,
 * unchecked.
 * @throws ExpectedError `data-corrupt`, `unsupported` or `cancelled`, naming the archive.
 */
export async function readArchive(path: string, signal: AbortSignal, take: Take): Promise<void> {
  const missing = new Set(CIFAR10_FILES.map((file) => file.name));
  const labels = new Map<string, Uint8Array>();
  let python = false;
  let pngs = false;
  let images = false;
  let other: string | null = null;
  const more = await eachEntry(path, signal, {
    limit: (base, name) => {
      // One byte more than right, so that a file too long is refused by its own check, by name.
      if (CIFAR10_FILES.some((file) => file.name === base)) return CIFAR10_FILE_BYTES + 1;
      if (pythonFile(base)) return MAX_BATCH;
      if (base === TRAIN_LABELS || base === TEST_LABELS) return MAX_LABELS;
      if (pngFile(base)) pngs = true;
      else if (isImage(base)) images = true;
      other ??= otherSet(base) ?? otherSet(name.slice(0, -base.length - 1));
      return null;
    },
    take: async (base, content) => {
      if (base === TRAIN_LABELS || base === TEST_LABELS) {
        return void labels.set(base, parseLabels(path, base, content));
      }
      const batch = pythonFile(base);
      const file = batch ?? CIFAR10_FILES.find((one) => one.name === base)!;
      // An archive may hold both forms.
      if (!missing.delete(file.name)) return;
      if (batch) python = true;
      await take(file, batch ? fromPython(path, base, content) : content, base);
    },
  });
  if (missing.size === 0) return;
  if (missing.size < CIFAR10_FILES.length) {
    const file = CIFAR10_FILES.find(({ name }) => missing.has(name))!;
    throw damaged(path, `is incomplete: ${python ? pythonName(file) : file.name} is missing in it`);
  }
  if (pngs) return readPngs(path, labels, signal, take);
  if (other) throw otherKind(path, other);
  if (images) throw otherKind(path, SINGLE_IMAGES);
  throw otherKind(path, more ? `holds more than ${MAX_ENTRIES} files` : 'holds no CIFAR-10');
}

/** @param where archive or folder, for the sentence. */
export function fromPython(where: string, name: string, content: Buffer): Buffer {
  try {
    return recordsFromPython(content);
  } catch (error) {
    if (!(error instanceof PickleRefusal)) throw error;
    throw damaged(name, `(in ${where}) ${error.message}`);
  }
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
  if (!train || !test) {
    throw damaged(path, `is incomplete: ${train ? TEST_LABELS : TRAIN_LABELS} is missing in it`);
  }
  const batches = CIFAR10_FILES.filter((file) => file.split === 'train');
  const missing = new Set(CIFAR10_FILES.map(pngName));
  await eachEntry(path, signal, {
    limit: (base) => (pngFile(base) ? MAX_PNG : null),
    take: async (base, content) => {
      const file = pngFile(base)!;
      const first = Math.max(0, batches.indexOf(file)) * CIFAR10_FILE_RECORDS;
      const own = (file.split === 'train' ? train : test).subarray(first, first + CIFAR10_FILE_RECORDS);
      if (own.length !== CIFAR10_FILE_RECORDS) throw damaged(path, `has too few labels for ${base}`);
      missing.delete(base);
      await take(file, recordsFromPixels(decodePng(path, base, content), own), base);
    },
  });
  if (missing.size > 0) throw damaged(path, `is incomplete: ${[...missing][0]} is missing in it`);
}

/** A JSON array of digits, one an image. */
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
  throw damaged(path, `is not CIFAR-10: ${base} in it is not a list of labels from 0 to 9`);
}

/** One image a row of 1024 pixels. Returns RGB. */
function decodePng(path: string, base: string, content: Buffer): Uint8Array {
  try {
    return readRgbPng(content, CIFAR10_PIXELS, CIFAR10_FILE_RECORDS);
  } catch (error) {
    if (!(error instanceof PngRefusal)) throw error;
    throw damaged(path, `is broken: ${base} in it ${error.message}`);
  }
}

/**
 * Images and labels → the official layout.
 * @param rgb rows of 1024 pixels, one an image, three bytes a pixel.
 * @param labels one an image.
 */
export function recordsFromPixels(rgb: Uint8Array, labels: Uint8Array): Buffer {
  const records = Buffer.allocUnsafe(labels.length * CIFAR10_RECORD_BYTES);
  let from = 0;
  for (let record = 0; record < labels.length; record++) {
    const at = record * CIFAR10_RECORD_BYTES;
    records[at] = labels[record]!;
    for (let to = at + 1; to <= at + CIFAR10_PIXELS; to++) {
      records[to] = rgb[from]!;
      records[to + CIFAR10_PIXELS] = rgb[from + 1]!;
      records[to + 2 * CIFAR10_PIXELS] = rgb[from + 2]!;
      from += 3;
    }
  }
  return records;
}
