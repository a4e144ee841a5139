/** Reads checkpoints and verifies all of them, whatever lies there. */
import { createHash, type Hash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import {
  isAverage,
  isOptimizerSlot,
  ownerOf,
  type CheckpointDescription,
  type Tensor,
  type TensorShape,
} from '../../shared/checkpoint-content';
import { ok, type Result } from '../../shared/result';
import { shown } from '../../shared/shown';
import { realFiles, type FileLayer, type OpenFile } from '../files/durable-files';
import { decodeHeader, headerLength, LENGTH_BYTES } from './safetensors';
import { decodeDescription, MAX_DESCRIPTION_BYTES } from './description';
import { DESCRIPTION, WEIGHTS, type WrittenCheckpoint } from './names';
import { damaged, reading, Unreadable } from './unreadable';

/** Read at a time: small enough that a turn of the event loop stays short. */
const CHUNK_BYTES = 2 ** 20;

export interface LoadedCheckpoint extends WrittenCheckpoint {
  description: CheckpointDescription;
  /** Of the weights file: format, formatVersion, architecture (JSON), recipe (JSON), step, epoch. */
  metadata: Record<string, string>;
  tensors: Tensor[];
}

export interface Expectations {
  /** SHA-256 of the description, as it was remembered when the checkpoint was written. */
  sha256?: string;
  /** What the network and the optimizer have; names and shapes must be these, in any order. */
  tensors?: readonly TensorShape[];
  /** The recipe may be another one: slots and averages may be any, or none, that fit the variables. */
  anySlots?: boolean;
}

/** The end of the sentence about a checkpoint that cannot be read, where nobody looks for another one. */
const CHOOSE_ANOTHER = 'choose another checkpoint';

/**
 * Reads a checkpoint and checks all of it: the description against its own SHA-256, the weights' length and SHA-256
 * against the description, the header against the file, and what is expected besides. No file that can lie there makes it
 * take more memory than what is expected has.
 * @param path of its description.
 * @param cure what is done where it cannot be read: the end of the sentence on that.
 */
export async function readCheckpoint(
  path: string,
  expectations: Expectations = {},
  files: FileLayer = realFiles,
  cure = CHOOSE_ANOTHER,
): Promise<Result<LoadedCheckpoint>> {
  try {
    return ok(await load(path, expectations, files));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ok: false, error: error.failure(cure) };
  }
}

/** Reads all of a checkpoint and keeps nothing of it, however large it is. */
export async function verifyCheckpoint(path: string, files: FileLayer = realFiles): Promise<Result<void>> {
  try {
    await load(path, {}, files, false);
    return ok();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ok: false, error: error.failure(CHOOSE_ANOTHER) };
  }
}

/**
 * @param keeps whether the values are wanted; else the tensors are none.
 * @throws {Unreadable}
 */
async function load(
  path: string,
  expectations: Expectations,
  files: FileLayer,
  keeps = true,
): Promise<LoadedCheckpoint> {
  const text = await reading(path, async () => {
    const bytes = await files.size(path);
    if (bytes > MAX_DESCRIPTION_BYTES) throw damaged(path, `it is ${bytes} bytes long`);
    return Buffer.from(await files.readFile(path));
  });
  const sha256 = createHash('sha256').update(text).digest('hex');
  const isRemembered = expectations.sha256 === undefined || sha256 === expectations.sha256;
  const description = decodeDescription(path, text, isRemembered);
  if (!isRemembered) {
    throw damaged(path, `its SHA-256 is ${sha256}, and ${expectations.sha256} was remembered`);
  }

  const name = basename(path, DESCRIPTION);
  const weights = join(dirname(path), name + WEIGHTS);
  const { metadata, tensors } = await reading(weights, () =>
    readWeights(weights, description, files, keeps, (shapes) => compare(path, shapes, expectations)),
  );
  return {
    name,
    step: description.state.step,
    epoch: description.state.epoch,
    bytes: text.length + description.weights.bytes,
    sha256,
    weightsSha256: description.weights.sha256,
    description,
    metadata,
    tensors,
  };
}

/**
 * @param keeps whether the values are wanted.
 * @param check throws where these are not the tensors that are wanted; before there is room for them.
 * @throws {Unreadable} {@link HeaderError} or an error of the file system.
 */
async function readWeights(
  path: string,
  { weights: { bytes, sha256 } }: CheckpointDescription,
  files: FileLayer,
  keeps: boolean,
  check: (shapes: readonly TensorShape[]) => void,
): Promise<Pick<LoadedCheckpoint, 'metadata' | 'tensors'>> {
  const size = await files.size(path);
  if (size < bytes) throw new Unreadable('data-corrupt', `${path} is truncated at ${size} of ${bytes} bytes`);
  if (size > bytes) throw damaged(path, `it has ${size} bytes, not ${bytes}`);
  const hash = createHash('sha256');
  const file = await files.open(path, 'read');
  try {
    const take = async (length: number): Promise<Uint8Array> => {
      const into = new Uint8Array(length);
      await fill(file, into, hash, path);
      return into;
    };
    const length = headerLength(await take(Math.min(LENGTH_BYTES, size)), size);
    const header = decodeHeader(await take(length), size - LENGTH_BYTES - length);
    check(header.tensors);
    const tensors: Tensor[] = [];
    if (keeps) {
      for (const { name, shape } of header.tensors) {
        const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
        await fill(file, new Uint8Array(values.buffer), hash, path);
        tensors.push({ name, shape, values });
      }
    } else {
      const chunk = new Uint8Array(CHUNK_BYTES);
      for (let left = size - LENGTH_BYTES - length; left > 0; left -= chunk.length) {
        await fill(file, chunk.subarray(0, left), hash, path);
      }
    }
    const actual = hash.digest('hex');
    if (actual !== sha256) throw damaged(path, `its SHA-256 is ${actual}, not ${sha256}`);
    return { metadata: header.metadata, tensors };
  } finally {
    await file.close();
  }
}

/** Reads as many bytes as there is room for. */
async function fill(file: OpenFile, into: Uint8Array, hash: Hash, path: string): Promise<void> {
  for (let from = 0; from < into.length;) {
    const read = await file.read(into.subarray(from, from + CHUNK_BYTES));
    if (read === 0) throw damaged(path, 'it ended while it was read');
    hash.update(into.subarray(from, from + read));
    from += read;
  }
}

/** Of the optimizers there are, the one with most has two; a variable may have an average besides. */
const MAX_SLOTS = 4;

/** @throws {Unreadable} naming the first tensor in which the two differ. */
function compare(
  path: string,
  tensors: readonly TensorShape[],
  { tensors: expected, anySlots = false }: Expectations,
): void {
  if (!expected) return;
  const text = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
  const shapes = new Map(expected.map(({ name, shape }) => [name, text(shape)]));
  const wanted = new Set(
    [...shapes.keys()].filter((name) => !anySlots || !(isOptimizerSlot(name) || isAverage(name))),
  );
  const other = (how: string): Unreadable =>
    new Unreadable('invalid-input', `${path} is of another network or optimizer (${how})`);
  if (tensors.length > wanted.size * (1 + MAX_SLOTS)) throw other(`it has ${tensors.length} tensors`);
  for (const { name, shape } of tensors) {
    const owner = (anySlots && ownerOf(name)) || name;
    const want = shapes.get(owner);
    if (want === undefined) throw other(`it has ${shown(name)}, which is not expected`);
    if (want !== text(shape))
      throw other(`its ${shown(name)} has the shape ${shown(text(shape))}, not ${want}`);
    wanted.delete(name);
  }
  const [missing] = wanted;
  if (missing !== undefined) throw other(`it lacks ${missing}`);
}
