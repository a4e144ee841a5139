/** Measures what a training would take on this machine, and keeps it in the cache folder for whoever foretells. */
import { buildNetwork } from '../../architecture/network';
import { describeLibraries, openRecord, saveRecord } from '../../node/machine/cost-records';
import { partSums, stepOf } from '../../shared/cost/parts-model';
import { stepKey } from '../../shared/cost/record';
import { expected } from '../../shared/result';
import type { CostJob } from '../../shared/training-messages';
import type { Engine } from '../engine/engine';
import { createEngine } from '../engine/graph/graph-engine';
import { aboutMachine } from '../engine/graph/lowering/measurements';
import { ownKernelsPath } from '../engine/own-kernels';
import { bindingPath, describeTensorFlow, tensorflowPath } from '../engine/tensorflow';
import { checkMemory } from '../memory';
import { measureParts } from './measure-parts';
import { madeUpStatistics, measureSteps } from './measure-steps';

/**
 * @param folder where measurements are kept.
 * @param progress awaited between any two pieces of work; what it throws ends the measuring, of which what was done is kept.
 * @throws ExpectedError where the network cannot be trained here.
 */
export async function measureCost(
  { architecture, recipe: asked, batch, steps }: CostJob,
  folder: string,
  progress: (stage: string, fraction: number | null) => Promise<void>,
): Promise<void> {
  await progress('Loading TensorFlow', null);
  const network = buildNetwork(architecture);
  const recipe = { ...asked, batchSize: batch, microBatchSize: null };
  await checkMemory(network, recipe, null);
  const statistics = recipe.normalisation === 'channel' ? madeUpStatistics(network.architecture) : null;
  const engine = await createEngine(network, recipe, {
    cacheFolder: folder,
    between: (done, total) => progress('Measuring convolutions', done / total),
    statistics,
    profile: true,
  });
  try {
    const { plan, choice } = planOf(engine);
    const libraries = describeLibraries([bindingPath(), ownKernelsPath(), tensorflowPath()]);
    const record = openRecord(folder, aboutMachine(batch, describeTensorFlow()), libraries);
    try {
      await measureParts(
        { network, recipe, batch, plan, timings: choice.timings ?? {} },
        record,
        (done, total) => progress('Measuring other layers', done / total),
      );
    } finally {
      saveRecord(folder, record);
    }
    if (!steps) return;
    const taken = await measureSteps(engine, batch, (done, total) => progress('Taking steps', done / total));
    const sums = partSums(network, recipe, record);
    record.steps[stepKey(architecture, recipe)] = {
      ...taken,
      foretold: sums && stepOf(sums),
      at: Date.now(),
    };
    saveRecord(folder, record);
  } finally {
    engine.dispose();
  }
}

function planOf({ plan, choice }: Engine): {
  plan: NonNullable<Engine['plan']>;
  choice: NonNullable<Engine['choice']>;
} {
  if (plan && choice) return { plan, choice };
  throw expected(
    'unsupported',
    'This engine says nothing of how it computes, so its costs are not measured.',
  );
}
