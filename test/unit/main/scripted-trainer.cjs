// A real process in the trainer's place: it speaks the protocol of src/shared/training-messages.ts and then behaves, or
// misbehaves, as it is told. Two steps an epoch.
'use strict';

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
const ready = {
  type: 'ready',
  tensorflow: '9.9.9',
  node: process.versions.node,
  electron: null,
  gpu: 'a GPU',
  datasetSha256: 'abc',
  trainCount: 128,
  evalCount: 10,
  totalSteps: 4,
  stepsPerEpoch: 2,
};
const chosen = {
  plan: { 'a shape': { forward: 'native', inputGradient: 'native', filterGradient: 'native' } },
  timings: {
    'a shape': { forward: { native: 1 }, inputGradient: { native: 2 }, filterGradient: { native: 3 } },
  },
};

const untilStopped = () =>
  new Promise((resolve) => {
    process.on('message', (message) => {
      if (message.type === 'stop') resolve();
    });
  });

const BEHAVIOURS = {
  async complete() {
    await send({ type: 'steps', steps: [step(1), step(2)] });
    await send({ type: 'epoch', epoch: epoch(1) });
    await send({ type: 'live', imagesPerSecond: 100, secondsLeft: 1, memoryBytes: 5 });
    await send({ type: 'steps', steps: [step(3), step(4)] });
    await send({ type: 'epoch', epoch: epoch(2) });
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

module.exports = (behaviour) => {
  process.on('disconnect', () => process.exit());
  const stopped = untilStopped();
  process.once('message', async (message) => {
    if (message.type !== 'start') throw new Error(`expected a job, got ${JSON.stringify(message)}`);
    await send({ type: 'phase', phase: 'loading TensorFlow', fraction: null });
    if (behaviour === 'stops-while-preparing') {
      await stopped;
      await send({ type: 'finished', outcome: 'stopped' });
      process.disconnect();
      return;
    }
    if (behaviour === 'without-gpu') await send({ type: 'notice', message: 'The GPU cannot be used.' });
    const { plan } = message.job;
    await send({ ...ready, ...(plan ? { plan, timings: null } : chosen) });
    await send({ type: 'phase', phase: 'training', fraction: null });
    await BEHAVIOURS[behaviour](stopped);
  });
};
