import { afterEach, describe, expect, test } from 'vitest';
import { createEngine as createLayersEngine } from '../../../src/trainer/engine/layers-engine';
import { openEngine } from '../../../src/trainer/engine/graph/graph-engine';
import { buildNetwork, type Network } from '../../../src/architecture/network';
import { findPreset } from '../../../src/architecture/presets';
import type { EpochMetric, StepMetric } from '../../../src/shared/metrics';
import { evaluationBatch } from '../../../src/shared/batches';
import type { Recipe } from '../../../src/shared/recipe';
import { classesFrom, correctBits, countBits } from '../../../src/shared/predictions';
import type { FromTrainer } from '../../../src/shared/training-messages';
import type { Engine } from '../../../src/trainer/engine/engine';
import { epochOrder, gather, train } from '../../../src/trainer/loop';
import { recipe, samples, smallArchitecture } from './fixtures';

/** Trains for real on 20 images, validates on 300 (two batches), and keeps what was sent. */
const data = { train: samples(20), eval: samples(300, undefined, 8) };
let engine: Engine | undefined;
afterEach(() => engine?.dispose());

type Create = (network: Network, recipe: Recipe) => Engine;
/** One holds the data set itself; the other is given each batch. */
const holding: Create = (network, recipe) => openEngine(network, recipe);
const given: Create = (network, recipe) => createLayersEngine(network, recipe) as Engine;

async function run(
  changes: Partial<Recipe>,
  shouldStop: (sent: FromTrainer[]) => boolean = () => false,
  create: Create = holding,
) {
  engine = create(buildNetwork(smallArchitecture()), recipe(changes));
  const sent: FromTrainer[] = [];
  const end = await train({ recipe: recipe(changes), secondsBefore: 0 }, data, engine, {
    send: (message) => sent.push(message),
    endRequest: () => (shouldStop(sent) ? 'stop' : null),
    checkpoints: { due: () => false, save: async () => {} },
  }).then(
    (outcome) => ({ outcome, failure: null }),
    (error) => ({ outcome: null, failure: error.failure }),
  );
  const steps = sent.flatMap((message): StepMetric[] => (message.type === 'steps' ? message.steps : []));
  const epochs = sent.flatMap((message): EpochMetric[] => (message.type === 'epoch' ? [message.epoch] : []));
  return { ...end, sent, steps, epochs };
}

describe('order of an epoch', () => {
  test('has every image once', () => {
    expect([...epochOrder(1000, 1, 1)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 1000 }, (_, i) => i),
    );
  });

  test('is that of seed and epoch', () => {
    expect(epochOrder(100, 1, 2)).toEqual(epochOrder(100, 1, 2));
    expect(epochOrder(100, 1, 2)).not.toEqual(epochOrder(100, 1, 3));
    expect(epochOrder(100, 1, 2)).not.toEqual(epochOrder(100, 2, 2));
  });
});

test('a batch has the images and labels at its indices', () => {
  const split = { count: 3, images: Uint8Array.of(1, 2, 3, 4, 5, 6), labels: Uint8Array.of(7, 8, 9) };
  expect(gather(split, Int32Array.of(2, 0))).toEqual({
    images: Uint8Array.of(5, 6, 1, 2),
    labels: Uint8Array.of(9, 7),
  });
});

test('a validation batch is large where maps are small and small where maps are large', () => {
  const batchOf = (name: string) => evaluationBatch(buildNetwork(findPreset(name)!.architecture));
  expect(batchOf('resnet18')).toBe(256);
  expect(evaluationBatch(buildNetwork({ ...smallArchitecture(), inputShape: [1024, 1024, 3] }))).toBe(8);
});

describe('a run', () => {
  test('takes every image every epoch, the short last batch included', async () => {
    const { outcome, steps, epochs } = await run({ batchSize: 8, epochs: 2 });
    expect(outcome).toBe('completed');
    expect(steps.map(({ step, epoch }) => [step, epoch])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 2],
      [5, 2],
      [6, 2],
    ]);
    expect(epochs.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 3],
      [2, 6],
    ]);
  });

  test('leaves out a short last batch where its recipe says so, and averages over the others', async () => {
    const { steps, epochs } = await run({ batchSize: 8, epochs: 2, dropLast: true });
    expect(steps.map(({ step, epoch }) => [step, epoch])).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
      [4, 2],
    ]);
    expect(epochs[0]!.loss).toBeCloseTo((steps[0]!.loss + steps[1]!.loss) / 2, 10);
    engine!.dispose();
    expect((await run({ batchSize: 64, epochs: 1, dropLast: true })).steps).toHaveLength(1);
  });

  test('averages per epoch over images, not steps', async () => {
    const { steps, epochs } = await run({ batchSize: 8, epochs: 1 });
    const [a, b, c] = steps as [StepMetric, StepMetric, StepMetric];
    for (const key of ['loss', 'crossEntropy', 'accuracy'] as const) {
      expect(epochs[0]![key]).toBeCloseTo((8 * a[key] + 8 * b[key] + 4 * c[key]) / 20, 10);
    }
  });

  test('validates on all images with the weights after the epoch, L2 term included', async () => {
    const { epochs } = await run({ batchSize: 8, epochs: 1 });
    const { crossEntropySum, correct } = engine!.evaluate(data.eval.images, data.eval.labels);
    expect(epochs[0]!.valCrossEntropy).toBeCloseTo(crossEntropySum / 300, 5);
    expect(epochs[0]!.valAccuracy).toBe(correct / 300);
    expect(epochs[0]!.valLoss - epochs[0]!.valCrossEntropy).toBeCloseTo(engine!.l2Loss(), 10);
  });

  test('sends steps, then the epoch, and what is left at the end', async () => {
    const { sent } = await run({ batchSize: 8, epochs: 1 });
    const order = sent.map(({ type }) => type);
    expect(order.lastIndexOf('steps')).toBeLessThan(order.indexOf('epoch'));
    const phases = sent.flatMap((message) => (message.type === 'phase' ? [message.phase] : []));
    expect([...new Set(phases)]).toEqual(['training', 'validating', 'writing a checkpoint']);
  });

  test('is the same again with the same seed, another one with another', async () => {
    const metrics = async (seed: number) =>
      (await run({ batchSize: 8, epochs: 1, seed })).steps.map(({ loss, accuracy }) => [loss, accuracy]);
    const first = await metrics(3);
    expect(await metrics(3)).toEqual(first);
    expect(await metrics(4)).not.toEqual(first);
  });
});

test.each([
  ['holds the data set', holding],
  ['is given each batch', given],
])('sends what an engine that %s predicted for each image of a validation', async (_, create) => {
  const { sent, epochs } = await run({ batchSize: 8, epochs: 2, optimizer: 'sgd' }, undefined, create);
  const predictions = sent.flatMap((message) => (message.type === 'epoch' ? [message.predictions!] : []));
  expect(predictions).toHaveLength(2);
  for (const [at, { images, classes, correct }] of predictions.entries()) {
    const read = classesFrom(Buffer.from(classes, 'base64'), 300)!;
    const bits = new Uint8Array(Buffer.from(correct, 'base64'));
    expect(images).toBe(300);
    expect(bits).toEqual(correctBits(read, data.eval.labels));
    expect(countBits(bits) / 300).toBe(epochs[at]!.valAccuracy);
  }
  // Those of the last are of the weights as they are now, over both batches.
  const answers = new Uint8Array(300);
  engine!.evaluate(data.eval.images, data.eval.labels, answers);
  expect(predictions[1]!.classes).toBe(Buffer.from(answers).toString('base64'));
});

test('validates every so many epochs, and after the last one', async () => {
  const often = await run({ batchSize: 8, epochs: 3 });
  const seldom = await run({ batchSize: 8, epochs: 3, validationEvery: 2 });
  const numbers = (steps: readonly StepMetric[]) => steps.map(({ loss, accuracy }) => [loss, accuracy]);
  expect(numbers(seldom.steps)).toEqual(numbers(often.steps));
  const validated = ({ epochs }: typeof often) =>
    epochs.map(({ valLoss, valCrossEntropy, valAccuracy }) => [valLoss, valCrossEntropy, valAccuracy]);
  expect(validated(seldom)).toEqual([[NaN, NaN, NaN], ...validated(often).slice(1)]);
  expect(
    seldom.sent.flatMap((message) => (message.type === 'epoch' ? [message.predictions === null] : [])),
  ).toEqual([true, false, false]);
});

test.each([
  ['as they are', {}],
  ['augmented', { flip: 'random', crop: 2, cutout: 3, mixup: 1, cutmix: 1 }],
] as const)(
  'an engine that holds the data set and one that is given each batch see the same images, %s',
  async (_, changes) => {
    const metrics = async (create: Create) => {
      const { steps, epochs } = await run(
        { batchSize: 8, epochs: 2, optimizer: 'sgd', ...changes },
        undefined,
        create,
      );
      engine!.dispose();
      engine = undefined;
      return [...steps.map(({ loss }) => loss), ...epochs.map(({ valLoss }) => valLoss)];
    };
    const [held, handed] = [await metrics(holding), await metrics(given)];
    expect(held.length).toBe(8);
    for (const [i, loss] of held.entries()) expect(loss / handed[i]!).toBeCloseTo(1, 3);
  },
);

describe('told to stop', () => {
  test('before the first step, it takes none', async () => {
    const { outcome, steps } = await run({ batchSize: 8 }, () => true);
    expect([outcome, steps]).toEqual(['stopped', []]);
  });

  test('between steps, it takes no further one and sends what it has', async () => {
    let asked = 0;
    const { outcome, steps, epochs } = await run({ batchSize: 8 }, () => ++asked > 2);
    expect([outcome, steps.length, epochs]).toEqual(['stopped', 2, []]);
  });

  test('between the batches of a validation, it leaves the epoch without figures', async () => {
    const { outcome, steps, epochs } = await run({ batchSize: 8 }, (sent) =>
      sent.some((message) => message.type === 'phase' && message.phase === 'validating'),
    );
    expect([outcome, steps.length, epochs]).toEqual(['stopped', 3, []]);
  });
});

describe('an average of the weights', () => {
  const AVERAGED = { batchSize: 8, epochs: 2, optimizer: 'sgd', emaDecay: 0.9, emaEvery: 1 } as const;

  test('is validated beside the weights, whose figures are the same without it', async () => {
    const without = await run({ ...AVERAGED, emaDecay: 0 });
    engine!.dispose();
    const { sent, epochs } = await run(AVERAGED);
    const own = epochs.map(({ loss, valLoss, valCrossEntropy, valAccuracy }) => [
      ...[loss, valLoss, valCrossEntropy, valAccuracy],
    ]);
    expect(own).toEqual(
      without.epochs.map(({ loss, valLoss, valCrossEntropy, valAccuracy }) => [
        ...[loss, valLoss, valCrossEntropy, valAccuracy],
      ]),
    );
    expect(Object.keys(without.epochs[0]!).filter((key) => key.startsWith('ema'))).toEqual([]);
    engine!.exchangeAverages();
    const { crossEntropySum, correct } = engine!.evaluate(data.eval.images, data.eval.labels);
    expect(epochs[1]!.emaValCrossEntropy).toBeCloseTo(crossEntropySum / 300, 5);
    expect(epochs[1]!.emaValAccuracy).toBe(correct / 300);
    expect(epochs[1]!.emaValLoss! - epochs[1]!.emaValCrossEntropy!).toBeCloseTo(engine!.l2Loss(), 10);
    expect(epochs[1]!.emaValLoss).not.toBe(epochs[1]!.valLoss);
    const fractions = sent.flatMap((one) =>
      one.type === 'phase' && one.phase === 'validating' ? [one.fraction!] : [],
    );
    expect(fractions.every((fraction) => fraction >= 0 && fraction < 1)).toBe(true);
  });

  test('may end the run early', async () => {
    const { sent } = await run({
      ...{ ...AVERAGED, epochs: 9, learningRate: 1e-12 },
      ...{ earlyStopping: 'ema-val-accuracy', patience: 2 },
    });
    expect(sent.find(({ type }) => type === 'endedEarly')).toMatchObject({
      message: expect.stringMatching(
        /^Ended early after epoch 3: .* the validation accuracy of the average was no better/,
      ),
    });
  });
});

test('the norms of each step are sent where the engine gives them', async () => {
  const norms: Create = (network, recipe) => openEngine(network, recipe, undefined, { norms: true });
  const { steps } = await run({ batchSize: 8, epochs: 1, norms: true }, undefined, norms);
  expect(steps).toHaveLength(3);
  for (const { gradientNorm, weightNorm } of steps) {
    expect(gradientNorm).toBeGreaterThan(0);
    expect(weightNorm).toBeGreaterThan(1);
  }
  expect(Object.keys((await run({ batchSize: 8, epochs: 1 })).steps[0]!)).not.toContain('gradientNorm');
});

test('a loss that is no number ends the run with the step, the cure and the metrics before it', async () => {
  const { failure, steps } = await run({
    optimizer: 'sgd',
    momentum: 0,
    learningRate: 1e30,
    batchSize: 8,
    epochs: 9,
  });
  const diverged =
    /^Training diverged: the loss became (NaN|infinite) at step (\d+) \(epoch 1\)\. .* learning rate below 1e\+30/;
  expect(failure).toMatchObject({ code: 'trainer', message: expect.stringMatching(diverged) });
  const step = Number(diverged.exec(failure.message)![2]);
  expect(steps.map((metric) => metric.step)).toEqual(
    Array.from({ length: step - 1 }, (_, index) => index + 1),
  );
});

test('a validation loss that is no number ends the run too', async () => {
  const { failure, steps } = await run({
    optimizer: 'sgd',
    momentum: 0,
    learningRate: 1e30,
    batchSize: 20,
    epochs: 1,
  });
  expect(failure.message).toMatch(
    /^Training diverged: the validation loss became .* after epoch 1\. .* learning rate below 1e\+30/,
  );
  expect(steps.length).toBe(1);
});
