/** Whether what is about to be built fits into the memory that is there now. */
import type { Network } from '../architecture/network';
import { gpuMemory } from '../node/machine/gpu-memory';
import { readMemory } from '../node/machine/memory';
import { accumulates, imagesAtOnce } from '../shared/batches';
import type { DatasetInfo } from '../shared/dataset';
import type { Recipe } from '../shared/recipe';
import { expected } from '../shared/result';
import { leastMemory, memoryProblem } from '../shared/training-memory';
import { tensorflow } from './engine/tensorflow';

/**
 * @param recipe with a batch size that occurs.
 * @param dataset null where images are made as they are needed.
 * @throws ExpectedError with the largest batch that can, where this one cannot.
 */
export async function checkMemory(
  network: Network,
  recipe: Recipe,
  dataset: DatasetInfo | null,
): Promise<void> {
  const usesGpu = tensorflow().isUsingGpuDevice();
  // Where TensorFlow keeps the data set is its own affair.
  const least = leastMemory(network, recipe, usesGpu ? null : dataset);
  const limit = usesGpu ? (await gpuMemory())?.totalBytes : readMemory().availableBytes;
  if (limit === undefined) return;
  const problem = memoryProblem(
    least,
    imagesAtOnce(recipe),
    limit,
    usesGpu ? 'gpu' : 'free',
    accumulates(recipe) ? 'part' : 'batch',
  );
  if (problem !== null) throw expected('trainer', problem);
}
