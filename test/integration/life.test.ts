/** Runs that pause, resume, grow, fork and wait, with real trainers: in the end the same bits as if nothing had been. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/main/db/open';
import type { Services } from '../../src/main/services';
import { readCheckpoint } from '../../src/node/checkpoints/read';
import { writeCheckpoint } from '../../src/node/checkpoints/write';
import { databasePath } from '../../src/node/files/home';
import { isAlive } from '../../src/node/processes/process-identity';
import type { Checkpoint } from '../../src/shared/checkpoint';
import type { Recipe } from '../../src/shared/recipe';
import type { Run, TrainedRun } from '../../src/shared/run';
import { cleanUps, ENTRIES, home, openServices, request, tiny, TINY, until, value } from './services';
import { fromColumns } from '../../src/shared/step-columns';

/** 63 steps per epoch: long enough that a request comes before the end. */
const LONG: Partial<Recipe> = { epochs: 4, limitTrain: 2000 };
const STEPS = 4 * 63;

/** Starts a run and resolves once so many of its steps are stored. */
async function training(services: Services, steps: number, given = request(LONG)): Promise<number> {
  let started: number | null = null;
  const measured = new Promise<void>((done) => {
    const end = services.events.on('metrics', ({ runId, steps: told }) => {
      if (runId !== started || !told.step.some((step) => step >= steps)) return;
      end();
      done();
    });
  });
  started = value(services.control.start(given)).id;
  await measured;
  return started;
}

/** All figures that are not of a clock or the memory. */
function figures(services: Services, id: number) {
  return {
    steps: fromColumns(value(services.runs.steps(id))).map(({ seconds: _, ...rest }) => rest),
    epochs: value(services.runs.epochs(id)).map(
      ({ seconds: _s, imagesPerSecond: _i, memoryBytes: _m, ...rest }) => rest,
    ),
  };
}

/** SHA-256 of each tensor's values in the newest checkpoint, by name: variables, moving statistics and optimizer slots. */
async function tensors(services: Services, id: number): Promise<[string, string][]> {
  const [newest] = value(services.checkpoints.list(id)) as [Checkpoint];
  const read = value(
    await readCheckpoint(join(value(services.checkpoints.folder(id)), `${newest.file}.json`)),
  );
  return read.tensors.map(({ name, values }) => [
    name,
    createHash('sha256')
      .update(Buffer.from(values.buffer, values.byteOffset, values.byteLength))
      .digest('hex'),
  ]);
}

/** Of the file as a whole, which names architecture, recipe and step too. */
function weightsSha256(services: Services, id: number): string {
  const [newest] = value(services.checkpoints.list(id)) as [Checkpoint];
  const bytes = readFileSync(join(value(services.checkpoints.folder(id)), `${newest.file}.safetensors`));
  return createHash('sha256').update(bytes).digest('hex');
}

/** The same run by the same plan, never away. */
async function twinOf(services: Services, id: number, recipe: Partial<Recipe> = LONG): Promise<Run> {
  const twin = value(services.control.start(request(recipe, { planOf: id })));
  return value(await services.runs.finished(twin.id));
}

async function expectSame(services: Services, a: number, b: number): Promise<void> {
  expect(figures(services, a)).toEqual(figures(services, b));
  expect(await tensors(services, a)).toEqual(await tensors(services, b));
  expect(weightsSha256(services, a)).toBe(weightsSha256(services, b));
}

describe('a run that was away', () => {
  it.each(['pause', 'stop'] as const)('by a %s ends with the bits of one that was not', async (action) => {
    const services = await openServices();
    const { host } = services;
    const id = await training(services, 1);
    value(services.control[action](id));
    const away = value(await services.runs.finished(id));
    expect(away.state).toBe(action === 'pause' ? 'paused' : 'stopped');
    expect(away.step).toBeLessThan(STEPS);
    expect(away.checkpointStep).toBe(away.step);
    // Its memory is given back with its process.
    const [pid] = host.pids as [number];
    await expect.poll(() => isAlive({ pid, start: null }), { timeout: 30_000 }).toBe(false);

    value(services.control.resumeRun(id));
    const run = value(await services.runs.finished(id));
    expect(run).toMatchObject({ state: 'completed', step: STEPS, epoch: 4 });
    expect(run.gaps).toMatchObject([{ step: away.step, lostSteps: 0, reason: away.reason }]);
    await expectSame(services, id, (await twinOf(services, id)).id);
  });

  it.skipIf(process.platform === 'win32')('because its trainer was killed, likewise', async () => {
    const services = await openServices();
    const { host } = services;
    // Beyond the first checkpoint, so that steps are repeated.
    const id = await training(services, 70);
    process.kill(host.pids[0]!, 'SIGKILL');
    const killed = value(await services.runs.finished(id));
    expect(killed.state).toBe('failed');
    value(services.control.resumeRun(id));
    const run = value(await services.runs.finished(id));
    expect(run.state).toBe('completed');
    expect(run.gaps).toMatchObject([
      { step: killed.checkpointStep, lostSteps: killed.step - killed.checkpointStep!, reason: killed.reason },
    ]);
    await expectSame(services, id, (await twinOf(services, id)).id);
  });
});

it('a run that is extended ends as one that had all its epochs from the beginning', async () => {
  const services = await openServices();
  const { id } = value(services.control.start(request({ epochs: 2 })));
  await services.runs.finished(id);
  value(services.control.extend(id, 2));
  expect(value(await services.runs.finished(id))).toMatchObject({
    state: 'completed',
    step: 12,
    totalSteps: 12,
    epoch: 4,
  });
  await expectSame(services, id, (await twinOf(services, id, { epochs: 4 })).id);
});

describe('a fork', () => {
  it('remembers its parent, goes other ways than that, and leaves it as it was', async () => {
    const services = await openServices();
    const parentId = value(services.control.start(request({ epochs: 2 }))).id;
    await services.runs.finished(parentId);
    const parent = value(services.runs.get(parentId));
    const files = readdirSync(value(services.checkpoints.folder(parentId)));
    const before = figures(services, parentId);
    const [, first] = value(services.checkpoints.list(parentId)) as [Checkpoint, Checkpoint];
    expect(first.epoch).toBe(1);

    const recipe = { ...parent.recipe!, learningRate: 1e-5 };
    const forked = value(
      await services.control.fork({ id: parentId, checkpointId: first.id, name: 'slower', recipe }),
    );
    const child = value(await services.runs.finished(forked.id));
    expect(child).toMatchObject({
      name: 'slower',
      state: 'completed',
      parent: { id: parentId, step: 3 },
      step: 6,
      epoch: 2,
      gaps: [],
    });
    const steps = fromColumns(value(services.runs.steps(child.id)));
    expect(steps.map(({ step, epoch }) => [step, epoch])).toEqual([
      [4, 2],
      [5, 2],
      [6, 2],
    ]);
    // The same weights and the same images at its first step; the rate shows from the second on.
    const losses = before.steps.slice(3).map(({ loss }) => loss);
    expect(steps[0]!.loss).toBe(losses[0]);
    expect(steps[1]!.loss).not.toBe(losses[1]);

    expect(value(services.runs.get(parentId))).toEqual(parent);
    expect(figures(services, parentId)).toEqual(before);
    expect(readdirSync(value(services.checkpoints.folder(parentId)))).toEqual(files);
  });

  it('resumes after a loss that was no number, from the last intact checkpoint with a smaller rate', async () => {
    const services = await openServices();
    const architecture = tiny({ l2: 1 });
    const good = value(
      services.control.start(request({ epochs: 1, optimizer: 'sgd', momentum: 0 }, { architecture })),
    );
    const { recipe } = value(await services.runs.finished(good.id));
    // Each step multiplies the weights by about -199: their squares overflow within an epoch or two.
    const steep = { ...recipe!, epochs: 20, learningRate: 100 };
    const diverging = value(
      await services.control.fork({ id: good.id, checkpointId: null, name: '', recipe: steep }),
    );
    const failed = value(await services.runs.finished(diverging.id));
    expect(failed.state).toBe('failed');
    expect(failed.reason).toMatch(
      /^Training diverged: the (validation )?loss became (NaN|infinite) .*learning rate below 100/,
    );
    expect(
      fromColumns(value(services.runs.steps(failed.id))).every(({ loss }) => Number.isFinite(loss)),
    ).toBe(true);
    const checkpoints = value(services.checkpoints.list(failed.id));
    expect(checkpoints.length).toBeGreaterThan(0);

    const oldest = checkpoints[checkpoints.length - 1]!;
    const calm = { ...steep, epochs: oldest.epoch + 1, learningRate: 1e-6 };
    const again = value(
      await services.control.fork({ id: failed.id, checkpointId: oldest.id, name: '', recipe: calm }),
    );
    expect(value(await services.runs.finished(again.id))).toMatchObject({
      state: 'completed',
      parent: { id: failed.id, step: oldest.step },
    });
  });
});

it('a run whose data set has become another is refused with a sentence, and keeps what it has', async () => {
  const services = await openServices();
  const id = await training(services, 1);
  value(services.control.pause(id));
  const paused = value(await services.runs.finished(id));
  const [checkpoint] = value(services.checkpoints.list(id)) as [Checkpoint];

  // As if it had been trained on other images.
  const folder = value(services.checkpoints.folder(id));
  const read = value(await readCheckpoint(join(folder, `${checkpoint.file}.json`)));
  const state = { ...read.description.state };
  state.dataset = { ...state.dataset, sha256: 'e'.repeat(64) };
  const { architecture, recipe } = paused as TrainedRun;
  const written = value(
    await writeCheckpoint(folder, { architecture, recipe, state, tensors: read.tensors }),
  );
  expect(written.name).toBe(checkpoint.file);
  const db = value(openDatabase(databasePath(home)));
  db.run('UPDATE checkpoints SET state_sha256 = ? WHERE id = ?', written.sha256, checkpoint.id);
  db.close();

  value(services.control.resumeRun(id));
  const refused = value(await services.runs.finished(id));
  expect(refused.state).toBe('failed');
  expect(refused.reason).toMatch(
    /^Shapes is not what it was when .+ was written \(SHA-256 .+, then e{12}…\): bring/,
  );
  expect(fromColumns(value(services.runs.steps(id)))).toHaveLength(paused.step);
  expect(refused.checkpointStep).toBe(paused.step);
});

describe('the queue', () => {
  /** From when to when each run had a trainer. */
  const spans = (services: Services, ids: number[]) =>
    ids.map((id) => {
      const { states } = value(services.runs.export(id));
      const at = (wanted: string): number => states.find(({ state }) => state === wanted)!.at;
      return { from: at('preparing'), to: at('completed') };
    });

  it('trains one after the other, in order, where one may train at once', async () => {
    const services = await openServices();
    const ids = [1, 2, 3].map(() => value(services.control.start(request())).id);
    for (const id of ids) expect(value(await services.runs.finished(id)).state).toBe('completed');
    const [a, b, c] = spans(services, ids) as [
      { to: number },
      { from: number; to: number },
      { from: number },
    ];
    expect(b.from).toBeGreaterThanOrEqual(a.to);
    expect(c.from).toBeGreaterThanOrEqual(b.to);
  });

  it('trains two at once where two may, which share the processors, and the third when one has ended', async () => {
    const services = await openServices();
    value(services.settings.set({ runsAtOnce: 2 }));
    const ids = [1, 2, 3].map(() => value(services.control.start(request(LONG))).id);
    const states = () => ids.map((id) => value(services.runs.get(id)).state);
    expect(states()).toEqual(['preparing', 'preparing', 'queued']);
    const runs = await Promise.all(ids.map(async (id) => value(await services.runs.finished(id))));
    expect(states()).toEqual(['completed', 'completed', 'completed']);
    for (const { threads, machine } of runs) {
      expect(threads).toBe(Math.max(1, Math.floor(machine!.threads / 2)));
    }
    const [a, b, c] = spans(services, ids) as { from: number; to: number }[];
    expect(c!.from).toBeGreaterThanOrEqual(Math.min(a!.to, b!.to));
  });

  it.each(['all', 'own'] as const)(
    'is taken over from a terminal that is gone by share `%s` or not',
    async (share) => {
      const words = ['train', 'tiny.json', '--dataset', 'shapes', '--epochs', '1', '--limit-train', '32'];
      writeFileSync(join(home, 'tiny.json'), JSON.stringify(TINY));
      const { status, stderr } = spawnSync(
        process.execPath,
        [join(ENTRIES, 'cli.js'), ...words, '--limit-eval', '32', '--background', '--home', home],
        { cwd: home, env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, encoding: 'utf8' },
      );
      expect(status, stderr).toBe(0);
      const services = await openServices(share);
      const [waiting] = services.runs.list() as [Run];
      const own = value(services.control.start(request()));
      expect(value(await services.runs.finished(own.id)).state).toBe('completed');
      if (share === 'all') {
        expect(value(await services.runs.finished(waiting.id))).toMatchObject({
          state: 'completed',
          own: true,
          step: 1,
        });
      } else {
        expect(value(services.runs.get(waiting.id))).toMatchObject({ state: 'queued', own: false });
      }
    },
  );
});

it('a run is paused by another process, and resumed there', async () => {
  const first = await openServices();
  const id = await training(first, 1);
  const second = await openServices('own');
  cleanUps.push(() => second.shutdown());
  value(second.control.pause(id));
  const paused = await until(second, id, ({ state }) => state === 'paused');
  expect(paused.reason).toMatch(/^Paused from another window or terminal at step [\d,]+\.$/);
  value(second.control.resumeRun(id));
  expect(value(await second.runs.finished(id))).toMatchObject({ state: 'completed', own: true, step: STEPS });
  await expectSame(second, id, (await twinOf(second, id)).id);
});
