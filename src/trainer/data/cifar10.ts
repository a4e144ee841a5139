import {
  CIFAR10_CURE,
  CIFAR10_FILES,
  CIFAR10_FILE_RECORDS,
  CIFAR10_PIXELS,
  decodeRecords,
  readCifar10File,
} from '../../node/datasets/cifar10-files';
import { expected } from '../../shared/result';
import type { Split } from '../../node/datasets/split';

/**
 * Reads the six official files. All are checked in full whatever the counts, so that a run never begins on a set that
 * is not what its hash says; the check takes about a third of a second.
 * @param trainCount images of the training set to keep, from the first on; `evalCount` likewise of the test set.
 * @throws ExpectedError `data-missing` or `data-corrupt`, naming the file and the cure.
 */
export async function loadCifar10(
  folder: string | null,
  trainCount: number,
  evalCount: number,
): Promise<{ train: Split; eval: Split }> {
  if (folder === null) throw expected('data-missing', `CIFAR-10 is not on this machine: ${CIFAR10_CURE}.`);
  const splits = { train: emptySplit(trainCount), eval: emptySplit(evalCount) };
  const filled = { train: 0, eval: 0 };
  for (const file of CIFAR10_FILES) {
    const bytes = await readCifar10File(folder, file, CIFAR10_CURE);
    const split = splits[file.split];
    const records = Math.min(CIFAR10_FILE_RECORDS, split.count - filled[file.split]);
    decodeRecords(bytes, records, split.images, split.labels, filled[file.split]);
    filled[file.split] += records;
  }
  return splits;
}

const emptySplit = (count: number): Split => ({
  count,
  images: new Uint8Array(count * 3 * CIFAR10_PIXELS),
  labels: new Uint8Array(count),
});
