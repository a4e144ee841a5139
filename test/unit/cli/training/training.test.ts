import { beforeEach, describe, expect, it } from 'vitest';
import { Interrupts } from '../../../../src/cli/terminal/interrupts';
import { Output } from '../../../../src/cli/terminal/output';
import {
  showQueued,
  showRun,
  stepsOfOpenEpoch,
  type TrainingPlan,
} from '../../../../src/cli/training/training';
import { ExitStatus } from '../../../../src/cli/terminal/errors';
import type { Run } from '../../../../src/shared/run';
import { ok } from '../../../../src/shared/result';
import { aLive, anEpoch, aRun, aStep, FakeRuns, queued } from '../fake-runs';
import { memoryTerminal, MemorySignals, type Terminal } from '../memory';
import { toColumns } from '../../../../src/shared/step-columns';

let terminal: Terminal;
let signals: MemorySignals;
let killed: number;

function use(options: { json?: boolean } = {}): void {
  terminal = memoryTerminal(options);
  signals = new MemorySignals();
  terminal.context.interrupts = new Interrupts(signals, 'linux');
  killed = 0;
}
beforeEach(() => use());

/** Shows the run to its end: the exit code, and the sentence beside it. */
async function show(
  runs: FakeRuns,
  run: Run,
  happens: () => void,
  plan: TrainingPlan = {},
): Promise<{ exit: number; sentence: string | null }> {
  const shown = showRun(
    terminal.context,
    {},
    { services: runs, home: '/data', kill: () => (killed += 1), begin: () => ok(run) },
    plan,
  );
  // `begin` is awaited: what happens comes after it.
  await Promise.resolve();
  await Promise.resolve();
  happens();
  try {
    await shown;
    return { exit: 0, sentence: null };
  } catch (error) {
    if (error instanceof ExitStatus) return { exit: error.exit, sentence: error.sentence };
    throw error;
  }
}

const events = (): Record<string, unknown>[] =>
  terminal.stdout.lines.map((line) => JSON.parse(line) as Record<string, unknown>);

describe('a last batch of one image', () => {
  const lone = aRun({
    architecture: { ...aRun().architecture, stem: { filters: 4, kernel: 3, stride: 32, pool: false } },
    recipe: { ...aRun().recipe, batchSize: 64, limitTrain: 65 },
  });
  const warning =
    /The last batch of each epoch has one image, and from stem\/\S+ on maps are 1x1: .* such as 65/;

  it('is told before the first step', async () => {
    const runs = new FakeRuns(lone);
    await show(runs, lone, () => runs.change(7, { state: 'completed', step: 20 }));
    expect(terminal.stderr.text).toMatch(warning);
  });

  it('is told to programs, and of a run that is left in the queue', async () => {
    use({ json: true });
    const runs = new FakeRuns(lone);
    await show(runs, lone, () => runs.change(7, { state: 'completed', step: 20 }));
    showQueued(terminal.context, {}, lone);
    const notices = events().filter(({ event }) => event === 'notice');
    expect(notices.map(({ message }) => message)).toEqual([
      expect.stringMatching(warning),
      expect.stringMatching(warning),
    ]);
  });
});

it('a run that waits shows its place, then trains', async () => {
  const run = queued(7, 1);
  const runs = new FakeRuns(run, aRun({ id: 5, state: 'running' }));
  const ended = await show(runs, run, () => {
    runs.change(5, { state: 'completed' });
    runs.change(7, { state: 'preparing', queue: null });
    runs.events.emit('live', aLive());
    runs.events.emit('metrics', { runId: 7, steps: toColumns([aStep(1)]), epochs: [] });
    runs.change(7, { state: 'completed', step: 20, seconds: 5 });
  });
  expect(ended).toEqual({ exit: 0, sentence: null });
  expect(terminal.stderr.lines).toEqual([
    expect.stringMatching(/^Run 7: small on Shapes/),
    'Run 7 waits in the queue: 1 before it (run 5 trains)',
    'Run 7 waits in the queue: it is next',
    expect.stringMatching(/^Epoch 1\/2 {2}10 %/),
  ]);
  expect(terminal.stdout.lines.slice(-3)).toEqual([
    'Run 7 completed in 5.0 s.',
    'Stored in /data/resbench.db',
    'Next: npm start -- runs show 7',
  ]);
});

it('with --json everything is an event, in order', async () => {
  use({ json: true });
  const run = queued(7, 1);
  const runs = new FakeRuns(run, aRun({ id: 5, state: 'running' }));
  await show(runs, run, () => {
    runs.change(7, { state: 'preparing', queue: null });
    runs.events.emit('live', aLive());
    runs.events.emit('metrics', { runId: 7, steps: toColumns([aStep(10)]), epochs: [anEpoch(1)] });
    runs.events.emit('metrics', { runId: 5, steps: toColumns([aStep(1)]), epochs: [] });
    runs.change(7, { state: 'completed' });
  });
  expect(events().map(({ event }) => event)).toEqual([
    'run',
    'queue',
    'phase',
    'live',
    'step',
    'epoch',
    'end',
  ]);
  expect(events()[1]).toEqual({ event: 'queue', place: 1, held: false, training: [5], before: [] });
  expect(terminal.stderr.text).toBe('');
});

describe('Ctrl-C', () => {
  it('takes a run that waits out of the queue', async () => {
    const run = queued(7, 1);
    const runs = new FakeRuns(run);
    const ended = await show(runs, run, () => {
      signals.raise('SIGINT');
      runs.change(7, { state: 'stopped', queue: null });
    });
    expect({ ended, asked: runs.asked }).toEqual({ ended: { exit: 130, sentence: null }, asked: ['stop 7'] });
    expect(terminal.stderr.text).toContain('Taking run 7 out of the queue.\n');
    expect(terminal.stdout.text).toContain('Run 7 was stopped before its first step.\n');
  });

  it('stops a run that trains and says how it resumes; a second one ends it at once', async () => {
    const run = aRun({ state: 'running' });
    const runs = new FakeRuns(run);
    const ended = await show(runs, run, () => {
      signals.raise('SIGINT');
      expect({ asked: runs.asked, killed }).toEqual({ asked: ['stop 7'], killed: 0 });
      signals.raise('SIGINT');
      runs.change(7, { state: 'stopped', step: 12, checkpointStep: 10 });
    });
    expect({ ended, killed, asked: runs.asked }).toEqual({
      ended: { exit: 130, sentence: null },
      killed: 1,
      asked: ['stop 7'],
    });
    expect(terminal.stderr.text).toContain(
      'Stopping after a checkpoint; `npm start -- runs resume 7` resumes it from there. Ctrl-C again to end at once.\n',
    );
    expect(terminal.stdout.text).toContain('Resume after step 10: npm start -- runs resume 7\n');
  });

  it('twice leaves a run to the process that trains it', async () => {
    const run = aRun({ state: 'running', own: false });
    const runs = new FakeRuns(run);
    const ended = await show(runs, run, () => {
      signals.raise('SIGINT');
      signals.raise('SIGINT');
    });
    expect(ended).toEqual({
      exit: 130,
      sentence: 'run 7 is training in another window or terminal; stop it with `npm start -- runs stop 7`',
    });
  });

  it('while the run is put into the queue is not forgotten', async () => {
    const run = aRun();
    const runs = new FakeRuns(run);
    const shown = showRun(
      terminal.context,
      {},
      {
        services: runs,
        home: '/data',
        kill: () => {},
        begin: () => {
          signals.raise('SIGINT');
          queueMicrotask(() => queueMicrotask(() => runs.change(7, { state: 'stopped' })));
          return ok(run);
        },
      },
    );
    await expect(shown).rejects.toMatchObject({ exit: 130 });
    expect(runs.asked).toEqual(['stop 7']);
  });

  it('is left to the system when the run has ended', async () => {
    const run = aRun();
    const runs = new FakeRuns(run);
    await show(runs, run, () => runs.change(7, { state: 'completed' }));
    expect([...signals.listeners.values()].every((set) => set.size === 0)).toBe(true);
  });
});

it('a run that is paused from elsewhere ends the command with what to type', async () => {
  const run = aRun({ state: 'running' });
  const runs = new FakeRuns(run);
  const ended = await show(runs, run, () =>
    runs.change(7, { state: 'paused', step: 12, checkpointStep: 12, reason: 'Paused from another window.' }),
  );
  expect(ended).toEqual({ exit: 130, sentence: 'run 7 is paused: Paused from another window.' });
  expect(terminal.stdout.text).toContain('Run 7 is paused after 12 steps.\n');
  expect(terminal.stdout.text).toContain('Resume after step 12: npm start -- runs resume 7\n');
});

it('a run that fails says why, and how to try again', async () => {
  const run = aRun({ state: 'running' });
  const runs = new FakeRuns(run);
  const ended = await show(runs, run, () => runs.change(7, { state: 'failed', reason: 'The loss is NaN.' }));
  expect(ended).toEqual({ exit: 6, sentence: 'run 7 failed: The loss is NaN.' });
  expect(terminal.stdout.text).toContain('Resume from its first step: npm start -- runs resume 7\n');
});

it('a run is stopped once when its time is over, which is no failure', async () => {
  const run = aRun({ state: 'running' });
  const runs = new FakeRuns(run);
  const ended = await show(
    runs,
    run,
    () => {
      for (const step of [aStep(4), aStep(5), aStep(6)])
        runs.events.emit('metrics', { runId: 7, steps: toColumns([step]), epochs: [] });
      runs.change(7, { state: 'stopped', step: 6, seconds: 6 });
    },
    { budgetSeconds: 5 },
  );
  expect({ ended, asked: runs.asked }).toEqual({ ended: { exit: 0, sentence: null }, asked: ['stop 7'] });
  expect(terminal.stdout.text).toContain('Run 7 ended by its time limit after 6.0 s and 6 steps.\n');
});

it('only the steps of the open epoch count towards its averages', () => {
  const runs = new FakeRuns();
  runs.stored.set(
    7,
    [...Array(14).keys()].map((index) => aStep(index + 1)),
  );
  const run = aRun({ epoch: 1, last: anEpoch(1) });
  expect(stepsOfOpenEpoch(runs, run).map(({ step }) => step)).toEqual([11, 12, 13, 14]);
  expect(stepsOfOpenEpoch(runs, aRun({ epoch: 2, last: anEpoch(1) }))).toEqual([]);
});

describe('a run that is left to others', () => {
  it.each([
    [
      queued(7, 2),
      'Run 7 waits in the queue at place 2; an open window trains it, or: npm start -- queue run --home /d\n',
    ],
    [
      queued(7, 2, { queue: { place: 2, held: true } }),
      'Run 7 is held in the queue at place 2; release it: npm start -- queue release 7 --home /d\n',
    ],
  ])('%#', (run, line) => {
    showQueued(terminal.context, { home: '/d' }, run);
    expect(terminal.stdout.text).toBe(line);
  });

  it('is one event with --json', () => {
    use({ json: true });
    showQueued(terminal.context, {}, queued(7, 2));
    expect(events()).toMatchObject([{ event: 'run', run: { id: 7, queue: { place: 2 } } }]);
  });
});

it('keeps a bar where there is a terminal', async () => {
  const { stderr, context } = memoryTerminal();
  Object.assign(stderr, { isTTY: true, columns: 100 });
  context.output = new Output(terminal.stdout, stderr, { NO_COLOR: '1' }, false, 'linux');
  context.interrupts = new Interrupts(signals, 'linux');
  terminal = { context, stdout: terminal.stdout, stderr };
  const run = queued(7, 1);
  const runs = new FakeRuns(run);
  await show(runs, run, () => {
    expect(stderr.text).toContain('\r\u001b[2KRun 7 waits in the queue: it is next');
    runs.change(7, { state: 'completed', queue: null });
  });
  expect(stderr.text.endsWith('\r\u001b[2K')).toBe(true);
});
