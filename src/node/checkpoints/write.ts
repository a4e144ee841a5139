/** Writes checkpoints, removes them, and clears up after writers that died. */
import { basename, join } from 'node:path';
import {
  CHECKPOINT_FORMAT,
  CHECKPOINT_VERSION,
  checkpointNameProblem,
  isOptimizerSlot,
  type CheckpointContent,
  type TensorShape,
} from '../../shared/checkpoint-content';
import { fail, ok, type Result } from '../../shared/result';
import { spaceProblem } from './retention';
import {
  realFiles,
  removeFile,
  storageFail,
  sweep,
  writeDurably,
  type FileLayer,
} from '../files/durable-files';
import { errorCode } from '../files/file-errors';
import { bytesOf, encode, encodeHeader } from './safetensors';
import { encodeDescription } from './description';
import {
  checkpointFiles,
  DESCRIPTION,
  folderNames,
  parseName,
  WEIGHTS,
  type WrittenCheckpoint,
} from './names';

/** Written at a time: small enough that a turn of the event loop stays short. */
const CHUNK_BYTES = 2 ** 20;

/** What a checkpoint holds but for the numbers themselves. */
export interface CheckpointOutline extends Omit<CheckpointContent, 'tensors'> {
  tensors: readonly TensorShape[];
}

/** Bytes that writing the checkpoint will take; its description is estimated from above. */
export function checkpointBytes(content: CheckpointOutline): number {
  const data = content.tensors.reduce((sum, { shape }) => sum + bytesOf(shape), 0);
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
  const odd = tensors.find((tensor) => !isOptimizerSlot(tensor.name) && !areFinite(tensor.values));
  if (odd) {
    return fail(
      'trainer',
      `After step ${step} ${odd.name} holds values that are not finite numbers, so no checkpoint was written: continue ` +
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

const metadataOf = ({ architecture, recipe, state }: CheckpointOutline): Record<string, string> => ({
  format: CHECKPOINT_FORMAT,
  formatVersion: String(CHECKPOINT_VERSION),
  architecture: JSON.stringify(architecture),
  recipe: JSON.stringify(recipe),
  step: String(state.step),
  epoch: String(state.epoch),
});

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
