/**
 * Arrays of NumPy (.npy). Format: NumPy's NEP 1 and `numpy.lib.format`, versions 1.0 to 3.0. A header is read as the
 * one literal that NumPy writes, and nothing of it is evaluated; arrays of objects, which are pickles, are refused.
 */
import { MAX_CLASSES, MAX_IMAGES } from '../../../shared/own-dataset';
import { thousands } from '../../../shared/format';
import { damaged, shown, wrong, type ByteStream } from './bytes';

export interface NpyHeader {
  /** Type of the elements as NumPy writes it: `|u1`, `<i8`. */
  type: string;
  /** Columns first in place of rows. */
  fortran: boolean;
  shape: number[];
  /** Bytes before the elements. */
  length: number;
}

const MAGIC = '\x93NUMPY';
const MAX_HEADER = 2 ** 16;
const MAX_AXES = 32;

/** Reads up to the first element. */
export async function readNpyHeader(stream: ByteStream): Promise<NpyHeader> {
  const { where } = stream;
  const start = await stream.take(8);
  if (start.toString('latin1', 0, 6) !== MAGIC) throw damaged(where, 'is no array of NumPy');
  const major = start[6]!;
  if (major < 1 || major > 3) {
    throw wrong(
      `${where} is an array of NumPy in version ${major} of its format, which is not known: save it anew`,
    );
  }
  const size = major === 1 ? 2 : 4;
  const bytes = (await stream.take(size)).readUIntLE(0, size);
  if (bytes > MAX_HEADER) throw damaged(where, `has a header of ${thousands(bytes)} bytes`);
  const header = (await stream.take(bytes)).toString('latin1');
  const field = (name: string, value: string): string | undefined =>
    new RegExp(`[{,]\\s*'${name}'\\s*:\\s*${value}\\s*[,}]`).exec(header)?.[1];
  const fortran = field('fortran_order', '(True|False)');
  const shape = field('shape', '\\(([\\dL, ]*)\\)');
  const type = field('descr', "'([^']*)'");
  if (fortran === undefined || shape === undefined || !/'descr'/.test(header)) {
    throw damaged(where, 'has a header that NumPy does not write');
  }
  if (type === undefined) {
    throw wrong(`${where} is an array of records: save images and labels as arrays of their own`);
  }
  // Python 2 wrote an L after some numbers.
  const sides = shape.split(',').map((side) => side.trim().replace(/L$/, ''));
  if (sides.at(-1) === '') sides.pop();
  const numbers = sides.map(Number);
  if (
    !sides.every((side) => /^\d+$/.test(side)) ||
    !numbers.every(Number.isSafeInteger) ||
    sides.length > MAX_AXES
  ) {
    throw damaged(where, 'has a shape that NumPy does not write');
  }
  return { type, fortran: fortran === 'True', shape: numbers, length: 8 + size + bytes };
}

/** Bytes of one element; null where NumPy has no such type of plain bytes. */
function itemBytes(type: string): number | null {
  const [, kind, size] = /^[<>|=]?([biufcmMSUV])(\d{1,9})(?:\[\w+\])?$/.exec(type) ?? [];
  if (kind === undefined) return null;
  return Number(size) * (kind === 'U' ? 4 : 1);
}

/**
 * Whether an array is as long as its shape says.
 * @param length of header and elements, bytes
 */
export function checkLength(where: string, header: NpyHeader, length: number): void {
  const { type, shape } = header;
  if (/O/.test(type)) {
    throw wrong(
      `${where} is an array of Python objects, which are not read since reading them may run programs: save it with ` +
        'astype, images as uint8 and labels as int64',
    );
  }
  const item = itemBytes(type);
  if (item === null)
    throw wrong(`${where} has elements of the type ${shown(type)}, which is not known: save it as uint8`);
  const wanted = shape.reduce((product, side) => product * side, item);
  if (header.length + wanted === length) return;
  const has = `has ${thousands(length - header.length)} bytes of elements`;
  throw damaged(where, `${has}, but its shape (${shape.join(', ')}) takes ${thousands(wanted)}`);
}

/** The shape of an image in an array of them: [N, height, width] or [N, height, width, 1 or 3], of bytes. */
export function imageShapeOf(where: string, { type, fortran, shape }: NpyHeader): [number, number, 1 | 3] {
  if (/^[<>|=]?f\d/.test(type)) {
    throw wrong(
      `${where} has floating-point numbers (${shown(type)}), and images are bytes from 0 to 255: multiply them by 255 where ` +
        'they go from 0 to 1, and save them with astype(numpy.uint8)',
    );
  }
  if (!/^[<>|=]?u1$/.test(type)) {
    throw wrong(
      `${where} has elements of the type ${shown(type)}, and images are bytes from 0 to 255: save them with astype(numpy.uint8)`,
    );
  }
  const [, height = 0, width = 0, channels = 1] = shape;
  const text = `the shape (${shape.join(', ')})`;
  if (shape.length !== 3 && shape.length !== 4) {
    throw wrong(
      `${where} has ${text}, and images have the shape (number, height, width) or (number, height, width, channels): reshape them`,
    );
  }
  if (channels !== 1 && channels !== 3) {
    const isFirst = height === 1 || height === 3;
    const cure = isFirst ? 'save them with transpose(0, 2, 3, 1)' : 'save them as grey or as RGB';
    throw wrong(`${where} has ${text}, and an image has 1 channel or 3, on the last axis: ${cure}`);
  }
  if (fortran) {
    throw wrong(
      `${where} is stored with its first axis running fastest (Fortran order), which is not read: save it with ` +
        'numpy.ascontiguousarray',
    );
  }
  return [height, width, channels];
}

/** The labels of an array of whole numbers, [N] or [N, 1], each 0 to 255. */
export async function readLabels(stream: ByteStream, { type, shape }: NpyHeader): Promise<Uint8Array> {
  const { where } = stream;
  const [, order, kind, size] = /^([<>|=]?)([iu])([1248])$/.exec(type) ?? [];
  if (kind === undefined) {
    throw wrong(
      `${where} has elements of the type ${shown(type)}, and labels are whole numbers: save them with astype(numpy.int64)`,
    );
  }
  if (shape.length !== 1 && !(shape.length === 2 && shape[1] === 1)) {
    const oneHot = shape.length === 2 ? ' (where they are one-hot, take argmax(1))' : '';
    throw wrong(
      `${where} has the shape (${shape.join(', ')}), and labels are one number for each image: save them with the shape (number,)${oneHot}`,
    );
  }
  const count = shape[0]!;
  if (count > MAX_IMAGES) {
    throw wrong(
      `${where} has ${thousands(count)} labels, more than ${thousands(MAX_IMAGES)}: save fewer of them`,
    );
  }
  const width = Number(size);
  const bytes = await stream.take(count * width);
  await stream.end();
  const labels = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    const value = integerAt(bytes, index * width, width, kind === 'i', order === '>');
    if (value < 0 || value >= MAX_CLASSES) throw badLabel(where, index, String(value));
    labels[index] = Number(value);
  }
  return labels;
}

export const badLabel = (where: string, index: number, value: string): Error =>
  wrong(
    `${where} has the label ${value} at place ${thousands(index)}, and labels are whole numbers from 0 to ${MAX_CLASSES - 1}: ` +
      'number the classes from 0',
  );

function integerAt(bytes: Buffer, at: number, width: number, signed: boolean, big: boolean): number | bigint {
  if (width === 8) {
    if (big) return signed ? bytes.readBigInt64BE(at) : bytes.readBigUInt64BE(at);
    return signed ? bytes.readBigInt64LE(at) : bytes.readBigUInt64LE(at);
  }
  if (big) return signed ? bytes.readIntBE(at, width) : bytes.readUIntBE(at, width);
  return signed ? bytes.readIntLE(at, width) : bytes.readUIntLE(at, width);
}

/** Names of classes, an array of text (`<U12`): UTF-32, filled up with zeros. */
export async function readNames(stream: ByteStream, { type, shape }: NpyHeader): Promise<string[]> {
  const { where } = stream;
  const [, order, size] = /^([<>])U(\d{1,4})$/.exec(type) ?? [];
  if (size === undefined || shape.length !== 1) {
    throw wrong(`${where} is no list of text: save it as numpy.array([…]) of the names of the classes`);
  }
  const count = shape[0]!;
  if (count > MAX_CLASSES) {
    throw wrong(
      `${where} has ${thousands(count)} names, and a data set has at most ${MAX_CLASSES} classes: save fewer`,
    );
  }
  const characters = Number(size);
  const bytes = await stream.take(count * characters * 4);
  await stream.end();
  return Array.from({ length: count }, (_, index) => {
    let name = '';
    for (let place = 0; place < characters; place++) {
      const at = 4 * (index * characters + place);
      const point = order === '>' ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
      if (point > 0x10ffff) throw damaged(where, 'has a character that is no Unicode');
      name += String.fromCodePoint(point);
    }
    return name.replace(/\0+$/, '');
  });
}
