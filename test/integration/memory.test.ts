/** What a long training leaves behind: nothing. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-node-gpu';
import { expect, test } from 'vitest';
import { buildNetwork } from '../../src/architecture/network';
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
    // A leak of the smallest activation (8 pictures of 8x8x4 floats, 8 kB a step) would be 33 MB.
    expect(resident() - before.memory).toBeLessThan(10e6);
  } finally {
    engine.dispose();
  }
});
