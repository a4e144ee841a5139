import { afterEach, expect, it } from 'vitest';
import { buildNetwork } from '../../../../../src/architecture/network';
import type { Engine } from '../../../../../src/trainer/engine/engine';
import { openEngine } from '../../../../../src/trainer/engine/graph/graph-engine';
import { forcedPlan } from '../../../../../src/trainer/engine/graph/lowering/plan';
import { ownKernels } from '../../../../../src/trainer/engine/own-kernels';
import { failureOf } from '../../../../../src/trainer/failure';
import { recipe, samples, smallArchitecture } from '../../fixtures';

// Read when the first kernel runs, in this process for good: the test has a file of its own.
process.env.RESBENCH_KERNELS_MEMORY = '4096';
process.env.TF_NUM_INTRAOP_THREADS = '2';

let engine: Engine | undefined;
afterEach(() => engine?.dispose());

it.skipIf(!ownKernels())('a kernel that finds no memory ends the step with a plain sentence', () => {
  const network = buildNetwork(smallArchitecture({ table: [[1, [[16, 3]]]] }));
  engine = openEngine(network, recipe({ batchSize: 8 }), forcedPlan(network, 'winograd4'));
  const { images, labels } = samples(8);
  // Twice: threads and locks are as they were.
  for (let step = 0; step < 2; step++) {
    let error: unknown;
    try {
      engine.trainStep(images, labels);
    } catch (thrown) {
      error = thrown;
    }
    expect(String(error)).toContain('out of memory');
    expect(failureOf(error, { recipe: recipe({ batchSize: 8 }) }).message).toMatch(
      /^Memory ran out while training with batches of 8 images: choose a smaller batch size/,
    );
  }
});
