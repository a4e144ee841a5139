/** Runs of the blog's experiment for tests. */
import {
  architectureOf,
  BLOG_RECIPE,
  VARIANT_FACTS,
  type Variant,
} from '../../../../src/shared/blog/experiment';
import { DATASETS } from '../../../../src/shared/datasets';
import type { EpochMetric } from '../../../../src/shared/metrics';
import type { Recipe } from '../../../../src/shared/recipe';
import type { Run, TrainedRun } from '../../../../src/shared/run';
import { sampleEpoch, sampleRun } from '../../renderer/features/runs/sample';

/** A run as `Run it here` makes it, ended. */
export function blogRun(variant: Variant, over: Partial<Run> = {}, recipe: Partial<Recipe> = {}): TrainedRun {
  const { id, title, trainCount, evalCount } = DATASETS.cifar10;
  return sampleRun({
    name: VARIANT_FACTS[variant].runName,
    architecture: architectureOf(variant),
    dataset: { id, title, sha256: null, trainCount, evalCount },
    recipe: { ...BLOG_RECIPE, ...recipe },
    ...over,
  });
}

/** Epochs with these validation accuracies. */
export const blogEpochs = (...accuracies: number[]): EpochMetric[] =>
  accuracies.map((accuracy, index) => sampleEpoch(index + 1, accuracy, { step: (index + 1) * 782 }));
