/** A data set as training uses it: whole splits in memory, uint8. */
import type { ChannelStatistics } from '../../shared/augmentation/normalisation';
import { DATASET_SHA256 } from '../../node/datasets/dataset-hashes';
import { DATASETS } from '../../shared/datasets';
import type { DatasetId, DatasetInfo } from '../../shared/dataset';
import { loadCifar10 } from './cifar10';
import { loadShapes } from './shapes-cache';
import type { Split } from './split';

export interface Dataset {
  info: DatasetInfo;
  train: Split;
  eval: Split;
  /** Of the whole content (see src/node/datasets/dataset-hashes.ts), whatever the limits. */
  sha256: string;
  /** Of the training images; absent where nothing is normalised by them. */
  statistics?: ChannelStatistics;
}

/** Use the first N images of a split only; null for all. More than there are means all. */
export interface Limits {
  train: number | null;
  eval: number | null;
}

/**
 * Reads (or draws) a data set, checked before use.
 * @param folder with the set's files; null for a set that is drawn by the program.
 * @param cacheFolder where a set that is drawn may be kept for the next time; null: drawn each time.
 * @throws ExpectedError `data-missing` or `data-corrupt`, naming the file and the cure.
 */
export async function loadDataset(
  id: DatasetId,
  folder: string | null,
  limits: Limits,
  cacheFolder: string | null = null,
): Promise<Dataset> {
  const info = DATASETS[id];
  const train = Math.min(limits.train ?? info.trainCount, info.trainCount);
  const evaluation = Math.min(limits.eval ?? info.evalCount, info.evalCount);
  switch (id) {
    case 'shapes':
      return {
        info,
        ...loadShapes(train, evaluation, cacheFolder),
        sha256: DATASET_SHA256.shapes,
      };
    case 'cifar10':
      return {
        info,
        ...(await loadCifar10(folder, train, evaluation)),
        sha256: DATASET_SHA256.cifar10,
      };
  }
}
