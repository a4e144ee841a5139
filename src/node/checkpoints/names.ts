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
import { basename, join } from 'node:path';
import { checkpointNameProblem, parseCheckpointName } from '../../shared/checkpoint-content';
import { expected, ok, type Result } from '../../shared/result';
import { realFiles, storageFail, type FileLayer } from '../files/durable-files';
import { errorCode } from '../files/file-errors';

export const WEIGHTS = '.safetensors';
export const DESCRIPTION = '.json';

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

export function parseName(name: string): CheckpointName | null {
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
export const byAge = (a: CheckpointName, b: CheckpointName): number => b.step - a.step || b.epoch - a.epoch;

/** The folder's checkpoints by their names, newest first; whether they can be read is not checked. */
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
export async function folderNames(folder: string, files: FileLayer): Promise<Result<string[]>> {
  try {
    return ok(await files.readdir(folder));
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? ok([]) : storageFail(error, folder);
  }
}
