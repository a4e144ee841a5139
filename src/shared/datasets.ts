/** The data sets Resbench knows, whether they are on this machine or not. */
import type { BuiltInId, DatasetId, DatasetInfo } from './dataset';

export const DATASETS: Record<
  BuiltInId,
  DatasetInfo & {
    description: string;
  }
> = {
  shapes: {
    id: 'shapes',
    title: 'Shapes',
    description:
      'Ten kinds of coloured shapes on noisy backgrounds, drawn by Resbench: works at once and offline.',
    imageShape: [32, 32, 3],
    classNames: [
      'circle',
      'ring',
      'crescent',
      'square',
      'diamond',
      'triangle',
      'star',
      'cross',
      'heart',
      'arrow',
    ],
    trainCount: 10000,
    evalCount: 2000,
  },
  cifar10: {
    id: 'cifar10',
    title: 'CIFAR-10',
    description: '60,000 photographs in ten classes (Krizhevsky, 2009). 170 MB to download, 184 MB on disk.',
    imageShape: [32, 32, 3],
    classNames: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
    trainCount: 50000,
    evalCount: 10000,
  },
};

/** What a run is trained on where nobody says: CIFAR-10 once it is there, else what works at once. */
export const usualDataset = (isReady: (id: DatasetId) => boolean): DatasetId =>
  isReady('cifar10') ? 'cifar10' : 'shapes';
