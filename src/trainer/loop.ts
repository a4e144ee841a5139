/** The training loop: epochs of shuffled batches, each followed by a validation. */
import type { Network } from '../architecture/network';
import { expected, type ExpectedError } from '../shared/result';
import type { FromTrainer, TrainingJob } from '../shared/training-messages';
import { now } from './clock';
import type { Dataset, Split } from './data/dataset';
import type { Engine, EvaluationResult, StepResult } from './engine/engine';
import { Pace } from './pace';
import { Random } from './random';
import { Reporter } from './reporter';
import { STREAM } from './streams';

/**
 * Trains until the recipe's epochs are done or `shouldStop` says so, which is asked before every step and between the
 * batches of a validation. Metrics go to `send`; when the promise settles, all of them have been sent.
 *
 * @throws {ExpectedError} where the loss is no longer a number; that step's metric is not sent.
 */
export async function train(
  { recipe }: Pick<TrainingJob, 'recipe'>,
  dataset: Pick<Dataset, 'train' | 'eval'>,
  engine: Engine,
  send: (message: FromTrainer) => void,
  shouldStop: () => boolean,
): Promise<'completed' | 'stopped'> {
  const feed = feedOf(engine, dataset);
  const reporter = new Reporter(send);
  const pace = new Pace();
  const stepsPerEpoch = Math.ceil(dataset.train.count / recipe.batchSize);
  const totalSteps = stepsPerEpoch * recipe.epochs;
  const reportLive = (validations: number) =>
    reporter.live(() => ({
      imagesPerSecond: pace.imagesPerSecond,
      secondsLeft: pace.secondsLeft(totalSteps - step, validations),
      memoryBytes: process.memoryUsage.rss(),
    }));

  const began = now();
  let step = 0;
  try {
    for (let epoch = 1; epoch <= recipe.epochs; epoch++) {
      const epochBegan = now();
      reporter.phase('training');
      const order = epochOrder(dataset.train.count, recipe.seed, epoch);
      const sum = { loss: 0, crossEntropy: 0, correct: 0 };
      let from = 0;
      while (from < order.length) {
        await messagesArrive();
        if (shouldStop()) return 'stopped';

        const stepBegan = now();
        const batch = order.subarray(from, from + recipe.batchSize);
        const { loss, crossEntropy, correct, count } = feed.step(batch);
        step++;
        from += count;
        if (!Number.isFinite(loss)) throw diverged(loss, step, epoch, recipe.learningRate);

        sum.loss += loss * count;
        sum.crossEntropy += crossEntropy * count;
        sum.correct += correct;
        pace.step(now() - stepBegan, count);
        reporter.step({ step, epoch, loss, crossEntropy, accuracy: correct / count, seconds: now() - began });
        reportLive(recipe.epochs - epoch + 1);
      }
      reporter.flush();
      const trainSeconds = now() - epochBegan;

      const validationBegan = now();
      const validation = await validate(engine, feed, dataset.eval.count, shouldStop, (fraction) =>
        reporter.phase('validating', fraction),
      );
      if (!validation) return 'stopped';
      if (!Number.isFinite(validation.loss))
        throw validationDiverged(validation.loss, epoch, recipe.learningRate);
      pace.validation(now() - validationBegan);

      reporter.epoch({
        epoch,
        step,
        loss: sum.loss / order.length,
        crossEntropy: sum.crossEntropy / order.length,
        accuracy: sum.correct / order.length,
        valLoss: validation.loss,
        valCrossEntropy: validation.crossEntropy,
        valAccuracy: validation.accuracy,
        seconds: now() - epochBegan,
        imagesPerSecond: order.length / trainSeconds,
        memoryBytes: process.memoryUsage.rss(),
      });
      reportLive(recipe.epochs - epoch);
    }
    return 'completed';
  } finally {
    reporter.flush();
  }
}

/** How an engine gets its pictures. */
interface Feed {
  /** A step with the pictures of the training set at the indices. */
  step(indices: Int32Array): StepResult;
  /** The pictures from (inclusive) to (exclusive) of the evaluation set. */
  evaluate(from: number, to: number): EvaluationResult;
}

/** By index, where the engine can hold the data set; else each batch is copied together here. */
function feedOf(engine: Engine, { train, eval: evaluation }: Pick<Dataset, 'train' | 'eval'>): Feed {
  if (engine.useDataset && engine.trainStepAt && engine.evaluateAt) {
    engine.useDataset({ train, eval: evaluation });
    return {
      step: (indices) => engine.trainStepAt!(indices),
      evaluate: (from, to) => engine.evaluateAt!(from, to),
    };
  }
  const size = evaluation.pictures.length / evaluation.count;
  return {
    step(indices) {
      const { pictures, labels } = gather(train, indices);
      return engine.trainStep(pictures, labels);
    },
    evaluate: (from, to) =>
      engine.evaluate(
        evaluation.pictures.subarray(from * size, to * size),
        evaluation.labels.subarray(from, to),
      ),
  };
}

/** Loss (with the L2 term, as Keras reports it), cross-entropy and accuracy over a split; null when told to stop. */
async function validate(
  engine: Engine,
  feed: Feed,
  count: number,
  shouldStop: () => boolean,
  progress: (fraction: number) => void,
): Promise<{ loss: number; crossEntropy: number; accuracy: number } | null> {
  const batchSize = evaluationBatch(engine.network);
  let crossEntropySum = 0;
  let correct = 0;
  for (let from = 0; from < count; from += batchSize) {
    await messagesArrive();
    if (shouldStop()) return null;
    progress(from / count);
    const result = feed.evaluate(from, Math.min(from + batchSize, count));
    crossEntropySum += result.crossEntropySum;
    correct += result.correct;
  }
  const crossEntropy = crossEntropySum / count;
  return { loss: crossEntropy + engine.l2Loss(), crossEntropy, accuracy: correct / count };
}

/** Pictures a forward pass: enough to use all cores, few enough that a layer's output stays below 128 MB. */
export function evaluationBatch({ layers }: Pick<Network, 'layers'>): number {
  const largest = Math.max(
    ...layers.map(({ outputShape }) => outputShape.reduce((product, side) => product * side, 1)),
  );
  return Math.max(1, Math.min(256, Math.floor(2 ** 25 / largest)));
}

/** The order in which an epoch (from 1) takes the pictures: a function of seed and epoch, so that a resumed run has it too. */
export function epochOrder(count: number, seed: number, epoch: number): Int32Array {
  return new Random(seed, STREAM.order, epoch).shuffle(
    Int32Array.from({ length: count }, (_, index) => index),
  );
}

/** Copies of the pictures and labels at the indices, in that order. */
export function gather(split: Split, indices: Int32Array): { pictures: Uint8Array; labels: Uint8Array } {
  const size = split.pictures.length / split.count;
  const pictures = new Uint8Array(indices.length * size);
  const labels = new Uint8Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    pictures.set(split.pictures.subarray(index * size, (index + 1) * size), i * size);
    labels[i] = split.labels[index]!;
  }
  return { pictures, labels };
}

/** A turn of the event loop, in which a message to stop can come in: a step blocks the thread that would hear it. */
const messagesArrive = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function diverged(loss: number, step: number, epoch: number, learningRate: number): ExpectedError {
  return expected(
    'trainer',
    `The loss became ${nameOf(loss)} at step ${step} (epoch ${epoch}), so training cannot go on: try a smaller ` +
      `learning rate than ${learningRate}; the metrics before that step are kept.`,
  );
}

function validationDiverged(loss: number, epoch: number, learningRate: number): ExpectedError {
  return expected(
    'trainer',
    `The validation loss became ${nameOf(loss)} after epoch ${epoch}, so training cannot go on: try a smaller ` +
      `learning rate than ${learningRate}; the metrics up to there are kept.`,
  );
}

const nameOf = (loss: number): string => (Number.isNaN(loss) ? 'not a number (NaN)' : 'infinite');
