/** A run by kernels of our own, in a window that has none: it asks before it trains on, and its curve says where. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { electronPath, expect, ROOT, test } from './app';
import { violations } from './axe';
import { atRest, expectState, goTo } from './steps';

const TRAIN = [
  ...[
    'train',
    '--table',
    '[[1, [[16,3],[16,3]]]]',
    '--stem-filters',
    '16',
    '--stem-kernel',
    '3',
    '--stem-stride',
    '1',
  ],
  ...['--name', 'wide', '--epochs', '1', '--batch-size', '32', '--limit-train', '100', '--limit-eval', '50'],
];
/** Its convolutions of sixteen channels by Winograd, whatever is the fastest here. */
const FORCE = `
  const db = require('better-sqlite3')(process.argv[1]);
  const plan = JSON.parse(db.prepare('SELECT plan FROM runs').pluck().get());
  const all = { forward: 'winograd4', inputGradient: 'winograd4', filterGradient: 'winograd4' };
  for (const shape of Object.keys(plan)) if (/x16-3x3.1-/.test(shape)) plan[shape] = all;
  db.prepare('UPDATE runs SET plan = ?').run(JSON.stringify(plan));
  db.close();`;

const { kernels } = JSON.parse(readFileSync(join(ROOT, 'node_modules/.resbench/setup.json'), 'utf8')) as {
  kernels?: { instructions?: string | null };
};

test('a run whose kernels are missing is resumed after a question', async ({ workbench }) => {
  test.skip(!kernels?.instructions, 'There are no kernels here to miss.');
  test.slow();
  expect(await workbench.terminal(TRAIN).exit).toBe(0);
  execFileSync(electronPath, ['-e', FORCE, join(workbench.home, 'resbench.db')], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_PATH: join(ROOT, 'node_modules') },
  });
  const page = await workbench.start({ RESBENCH_KERNELS: 'off' });
  await goTo(page, 'runs');
  await page.getByText('wide', { exact: true }).first().click();
  const dialog = page.getByTestId('kernels-dialog');
  const run = page.getByTestId('run-page');

  await test.step('it asks once its trainer knows, and Cancel leaves it held', async () => {
    await page.getByTestId('run-extend').click();
    await page.getByTestId('extend-epochs').fill('1');
    await page.getByTestId('extend-submit').click();
    await expect(dialog).toContainText('there are none here (RESBENCH_KERNELS is off)', { timeout: 60_000 });
    await atRest(dialog);
    expect(await violations(page)).toEqual([]);
    await page.getByTestId('kernels-cancel').click();
    await expect(dialog).toBeHidden();
    await expect(page.getByTestId('run-banner')).toContainText('not bit for bit');
  });

  await test.step('the queue has the question, too', async () => {
    await goTo(page, 'runs');
    await expect(page.getByTestId('queue-row')).toContainText('Asks');
    expect(await violations(page)).toEqual([]);
    await page.getByTestId('queue-answer').click();
    await page.getByTestId('kernels-agree').click();
    await expect(dialog).toBeHidden();
  });

  await test.step('it trains on, and its curve says where its kernels changed', async () => {
    await page.getByText('wide', { exact: true }).first().click();
    await expectState(run, 'completed');
    const mark = page.getByTestId('chart-loss').getByTestId('chart-mark');
    await mark.hover();
    await expect(page.getByText(/Computed from here on with TensorFlow's kernels/)).toBeVisible();
  });
});
