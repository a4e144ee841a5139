/** The columns of an imported history in words, for window and terminal. Pure. */
import type { UnderstoodColumn } from './history';

export const METRIC_TITLES: Record<UnderstoodColumn['metric'], string> = {
  epoch: 'epoch',
  step: 'step',
  loss: 'training loss',
  crossEntropy: 'training cross-entropy',
  accuracy: 'training accuracy',
  valLoss: 'validation loss',
  valCrossEntropy: 'validation cross-entropy',
  valAccuracy: 'validation accuracy',
  seconds: 'time of an epoch',
  imagesPerSecond: 'images per second',
  memoryBytes: 'memory',
  stepLoss: 'loss of each step',
  stepAccuracy: 'accuracy of each step',
};

/** `val_acc: validation accuracy`. */
export const describeColumn = ({ source, metric }: UnderstoodColumn): string =>
  `${source}: ${METRIC_TITLES[metric]}`;
