/** Random architectures, each held against its tfjs-layers model. */
import { buildNetwork } from '../../src/architecture/network';
import { parseArchitecture } from '../../src/architecture/text/architecture';
import { formatProblem } from '../../src/architecture/problem';
import { layerVariables } from '../../src/architecture/layers';
import { random } from '../unit/architecture/random';
import { randomArchitecture } from '../unit/architecture/random-architecture';
import { disagreements } from './disagreements';
import { Distribution } from './distribution';
import { referenceModel } from './reference-model';

export interface Survey {
  /** How many were held against their models: all, unless one disagreed. */
  compared: number;
  layers: number;
  variables: number;
  distribution: Distribution;
  /** The first architecture that disagreed, and how. */
  failure: { seed: number; sentences: string[] } | null;
}

/** Architectures of the seeds from `seed` on, so that each can be looked at alone; ends with the first that disagrees. */
export function survey({ seed, count }: { seed: number; count: number }): Survey {
  const result: Survey = {
    compared: 0,
    layers: 0,
    variables: 0,
    distribution: new Distribution(),
    failure: null,
  };
  for (let one = seed; one < seed + count; one++) {
    const architecture = randomArchitecture(random(one));
    result.distribution.add(architecture);
    const parsed = parseArchitecture(architecture);
    if (!parsed.ok) {
      result.failure = { seed: one, sentences: parsed.problems.map((problem) => formatProblem(problem)) };
      return result;
    }
    const network = buildNetwork(parsed.value);
    const model = referenceModel(architecture);
    const sentences = disagreements(network, model);
    model.dispose();
    if (sentences.length > 0) {
      result.failure = { seed: one, sentences };
      return result;
    }
    result.compared++;
    result.layers += network.layers.length;
    result.variables += network.layers.reduce((sum, layer) => sum + layerVariables(layer).length, 0);
  }
  return result;
}
