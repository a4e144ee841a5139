/** Clocks that jump: the machine sleeps, or somebody sets the time back. */
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import type { HostedProcess, ProcessHost } from '../../../../src/node/process-host';
import { createServices, type Services } from '../../../../src/main/services';
import { DEFAULT_RECIPE, type Run } from '../../../../src/shared/domain';
import type { FromTrainer, ToTrainer } from '../../../../src/shared/training-messages';
import { epoch, step, temporaryFolder, tinyArchitecture } from '../fixtures';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 0, 1, 12);

beforeEach(() => {
  vi.useFakeTimers({ now: NOON, toFake: ['Date', 'setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Trainers that say what the test says. */
class SaidHost implements ProcessHost {
  private hear: (message: FromTrainer) => void = () => {};
  private leave: () => void = () => {};

  fork<ToChild, FromChild>(): HostedProcess<ToChild, FromChild> {
    return {
      pid: 1,
      send: (message) => {
        if ((message as ToTrainer).type === 'stop') this.leave();
      },
      onMessage: (listener) => (this.hear = listener as never),
      onExit: (listener) => (this.leave = () => listener({ code: 0, signal: null })),
      onStderr: () => {},
      kill: () => this.leave(),
    };
  }

  /** The messages have been handled when it resolves. */
  async say(...messages: FromTrainer[]): Promise<void> {
    for (const message of messages) {
      this.hear(message);
      await new Promise((resolve) => setTimeout(resolve, 0));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const last = messages[messages.length - 1];
    if (last?.type === 'finished') this.leave();
  }
}

const READY: FromTrainer = {
  type: 'ready',
  tensorflow: '9.9.9',
  node: '16.17.1',
  electron: null,
  gpu: null,
  datasetSha256: 'abc',
  trainCount: 128,
  evalCount: 10,
  totalSteps: 8,
  stepsPerEpoch: 2,
  threads: 2,
  plan: null,
  choice: null,
};

async function open(): Promise<{ runs: Services['runs']; host: SaidHost; id: number; run: () => Run }> {
  const host = new SaidHost();
  const created = await createServices({
    home: temporaryFolder(),
    host,
    version: '0.1.0',
    electron: null,
    queue: 'all',
  });
  if (!created.ok) throw new Error(created.error.message);
  const services = created.value;
  onTestFinished(() => services.shutdown());
  services.boot();
  const { runs } = services;
  const started = runs.start({
    name: 'a run',
    architecture: tinyArchitecture(),
    datasetId: 'shapes',
    recipe: { ...DEFAULT_RECIPE, epochs: 4, batchSize: 64, limitTrain: 128, limitEval: 10 },
  });
  if (!started.ok) throw new Error(started.error.message);
  const { id } = started.value;
  const run = (): Run => {
    const found = runs.get(id);
    if (!found.ok) throw new Error(found.error.message);
    return found.value;
  };
  return { runs, host, id, run };
}

it('a clock that is set back by an hour leaves durations as they are, and progress is told', async () => {
  const { runs, host, id, run } = await open();
  await host.say(READY, { type: 'steps', steps: [step(1), step(2)] }, { type: 'epoch', epoch: epoch(1) });
  const before = run();

  vi.setSystemTime(NOON - HOUR);
  const told: number[] = [];
  runs.on('changed', ({ step }) => told.push(step));
  vi.advanceTimersByTime(2500);
  await host.say({ type: 'steps', steps: [step(3)] });
  expect(told).toEqual([3]);
  await host.say({ type: 'steps', steps: [step(4)] }, { type: 'epoch', epoch: epoch(2) });
  expect(run()).toMatchObject({ step: 4, seconds: 1.5, startedAt: before.startedAt });

  await host.say({ type: 'finished', outcome: 'paused' });
  vi.setSystemTime(NOON - 2 * HOUR);
  expect(runs.continueRun(id).ok).toBe(true);
  await host.say({ type: 'resumed', checkpoint: null, damaged: [] }, READY);
  expect(run().seams).toMatchObject([{ step: 0, lostSteps: 4, lostSeconds: 0 }]);
});

it('a trainer that is silent is shown as stalled until it is heard again', async () => {
  const { runs, host } = await open();
  const stalls: (string | null)[] = [];
  runs.on('live', ({ stalled }) => stalls.push(stalled));
  await host.say(READY, { type: 'phase', phase: 'training', fraction: null });
  await host.say({ type: 'steps', steps: [step(1)] });
  for (let second = 0; second < 40; second += 5) vi.advanceTimersByTime(5000);
  expect(stalls.pop()).toMatch(/^Nothing has been heard .*; its last step was 1\./);
  await host.say({ type: 'steps', steps: [step(2)] });
  expect(stalls.pop()).toBeNull();
});

it('a machine that slept an hour has no stalled run when it wakes', async () => {
  const { runs, host } = await open();
  await host.say(READY, { type: 'phase', phase: 'training', fraction: null });
  await host.say({ type: 'steps', steps: [step(1)] });
  const stalls: (string | null)[] = [];
  runs.on('live', ({ stalled }) => stalls.push(stalled));
  // No timer fires while it sleeps, though a monotonic clock may go on (macOS, Windows).
  const awake = performance.now();
  const clock = vi.spyOn(performance, 'now').mockReturnValue(awake + HOUR);
  vi.advanceTimersByTime(5000);
  clock.mockReturnValue(awake + HOUR + 5000);
  vi.advanceTimersByTime(5000);
  clock.mockRestore();
  expect(stalls).toEqual([]);
});
