/** The command line as it is built: training, stored runs, data sets, wrong input. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import { gpuObstacle, readGpuFacts } from '../../src/node/machine/gpu';
import {
  childOf,
  eventsOf,
  home,
  json,
  oneSentence,
  SHORT,
  show,
  SMALL,
  start,
  type,
  type RunShown,
} from './cli-fixture';
import type { Ended } from './terminals';

const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('the device', () => {
  test.skipIf(gpuObstacle(readGpuFacts()) === null)(
    'gpu, where there is none, is refused with the reason before anything is stored',
    async () => {
      const { code, stdout, stderr } = await type('train', ...SMALL, ...SHORT, '--device', 'gpu', '--json');
      expect(code).toBe(2);
      expect(stderr).toMatch(oneSentence(/The GPU cannot be used: .+; --device cpu trains on the CPU\./));
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'unsupported' } });
      expect(await json('runs', 'list')).toEqual([]);
      const probe = await type('probe', 'resnet18', '--steps', '1', '--device', 'gpu');
      // Its phases come before.
      expect(probe).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(stderr) });
    },
  );

  test('cpu trains on the processor, which is stored and shown', async () => {
    const { code, stderr } = await type('train', ...SMALL, ...SHORT, '--device', 'cpu');
    expect(code, stderr).toBe(0);
    expect(await show()).toMatchObject({ state: 'completed', machine: { gpu: null } });
    expect((await type('runs', 'show', '1')).stdout).toMatch(/^Device +CPU, oneDNN/m);
  });

  test('that does not exist is refused with those that do', async () => {
    const { code, stderr } = await type('train', ...SMALL, '--device', 'tpu');
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(oneSentence(/--device must be one of auto, cpu, gpu, got "tpu"/)),
    });
  });
});

describe('a training with --json', () => {
  test('is one value per line, in order, and stored as it was told', async () => {
    const { code, stdout } = await type('train', ...SMALL, ...SHORT, '--seed', '7', '--json');
    const events = eventsOf(stdout);
    expect(code).toBe(0);
    expect(
      events.filter(({ event }) => event !== 'live' && event !== 'phase').map(({ event }) => event),
    ).toEqual([
      'run',
      ...Array<string>(4).fill('step'),
      'epoch',
      ...Array<string>(4).fill('step'),
      'epoch',
      'end',
    ]);

    const run = await show();
    const told = (event: string): unknown[] =>
      events.filter((value) => value.event === event).map(({ event: _, ...rest }) => rest);
    expect(run.steps).toEqual(told('step'));
    expect(run.epochs).toEqual(told('epoch'));
    expect(run).toMatchObject({
      name: 'small',
      state: 'completed',
      reason: null,
      architecture: { name: 'custom', classes: 10 },
      recipe: { optimizer: 'adam', epochs: 2, batchSize: 32, seed: 7, limitTrain: 100, limitEval: 50 },
    });
    expect(events[events.length - 1]).toMatchObject({
      event: 'end',
      state: 'completed',
      run: { id: 1, totalEpochs: 2 },
    });
  });

  test('that cannot start is one error', async () => {
    const { code, stdout, stderr } = await type('train', 'resnet20', '--dataset', 'cifar10', '--json');
    expect({ code, stdout: eventsOf(stdout) }).toEqual({
      code: 4,
      stdout: [
        { error: { code: 'data-missing', message: expect.stringContaining('data get cifar10') as string } },
      ],
    });
    expect(stderr).toMatch(oneSentence(/data get cifar10/));
  });
});

test('a training for people ends with its epochs and what to type next', async () => {
  const { code, stdout, stderr } = await type(
    'train',
    ...SMALL,
    ...SHORT,
    '--optimizer',
    'sgd',
    '--lr',
    '0.01',
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\nEpoch +Loss +Accuracy +Val loss +Val accuracy +Time/);
  expect(stdout).toMatch(/^Run 1 completed in /m);
  expect(stdout).toContain(`Stored in ${join(home, 'resbench.db')}\nNext: npm start -- runs show 1\n`);
  expect(stderr).toMatch(/^Run 1: small on Shapes: 100 of 9,000 images to train on, 50 of 1,000 held out/);
  expect(stderr).toMatch(/^Epoch 2\/2 {2}loss \d/m);
});

describe('the plan of lowerings', () => {
  type Plan = Record<string, Record<string, string>>;
  const planOf = async (id: number): Promise<Plan> =>
    (await json<{ plan: Plan }>('runs', 'show', String(id))).plan;
  const lowerings = (plan: Plan): Set<string> => new Set(Object.values(plan).flatMap(Object.values));
  const train = (...words: string[]): Promise<Ended> => type('train', ...SMALL, ...SHORT, ...words);
  const figures = ({ steps, epochs }: RunShown) => ({
    steps: steps.map(({ seconds: _, ...rest }) => rest),
    epochs: epochs.map(({ seconds: _s, imagesPerSecond: _i, memoryBytes: _m, ...rest }) => rest),
  });

  /** Makes the measurements speak against the plan, so that one chosen again is another. */
  function turnMeasurements(plan: Plan): void {
    const folder = join(home, 'cache');
    const [name, ...others] = readdirSync(folder).filter((file) => file.startsWith('lowering-'));
    expect(others).toEqual([]);
    const path = join(folder, name!);
    const content = JSON.parse(readFileSync(path, 'utf8')) as {
      findings: Record<string, Record<string, Record<string, { took: number }>>>;
      sha256: string;
    };
    for (const [shape, directions] of Object.entries(content.findings)) {
      // The update of the weights is one entry of a plan, whatever variables it was measured with.
      const chosen = plan[shape] ?? plan.update!;
      for (const [direction, findings] of Object.entries(directions)) {
        for (const lowering of Object.keys(findings))
          findings[lowering] = { took: lowering === chosen[direction] ? 1000 : 1 };
      }
    }
    content.sha256 = createHash('sha256').update(JSON.stringify(content.findings)).digest('hex');
    writeFileSync(path, JSON.stringify(content));
  }

  test('is stored, and repeated by --plan-of with the same figures', async () => {
    expect((await train()).code).toBe(0);
    const first = await planOf(1);
    turnMeasurements(first);
    expect((await train('--plan-of', '1')).code).toBe(0);
    expect((await train()).code).toBe(0);
    expect(await planOf(2)).toEqual(first);
    expect(await planOf(3)).not.toEqual(first);
    expect(figures(await show(2))).toEqual(figures(await show(1)));

    const exported = JSON.parse((await type('runs', 'export', '2')).stdout) as { plan: Plan };
    expect(exported.plan).toEqual(first);
    expect((await type('runs', 'show', '2', '--plan')).stdout).toMatch(
      /^How convolutions and normalisations are computed:\nLayers +Shape +Forward[^]*^stem\/conv +32x32x3-3x3\/2-same-16x16x8 +\S+ +- +\S+$/m,
    );
  });

  test('is repeated with the kernels that it was computed with, whatever the environment says', async () => {
    const without = { TF_ENABLE_ONEDNN_OPTS: '0' };
    expect((await start(['train', ...SMALL, ...SHORT], { env: without }).ended).code).toBe(0);
    const repeated = await train('--plan-of', '1');
    expect(repeated.code).toBe(0);
    expect(repeated.stderr).toContain('This run was computed with TF_ENABLE_ONEDNN_OPTS=0 and is again');
    expect((await train()).code).toBe(0);
    const [first, second, other] = [await show(1), await show(2), await show(3)];
    expect(figures(second)).toEqual(figures(first));
    expect(figures(other)).not.toEqual(figures(first));
    expect((await type('runs', 'show', '2')).stdout).toMatch(/^Device +CPU, without oneDNN$/m);
  });

  test("is TensorFlow's own ops with RESBENCH_PLAN=native, which are checked and not timed", async () => {
    const env = { RESBENCH_PLAN: 'native' };
    expect((await start(['train', ...SMALL, ...SHORT], { env }).ended).code).toBe(0);
    expect((await train('--plan-of', '1')).code).toBe(0);
    expect(lowerings(await planOf(2))).toEqual(new Set(['native']));
    const [file] = readdirSync(join(home, 'cache'));
    expect(readFileSync(join(home, 'cache', file!), 'utf8')).not.toMatch(/"took": \d/);
  });

  test('is explained with what was measured, and as JSON', async () => {
    const { stderr } = await train('--explain');
    expect(stderr).toMatch(
      /^How convolutions and normalisations are computed, in milliseconds[^\n]*\nLayers +Shape +Forward +Input gradient +Filter gradient$/m,
    );
    expect(stderr).toMatch(/^stem\/conv .* \d+\.\d+/m);
    const { stdout } = await train('--explain', '--json');
    const events = eventsOf(stdout).filter(({ event }) => event === 'plan' || event === 'step');
    const plan = await planOf(2);
    const timings: Record<string, unknown> = {};
    for (const shape of Object.keys(plan))
      timings[shape] = expect.objectContaining({ forward: expect.anything() });
    expect(events[0]).toEqual({ event: 'plan', plan, timings, rejected: [] });
    expect(events.filter(({ event }) => event === 'plan')).toHaveLength(1);
  });

  test('that cannot be repeated is refused before anything is started', async () => {
    expect((await train()).code).toBe(0);
    const other = await type('train', 'resnet20', ...SHORT, '--plan-of', '1');
    expect(other).toMatchObject({ code: 2, stdout: '' });
    expect(other.stderr).toMatch(oneSentence(/plan of run 1 is for another network/));
    const missing = await train('--plan-of', '9');
    expect(missing).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(oneSentence(/no run 9/)) as string,
    });
    expect(await json<unknown[]>('runs', 'list')).toHaveLength(1);
  });
});

describe('Ctrl-C', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '(%s) stops after a checkpoint and keeps the run',
    async (signal) => {
      const training = start(['train', ...SMALL, '--epochs', '1000', '--json']);
      await training.said('stdout', /"event":"step"/);
      training.process.kill(signal);
      const { code, stdout } = await training.ended;
      expect(code).toBe(130);
      expect(eventsOf(stdout).pop()).toMatchObject({ event: 'end', state: 'stopped' });
      const run = await show();
      expect(run).toMatchObject({
        state: 'stopped',
        reason: expect.stringMatching(/^Stopped by the user/) as string,
      });
      expect(run.steps.length).toBeGreaterThan(0);
      expect(run.steps.length).toBe(run.step);
    },
  );

  test('twice ends at once, and keeps the run as well', async () => {
    const training = start(['train', ...SMALL, '--epochs', '1000']);
    await training.said('stderr', /^Epoch 1\/1000 /m);
    training.process.kill('SIGINT');
    await training.said('stderr', /^Stopping after a checkpoint; `npm start -- runs resume 1`/m);
    training.process.kill('SIGINT');
    expect((await training.ended).code).toBe(130);
    expect((await show()).state).toBe('stopped');
  });

  test('before the first step keeps the run', async () => {
    const training = start(['train', ...SMALL, '--json']);
    await training.said('stdout', /"event":"run"/);
    training.process.kill('SIGINT');
    expect((await training.ended).code).toBe(130);
    expect(await show()).toMatchObject({ state: 'stopped', step: 0 });
  });
});

test('a reader that goes away stops the training and keeps the run', async () => {
  const training = start(['train', ...SMALL, '--epochs', '1000', '--json']);
  await training.said('stdout', /"event":"step"/);
  training.process.stdout?.destroy();
  const { code, stderr } = await training.ended;
  expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
  expect((await show()).state).toBe('stopped');
});

test('a reader that has read enough is no error', async () => {
  const summary = start(['presets', '--json']);
  summary.process.stdout?.destroy();
  expect(await summary.ended).toMatchObject({ code: 0, stderr: '' });
});

describe('two terminals', () => {
  test('see and stop each other', async () => {
    const training = start(['train', ...SMALL, '--epochs', '1000', '--json']);
    await training.said('stdout', /"event":"step"/);
    expect(await json('runs', 'list')).toMatchObject([{ id: 1, state: 'running' }]);
    expect(await json('runs', 'stop', '1')).toMatchObject({
      state: 'stopped',
      reason: expect.stringMatching(/^Stopped from another window or terminal/) as string,
    });
    expect((await training.ended).code).toBe(130);
  });

  test('a run whose terminal was killed is interrupted, with its metrics', async () => {
    const training = start(['train', ...SMALL, '--epochs', '1000', '--json']);
    await training.said('stdout', /"event":"step"/);
    training.process.kill('SIGKILL');
    await training.ended;
    const run = await show();
    expect(run.state).toBe('interrupted');
    expect(run.steps.length).toBeGreaterThan(0);
  });
});

test.runIf(process.platform === 'linux')(
  'a trainer that is killed is one sentence, and the run has failed',
  async () => {
    const training = start(['train', ...SMALL, '--epochs', '1000']);
    await training.said('stderr', /^Epoch 1\/1000 /m);
    process.kill(childOf(training.process.pid ?? 0), 'SIGKILL');
    const { code, stderr } = await training.ended;
    expect(code).toBe(6);
    expect(stderr.split('\n').slice(-2)).toEqual([
      expect.stringMatching(/^resbench: run 1 failed: .*SIGKILL/),
      '',
    ]);
    expect((await show()).state).toBe('failed');
    expect((await type('train', ...SMALL, ...SHORT)).code).toBe(0);
  },
);

describe('stored runs', () => {
  beforeEach(async () => {
    const { code, stderr } = await type('train', ...SMALL, ...SHORT);
    if (code !== 0) throw new Error(stderr);
  });

  test('are listed', async () => {
    expect(await json('runs', 'list')).toMatchObject([
      { id: 1, name: 'small', state: 'completed', step: 8, totalSteps: 8, epoch: 2, totalEpochs: 2 },
    ]);
    expect((await type('runs', 'list')).stdout).toMatch(
      /^ +1 {2}small +custom +shapes +completed +2\/2 +100 %/m,
    );
  });

  test('are shown with curve and epochs', async () => {
    const { stdout } = await type('runs', 'show', '1');
    expect(stdout).toMatch(/^Run 1: small\n/);
    expect(stdout).toMatch(/^Loss by step {2}\d+\.\d+ [▁▂▃▄▅▆▇█]{8} \d/m);
    expect(stdout).toMatch(/^ {4}2 {2}\d+\.\d{4}/m);
  });

  test('are exported whole, to stdout and to a file', async () => {
    const written = await type('runs', 'export', '1');
    const { exportedAt: _, ...whole } = JSON.parse(written.stdout) as {
      exportedAt: number;
      steps: unknown[];
    };
    expect(whole).toMatchObject({ format: 'resbench-run', run: { id: 1 } });
    expect(whole.steps).toHaveLength(8);

    const file = join(home, 'run.csv');
    expect(await json('runs', 'export', '1', '--format', 'csv', '--output', file)).toEqual({
      id: 1,
      format: 'csv',
      file,
      bytes: readFileSync(file).length,
    });
    const lines = readFileSync(file, 'utf8').trimEnd().split('\r\n');
    expect(lines).toHaveLength(9);
    expect(lines[0]).toMatch(/^step,epoch,loss,/);
  });

  test('are never written over a file that is there', async () => {
    const file = join(home, 'precious.json');
    writeFileSync(file, 'precious');
    const refused = await type('runs', 'export', '1', '--output', file);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(oneSentence(/precious\.json exists already/));
    expect(readFileSync(file, 'utf8')).toBe('precious');
    expect((await type('runs', 'export', '1', '--output', file, '--force')).code).toBe(0);
    expect(readdirSync(home).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  test('are renamed', async () => {
    expect(await json('runs', 'rename', '1', 'another name')).toMatchObject({ id: 1, name: 'another name' });
    expect((await show()).name).toBe('another name');
  });

  test('are deleted only when confirmed, all or none', async () => {
    expect((await type('runs', 'delete', '1')).code).toBe(2);
    expect((await type('runs', 'delete', '1', '99', '--yes')).code).toBe(3);
    expect(await json('runs', 'list')).toHaveLength(1);
    expect(await json('runs', 'delete', '1', '--yes')).toEqual({ deleted: [1] });
    expect(await json('runs', 'list')).toEqual([]);
  });
});

describe('wrong input is one sentence and a status, and nothing is lost', () => {
  test.each<[string, string[], number, RegExp]>([
    [
      'a wrong table',
      ['summary', '--table', '[[2, [[64, 0]]]]'],
      2,
      /stage 1, convolution 1: kernel must be at least 1, got 0/,
    ],
    ['a table with a hole', ['summary', '--table', '[[2, [[64, 3], [64,'], 2, /--table: line 1, column \d+/],
    [
      'an unknown model',
      ['train', 'resnet19'],
      3,
      /no preset, saved architecture or file called "resnet19"; did you mean resnet18\?/,
    ],
    [
      'an unknown flag',
      ['train', 'resnet18', '--epoch', '3'],
      2,
      /train has no flag --epoch; did you mean --epochs\?/,
    ],
    [
      'a wrong number',
      ['train', 'resnet18', '--lr', 'fast'],
      2,
      /--lr must be a number greater than 0 and at most 100, got "fast"/,
    ],
    ['an unknown command', ['trian', 'resnet18'], 2, /there is no command "trian"; did you mean train\?/],
    ['an unknown run', ['runs', 'show', '7'], 3, /no run 7/],
    [
      'a network for other images',
      ['train', 'resnet18-torchvision'],
      2,
      /as flags: --input 32x32x3 --classes 10/,
    ],
    [
      'more images than there are',
      ['train', 'resnet20', '--limit-train', '10001'],
      2,
      /--limit-train: With 1,000 training images held out, Shapes has 9,000 training images, not 10,001/,
    ],
    ['data that is not here', ['train', 'resnet20', '--dataset', 'cifar10'], 4, /data get cifar10/],
    ['checking data that is not here', ['data', 'check', 'cifar10'], 4, /data get cifar10/],
    [
      'importing what does not exist',
      ['data', 'import', 'cifar10', '/nowhere/cifar.tar.gz'],
      3,
      /\/nowhere\/cifar\.tar\.gz/,
    ],
  ])('%s', async (_what, words, code, sentence) => {
    const ended = await type(...words);
    expect(ended).toEqual({
      code,
      stdout: '',
      stderr: expect.stringMatching(oneSentence(sentence)) as string,
    });
  });

  test('a data file that is too short', async () => {
    const folder = join(home, 'mine');
    mkdirSync(folder);
    const file = join(folder, 'data_batch_1.bin');
    writeFileSync(file, 'short');
    const { code, stderr } = await type('data', 'import', 'cifar10', folder, '--json');
    expect(code).toBe(4);
    expect(stderr).toMatch(oneSentence(/data_batch/));
    expect(readFileSync(file, 'utf8')).toBe('short');
  });

  test('a data folder that is a file', async () => {
    const file = join(home, 'file');
    writeFileSync(file, 'mine');
    const { code, stderr } = await type('runs', 'list', '--home', file);
    expect(code).toBe(5);
    expect(stderr).toMatch(oneSentence(/file/));
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  test.runIf(process.platform === 'linux')('a data folder that cannot be written', async () => {
    // Nobody may create folders there, not even root.
    const { code, stderr } = await type('train', ...SMALL, ...SHORT, '--home', '/sys/resbench');
    expect(code).toBe(5);
    expect(stderr).toMatch(oneSentence(/\/sys\/resbench/));
    expect(existsSync('/sys/resbench')).toBe(false);
  });

  test('a database that is none is set aside whole', async () => {
    const path = join(home, 'resbench.db');
    writeFileSync(path, 'a letter to a friend, kept under a misleading name');
    const before = hash(path);
    const { code, stderr } = await type('runs', 'list', '--trust-folder');
    expect(code).toBe(0);
    expect(stderr).toMatch(/resbench-damaged-/);
    const aside = readdirSync(home).find((name) => name.startsWith('resbench-damaged-'));
    expect(hash(join(home, aside!))).toBe(before);
  });

  test('a database of a newer program', async () => {
    expect((await type('runs', 'list')).code).toBe(0);
    const path = join(home, 'resbench.db');
    const database = new Database(path);
    database.pragma('user_version = 9999');
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
    const before = hash(path);
    const { code, stderr, stdout } = await type('train', ...SMALL, ...SHORT, '--json');
    expect(code).toBe(5);
    expect(stderr).toMatch(oneSentence(/newer/i));
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'newer-database' } });
    expect(hash(path)).toBe(before);
  });
});

describe('data', () => {
  test('is listed', async () => {
    expect(await json('data', 'list')).toMatchObject([
      { id: 'shapes', state: 'ready', trainCount: 10000 },
      { id: 'cifar10', state: 'missing', trainCount: 50000 },
    ]);
  });

  test('that is drawn is always there', async () => {
    expect(await json('data', 'get', 'shapes')).toMatchObject({ id: 'shapes', state: 'ready' });
    expect(await json('data', 'check', 'shapes')).toMatchObject({ id: 'shapes', state: 'ready' });
  });
});

describe('what needs neither TensorFlow nor SQLite', () => {
  const HOOK = `process.on('exit', () => require('node:fs').writeFileSync(process.env.LOADED, Object.keys(require.cache).join('\\n')))`;

  test.each([['summary', 'resnet18'], ['presets'], ['help']])('%s loads neither', async (...words) => {
    const hook = join(home, 'hook.cjs');
    const loaded = join(home, 'loaded');
    writeFileSync(hook, HOOK);
    const { code } = await start(words, { env: { LOADED: loaded }, node: ['--require', hook] }).ended;
    expect(code).toBe(0);
    const modules = readFileSync(loaded, 'utf8');
    expect(modules).toContain('cli.js');
    expect(modules).not.toMatch(/better-sqlite3|tensorflow/);
    expect(existsSync(join(home, 'resbench.db'))).toBe(false);
  });
});
