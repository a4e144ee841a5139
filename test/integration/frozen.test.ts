/** A data folder of an earlier version (test/frozen): everything in it still opens, and its runs resume. */
import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { eventsOf, home, json, type, type RunShown } from './cli-fixture';

const FROZEN = resolve('test/frozen');
/** A copy: a run that is resumed writes. */
let folder: string;

beforeEach(async () => {
  folder = join(home, 'schema-4');
  cpSync(join(FROZEN, 'schema-4'), folder, { recursive: true });
  expect((await type('runs', 'list', '--home', folder, '--trust-folder')).code).toBe(0);
});

interface Listed {
  id: number;
  name: string;
  state: string;
  epoch: number;
  step: number;
  totalSteps: number;
  queue: { place: number; held: boolean } | null;
  parent: { id: number; step: number } | null;
  best: { valAccuracy: number; epoch: number } | null;
}

test('its runs are listed as they were', async () => {
  const runs = await json<Listed[]>('runs', 'list', '--home', folder);
  const facts = runs
    .map(({ id, name, state, epoch, step, totalSteps }) => [id, name, state, epoch, step, totalSteps])
    .sort();
  expect(facts).toEqual([
    [1, 'Completed', 'completed', 2, 6, 6],
    [2, 'Resumed', 'stopped', 90, 270, 1200],
    [3, 'Forked', 'completed', 4, 18, 18],
    [4, 'Held', 'queued', 0, 0, 3],
  ]);
  expect(runs.find(({ id }) => id === 3)?.parent).toEqual({ id: 1, step: 6, images: 384 });
  expect(runs.find(({ id }) => id === 4)?.queue).toMatchObject({ held: true });
  expect(runs.find(({ id }) => id === 2)?.best).toEqual({ valAccuracy: 0.140625, epoch: 7 });
});

test('a run has its numbers, its gap, its plan and its checkpoints', async () => {
  const run = await json<
    RunShown & {
      plan: { lowerings: Record<string, Record<string, string>> };
    } & Record<string, unknown>
  >('runs', 'show', '2', '--plan', '--home', folder);
  expect(run.steps.map(({ step }) => step)).toEqual(Array.from({ length: 270 }, (_, index) => index + 1));
  expect(run.steps[0]!.loss).toBe(2.804743739898663);
  expect(run.epochs).toHaveLength(90);
  expect(run.epochs[6]).toMatchObject({ epoch: 7, step: 21, valAccuracy: 0.140625 });
  const [gap] = run.gaps as Record<string, unknown>[];
  expect(gap).toMatchObject({ step: 0, lostSteps: 3 });
  expect(run.recipe).toMatchObject({ optimizer: 'sgd', learningRate: 0.01, momentum: 0.9, batchSize: 64 });
  // Its L2 was its architecture's.
  const { l2 } = run.architecture as unknown as { l2: number };
  expect(run.recipe).toMatchObject({ regularisation: 'l2', l2, weightDecay: 0, regularised: 'convolutions' });
  expect(JSON.stringify(run.plan)).toContain('"8x8x5-1x1/2-valid-4x4x16"');
});

test('its checkpoints are intact, and the pinned one is still pinned', async () => {
  for (const id of ['1', '2', '3']) {
    const { code, stdout } = await type('checkpoints', 'verify', id, '--home', folder);
    expect(`${code} ${stdout}`).toMatch(/^0 /);
  }
  const checkpoints = await json<{ step: number; pinned: boolean }[] | { checkpoints: never }>(
    'checkpoints',
    'list',
    '2',
    '--home',
    folder,
  );
  expect(JSON.stringify(checkpoints)).toMatch(/"step":21,[^}]*"pinned":true/);
});

test('a run resumes from its checkpoint, and a new one repeats its plan', async () => {
  const extended = await type('runs', 'extend', '1', '--epochs', '1', '--json', '--home', folder);
  expect(`${extended.code} ${extended.stderr}`).toMatch(/^0 /);
  expect(eventsOf(extended.stdout).at(-1)).toMatchObject({ event: 'end', state: 'completed' });
  const run = await json<RunShown>('runs', 'show', '1', '--home', folder);
  expect(run.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);

  const words = ['--limit-train', '64', '--limit-eval', '32', '--epochs', '1', '--plan-of', '2', '--json'];
  const net = join(FROZEN, 'schema-4-net.json');
  const repeated = await type('train', net, ...words, '--home', folder);
  expect(`${repeated.code} ${repeated.stderr}`).toMatch(/^0 /);
  expect(eventsOf(repeated.stdout).at(-1)).toMatchObject({ state: 'completed' });
});

test('its settings and the architecture of its user are read', async () => {
  const settings = await json<unknown>('settings', 'list', '--home', folder);
  expect(settings).toMatchObject({ keepCheckpoints: 3, notify: false });
  const [saved, ...others] = await json<object[]>('models', 'list', '--home', folder);
  expect(saved).toMatchObject({
    version: 1,
    architecture: { name: '我的网络' },
    starred: false,
    tags: [],
    notes: '',
  });
  expect(others).toEqual([]);
});

test('its runs are compared', async () => {
  const compared = await json<{
    baseline: number;
    groups: { runs: number[]; bestAccuracy: { mean: number } }[];
    answer: { sentences: string[] };
  }>('compare', '1', '2', '--baseline', '2', '--reach', '0.1', '--home', folder);
  expect(compared.baseline).toBe(1);
  expect(compared.groups.map(({ runs }) => runs)).toEqual([[1], [2]]);
  expect(compared.groups[1]!.bestAccuracy.mean).toBe(0.140625);
  expect(compared.answer.sentences[0]).toMatch(/^They have trained on different numbers of images/);
  const { code, stdout } = await type('compare', '1', '2', '--home', folder);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Runs +Name/);

  for (const [words, sentence] of [
    [['1', '1'], 'compare needs the numbers of at least two runs'],
    [['1', '2', '--baseline', '3'], '--baseline must be one of the runs that are compared, got 3'],
    [['1', '99'], 'There is no run 99'],
    [['1', '2', '--at', 'steps'], '--at must be one of epochs, time, images, macs, got "steps"'],
    [['1', '2', '--reach', '60'], '--reach must be a number greater than 0 and at most 1, got "60"'],
  ] as const) {
    const refused = await type('compare', ...words, '--home', folder);
    expect(`${refused.code === 0} ${refused.stderr}`).toContain(sentence);
    expect(refused.code).not.toBe(0);
  }
});
