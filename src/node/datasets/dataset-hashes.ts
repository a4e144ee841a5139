/** What identifies the content of each data set, whole and independent of a run's limits. */
import type { DatasetId } from '../../shared/dataset';

export const DATASET_SHA256: Record<DatasetId, string> = {
  /**
   * Of the images and labels that the program draws: training images (10,000 x 32 x 32 x 3), training labels,
   * evaluation images (2,000 x 32 x 32 x 3), evaluation labels, one after the other.
   */
  shapes: '0d0724cea714e899613c7d62a71ef244d5e9434f6416cde6d62a85ba804b0e80',
  /**
   * Of the six official files one after the other: `cat data_batch_{1..5}.bin test_batch.bin | sha256sum`. Not computed
   * at each use: the SHA-1 of every file is, and only the official files have those.
   */
  cifar10: '013ba16d14ecc4829da62bf2af648ca30f600491ecb3e7f329c827db0dd17522',
};
