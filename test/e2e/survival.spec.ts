import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { electronPath, expect, ROOT, test } from './app';
import { chooseModel, expectPoints, expectState, goTo, startRun, trainerPid } from './steps';

/** Steps of the newest run. */
function stepsOf(home: string): number {
  const listed = execFileSync(electronPath, [join(ROOT, 'out/main/cli.js'), 'runs', 'list', '--json'], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', RESBENCH_HOME: home },
    encoding: 'utf8',
  });
  return (JSON.parse(listed) as { step: number }[])[0]?.step ?? 0;
}

test('a killed trainer fails its run with a sentence, and the next run works', async ({ workbench }) => {
  const page = await workbench.start();
  await chooseModel(page, 'resnet20');
  const run = await startRun(page, { name: 'killed', epochs: 50, limitEval: 64 });
  await expectPoints(page, 'chart-loss', 3);

  process.kill(await trainerPid(workbench), 'SIGKILL');
  await expectState(run, 'failed');
  await expect(page.getByTestId('run-banner')).toContainText(/training process was ended .* after step \d+/);
  await expectPoints(page, 'chart-loss', 3);

  await chooseModel(page, 'resnet20');
  const next = await startRun(page, { name: 'next', epochs: 1, limitTrain: 64, limitEval: 32 });
  await expectState(next, 'completed');
});

test('a run whose program was killed is interrupted at the next start, with its metrics', async ({
  workbench,
}) => {
  let page = await workbench.start();
  await chooseModel(page, 'resnet20');
  await startRun(page, { name: 'cut off', epochs: 50, limitEval: 64 });
  await expectPoints(page, 'chart-loss', 5);
  const trainer = await trainerPid(workbench);

  await workbench.kill();
  // Nothing trains unseen: the trainer goes with its program.
  const gone = () => {
    try {
      process.kill(trainer, 0);
      return false;
    } catch {
      return true;
    }
  };
  await expect.poll(gone, { timeout: 30_000 }).toBe(true);

  page = await workbench.start();
  await goTo(page, 'runs');
  const row = page.getByRole('row', { name: 'Run cut off' });
  await expect(row).toContainText('Interrupted');
  await row.getByText('cut off', { exact: true }).click();
  await expect(page.getByTestId('run-page')).toHaveAttribute('data-state', 'interrupted');
  await expectPoints(page, 'chart-loss', 5);
});

test('a number that has changed on the disk is told where its run is opened', async ({ workbench }) => {
  const words = ['train', 'resnet20', '--name', 'changed', '--epochs', '1', '--limit-train', '64'];
  expect(await workbench.terminal([...words, '--limit-eval', '32']).exit).toBe(0);
  // SQLite is built for Electron's Node.
  const change = `require('better-sqlite3')(process.argv[1]).exec('UPDATE steps SET loss = loss / 2')`;
  execFileSync(electronPath, ['-e', change, join(workbench.home, 'resbench.db')], {
    cwd: ROOT,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  const page = await workbench.start();
  await goTo(page, 'runs');
  await page.getByRole('row', { name: 'Run changed' }).getByText('changed', { exact: true }).click();
  await expectPoints(page, 'chart-loss', 1);
  await expect(page.getByText(/^Numbers of run 1 \(epoch 1\) have changed on the disk/)).toBeVisible();
});

test('closing the window while a run trains asks first, then stops the run with its reason', async ({
  workbench,
}) => {
  let page = await workbench.start();
  await chooseModel(page, 'resnet20');
  await startRun(page, { name: 'closing', epochs: 50, limitEval: 64 });
  await expectPoints(page, 'chart-loss', 2);

  // The question is the operating system's own dialog: answer it in place of the person.
  const answer = (button: number) =>
    workbench.app.evaluate(({ dialog }, response) => {
      dialog.showMessageBox = () => Promise.resolve({ response, checkboxChecked: false });
    }, button);
  await answer(1);
  await workbench.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await expect(page.getByTestId('run-stop')).toBeVisible();
  await expectState(page.getByTestId('run-page'), 'running');

  await answer(0);
  await workbench.quit();
  page = await workbench.start();
  await expect(page.getByTestId('run-page')).toHaveAttribute('data-state', 'stopped');
  await expect(page.getByTestId('run-banner')).toContainText(/Resbench was closed at step \d+/);
});

test('a signal ends the window without a question, and stops its run with a checkpoint', async ({
  workbench,
}) => {
  test.skip(process.platform === 'win32', 'Windows has no such signals.');
  const child = workbench.launch();
  const words = ['train', 'resnet20', '--name', 'signalled', '--epochs', '50', '--limit-eval', '64'];
  expect(await workbench.terminal([...words, '--background']).exit).toBe(0);
  await expect.poll(() => stepsOf(workbench.home), { timeout: 60_000 }).toBeGreaterThan(2);

  const exit = new Promise((done) => child.once('exit', (code, signal) => done({ code, signal })));
  child.kill('SIGTERM');
  expect(await exit).toEqual({ code: 0, signal: null });

  const page = await workbench.start();
  await goTo(page, 'runs');
  await page.getByTestId('run-row').getByText('signalled', { exact: true }).click();
  await expectState(page.getByTestId('run-page'), 'stopped');
  await expect(page.getByTestId('run-banner')).toContainText(/Resbench was closed at step \d+/);
  await expect(page.getByTestId('checkpoint-row').first()).toBeVisible();
});

test('a run started in a terminal is seen live in the window, and stops from there', async ({
  workbench,
}) => {
  const page = await workbench.start();
  await goTo(page, 'runs');
  const terminal = workbench.terminal([
    'train',
    'resnet20',
    '--name',
    'from afar',
    '--epochs',
    '50',
    '--limit-eval',
    '64',
    '--json',
  ]);
  const row = page.getByRole('row', { name: 'Run from afar' });
  await expect(row).toContainText('Running');
  await row.getByText('from afar', { exact: true }).click();
  await expectPoints(page, 'chart-loss', 3);
  await page.getByTestId('run-stop').click();
  expect(await terminal.exit).toBe(130);
  await expectState(page.getByTestId('run-page'), 'stopped');
});
