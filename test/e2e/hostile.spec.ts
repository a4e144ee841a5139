/** The window on a data folder in which everything lies that can lie in one at once, and each call that the page can make on it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { build } from 'esbuild';
import {
  changes,
  environmentOf,
  familyOf,
  MAX_BYTES,
  MAX_SECONDS,
  STACK,
  treeOf,
  type Place,
  type Tree,
} from '../hostile/harness';
import { asRoot, electronPath, expect, ROOT, test } from './app';
import { goTo, type Section } from './steps';

// Where Node finds the packages that it does not bundle.
const PROGRAM = join(ROOT, 'test-results', 'hostile', 'window-program.cjs');
let folder: string;

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'resbench-hostile-'));
  await build({
    entryPoints: [join(ROOT, 'test/hostile/window-program.ts')],
    outfile: PROGRAM,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    target: 'node16',
    logLevel: 'warning',
  });
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Made {
  place: Place;
  runs: number;
}

function make(kind: 'sound' | 'hostile'): Made {
  const root = join(folder, kind);
  mkdirSync(root);
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  return JSON.parse(
    execFileSync(electronPath, [PROGRAM, root, kind], { cwd: ROOT, env, encoding: 'utf8' }),
  ) as Made;
}

/**
 * The dialogs of the system, in which no test can click, and what the desktop is given to open: `opened` and `saved` say what
 * that was.
 */
const STUBS = `
  const { app, dialog, shell } = require('electron');
  global.stubbed = { opened: [], saved: [], boxes: [] };
  dialog.showMessageBox = (options) => Promise.resolve({ response: options.buttons.indexOf('Use this folder') });
  dialog.showErrorBox = (title, text) => global.stubbed.boxes.push(title + ': ' + text);
  dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [process.env.TEST_ARCHIVE] });
  dialog.showSaveDialog = (_, options) => {
    global.stubbed.saved.push(options.defaultPath);
    return Promise.resolve({ canceled: true });
  };
  shell.openPath = (path) => (global.stubbed.opened.push(path), Promise.resolve(''));`;

interface Stubbed {
  opened: string[];
  saved: string[];
  boxes: string[];
}
const stubbed = (app: ElectronApplication): Promise<Stubbed> =>
  app.evaluate(() => (globalThis as unknown as { stubbed: Stubbed }).stubbed);

async function launch(place: Place): Promise<ElectronApplication> {
  const stubs = join(folder, 'stubs.cjs');
  writeFileSync(stubs, STUBS);
  const { ELECTRON_RUN_AS_NODE: _, ...env } = environmentOf(place);
  return _electron.launch({
    executablePath: electronPath,
    colorScheme: null,
    args: [...asRoot, '-r', stubs, ROOT],
    env: { ...env, TEST_ARCHIVE: join(place.files, 'cifar.tar.gz') } as Record<string, string>,
  });
}

async function quit(app: ElectronApplication): Promise<void> {
  const child = app.process();
  const end = child.exitCode === null ? new Promise((done) => child.once('exit', done)) : Promise.resolve();
  child.kill('SIGTERM');
  await end;
}

/** Chromium and GTK keep their own things in these; what training here has measured and drawn lies in the cache. */
const BROWSER =
  /^(data|temporary|cache|known|user\/\.(cache|pki|local|dbus)|user\/\.config\/(dconf|pulse|ibus))(\/|$)/;
const surroundingsOf = (place: Place): Tree => treeOf(place.folder, (path) => BROWSER.test(path));

/** Of main, which all calls go through, seconds. */
const secondsOfMain = (app: ElectronApplication): Promise<number> =>
  app.evaluate(() => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });

interface Answered {
  ok: boolean;
  error?: { code: string; message: string };
}
const call = (page: Page, method: string, args?: unknown): Promise<Answered> =>
  page.evaluate(
    ([name, value]) =>
      (window as unknown as { api: { call(method: string, args: unknown): Promise<Answered> } }).api
        .call(name as string, value)
        .then(({ ok, error }) => ({ ok, error })),
    [method, args],
  );

/** What acts in a text; isolates of ours keep names apart. */
const ACTING = /(?![\t\n\r])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2028\u2029]/u;

test('a data folder of hostile things acts on nothing, and every view and call answers', async () => {
  test.setTimeout(300_000);
  // What the program takes to open where nothing is wrong.
  const sound = make('sound');
  const usual = await launch(sound.place);
  await (await usual.firstWindow()).waitForSelector('nav');
  const base = await secondsOfMain(usual);
  await quit(usual);

  const { place, runs } = make('hostile');
  const before = surroundingsOf(place);
  const app = await launch(place);
  const page = await app.firstWindow();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`the page: ${error.stack}`));
  page.on('console', (message) => {
    if (message.type() === 'error')
      faults.push(`the page says ${message.text()} (${message.location().url})`);
  });
  await page.waitForSelector('nav');
  const opened = await secondsOfMain(app);
  expect(opened - base).toBeLessThan(MAX_SECONDS);

  // The options of window.json are places and sizes.
  const options = await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    return [window!.isKiosk(), window!.isFullScreen()];
  });
  expect(options).toEqual([false, false]);

  // The run that waited is trained, its checkpoints are kept and tidied, and nothing of it leads out.
  const answers: string[] = [];
  const ask = async (method: string, args?: unknown): Promise<Answered> => {
    const then = await secondsOfMain(app);
    const answer = await call(page, method, args);
    const seconds = (await secondsOfMain(app)) - then;
    const what = `${method} ${JSON.stringify(args ?? null).slice(0, 80)}`;
    if (seconds > MAX_SECONDS) faults.push(`${what} took ${seconds} s of processor time`);
    const sentence = answer.error?.message;
    if (sentence !== undefined) {
      answers.push(sentence);
      if (ACTING.test(sentence) || STACK.test(sentence) || !/^[^\n]{10,1500}$/.test(sentence))
        faults.push(`${what} says ${JSON.stringify(sentence.slice(0, 1000))}`);
    }
    return answer;
  };
  const stateOf = (id: number): Promise<string> =>
    page.evaluate(
      (run) =>
        (
          window as unknown as {
            api: { call(method: string, args: unknown): Promise<{ value?: { state: string } }> };
          }
        ).api
          .call('runs.get', { id: run })
          .then(({ value }) => value?.state ?? 'none'),
      id,
    );
  await expect.poll(() => stateOf(2)).toBe('completed');

  const ids = Array.from({ length: runs }, (_, index) => index + 1);
  await ask('settings.set', { compare: ids });
  for (const method of [
    'app.info',
    'app.openHome',
    'settings.get',
    'architectures.list',
    'datasets.list',
    'runs.list',
  ])
    await ask(method);
  for (const id of ids) {
    for (const method of [
      'runs.get',
      'runs.epochs',
      'runs.plan',
      'runs.openLog',
      'checkpoints.list',
      'checkpoints.space',
      'checkpoints.openFolder',
    ])
      await ask(method, { id });
    await ask('runs.steps', { id, after: 0 });
    for (const format of ['json', 'csv']) await ask('runs.export', { id, format });
    await ask('runs.resume', { id, queue: 'held' });
  }
  for (const id of [1, 2, 3]) {
    await ask('architectures.versions', { id });
    await ask('architectures.describe', { id, starred: true, tags: ['a\u202eb'], notes: '\u001b[2J' });
    await ask('architectures.annotate', { id, version: 1, note: 'a\nb' });
    await ask('architectures.rename', { id, name: 'a\u202eb' });
  }
  const fields = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`inputShap${index}`, 1]));
  await ask('architectures.save', { id: null, architecture: { name: 'x', ...fields } });
  await ask('datasets.import', { id: 'cifar10', pick: 'file' });
  for (const method of ['datasets.labels', 'datasets.statistics']) await ask(method, { id: 'cifar10' });
  await ask('datasets.images', { id: 'cifar10', part: 'eval', indices: [0, 9999] });
  await ask('checkpoints.delete', { checkpointId: 4 });
  await ask('runs.delete', { ids: [5] });
  for (const said of [
    /unknown field "tabel"/,
    /unknown field "inputShap0"/,
    /not interlaced/,
    /There is a link at/,
  ])
    expect(answers.join('\n')).toMatch(said);

  const looked = async (): Promise<void> => {
    const shown = await page.evaluate(() => {
      const box = document.querySelector('.view-body');
      return {
        text: document.body.textContent ?? '',
        wide: box ? box.scrollWidth - box.clientWidth : 0,
        height: document.querySelector('[data-testid=verdict]')?.getBoundingClientRect().height ?? 0,
      };
    });
    const found = ACTING.exec(shown.text);
    if (found)
      faults.push(`the page shows ${JSON.stringify(shown.text.slice(found.index - 80, found.index + 80))}`);
    if (STACK.test(shown.text)) faults.push('the page shows a stack');
    if (shown.wide > 0) faults.push(`the page is ${shown.wide} pixels too wide`);
    // The sentence of Compare keeps to some lines whatever the names are.
    if (shown.height > 400) faults.push(`the verdict is ${shown.height} pixels high`);
  };
  for (const section of ['models', 'runs', 'compare', 'data', 'settings'] satisfies Section[]) {
    await goTo(page, section);
    await looked();
    await page.screenshot({ path: test.info().outputPath(`${section}.png`) });
  }
  await goTo(page, 'runs');
  const rows = page.getByRole('row', { name: /^Run / });
  expect(await rows.count()).toBeGreaterThan(ids.length - 3);
  for (const id of ids.slice(0, 3)) {
    await goTo(page, 'runs');
    await page.evaluate((run) => (location.hash = `#/runs/${run}`), id);
    await expect(page.getByTestId('run-page')).toBeVisible();
    await looked();
  }

  const { opened: paths, saved, boxes } = await stubbed(app);
  expect(boxes).toEqual([]);
  // The desktop gets plain files and folders of the data folder, and file systems take the names.
  for (const path of paths) {
    expect(path.startsWith(place.home)).toBe(true);
    expect(path).not.toContain('..');
  }
  expect(saved.length).toBeGreaterThan(0);
  for (const name of saved) expect(Buffer.byteLength(name)).toBeLessThan(256);
  expect(familyOf(app.process().pid!).bytes).toBeLessThan(MAX_BYTES);
  await quit(app);
  expect([...faults, ...changes(before, surroundingsOf(place))]).toEqual([]);
});
