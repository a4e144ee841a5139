/** The gradient of every layer kind against differences of the loss. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Architecture } from '../../../../../src/architecture/architecture';
import { layerVariables } from '../../../../../src/architecture/layers';
import { buildNetwork } from '../../../../../src/architecture/network';
import type { Engine, EngineState } from '../../../../../src/trainer/engine/engine';
import { openEngine } from '../../../../../src/trainer/engine/graph/graph-engine';
import { forcedPlan, type ForcedPlan } from '../../../../../src/trainer/engine/graph/lowering/plan';
import type { Recipe } from '../../../../../src/shared/recipe';
import { createEngine as createLayersEngine } from '../../../../../src/trainer/engine/layers-engine';
import { ownKernels } from '../../../../../src/trainer/engine/own-kernels';
import { Random } from '../../../../../src/shared/random';
import { recipe, samples } from '../../fixtures';
import { ARCHITECTURES } from './architectures';

let engine: Engine | undefined;
afterEach(() => engine?.dispose());

/** SGD without momentum, at rate 1: what a step takes from a variable is its gradient. */
function open(architecture: Architecture, by: ForcedPlan, changes: Partial<Recipe> = {}): Engine {
  const network = buildNetwork(architecture);
  const plan = forcedPlan(network, by);
  engine = openEngine(network, recipe({ optimizer: 'sgd', momentum: 0, ...changes }), plan);
  return engine;
}

function moved(state: EngineState, name: string, direction: Float32Array, by: number): EngineState {
  const values = new Map(state.values);
  values.set(
    name,
    values.get(name)!.map((value, i) => value + by * direction[i]!),
  );
  return { step: state.step, values };
}

/** Projection (also where TensorFlow's own gradient is known to be wrong), option A, pooling: between them every kind of layer, each with every variable it has. */
const WITH_EVERY_KIND = [
  'projections',
  'projections out of 4, 5, 6 and 7 channels',
  'identity, option A',
  "the blog's stem, down to 1x1 maps",
];

const WAYS: ForcedPlan[] = ownKernels() ? ['native', 'winograd2', 'winograd4'] : ['native'];

describe.each(ARCHITECTURES.filter(([name]) => WITH_EVERY_KIND.includes(name)))('%s', (_, architecture) => {
  test.each(WAYS)(
    'each variable, by %s: along its gradient the loss rises by the square of its length',
    { timeout: 60_000 },
    (by) => {
      const { images, labels } = samples(16, architecture);
      const engine = open(architecture, by);
      // Betas off 0: a channel that is 0 for all images would stand on the kink of its ReLU, which has no gradient there.
      const start = engine.readState();
      for (const [name, values] of start.values) {
        if (name.endsWith('/beta')) values.forEach((_, i) => (values[i] = 0.1 * Math.sin(i + name.length)));
      }
      engine.writeState(start);
      engine.trainStep(images, labels, 1);
      const after = engine.readState().values;
      const lossAt = (state: EngineState): number => {
        engine.writeState(state);
        return engine.trainStep(images, labels, 0).loss;
      };
      const wrong: [string, number][] = [];
      for (const layer of engine.network.layers) {
        for (const { name, role, trainable } of layerVariables(layer)) {
          if (!trainable) continue;
          const gradient = start.values.get(name)!.map((value, i) => value - after.get(name)![i]!);
          const square = gradient.reduce((sum, value) => sum + value * value, 0);
          if (role === 'bias' && layer.kind === 'conv') {
            // Exactly zero, and so is what the loss does along any direction.
            const random = new Random(3);
            const direction = gradient.map(() => random.normal());
            const slope =
              (lossAt(moved(start, name, direction, 0.1)) - lossAt(moved(start, name, direction, -0.1))) /
              0.2;
            if (square !== 0 || Math.abs(slope) > 1e-4) wrong.push([name, slope]);
            continue;
          }
          // As far as the loss changes by a thousandth, enough for float32, but never so far that its curve shows.
          const length = Math.sqrt(square);
          const h = Math.min(1e-3 / length, 3e-3) / length;
          const slope =
            (lossAt(moved(start, name, gradient, h)) - lossAt(moved(start, name, gradient, -h))) / (2 * h);
          if (!(Math.abs(slope / square - 1) < 0.03)) wrong.push([name, slope / square]);
        }
      }
      expect(wrong).toEqual([]);
    },
  );
});

test.each([0, 0.3])(
  'with labels smoothed by %s, the bias of the head: the loss follows its gradient',
  (labelSmoothing) => {
    const [, architecture] = ARCHITECTURES[0]!;
    const { images, labels } = samples(16, architecture);
    const engine = open(architecture, 'native', { labelSmoothing });
    const { name } = engine.variables().at(-1)!;
    const start = engine.readState();
    engine.trainStep(images, labels, 1);
    const after = engine.readState().values.get(name)!;
    const gradient = start.values.get(name)!.map((value, i) => value - after[i]!);
    const lossAt = (by: number): number => {
      engine.writeState(moved(start, name, gradient, by));
      return engine.trainStep(images, labels, 0).loss;
    };
    const square = gradient.reduce((sum, value) => sum + value * value, 0);
    expect(name).toMatch(/bias$/);
    expect((lossAt(0.05) - lossAt(-0.05)) / 0.1 / square).toBeCloseTo(1, 2);
  },
);

test('with smoothed labels both engines take the same step', () => {
  const [, architecture] = ARCHITECTURES[0]!;
  const { images, labels } = samples(16, architecture);
  const changes = { optimizer: 'sgd', momentum: 0, labelSmoothing: 0.2, learningRate: 0.1 } as const;
  const stepOf = (of: Engine) => {
    const { loss, crossEntropy } = of.trainStep(images, labels);
    const bias = of.readState().values.get(of.variables().at(-1)!.name)!;
    return { loss, crossEntropy, bias };
  };
  const ours = stepOf(open(architecture, 'native', changes));
  const other = createLayersEngine(buildNetwork(architecture), recipe(changes)) as Engine;
  const theirs = stepOf(other);
  other.dispose();
  expect(ours.loss).toBeCloseTo(theirs.loss, 5);
  expect(ours.loss).not.toBeCloseTo(ours.crossEntropy, 3);
  for (const [index, value] of ours.bias.entries()) expect(value).toBeCloseTo(theirs.bias[index]!, 6);
});
