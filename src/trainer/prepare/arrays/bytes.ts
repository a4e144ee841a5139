/**
 * Bytes of somebody's files as streams: nothing is allocated by what a header claims before that much has arrived, and
 * nothing is unpacked beyond what a header claims.
 */
import { closeSync, createReadStream, readSync } from 'node:fs';
import { pipeline, type Transform } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { errorCode, storageFailure } from '../../../node/files/file-errors';
import { openUserFile, readUserFile } from '../../../node/files/user-files';
import { thousands } from '../../../shared/format';
import { MAX_IMAGES } from '../../../shared/own-dataset';
import { expected, ExpectedError } from '../../../shared/result';

/** What is read at once, and of images handed on at once where one is not larger. */
const BLOCK = 2 ** 20;
/** Of all images of one array. */
const MAX_ARRAY_BYTES = 2 ** 36;
/** Of one image, which is held as a whole. */
const MAX_IMAGE_PIXELS = 16e6;

/** As the end of a sentence that begins with a path. */
export const WANTED_FILE = 'a file of arrays.';

/** @param problem a sentence without its full stop, that says what to do */
export const wrong = (problem: string): ExpectedError => expected('invalid-input', `${problem}.`);

/** @param where file, or array in a file */
export const damaged = (where: string, why: string): ExpectedError =>
  expected('data-corrupt', `${where} ${why}: get or save the file again.`);

/** Names that a file gives, as they are shown. */
export const shown = (name: string): string => name.slice(0, 60).replace(/[^\x20-\x7e]/g, '?');

/**
 * @param shape of an array of images, without their number
 * @throws ExpectedError `invalid-input`
 */
export function checkImages(where: string, count: number, shape: readonly number[]): void {
  const pixels = shape[0]! * shape[1]!;
  if (count === 0 || pixels === 0) throw wrong(`${where} has no images: save an array with some`);
  if (count > MAX_IMAGES) {
    throw wrong(
      `${where} has ${thousands(count)} images, and a data set has at most ${thousands(MAX_IMAGES)}: save fewer of them`,
    );
  }
  if (pixels > MAX_IMAGE_PIXELS) {
    throw wrong(
      `${where} has images of ${thousands(shape[1]!)} × ${thousands(shape[0]!)} pixels, more than the 16 megapixels up to ` +
        'which images in arrays are read: save them smaller',
    );
  }
  if (count * bytesOf(shape) > MAX_ARRAY_BYTES) {
    throw wrong(`${where} has more than 64 GiB of images: save fewer of them, or smaller ones`);
  }
}

export const bytesOf = (shape: readonly number[]): number =>
  shape.reduce((product, side) => product * side, 1);

/** The next bytes of a stream, of which it says by name what is wrong. */
export class ByteStream {
  private readonly chunks: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  /** @param where file, or array in a file, as the beginning of a sentence */
  constructor(
    chunks: AsyncIterable<Buffer>,
    readonly where: string,
  ) {
    this.chunks = chunks[Symbol.asyncIterator]();
  }

  /** @throws ExpectedError `data-corrupt` where it ends before */
  async take(length: number): Promise<Buffer> {
    const taken: Buffer[] = [];
    for (let missing = length; missing > 0;) {
      const some = (await this.some()).subarray(0, missing);
      taken.push(some);
      this.rest = this.rest.subarray(some.length);
      missing -= some.length;
    }
    return taken.length === 1 ? taken[0]! : Buffer.concat(taken);
  }

  /**
   * Images of so many bytes, some at a time, after which the stream has to end.
   * @param filler bytes that may be left
   */
  async *images(bytes: number, count: number, filler = 0): AsyncGenerator<Buffer> {
    const most = Math.max(1, Math.floor(BLOCK / bytes));
    for (let done = 0; done < count; done += most)
      yield await this.take(bytes * Math.min(most, count - done));
    await this.end(filler);
  }

  /**
   * Reads to the end, where sums are checked.
   * @throws ExpectedError `data-corrupt` where there is more
   */
  async end(filler = 0): Promise<void> {
    for (let left = filler; this.rest.length > 0 || (await this.more());) {
      left -= this.rest.length;
      this.rest = this.rest.subarray(this.rest.length);
      if (left < 0) throw damaged(this.where, 'has more bytes than its header says');
    }
  }

  async close(): Promise<void> {
    await this.chunks.return?.();
  }

  private async some(): Promise<Buffer> {
    if (this.rest.length === 0 && !(await this.more())) {
      throw damaged(this.where, 'ends before what its header says it has');
    }
    return this.rest;
  }

  /** Whether another chunk has come. */
  private async more(): Promise<boolean> {
    try {
      for (;;) {
        const next = await this.chunks.next();
        if (next.done) return false;
        this.rest = next.value;
        if (this.rest.length > 0) return true;
      }
    } catch (error) {
      throw readingFailure(error, this.where);
    }
  }
}

/** What a failure of a library that reads a file comes to. */
export function readingFailure(error: unknown, where: string): unknown {
  if (error instanceof ExpectedError) return error;
  const code = errorCode(error);
  if (code === 'Z_BUF_ERROR') return damaged(where, 'ends early, as a download does that broke off');
  if (code === undefined || code.startsWith('Z_')) {
    return error instanceof Error ? damaged(where, `is broken (${shown(error.message)})`) : error;
  }
  return storageFailure(error, where) ?? wrong(`${where} cannot be read (${code}): name another file`);
}

/** Hands a stream to some work and closes it then. */
export async function withStream<T>(
  stream: ByteStream,
  work: (stream: ByteStream) => Promise<T>,
): Promise<T> {
  try {
    return await work(stream);
  } finally {
    await stream.close();
  }
}

/** As `withStream`, for what comes in pieces. */
export async function* fromStream<T>(
  stream: ByteStream,
  work: (stream: ByteStream) => AsyncIterable<T>,
): AsyncGenerator<T> {
  try {
    yield* work(stream);
  } finally {
    await stream.close();
  }
}

/** Bytes of a file from one place to before another. */
export async function* fileChunks(path: string, start = 0, end = Infinity): AsyncGenerator<Buffer> {
  const { fd, size } = openUserFile(path, WANTED_FILE);
  const last = Math.min(size, end) - 1;
  const options = { fd, start, end: Math.max(last, start), highWaterMark: BLOCK };
  const file = createReadStream(path, options);
  try {
    if (last >= start) yield* file as AsyncIterable<Buffer>;
  } finally {
    file.destroy();
  }
}

export const gunzipped = (path: string): AsyncIterable<Buffer> =>
  through(fileChunks(path), () => createGunzip({ chunkSize: BLOCK }));

/** A part of a file that zlib made. */
export const inflated = (path: string, start: number, end: number): AsyncIterable<Buffer> =>
  through(fileChunks(path, start, end), () => createInflate({ chunkSize: BLOCK }));

async function* through(chunks: AsyncIterable<Buffer>, make: () => Transform): AsyncGenerator<Buffer> {
  const unpacked = make();
  // What fails is thrown where it is read.
  pipeline(chunks, unpacked, () => {});
  try {
    yield* unpacked as AsyncIterable<Buffer>;
  } finally {
    unpacked.destroy();
  }
}

/** The first bytes of a plain file, fewer where it has no more. */
export function firstBytes(path: string, length: number): Buffer {
  const { fd } = openUserFile(path, WANTED_FILE);
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(fd, bytes, 0, length, 0));
  } finally {
    closeSync(fd);
  }
}

/** A small file as lines of text, without the empty ones. */
export const linesOf = (content: Buffer): string[] =>
  content
    .toString('utf8')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);

export const wholeFile = (path: string, limit: number): Buffer =>
  readUserFile(path, { wanted: WANTED_FILE, limit });

/**
 * @param count of images
 * @throws ExpectedError `data-corrupt`
 */
export function checkCounts(images: string, count: number, labels: string, labelCount: number): void {
  if (count === labelCount) return;
  throw damaged(
    images,
    `has ${thousands(count)} images, but ${labels} has ${thousands(labelCount)} labels, and each image needs one`,
  );
}
