/** Learning-rate range tests in the real trainer: repeatable to the bit, cancelled, refused; nothing is stored. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import type { rangeJson } from '../../src/cli/commands/lr-find/view';
import { isAlive } from '../../src/node/processes/process-identity';
import { rangeRate, suggestRates, type RangeRequest } from '../../src/shared/range-test';
import { DEFAULT_RECIPE, type Recipe } from '../../src/shared/recipe';
import { ENTRIES, home, openServices, request, TINY, tiny, until, value } from './services';

const RANGE = { from: 1e-6, to: 10, steps: 60 };
const asked = (recipe: Partial<Recipe> = {}, range = RANGE): RangeRequest => ({
  architecture: tiny(),
  datasetId: 'shapes',
  recipe: { ...DEFAULT_RECIPE, batchSize: 32, limitTrain: 640, flip: 'random', ...recipe },
  range,
});

afterEach(() => {
  delete process.env.RESBENCH_ENGINE;
});

it('trains with rising rates, over epochs, the same each time, and stores nothing', async () => {
  const services = await openServices();
  const reported: number[] = [];
  services.events.on('ranging', ({ points }) => reported.push(...points.map(({ rate }) => rate)));
  const once = value(await services.rangeTests.take(asked()));
  const twice = value(
    await services.rangeTests.take(asked({ learningRate: 7, schedule: 'cosine', epochs: 3 })),
  );
  expect(twice).toEqual(once);
  const other = value(await services.rangeTests.take(asked({ seed: 2 })));
  expect(other.points[0]!.loss).not.toBe(once.points[0]!.loss);

  // 20 steps an epoch, so the test goes through more than one.
  expect(once.points.length).toBeGreaterThan(40);
  expect(once.points.map(({ rate }) => rate)).toEqual(once.points.map((_, step) => rangeRate(RANGE, step)));
  expect(reported.slice(0, once.points.length)).toEqual(once.points.map(({ rate }) => rate));
  const [first] = suggestRates(once.points, RANGE.steps, once.end);
  expect(first!.rate).toBeGreaterThan(1e-5);
  expect(services.runs.list()).toEqual([]);
}, 300_000);

it('both engines give the same losses', async () => {
  const services = await openServices();
  const graph = value(
    await services.rangeTests.take(asked({ flip: 'none' }, { ...RANGE, to: 0.01, steps: 20 })),
  );
  process.env.RESBENCH_ENGINE = 'layers';
  const layers = value(
    await services.rangeTests.take(asked({ flip: 'none' }, { ...RANGE, to: 0.01, steps: 20 })),
  );
  expect(layers.end).toBe(graph.end);
  graph.points.forEach(({ loss }, step) => expect(layers.points[step]!.loss / loss).toBeCloseTo(1, 3));
}, 300_000);

it('is cancelled with its process, and refused beside another one or a training', async () => {
  const services = await openServices();
  const begun = new Promise<void>((done) => {
    services.events.on('ranging', ({ points }) => points.length > 0 && done());
  });
  const cancelled = services.rangeTests.take(asked({}, { from: 1e-12, to: 1e-6, steps: 2000 }));
  await begun;
  expect(await services.rangeTests.take(asked())).toMatchObject({ ok: false, error: { code: 'conflict' } });
  value(services.rangeTests.cancel());
  expect(await cancelled).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  for (const pid of services.host.pids)
    await expect.poll(() => isAlive({ pid, start: null }), { timeout: 30_000 }).toBe(false);

  const { id } = value(services.control.start(request({ epochs: 100_000 })));
  expect(await services.rangeTests.take(asked())).toMatchObject({
    ok: false,
    error: {
      code: 'conflict',
      message: expect.stringContaining(`Run ${id} ("a run") is being trained`) as string,
    },
  });
  value(services.control.stop(id));
  await until(services, id, ({ state }) => state === 'stopped');
  expect(await services.rangeTests.take(asked({}, { ...RANGE, steps: 5 }))).toMatchObject({
    ok: false,
    error: { code: 'invalid-input' },
  });
}, 300_000);

it('the command prints a table with the suggestion, and JSON', async () => {
  const file = join(home, 'tiny.json');
  writeFileSync(file, JSON.stringify(TINY));
  const type = (...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((done) => {
      const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', RESBENCH_HOME: join(home, 'data') };
      execFile(
        process.execPath,
        [join(ENTRIES, 'cli.js'), 'lr-find', file, ...words],
        { env },
        (error, stdout, stderr) => done({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  const words = ['--steps', '40', '--from', '1e-6', '--batch-size', '32', '--limit-train', '640'];
  const table = await type(...words);
  expect(table.code, table.stderr).toBe(0);
  expect(table.stdout).toMatch(/Step +Learning rate +Loss +Smoothed/);
  expect(table.stdout).toMatch(/^Suggested learning rate: \S+ \(valley: two thirds down/m);
  const json = await type(...words, '--json');
  const { suggestion, rules, steps, end } = JSON.parse(json.stdout) as ReturnType<typeof rangeJson>;
  expect(table.stdout).toContain(`Suggested learning rate: ${suggestion!.rate} (`);
  expect(suggestion!.rule).toBe('valley');
  expect(Number(rules.valley!.toPrecision(2))).toBe(suggestion!.rate);
  expect(steps[0]).toMatchObject({ step: 1, rate: 1e-6 });
  expect(['all steps', 'loss rose', 'diverged']).toContain(end);

  const wrong = await type('--from', '1', '--to', '2');
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('--to: The highest rate must be at least ten times the lowest.');
}, 300_000);
