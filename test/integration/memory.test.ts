/** What a long training leaves behind: nothing. And what a step takes: never less than is said before the start. */
import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-node-gpu';
import { expect, test } from 'vitest';
import { buildNetwork } from '../../src/architecture/network';
import type { Recipe } from '../../src/shared/recipe';
import { leastMemory } from '../../src/shared/training-memory';
import { createEngine } from '../../src/trainer/engine/graph/graph-engine';
import { nativePlan } from '../../src/trainer/engine/graph/lowering/plan';
import { tensorflow } from '../../src/trainer/engine/tensorflow';
import { recipe, samples, smallArchitecture } from '../unit/trainer/fixtures';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Resident memory without the garbage of JavaScript, bytes. */
function resident(): number {
  collect();
  return process.memoryUsage.rss();
}

test('five thousand steps keep tensors and memory as they are', async () => {
  const network = buildNetwork(smallArchitecture({ table: [[1, [[4, 3]]]] }));
  const engine = await createEngine(network, recipe({ batchSize: 8 }), { plan: nativePlan(network) });
  try {
    const train = samples(64);
    engine.useDataset!({ train, eval: samples(8) });
    const indices = Int32Array.from({ length: 8 }, (_, index) => 7 * index);
    const steps = (count: number): void => {
      for (let i = 0; i < count; i++) engine.trainStepAt!(indices);
    };
    // Caches of primitives and memory pools fill in the first steps.
    steps(1000);
    const before = {
      tfjs: tf.memory().numTensors,
      native: tensorflow().getNumOfTensors(),
      memory: resident(),
    };
    steps(4000);
    expect(tf.memory().numTensors).toBe(before.tfjs);
    expect(tensorflow().getNumOfTensors()).toBe(before.native);
    // A leak of the smallest activation (8 images of 8x8x4 floats, 8 kB a step) would be 33 MB.
    expect(resident() - before.memory).toBeLessThan(10e6);
  } finally {
    engine.dispose();
  }
});

/** The most that was resident since it was begun to be watched (Linux), bytes. */
const watchPeak = (): void => writeFileSync('/proc/self/clear_refs', '5');
const peak = (): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024;

// On a GPU it is another memory that is filled.
const isOnCpu = process.platform === 'linux' && !tensorflow().isUsingGpuDevice();
test.skipIf(!isOnCpu).each<[string, Partial<Recipe>, number, parts?: number]>([
  ['Adam', {}, 1],
  ['SGD without momentum', { optimizer: 'sgd', momentum: 0 }, 1],
  ['clipped gradients', { clipNorm: 1 }, 1],
  ['large kernels', {}, 6],
  // Three times the images of the others, in their memory.
  ['three parts of a batch', {}, 1, 3],
])('a step takes at least what is refused by: %s', async (_what, how, width, parts = 1) => {
  const architecture = smallArchitecture({
    inputShape: [32, 32, 3],
    table: [[2, [[16 * width, 3]]]],
  });
  const network = buildNetwork(architecture);
  const atOnce = Math.ceil(768 / width ** 2);
  const batch = parts * atOnce;
  const microBatchSize = parts > 1 ? atOnce : null;
  const used = recipe({ ...how, batchSize: batch, microBatchSize, limitTrain: batch, limitEval: 1 });
  const before = resident();
  watchPeak();
  const engine = await createEngine(network, used, { plan: nativePlan(network) });
  try {
    engine.useDataset!({ train: samples(batch, architecture), eval: samples(1, architecture) });
    const indices = Int32Array.from({ length: batch }, (_, index) => index);
    engine.trainStepAt!(indices);
    const dataset = { imageShape: architecture.inputShape, trainCount: batch, evalCount: 1 };
    const { fixedBytes, bytesPerImage } = leastMemory(network, used, dataset);
    const least = fixedBytes + atOnce * bytesPerImage;
    expect(least).toBeLessThanOrEqual(peak());
    // Not by saying nothing: it is most of what comes on top of the program.
    expect(least).toBeGreaterThan(0.4 * (peak() - before));
  } finally {
    engine.dispose();
  }
});
