/**
 * A trainer whose engine computes nothing and only lets the time of a step pass. What loop, metrics and messages cost is what
 * lies between two steps: the time that passes (median) and the processor time of the process (mean; waiting for the step to
 * pass costs some too, which is not theirs). It writes both, in milliseconds per step, to the file that
 * RESBENCH_BENCH_COST names.
 */
import { writeFileSync } from 'node:fs';
import { buildNetwork } from '../../../src/architecture/network';
import { parentPort } from '../../../src/node/processes/port';
import { scheduleOf } from '../../../src/shared/schedule';
import type { FromTrainer, ToTrainer, TrainingJob } from '../../../src/shared/training-messages';
import type { Engine } from '../../../src/trainer/engine/engine';
import { train } from '../../../src/trainer/loop';
import { images } from '../images';

const port = parentPort<ToTrainer, FromTrainer>();
port.onMessage((message) => {
  if (message.type === 'start') void run(message.job);
});

async function run(job: TrainingJob): Promise<void> {
  const { architecture, recipe } = job;
  const count = recipe.limitTrain!;
  const set = images(count);
  const { totalSteps } = scheduleOf(recipe, count);
  port.send({
    type: 'ready',
    tensorflow: 'none',
    node: process.versions.node,
    electron: process.versions.electron ?? null,
    gpu: null,
    datasetSha256: '0'.repeat(64),
    totalSteps,
    threads: 1,
    plan: null,
    choice: null,
    numerics: { processor: 'a processor', instructions: null, oneDnn: '1', maxInstructions: null },
  });
  const dataset = { train: set, eval: images(1) };
  const outcome = await train(job, dataset, idle(architecture), {
    send: port.send,
    endRequest: () => null,
    // What they cost depends on the network, not on the step.
    checkpoints: { due: () => false, save: async () => {} },
  });
  writeFileSync(
    process.env.RESBENCH_BENCH_COST!,
    JSON.stringify({
      processorMilliseconds: mean(between.map(({ processor }) => processor)),
      betweenMilliseconds: median(between.map(({ elapsed }) => elapsed)),
    }),
  );
  port.send({ type: 'finished', outcome });
  port.exit(0);
}

/** Steps that do not count: code is compiled. */
const WARM_UP = 30;

/** From the end of each step to the beginning of the next, milliseconds. */
const between: { elapsed: number; processor: number }[] = [];

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

/** Takes indices where the loop knows how to give them, so that nothing is copied for it. */
function idle(architecture: TrainingJob['architecture']): Engine {
  const stepMilliseconds = Number(process.env.RESBENCH_BENCH_STEP);
  const clock = new Int32Array(new SharedArrayBuffer(4));
  let taken = 0;
  let ended = { at: 0, usage: process.cpuUsage() };
  const step = (count: number) => {
    const { user, system } = process.cpuUsage(ended.usage);
    if (taken++ >= WARM_UP) {
      between.push({ elapsed: performance.now() - ended.at, processor: (user + system) / 1e3 });
    }
    Atomics.wait(clock, 0, 0, stepMilliseconds);
    ended = { at: performance.now(), usage: process.cpuUsage() };
    return { loss: 1, crossEntropy: 1, correct: 0, count };
  };
  const refuse = () => {
    throw new Error('An idle engine has no weights.');
  };
  return {
    network: buildNetwork(architecture),
    useDataset: () => {},
    trainStepAt: (indices) => step(indices.length),
    trainStep: (_images, labels) => step(labels.length),
    evaluateAt: (from, to) => ({ lossSum: 0, crossEntropySum: to - from, correct: 0, count: to - from }),
    evaluate: (_images, labels) => ({ lossSum: 1, crossEntropySum: 1, correct: 0, count: labels.length }),
    exchangeAverages: refuse,
    l2Loss: () => 0,
    predict: refuse,
    variables: refuse,
    readState: refuse,
    holdState: refuse,
    writeState: refuse,
    describe: refuse,
    dispose: () => {},
  };
}
