/**
 * The window and two terminals train on one database at the same time, and see each other do it. `npm run together` does this
 * for minutes; here it takes as many seconds as RESBENCH_TOGETHER_SECONDS says.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from '@playwright/test';
import type { Architecture } from '../../src/architecture/architecture';
import { formatProblem } from '../../src/architecture/problem';
import { parseArchitecture } from '../../src/architecture/text/architecture';
import type { RunExport } from '../../src/main/runs/export';
import type { Api } from '../../src/shared/contract';
import type { StepMetric } from '../../src/shared/metrics';
import { DEFAULT_RECIPE } from '../../src/shared/recipe';
import type { Run } from '../../src/shared/run';
import { electronPath, expect, ROOT, test } from './app';

const SECONDS = Number(process.env.RESBENCH_TOGETHER_SECONDS ?? 20);
const STOPPED = 130;

const TINY = {
  name: 'tiny',
  inputShape: [32, 32, 3],
  classes: 10,
  stem: { filters: 4, kernel: 3, stride: 2, pool: true },
  table: [[1, [[4, 3]]]],
};

function architectureOf(json: unknown): Architecture {
  const parsed = parseArchitecture(json);
  if (!parsed.ok) throw new Error(parsed.problems.map((problem) => formatProblem(problem)).join(' '));
  return parsed.value;
}

/** What the page was told. */
interface Seen {
  /** By run. */
  steps: Record<number, StepMetric[]>;
  notices: string[];
}
declare global {
  interface Window {
    api: Api;
    seen: Seen;
  }
}

type Line = StepMetric & { event: string; run?: { id: number }; message?: string };

class Terminal {
  readonly lines: Line[] = [];
  stderr = '';
  readonly exited: Promise<number | null>;
  private readonly child;

  constructor(home: string, model: string, name: string) {
    const words = ['train', model, '--name', name, '--home', home, '--json', '--epochs', '100000'];
    const limits = ['--batch-size', '32', '--limit-train', '96', '--limit-eval', '64'];
    this.child = spawn(electronPath, [join(ROOT, 'out/main/cli.js'), ...words, ...limits], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Line);
    });
    this.child.stderr.on('data', (text: Buffer) => (this.stderr += text.toString()));
    this.exited = new Promise((done) => this.child.on('close', (code) => done(code)));
  }

  get runId(): number | undefined {
    return this.lines.find(({ event }) => event === 'run')?.run?.id;
  }

  get steps(): StepMetric[] {
    return this.lines.filter(({ event }) => event === 'step');
  }

  get notices(): string[] {
    return this.lines.filter(({ event }) => event === 'notice').map(({ message }) => message!);
  }

  interrupt(): Promise<number | null> {
    this.child.kill('SIGINT');
    return this.exited;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

function typed(home: string, ...words: string[]): unknown {
  const { status, stdout, stderr } = spawnSync(
    electronPath,
    [join(ROOT, 'out/main/cli.js'), ...words, '--home', home],
    { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, encoding: 'utf8', maxBuffer: 2 ** 30 },
  );
  if (status !== 0) throw new Error(`\`${words.join(' ')}\` ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Without its event's name, so that it can be compared with what is stored. */
const stepOf = ({
  step,
  epoch,
  loss,
  crossEntropy,
  accuracy,
  seconds,
  learningRate,
}: StepMetric): StepMetric => ({
  step,
  epoch,
  loss,
  crossEntropy,
  accuracy,
  seconds,
  learningRate,
});

const seenCount = (page: Page, id: number): Promise<number> =>
  page.evaluate((id) => window.seen.steps[id]?.length ?? 0, id);

/** Steps of the run that the window has been told of: as text, which passes faster than a hundred thousand objects. */
const seenSteps = (page: Page, id: number): Promise<string> =>
  page.evaluate((id) => JSON.stringify(window.seen.steps[id]), id);

test('the window and two terminals train on one database at the same time, and nothing is lost', async ({
  workbench,
}) => {
  test.setTimeout(SECONDS * 1000 + 180_000);
  const { home } = workbench;
  const folder = mkdtempSync(join(tmpdir(), 'resbench-together-'));
  const terminals: Terminal[] = [];
  try {
    const page = await workbench.start();
    await page.evaluate(async () => {
      window.seen = { steps: {}, notices: [] };
      window.api.on('run.metrics', ({ runId, steps }) => {
        const seen = (window.seen.steps[runId] ??= []);
        for (const [index, step] of steps.step.entries()) {
          const [epoch, loss, crossEntropy, accuracy, seconds, learningRate] = [
            steps.epoch[index]!,
            steps.loss[index]!,
            steps.crossEntropy[index]!,
            steps.accuracy[index]!,
            steps.seconds[index]!,
            steps.learningRate[index]!,
          ];
          seen.push({ step, epoch, loss, crossEntropy, accuracy, seconds, learningRate });
        }
      });
      window.api.on('app.notice', ({ message }) => window.seen.notices.push(message));
      await window.api.call('settings.set', { runsAtOnce: 3 });
    });
    const started = await page.evaluate((request) => window.api.call('runs.start', request), {
      name: 'of the window',
      architecture: architectureOf(TINY),
      datasetId: 'shapes' as const,
      recipe: { ...DEFAULT_RECIPE, epochs: 100_000, batchSize: 32, limitTrain: 96, limitEval: 64 },
    });
    if (!started.ok) throw new Error(started.error.message);
    const own = started.value.id;

    const model = join(folder, 'tiny.json');
    writeFileSync(model, JSON.stringify(TINY));
    for (const name of ['of one terminal', 'of another']) terminals.push(new Terminal(home, model, name));
    for (const terminal of terminals) await expect.poll(() => terminal.steps.length).toBeGreaterThan(0);
    const others = terminals.map(({ runId }) => runId!);
    const all = [own, ...others];

    // All three at work at once, and each seen by the others while it goes on.
    const until = Date.now() + SECONDS * 1000;
    let rounds = 0;
    for (; Date.now() < until || rounds < 2; rounds++) {
      for (const id of all) {
        const before = await seenCount(page, id);
        await expect.poll(() => seenCount(page, id)).toBeGreaterThan(before);
        const show = () =>
          (typed(home, 'runs', 'list', '--json') as Pick<Run, 'id' | 'step' | 'state'>[]).find(
            (run) => run.id === id,
          )!;
        const { step, state } = show();
        expect(state).toBe('running');
        await expect.poll(() => show().step).toBeGreaterThan(step);
      }
    }

    expect(await Promise.all(terminals.map((terminal) => terminal.interrupt()))).toEqual([STOPPED, STOPPED]);
    await page.evaluate((id) => window.api.call('runs.stop', { id }), own);
    const runOf = (id: number) =>
      page.evaluate(async (id) => {
        const run = await window.api.call('runs.get', { id });
        return run.ok ? { state: run.value.state, reason: run.value.reason } : run.error;
      }, id);
    for (const id of all) await expect.poll(() => runOf(id)).toMatchObject({ state: 'stopped' });

    let total = 0;
    for (const id of all) {
      const { run, steps } = typed(home, 'runs', 'export', String(id), '--format', 'json') as RunExport;
      expect(steps.map(({ step }) => step)).toEqual(steps.map((_, index) => index + 1));
      expect(steps).toHaveLength(run.step);
      // The trainer's own count, written by itself.
      expect(run.checkpointStep).toBe(run.step);
      await expect.poll(() => seenCount(page, id)).toBe(steps.length);
      expect((await seenSteps(page, id)) === JSON.stringify(steps), 'the window saw each step').toBe(true);
      const terminal = terminals.find(({ runId }) => runId === id);
      if (terminal) {
        const shown = JSON.stringify(terminal.steps.map(stepOf));
        expect(shown === JSON.stringify(steps), 'the terminal showed each step').toBe(true);
      }
      total += steps.length;
      console.log(
        `run ${id} (${run.name}): ${steps.length} steps, ${run.epoch} epochs, all of them in the database and seen live in the window`,
      );
    }

    const said = [
      ...terminals.flatMap(({ stderr, notices }) => [stderr, ...notices]),
      ...(await page.evaluate(() => window.seen.notices)),
    ].join('\n');
    expect(said).not.toMatch(/locked|busy/i);
    expect(typed(home, 'db', 'check', '--json')).toMatchObject({ ok: true });
    console.log(
      `${SECONDS} s, ${rounds} rounds of looks, ${total} steps: nobody found the database locked, no step is missing`,
    );
  } finally {
    for (const terminal of terminals) terminal.kill();
    // A window with a run that trains would ask before it closes.
    await workbench.kill().catch(() => {});
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  }
});
