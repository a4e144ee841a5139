/** The embedded set: drawn by the program, there at once. */
import { channelStatistics } from '../../../shared/augmentation/normalisation';
import type { DatasetPart } from '../../../shared/dataset';
import { DATASETS } from '../../../shared/datasets';
import { SHAPES_SHA256 } from '../shapes';
import { loadShapes } from '../shapes-cache';
import type { DatasetSource, ImageStore } from '../source';
import type { Split } from '../split';

export const shapes: DatasetSource = {
  id: 'shapes',
  info: () => DATASETS.shapes,
  sha256: () => SHAPES_SHA256,
  folder: () => null,
  presence: () => ({ state: 'ready', detail: 'Drawn by Resbench: nothing to download.', bytes: 0 }),
  stamp: () => '',
  load: (_folder, counts, cache) => Promise.resolve(loadShapes(counts.train, counts.eval, cache)),
  open(_folder, cache) {
    const { trainCount, evalCount, imageShape } = DATASETS.shapes;
    return inMemory(loadShapes(trainCount, evalCount, cache), imageShape);
  },
};

function inMemory(
  splits: Record<DatasetPart, Split>,
  [height, width, channels]: readonly [number, number, number],
): ImageStore {
  const size = height * width * channels;
  return {
    // eslint-disable-next-line require-yield -- they are there
    *labels() {
      return { train: splits.train.labels, eval: splits.eval.labels };
    },
    read(part, indices) {
      const bytes = new Uint8Array(indices.length * size);
      for (const [at, index] of indices.entries())
        bytes.set(splits[part].images.subarray(index * size, (index + 1) * size), at * size);
      return bytes;
    },
    // eslint-disable-next-line require-yield -- the images are there
    *statistics() {
      return channelStatistics(splits.train.images, channels);
    },
    close: () => {},
  };
}
