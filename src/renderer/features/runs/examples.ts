/** Runs that the start page offers to somebody who has none yet. Pure. */
import { findPreset } from '../../../architecture/presets';
import { DEFAULT_RECIPE } from '../../../shared/recipe';
import type { RunRequest } from '../../../shared/run';

/**
 * The shortest way to curves that mean something: a small net of the paper on images that the program draws itself, a few
 * minutes' worth of training cut down to about one.
 */
export function exampleRequest(): RunRequest {
  return {
    name: 'Example: ResNet-20 on Shapes',
    architecture: findPreset('resnet20')!.architecture,
    datasetId: 'shapes',
    recipe: { ...DEFAULT_RECIPE, batchSize: 32, epochs: 5, limitTrain: 2000, limitEval: 500 },
  };
}
