/** What a training would take, measured by the real trainer. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildNetwork } from '../../src/architecture/network';
import { layersWithin, stepParts } from '../../src/architecture/step-parts';
import { estimateCost } from '../../src/shared/cost/estimate';
import { stepKey } from '../../src/shared/cost/record';
import { DATASETS } from '../../src/shared/datasets';
import { DEFAULT_RECIPE } from '../../src/shared/recipe';
import { home, openServices, request, TINY, tiny, until, value } from './services';
import { tinyFile, typed } from './terminals';

let cache: string;
const before = process.env.RESBENCH_CACHE;
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'resbench-cost-cache-'));
  // The trainer's process inherits it.
  process.env.RESBENCH_CACHE = cache;
});
afterAll(() => {
  if (before === undefined) delete process.env.RESBENCH_CACHE;
  else process.env.RESBENCH_CACHE = before;
  rmSync(cache, { recursive: true, force: true });
});

const architecture = tiny();
const recipe = {
  ...DEFAULT_RECIPE,
  batchSize: 16,
  flip: 'random' as const,
  normalisation: 'channel' as const,
};
const job = { architecture, recipe, batch: 16, device: 'cpu' as const };

it('is cancelled without a result, and measured another time, where each layer has its share of the step', async () => {
  const services = await openServices();
  expect(value(await services.costs.known(16, 'cpu')).record).toBeNull();

  const stages: string[] = [];
  services.events.on('measuring', (progress) => {
    if (progress) stages.push(progress.stage);
    if (progress?.stage === 'Measuring convolutions' && stages.length < 4) services.costs.cancel();
  });
  const cancelled = await services.costs.measure({ ...job, steps: true });
  expect(cancelled).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  stages.push('once more', 'once more', 'once more', 'once more');

  const known = value(await services.costs.measure({ ...job, steps: true }));
  expect(new Set(stages)).toContain('Taking steps');
  const record = known.record!;
  const network = buildNetwork(architecture);
  for (const { key } of stepParts(network)) expect(record.parts[key]).toBeDefined();
  const taken = record.steps[stepKey(architecture, recipe)]!;
  const spent = Object.values(taken.layers).reduce((sum, one) => sum + one, 0);
  expect(spent).toBeCloseTo(taken.milliseconds, 6);
  const within = new Set(stepParts(network).flatMap(({ unit }) => (unit ? layersWithin(unit) : [])));
  const timed = network.layers.filter(({ kind, name }) => kind !== 'input' && !within.has(name));
  for (const { name } of timed) expect(taken.layers[name], name).toBeGreaterThan(0);

  const { time } = estimateCost(network, recipe, DATASETS.shapes, known, { last: 2, everyEpochs: 0 });
  expect(time).toMatchObject({ basis: 'steps', step: taken.milliseconds / 1e3 });
  expect(time!.epoch).toBeGreaterThan(time!.step * 562);
  expect(readdirSync(cache).filter((name) => /^(cost|lowering)-/.test(name))).toHaveLength(2);
  // What is kept is found again, by this process and the next.
  expect(value(await services.costs.known(16, 'cpu')).record).toEqual(record);
}, 120_000);

it('is told by the terminal, which measures where it is asked to, and stands in the table of layers', async () => {
  const model = tinyFile(home);
  writeFileSync(model, JSON.stringify(TINY));
  const words = ['cost', model, '--batch-size', '24', '--epochs', '3', '--device', 'cpu', '--home', home];
  expect(await typed(words)).toContain('not measured yet: --measure');
  const told = JSON.parse(await typed([...words, '--measure', '--json'])) as {
    time: Record<string, unknown>;
  };
  expect(told).toMatchObject({
    dataset: 'shapes',
    batchSize: 24,
    epochs: 3,
    time: { basis: 'steps' },
    obstacles: [],
  });
  expect(await typed(words)).toMatch(/Time {4}about .* an epoch, .* a step\nMemory/);
  const columns = [
    'summary',
    model,
    '--batch',
    '24',
    '--columns',
    'layer,milliseconds,gflop-per-second,step-share',
  ];
  const [head, , stem] = (await typed([...columns, '--format', 'markdown'])).split('\n');
  expect(head).toBe('| Layer | Time | GFLOP/s | Share of the step |');
  expect(stem).toMatch(/\| +\| +\| +\||\| [\d.]+ ms \|/);
  expect(await typed(columns)).toMatch(
    /Times are of a training step with a batch of 24 images on this machine/,
  );
}, 120_000);

it('is refused while a run trains, and tells of it', async () => {
  const services = await openServices();
  const { id } = value(services.control.start(request({ epochs: 50 })));
  await until(services, id, ({ state }) => state === 'running');
  expect(await services.costs.measure({ ...job, steps: true })).toMatchObject({
    ok: false,
    error: { code: 'conflict' },
  });
  expect(value(await services.costs.known(16, 'cpu')).training).toEqual([id]);
  services.control.stop(id);
  await services.runs.finished(id);
}, 120_000);
