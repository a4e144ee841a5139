/** Evaluation with batch normalisations folded into the convolutions before them. */
import { afterEach, describe, expect, test } from 'vitest';
import { convShape, shapeKey } from '../../../../../src/architecture/convolutions';
import { foldedUnits } from '../../../../../src/architecture/foldings';
import { buildNetwork, type Network } from '../../../../../src/architecture/network';
import { EVALUATION, FOLDED, FUSED, PLAIN, type EnginePlan } from '../../../../../src/shared/plan';
import type { Engine } from '../../../../../src/trainer/engine/engine';
import { Eager } from '../../../../../src/trainer/engine/graph/eager';
import { Graph } from '../../../../../src/trainer/engine/graph/graph';
import { openEngine } from '../../../../../src/trainer/engine/graph/graph-engine';
import {
  finishedConvolution,
  fold,
  preparedKernel,
} from '../../../../../src/trainer/engine/graph/lowering/finished';
import { foldingCases, FoldingTrial } from '../../../../../src/trainer/engine/graph/lowering/foldings';
import { convShapeOf, kernelShape } from '../../../../../src/trainer/engine/graph/lowering/geometry';
import {
  candidates,
  perDirection,
  substitutes,
} from '../../../../../src/trainer/engine/graph/lowering/lowerings';
import { forcedPlan, nativePlan } from '../../../../../src/trainer/engine/graph/lowering/plan';
import { ownKernels } from '../../../../../src/trainer/engine/own-kernels';
import reference from '../../../../reference/folded-convolution.json';
import { recipe, samples, smallArchitecture } from '../../fixtures';
import { ARCHITECTURES } from './architectures';

const engines: Engine[] = [];
afterEach(() => {
  for (const engine of engines.splice(0)) engine.dispose();
});
function open(network: Network, plan: EnginePlan): Engine {
  const engine = openEngine(network, recipe({ batchSize: 8, learningRate: 0.01 }), plan);
  engines.push(engine);
  return engine;
}

const by = (plan: EnginePlan, way: string): EnginePlan => ({
  ...plan,
  [EVALUATION]: perDirection(() => way),
});
const plans = (network: Network): [string, EnginePlan][] => [
  ["TensorFlow's ops", nativePlan(network)],
  ...(ownKernels() ? (['winograd4'] as const) : []).map((name): [string, EnginePlan] => [
    name,
    forcedPlan(network, name),
  ]),
];

/** Of the largest value. */
function distance(actual: Float32Array, right: ArrayLike<number>): number {
  const scale = Math.max(...Array.from(right, Math.abs));
  return Math.max(...Array.from(right, (value, i) => Math.abs(value - actual[i]!))) / scale;
}

describe('a finished convolution has the values of PyTorch in double precision', () => {
  /** As test/reference/folded_convolution.py has them. */
  const values = (count: number, salt: number) =>
    Float32Array.from({ length: count }, (_, i) => Math.sin(0.7 * i + salt));

  test.each(reference.cases)('$name', ({ shape: [images, height, width, channels, filters], ...given }) => {
    const side = given.kernel;
    const padding = side === 1 ? 'valid' : 'same';
    const shape = convShapeOf([height!, width!, channels!], filters!, [side, side], 1, padding);
    const graph = new Graph();
    const constant = (sides: readonly number[], salt: number) =>
      graph.constant(
        values(
          sides.reduce((product, one) => product * one, 1),
          salt,
        ),
        sides,
      );
    const vector = (salt: number) => constant([filters!], salt);
    const x = constant([images!, height!, width!, channels!], 1);
    const addend = given.add ? constant([images!, height!, width!, filters!], 8) : null;
    const folded = fold(graph, constant(kernelShape(shape), 2), {
      gamma: vector(4),
      beta: vector(5),
      mean: vector(6),
      variance: graph.constant(
        values(filters!, 7).map((value) => value * value),
        [filters!],
      ),
      bias: given.bias ? vector(3) : null,
      epsilon: reference.epsilon,
    });
    const lowerings = [...candidates(shape, 'forward'), ...substitutes(shape, 'forward')];
    expect(lowerings.length).toBeGreaterThan(1);
    const off = lowerings.map((lowering): [string, number] => {
      const prepared = preparedKernel(graph, lowering, folded.kernel, shape);
      const finishing = { bias: folded.bias, addend, relu: given.relu };
      const y = finishedConvolution(graph, lowering, { x, prepared }, shape, finishing);
      const eager = new Eager(graph);
      try {
        return [lowering, distance(eager.values(y) as Float32Array, given.y)];
      } finally {
        eager.dispose();
      }
    });
    expect(off.filter(([, by]) => !(by < 3e-6))).toEqual([]);
  });
});

/** With sums of all kinds, without, and with every kernel that a network can have. */
const DIFFERENT = ARCHITECTURES.filter(([name]) =>
  ['projections', 'identity, option A', 'the plain net', 'a CIFAR stem'].includes(name),
);

describe.each(DIFFERENT)('%s', (_, architecture) => {
  const network = buildNetwork(architecture);

  test.each(plans(network))('predicts folded what it predicts plain, after each step, by %s', (_, plan) => {
    const [folded, plain] = [open(network, by(plan, FOLDED)), open(network, by(plan, PLAIN))];
    const seen = samples(5, architecture, 99);
    for (let step = 0; step < 2; step++) {
      expect(distance(folded.predict(seen.images), plain.predict(seen.images))).toBeLessThan(2e-5);
      const { images, labels } = samples(8, architecture, step);
      for (const engine of [folded, plain]) engine.trainStep(images, labels);
    }
    // Training knows nothing of it.
    expect(folded.readState()).toEqual(plain.readState());
    const logits = folded.predict(seen.images);
    expect(distance(logits, plain.predict(seen.images))).toBeLessThan(2e-5);
    // What it keeps is of the weights as they are, whichever way they came.
    const fresh = open(network, by(plan, FOLDED));
    fresh.predict(seen.images);
    fresh.writeState(folded.readState());
    expect(fresh.predict(seen.images)).toEqual(logits);
    expect(folded.predict(seen.images)).toEqual(logits);
  });
});

describe('what is folded', () => {
  test('is each convolution that a normalisation alone reads, with the sum and the ReLU behind it', () => {
    const network = buildNetwork(smallArchitecture());
    const convs = network.layers.filter(({ kind }) => kind === 'conv').map(({ name }) => name);
    const units = foldedUnits(network);
    expect(units.map(({ conv }) => conv.name).sort()).toEqual(convs.sort());
    expect(units.filter(({ addend }) => addend !== null).length).toBeGreaterThan(0);
  });

  test('is no convolution that another layer reads too', () => {
    const network = buildNetwork(smallArchitecture());
    const [{ conv }] = foldedUnits(network) as [ReturnType<typeof foldedUnits>[number]];
    const last = network.layers[network.layers.length - 1]!;
    const layers = [...network.layers, { ...last, name: 'another', inputs: [conv.name] }];
    expect(foldedUnits({ layers }).map((unit) => unit.conv.name)).not.toContain(conv.name);
  });

  test('agrees on trial with what it stands for', () => {
    const network = buildNetwork(smallArchitecture());
    const verdicts = plans(network).flatMap(([, plan]) =>
      [...foldingCases(network, plan)].map(([key, folding]): [string, string | null] => {
        const trial = new FoldingTrial(folding, 4);
        try {
          return [key, trial.check()];
        } finally {
          trial.dispose();
        }
      }),
    );
    expect(verdicts.filter(([, wrong]) => wrong !== null)).toEqual([]);
  });

  test('counts the layers that a kind stands for', () => {
    const network = buildNetwork(smallArchitecture());
    const cases = [...foldingCases(network, nativePlan(network)).values()];
    expect(cases.reduce((sum, { count }) => sum + count, 0)).toBe(foldedUnits(network).length);
    expect(cases.map(({ unit }) => shapeKey(convShape(unit.conv)))).toContain('8x8x3-3x3/1-same-8x8x4');
  });
});

test('a plan of an earlier version evaluates plain, bit for bit as it did', () => {
  const network = buildNetwork(smallArchitecture());
  const plan = { ...nativePlan(network), update: perDirection(() => (ownKernels() ? FUSED : 'native')) };
  const { images } = samples(5);
  expect(open(network, plan).predict(images)).toEqual(open(network, by(plan, PLAIN)).predict(images));
});
