/**
 * Measured program, for plain Node: the charts of the built window on a data folder that exists, driven as a person does it.
 * `charts HOME ELECTRON PROJECT PART` prints one JSON value, times in milliseconds.
 *
 * Parts: `cold` opens Compare after the start and ends, `frames RUNS` moves a chart of so many runs, `live` lets all runs of
 * the folder grow, `training` watches the window while a ResNet-50 trains.
 */
import type { Page } from 'playwright';
import { findPreset } from '../../src/architecture/presets';
import { EVENT_CHANNEL } from '../../src/shared/channels';
import type { Api } from '../../src/shared/contract';
import { DEFAULT_RECIPE } from '../../src/shared/recipe';
import type { Run } from '../../src/shared/run';
import type { StepColumns } from '../../src/shared/step-columns';
import { during, Work, type Frames } from './frames';
import { launch, quit, SCREEN, type Program } from './launch';

const [home, electron, project, part, count] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string?,
];
const installed = { home, electron, project };

const CHART = '[data-testid="chart-compare"] .plot';
/** Updates of live runs that are measured, and milliseconds from one to the next. */
const UPDATES = 60;
const UPDATE_EVERY = 500;
/** Steps that a run gets with an update. */
const STEPS_AN_UPDATE = 5;
/** Milliseconds for which the window is watched while a run trains: its steps take seconds on a slow machine. */
const WATCHED = 45_000;

type PageWindow = Window & { api: Api; opened: Promise<number> };

const listRuns = (page: Page): Promise<Run[]> =>
  page.evaluate(async () => {
    const listed = await (window as unknown as PageWindow).api.call('runs.list', undefined);
    if (!listed.ok) throw new Error(listed.error.message);
    return listed.value;
  });

/** The window shows the runs' table at its next start, and Compare one wide chart of the loss of each step of these runs. */
async function choose(page: Page, ids: number[]): Promise<void> {
  await page.evaluate(async (compare) => {
    const done = await (window as unknown as PageWindow).api.call('settings.set', {
      compare,
      view: '/runs',
      theme: 'light',
      // A display of its own has nobody to notify.
      notify: false,
      compareView: {
        charts: [{ metric: 'stepLoss', wide: true, height: 450, logarithmic: false, range: { kind: 'all' } }],
        axis: 'step',
        logarithmicX: false,
        skip: 0,
        groupBy: 'run',
        band: 'none',
        traces: false,
        colorBy: 'run',
        baseline: null,
        budget: 'images',
        target: null,
        ignored: [],
        scatterX: 'parameters',
        scatterY: 'bestAccuracy',
      },
    });
    if (!done.ok) throw new Error(done.error.message);
  }, ids);
}

/** A window at the table of runs that has just been started, with so many runs chosen to be compared; all unless given. */
async function prepare(runs?: number): Promise<Program> {
  const first = await launch(installed, SCREEN);
  await first.page.waitForSelector('nav');
  const ids = (await listRuns(first.page)).map(({ id }) => id).reverse();
  await choose(first.page, ids.slice(0, runs));
  await quit(first);
  const program = await launch(installed, SCREEN);
  await program.page.waitForSelector('[data-testid="run-row"]');
  return program;
}

/** From the click on Compare until curves of so many points are painted. */
async function open(page: Page, points: number): Promise<number> {
  await page.evaluate((wanted) => {
    const opened = new Promise<number>((done) =>
      document.addEventListener(
        'click',
        ({ timeStamp }) => {
          const look = () => {
            const note = document.querySelector('[data-testid="chart-compare"] [data-testid="chart-note"]');
            const read = Number(
              /of ([\d,]+) points/.exec(note?.textContent ?? '')?.[1]?.replaceAll(',', '') ?? 0,
            );
            if (read < wanted) requestAnimationFrame(look);
            else requestAnimationFrame(() => setTimeout(() => done(performance.now() - timeStamp)));
          };
          look();
        },
        { capture: true, once: true },
      ),
    );
    (window as unknown as PageWindow).opened = opened;
  }, points);
  await page.getByTestId('nav-compare').click();
  return page.evaluate(() => (window as unknown as PageWindow).opened);
}

/** Steps of the runs that are shown. */
const pointsOf = (runs: readonly Run[]): number => runs.reduce((sum, { step }) => sum + step, 0);

async function cold(): Promise<unknown> {
  const program = await prepare();
  const { page } = program;
  const points = pointsOf(await listRuns(page));
  const milliseconds = await open(page, points);
  await quit(program);
  return { milliseconds, points };
}

async function frames(runs: number): Promise<unknown> {
  const program = await prepare(runs);
  const { page } = program;
  const all = (await listRuns(page)).reverse().slice(0, runs);
  await open(page, pointsOf(all));
  const work = await Work.of(page);
  const measured: Partial<Record<'zoom' | 'pan' | 'cursor', Frames>> = {};
  for (const gesture of ['zoom', 'pan', 'cursor'] as const) {
    // Everything is shown again, then half of it: what shows everything cannot be panned.
    await page.locator(CHART).press('0');
    if (gesture === 'pan') await page.locator(CHART).press('+');
    measured[gesture] = await during(page, work, gesture, CHART);
  }
  await quit(program);
  return measured;
}

/** What the longest task of a page's main thread took, of those while `work` lasts: time of the thread, milliseconds. */
async function longestTask(page: Page, work: () => Promise<void>): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const events: {
    name: string;
    tdur?: number;
    ts?: number;
    dur?: number;
    tts?: number;
    ph?: string;
    pid: number;
    tid: number;
    args?: { name?: string };
  }[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as typeof events)));
  const ended = new Promise<void>((done) => session.once('Tracing.tracingComplete', () => done()));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      includedCategories: [
        'disabled-by-default-devtools.timeline',
        'toplevel',
        'devtools.timeline',
        'blink',
        'cc',
        'v8',
        'blink.user_timing',
        'disabled-by-default-v8.gc',
      ],
    },
  });
  await work();
  await session.send('Tracing.end');
  await ended;
  const main = events.find(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const tasks = events.filter(
    ({ name, pid, tid }) => pid === main?.pid && tid === main.tid && name.endsWith('RunTask'),
  );
  const top = [...tasks].sort((a, b) => (b.tdur ?? 0) - (a.tdur ?? 0)).slice(0, 4);
  console.error(
    'all',
    tasks
      .map((t) => (t.tdur ?? 0) / 1e3)
      .sort((a, b) => b - a)
      .slice(0, 30)
      .map((x) => x.toFixed(1))
      .join(' '),
  );
  for (const task of top) {
    console.error('TASK', ((task.tdur ?? 0) / 1e3).toFixed(1), ((task.dur ?? 0) / 1e3).toFixed(1));
    for (const e of events.filter(
      (e) =>
        e.pid === task.pid &&
        e.tid === task.tid &&
        e !== task &&
        (e.ts ?? 0) >= task.ts! &&
        (e.ts ?? 0) < task.ts! + task.dur! &&
        (e.tdur ?? 0) > 300,
    ))
      console.error(
        '   ',
        e.name,
        ((e.tdur ?? 0) / 1e3).toFixed(2),
        JSON.stringify(e.args ?? {}).slice(0, 140),
      );
  }
  if (tasks.length === 0) throw new Error('The trace has no task of the window.');
  return Math.max(...tasks.map(({ tdur }) => (tdur ?? 0) / 1e3));
}

/** Every run of the folder gets steps at the same time, again and again, as main tells of them. */
async function live(): Promise<unknown> {
  const program = await prepare();
  const { app, page } = program;
  const runs = await listRuns(page);
  await open(page, pointsOf(runs));
  const tell = (name: string, payload: unknown) =>
    app.evaluate(
      ({ BrowserWindow }, [channel, name, payload]) =>
        BrowserWindow.getAllWindows()[0]!.webContents.send(channel, name, payload),
      [EVENT_CHANNEL, name, payload] as const,
    );
  for (const run of runs) {
    await tell('run.changed', {
      ...run,
      state: 'running',
      endedAt: null,
      totalSteps: run.step + 2 * UPDATES * STEPS_AN_UPDATE,
      revision: run.revision + 1,
    });
  }
  const grow = (updates: number, from: number) =>
    app.evaluate(
      async ({ BrowserWindow }, { channel, runs, updates, from, steps, every }) => {
        const page = BrowserWindow.getAllWindows()[0]!.webContents;
        for (let update = 0; update < updates; update++) {
          for (const { id, step, seconds } of runs) {
            const numbers = Float64Array.from(
              { length: steps },
              (_, index) => step + (from + update) * steps + index + 1,
            );
            page.send(channel, 'run.metrics', {
              runId: id,
              steps: {
                step: numbers,
                epoch: numbers.map((step) => Math.ceil(step / 500)),
                loss: numbers.map((step) => 0.1 + Math.abs(Math.sin(step * id)) / 10),
                crossEntropy: numbers.map((step) => Math.abs(Math.sin(step * id)) / 10),
                accuracy: numbers.map((step) => (step % 65) / 64),
                seconds: numbers.map((now) => seconds + (now - step) * 0.1),
                learningRate: numbers.map(() => 1e-3),
                gradientNorm: numbers.map(() => NaN),
                weightNorm: numbers.map(() => NaN),
              } satisfies StepColumns,
              epochs: [],
            });
            page.send(channel, 'run.live', {
              runId: id,
              phase: 'training',
              imagesPerSecond: 500 + update,
              secondsLeft: 100 - update / 10,
              memoryBytes: 1e9,
              cores: 2,
              gpuMemory: null,
              fraction: null,
              stalled: null,
            });
          }
          await new Promise((done) => setTimeout(done, every));
        }
      },
      {
        channel: EVENT_CHANNEL,
        runs: runs.map(({ id, step, seconds }) => ({ id, step, seconds })),
        updates,
        from,
        steps: STEPS_AN_UPDATE,
        every: UPDATE_EVERY,
      },
    );
  await grow(5, 0);
  const work = await Work.of(page);
  const before = await work.sums();
  await grow(UPDATES, 5);
  const after = await work.sums();
  const longest = await longestTask(page, () => grow(20, 5 + UPDATES));
  const total = pointsOf(runs) + (25 + UPDATES) * STEPS_AN_UPDATE * runs.length;
  const note = await page.getByTestId('chart-note').first().textContent();
  if (!note?.includes(total.toLocaleString('en-US'))) throw new Error(`not all steps are drawn: ${note}`);
  await quit(program);
  return {
    series: runs.length,
    script: (after.script - before.script) / UPDATES,
    task: (after.task - before.task) / UPDATES,
    longest,
  };
}

/** A ResNet-50 trains in the same program while Compare shows it with the runs of the folder. */
async function training(): Promise<unknown> {
  const { page, ...program } = await prepare();
  const started = await page.evaluate(
    async (request) => {
      const answer = await (window as unknown as PageWindow).api.call('runs.start', request);
      if (!answer.ok) throw new Error(answer.error.message);
      return answer.value;
    },
    {
      name: '',
      architecture: findPreset('resnet50')!.architecture,
      datasetId: 'shapes' as const,
      recipe: { ...DEFAULT_RECIPE, batchSize: 64, epochs: 100 },
    },
  );
  const others = (await listRuns(page)).filter(({ id }) => id !== started.id);
  await page.evaluate(
    async (compare) => void (await (window as unknown as PageWindow).api.call('settings.set', { compare })),
    [...others.map(({ id }) => id), started.id],
  );
  await page.reload();
  await page.waitForSelector('[data-testid="run-row"]');
  await open(page, pointsOf(others));
  /** Resolves after so many messages of its metrics, or milliseconds; gives how many there were. */
  const messages = (count: number, within: number) =>
    page.evaluate(
      ([id, count, within]) =>
        new Promise<number>((done) => {
          let heard = 0;
          const timer = within < Infinity ? setTimeout(() => end(), within) : undefined;
          const stop = (window as unknown as PageWindow).api.on('run.metrics', ({ runId }) => {
            if (runId === id && ++heard === count) end();
          });
          function end(): void {
            clearTimeout(timer);
            stop();
            done(heard);
          }
        }),
      [started.id, count, within] as const,
    );
  await messages(2, Infinity);
  let updates = 0;
  const longest = await longestTask(page, async () => {
    updates = await messages(Infinity, WATCHED);
  });
  const child = program.app.process();
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  // Closing the window would ask about the run, and nobody would answer; the signal ends it unasked.
  child.kill('SIGTERM');
  await ended;
  return { longest, updates };
}

async function main(): Promise<void> {
  const parts: Record<string, () => Promise<unknown>> = {
    cold,
    frames: () => frames(Number(count)),
    live,
    training,
  };
  process.stdout.write(`${JSON.stringify(await parts[part]!())}\n`);
}

void main();
