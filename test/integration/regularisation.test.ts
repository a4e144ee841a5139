/** What keeps the weights small, from the command line to the bits: whose value counts, and runs of before. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { home, json, SHORT, type, type RunShown } from './cli-fixture';

const ARCHITECTURE = {
  name: 'small',
  inputShape: [32, 32, 3],
  classes: 10,
  stem: { filters: 8, kernel: 3, stride: 2, pool: true },
  table: [[1, [[8, 3]]]],
  l2: 0.01,
};

function modelFile(): string {
  const path = join(home, 'small.json');
  writeFileSync(path, JSON.stringify(ARCHITECTURE));
  return path;
}

test('a run stored before regularisation was the recipe’s resumes with the same bits', async () => {
  const words = [modelFile(), ...SHORT, '--regularisation', 'both', '--weight-decay', '0.5'];
  expect((await type('train', ...words)).code).toBe(0);
  const shorter = await type('train', ...words, '--epochs', '1', '--plan-of', '1');
  expect(`${shorter.code} ${shorter.stderr}`).toMatch(/^0 /);
  expect(shorter.stderr).toContain(
    'Note: Two kinds apply: L2 0.01 in the loss on convolution kernels, and weight decay 0.5 on all kernels.',
  );

  // As an earlier version wrote it: decoupled weight decay, and beside it what the architecture has.
  const database = new Database(join(home, 'resbench.db'));
  const { recipe } = database.prepare('SELECT recipe FROM runs WHERE id = 2').get() as { recipe: string };
  const { regularisation, l2, regularised, ...earlier } = JSON.parse(recipe) as Record<string, unknown>;
  expect([regularisation, l2, regularised]).toEqual(['both', 0.01, 'convolutions']);
  database.prepare('UPDATE runs SET recipe = ? WHERE id = 2').run(JSON.stringify(earlier));
  database.close();

  const read = await json<RunShown>('runs', 'show', '2');
  expect(read.recipe).toMatchObject({ regularisation: 'both', l2: 0.01, weightDecay: 0.5 });
  const extended = await type('runs', 'extend', '2', '--epochs', '1');
  expect(`${extended.code} ${extended.stderr}`).toMatch(/^0 /);
  const [whole, resumed] = [
    await json<RunShown>('runs', 'show', '1'),
    await json<RunShown>('runs', 'show', '2'),
  ];
  const figures = ({ steps, epochs }: RunShown) => [
    steps.map(({ step, loss }) => [step, loss]),
    epochs.map(({ loss, valLoss, valAccuracy }) => [loss, valLoss, valAccuracy]),
  ];
  expect(figures(resumed)).toEqual(figures(whole));
  expect(resumed.recipe).toEqual(whole.recipe);
});

test('what the recipe says counts, the architecture’s L2 only where it says nothing', async () => {
  const model = modelFile();
  const recipeOf = async (...words: string[]) => {
    const { code, stderr } = await type('train', model, ...SHORT, '--epochs', '1', ...words);
    expect(`${code} ${stderr}`).toMatch(/^0 /);
    const [newest] = await json<RunShown[]>('runs', 'list');
    return { ...newest!, stderr };
  };
  const open = await recipeOf();
  expect(open.recipe).toMatchObject({ regularisation: 'l2', l2: 0.01, regularised: 'convolutions' });
  expect(open.stderr).not.toContain('Note: ');

  const decaying = await recipeOf('--weight-decay', '0.1');
  expect(decaying.recipe).toMatchObject({
    regularisation: 'decoupled',
    l2: null,
    weightDecay: 0.1,
    regularised: 'kernels',
  });
  expect(decaying.stderr).toContain(
    'Note: The architecture’s L2 0.01 does not apply: the recipe has weight decay 0.1 instead.',
  );
  // The architecture keeps what its file brought.
  expect(decaying.architecture).toMatchObject({ l2: 0.01 });

  const replaced = await recipeOf('--l2', '0.02', '--regularised', 'all');
  expect(replaced.recipe).toMatchObject({ regularisation: 'l2', l2: 0.02, regularised: 'all' });
  expect(replaced.architecture).toMatchObject({ l2: 0.01 });
  expect(replaced.stderr).toContain('L2 0.02 stands in the place of the architecture’s L2 0.01.');

  const refused = await type('train', model, '--l2', '0.02', '--weight-decay', '0.1');
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain('--l2 and --weight-decay each ask for another regularisation');
});

test('the loss of a probe has the term of the variables that are asked for', async () => {
  const first = async (...words: string[]) => {
    const { steps } = await json<{ steps: { loss: number; total: number }[] }>(
      'probe',
      ...[modelFile(), '--steps', '1', '--batch', '4', ...words],
    );
    return steps[0]!.total - steps[0]!.loss;
  };
  const convolutions = await first();
  expect(await first('--l2', '0.02')).toBeCloseTo(2 * convolutions, 5);
  expect(await first('--regularisation', 'none')).toBeCloseTo(0, 6);
  // Gammas are 1 at first: 8 of the stem, 8 of the block.
  const [kernels, all] = [await first('--regularised', 'kernels'), await first('--regularised', 'all')];
  expect(kernels).toBeGreaterThan(convolutions);
  expect(all - kernels).toBeCloseTo(0.01 * 16, 5);
});
