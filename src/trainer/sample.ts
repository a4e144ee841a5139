/** The first images of a training set, for previews of what training sees. */
import { channelStatistics } from '../shared/augmentation/normalisation';
import type { DatasetSample } from '../shared/dataset';
import type { SampleJob } from '../shared/training-messages';
import { loadDataset } from './data/dataset';

/** @param cacheFolder where a set that is drawn may be kept. */
export async function sample({ dataset, count }: SampleJob, cacheFolder: string): Promise<DatasetSample> {
  const { train, info } = await loadDataset(
    dataset.id,
    dataset.folder,
    { train: null, eval: null },
    cacheFolder,
  );
  const size = train.images.length / train.count;
  return {
    imageShape: info.imageShape,
    images: [...train.images.subarray(0, count * size)],
    labels: [...train.labels.subarray(0, count)],
    statistics: channelStatistics(train.images, info.imageShape[2]),
  };
}
