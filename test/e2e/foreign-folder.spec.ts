/** The window on a data folder of somebody else's: one question comes before anything else. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication } from '@playwright/test';
import { asRoot, electronPath, expect, ROOT, test } from './app';

let folder: string;
let home: string;

test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resbench-e2e-'));
  home = join(folder, 'data');
});

test.afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

/** Answers what the program asks in a dialog of the system, in which no test can click. */
const ANSWERING = `
  const { dialog } = require('electron');
  const { appendFileSync } = require('node:fs');
  dialog.showMessageBox = (options) => {
    appendFileSync(process.env.TEST_ASKED, JSON.stringify(options) + '\\n');
    return Promise.resolve({ response: options.buttons.indexOf(process.env.TEST_ANSWER) });
  };`;

interface Program {
  args: string[];
  env: Record<string, string>;
}

function program(user: string, answer: string): Program {
  const stub = join(folder, 'answering.cjs');
  writeFileSync(stub, ANSWERING);
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  return {
    args: [...asRoot, '-r', stub, ROOT],
    env: {
      ...(env as Record<string, string>),
      RESBENCH_HOME: home,
      RESBENCH_CONFIG: join(folder, user),
      TEST_ASKED: join(folder, 'asked'),
      TEST_ANSWER: answer,
    },
  };
}

const launch = (user: string, answer: string): Promise<ElectronApplication> =>
  _electron.launch({ executablePath: electronPath, colorScheme: null, ...program(user, answer) });

/** One that goes at once, sooner than anybody could look into it. */
async function exitOf({ args, env }: Program): Promise<unknown> {
  const child = spawn(electronPath, args, { env, stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  return code;
}

const asked = (): { message: string; detail: string }[] =>
  existsSync(join(folder, 'asked'))
    ? readFileSync(join(folder, 'asked'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { message: string; detail: string })
    : [];

async function opened(app: ElectronApplication): Promise<void> {
  const page = await app.firstWindow();
  await page.waitForSelector('nav');
}

async function closed(app: ElectronApplication): Promise<void> {
  const child = app.process();
  const end = child.exitCode === null ? new Promise((done) => child.once('exit', done)) : Promise.resolve();
  await app.evaluate(({ app: program }) => program.quit()).catch(() => {});
  await end;
}

const names = (): string[] => readdirSync(home).sort();

test('is asked about before anything in it is opened, and once', async () => {
  // Of one user, who is not asked.
  const own = await launch('one', 'Quit');
  await opened(own);
  await closed(own);
  expect(asked()).toEqual([]);

  // Then of another one, who does not trust it.
  const before = names();
  const database = readFileSync(join(home, 'resbench.db'));
  expect(await exitOf(program('other', 'Quit'))).toBe(0);
  expect(asked()).toMatchObject([
    { message: 'Use a data folder that comes from elsewhere?', detail: expect.stringContaining(home) },
  ]);
  expect([names(), existsSync(join(folder, 'other'))]).toEqual([before, false]);
  expect(readFileSync(join(home, 'resbench.db')).equals(database)).toBe(true);

  // And then does.
  for (let start = 0; start < 2; start++) {
    const trusted = await launch('other', 'Use this folder');
    await opened(trusted);
    await closed(trusted);
    expect(asked()).toHaveLength(2);
  }
});
