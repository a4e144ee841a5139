/** The app as a test meets it: the real window, its own data folder, the product's security settings. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, test as base, type ElectronApplication, type Page } from '@playwright/test';

export const ROOT = resolve(__dirname, '../..');

interface Setup {
  electron: { path: string };
}
const setup = JSON.parse(readFileSync(join(ROOT, 'node_modules/.resbench/setup.json'), 'utf8')) as Setup;
export const electronPath = setup.electron.path;

export interface Workbench {
  home: string;
  /** Starts the program; again after `quit` for a second session on the same data. */
  start(more?: Record<string, string>): Promise<Page>;
  /**
   * Starts the program as a person does. Nobody can look into it, and nothing is attached to it: a debugger's connection makes
   * Node's inspector fail at times when the program ends (a null pointer in its thread, Node 16), and with it the exit code.
   */
  launch(): ChildProcess;
  /** Closes the window as a person does and waits for the program to end. */
  quit(): Promise<void>;
  /** Ends the whole program at once, as a power cut does. */
  kill(): Promise<void>;
  readonly app: ElectronApplication;
  /** Runs a command of the command line on the same data. */
  terminal(words: string[]): { exit: Promise<number | null> };
}

/** As root, Chromium refuses to start with its sandbox; everybody else tests with it. */
export const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export const test = base.extend<{ workbench: Workbench }>({
  // Playwright reads the names of what a fixture needs from this pattern; it needs nothing.
  // eslint-disable-next-line no-empty-pattern
  workbench: async ({}, use) => {
    const home = mkdtempSync(join(tmpdir(), 'resbench-e2e-'));
    let app: ElectronApplication | null = null;
    const current = () => {
      if (!app) throw new Error('The program has not been started.');
      return app;
    };
    const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
    const programArgs = [...asRoot, ROOT];
    const programEnv = { ...env, RESBENCH_HOME: home } as Record<string, string>;
    // Kept here: an application of Playwright's does not tell its process any more once that has ended.
    let child: ChildProcess | null = null;
    const ended = () =>
      !child || child.exitCode !== null || child.signalCode !== null
        ? Promise.resolve()
        : new Promise<void>((done) => child!.once('exit', () => done()));
    await use({
      home,
      get app() {
        return current();
      },
      terminal(words) {
        const child = spawn(setup.electron.path, [join(ROOT, 'out/main/cli.js'), ...words], {
          env: { ...env, ELECTRON_RUN_AS_NODE: '1', RESBENCH_HOME: home },
          stdio: 'ignore',
        });
        return { exit: new Promise((done) => child.once('exit', (code) => done(code))) };
      },
      launch() {
        child = spawn(setup.electron.path, programArgs, { env: programEnv, stdio: 'ignore' });
        return child;
      },
      async start(more = {}) {
        app = await _electron.launch({
          executablePath: setup.electron.path,
          args: programArgs,
          // The app's own theme, not one that Playwright would emulate.
          colorScheme: null,
          env: { ...programEnv, ...more },
        });
        child = app.process();
        const page = await app.firstWindow();
        await page.waitForSelector('nav');
        return page;
      },
      async quit() {
        const electron = current();
        const end = ended();
        await electron.evaluate(({ app }) => app.quit()).catch(() => {});
        await end;
        app = null;
      },
      async kill() {
        current();
        const end = ended();
        child!.kill('SIGKILL');
        await end;
        app = null;
      },
    });
    // Closing the window would ask about a run that still trains, and nobody would answer; the signal ends it unasked.
    const end = ended();
    (child as ChildProcess | null)?.kill('SIGTERM');
    await end;
    // Chromium's other processes may write a last file while the folder goes: look again a few times.
    rmSync(home, { recursive: true, force: true, maxRetries: 20 });
  },
});

export { expect } from '@playwright/test';
