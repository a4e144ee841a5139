/** Range tests without a trainer: what is asked, refused, reported and given back is what main makes of a process's messages. */
import { expect, it } from 'vitest';
import { RangeTests } from '../../../../src/main/runs/range-tests';
import type { HostedProcess, ProcessExit, ProcessHost } from '../../../../src/node/processes/process-host';
import { DEFAULT_RANGE, type RangePoint, type RangeRequest } from '../../../../src/shared/range-test';
import { DEFAULT_RECIPE } from '../../../../src/shared/recipe';
import { fail, ok } from '../../../../src/shared/result';
import type { FromRangeTester, ToRangeTester } from '../../../../src/shared/training-messages';
import { tinyArchitecture } from '../fixtures';

class FakeProcess implements HostedProcess<ToRangeTester, FromRangeTester> {
  readonly pid = 1;
  readonly sent: ToRangeTester[] = [];
  killed = false;
  say: (message: FromRangeTester) => void = () => {};
  exit: (exit: ProcessExit) => void = () => {};
  stderr: (text: string) => void = () => {};
  send(message: ToRangeTester): void {
    this.sent.push(message);
  }
  onMessage(listener: this['say']): void {
    this.say = listener;
  }
  onExit(listener: this['exit']): void {
    this.exit = listener;
  }
  onStderr(listener: this['stderr']): void {
    this.stderr = listener;
  }
  kill(): void {
    this.killed = true;
  }
}

const request: RangeRequest = {
  architecture: tinyArchitecture(),
  datasetId: 'shapes',
  recipe: { ...DEFAULT_RECIPE, learningRate: 3, batchSize: 16 },
  range: DEFAULT_RANGE,
};
const point = (rate: number): RangePoint => ({ rate, loss: 2, smoothed: 2 });

function made(runs: unknown[] = [], checked = ok({})) {
  const process = new FakeProcess();
  const emitted: unknown[] = [];
  const tests = new RangeTests({
    runs: { list: () => runs as never },
    registry: { emit: (name, payload) => void emitted.push([name, payload]) },
    requests: { check: () => checked as never },
    datasets: { folder: () => '/data' },
    host: { fork: () => process } as unknown as ProcessHost,
  });
  return { tests, process, emitted };
}

it('asks for the steps of the recipe, reports the points, and gives all of them back', async () => {
  const { tests, process, emitted } = made();
  const answer = tests.take(request);
  expect(process.sent).toMatchObject([
    {
      type: 'range',
      job: {
        recipe: { ...DEFAULT_RECIPE, batchSize: 16 },
        dataset: { id: 'shapes', folder: '/data' },
        range: DEFAULT_RANGE,
      },
    },
  ]);
  process.say({ type: 'phase', phase: 'loading data', fraction: null });
  process.say({ type: 'points', points: [point(1), point(2)] });
  process.say({ type: 'points', points: [point(3)] });
  process.say({ type: 'ranged', end: 'diverged' });
  expect(await answer).toEqual(ok({ points: [point(1), point(2), point(3)], end: 'diverged' }));
  expect(process.killed).toBe(true);
  expect(emitted).toEqual([
    ['ranging', { stage: 'Loading data', fraction: null, points: [] }],
    ['ranging', { stage: 'Training', fraction: 0.02, points: [point(1), point(2)] }],
    ['ranging', { stage: 'Training', fraction: 0.03, points: [point(3)] }],
  ]);
});

it('gives the sentence of a failure, and of a process that ended without a word', async () => {
  const failed = made();
  const first = failed.tests.take(request);
  failed.process.say({ type: 'failed', code: 'data-corrupt', message: 'It is damaged.' });
  expect(await first).toEqual(fail('data-corrupt', 'It is damaged.'));

  const gone = made();
  const second = gone.tests.take(request);
  gone.process.stderr('Error: no more\n');
  gone.process.exit({ code: null, signal: 'SIGKILL' });
  expect(await second).toEqual(
    fail(
      'trainer',
      'The process of the range test ended without a result (SIGKILL); its last words were: Error: no more. Try again, perhaps ' +
        'with a smaller batch size.',
    ),
  );
});

it('is cancelled, alone, and refused beside a training, when closing, and for what a run would be refused for', async () => {
  const { tests, process } = made();
  const answer = tests.take(request);
  expect(await tests.take(request)).toMatchObject({ ok: false, error: { code: 'conflict' } });
  tests.cancel();
  expect(await answer).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  expect(process.killed).toBe(true);
  tests.close();
  expect(await tests.take(request)).toMatchObject({ ok: false, error: { code: 'conflict' } });

  const busy = made([{ id: 9, name: 'x', state: 'preparing' }]);
  expect(await busy.tests.take(request)).toMatchObject({
    ok: false,
    error: { code: 'conflict', message: expect.stringContaining('Run 9 ("x") is being trained') as string },
  });
  const narrow = made();
  expect(await narrow.tests.take({ ...request, range: { ...DEFAULT_RANGE, to: 1e-7 } })).toMatchObject({
    ok: false,
    error: { code: 'invalid-input' },
  });
  const missing = made([], fail('data-missing', 'Get it first.') as never);
  expect(await missing.tests.take(request)).toEqual(fail('data-missing', 'Get it first.'));
  for (const one of [busy, narrow, missing]) expect(one.process.sent).toEqual([]);
});
