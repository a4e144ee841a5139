/** The training loop: epochs of shuffled batches, followed by validations, with checkpoints in between. */
import type { AverageMetric, EpochMetric, StepMetric, ValidationMetric } from '../shared/metrics';
import { correctBits, roomForClasses, type Classes } from '../shared/predictions';
import { divergedAt, validationDivergedAfter } from '../shared/divergence';
import {
  endedEarly,
  hasEndedEarly,
  stoppingAfter,
  stoppingFrom,
  type Stopping,
} from '../shared/early-stopping';
import { evaluationBatch } from '../shared/batches';
import { beginPlateau, plateauAfter, rateAt, type Plateau } from '../shared/learning-rate';
import type { Recipe } from '../shared/recipe';
import { expected } from '../shared/result';
import { isDropped, scheduleOver } from '../shared/schedule';
import type { FromTrainer, TrainingJob } from '../shared/training-messages';
import { isValidated, validationsAfter } from '../shared/validation';
import { averages } from '../shared/weight-average';
import { now } from './clock';
import type { Dataset } from './data/dataset';
import { batchPreparation } from './data/prepared-batch';
import type { Split } from '../node/datasets/split';
import type { Engine, EvaluationResult, StepInParts, StepResult } from './engine/engine';
import { Pace } from './pace';
import { Random } from '../shared/random';
import { Reporter } from './reporter';
import { checkStatistics, recomputeStatistics } from './statistics';
import { STREAM } from '../shared/streams';

/** Where a training stands besides its variables: with these it resumes exactly as if it had never stopped. */
export interface TrainingProgress {
  /** Steps taken over the whole run. */
  step: number;
  /** Epochs finished, their validation included. */
  epoch: number;
  /** Images of the epoch under way that were trained on. */
  position: number;
  /** Over those images. */
  sums: { loss: number; crossEntropy: number; correct: number };
  /** Spent on the epoch under way, seconds. */
  epochSeconds: number;
  /** The first epoch that reached the best validation accuracy. */
  best: Pick<EpochMetric, 'epoch' | 'valAccuracy'> | null;
  /** What the schedule of the learning rate remembers of the epochs seen; null for nothing. */
  plateau: Plateau | null;
  /** What early stopping remembers of them; null for nothing. */
  stopping: Stopping | null;
}

const NOTHING = { position: 0, epochSeconds: 0 };
const noSums = (): TrainingProgress['sums'] => ({ loss: 0, crossEntropy: 0, correct: 0 });
export const beginning = (): TrainingProgress => ({
  step: 0,
  epoch: 0,
  ...NOTHING,
  sums: noSums(),
  best: null,
  plateau: null,
  stopping: null,
});

/** What a person may want of a training under way. */
export type EndRequest = 'stop' | 'pause';
export const outcomeOf = (endRequest: EndRequest): 'stopped' | 'paused' =>
  endRequest === 'stop' ? 'stopped' : 'paused';

/** How the loop keeps its state safe; it does not know where. */
export interface Checkpoints {
  /** Whether it is time for one within an epoch. */
  due(): boolean;
  /**
   * Everything there is, durable when the promise settles; one that cannot be written is reported, not thrown.
   * @param valAccuracy of the epoch that has just ended, where it was validated.
   */
  save(
    kind: Extract<FromTrainer, { type: 'checkpoint' }>['kind'],
    progress: TrainingProgress,
    valAccuracy: number | null,
    /** Whether it is the best of the run so far; absent where its validation accuracy says so. */
    best?: boolean,
  ): Promise<void>;
}

export interface TrainingTools {
  send: (message: FromTrainer) => void;
  /** Asked before every step, between the parts of a batch and between the batches of a validation. */
  endRequest: () => EndRequest | null;
  checkpoints: Checkpoints;
  /** Called once where the engine holds the images itself from then on: those of the data set are not read any more. */
  onImagesHeld?: () => void;
  /** Where it resumes; its variables are in the engine. */
  from?: TrainingProgress;
}

/**
 * Trains until the recipe's epochs are done, its early stopping ends it, or somebody asks it to end; then a checkpoint is written first. When the
 * promise settles, all metrics have been sent.
 *
 * @throws {ExpectedError} where the loss is no longer a number; that step's metric is not sent.
 */
export async function train(
  { recipe, secondsBefore, origin }: Pick<TrainingJob, 'recipe' | 'secondsBefore' | 'origin'>,
  dataset: Pick<Dataset, 'train' | 'eval' | 'statistics'>,
  engine: Engine,
  { send, endRequest, checkpoints, onImagesHeld, from = beginning() }: TrainingTools,
): Promise<'completed' | 'stopped' | 'paused'> {
  checkStatistics(engine, recipe);
  const feed = feedOf(engine, dataset, recipe, onImagesHeld);
  const reporter = new Reporter(send);
  const pace = new Pace();
  const { count } = dataset.train;
  const schedule = scheduleOver(recipe, count, origin);
  /** Images that a batch has at least. */
  const least = isDropped(recipe, count) ? recipe.batchSize : 1;
  const { totalSteps } = schedule;
  const at: TrainingProgress = {
    ...from,
    sums: { ...from.sums },
    plateau: plateauFrom(from, recipe),
    stopping: stoppingFrom(from.stopping, recipe, from.step === origin?.step),
  };
  /** Of the validation under way, or the last one. */
  const answers = roomForClasses(dataset.eval.count, engine.network.architecture.classes);
  const reportLive = () =>
    reporter.live(() => ({
      imagesPerSecond: pace.imagesPerSecond,
      secondsLeft: pace.secondsLeft(totalSteps - at.step, validationsAfter(recipe, at.epoch)),
      memoryBytes: process.memoryUsage.rss(),
      cores: pace.coresSince(),
    }));

  const began = now() - secondsBefore;
  let epochBegan = 0;
  const save = async (
    kind: Parameters<Checkpoints['save']>[0],
    valAccuracy: number | null = null,
    best?: boolean,
  ) => {
    reporter.flush();
    reporter.phase('writing a checkpoint');
    await checkpoints.save(kind, { ...at, sums: { ...at.sums } }, valAccuracy, best);
  };
  /** What is new since the last checkpoint must not be lost by a request to end. */
  const leave = async (wanted: EndRequest): Promise<'stopped' | 'paused'> => {
    at.epochSeconds = now() - epochBegan;
    if (at.step > 0) await save(wanted);
    return outcomeOf(wanted);
  };
  const validateEpoch = async (epoch: number): Promise<ValidationMetrics | EndRequest> => {
    const validationBegan = now();
    const ended = await recomputeStatistics(engine, recipe, count, epoch, async (fraction) => {
      await messagesArrive();
      reporter.phase('recomputing statistics', fraction);
      return endRequest();
    });
    if (ended) return ended;
    const parts = averages(recipe) ? 2 : 1;
    const validation = await validate(engine, feed, answers, endRequest, (fraction) =>
      reporter.phase('validating', fraction / parts),
    );
    if (typeof validation === 'string') return validation;
    if (!Number.isFinite(validation.loss))
      throw expected('trainer', validationDivergedAfter(validation.loss, epoch, recipe.learningRate));
    const ofAverage = averages(recipe)
      ? await validateAverage(engine, feed, dataset.eval.count, endRequest, (fraction) =>
          reporter.phase('validating', (1 + fraction) / parts),
        )
      : null;
    if (typeof ofAverage === 'string') return ofAverage;
    pace.validation(now() - validationBegan);
    return {
      valLoss: validation.loss,
      valCrossEntropy: validation.crossEntropy,
      valAccuracy: validation.accuracy,
      ...(ofAverage && averageMetrics(ofAverage)),
    };
  };

  try {
    while (at.epoch < recipe.epochs && !hasEndedEarly(at.stopping)) {
      const epoch = at.epoch + 1;
      epochBegan = now() - at.epochSeconds;
      reporter.phase('training');
      const order = epochOrder(count, recipe.seed, epoch);
      while (at.position + least <= order.length) {
        await messagesArrive();
        const wanted = endRequest();
        if (wanted) return await leave(wanted);
        if (checkpoints.due()) {
          at.epochSeconds = now() - epochBegan;
          await save('interval');
          reporter.phase('training');
        }

        const stepBegan = now();
        const batch = order.subarray(at.position, at.position + recipe.batchSize);
        const learningRate = rateAt(recipe, schedule, at.step + 1, at.plateau);
        const taking = await stepUnlessAsked(feed.step(batch, learningRate, epoch), endRequest, reportLive);
        if (typeof taking === 'string') return await leave(taking);
        const { loss, crossEntropy, correct, count: taken } = taking;
        if (!Number.isFinite(loss))
          throw expected('trainer', divergedAt(loss, at.step + 1, epoch, recipe.learningRate));

        at.step++;
        at.position += taken;
        at.sums.loss += loss * taken;
        at.sums.crossEntropy += crossEntropy * taken;
        at.sums.correct += correct;
        pace.step(now() - stepBegan, taken);
        const seconds = now() - began;
        const accuracy = correct / taken;
        reporter.step({
          ...{ step: at.step, epoch, loss, crossEntropy, accuracy, seconds, learningRate },
          ...normsOf(taking),
        });
        reportLive();
      }
      reporter.flush();
      at.epochSeconds = now() - epochBegan;
      const trainSeconds = at.epochSeconds;

      const validated = isValidated(recipe, epoch) ? await validateEpoch(epoch) : null;
      if (typeof validated === 'string') return await leave(validated);
      const metric: EpochMetric = {
        epoch,
        step: at.step,
        loss: at.sums.loss / at.position,
        crossEntropy: at.sums.crossEntropy / at.position,
        accuracy: at.sums.correct / at.position,
        ...(validated ?? NOT_VALIDATED),
        seconds: now() - epochBegan,
        imagesPerSecond: at.position / trainSeconds,
        memoryBytes: process.memoryUsage.rss(),
      };
      reporter.epoch(
        metric,
        validated && { classes: answers, correct: correctBits(answers, dataset.eval.labels) },
      );
      if (validated && (!at.best || validated.valAccuracy > at.best.valAccuracy)) {
        at.best = { epoch, valAccuracy: validated.valAccuracy };
      }
      if (at.plateau) at.plateau = plateauAfter(at.plateau, metric, recipe);
      if (at.stopping) at.stopping = stoppingAfter(at.stopping, metric, recipe);
      Object.assign(at, NOTHING, { epoch, sums: noSums() });
      reportLive();
      const isBest = at.stopping && recipe.restoreBest ? at.stopping.bestEpoch === epoch : undefined;
      await save('epoch', validated?.valAccuracy, isBest);
    }
    if (at.stopping && hasEndedEarly(at.stopping)) {
      reporter.flush();
      send({ type: 'endedEarly', message: endedEarly(at.stopping, recipe, at.epoch) });
    }
    return 'completed';
  } finally {
    reporter.flush();
  }
}

type ValidationMetrics = Pick<EpochMetric, ValidationMetric | AverageMetric>;
const NOT_VALIDATED: ValidationMetrics = { valLoss: NaN, valCrossEntropy: NaN, valAccuracy: NaN };

/** As far as the engine gives them; a number that is none does not travel. */
const normsOf = ({ norms }: StepResult): Partial<StepMetric> => ({
  ...(Number.isFinite(norms?.gradient) && { gradientNorm: norms!.gradient }),
  ...(Number.isFinite(norms?.weights) && { weightNorm: norms!.weights }),
});

/** Nothing where the average's loss is not a number: the run goes by its weights. */
const averageMetrics = ({ loss, crossEntropy, accuracy }: Validation): Partial<EpochMetric> =>
  Number.isFinite(loss)
    ? { emaValLoss: loss, emaValCrossEntropy: crossEntropy, emaValAccuracy: accuracy }
    : {};

/** What was remembered, as long as it is of the metric that the recipe names: a fork may name another, and begins to watch it. */
function plateauFrom({ plateau }: TrainingProgress, recipe: Recipe): Plateau | null {
  const begun = beginPlateau(recipe);
  if (!begun || !plateau) return begun;
  return plateau.metric === begun.metric ? plateau : { ...begun, share: plateau.share };
}

/** How an engine gets its images. */
export interface Feed {
  /** A step with the images of the training set at the indices, as they are augmented in an epoch (from 1). */
  step(indices: Int32Array, learningRate: number, epoch: number): StepInParts;
  /** The images from (inclusive) to (exclusive) of the evaluation set; their answers go into the last argument. */
  evaluate(from: number, to: number, answers: Classes): EvaluationResult;
}

/** By index, where the engine can hold the data set; else each batch is copied together here. */
export function feedOf(
  engine: Engine,
  { train, eval: evaluation, statistics }: Pick<Dataset, 'train' | 'eval' | 'statistics'>,
  recipe: Recipe,
  onImagesHeld?: () => void,
): Feed {
  if (engine.useDataset && engine.trainPartsAt && engine.evaluateAt) {
    engine.useDataset({ train, eval: evaluation });
    onImagesHeld?.();
    return {
      step: (indices, learningRate, epoch) => engine.trainPartsAt!(indices, learningRate, epoch),
      evaluate: (from, to, answers) => engine.evaluateAt!(from, to, answers),
    };
  }
  const size = evaluation.images.length / evaluation.count;
  const { inputShape } = engine.network.architecture;
  const prepare = batchPreparation(recipe, train, statistics ?? null, inputShape);
  return {
    // eslint-disable-next-line require-yield -- such an engine computes a batch at once
    *step(indices, learningRate, epoch) {
      const { images, labels } = gather(train, indices);
      const prepared = prepare?.(indices, epoch);
      return engine.trainStep(prepared?.images ?? images, labels, learningRate, prepared?.mixing);
    },
    evaluate: (from, to, answers) =>
      engine.evaluate(
        evaluation.images.subarray(from * size, to * size),
        evaluation.labels.subarray(from, to),
        answers,
      ),
  };
}

export type Validation = Record<'loss' | 'crossEntropy' | 'accuracy', number>;

/**
 * What a step gave; or the request to end that came between two of its parts: then it has not been taken.
 * @param alive called between any two parts.
 */
async function stepUnlessAsked(
  parts: StepInParts,
  endRequest: () => EndRequest | null,
  alive: () => void,
): Promise<StepResult | EndRequest> {
  for (;;) {
    const { done, value } = parts.next();
    if (done) return value;
    alive();
    await messagesArrive();
    const wanted = endRequest();
    if (wanted) return wanted;
  }
}

/**
 * Loss (with smoothed labels and the L2 term, as Keras reports it), cross-entropy and accuracy over a split; or the request to end that came first.
 * @param answers takes the predicted class of each image
 */
export async function validate(
  engine: Engine,
  feed: Pick<Feed, 'evaluate'>,
  answers: Classes,
  endRequest: () => EndRequest | null,
  progress: (fraction: number) => void,
): Promise<Validation | EndRequest> {
  const count = answers.length;
  const batchSize = evaluationBatch(engine.network);
  let lossSum = 0;
  let crossEntropySum = 0;
  let correct = 0;
  for (let from = 0; from < count; from += batchSize) {
    await messagesArrive();
    const wanted = endRequest();
    if (wanted) return wanted;
    progress(from / count);
    const to = Math.min(from + batchSize, count);
    const result = feed.evaluate(from, to, answers.subarray(from, to));
    lossSum += result.lossSum;
    crossEntropySum += result.crossEntropySum;
    correct += result.correct;
  }
  const crossEntropy = crossEntropySum / count;
  return { loss: lossSum / count + engine.l2Loss(), crossEntropy, accuracy: correct / count };
}

/** As `validate`, with the averaged weights; afterwards the engine has its own ones again. */
export async function validateAverage(
  engine: Engine,
  feed: Pick<Feed, 'evaluate'>,
  images: number,
  endRequest: () => EndRequest | null,
  progress: (fraction: number) => void,
): Promise<Validation | EndRequest> {
  const answers = roomForClasses(images, engine.network.architecture.classes);
  engine.exchangeAverages();
  try {
    return await validate(engine, feed, answers, endRequest, progress);
  } finally {
    engine.exchangeAverages();
  }
}

/** The order in which an epoch (from 1) takes the images: a function of seed and epoch, so that a resumed run has it too. */
export function epochOrder(count: number, seed: number, epoch: number): Int32Array {
  return new Random(seed, STREAM.order, epoch).shuffle(
    Int32Array.from({ length: count }, (_, index) => index),
  );
}

/** Copies of the images and labels at the indices, in that order. */
export function gather(split: Split, indices: Int32Array): { images: Uint8Array; labels: Uint8Array } {
  const size = split.images.length / split.count;
  const images = new Uint8Array(indices.length * size);
  const labels = new Uint8Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    images.set(split.images.subarray(index * size, (index + 1) * size), i * size);
    labels[i] = split.labels[index]!;
  }
  return { images, labels };
}

/** A turn of the event loop, in which a message to stop can come in: a step blocks the thread that would hear it. */
export const messagesArrive = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
