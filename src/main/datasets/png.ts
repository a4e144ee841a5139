/**
 * The one form of PNG that the npm package has: 8 bits per channel, RGB, not interlaced, of a size that is known before
 * (ISO/IEC 15948). Anything else is refused by its head, and no more is unpacked than that size: a decoder for every
 * PNG unpacks an interlaced one to whatever length it has.
 *
 * Checksums of chunks are not looked at, since the images are checked against the SHA-1 of the official files.
 */
import { inflateSync } from 'node:zlib';
import { errorCode } from '../../node/files/file-errors';
import { thousands } from '../../shared/format';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const CHANNELS = 3;

/** Why a PNG is refused: the end of a sentence that begins with its name. */
export class PngRefusal extends Error {}

/**
 * @returns rows x width x 3 bytes.
 * @throws PngRefusal
 */
export function readRgbPng(file: Buffer, width: number, rows: number): Buffer {
  const stride = width * CHANNELS;
  // One byte a row says how it is filtered.
  const length = rows * (stride + 1);
  let pixels: Buffer;
  try {
    pixels = inflateSync(Buffer.concat(imageData(file, width, rows)), { maxOutputLength: length });
  } catch (error) {
    if (error instanceof PngRefusal) throw error;
    const why =
      errorCode(error) === 'ERR_BUFFER_TOO_LARGE' ? 'unpacks to more than its size' : 'cannot be unpacked';
    throw new PngRefusal(`${why} (${errorCode(error) ?? String(error)})`);
  }
  if (pixels.length !== length) throw new PngRefusal('holds less than its size');
  return unfilter(pixels, rows, stride);
}

/** The contents of its IDAT chunks, once its head is the expected one. */
function imageData(file: Buffer, width: number, rows: number): Buffer[] {
  if (!file.subarray(0, 8).equals(SIGNATURE)) throw new PngRefusal('is no PNG');
  const parts: Buffer[] = [];
  let at = 8;
  for (let number = 0; ; number++) {
    if (at + 8 > file.length) throw new PngRefusal('ends early');
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    const content = file.subarray(at + 8, at + 8 + length);
    // Length, type, content, checksum.
    at += 12 + length;
    if (at > file.length) throw new PngRefusal('ends early');
    if ((number === 0) !== (type === 'IHDR')) throw new PngRefusal('does not begin with its one head');
    if (type === 'IHDR') checkHead(content, width, rows);
    else if (type === 'IDAT') parts.push(content);
    else if (type === 'IEND') return parts;
    // A capital letter first: the image cannot be shown without it.
    else if (/^[^a-z]/.test(type)) throw new PngRefusal('holds what an RGB image needs not');
  }
}

function checkHead(head: Buffer, width: number, rows: number): void {
  if (head.length !== 13) throw new PngRefusal('has a broken head');
  const [depth, colour, compression, filter, interlace] = head.subarray(8);
  if (head.readUInt32BE(0) !== width || head.readUInt32BE(4) !== rows) {
    throw new PngRefusal(`has not ${thousands(rows)} rows of ${thousands(width)} pixels`);
  }
  if (depth !== 8 || colour !== 2 || compression !== 0 || filter !== 0 || interlace !== 0) {
    throw new PngRefusal('is not RGB with 8 bits per channel, not interlaced');
  }
}

/** Clause 9 of the standard: a row holds the differences from what its filter predicts. */
function unfilter(filtered: Buffer, rows: number, stride: number): Buffer {
  const pixels = Buffer.allocUnsafe(rows * stride);
  let above = Buffer.alloc(stride);
  for (let row = 0; row < rows; row++) {
    const from = row * (stride + 1);
    const given = filtered.subarray(from + 1, from + 1 + stride);
    const line = pixels.subarray(row * stride, (row + 1) * stride);
    unfilterRow(filtered[from]!, given, above, line);
    above = line;
  }
  return pixels;
}

function unfilterRow(kind: number, given: Buffer, above: Buffer, line: Buffer): void {
  const predict = PREDICTIONS[kind];
  if (kind === 0) given.copy(line);
  else if (!predict) throw new PngRefusal('has a row with an unknown filter');
  else {
    // Left of the first pixel everything counts as zero.
    for (let i = 0; i < CHANNELS; i++) line[i] = given[i]! + predict(0, above[i]!, 0);
    for (let i = CHANNELS; i < line.length; i++) {
      line[i] = given[i]! + predict(line[i - CHANNELS]!, above[i]!, above[i - CHANNELS]!);
    }
  }
}

/** By the number of the filter, from the bytes to the left, above, and above to the left. */
const PREDICTIONS: readonly (((left: number, above: number, aboveLeft: number) => number) | null)[] = [
  null,
  (left) => left,
  (_left, above) => above,
  (left, above) => (left + above) >> 1,
  paeth,
];

function paeth(left: number, above: number, aboveLeft: number): number {
  const byLeft = Math.abs(above - aboveLeft);
  const byAbove = Math.abs(left - aboveLeft);
  const byBoth = Math.abs(left + above - 2 * aboveLeft);
  if (byLeft <= byAbove && byLeft <= byBoth) return left;
  return byAbove <= byBoth ? above : aboveLeft;
}
