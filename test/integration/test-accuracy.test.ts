/** Runs that hold a part of the training set out, and what they are worth on the test set: real trainers, both engines. */
import { afterEach, expect, it } from 'vitest';
import { fromColumns } from '../../src/shared/step-columns';
import { isAlive } from '../../src/node/processes/process-identity';
import { countBits } from '../../src/shared/predictions';
import { home, openServices, request, until, value } from './services';
import { TestStore } from '../../src/main/db/stores/tests';
import { openDatabase } from '../../src/main/db/open';
import { databasePath } from '../../src/node/files/home';

const SPLIT = { validationSplit: 0.02, splitSeed: 3, epochs: 3, limitTrain: 2000, limitEval: null };

afterEach(() => {
  delete process.env.RESBENCH_ENGINE;
});

it('a run with a split resumes after a kill with the bits of one that was never away, in both its parts', async () => {
  const services = await openServices();
  let started: number | null = null;
  const measured = new Promise<void>((done) => {
    const end = services.events.on('metrics', ({ runId, steps }) => {
      // Beyond the first epoch's checkpoint, so that steps are repeated.
      if (runId !== started || !steps.step.some((step) => step >= 70)) return;
      end();
      done();
    });
  });
  // The statistics that it validates by are computed again after the kill.
  const recomputing = { ...SPLIT, statisticsImages: 320, flip: 'random' } as const;
  started = value(services.control.start(request(recomputing))).id;
  await measured;
  process.kill(services.host.pids[0]!, 'SIGKILL');
  await services.runs.finished(started);
  value(services.control.resumeRun(started));
  expect(value(await services.runs.finished(started))).toMatchObject({ state: 'completed', step: 189 });
  const twin = value(services.control.start(request(recomputing, { planOf: started })));
  await services.runs.finished(twin.id);
  const figures = (id: number) => ({
    steps: fromColumns(value(services.runs.steps(id))).map(({ seconds: _, ...rest }) => rest),
    epochs: value(services.runs.epochs(id)).map(({ loss, valLoss, valAccuracy }) => [
      loss,
      valLoss,
      valAccuracy,
    ]),
    validated: value(services.runs.predictions(id)).map(({ classes, correct }) => [classes, correct]),
  });
  expect(figures(started)).toEqual(figures(twin.id));
  // 2 % of 10,000 images.
  expect(figures(started).validated[0]![0]).toHaveLength(200);
}, 300_000);

it('takes the accuracy on the whole test set, counts it, and both engines say the same', async () => {
  const services = await openServices();
  const { id } = value(services.control.start(request({ ...SPLIT, epochs: 1, learningRate: 0.01 })));
  expect(await services.tests.take(id, null)).toMatchObject({ ok: false, error: { code: 'conflict' } });
  const run = value(await services.runs.finished(id));
  expect(run.tests).toEqual([]);

  const stages = new Set<string>();
  services.events.on('testing', ({ progress }) => stages.add(progress?.stage ?? 'over'));
  const once = value(await services.tests.take(id, null));
  expect([...stages].slice(-2)).toEqual(['Testing', 'over']);
  expect(once).toMatchObject({ state: 'completed', tests: [{ images: 2000, step: 63, epoch: 1 }] });
  process.env.RESBENCH_ENGINE = 'layers';
  const [graph, layers] = value(await services.tests.take(id, null)).tests;
  expect(layers!.accuracy).toBeCloseTo(graph!.accuracy, 2);
  expect(layers!.crossEntropy).toBeCloseTo(graph!.crossEntropy, 4);
  expect(layers!.loss).toBeCloseTo(graph!.loss, 4);
  expect(layers!.weightsSha256).toBe(graph!.weightsSha256);
  expect(graph!.accuracy).toBeGreaterThan(0.05);
  const averaged = value(await services.tests.take(id, null, 'flip-translate')).tests[2]!;
  expect([graph!.views, layers!.views, averaged.views]).toEqual(['none', 'none', 'flip-translate']);
  expect(averaged.crossEntropy).not.toBe(layers!.crossEntropy);
  expect(averaged.accuracy).toBeGreaterThan(0.05);

  // Stored image by image.
  const opened = openDatabase(databasePath(home));
  const whole = new TestStore(value(opened)).whole(id);
  expect(whole.map(({ classes, correct }) => [classes.length, countBits(correct) / 2000])).toEqual([
    [2000, graph!.accuracy],
    [2000, layers!.accuracy],
    [2000, averaged.accuracy],
  ]);
  value(opened).close();
}, 300_000);

it('takes weights and their average in one test, and exports what was measured of both', async () => {
  const services = await openServices();
  const recipe = { ...SPLIT, epochs: 2, learningRate: 0.01, emaDecay: 0.99, norms: true };
  const { id } = value(services.control.start(request(recipe)));
  const { last } = value(await services.runs.finished(id));
  expect(last).toMatchObject({ emaValLoss: expect.any(Number), emaValAccuracy: expect.any(Number) });
  const steps = fromColumns(value(services.runs.steps(id)));
  expect(steps.every(({ gradientNorm, weightNorm }) => gradientNorm! > 0 && weightNorm! > 0)).toBe(true);
  const [graph] = value(await services.tests.take(id, null)).tests;
  process.env.RESBENCH_ENGINE = 'layers';
  const { tests } = value(await services.tests.take(id, null));
  expect(tests).toHaveLength(2);
  const [first, second] = tests.map(({ average }) => average!);
  expect(first).toEqual(graph!.average);
  expect(second!.accuracy).toBeCloseTo(first!.accuracy, 2);
  expect(second!.crossEntropy).toBeCloseTo(first!.crossEntropy, 4);
  expect(second!.loss).toBeCloseTo(first!.loss, 4);
  expect(first!.loss).not.toBe(graph!.loss);
}, 300_000);

it('a test that is cancelled, or overtaken by a training of the run, is not counted', async () => {
  const services = await openServices();
  const { id } = value(services.control.start(request({ ...SPLIT, epochs: 1 })));
  await services.runs.finished(id);
  const begun = (): Promise<void> =>
    new Promise((done) => {
      const end = services.events.on('testing', ({ progress }) => {
        if (!progress) return;
        end();
        done();
      });
    });

  let first = begun();
  const cancelled = services.tests.take(id, null);
  await first;
  expect(await services.tests.take(id, null)).toMatchObject({ ok: false, error: { code: 'conflict' } });
  value(services.tests.cancel(id));
  expect(await cancelled).toMatchObject({ ok: false, error: { code: 'cancelled' } });

  first = begun();
  const overtaken = services.tests.take(id, null);
  await first;
  value(services.control.extend(id, 1));
  expect(await overtaken).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  const run = await until(services, id, ({ state }) => state === 'completed');
  expect(run.tests).toEqual([]);
  for (const pid of services.host.pids) {
    await expect.poll(() => isAlive({ pid, start: null }), { timeout: 30_000 }).toBe(false);
  }
}, 300_000);
