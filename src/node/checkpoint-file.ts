/**
 * Checkpoints on disk (docs/decisions/0008-checkpoints-are-safetensors.md). One checkpoint is two files of one name:
 *
 * - `NAME.safetensors`: variables and optimizer slots by name, architecture, recipe, step and epoch in the metadata;
 * - `NAME.json`: where the training stands, and the length and SHA-256 of the file above. It is written after that
 *   file is durable: its presence is what makes the checkpoint exist. Weights without it are a leftover.
 *
 * The name ends with the weights' hash, so no checkpoint ever overwrites other weights, and a description always lies
 * beside the weights that it speaks of.
 */
import { createHash, type Hash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import {
  CHECKPOINT_FORMAT,
  CHECKPOINT_VERSION,
  checkpointDescriptionSchema,
  checkpointNameProblem,
  isOptimizerSlot,
  parseCheckpointName,
  slotOwner,
  type CheckpointContent,
  type CheckpointDescription,
  type Tensor,
  type TensorShape,
} from '../shared/checkpoints';
import { expected, fail, ok, type Failure, type FailureCode, type Result } from '../shared/result';
import { shown } from '../shared/shown';
import { spaceProblem } from './checkpoint-retention';
import {
  NOT_A_FILE,
  realFiles,
  removeFile,
  storageFail,
  sweep,
  writeDurably,
  type FileLayer,
  type OpenFile,
} from './durable-files';
import { errorCode } from './file-errors';
import { decodeHeader, encode, encodeHeader, HeaderError, headerLength, LENGTH_BYTES } from './safetensors';
import { strictJson, StrictJsonError } from './strict-json';

const WEIGHTS = '.safetensors';
const DESCRIPTION = '.json';
/** Written and read at a time: small enough that a turn of the event loop stays short. */
const CHUNK_BYTES = 2 ** 20;
/** A description of the deepest preset has some 30 kB; more is not one, and is not read into memory. */
const MAX_DESCRIPTION_BYTES = 2 ** 24;
/** Of its objects and lists. */
const MAX_DESCRIPTION_DEPTH = 16;
const NO_SHA256 = '0'.repeat(64);

/** A checkpoint's place in its run, as its name tells it. */
export interface CheckpointName {
  /** Without folder and ending. */
  name: string;
  step: number;
  /** Epochs finished. */
  epoch: number;
}

/** As the database remembers a checkpoint. */
export interface WrittenCheckpoint extends CheckpointName {
  /** Of both files. */
  bytes: number;
  /** Of the description, which holds that of the weights: it stands for both. */
  sha256: string;
  weightsSha256: string;
}

export interface LoadedCheckpoint extends WrittenCheckpoint {
  description: CheckpointDescription;
  /** Of the weights file: format, formatVersion, architecture (JSON), recipe (JSON), step, epoch. */
  metadata: Record<string, string>;
  tensors: Tensor[];
}

function parseName(name: string): CheckpointName | null {
  const place = parseCheckpointName(name);
  return place && { name, ...place };
}

/**
 * The two files of a checkpoint: the one place where its name becomes paths.
 * @throws ExpectedError (`data-corrupt`) for a name that no checkpoint has, which could lead out of the folder.
 */
export function checkpointFiles(folder: string, name: string): { weights: string; description: string } {
  const problem = checkpointNameProblem(name);
  if (problem !== null) throw expected('data-corrupt', problem);
  return { weights: join(folder, name + WEIGHTS), description: join(folder, name + DESCRIPTION) };
}

/** Newest first. At an epoch's last step there may be two, before and after its validation. */
const byAge = (a: CheckpointName, b: CheckpointName): number => b.step - a.step || b.epoch - a.epoch;

// -------------------------------------------------------------------------------------------------------- writing

/** Bytes that writing the checkpoint will take; its description is estimated from above. */
export function checkpointBytes(content: CheckpointContent): number {
  const data = content.tensors.reduce((sum, { values }) => sum + values.byteLength, 0);
  const description = JSON.stringify(content.state, null, 2).length + 1024;
  return encodeHeader(content.tensors, metadataOf(content)).length + data + description;
}

/**
 * Writes a checkpoint beside those that are there; it is durable when the promise settles. The values must not change
 * before. Free space is checked first; on any failure the checkpoints before it are as they were.
 */
export async function writeCheckpoint(
  folder: string,
  content: CheckpointContent,
  files: FileLayer = realFiles,
  chunkBytes = CHUNK_BYTES,
): Promise<Result<WrittenCheckpoint>> {
  const { state, tensors } = content;
  const { step, epoch } = state;
  // An optimizer's slot may overflow without harm; a weight never comes back from that.
  const odd = tensors.find(({ name, values }) => !isOptimizerSlot(name) && !areFinite(values));
  if (odd) {
    return fail(
      'trainer',
      `After step ${step} ${odd.name} holds values that are not finite numbers, so no checkpoint was written: go on ` +
        'from the one before, with a smaller learning rate.',
    );
  }
  const problem = spaceProblem(checkpointBytes(content), await files.freeSpace(folder), folder);
  if (problem) return fail('storage', problem);

  const weights = await writeDurably(
    folder,
    (sha256) => `step-${pad(step, 8)}-epoch-${pad(epoch, 4)}-${sha256.slice(0, 12)}${WEIGHTS}`,
    encode(tensors, metadataOf(content), chunkBytes),
    files,
  );
  if (!weights.ok) return weights;

  const name = basename(weights.value.path, WEIGHTS);
  const text = encodeDescription({
    format: CHECKPOINT_FORMAT,
    formatVersion: CHECKPOINT_VERSION,
    sha256: NO_SHA256,
    createdAt: Date.now(),
    weights: { bytes: weights.value.bytes, sha256: weights.value.sha256 },
    state,
  });
  const description = await writeDurably(folder, name + DESCRIPTION, [text], files);
  if (!description.ok) {
    // Without a description they would lie there until the next `sweepCheckpoints`.
    if (!(await exists(join(folder, name + DESCRIPTION), files))) await removeFile(weights.value.path, files);
    return description;
  }
  return ok({
    name,
    step,
    epoch,
    bytes: weights.value.bytes + description.value.bytes,
    sha256: description.value.sha256,
    weightsSha256: weights.value.sha256,
  });
}

function areFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

async function exists(path: string, files: FileLayer): Promise<boolean> {
  try {
    await files.size(path);
    return true;
  } catch (error) {
    // Where it cannot be told, it may be there.
    return errorCode(error) !== 'ENOENT';
  }
}

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');

const metadataOf = ({ architecture, recipe, state }: CheckpointContent): Record<string, string> => ({
  format: CHECKPOINT_FORMAT,
  formatVersion: String(CHECKPOINT_VERSION),
  architecture: JSON.stringify(architecture),
  recipe: JSON.stringify(recipe),
  step: String(state.step),
  epoch: String(state.epoch),
});

/** @throws Error where the description could not be read back, which is a bug of who made it. */
function encodeDescription(description: CheckpointDescription): Buffer {
  const text = `${JSON.stringify(checkpointDescriptionSchema.parse(description), null, 2)}\n`;
  return Buffer.from(text.replace(NO_SHA256, createHash('sha256').update(text).digest('hex')));
}

/** Removes both files, so that a crash in between leaves weights without a description: a leftover, no damage. */
export async function removeCheckpoint(
  folder: string,
  name: string,
  files: FileLayer = realFiles,
): Promise<Result<void>> {
  const problem = checkpointNameProblem(name);
  if (problem !== null) return fail('data-corrupt', problem);
  const paths = checkpointFiles(folder, name);
  const description = await removeFile(paths.description, files);
  if (!description.ok) return description;
  try {
    await files.fsyncFolder(folder);
  } catch (error) {
    return storageFail(error, folder);
  }
  return removeFile(paths.weights, files);
}

/**
 * Removes what dead attempts left: temporary files, and weights without a description. Only the one process that writes
 * into the folder may call it, while it writes nothing. Answers the names.
 */
export async function sweepCheckpoints(
  folder: string,
  files: FileLayer = realFiles,
): Promise<Result<string[]>> {
  const swept = await sweep(folder, files);
  if (!swept.ok) return swept;
  const names = await folderNames(folder, files);
  if (!names.ok) return names;
  const there = new Set(names.value);
  const orphans = names.value.filter(
    (file) =>
      file.endsWith(WEIGHTS) &&
      parseName(basename(file, WEIGHTS)) &&
      !there.has(basename(file, WEIGHTS) + DESCRIPTION),
  );
  for (const orphan of orphans) {
    const removed = await removeFile(join(folder, orphan), files);
    if (!removed.ok) return removed;
  }
  return ok([...swept.value, ...orphans]);
}

// -------------------------------------------------------------------------------------------------------- reading

/** The folder's checkpoints by their names, newest first; whether they can be read is not looked at. */
export async function listCheckpoints(
  folder: string,
  files: FileLayer = realFiles,
): Promise<Result<CheckpointName[]>> {
  const names = await folderNames(folder, files);
  if (!names.ok) return names;
  return ok(
    names.value
      .filter((file) => file.endsWith(DESCRIPTION))
      .map((file) => parseName(basename(file, DESCRIPTION)))
      .filter((name) => name !== null)
      .sort(byAge),
  );
}

/** None where there is no such folder: nothing was written yet. */
async function folderNames(folder: string, files: FileLayer): Promise<Result<string[]>> {
  try {
    return ok(await files.readdir(folder));
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? ok([]) : storageFail(error, folder);
  }
}

export interface Expectations {
  /** SHA-256 of the description, as it was remembered when the checkpoint was written. */
  sha256?: string;
  /** What the network and the optimizer have; names and shapes must be these, in any order. */
  tensors?: readonly TensorShape[];
  /** The optimizer may be another one: its slots may be any, or none, that fit the variables. */
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

export interface Newest {
  /** Null where there is none that can be used. */
  checkpoint: LoadedCheckpoint | null;
  /** Why newer ones were passed over, newest first, each with what is used in its place. */
  problems: Failure[];
}

/**
 * The newest checkpoint that can be used; one that cannot is passed over.
 * @param known by name, the SHA-256 of the descriptions as they were remembered. One that is not among them may be used
 *   too: its writer can have died before it was remembered.
 */
export async function loadNewest(
  folder: string,
  {
    known = new Map(),
    tensors,
  }: { known?: ReadonlyMap<string, string>; tensors?: readonly TensorShape[] } = {},
  files: FileLayer = realFiles,
): Promise<Result<Newest>> {
  const listed = await listCheckpoints(folder, files);
  if (!listed.ok) return listed;
  const names = new Map(listed.value.map((entry) => [entry.name, entry]));
  for (const name of known.keys()) {
    const entry = parseName(name);
    if (entry) names.set(name, entry);
  }

  const passedOver: Unreadable[] = [];
  let checkpoint: LoadedCheckpoint | null = null;
  for (const { name } of [...names.values()].sort(byAge)) {
    try {
      checkpoint = await load(join(folder, name + DESCRIPTION), { sha256: known.get(name), tensors }, files);
      break;
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      passedOver.push(error);
    }
  }
  const cure = checkpoint
    ? `the checkpoint of step ${checkpoint.step} is used in its place`
    : 'there is no other checkpoint to use in its place';
  return ok({ checkpoint, problems: passedOver.map((problem) => problem.failure(cure)) });
}

/** Why a checkpoint cannot be used: the beginning of a sentence that whoever asked for it ends. */
class Unreadable extends Error {
  constructor(
    private readonly code: FailureCode,
    what: string,
    private readonly sentence = false,
  ) {
    super(what);
  }

  failure(cure: string): Failure {
    const message = this.sentence
      ? `${this.message} ${cure[0]!.toUpperCase()}${cure.slice(1)}.`
      : `${this.message}: ${cure}.`;
    return { code: this.code, message };
  }
}

const damaged = (path: string, how: string): Unreadable =>
  new Unreadable('data-corrupt', `${path} is damaged (${how})`);

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

/** What a file system error means for the reader of a file. */
async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    if (error instanceof HeaderError) throw damaged(path, error.message);
    const code = errorCode(error);
    if (code === 'ENOENT') throw new Unreadable('not-found', `${path} is missing`);
    if (code === NOT_A_FILE || code === 'ELOOP') throw damaged(path, 'it is not a file');
    throw new Unreadable('storage', storageFail(error, path).error.message, true);
  }
}

/**
 * @param isRemembered false where it is known to be another text than the one that was written: then it is damaged, and
 *   what it says of itself counts for nothing.
 * @throws {Unreadable}
 */
function decodeDescription(path: string, text: Buffer, isRemembered: boolean): CheckpointDescription {
  const value = describedBy(path, text);
  const foreign = (): Unreadable =>
    isRemembered
      ? new Unreadable('invalid-input', `${path} is not a checkpoint`)
      : damaged(path, 'it is not a checkpoint');
  const { format, formatVersion, sha256 } = (value ?? {}) as Record<string, unknown>;
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) {
    if (format !== CHECKPOINT_FORMAT) throw foreign();
    throw damaged(path, 'it does not tell its SHA-256');
  }
  const actual = createHash('sha256')
    .update(text.toString('latin1').replace(sha256, NO_SHA256), 'latin1')
    .digest('hex');
  if (actual !== sha256) throw damaged(path, `its SHA-256 is ${actual}, and ${sha256} stands in it`);
  if (format !== CHECKPOINT_FORMAT) throw foreign();
  if (isRemembered && typeof formatVersion === 'number' && formatVersion > CHECKPOINT_VERSION) {
    throw new Unreadable(
      'unsupported',
      `${path} was written by a newer Resbench (format ${formatVersion}, known is ${CHECKPOINT_VERSION}), ` +
        'which can read it',
    );
  }
  const parsed = checkpointDescriptionSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path: place, message } = parsed.error.issues[0]!;
  throw damaged(path, `${shown(place.join('.'))}: ${shown(message)}`);
}

/** @throws {Unreadable} */
function describedBy(path: string, text: Buffer): unknown {
  if (text.length === 0) throw damaged(path, 'it is empty');
  try {
    return strictJson(text, MAX_DESCRIPTION_DEPTH);
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    throw damaged(path, `it is ${error.message}`);
  }
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

/** Of the optimizers there are, the one with most has two. */
const MOST_SLOTS = 4;

/** @throws {Unreadable} naming the first tensor in which the two differ. */
function compare(
  path: string,
  tensors: readonly TensorShape[],
  { tensors: expected, anySlots = false }: Expectations,
): void {
  if (!expected) return;
  const text = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
  const shapes = new Map(expected.map(({ name, shape }) => [name, text(shape)]));
  const wanted = new Set([...shapes.keys()].filter((name) => !anySlots || !isOptimizerSlot(name)));
  const other = (how: string): Unreadable =>
    new Unreadable('invalid-input', `${path} is of another network or optimizer (${how})`);
  if (tensors.length > wanted.size * (1 + MOST_SLOTS)) throw other(`it has ${tensors.length} tensors`);
  for (const { name, shape } of tensors) {
    const owner = anySlots && isOptimizerSlot(name) ? slotOwner(name) : name;
    const want = shapes.get(owner);
    if (want === undefined) throw other(`it has ${shown(name)}, which is not expected`);
    if (want !== text(shape))
      throw other(`its ${shown(name)} has the shape ${shown(text(shape))}, not ${want}`);
    wanted.delete(name);
  }
  const [missing] = wanted;
  if (missing !== undefined) throw other(`it lacks ${missing}`);
}
