import { afterEach, expect, test } from 'vitest';
import { buildNetwork } from '../../../src/architecture/network';
import { classesFrom } from '../../../src/shared/predictions';
import { TEST_VIEW_KEYS } from '../../../src/shared/test-result';
import { testViews, viewOf } from '../../../src/shared/test-views';
import type { Engine } from '../../../src/trainer/engine/engine';
import { openEngine } from '../../../src/trainer/engine/graph/graph-engine';
import { createEngine as createLayersEngine } from '../../../src/trainer/engine/layers-engine';
import { takeTest } from '../../../src/trainer/take-test';
import { recipe, samples, smallArchitecture } from './fixtures';

const engines: Engine[] = [];
afterEach(() => {
  for (const engine of engines.splice(0)) engine.dispose();
});

const network = buildNetwork(smallArchitecture());
// More than one batch.
const COUNT = 300;
const dataset = { train: samples(1), eval: samples(COUNT, undefined, 8), sha256: 'data' };
const RECIPE = recipe({ batchSize: 8, labelSmoothing: 0.1 });

test.each(TEST_VIEW_KEYS)('%s gives the figures of the averaged logits, by both engines', async (views) => {
  const graph = openEngine(network, RECIPE);
  const layers = createLayersEngine(network, RECIPE) as Engine;
  engines.push(graph, layers);
  for (const seed of [1, 2])
    graph.trainStep(samples(8, undefined, seed).images, samples(8, undefined, seed).labels);
  layers.writeState(graph.readState());
  const [found, other] = [
    await takeTest(dataset, { recipe: RECIPE, views }, graph, () => undefined),
    await takeTest(dataset, { recipe: RECIPE, views }, layers, () => undefined),
  ];
  expect(found.images).toBe(COUNT);
  expect(other.crossEntropy).toBeCloseTo(found.crossEntropy, 4);
  expect(other.loss).toBeCloseTo(found.loss, 4);

  // By the definition, image by image, in double precision.
  const { classes, inputShape } = network.architecture;
  const seen = testViews(views).map(({ weight, ...view }) => ({
    weight,
    logits: layers.predict(viewOf(dataset.eval.images, inputShape, view)),
  }));
  let [crossEntropy, correct] = [0, 0];
  const answers = Array.from({ length: COUNT }, (_, image) => {
    const mean = Array.from({ length: classes }, (_, i) =>
      seen.reduce((sum, { weight, logits }) => sum + weight * logits[image * classes + i]!, 0),
    );
    const label = dataset.eval.labels[image]!;
    crossEntropy += Math.log(mean.reduce((sum, one) => sum + Math.exp(one), 0)) - mean[label]!;
    const answer = mean.indexOf(Math.max(...mean));
    if (answer === label) correct++;
    return answer;
  });
  expect(found.crossEntropy).toBeCloseTo(crossEntropy / COUNT, 4);
  expect(found.accuracy).toBeCloseTo(correct / COUNT, 2);
  const predicted = classesFrom(new Uint8Array(Buffer.from(found.predictions.classes, 'base64')), COUNT)!;
  expect(answers.filter((one, i) => one === predicted[i]).length).toBeGreaterThan(COUNT - 3);
});
