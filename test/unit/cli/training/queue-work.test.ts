import { beforeEach, describe, expect, it } from 'vitest';
import { QueueWork } from '../../../../src/cli/training/queue-work';
import { aLive, aRun, aStep, FakeRuns, queued } from '../fake-runs';
import { memoryTerminal, type Terminal } from '../memory';
import { toColumns } from '../../../../src/shared/step-columns';

let terminal: Terminal;
beforeEach(() => {
  terminal = memoryTerminal();
});

/** Whether the promise has settled once everything under way has had its turn. */
async function settled(promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await new Promise((next) => setImmediate(next));
  return done;
}

function work(runs: FakeRuns, keep = false): { queue: QueueWork; done: Promise<void>; end: () => void } {
  const queue = new QueueWork(terminal.context, {}, runs, keep);
  const end = queue.listen();
  return { queue, done: queue.done(), end };
}

it('is done once nothing waits and nothing trains here', async () => {
  const runs = new FakeRuns(queued(8, 2), queued(9, 3, { queue: { place: 3, held: true } }));
  runs.change(7, { state: 'preparing', own: true });
  const { queue, done } = work(runs);
  expect(await settled(done)).toBe(false);
  runs.change(7, { state: 'completed', step: 20, seconds: 5 });
  expect(await settled(done)).toBe(false);
  runs.change(8, { state: 'running', queue: null, own: true });
  expect(await settled(done)).toBe(false);
  runs.change(8, { state: 'completed', step: 20, seconds: 6 });
  expect(await settled(done)).toBe(true);
  queue.conclude(false);
  expect(terminal.stderr.lines.filter((line) => line.includes('completed'))).toEqual([
    'Run 7 completed in 5.0 s.',
    'Run 8 completed in 6.0 s.',
  ]);
  expect(terminal.stdout.text).toBe('2 runs trained; 1 run held.\n');
});

it('does not wait for what others train, nor show it as its own', async () => {
  const runs = new FakeRuns(aRun({ id: 5, state: 'running', own: false }));
  const { queue, done } = work(runs);
  expect(await settled(done)).toBe(true);
  queue.conclude(false);
  expect([terminal.stdout.text, terminal.stderr.text]).toEqual(['Nothing waited in the queue.\n', '']);
});

it('waits for more with --keep', async () => {
  const runs = new FakeRuns();
  const { done } = work(runs, true);
  runs.change(7, { state: 'running', own: true });
  runs.change(7, { state: 'completed' });
  expect(await settled(done)).toBe(false);
  expect(terminal.stderr.lines[0]).toBe('Nothing waits in the queue; Ctrl-C ends this command');
});

it('shows several runs in one line', () => {
  const runs = new FakeRuns(aRun({ id: 7, state: 'running' }), aRun({ id: 8, state: 'running' }));
  work(runs);
  runs.events.emit('live', aLive({ runId: 7 }));
  runs.events.emit('metrics', { runId: 7, steps: toColumns([aStep(5)]), epochs: [] });
  runs.events.emit('live', aLive({ runId: 8, phase: 'loading data' }));
  expect(terminal.stderr.lines).toContain('2 runs  7: Epoch 1/2 50 %  8: Loading data');
});

it('with --json every event names its run', () => {
  terminal = memoryTerminal({ json: true });
  const runs = new FakeRuns(aRun({ id: 7, state: 'running' }), aRun({ id: 8, state: 'running' }));
  const { queue } = work(runs);
  runs.events.emit('metrics', { runId: 8, steps: toColumns([aStep(1)]), epochs: [] });
  runs.change(7, { state: 'paused' });
  runs.change(8, { state: 'completed' });
  queue.conclude(false);
  expect(
    terminal.stdout.lines.map((line) => {
      const { event, runId, state } = JSON.parse(line) as Record<string, unknown>;
      return [event, runId, state];
    }),
  ).toEqual([
    ['run', 8, undefined],
    ['run', 7, undefined],
    ['step', 8, undefined],
    ['end', 7, 'paused'],
    ['end', 8, 'completed'],
    ['done', undefined, undefined],
  ]);
});

describe('the end', () => {
  it('is a failure where a run failed, and names it', () => {
    const runs = new FakeRuns(aRun({ id: 7, state: 'running' }), aRun({ id: 8, state: 'running' }));
    const { queue } = work(runs);
    runs.change(7, { state: 'failed', reason: 'The loss is NaN.' });
    runs.change(8, { state: 'completed' });
    expect(() => queue.conclude(false)).toThrow(
      expect.objectContaining({
        exit: 6,
        sentence: '1 of 2 runs failed: run 7; the reason stands in `runs show`',
      }) as Error,
    );
    expect(terminal.stderr.lines).toContain('The loss is NaN.');
  });

  it('by Ctrl-C tells how the runs under way resume', () => {
    const runs = new FakeRuns(aRun({ id: 7, state: 'running' }), queued(8, 1));
    const { queue } = work(runs);
    expect(queue.active).toEqual([7]);
    runs.change(7, { state: 'stopped', step: 12, checkpointStep: 12 });
    expect(() => queue.conclude(true)).toThrow(
      expect.objectContaining({ exit: 130, sentence: null }) as Error,
    );
    expect(terminal.stderr.lines.slice(-2)).toEqual([
      'Run 7 stopped after 12 steps.',
      'Resume after step 12: npm start -- runs resume 7',
    ]);
  });
});
