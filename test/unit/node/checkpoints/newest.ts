/** Which of a folder's checkpoints can be used. The trainer chooses by the database's rows (src/trainer/checkpoints.ts). */
import { checkpointFiles, listCheckpoints } from '../../../../src/node/checkpoints/names';
import { readCheckpoint, type LoadedCheckpoint } from '../../../../src/node/checkpoints/read';
import { realFiles, type FileLayer } from '../../../../src/node/files/durable-files';
import type { TensorShape } from '../../../../src/shared/checkpoint-content';
import { ok, type Failure, type Result } from '../../../../src/shared/result';

interface Newest {
  /** Null where there is none that can be used. */
  checkpoint: LoadedCheckpoint | null;
  /** Why newer ones were passed over, newest first. */
  problems: Failure[];
}

/**
 * The newest checkpoint of a folder that can be read.
 * @param known by name, the SHA-256 of the descriptions as they were remembered; others may be used, too.
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
  const names = new Set([...listed.value.map(({ name }) => name), ...known.keys()]);
  const problems: Failure[] = [];
  // Names begin with the step, in digits of one length.
  for (const name of [...names].sort().reverse()) {
    const { description } = checkpointFiles(folder, name);
    const read = await readCheckpoint(description, { sha256: known.get(name), tensors }, files);
    if (read.ok) return ok({ checkpoint: read.value, problems });
    problems.push(read.error);
  }
  return ok({ checkpoint: null, problems });
}
