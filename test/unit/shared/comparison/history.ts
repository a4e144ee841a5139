/** Histories of runs for the tests of comparisons. */
import type { History } from '../../../../src/shared/comparison/budgets';
import { correctBits, type Predictions } from '../../../../src/shared/predictions';
import type { EpochMetric } from '../../../../src/shared/metrics';
import type { Run } from '../../../../src/shared/run';
import { sampleEpoch, sampleRun } from '../../renderer/features/runs/sample';

/** A run that has an epoch for each accuracy; 157 steps of 64 images each. */
export function aHistory(
  accuracies: readonly number[],
  over: Partial<Run> = {},
  epoch: Partial<EpochMetric> = {},
): History {
  const epochs = accuracies.map((accuracy, index) => sampleEpoch(index + 1, accuracy, epoch));
  return {
    run: sampleRun({
      epoch: accuracies.length,
      epochs: accuracies.length,
      last: epochs.at(-1) ?? null,
      ...over,
    }),
    epochs,
  };
}

/** What a run predicted in an epoch: of so many images those right that the function names. */
export function predictionsOf(
  epoch: number,
  images: number,
  isRight: (image: number) => boolean,
  datasetSha256 = 'abc',
): Predictions {
  const classes = Uint8Array.from({ length: images }, (_, image) => (isRight(image) ? 1 : 2));
  const labels = new Uint8Array(images).fill(1);
  return { epoch, datasetSha256, classes, correct: correctBits(classes, labels) };
}
