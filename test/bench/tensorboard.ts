/**
 * Measured program, for plain Node: TensorBoard in a browser, with the loss of each step of all runs of a database.
 * `tensorboard PYTHON DATABASE FOLDER CHROMIUM PROJECT POINTS` writes its event files into the folder and prints one JSON value, times
 * in milliseconds.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { chromium, type Page } from 'playwright';
import { during, Work } from './frames';

const [python, database, folder, browser, project, points] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
];

const SIZE = { width: 1920, height: 1080 };
/** More than a run has steps. TensorBoard 2.21 takes 0, which it documents for all of them, for none. */
const ALL_SAMPLES = 'scalars=1000000000';
const LOADED_WITHIN = 120_000;

/** Starts the server; resolves its address. */
function serve(): Promise<{ server: ChildProcess; address: string }> {
  const args = ['-m', 'tensorboard.main', '--logdir', folder, '--host', '127.0.0.1', '--port', '0'];
  const server = spawn(python, [...args, '--samples_per_plugin', ALL_SAMPLES], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise((done, failed) => {
    let said = '';
    const hear = (text: Buffer): void => {
      said += String(text);
      const address = /http:\/\/[\w.]+:\d+/.exec(said)?.[0];
      if (address) done({ server, address });
    };
    server.stdout.on('data', hear);
    server.stderr.on('data', hear);
    server.on('exit', () => failed(new Error(`TensorBoard ended: ${said.slice(-500)}`)));
  });
}

/** Waits until the server has read every point of every run; gives the number of runs. */
async function loaded(address: string): Promise<number> {
  const ask = async (path: string): Promise<unknown> =>
    (await fetch(`${address}/data/plugin/${path}`)).json();
  const until = Date.now() + LOADED_WITHIN;
  for (;;) {
    const runs = Object.keys((await ask('scalars/tags')) as object);
    let read = 0;
    for (const run of runs) {
      read += ((await ask(`scalars/scalars?run=${run}&tag=loss`)) as unknown[]).length;
    }
    if (read === Number(points)) return runs.length;
    if (Date.now() > until) throw new Error(`TensorBoard read ${read} of ${points} points in two minutes.`);
    await setTimeout(1000);
  }
}

/** From the navigation until curves are on the chart's canvas, which another thread draws. */
const drawn = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((done) => {
        const small = document.createElement('canvas');
        [small.width, small.height] = [64, 64];
        const context = small.getContext('2d', { willReadFrequently: true })!;
        const look = () => {
          const canvas = document.querySelector<HTMLCanvasElement>('scalar-card .series-view canvas');
          if (canvas && canvas.width > 0) {
            context.drawImage(canvas, 0, 0, 64, 64);
            if (context.getImageData(0, 0, 64, 64).data.some((value) => value > 0)) {
              done(performance.now());
              return;
            }
          }
          requestAnimationFrame(look);
        };
        look();
      }),
  );

async function main(): Promise<void> {
  execFileSync(python, [join(project, 'test', 'bench', 'tensorboard_events.py'), database, folder]);
  const { server, address } = await serve();
  const chrome = await chromium.launch({
    executablePath: browser,
    headless: false,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const runs = await loaded(address);
    const page = await chrome.newPage({ viewport: SIZE });
    // As Resbench shows the runs: as they were measured.
    await page.addInitScript(() =>
      localStorage.setItem('_tb_global_settings', JSON.stringify({ scalarSmoothing: 0, theme: 'light' })),
    );
    await page.goto(`${address}/#timeseries`, { waitUntil: 'commit' });
    const open = await drawn(page);
    await page.getByRole('button', { name: 'Toggle full size mode' }).click();
    const chart = 'scalar-card line-chart-interactive-view svg';
    await page.waitForFunction(
      (chart) => (document.querySelector(chart)?.getBoundingClientRect().width ?? 0) > 1000,
      chart,
    );
    const work = await Work.of(page);
    const zoom = await during(page, work, 'zoom', chart, { modifier: 'altKey', delta: 8 });
    const cursor = await during(page, work, 'cursor', chart);
    const about = { version: await chrome.version() };
    process.stdout.write(
      `${JSON.stringify({ runs, points: Number(points), ...about, open, zoom, cursor })}\n`,
    );
  } finally {
    await chrome.close();
    server.kill();
  }
}

void main();
