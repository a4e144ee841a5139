/** Measured program: the product's engine, called as the training loop calls it. */
import { buildNetwork } from '../../src/architecture/network';
import { cacheFolder } from '../../src/node/files/cache-folder';
import { DEFAULT_RECIPE } from '../../src/shared/recipe';
import { loadEngine } from '../../src/trainer/engine/engines';
import { batches, images } from './images';
import { readJob, serve } from './protocol';

/** Different batches of training images. */
const BATCHES = 8;

async function main(): Promise<void> {
  const { architecture, batch, evaluationBatch, engine: name } = readJob();
  const createEngine = await loadEngine(name ?? undefined);
  const recipe = { ...DEFAULT_RECIPE, batchSize: batch };
  const engine = await createEngine(buildNetwork(architecture), recipe, {
    cacheFolder: cacheFolder(),
  });

  const train = images(BATCHES * batch);
  const evaluation = images(evaluationBatch);
  const size = train.images.length / train.count;
  engine.useDataset?.({ train, eval: evaluation });
  const next = batches(train.count, batch);
  serve({
    about: {
      ...engine.describe(),
      node: process.versions.node,
      electron: process.versions.electron ?? null,
      plan: engine.plan ?? null,
    },
    train() {
      const [from, to] = next();
      if (engine.trainStepAt) {
        const indices = Int32Array.from({ length: batch }, (_, index) => from + index);
        return engine.trainStepAt(indices).count;
      }
      return engine.trainStep(train.images.subarray(from * size, to * size), train.labels.subarray(from, to))
        .count;
    },
    evaluate() {
      if (engine.evaluateAt) return engine.evaluateAt(0, evaluationBatch).count;
      return engine.evaluate(evaluation.images, evaluation.labels).count;
    },
  });
}

void main();
