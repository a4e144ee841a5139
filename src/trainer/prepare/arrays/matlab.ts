/**
 * Numeric arrays of MATLAB files, version 5 (MathWorks, "MAT-File Format", versions 5 to 7): a header of 128 bytes, then
 * elements of a tag and data; one array is an element of class, sizes, name and values, or the same compressed by zlib.
 * Files of version 4 and 7.3, which is HDF5, are refused; cells, structs, texts and sparse arrays are passed over.
 */
import { MAX_CLASSES } from '../../../shared/own-dataset';
import { ByteStream, damaged, fileChunks, firstBytes, inflated, shown, withStream, wrong } from './bytes';

const HEADER = 128;
const TAG = 8;
const [MATRIX, COMPRESSED] = [14, 15];
const [INT8, UINT8, INT32, UINT32] = [1, 2, 5, 6];
/** Of arrays: double, single and the whole numbers; the class uint8. */
const [FIRST_NUMERIC, LAST_NUMERIC, CLASS_UINT8] = [6, 15, 9];
const COMPLEX = 0x800;
/** Arrays in one file, axes of an array, bytes of a name. */
const [MAX_ARRAYS, MAX_AXES, MAX_NAME] = [1000, 32, 63];
/** Elements are filled up to eight bytes. */
export const MAX_FILLER = 7;

/** How the values of an array are stored, which may be shorter than its class. */
const STORED: Record<number, { bytes: number; read: (from: Buffer, at: number) => number }> = {
  1: { bytes: 1, read: (from, at) => from.readInt8(at) },
  2: { bytes: 1, read: (from, at) => from.readUInt8(at) },
  3: { bytes: 2, read: (from, at) => from.readInt16LE(at) },
  4: { bytes: 2, read: (from, at) => from.readUInt16LE(at) },
  5: { bytes: 4, read: (from, at) => from.readInt32LE(at) },
  6: { bytes: 4, read: (from, at) => from.readUInt32LE(at) },
  7: { bytes: 4, read: (from, at) => from.readFloatLE(at) },
  9: { bytes: 8, read: (from, at) => from.readDoubleLE(at) },
  12: { bytes: 8, read: (from, at) => Number(from.readBigInt64LE(at)) },
  13: { bytes: 8, read: (from, at) => Number(from.readBigUInt64LE(at)) },
};

export interface MatlabArray {
  /** For sentences: the array in its file. */
  where: string;
  /** The first axis runs fastest. */
  shape: number[];
  /** Whether its values are bytes. */
  isBytes: boolean;
  /** At its first value; who opens it closes it. */
  open: () => Promise<Values>;
}

interface Values {
  stream: ByteStream;
  /** Key of `STORED`. */
  type: number;
}

/**
 * The arrays of numbers in a file, by name, without their values.
 * @param size of the file, bytes
 */
export async function matlabArrays(path: string, size: number): Promise<Map<string, MatlabArray>> {
  checkHeader(path);
  const arrays = new Map<string, MatlabArray>();
  for (let at = HEADER, number = 0; at < size; number++) {
    if (number === MAX_ARRAYS)
      throw wrong(`${path} has more than ${MAX_ARRAYS} arrays: save those of the set alone`);
    if (at + TAG > size) throw damaged(path, 'ends within an array, as a download does that broke off');
    const tag = await withStream(new ByteStream(fileChunks(path, at, at + TAG), path), (stream) =>
      stream.take(TAG),
    );
    const [type, bytes] = [tag.readUInt32LE(0), tag.readUInt32LE(4)];
    const [start, end] = [at + TAG, at + TAG + bytes];
    if (type !== MATRIX && type !== COMPRESSED)
      throw damaged(path, `has something that is no array (type ${type})`);
    if (end > size) throw damaged(path, 'ends within an array, as a download does that broke off');
    const open = async (): Promise<ByteStream> => {
      if (type === MATRIX) return new ByteStream(fileChunks(path, start, end), path);
      const stream = new ByteStream(inflated(path, start, end), path);
      const inner = await stream.take(TAG).catch(async (error: unknown) => {
        await stream.close();
        throw error;
      });
      if (inner.readUInt32LE(0) === MATRIX) return stream;
      await stream.close();
      throw damaged(path, `has something compressed that is no array (type ${inner.readUInt32LE(0)})`);
    };
    const found = await withStream(await open(), readArray);
    if (found) {
      const { name, shape, isBytes } = found;
      if (arrays.has(name)) throw damaged(path, `has the array ${shown(name)} twice`);
      const where = `${shown(name)} in ${path}`;
      arrays.set(name, { where, shape, isBytes, open: () => openValues(open, where) });
    }
    at = end;
  }
  return arrays;
}

function checkHeader(path: string): void {
  const header = firstBytes(path, HEADER);
  const text = header.toString('latin1', 0, 19);
  if (text === 'MATLAB 7.3 MAT-file') {
    throw wrong(`${path} is a MATLAB file of version 7.3, which is not read: save it with -v7`);
  }
  if (
    header.length < HEADER ||
    header.readUInt16LE(124) !== 0x100 ||
    header.toString('latin1', 126) !== 'IM'
  ) {
    throw wrong(`${path} is no MATLAB file of version 5 to 7 (little-endian): save it with -v7`);
  }
}

interface Found {
  name: string;
  shape: number[];
  isBytes: boolean;
  type: number;
}

/** Reads up to the first value; null for an array of something else than real numbers. */
async function readArray(stream: ByteStream): Promise<Found | null> {
  const { where } = stream;
  const flags = await element(stream, UINT32, 8, 'class');
  if (flags.length !== 8) throw damaged(where, 'has an array without a class');
  const kind = flags[0]!;
  if (kind < FIRST_NUMERIC || kind > LAST_NUMERIC || (flags.readUInt32LE(0) & COMPLEX) !== 0) return null;
  const sizes = await element(stream, INT32, 4 * MAX_AXES, 'sizes');
  const shape = Array.from({ length: sizes.length / 4 }, (_, axis) => sizes.readInt32LE(4 * axis));
  if (shape.length < 2 || shape.some((side) => side < 0)) throw damaged(where, 'has an array of no size');
  const name = (await element(stream, INT8, MAX_NAME, 'name')).toString('latin1');
  const { type, bytes } = await tagOf(stream);
  const stored = STORED[type];
  if (!stored) throw damaged(where, `has the array ${shown(name)} with values of an unknown type (${type})`);
  const wanted = shape.reduce((product, side) => product * side, stored.bytes);
  if (bytes !== wanted) {
    throw damaged(
      where,
      `has the array ${shown(name)} of the size ${shape.join(' × ')}, which takes ${wanted} bytes, with ${bytes}`,
    );
  }
  return { name, shape, isBytes: kind === CLASS_UINT8 && type === UINT8, type };
}

async function openValues(open: () => Promise<ByteStream>, where: string): Promise<Values> {
  const stream = await open();
  try {
    const found = await readArray(stream);
    if (!found) throw damaged(where, 'has changed while it was read');
    return { stream, type: found.type };
  } catch (error) {
    await stream.close();
    throw error;
  }
}

interface Tag {
  type: number;
  bytes: number;
  /** Data of up to four bytes stands in the tag itself. */
  isSmall: boolean;
}

async function tagOf(stream: ByteStream): Promise<Tag> {
  const first = await stream.take(4);
  const [type, small] = [first.readUInt16LE(0), first.readUInt16LE(2)];
  if (small > 4) throw damaged(stream.where, 'has a tag that MATLAB does not write');
  if (small > 0) return { type, bytes: small, isSmall: true };
  return { type, bytes: (await stream.take(4)).readUInt32LE(), isSmall: false };
}

/** The content of an element that describes an array; what fills it up is passed over. */
async function element(stream: ByteStream, wanted: number, most: number, what: string): Promise<Buffer> {
  const { type, bytes, isSmall } = await tagOf(stream);
  if (type !== wanted || bytes > most) {
    throw damaged(stream.where, `has an array whose ${what} MATLAB does not write so`);
  }
  return (await stream.take(isSmall ? 4 : 8 * Math.ceil(bytes / 8))).subarray(0, bytes);
}

/** A row or column of whole numbers as labels. */
export async function matlabLabels({ where, shape, open }: MatlabArray): Promise<Uint8Array> {
  const count = shape.reduce((product, side) => product * side, 1);
  if (Math.max(...shape) !== count) {
    throw wrong(
      `${where} has the size ${shape.join(' × ')}, and labels are one number for each image: save one column`,
    );
  }
  const { stream, type } = await open();
  return withStream(stream, async () => {
    const { bytes, read } = STORED[type]!;
    const values = await stream.take(count * bytes);
    await stream.end(MAX_FILLER);
    const labels = new Uint8Array(count);
    for (let index = 0; index < count; index++) {
      const value = read(values, index * bytes);
      if (!Number.isInteger(value) || value < 0 || value >= MAX_CLASSES) {
        throw wrong(
          `${where} has the label ${value} at place ${index + 1}, and labels are whole numbers from 0 to ${MAX_CLASSES - 1}: ` +
            'number the classes so',
        );
      }
      labels[index] = value;
    }
    return labels;
  });
}
