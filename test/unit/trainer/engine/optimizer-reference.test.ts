/** Training steps of both engines, in each way of updating, against PyTorch's optimizers (test/reference/optimizers.py). */
import { afterEach, describe, expect, test } from 'vitest';
import type { Architecture } from '../../../../src/architecture/architecture';
import { buildNetwork, type Network } from '../../../../src/architecture/network';
import type { Recipe } from '../../../../src/shared/recipe';
import type { Engine } from '../../../../src/trainer/engine/engine';
import { openEngine } from '../../../../src/trainer/engine/graph/graph-engine';
import { forcedPlan, nativePlan, type Plan } from '../../../../src/trainer/engine/graph/lowering/plan';
import { createEngine as createLayersEngine } from '../../../../src/trainer/engine/layers-engine';
import { ownKernels } from '../../../../src/trainer/engine/own-kernels';
import { probeImages, probeLabels, probeWeights } from '../../../../src/trainer/probe';
import reference from '../../../reference/optimizers.json';
import { recipe, smallArchitecture } from '../fixtures';

const engines: Engine[] = [];
afterEach(() => {
  for (const engine of engines.splice(0)) engine.dispose();
});
const kept = (engine: Engine): Engine => {
  engines.push(engine);
  return engine;
};

const architecture = smallArchitecture(reference.architecture as Partial<Architecture>);
const network = buildNetwork(architecture);
const { batchSize } = reference;

/** With the weights of the probe. */
function started(engine: Engine): Engine {
  const { values } = engine.readState();
  for (const [name, value] of probeWeights(network)) values.set(name, value);
  engine.writeState({ step: 0, values });
  return engine;
}
const graphEngine = (planOf: (network: Network) => Plan) => (used: Recipe) =>
  kept(openEngine(network, used, planOf(network)));
const ENGINES: [string, (used: Recipe) => Engine][] = [
  ["the graph's, by TensorFlow's ops", graphEngine(nativePlan)],
  ...(ownKernels()
    ? [
        ['the graph’s, by ops of our own', graphEngine((one) => forcedPlan(one, 'winograd2'))] as [
          string,
          (used: Recipe) => Engine,
        ],
      ]
    : []),
  ['that of layers', (used) => kept(createLayersEngine(network, used) as Engine)],
];

/** 1e-6 is seen; Newton-Schulz multiplies errors in small singular values by up to 500. */
const TOLERANCE = 1e-5;

describe.each(ENGINES)('%s', (_, open) => {
  test.each(reference.cases)('$name', ({ recipe: changes, losses, weights }) => {
    const used = recipe({ regularisation: 'both', ...(changes as Partial<Recipe>), batchSize });
    const engine = started(open(used));
    const size = architecture.inputShape.reduce((product, side) => product * side, 1);
    const found = losses.map((__, step) => {
      const images = probeImages(step, batchSize * size);
      return engine.trainStep(images, probeLabels(step, batchSize, architecture.classes)).loss;
    });
    for (const [step, loss] of losses.entries()) expect(found[step]).toBeCloseTo(loss, 4);
    const { values } = engine.readState();
    const off = Object.entries(weights).flatMap(([name, right]) => {
      const there = values.get(name)!;
      expect(there.length, name).toBe(right.length);
      const by = Math.max(...right.map((value, i) => Math.abs(there[i]! - value)));
      return by <= TOLERANCE ? [] : [[name, by]];
    });
    expect(off).toEqual([]);
  });
});
