// A real process in the trainer's place: it speaks the protocol of src/shared/training-messages.ts and then behaves, or
// misbehaves, as it is told. Two steps per epoch.
'use strict';

const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const send = (message) => new Promise((resolve) => process.send(message, resolve));
const step = (number, loss = 2 / number) => ({
  step: number,
  epoch: Math.ceil(number / 2),
  loss,
  crossEntropy: loss / 2,
  accuracy: 0.5,
  seconds: number / 4,
});
const epoch = (number) => ({
  epoch: number,
  step: number * 2,
  loss: 1,
  crossEntropy: 0.5,
  accuracy: 0.5,
  valLoss: 1.5,
  valCrossEntropy: 0.75,
  valAccuracy: number === 1 ? 0.75 : 0.25,
  seconds: 0.5,
  imagesPerSecond: 100,
  memoryBytes: 1e8,
});
// Of four images as many are right as the accuracy says.
const epochMessage = (number) => ({
  type: 'epoch',
  epoch: epoch(number),
  predictions: {
    images: 4,
    classes: Buffer.of(1, 2, 3, number).toString('base64'),
    correct: Buffer.of(number === 1 ? 0b0111 : 0b0001).toString('base64'),
  },
});
const ready = {
  type: 'ready',
  tensorflow: '9.9.9',
  node: process.versions.node,
  electron: null,
  gpu: 'a GPU',
  datasetSha256: 'abc',
  totalSteps: 4,
  numerics: { processor: 'a processor', instructions: ['avx', 'avx2'], oneDnn: '1', maxInstructions: null },
};
const chosen = {
  plan: { 'a shape': { forward: 'native', inputGradient: 'native', filterGradient: 'native' } },
  choice: {
    timings: {
      'a shape': { forward: { native: 1 }, inputGradient: { native: 2 }, filterGradient: { native: 3 } },
    },
    rejected: [
      {
        shape: 'a shape',
        direction: 'forward',
        lowering: 'im2col',
        reason: 'its values are off by up to 2 times their size',
      },
    ],
    replaced: [],
    spent: { checking: 200, measuring: 1500 },
  },
};

const untilStopped = () =>
  new Promise((resolve) => {
    process.on('message', (message) => {
      if (message.type === 'stop') resolve();
    });
  });

/** The first of stop and pause. */
const wished = () =>
  new Promise((resolve) => {
    process.on('message', ({ type }) => {
      if (type === 'stop' || type === 'pause') resolve(type);
    });
  });

const BEHAVIOURS = {
  async complete() {
    await send({ type: 'steps', steps: [step(1), step(2)] });
    await send(epochMessage(1));
    await send({ type: 'live', imagesPerSecond: 100, secondsLeft: 1, memoryBytes: 5 });
    await send({ type: 'steps', steps: [step(3), step(4)] });
    await send(epochMessage(2));
    await send({ type: 'finished', outcome: 'completed' });
    process.disconnect();
  },
  async 'without-gpu'() {
    await BEHAVIOURS.complete();
  },
  async 'until-stopped'(stopped) {
    await send({ type: 'steps', steps: [step(1), step(2), step(3)] });
    await stopped;
    await send({ type: 'finished', outcome: 'stopped' });
    process.disconnect();
  },
  async chatty(stopped) {
    const steps = Array.from({ length: 20000 }, (_, index) => step(index + 1));
    await send({ type: 'steps', steps });
    await stopped;
    await send({ type: 'finished', outcome: 'stopped' });
    process.disconnect();
  },
  async deaf() {
    await send({ type: 'steps', steps: [step(1), step(2), step(3)] });
  },
  async killed() {
    await send({ type: 'steps', steps: [step(1), step(2), step(3)] });
    process.kill(process.pid, 'SIGKILL');
  },
  async throws() {
    await send({ type: 'steps', steps: [step(1)] });
    throw new Error('the tensor is not to be found');
  },
  async leaves() {
    await send({ type: 'steps', steps: [step(1)] });
    process.exit(0);
  },
  async 'names-cause'() {
    await send({ type: 'failed', code: 'trainer', message: 'The loss is no longer a number after step 7.' });
    process.exit(1);
  },
  async diverges() {
    await send({ type: 'steps', steps: [step(1), step(2, NaN)] });
    await send({ type: 'finished', outcome: 'completed' });
    process.disconnect();
  },
  async 'killed-on-stop'(stopped) {
    await send({ type: 'steps', steps: [step(1)] });
    await stopped;
    process.kill(process.pid, 'SIGKILL');
  },
};

/**
 * A training with a life: it resumes where its job says, writes checkpoints at the ends of epochs and before it leaves, and
 * obeys. Its options are those of `Life` in fixtures.ts.
 */
async function live(job, request, { waitAt, dieAt, notReady, diesResumed, damaged = 0, fails, asks }) {
  const otherwise = asks && (job.from || job.plan) ? 'Computed from here on with other kernels.' : undefined;
  if (otherwise && !job.otherKernels) {
    await send({ type: 'failed', code: 'other-kernels', message: 'Its kernels are not here.' });
    process.exit(1);
  }
  const { folder } = job.checkpoints;
  const { epochs } = job.recipe;
  const save = async (kind, at) => {
    if (fails) return send({ type: 'checkpointFailed', step: at, message: 'The disk is full.' });
    const file = `step-${String(at).padStart(8, '0')}-epoch-0001-0123456789ab`;
    mkdirSync(folder, { recursive: true });
    for (const ending of ['.safetensors', '.json'])
      writeFileSync(join(folder, file + ending), `${file}${ending}`);
    await send({
      type: 'checkpoint',
      kind,
      file,
      step: at,
      epoch: Math.floor(at / 2),
      bytes: 10,
      weightsSha256: 'a'.repeat(64),
      stateSha256: 'b'.repeat(64),
      valAccuracy: kind === 'epoch' ? epoch(at / 2).valAccuracy : null,
    });
  };
  const leave = async (at) => {
    const kind = await request;
    if (at > 0) await save(kind, at);
    await send({ type: 'finished', outcome: kind === 'stop' ? 'stopped' : 'paused' });
    process.disconnect();
  };

  let at = 0;
  if (job.from) {
    const { checkpoints } = job.from;
    const unread = checkpoints
      .slice(0, damaged)
      .map(({ file }) => ({ file, message: `${file} is damaged.` }));
    const file = checkpoints[damaged]?.file;
    at = file ? Number(file.split('-')[1]) : 0;
    const checkpoint = file ? { file, step: at, epoch: Math.floor(at / 2) } : null;
    await send({ type: 'resumed', checkpoint, damaged: unread });
  }
  if (diesResumed && job.from) process.kill(process.pid, 'SIGKILL');
  if (notReady && !job.from) return leave(0);
  await send({ ...ready, ...chosen, totalSteps: epochs * 2, threads: job.threads ?? 4, otherwise });
  await send({ type: 'phase', phase: 'training', fraction: null });
  while (at < epochs * 2) {
    at++;
    // Another loss after it has been away: one that is told of a step repeated would show.
    await send({ type: 'steps', steps: [step(at, job.from ? 100 : 2 / at)] });
    if (at === dieAt && !job.from) process.kill(process.pid, 'SIGKILL');
    if (at === waitAt && !job.from) return leave(at);
    if (at % 2 > 0) continue;
    await send(epochMessage(at / 2));
    await save('epoch', at);
  }
  await send({ type: 'finished', outcome: 'completed' });
  process.disconnect();
}

module.exports = (behaviour) => {
  process.on('disconnect', () => process.exit());
  const stopped = untilStopped();
  const request = wished();
  process.once('message', async (message) => {
    if (message.type !== 'start') throw new Error(`expected a job, got ${JSON.stringify(message)}`);
    await send({ type: 'phase', phase: 'loading TensorFlow', fraction: null });
    if (typeof behaviour === 'object') return live(message.job, request, behaviour);
    if (behaviour === 'stops-while-preparing') {
      await stopped;
      await send({ type: 'finished', outcome: 'stopped' });
      process.disconnect();
      return;
    }
    if (behaviour === 'without-gpu') await send({ type: 'notice', message: 'The GPU cannot be used.' });
    const { plan } = message.job;
    await send({ ...ready, ...(plan ? { plan, choice: null } : chosen) });
    await send({ type: 'phase', phase: 'training', fraction: null });
    await BEHAVIOURS[behaviour](stopped);
  });
};
