/**
 * CIFAR-10 as it lies on disk: the six files of the official "binary version" (Krizhevsky, "Learning Multiple Layers of
 * Features from Tiny Images", 2009; https://www.cs.toronto.edu/~kriz/cifar.html). A file is 10,000 records of one label
 * byte (0 to 9) and 1024 red, 1024 green and 1024 blue bytes, each plane row by row.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { thousands } from '../../shared/format';
import { expected, type ExpectedError } from '../../shared/result';
import type { DatasetPresence } from './source';
import { datasetsFolder } from '../files/home';
import { errorCode, storageFailure } from '../files/file-errors';

export const CIFAR10_PIXELS = 1024;
/** Label, then three planes. */
export const CIFAR10_RECORD_BYTES = 1 + 3 * CIFAR10_PIXELS;
export const CIFAR10_FILE_RECORDS = 10000;
export const CIFAR10_FILE_BYTES = CIFAR10_FILE_RECORDS * CIFAR10_RECORD_BYTES;
export const CIFAR10_CLASSES = 10;

export interface Cifar10File {
  name: string;
  split: 'train' | 'eval';
  /** Of the official file; the sums that Apache MXNet publishes. */
  sha1: string;
}

/** In the official order: training batches 1 to 5, then the test batch. */
export const CIFAR10_FILES: readonly Cifar10File[] = [
  { name: 'data_batch_1.bin', split: 'train', sha1: 'aadd24acce27caa71bf4b10992e9e7b2d74c2540' },
  { name: 'data_batch_2.bin', split: 'train', sha1: 'c0ba65cce70568cd57b4e03e9ac8d2a5367c1795' },
  { name: 'data_batch_3.bin', split: 'train', sha1: '1dd00a74ab1d17a6e7d73e185b69dbf31242f295' },
  { name: 'data_batch_4.bin', split: 'train', sha1: 'aab85764eb3584312d3c7f65fd2fd016e36a258e' },
  { name: 'data_batch_5.bin', split: 'train', sha1: '26e2849e66a845b7f1e4614ae70f4889ae604628' },
  { name: 'test_batch.bin', split: 'eval', sha1: '67eb016db431130d61cd03c7ad570b013799c88c' },
];

export const CIFAR10_BYTES = CIFAR10_FILES.length * CIFAR10_FILE_BYTES;

/** As it stands in a sentence. */
export const CIFAR10_GET = '`npm start -- data get cifar10`';
/** Both ways to get the set, as every "it is missing" sentence ends. */
export const CIFAR10_CURE = `get CIFAR-10 in the Data view, or type ${CIFAR10_GET}`;

/**
 * Of the six official files one after the other: `cat data_batch_{1..5}.bin test_batch.bin | sha256sum`. Not computed at each use: the
 * SHA-1 of every file is, and only the official files have those.
 */
export const CIFAR10_SHA256 = '013ba16d14ecc4829da62bf2af648ca30f600491ecb3e7f329c827db0dd17522';

export const cifar10Folder = (home: string): string => join(datasetsFolder(home), 'cifar10');

const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');

/**
 * What is wrong with the content of a file, as a sentence that names it and ends before the cure; null when it is the
 * official file, byte for byte.
 * @param name of the file that the bytes come from, where that has another.
 */
export function cifar10Problem(file: Cifar10File, bytes: Uint8Array, name = file.name): string | null {
  if (bytes.length !== CIFAR10_FILE_BYTES) return sizeProblem(file, bytes.length);
  for (let record = 0; record < CIFAR10_FILE_RECORDS; record++) {
    const label = bytes[record * CIFAR10_RECORD_BYTES]!;
    if (label >= CIFAR10_CLASSES) {
      return `${name} is corrupt: the label of image ${thousands(record + 1)} is ${label}, not 0 to 9`;
    }
  }
  const sum = sha1(bytes);
  if (sum === file.sha1) return null;
  const as = name === file.name ? 'its SHA-1' : 'the SHA-1 of its images and labels';
  return `${name} is corrupt: ${as} is ${sum}, expected ${file.sha1}`;
}

export function sizeProblem(file: Cifar10File, bytes: number): string | null {
  if (bytes === CIFAR10_FILE_BYTES) return null;
  return `${file.name} is ${thousands(bytes)} bytes long, expected ${thousands(CIFAR10_FILE_BYTES)}`;
}

/**
 * Reads and checks one file: length, labels and SHA-1.
 * @param cure what to do, the end of every sentence.
 * @throws ExpectedError `data-missing`, `data-corrupt` or `storage`, naming the file.
 */
export async function readCifar10File(folder: string, file: Cifar10File, cure: string): Promise<Buffer> {
  const path = join(folder, file.name);
  let bytes: Buffer;
  try {
    // A wrong file may be of any length: look before reading it into memory.
    const size = statSync(path).size;
    const problem = sizeProblem(file, size);
    if (problem) throw expected('data-corrupt', `${problem} (in ${folder}): ${cure}.`);
    bytes = await readFile(path);
  } catch (error) {
    throw readingFailure(error, path, cure);
  }
  const problem = cifar10Problem(file, bytes);
  if (problem) throw expected('data-corrupt', `${problem} (in ${folder}): ${cure}.`);
  return bytes;
}

function readingFailure(error: unknown, path: string, cure: string): unknown {
  if (errorCode(error) === 'ENOENT') return missing(path, cure);
  return storageFailure(error, path) ?? error;
}

const missing = (path: string, cure: string): ExpectedError =>
  expected('data-missing', `${path} is missing: ${cure}.`);

/** A look at names and lengths only, which takes no time; `readCifar10File` checks the content. */
export function cifar10Presence(folder: string): DatasetPresence {
  const absent: string[] = [];
  const problems: string[] = [];
  let bytes = 0;
  for (const file of CIFAR10_FILES) {
    try {
      const stat = statSync(join(folder, file.name));
      bytes += stat.size;
      const problem = stat.isFile() ? sizeProblem(file, stat.size) : `${file.name} is not a file`;
      if (problem) problems.push(problem);
    } catch (error) {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') absent.push(file.name);
      else problems.push(`${file.name} cannot be read (${errorCode(error) ?? String(error)})`);
    }
  }
  if (problems.length > 0) {
    return { state: 'corrupt', detail: `${problems[0]} (in ${folder}): ${CIFAR10_CURE}.`, bytes };
  }
  if (absent.length === CIFAR10_FILES.length) {
    return { state: 'missing', detail: `CIFAR-10 is not on this machine: ${CIFAR10_CURE}.`, bytes };
  }
  if (absent.length > 0) {
    return { state: 'corrupt', detail: `${join(folder, absent[0]!)} is missing: ${CIFAR10_CURE}.`, bytes };
  }
  return { state: 'ready', detail: `In ${folder}.`, bytes };
}

/** Whether all six official files lie in the folder, byte for byte (about a third of a second). */
export function isCifar10(folder: string): boolean {
  try {
    return CIFAR10_FILES.every((file) => {
      const path = join(folder, file.name);
      return statSync(path).size === CIFAR10_FILE_BYTES && sha1(readFileSync(path)) === file.sha1;
    });
  } catch {
    return false;
  }
}

/**
 * Takes records apart: planes R, G, B become pixels of R, G, B.
 * @param bytes records from the beginning of a file.
 * @param records how many to take.
 * @param images receives records x 32 x 32 x 3 (NHWC) from image `first` on.
 * @param labels receives one byte a record.
 */
export function decodeRecords(
  bytes: Uint8Array,
  records: number,
  images: Uint8Array,
  labels: Uint8Array,
  first: number,
): void {
  for (let record = 0; record < records; record++) {
    const at = record * CIFAR10_RECORD_BYTES;
    labels[first + record] = bytes[at]!;
    let to = (first + record) * 3 * CIFAR10_PIXELS;
    for (let pixel = at + 1; pixel <= at + CIFAR10_PIXELS; pixel++) {
      images[to++] = bytes[pixel]!;
      images[to++] = bytes[pixel + CIFAR10_PIXELS]!;
      images[to++] = bytes[pixel + 2 * CIFAR10_PIXELS]!;
    }
  }
}
