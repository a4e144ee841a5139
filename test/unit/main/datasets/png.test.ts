import { crc32 } from './crc32';
import { deflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { PngRefusal, readRgbPng } from '../../../../src/main/datasets/png';
import { random } from '../../architecture/random';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

function head(width: number, height: number, rest = [8, 2, 0, 0, 0]): Buffer {
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  return chunk('IHDR', Buffer.concat([size, Buffer.from(rest)]));
}

const png = (...chunks: Buffer[]): Buffer =>
  Buffer.concat([SIGNATURE, ...chunks, chunk('IEND', Buffer.alloc(0))]);
const data = (raw: Buffer): Buffer => chunk('IDAT', deflateSync(raw));

function refusal(file: Buffer, width = 4, rows = 3): string {
  try {
    readRgbPng(file, width, rows);
  } catch (error) {
    if (error instanceof PngRefusal) return error.message;
    throw error;
  }
  return 'is read';
}

describe('an RGB image', () => {
  it('comes out as pngjs reads it, whatever its filters', () => {
    const next = random(2);
    const [width, rows] = [37, 60];
    const raw = Buffer.alloc(rows * (1 + width * 3));
    for (let row = 0; row < rows; row++) {
      const at = row * (1 + width * 3);
      raw[at] = row % 5;
      // Small differences as well as large ones, so that each of Paeth's three is chosen.
      for (let i = 1; i <= width * 3; i++) raw[at + i] = Math.floor(next() * (row % 2 ? 256 : 6));
    }
    const packed = deflateSync(raw);
    const file = png(
      head(width, rows),
      chunk('tEXt', Buffer.from('a\0b')),
      chunk('IDAT', packed.subarray(0, 100)),
      chunk('IDAT', packed.subarray(100)),
    );
    const rgba = PNG.sync.read(file).data;
    expect(readRgbPng(file, width, rows)).toEqual(rgba.filter((_, i) => i % 4 !== 3));
  });
});

describe('another image is refused by its head', () => {
  const rows = Buffer.alloc(3 * 13);

  it.each([
    ['another width', [5, 3], undefined, 'has not 3 rows of 4 pixels'],
    ['another height', [4, 4_000_000_000], undefined, 'has not 3 rows of 4 pixels'],
    ['another depth', [4, 3], [16, 2, 0, 0, 0], 'is not RGB with 8 bits per channel, not interlaced'],
    ['another colour type', [4, 3], [8, 6, 0, 0, 0], 'is not RGB with 8 bits per channel, not interlaced'],
    ['a palette', [4, 3], [8, 3, 0, 0, 0], 'is not RGB with 8 bits per channel, not interlaced'],
    ['interlace', [4, 3], [8, 2, 0, 0, 1], 'is not RGB with 8 bits per channel, not interlaced'],
    ['another filter method', [4, 3], [8, 2, 0, 1, 0], 'is not RGB with 8 bits per channel, not interlaced'],
  ])('%s', (_what, [width, height], rest, sentence) => {
    expect(refusal(png(head(width!, height!, rest), data(rows)))).toBe(sentence);
  });

  it('a second head does not come after the first', () => {
    const file = png(head(4, 3), head(4, 3, [8, 2, 0, 0, 1]), data(rows));
    expect(refusal(file)).toBe('does not begin with its one head');
  });

  it('none, a broken one, and what is no PNG', () => {
    expect(refusal(png(data(rows)))).toBe('does not begin with its one head');
    expect(refusal(png(chunk('IHDR', Buffer.alloc(5)), data(rows)))).toBe('has a broken head');
    expect(refusal(Buffer.from('GIF89a'))).toBe('is no PNG');
    expect(refusal(png(head(4, 3), chunk('PLTE', Buffer.alloc(3)), data(rows)))).toBe(
      'holds what an RGB image needs not',
    );
  });
});

describe('the pixels', () => {
  it('are unpacked to their size and no further', () => {
    // 300 MB in 300 kB.
    expect(refusal(png(head(4, 3), data(Buffer.alloc(300_000_000))))).toBe(
      'unpacks to more than its size (ERR_BUFFER_TOO_LARGE)',
    );
    expect(refusal(png(head(4, 3), data(Buffer.alloc(40))))).toMatch(/^unpacks to more than its size/);
  });

  it('are refused where they are too few, broken, or filtered in an unknown way', () => {
    expect(refusal(png(head(4, 3), data(Buffer.alloc(38))))).toBe('holds less than its size');
    expect(refusal(png(head(4, 3)))).toMatch(/^cannot be unpacked/);
    expect(refusal(png(head(4, 3), chunk('IDAT', Buffer.from('no zlib'))))).toMatch(
      /^cannot be unpacked \(Z_/,
    );
    expect(refusal(png(head(4, 3), data(Buffer.alloc(39, 5))))).toBe('has a row with an unknown filter');
  });

  it('are refused where the file ends early', () => {
    const file = png(head(4, 3), data(Buffer.alloc(39)));
    for (let length = 8; length < file.length; length++)
      expect(refusal(file.subarray(0, length))).toBe('ends early');
  });
});
