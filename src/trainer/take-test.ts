/** Weights of a checkpoint, evaluated on the whole test set. */
import { checkpointFiles } from '../node/checkpoints/names';
import { readCheckpoint } from '../node/checkpoints/read';
import { fittedAverages, isOptimizerSlot, shapesOf, valuesOf } from '../shared/checkpoint-content';
import { correctBits, roomForClasses } from '../shared/predictions';
import type { Recipe } from '../shared/recipe';
import { expected } from '../shared/result';
import { testViews, viewOf, type TestView } from '../shared/test-views';
import type { TestJob, TestTaken } from '../shared/training-messages';
import { averages } from '../shared/weight-average';
import { now } from './clock';
import type { Dataset } from './data/dataset';
import type { Split } from '../node/datasets/split';
import type { Engine } from './engine/engine';
import { score } from './engine/score';
import { feedOf, validate, validateAverage, type EndRequest, type Feed, type Validation } from './loop';
import { sentPredictions } from './reporter';

/**
 * Gives the engine the weights of the job's checkpoint.
 * @throws {ExpectedError} where it cannot be read, or is of other data.
 */
export async function loadWeights(
  { checkpoint: { folder, file, sha256 } }: Pick<TestJob, 'checkpoint'>,
  dataset: Pick<Dataset, 'info' | 'sha256'>,
  engine: Engine,
): Promise<void> {
  const initial = engine.readState();
  const tensors = shapesOf(engine.variables(), initial.values.keys());
  const { description: path } = checkpointFiles(folder, file);
  const read = await readCheckpoint(path, { sha256, tensors, anySlots: true });
  if (!read.ok) throw expected(read.error.code, read.error.message);
  const { state } = read.value.description;
  if (state.dataset.sha256 !== dataset.sha256) {
    throw expected(
      'data-corrupt',
      `${dataset.info.title} is not what it was when the run was trained, so its test set may hold other images: bring the ` +
        'data set back as it was.',
    );
  }
  const values = new Map(initial.values);
  // An evaluation does without the optimizer's slots.
  for (const [name, value] of fittedAverages(valuesOf(read.value.tensors), values.keys()))
    if (!isOptimizerSlot(name)) values.set(name, value);
  engine.writeState({ step: 0, values });
}

/** The logits of each image are the mean of those of its views, by their weights. */
function averagingFeed(
  engine: Engine,
  { images, labels, count }: Split,
  { labelSmoothing }: Recipe,
  views: readonly TestView[],
): Pick<Feed, 'evaluate'> {
  const { inputShape, classes } = engine.network.architecture;
  const size = images.length / count;
  return {
    evaluate(from, to, answers) {
      const some = images.subarray(from * size, to * size);
      const sums = new Float64Array((to - from) * classes);
      for (const { weight, ...view } of views) {
        const logits = engine.predict(viewOf(some, inputShape, view));
        for (let i = 0; i < sums.length; i++) sums[i]! += weight * logits[i]!;
      }
      return score(Float32Array.from(sums), labels.subarray(from, to), classes, answers, labelSmoothing);
    },
  };
}

/**
 * The test itself, as a validation takes its figures, or with the logits of each image averaged over views of it.
 * @param dataset of which `eval` is the whole test set
 * @param progress called with the share that is done
 * @throws {ExpectedError} where the answers are no numbers.
 */
export async function takeTest(
  dataset: Pick<Dataset, 'train' | 'eval' | 'sha256'>,
  { recipe, views }: Pick<TestJob, 'recipe' | 'views'>,
  engine: Engine,
  progress: (fraction: number) => void,
): Promise<TestTaken> {
  const { eval: test } = dataset;
  const began = now();
  const classes = roomForClasses(test.count, engine.network.architecture.classes);
  const feed =
    views === 'none'
      ? feedOf(engine, dataset, recipe)
      : averagingFeed(engine, test, recipe, testViews(views));
  const parts = averages(recipe) ? 2 : 1;
  const result = finite(
    await validate(engine, feed, classes, goOn, (fraction) => progress(fraction / parts)),
    'the weights',
  );
  const average = averages(recipe)
    ? finite(
        await validateAverage(engine, feed, test.count, goOn, (fraction) => progress((1 + fraction) / parts)),
        'the averaged weights',
      )
    : null;
  return {
    datasetSha256: dataset.sha256,
    images: test.count,
    ...result,
    ...(average && { average }),
    seconds: now() - began,
    predictions: sentPredictions({ classes, correct: correctBits(classes, test.labels) }),
  };
}

/** Whoever wants a test no longer ends the process: there is nothing to keep. */
const goOn = () => null;

function finite(result: Validation | EndRequest, weights: string): Validation {
  if (typeof result === 'string') throw new Error('Nobody asked a test to end.');
  if (Number.isFinite(result.loss)) return result;
  throw expected(
    'trainer',
    `With ${weights} of this checkpoint the loss on the test set is not a number: choose another checkpoint.`,
  );
}
