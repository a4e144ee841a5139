/** Clocks that jump: the machine sleeps, or somebody sets the time back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import type { HostedProcess, ProcessHost } from '../../../../src/node/processes/process-host';
import { createServices, type Services } from '../../../../src/main/services';
import { isStopped } from '../../../../src/node/processes/process-identity';
import { DEFAULT_RECIPE, type Recipe } from '../../../../src/shared/recipe';
import type { Run } from '../../../../src/shared/run';
import type { FromTrainer, ToTrainer } from '../../../../src/shared/training-messages';
import { epoch, step, temporaryFolder, tinyArchitecture, predicted } from '../fixtures';

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
  pid = 1;
  private hear: (message: FromTrainer) => void = () => {};
  private leave: () => void = () => {};

  fork<ToChild, FromChild>(): HostedProcess<ToChild, FromChild> {
    return {
      pid: this.pid,
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
  totalSteps: 8,
  threads: 2,
  plan: null,
  choice: null,
  numerics: { processor: 'a processor', instructions: null, oneDnn: '1', maxInstructions: null },
};

async function open(
  host = new SaidHost(),
  change: Partial<Recipe> = {},
): Promise<{ services: Services; host: SaidHost; id: number; run: () => Run }> {
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
  const started = services.control.start({
    name: 'a run',
    architecture: tinyArchitecture(),
    datasetId: 'shapes',
    recipe: { ...DEFAULT_RECIPE, epochs: 4, batchSize: 64, limitTrain: 128, limitEval: 10, ...change },
  });
  if (!started.ok) throw new Error(started.error.message);
  const { id } = started.value;
  const run = (): Run => {
    const found = services.runs.get(id);
    if (!found.ok) throw new Error(found.error.message);
    return found.value;
  };
  return { services, host, id, run };
}

it('a clock that is set back by an hour leaves durations as they are, and progress is told', async () => {
  const { services, host, id, run } = await open();
  await host.say(
    READY,
    { type: 'steps', steps: [step(1), step(2)] },
    { type: 'epoch', epoch: epoch(1), predictions: predicted(1) },
  );
  const before = run();

  vi.setSystemTime(NOON - HOUR);
  const told: number[] = [];
  services.events.on('changed', ({ step }) => told.push(step));
  vi.advanceTimersByTime(2500);
  await host.say({ type: 'steps', steps: [step(3)] });
  expect(told).toEqual([3]);
  await host.say(
    { type: 'steps', steps: [step(4)] },
    { type: 'epoch', epoch: epoch(2), predictions: predicted(1) },
  );
  expect(run()).toMatchObject({ step: 4, seconds: 1.5, startedAt: before.startedAt });

  await host.say({ type: 'finished', outcome: 'paused' });
  vi.setSystemTime(NOON - 2 * HOUR);
  expect(services.control.resumeRun(id).ok).toBe(true);
  await host.say({ type: 'resumed', checkpoint: null, damaged: [] }, READY);
  expect(run().gaps).toMatchObject([{ step: 0, lostSteps: 4, lostSeconds: 0 }]);
});

it('a trainer that is silent is shown as stalled until it is heard again', async () => {
  const { services, host } = await open();
  const stalls: (string | null)[] = [];
  services.events.on('live', ({ stalled }) => stalls.push(stalled));
  await host.say(READY, { type: 'phase', phase: 'training', fraction: null });
  await host.say({ type: 'steps', steps: [step(1)] });
  for (let second = 0; second < 40; second += 5) vi.advanceTimersByTime(5000);
  expect(stalls.pop()).toMatch(/^The training process has sent nothing .*; its last step was 1\./);
  await host.say({ type: 'steps', steps: [step(2)] });
  expect(stalls.pop()).toBeNull();
});

const LIVE: Extract<FromTrainer, { type: 'live' }> = {
  type: 'live',
  imagesPerSecond: 10,
  secondsLeft: null,
  memoryBytes: 1,
  cores: null,
};

/** Whether it is shown as stalled after so many seconds of silence; looks come each five. */
async function stalledAfter(
  seconds: number,
  said: FromTrainer[],
  change: Partial<Recipe> = {},
): Promise<string | null> {
  const { services, host } = await open(new SaidHost(), change);
  await host.say(READY, { type: 'phase', phase: 'training', fraction: null }, ...said);
  const stalls: (string | null)[] = [];
  services.events.on('live', ({ stalled }) => stalls.push(stalled));
  for (let second = 0; second < seconds; second += 5) vi.advanceTimersByTime(5000);
  return stalls.pop() ?? null;
}

it('a first step that was slow does not put off for minutes that the run is shown as stalled', async () => {
  // Of 6.4 s: twenty of them are two minutes.
  expect(await stalledAfter(40, [{ type: 'steps', steps: [step(1)] }, LIVE])).toMatch(
    /its last step was 1\./,
  );
  const usual: FromTrainer[] = [
    { type: 'steps', steps: [1, 2, 3, 4, 5, 6].map((number) => step(number)) },
    LIVE,
  ];
  expect(await stalledAfter(40, usual)).toBeNull();
  expect(await stalledAfter(140, usual)).toMatch(/its last step was 6\./);
});

it('a batch that was asked for and is larger than the set is not taken for how long a step takes', async () => {
  const usual: FromTrainer[] = [
    { type: 'steps', steps: [1, 2, 3, 4, 5, 6].map((number) => step(number)) },
    { ...LIVE, imagesPerSecond: 1000 },
  ];
  expect(await stalledAfter(40, usual, { batchSize: 65_536 })).toMatch(/its last step was 6\./);
});

it.skipIf(process.platform === 'win32')(
  'a trainer that a signal has stopped is shown as such, in its first step or before',
  async () => {
    const host = new SaidHost();
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'spawn');
    host.pid = child.pid!;
    const { services } = await open(host);
    await host.say({ type: 'phase', phase: 'building the network', fraction: null });
    const stalls: (string | null)[] = [];
    services.events.on('live', ({ stalled }) => stalls.push(stalled));
    for (let second = 0; second < 15; second += 5) vi.advanceTimersByTime(5000);
    expect(stalls.pop() ?? null).toBeNull();
    child.kill('SIGSTOP');
    while (!isStopped(child.pid!)) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(5000);
    expect(stalls.pop()).toBe(
      `The training process ${child.pid} has been stopped by a signal (SIGSTOP, or Ctrl-Z in its terminal): resume it with ` +
        `\`kill -CONT ${child.pid}\`, or end it with \`kill -KILL ${child.pid}\` and resume the run from its last checkpoint.`,
    );
  },
);

it('a machine that slept an hour has no stalled run when it wakes', async () => {
  const { services, host } = await open();
  await host.say(READY, { type: 'phase', phase: 'training', fraction: null });
  await host.say({ type: 'steps', steps: [step(1)] });
  const stalls: (string | null)[] = [];
  services.events.on('live', ({ stalled }) => stalls.push(stalled));
  // No timer fires while it sleeps, though a monotonic clock may go on (macOS, Windows).
  const awake = performance.now();
  const clock = vi.spyOn(performance, 'now').mockReturnValue(awake + HOUR);
  vi.advanceTimersByTime(5000);
  clock.mockReturnValue(awake + HOUR + 5000);
  vi.advanceTimersByTime(5000);
  clock.mockRestore();
  expect(stalls).toEqual([]);
});
