/** Writes files of arrays, and such that are wrong in one place. */
import { deflateRawSync, deflateSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { placesOf } from '../../../../../src/node/datasets/own-content';
import type { Manifest, PrepareJob } from '../../../../../src/shared/own-dataset';

export const bytes = (count: number, first = 0): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, i) => first + i));

/** An array as NumPy's version 1.0 has it. */
export function npy(type: string, shape: readonly number[], data: Buffer, fortran = false): Buffer {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  return npyWith(
    `{'descr': '${type}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${sides}), }`,
    data,
  );
}

export function npyWith(header: string, data: Buffer, version = 1): Buffer {
  const text = Buffer.from(`${header}\n`, 'latin1');
  const start = Buffer.alloc(version === 1 ? 10 : 12);
  start.write('\x93NUMPY', 0, 'latin1');
  start[6] = version;
  start.writeUIntLE(text.length, 8, version === 1 ? 2 : 4);
  return Buffer.concat([start, text, data]);
}

export function crc32(content: Buffer): number {
  let sum = ~0;
  for (const byte of content) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}

export interface ZipOptions {
  deflate?: boolean;
  /** What the directory says in place of the truth. */
  length?: number;
  sum?: number;
  method?: number;
  encrypted?: boolean;
}

export function zip(files: Record<string, Buffer> | [string, Buffer][], options: ZipOptions = {}): Buffer {
  const { deflate = false, method = deflate ? 8 : 0, encrypted = false } = options;
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  const entries = Array.isArray(files) ? files : Object.entries(files);
  for (const [name, content] of entries) {
    const data = deflate ? deflateRawSync(content) : content;
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(encrypted ? 1 : 0, 2);
    facts.writeUInt16LE(method, 4);
    facts.writeUInt32LE(options.sum ?? crc32(content), 10);
    facts.writeUInt32LE(data.length, 14);
    facts.writeUInt32LE(options.length ?? content.length, 18);
    facts.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), facts, Buffer.from(name), data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), facts, rest, Buffer.from(name)]),
    );
    parts.push(local);
    at += local.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, listing, end]);
}

export const npz = (arrays: Record<string, Buffer>, options?: ZipOptions): Buffer =>
  zip(Object.fromEntries(Object.entries(arrays).map(([key, array]) => [`${key}.npy`, array])), options);

/** Images of 4 × 4 grey pixels, each of one shade, and their labels. */
export const shades = (values: number[]): Buffer => npy('|u1', [values.length, 4, 4], shadeBytes(values));
export const shadeBytes = (values: number[]): Buffer =>
  Buffer.concat(values.map((value) => Buffer.alloc(16, value)));
export const labels = (values: number[]): Buffer => npy('|u1', [values.length], Buffer.from(values));

export function idx(shape: readonly number[], data: Buffer, magic = 0x800 + shape.length): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  [magic, ...shape].forEach((value, index) => header.writeUInt32BE(value, 4 * index));
  return Buffer.concat([header, data]);
}

function element(type: number, data: Buffer): Buffer {
  const tag = Buffer.alloc(8);
  if (data.length > 0 && data.length <= 4) {
    tag.writeUInt16LE(type, 0);
    tag.writeUInt16LE(data.length, 2);
    data.copy(tag, 4);
    return tag;
  }
  tag.writeUInt32LE(type, 0);
  tag.writeUInt32LE(data.length, 4);
  return Buffer.concat([tag, data, Buffer.alloc((8 - (data.length % 8)) % 8)]);
}

export interface MatArray {
  name: string;
  shape: number[];
  data: Buffer;
  /** Class and way of storing; 9 and 2 are bytes. */
  kind?: number;
  type?: number;
}

export function matArray({ name, shape, data, kind = 9, type = 2 }: MatArray): Buffer {
  const flags = Buffer.alloc(8);
  flags[0] = kind;
  const sizes = Buffer.alloc(4 * shape.length);
  shape.forEach((side, axis) => sizes.writeInt32LE(side, 4 * axis));
  return element(
    14,
    Buffer.concat([element(6, flags), element(5, sizes), element(1, Buffer.from(name)), element(type, data)]),
  );
}

export function mat(elements: Buffer[], { compressed = false, version = 0x100 } = {}): Buffer {
  const header = Buffer.alloc(128, ' ');
  header.write('MATLAB 5.0 MAT-file');
  header.writeUInt16LE(version, 124);
  header.write('IM', 126);
  const packed = elements.map((one) => {
    const data = deflateSync(one);
    const tag = Buffer.alloc(8);
    tag.writeUInt32LE(15, 0);
    tag.writeUInt32LE(data.length, 4);
    return Buffer.concat([tag, data]);
  });
  return Buffer.concat([header, ...(compressed ? packed : elements)]);
}

export async function tar(files: Record<string, Buffer>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Records of CIFAR: of each image its labels, then planes of these shades. */
export const records = (images: { labels: number[]; rgb: [number, number, number] }[]): Buffer =>
  Buffer.concat(
    images.flatMap(({ labels: own, rgb }) => [
      Buffer.from(own),
      ...rgb.map((shade) => Buffer.alloc(1024, shade)),
    ]),
  );

export const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Pixels and labels of each part, as the prepared file has them. */
export function contentOf(
  { target }: PrepareJob,
  { preparation, classNames, trainCount, evalCount }: Manifest,
) {
  const file = readFileSync(join(target, 'content.bin'));
  const { height, width, channels } = preparation;
  const places = placesOf({
    imageShape: [height, width, channels],
    classes: classNames.length,
    trainCount,
    evalCount,
  });
  if (file.length !== places.length) throw new Error('the file has another length');
  return {
    train: file.subarray(places.images.train, places.images.eval),
    eval: file.subarray(places.images.eval, places.labels.train),
    trainLabels: [...file.subarray(places.labels.train, places.labels.eval)],
    evalLabels: [...file.subarray(places.labels.eval)],
  };
}
