/** Batches computed in parts: against whole batches, against PyTorch, and what is left of a batch that is not computed to its end. */
import { afterEach, describe, expect, test } from 'vitest';
import { buildNetwork } from '../../../../../src/architecture/network';
import { parseArchitecture } from '../../../../../src/architecture/text/architecture';
import { augmentedImages } from '../../../../../src/shared/augmentation/images';
import { mixedImages, mixingOf } from '../../../../../src/shared/augmentation/mixing';
import { normalisationOf } from '../../../../../src/shared/augmentation/normalisation';
import type { Recipe } from '../../../../../src/shared/recipe';
import type { Engine, EngineState, StepResult } from '../../../../../src/trainer/engine/engine';
import { openEngine } from '../../../../../src/trainer/engine/graph/graph-engine';
import { forcedPlan, nativePlan } from '../../../../../src/trainer/engine/graph/lowering/plan';
import { createEngine as createLayersEngine } from '../../../../../src/trainer/engine/layers-engine';
import { ownKernels } from '../../../../../src/trainer/engine/own-kernels';
import { probeImages, probeLabels, probeWeights } from '../../../../../src/trainer/probe';
import reference from '../../../../reference/accumulation.json';
import { recipe, samples, smallArchitecture } from '../../fixtures';

const engines: Engine[] = [];
afterEach(() => {
  for (const engine of engines.splice(0)) engine.dispose();
});

const architecture = smallArchitecture({ l2: 0.01, bnMomentum: 0.8 });
const network = buildNetwork(architecture);
/** The ways of the update: our own where there are kernels. */
const PLANS = [
  ["by TensorFlow's ops", nativePlan(network)] as const,
  ...(ownKernels() ? [['by our own', forcedPlan(network, 'winograd2')] as const] : []),
];

function engineFor(changes: Partial<Recipe>, plan = nativePlan(network), norms = false): Engine {
  const engine = openEngine(network, recipe(changes), plan, { norms });
  engines.push(engine);
  return engine;
}

/** Largest difference of each value, relative to the largest of its variable (to 1 where all are smaller). */
function farFrom(
  actual: EngineState,
  expected: EngineState,
  tolerance: number,
  names: (name: string) => boolean,
) {
  return [...expected.values].filter(([name, values]) => {
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
    const other = actual.values.get(name)!;
    return names(name) && values.some((value, i) => !(Math.abs(value - other[i]!) <= tolerance * scale));
  });
}

const isMoving = (name: string): boolean => /moving(Mean|Variance)$/.test(name);
const isTrained = (name: string): boolean => !isMoving(name);

/** Images twice, so that two parts normalise over what the whole batch does. */
function twice(count: number, seed: number) {
  const { images, labels } = samples(count, architecture, seed);
  return {
    images: Uint8Array.from([...images, ...images]),
    labels: Uint8Array.from([...labels, ...labels]),
  };
}

const MOMENTUM = { optimizer: 'sgd', momentum: 0.9, learningRate: 0.02 } as const;
const CLIPPED_AND_DECAYING = { clipNorm: 0.5, weightDecay: 3 };

describe.each(PLANS)('an update %s', (_, plan) => {
  test.each([
    ['Adam', { optimizer: 'adam', learningRate: 0.003 }],
    ['Adam, clipped, decaying', { optimizer: 'adam', learningRate: 0.003, ...CLIPPED_AND_DECAYING }],
    ['SGD', { optimizer: 'sgd', momentum: 0, learningRate: 0.05 }],
    ['momentum, clipped, decaying, smoothed', { ...MOMENTUM, ...CLIPPED_AND_DECAYING, labelSmoothing: 0.1 }],
    ['Nesterov', { ...MOMENTUM, nesterov: true }],
  ] satisfies [string, Partial<Recipe>][])('%s: two equal parts as the whole batch', (_, changes) => {
    const whole = engineFor({ ...changes, batchSize: 12 }, plan, true);
    const parted = engineFor({ ...changes, batchSize: 12, microBatchSize: 6 }, plan, true);
    for (let step = 0; step < 4; step++) {
      const { images, labels } = twice(step === 2 ? 3 : 6, step);
      const [expected, actual] = [whole, parted].map((engine) => engine.trainStep(images, labels)) as [
        StepResult,
        StepResult,
      ];
      expect(actual.loss).toBeCloseTo(expected.loss, 4);
      expect(actual.crossEntropy).toBeCloseTo(expected.crossEntropy, 4);
      expect([actual.correct, actual.count]).toEqual([expected.correct, expected.count]);
      expect(actual.norms!.gradient / expected.norms!.gradient).toBeCloseTo(1, 3);
      expect(actual.norms!.weights / expected.norms!.weights).toBeCloseTo(1, 5);
    }
    expect(parted.readState().step).toBe(4);
    expect(farFrom(parted.readState(), whole.readState(), 2e-3, isTrained)).toEqual([]);
  });
});

test('parts of unequal size count by their images, and moving statistics move once for each', () => {
  // 7 images are two parts of 4 and 3.
  const parted = engineFor({ ...MOMENTUM, batchSize: 7, microBatchSize: 4 });
  const start = parted.readState();
  const { images, labels } = samples(7, architecture, 3);
  const size = images.length / 7;
  const result = parted.trainStep(images, labels);

  // Each part as a batch of its own, from the same weights, and with the statistics that the part before left.
  const single = engineFor({ ...MOMENTUM, batchSize: 7 });
  const velocity = new Map<string, Float64Array>();
  let moving = [...start.values].filter(([name]) => isMoving(name));
  const sums = { loss: 0, crossEntropy: 0, correct: 0 };
  for (const [from, to] of [
    [0, 4],
    [4, 7],
  ] as const) {
    single.writeState({ step: 0, values: new Map([...start.values, ...moving]) });
    const part = single.trainStep(images.subarray(from * size, to * size), labels.subarray(from, to));
    const share = (to - from) / 7;
    sums.loss += share * part.loss;
    sums.crossEntropy += share * part.crossEntropy;
    sums.correct += part.correct;
    const { values } = single.readState();
    moving = [...values].filter(([name]) => isMoving(name));
    for (const [name, own] of values) {
      if (!name.startsWith('optimizer')) continue;
      const sum = velocity.get(name) ?? new Float64Array(own.length);
      velocity.set(
        name,
        sum.map((value, i) => value + share * own[i]!),
      );
    }
  }
  expect(result.loss).toBeCloseTo(sums.loss, 5);
  expect(result.crossEntropy).toBeCloseTo(sums.crossEntropy, 5);
  expect([result.correct, result.count]).toEqual([sums.correct, 7]);
  const expected = new Map([
    ...[...velocity].map(([name, values]) => [name, Float32Array.from(values)] as const),
    ...moving,
  ]);
  expect(expected.size).toBeGreaterThan(20);
  expect(farFrom(parted.readState(), { step: 1, values: expected }, 1e-4, () => true)).toEqual([]);
});

test('steps in parts are those of PyTorch, which adds up gradients of unequal parts too', () => {
  const parsed = parseArchitecture(reference.architecture);
  if (!parsed.ok) throw new Error('The reference has no architecture.');
  const own = parsed.network;
  const engine = openEngine(
    own,
    recipe({ ...(reference.recipe as Partial<Recipe>), normalisation: 'none' }),
    nativePlan(own),
    {
      norms: true,
    },
  );
  engines.push(engine);
  const { values } = engine.readState();
  for (const [name, weights] of probeWeights(own)) values.set(name, weights);
  engine.writeState({ step: 0, values });
  const [height, width, channels] = own.architecture.inputShape;
  for (const [step, expected] of reference.steps.entries()) {
    const { batchSize } = reference.recipe;
    const result = engine.trainStep(
      probeImages(step, batchSize * height * width * channels),
      probeLabels(step, batchSize, own.architecture.classes),
    );
    expect(result.crossEntropy / expected.crossEntropy).toBeCloseTo(1, 4);
    expect(result.loss / expected.loss).toBeCloseTo(1, 4);
    expect(result.norms!.gradient / expected.norm).toBeCloseTo(1, 4);
    expect(result.correct).toBe(expected.correct);
  }
  const state = engine.readState().values;
  const norm = (name: string) => Math.sqrt(state.get(name)!.reduce((sum, value) => sum + value * value, 0));
  const off = Object.entries(reference.norms).filter(
    ([name, expected]) => !(Math.abs(norm(name) / expected - 1) < 1e-4),
  );
  expect(Object.keys(reference.norms).length).toBeGreaterThan(20);
  expect(off).toEqual([]);
});

describe('what is drawn', () => {
  const AUGMENTED = { flip: 'random', crop: 2, cutout: 3, normalisation: 'none' } as const;
  const holding = (changes: Partial<Recipe>) => {
    const engine = engineFor({ ...MOMENTUM, ...AUGMENTED, ...changes });
    engine.useDataset!({ train: samples(20, architecture), eval: samples(4, architecture) });
    return engine;
  };
  const indices = Int32Array.of(3, 17, 5, 0, 11, 8);

  test('is the same in parts of any size: images follow from epoch and index alone', () => {
    // Parts of one part's size are those of whole batches.
    const parted = holding({ batchSize: 6, microBatchSize: 3 });
    const single = holding({ batchSize: 3 });
    const { crossEntropy } = parted.trainStepAt!(indices, 0.02, 2);
    const start = single.readState();
    const first = single.trainStepAt!(indices.subarray(0, 3), 0.02, 2).crossEntropy;
    single.writeState(start);
    const second = single.trainStepAt!(indices.subarray(3), 0.02, 2).crossEntropy;
    expect(crossEntropy).toBeCloseTo((first + second) / 2, 6);
  });

  test('mixes all parts by the share that is drawn for the batch, each within itself', () => {
    const mixed = { mixup: 1, cutmix: 0 };
    const parted = holding({ ...mixed, batchSize: 6, microBatchSize: 3 });
    const { crossEntropy } = parted.trainStepAt!(indices, 0.02, 2);

    const single = holding({ ...mixed, batchSize: 3 });
    const start = single.readState();
    const { images, labels } = samples(20, architecture);
    const { inputShape } = architecture;
    const used = recipe({ ...AUGMENTED, ...mixed });
    const [first, second] = [indices.subarray(0, 3), indices.subarray(3)].map((part) => {
      const augmented = augmentedImages(images, part, used, 2, normalisationOf('none', null), inputShape);
      const mixing = mixingOf(used, 2, indices[0]!, 3, inputShape);
      single.writeState(start);
      return single.trainStep(
        mixedImages(augmented, mixing, inputShape[2]),
        Uint8Array.from(part, (index) => labels[index]!),
        0.02,
        mixing,
      ).crossEntropy;
    });
    expect(crossEntropy).toBeCloseTo((first! + second!) / 2, 5);
  });

  test('takes no images that are mixed already', () => {
    const parted = engineFor({ batchSize: 6, microBatchSize: 3, mixup: 1 });
    const { images, labels } = samples(6, architecture);
    const mixing = { partners: Int32Array.of(1, 0, 3, 2, 5, 4), share: 0.5 };
    expect(() => parted.trainStep(images, labels, 0.1, mixing)).toThrow('cannot be taken in parts');
  });
});

test('a batch that is left between two parts leaves nothing, and taken again gives the same bits', () => {
  const changes = { ...MOMENTUM, clipNorm: 1, batchSize: 6, microBatchSize: 2, flip: 'random' } as const;
  const make = () => {
    const engine = engineFor(changes);
    engine.useDataset!({ train: samples(20, architecture), eval: samples(4, architecture) });
    engine.trainStepAt!(Int32Array.of(1, 2, 3, 4, 5, 6));
    return engine;
  };
  const [left, straight] = [make(), make()];
  const before = left.readState();
  const indices = Int32Array.of(9, 8, 7, 6, 5, 4);
  const parts = left.trainPartsAt!(indices);
  expect([parts.next().value, parts.next().value]).toEqual([2, 4]);
  expect(left.readState()).toEqual(before);
  // What is validated in between is validated by the state as it is.
  const answers = new Uint8Array(4);
  expect(left.evaluateAt!(0, 4, answers)).toEqual(straight.evaluateAt!(0, 4, new Uint8Array(4)));

  expect(left.trainStepAt!(indices)).toEqual(straight.trainStepAt!(indices));
  expect(left.readState()).toEqual(straight.readState());
});

test('a batch that is no larger than a part is one', () => {
  const parted = engineFor({ batchSize: 12, microBatchSize: 6 });
  parted.useDataset!({ train: samples(20, architecture), eval: samples(4, architecture) });
  expect(parted.trainPartsAt!(Int32Array.of(1, 2, 3)).next().done).toBe(true);
  // And the recipe that asks for no smaller parts than its batches has no accumulation.
  const whole = engineFor({ batchSize: 6, microBatchSize: 6 });
  whole.useDataset!({ train: samples(20, architecture), eval: samples(4, architecture) });
  expect(whole.trainPartsAt!(Int32Array.of(1, 2, 3, 4, 5, 6)).next().done).toBe(true);
});

test('the layers engine says that it computes each batch at once', () => {
  expect(() => createLayersEngine(network, recipe({ batchSize: 8, microBatchSize: 4 }))).toThrow(
    'computes each batch at once',
  );
});
