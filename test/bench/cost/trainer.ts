/**
 * A trainer whose engine computes nothing and only lets the time of a step pass: what is left is what loop, metrics and
 * messages cost, as processor time of the process and as time that passes between two steps (median). It writes both,
 * in milliseconds a step, to the file that RESBENCH_BENCH_COST names.
 */
import { writeFileSync } from 'node:fs';
import { buildNetwork } from '../../../src/architecture/network';
import { parentPort } from '../../../src/node/port';
import type { FromTrainer, ToTrainer, TrainingJob } from '../../../src/shared/training-messages';
import type { Engine } from '../../../src/trainer/engine/engine';
import { train } from '../../../src/trainer/loop';
import { pictures } from '../pictures';

const port = parentPort<ToTrainer, FromTrainer>();
port.onMessage((message) => {
  if (message.type === 'start') void run(message.job);
});

async function run({ architecture, recipe }: TrainingJob): Promise<void> {
  const count = recipe.limitTrain!;
  const set = pictures(count);
  const stepsPerEpoch = Math.ceil(count / recipe.batchSize);
  port.send({
    type: 'ready',
    tensorflow: 'none',
    node: process.versions.node,
    electron: process.versions.electron ?? null,
    gpu: null,
    datasetSha256: '0'.repeat(64),
    trainCount: count,
    evalCount: 1,
    totalSteps: stepsPerEpoch * recipe.epochs,
    stepsPerEpoch,
    plan: null,
    timings: null,
  });
  const dataset = { train: set, eval: pictures(1) };
  const before = process.cpuUsage();
  const outcome = await train({ recipe }, dataset, idle(architecture), port.send, () => false);
  const { user, system } = process.cpuUsage(before);
  writeFileSync(
    process.env.RESBENCH_BENCH_COST!,
    JSON.stringify({
      processorMilliseconds: (user + system) / 1e3 / between.length,
      betweenMilliseconds: between.sort((a, b) => a - b)[between.length >> 1],
    }),
  );
  port.send({ type: 'finished', outcome });
  port.exit(0);
}

/** Milliseconds from the end of each step to the beginning of the next. */
const between: number[] = [];

/** Takes indices where the loop knows how to give them, so that nothing is copied for it. */
function idle(architecture: TrainingJob['architecture']): Engine {
  const stepMilliseconds = Number(process.env.RESBENCH_BENCH_STEP);
  const clock = new Int32Array(new SharedArrayBuffer(4));
  let ended: number | null = null;
  const step = (count: number) => {
    if (ended !== null) between.push(performance.now() - ended);
    Atomics.wait(clock, 0, 0, stepMilliseconds);
    ended = performance.now();
    return { loss: 1, crossEntropy: 1, correct: 0, count };
  };
  const refuse = () => {
    throw new Error('An idle engine has no weights.');
  };
  return {
    network: buildNetwork(architecture),
    useDataset: () => {},
    trainStepAt: (indices) => step(indices.length),
    trainStep: (_pictures, labels) => step(labels.length),
    evaluateAt: (from, to) => ({ crossEntropySum: to - from, correct: 0, count: to - from }),
    evaluate: (_pictures, labels) => ({ crossEntropySum: 1, correct: 0, count: labels.length }),
    l2Loss: () => 0,
    predict: refuse,
    variables: refuse,
    readState: refuse,
    writeState: refuse,
    describe: refuse,
    dispose: () => {},
  };
}
