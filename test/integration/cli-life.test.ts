/** A run's life on the command line: queue, pause, resume, extend, fork, checkpoints, settings, log. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { eventsOf, home, json, oneSentence, SHORT, show, SMALL, start, type } from './cli-fixture';
import type { Terminal } from './terminals';

interface Listed {
  id: number;
  state: string;
  step: number;
  totalSteps: number;
  totalEpochs: number;
  checkpointStep: number | null;
  queue: { place: number; held: boolean } | null;
}
interface Written {
  id: number;
  runId: number;
  step: number;
  epoch: number;
  kind: string;
  best: boolean;
  pinned: boolean;
  damaged: string | null;
}

const LONG = ['--epochs', '1000', '--limit-train', '320', '--limit-eval', '32', '--batch-size', '32'];

/** A training that has made its first step. */
async function training(...words: string[]): Promise<Terminal> {
  const typed = start(['train', ...SMALL, ...LONG, ...words, '--json']);
  await typed.said('stdout', /"event":"step"/);
  return typed;
}

const list = (): Promise<Listed[]> => json('runs', 'list');
const queueList = (): Promise<{ training: Listed[]; waiting: Listed[] }> => json('queue', 'list');
const checkpoints = (run = 1): Promise<Written[]> => json('checkpoints', 'list', String(run));
const waitingIds = async (): Promise<number[]> => (await queueList()).waiting.map(({ id }) => id);
const store = async (...words: string[]): Promise<void> => {
  const { code, stderr } = await type('train', ...SMALL, ...SHORT, '--background', ...words);
  if (code !== 0) throw new Error(stderr);
};
/** Figures of a run that do not tell the time. */
const figures = async (id: number) => {
  const { steps, epochs } = await show(id);
  return {
    steps: steps.map(({ step, loss }) => ({ step, loss })),
    epochs: epochs.map(({ epoch, loss, valLoss, valAccuracy }) => ({ epoch, loss, valLoss, valAccuracy })),
  };
};

describe('a run that waits', () => {
  test('says for what, is taken up when its turn comes, and trains to its end', async () => {
    const first = await training();
    const second = start(['train', ...SMALL, ...SHORT]);
    await second.said('stderr', /^Run 2 waits in the queue: 1 before it \(run 1 trains\)/m);
    expect(await waitingIds()).toEqual([2]);
    expect((await type('runs', 'stop', '1')).code).toBe(0);
    const { code, stdout } = await second.ended;
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^Run 2 completed in /m) as string,
    });
    expect((await first.ended).code).toBe(130);
  });

  test('is taken out of the queue by Ctrl-C', async () => {
    const first = await training();
    const second = start(['train', ...SMALL, ...SHORT, '--json']);
    await second.said('stdout', /"event":"queue"/);
    second.process.kill('SIGINT');
    const { code, stdout } = await second.ended;
    expect(code).toBe(130);
    expect(eventsOf(stdout).pop()).toMatchObject({ event: 'end', state: 'stopped', run: { id: 2, step: 0 } });
    expect(await list()).toMatchObject([
      { id: 2, state: 'stopped', queue: null },
      { id: 1, state: 'running' },
    ]);
    first.process.kill('SIGINT');
    await first.ended;
  });

  test('waits for nobody with --now', async () => {
    const first = await training();
    const second = await type('train', ...SMALL, ...SHORT, '--now', '--json');
    expect(second.code).toBe(0);
    expect(eventsOf(second.stdout).filter(({ event }) => event === 'queue')).toEqual([]);
    expect(await list()).toMatchObject([{ state: 'completed' }, { state: 'running' }]);
    first.process.kill('SIGINT');
    await first.ended;
  });

  test('that is removed elsewhere ends its command', async () => {
    const first = await training();
    const second = start(['train', ...SMALL, ...SHORT]);
    await second.said('stderr', /^Run 2 waits/m);
    expect(await json('queue', 'remove', '2')).toMatchObject({ id: 2, state: 'stopped', queue: null });
    expect(await second.ended).toMatchObject({
      code: 130,
      stdout: expect.stringContaining('Run 2 was stopped before its first step.') as string,
    });
    first.process.kill('SIGINT');
    await first.ended;
  });
});

describe('the queue', () => {
  test('is put in order, held and released', async () => {
    for (const name of ['a', 'b', 'c']) await store('--name', name);
    expect(await waitingIds()).toEqual([1, 2, 3]);
    expect(await json('queue', 'next', '3')).toMatchObject({ id: 3, queue: { place: 1, held: false } });
    expect(await waitingIds()).toEqual([3, 1, 2]);
    expect(await json('queue', 'move', '3', '2')).toMatchObject({ id: 3, queue: { place: 2 } });
    expect(await waitingIds()).toEqual([1, 3, 2]);
    expect(await json('queue', 'hold', '1')).toMatchObject({ queue: { place: 1, held: true } });
    expect((await type('queue', 'list')).stdout).toMatch(/^ +1 +1 +a .*held[^]*^ +2 +3 +c .*queued/m);
    expect(await json('queue', 'release', '1')).toMatchObject({ queue: { place: 1, held: false } });
    await store('--name', 'd', '--queue', 'next');
    expect(await waitingIds()).toEqual([4, 1, 3, 2]);
  });

  test('is trained by `queue run`, but for what is held', async () => {
    await store();
    await store();
    const held = await type('train', ...SMALL, ...SHORT, '--queue', 'held');
    expect(held).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Run 3 is held/) as string });
    const { code, stdout, stderr } = await type('queue', 'run');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '2 runs trained; 1 run held.\n' });
    expect(stderr).toMatch(
      /^Run 1: small on [^]*^Run 1 completed in [^]*^Run 2: small on [^]*^Run 2 completed in /m,
    );
    expect(await list()).toMatchObject([
      { id: 3, state: 'queued' },
      { id: 2, state: 'completed' },
      { id: 1, state: 'completed' },
    ]);
  });

  test('trains several at once where the settings say so', async () => {
    expect(await json('settings', 'set', 'runs-at-once', '2')).toEqual({ runsAtOnce: 2 });
    await store('--epochs', '1000');
    await store('--epochs', '1000');
    const work = start(['queue', 'run', '--json']);
    await work.said(
      'stdout',
      /"event":"step","runId":1[^]*"event":"step","runId":2|"event":"step","runId":2[^]*"event":"step","runId":1/,
    );
    expect((await queueList()).training.map(({ id }) => id)).toEqual([1, 2]);
    work.process.kill('SIGINT');
    const { code, stdout } = await work.ended;
    expect(code).toBe(130);
    expect(eventsOf(stdout).filter(({ event }) => event === 'end')).toMatchObject([
      { state: 'stopped' },
      { state: 'stopped' },
    ]);
  });

  test('keeps what waits when `queue run` is ended by Ctrl-C', async () => {
    await store('--epochs', '1000');
    await store();
    const work = start(['queue', 'run', '--json']);
    await work.said('stdout', /"event":"step"/);
    work.process.kill('SIGINT');
    expect((await work.ended).code).toBe(130);
    expect(await list()).toMatchObject([
      { id: 2, state: 'queued' },
      { id: 1, state: 'stopped' },
    ]);
  });

  test('takes up what is added to it with --keep', async () => {
    const work = start(['queue', 'run', '--keep', '--json']);
    await store();
    await work.said('stdout', /"event":"end"/);
    work.process.kill('SIGINT');
    const { code, stdout } = await work.ended;
    expect(code).toBe(130);
    expect(eventsOf(stdout).pop()).toEqual({ event: 'done', trained: [1], failed: [] });
  });

  test('has no place for a run that does not wait', async () => {
    expect((await type('train', ...SMALL, ...SHORT)).code).toBe(0);
    for (const words of [
      ['move', '1', '1'],
      ['next', '1'],
      ['hold', '1'],
      ['release', '1'],
      ['remove', '1'],
    ]) {
      const { code, stderr } = await type('queue', ...words);
      expect({ words, code, stderr }).toEqual({
        words,
        code: 2,
        stderr: expect.stringMatching(
          oneSentence(/run 1 does not wait in the queue: it is completed/),
        ) as string,
      });
    }
  });
});

describe('a run that is paused', () => {
  test('ends its command with how to resume, and resumes exactly', async () => {
    const words = ['--epochs', '40', '--limit-train', '320', '--limit-eval', '32', '--batch-size', '32'];
    const whole = await type('train', ...SMALL, ...words);
    expect(whole.code).toBe(0);

    const paused = start(['train', ...SMALL, ...words, '--plan-of', '1']);
    await paused.said('stderr', /^Epoch +1\/40 {2}loss/m);
    const run = await json<Listed>('runs', 'pause', '2');
    expect(run).toMatchObject({ state: 'paused', checkpointStep: run.step });
    const ended = await paused.ended;
    expect(ended.code).toBe(130);
    expect(ended.stderr).toMatch(/^resbench: run 2 is paused: /m);
    expect(ended.stdout).toContain('npm start -- runs resume 2\n');

    const { code, stdout } = await type('runs', 'resume', '2', '--json');
    expect(code).toBe(0);
    const events = eventsOf(stdout);
    expect(events.find(({ event }) => event === 'gap')).toMatchObject({ step: run.step, lostSteps: 0 });
    expect(events.find(({ event }) => event === 'step')).toMatchObject({ step: run.step + 1 });
    expect(await figures(2)).toEqual(await figures(1));
    expect((await type('runs', 'show', '2')).stdout).toMatch(/^Gaps +after step /m);
  });

  test('in the queue is held', async () => {
    await store();
    expect(await json('runs', 'pause', '1')).toMatchObject({
      state: 'queued',
      queue: { place: 1, held: true },
    });
  });

  test('may be put back into the queue for others', async () => {
    const first = await training();
    expect((await type('runs', 'pause', '1')).code).toBe(0);
    await first.ended;
    const queued = await type('runs', 'resume', '1', '--background', '--json');
    expect(eventsOf(queued.stdout)).toMatchObject([
      { event: 'run', run: { state: 'queued', queue: { place: 1 } } },
    ]);
  });
});

test('a run whose process was killed resumes where its checkpoint is', async () => {
  const first = await training();
  await first.said('stdout', /"event":"epoch"/);
  first.process.kill('SIGKILL');
  await first.ended;
  const [before] = await list();
  expect(before).toMatchObject({ state: 'interrupted' });
  const again = start(['runs', 'resume', '1', '--json']);
  await again.said('stdout', /"event":"step"/);
  again.process.kill('SIGINT');
  expect((await again.ended).code).toBe(130);
  const { steps } = await show();
  expect(steps.map(({ step }) => step)).toEqual(steps.map((_, index) => index + 1));
  expect(steps.length).toBeGreaterThan(before!.step);
});

describe('a run that is complete', () => {
  test('is not resumed but extended', async () => {
    expect((await type('train', ...SMALL, ...SHORT)).code).toBe(0);
    const refused = await type('runs', 'resume', '1');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(oneSentence(/Run 1/));
    const { code, stdout } = await type('runs', 'extend', '1', '--epochs', '1', '--json');
    expect(code).toBe(0);
    expect(eventsOf(stdout).pop()).toMatchObject({
      event: 'end',
      state: 'completed',
      run: { step: 12, totalSteps: 12, epoch: 3, totalEpochs: 3, recipe: { epochs: 3 } },
    });
    expect((await show()).steps).toHaveLength(12);
  });

  test('is forked from a checkpoint with another recipe', async () => {
    expect((await type('train', ...SMALL, ...SHORT, '--seed', '5')).code).toBe(0);
    const [newest] = await checkpoints();
    expect(newest).toMatchObject({ runId: 1, step: 8, epoch: 2 });
    const words = ['--epochs', '3', '--lr', '0.0001', '--name', 'child', '--json'];
    const { code, stdout } = await type('runs', 'fork', '1', '--from', 'step:8', ...words);
    expect(code).toBe(0);
    const events = eventsOf(stdout);
    expect(events[0]).toMatchObject({
      event: 'run',
      run: {
        id: 2,
        name: 'child',
        parent: { id: 1, step: 8 },
        recipe: { epochs: 3, learningRate: 0.0001, seed: 5, batchSize: 32, limitTrain: 100 },
      },
    });
    expect(events.filter(({ event }) => event === 'step').map(({ step }) => step)).toEqual([9, 10, 11, 12]);
    expect((await type('runs', 'show', '2')).stdout).toMatch(
      /^Parent +run 1, from its checkpoint of step 8$/m,
    );
    expect((await type('runs', 'list')).stdout).toMatch(/^ +2 .* run 1 /m);
  });

  test('cannot be forked from a checkpoint that is not there', async () => {
    expect((await type('train', ...SMALL, ...SHORT)).code).toBe(0);
    const { code, stderr } = await type('runs', 'fork', '1', '--from', 'step:5');
    expect(code).toBe(3);
    expect(stderr).toMatch(oneSentence(/run 1 has no checkpoint of step 5, but /));
    expect(await list()).toHaveLength(1);
  });
});

describe('checkpoints', () => {
  const train = async (): Promise<Written[]> => {
    expect((await type('train', ...SMALL, ...SHORT)).code).toBe(0);
    return checkpoints();
  };
  const fileOf = (id: number): Promise<{ weights: string; description: string }> =>
    json('checkpoints', 'path', String(id));

  test('are listed, pinned, found and deleted', async () => {
    const all = await train();
    expect(all.map(({ step }) => step)).toEqual([8, 4]);
    const [newest, older] = all as [Written, Written];
    expect(await json('checkpoints', 'pin', String(older.id))).toMatchObject({ id: older.id, pinned: true });
    expect(await json('checkpoints', 'unpin', String(older.id))).toMatchObject({
      id: older.id,
      pinned: false,
    });
    expect((await type('checkpoints', 'list', '1')).stdout).toMatch(
      /^2 checkpoints, [\d.]+ kB; [\d.]+ [GMT]B free on the disk$/m,
    );
    const files = await fileOf(older.id);
    expect([existsSync(files.weights), existsSync(files.description)]).toEqual([true, true]);
    expect((await type('checkpoints', 'path', String(older.id))).stdout).toBe(`${files.weights}\n`);
    expect((await type('runs', 'show', '1')).stdout).toMatch(
      /^Checkpoints +2 checkpoints, .*newest of step 8$/m,
    );
    expect(await json('checkpoints', 'delete', String(older.id))).toEqual({ deleted: older.id });
    expect(existsSync(files.weights)).toBe(false);
    expect((await checkpoints()).map(({ id }) => id)).toEqual([newest.id]);
    expect((await type('checkpoints', 'pin', String(older.id))).code).toBe(3);
  });

  test('are verified: a flipped bit is found and named', async () => {
    const [newest] = await train();
    expect(await type('checkpoints', 'verify')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/2 checkpoints, .*: all sound\.\n$/) as string,
    });
    const { weights } = await fileOf(newest!.id);
    const bytes = readFileSync(weights);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(weights, bytes);
    const { code, stdout, stderr } = await type('checkpoints', 'verify', '1', '--json');
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject([
      { id: newest!.id, problem: expect.stringContaining(weights) as string },
      { problem: null },
    ]);
    expect(stderr).toMatch(oneSentence(/1 of 2 checkpoints cannot be used/));
  });
});

test('settings are kept, and refused by name', async () => {
  expect(await json('settings', 'list')).toEqual({
    runsAtOnce: 1,
    checkpointMinutes: 10,
    keepCheckpoints: 2,
    keepEveryEpochs: 0,
    notify: true,
  });
  expect(await json('settings', 'set', 'notify', 'off')).toEqual({ notify: false });
  expect(await type('settings', 'get', 'notify')).toEqual({ code: 0, stdout: 'off\n', stderr: '' });
  expect(await json('settings', 'set', 'keep-checkpoints', '1')).toEqual({ keepCheckpoints: 1 });
  expect((await type('train', ...SMALL, ...SHORT)).code).toBe(0);
  const kept = await checkpoints();
  expect(kept.every(({ step, best }) => step === 8 || best)).toBe(true);
  const { code, stderr } = await type('settings', 'set', 'keep-checkpoints', 'all');
  expect(code).toBe(2);
  expect(stderr).toMatch(oneSentence(/keep-checkpoints must be a whole number of at least 1, got "all"/));
});

describe('the log', () => {
  test('of a run tells of its training process', async () => {
    expect((await type('train', ...SMALL, ...SHORT)).code).toBe(0);
    const { lines, file } = await json<{ lines: string[]; file: string }>('runs', 'log', '1');
    expect(lines.length).toBeGreaterThan(0);
    expect((await type('runs', 'log', '1')).stdout).toBe(readFileSync(file, 'utf8'));
    expect((await type('runs', 'log', '1', '--follow')).stdout).toBe(readFileSync(file, 'utf8'));
  });

  test('of a run that never trained is one sentence', async () => {
    await store('--queue', 'held');
    const { code, stderr } = await type('runs', 'log', '1');
    expect(code).toBe(3);
    expect(stderr).toMatch(oneSentence(/run 1 has no log/));
  });

  test('is followed until the run ends', async () => {
    const run = await training();
    const log = start(['runs', 'log', '1', '--follow']);
    await log.said('stdout', /begins/);
    run.process.kill('SIGINT');
    expect((await log.ended).code).toBe(0);
    expect(log.stdout).toMatch(/stopped/);
    expect(existsSync(home)).toBe(true);
    await run.ended;
  });
});
