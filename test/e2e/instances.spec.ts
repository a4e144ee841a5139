import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from '@playwright/test';
import { asRoot, electronPath, expect, ROOT, test } from './app';
import { chooseModel, expectState, goTo, startRun } from './steps';

const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;

test('a second start on the same data folder raises the window that is there, and ends', async ({
  workbench,
}) => {
  await workbench.start();
  await workbench.app.evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows()[0]!;
    const state = globalThis as { raised?: number };
    state.raised = 0;
    // Without a window manager nothing comes to the front: what would be asked of it is counted.
    window.focus = () => void (state.raised = state.raised! + 1);
  });
  const second = spawn(electronPath, [...asRoot, ROOT], {
    env: { ...env, RESBENCH_HOME: workbench.home },
    stdio: 'ignore',
  });
  const code = await new Promise((done) => second.once('exit', done));
  expect(code).toBe(0);
  await expect.poll(() => workbench.app.evaluate(() => (globalThis as { raised?: number }).raised)).toBe(1);
  expect(await workbench.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('a second start on another data folder opens a window of its own', async ({ workbench }) => {
  await workbench.start();
  const home = mkdtempSync(join(tmpdir(), 'resbench-e2e-'));
  const other = await _electron.launch({
    executablePath: electronPath,
    args: [...asRoot, ROOT],
    env: { ...env, RESBENCH_HOME: home } as Record<string, string>,
  });
  try {
    await (await other.firstWindow()).waitForSelector('nav');
  } finally {
    await other.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 20 });
  }
});

test('a run that is over while nobody looks is told by the desktop, and a click opens it', async ({
  workbench,
}) => {
  const page = await workbench.start();
  await workbench.app.evaluate(({ BrowserWindow, Notification }) => {
    BrowserWindow.getAllWindows()[0]!.isFocused = () => false;
    Notification.isSupported = () => true;
    // The desktop's part: it shows the notification, and somebody may click it. The method that shows is each one's own.
    const { on } = Notification.prototype as Electron.Notification;
    Notification.prototype.on = function (this: Electron.Notification, ...words: unknown[]) {
      this.show = () => {
        (globalThis as { shown?: Electron.Notification }).shown = this;
      };
      return on.apply(this, words as Parameters<typeof on>);
    } as typeof on;
  });
  await chooseModel(page, 'resnet20');
  const run = await startRun(page, { name: 'told', epochs: 1, limitTrain: 64, limitEval: 32 });
  await expectState(run, 'completed');
  await goTo(page, 'models');
  const shown = await workbench.app.evaluate(() => {
    const { title, body } = (globalThis as { shown?: Electron.Notification }).shown!;
    return { title, body };
  });
  expect(shown.title).toBe('told is completed');
  expect(shown.body).toMatch(/^1 epoch; best validation accuracy [\d.]+ % after epoch 1\.$/);

  await workbench.app.evaluate(() => {
    (globalThis as { shown?: Electron.Notification }).shown!.emit('click');
  });
  await expect(page.getByTestId('run-page')).toBeVisible();
  await expect(page.getByTestId('run-page')).toHaveAttribute('data-state', 'completed');
});
