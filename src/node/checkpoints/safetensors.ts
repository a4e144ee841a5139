/**
 * The safetensors format of Hugging Face (https://github.com/huggingface/safetensors, "Format"): the header's length in
 * 8 bytes (little-endian), the header (JSON, padded with spaces so that the data begins at a multiple of 8), then the
 * tensors one after the other without gaps, little-endian and row-major. Of its element types only F32 is used here.
 *
 * Numbers are written and read as they lie in memory: every platform that Electron runs on is little-endian.
 */
import type { Tensor, TensorShape } from '../../shared/checkpoint-content';
import { shown } from '../../shared/shown';
import { strictJson, StrictJsonError } from '../files/strict-json';

export const LENGTH_BYTES = 8;
/**
 * The network of most layers that can be built has a header of some 3 MB with its optimizer's slots. The reference
 * implementation takes up to 100 MB, which costs 28 times as much memory to read.
 */
export const MAX_HEADER_BYTES = 2 ** 24;
/** Of objects and lists in a header. */
const MAX_DEPTH = 8;
const METADATA = '__metadata__';

const elements = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);
export const bytesOf = (shape: readonly number[]): number => 4 * elements(shape);

/** The header's length and the header, for tensors that follow in this order. */
export function encodeHeader(
  tensors: readonly TensorShape[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const entries: [string, unknown][] = [[METADATA, metadata]];
  let offset = 0;
  for (const { name, shape } of tensors) {
    const end = offset + bytesOf(shape);
    entries.push([name, { dtype: 'F32', shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  const header = Object.fromEntries(entries);
  if (Object.keys(header).length !== entries.length) throw new Error('two tensors have one name');
  const json = Buffer.from(JSON.stringify(header));
  const length = Math.ceil(json.length / 8) * 8;
  if (length > MAX_HEADER_BYTES) throw new Error(`a header of ${length} bytes could not be read again`);
  const bytes = Buffer.alloc(LENGTH_BYTES + length, ' ');
  bytes.writeBigUInt64LE(BigInt(length), 0);
  json.copy(bytes, LENGTH_BYTES);
  return bytes;
}

/**
 * The file in chunks of at most `chunkBytes`. A large tensor's chunks are views of it, so that nothing is held twice;
 * small ones are gathered. The values of each are asked for once, when it is their turn.
 */
export function* encode(
  tensors: readonly Tensor[],
  metadata: Readonly<Record<string, string>>,
  chunkBytes: number,
): Generator<Uint8Array> {
  yield* split(encodeHeader(tensors, metadata), chunkBytes);
  const gathered = new Uint8Array(chunkBytes);
  let filled = 0;
  for (const { name, shape, values } of tensors) {
    if (values.length !== elements(shape)) {
      throw new Error(`${name} has ${values.length} values for the shape [${shape.join(', ')}]`);
    }
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    if (filled + bytes.length > chunkBytes && filled > 0) {
      yield gathered.subarray(0, filled);
      filled = 0;
    }
    if (bytes.length > chunkBytes) {
      yield* split(bytes, chunkBytes);
    } else {
      gathered.set(bytes, filled);
      filled += bytes.length;
    }
  }
  if (filled > 0) yield gathered.subarray(0, filled);
}

function* split(bytes: Uint8Array, chunkBytes: number): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += chunkBytes) yield bytes.subarray(from, from + chunkBytes);
}

export interface Header {
  metadata: Record<string, string>;
  /** In the order in which they lie in the file. */
  tensors: TensorShape[];
}

/** A header that does not fit its file. The message says what is wrong, as the end of a sentence about the file. */
export class HeaderError extends Error {}

/**
 * The header's length, from the first 8 bytes; fewer where the file has no more.
 * @throws HeaderError
 */
export function headerLength(first: Uint8Array, fileBytes: number): number {
  if (first.length < LENGTH_BYTES) {
    throw new HeaderError(`it has ${fileBytes} bytes, and the length of its header takes ${LENGTH_BYTES}`);
  }
  const length = Buffer.from(first.buffer, first.byteOffset, first.length).readBigUInt64LE(0);
  if (length > BigInt(Math.max(0, fileBytes - LENGTH_BYTES))) {
    throw new HeaderError(`its header claims ${length} bytes of the ${fileBytes} there are`);
  }
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw new HeaderError(`its header has ${length} bytes, and at most ${MAX_HEADER_BYTES} are read`);
  }
  return Number(length);
}

/**
 * Checks all that a header says against the bytes there are, before anything is allocated for it.
 * @param bytes the header alone.
 * @param dataBytes what follows it in the file.
 * @throws HeaderError
 */
export function decodeHeader(bytes: Uint8Array, dataBytes: number): Header {
  const header = parse(bytes);
  const { [METADATA]: metadata = {}, ...entries } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw new HeaderError('the metadata in its header are not strings');
  }
  const placed = Object.entries(entries).map(([name, entry]) => place(name, entry));
  placed.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let offset = 0;
  for (const { name, begin, end } of placed) {
    if (begin !== offset) {
      throw new HeaderError(
        `its header puts ${shown(name)} at byte ${begin} of the data, where ${offset} is next`,
      );
    }
    offset = end;
  }
  if (offset !== dataBytes) {
    throw new HeaderError(`its header describes ${offset} bytes of data, and there are ${dataBytes}`);
  }
  return {
    metadata: metadata as Record<string, string>,
    tensors: placed.map(({ name, shape }) => ({ name, shape })),
  };
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = strictJson(bytes, MAX_DEPTH);
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    throw new HeaderError(`its header is ${error.message}`);
  }
  if (!isRecord(header)) throw new HeaderError('its header is not a JSON object');
  return header;
}

function place(name: string, entry: unknown): TensorShape & { begin: number; end: number } {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  if (dtype !== 'F32') throw new HeaderError(`${shown(name)} is not of type F32 (float32)`);
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw new HeaderError(`its header does not say where ${shown(name)} lies`);
  }
  const [begin, end] = offsets as [number, number];
  if (end - begin !== bytesOf(shape)) {
    throw new HeaderError(
      `${shown(name)} of shape ${shown(`[${shape.join(', ')}]`)} has ${end - begin} bytes, not ${bytesOf(shape)}`,
    );
  }
  return { name, shape, begin, end };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
