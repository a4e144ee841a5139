import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { SqliteError } from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { convolutions } from '../../../src/architecture/convolutions';
import { buildNetwork } from '../../../src/architecture/network';
import { gpuObstacle, readGpuFacts } from '../../../src/node/machine/gpu';
import { databasePath } from '../../../src/node/files/home';
import { childProcessHost, type ProcessHost } from '../../../src/node/processes/process-host';
import { ownIdentity } from '../../../src/node/processes/process-identity';
import type { EpochMetric, StepMetric } from '../../../src/shared/metrics';
import { isActive, type Run } from '../../../src/shared/run';
import type { RunServices } from '../../../src/main/services';
import type { Result } from '../../../src/shared/result';
import { begun, scriptedHost, step, temporaryFolder, tinyArchitecture, type Behaviour } from './fixtures';
import {
  deadProcess,
  failure,
  statOwn,
  openServices,
  request,
  serviceOn,
  trained,
  until,
  value,
  withBehaviour,
} from './services';
import { fromColumns } from '../../../src/shared/step-columns';

describe('a run that completes', () => {
  it('is stored with all that was measured, and with what the trainer told of itself', async () => {
    const services = await withBehaviour('complete');
    const { id } = value(services.control.start(request()));
    const run = value(await services.runs.finished(id));
    expect(run).toMatchObject({
      state: 'completed',
      reason: null,
      own: true,
      step: 4,
      totalSteps: 4,
      epoch: 2,
      epochs: 2,
      best: { valAccuracy: 0.75, epoch: 1 },
      versions: { resbench: '0.1.0', tensorflow: '9.9.9' },
      machine: { gpu: 'a GPU' },
      dataset: { id: 'shapes', sha256: 'abc', trainCount: 10000, evalCount: 2000 },
    });
    expect(run.last).toMatchObject({ epoch: 2, valAccuracy: 0.25 });
    expect(fromColumns(value(services.runs.steps(id))).map((metric) => metric.step)).toEqual([1, 2, 3, 4]);
    expect(value(services.runs.epochs(id)).map((metric) => metric.epoch)).toEqual([1, 2]);
    // Of the best epoch and of the last.
    expect(value(services.runs.predictions(id))).toEqual(
      [
        { epoch: 1, classes: [1, 2, 3, 1], correct: 0b0111 },
        { epoch: 2, classes: [1, 2, 3, 2], correct: 0b0001 },
      ].map(({ epoch, classes, correct }) => ({
        epoch,
        datasetSha256: 'abc',
        classes: Uint8Array.from(classes),
        correct: Uint8Array.of(correct),
      })),
    );
    expect(value(services.runs.export(id)).predictions[0]).toEqual({
      epoch: 1,
      datasetSha256: 'abc',
      classes: [1, 2, 3, 1],
      correct: [true, true, true, false],
    });
    expect(value(services.runs.export(id)).states.map(({ state }) => state)).toEqual([
      'queued',
      'preparing',
      'running',
      'completed',
    ]);
  });

  it('keeps what the user must know of it with the state that it concerns, and tells it', async () => {
    const services = await withBehaviour('without-gpu');
    const told: string[] = [];
    services.events.on('notice', ({ message }) => told.push(message));
    const { id } = value(services.control.start(request()));
    await services.runs.finished(id);
    expect(told).toEqual(['The GPU cannot be used.']);
    expect(value(services.runs.export(id)).states.map(({ state, reason }) => [state, reason])).toEqual([
      ['queued', null],
      ['preparing', null],
      ['running', 'The GPU cannot be used.'],
      ['completed', null],
    ]);
  });

  it('has been stored before it is reported', async () => {
    const home = temporaryFolder();
    const services = await withBehaviour('complete', home);
    const other = statOwn(home);
    const told: { steps: StepMetric[]; epochs: EpochMetric[] } = { steps: [], epochs: [] };
    const missing: unknown[] = [];
    services.events.on('metrics', ({ runId, steps, epochs }) => {
      told.steps.push(...fromColumns(steps));
      told.epochs.push(...epochs);
      const stored = other.metrics.steps(runId, 0, 100).step.length;
      if (stored < told.steps.length || other.metrics.epochs(runId).length < told.epochs.length)
        missing.push(steps);
    });
    const { id } = value(services.control.start(request()));
    await services.runs.finished(id);
    expect(told.steps.map((metric) => metric.step)).toEqual([1, 2, 3, 4]);
    expect(told.epochs.map((metric) => metric.epoch)).toEqual([1, 2]);
    expect(missing).toEqual([]);
  });

  it('is told live: phase, speed and time left', async () => {
    const services = await withBehaviour('complete');
    const phases = new Set<string>();
    const speeds = new Set<number | null>();
    services.events.on('live', (live) => {
      phases.add(live.phase);
      speeds.add(live.imagesPerSecond);
    });
    await services.runs.finished(value(services.control.start(request())).id);
    expect(phases).toContain('training');
    expect(speeds).toContain(100);
  });

  it('keeps a loss that is not a number', async () => {
    const services = await withBehaviour('diverges');
    const { id } = value(services.control.start(request()));
    await services.runs.finished(id);
    expect(fromColumns(value(services.runs.steps(id))).map(({ loss }) => loss)).toEqual([2, NaN]);
  });

  it('is named after architecture and data set where nobody named it', async () => {
    const services = await withBehaviour('complete');
    expect(value(services.control.start(request({ name: '  ' }))).name).toBe('tiny on shapes');
  });
});

describe('the plan of a run', () => {
  const chosen = { 'a shape': { forward: 'native', inputGradient: 'native', filterGradient: 'native' } };

  it('is stored before it is reported with what it was chosen by, and exported', async () => {
    const home = temporaryFolder();
    const services = await withBehaviour('complete', home);
    const other = statOwn(home);
    const told: unknown[] = [];
    services.events.on('planned', ({ runId, plan, choice }) =>
      told.push({ plan, stored: other.runs.plan(runId), timings: choice?.timings?.['a shape']?.forward }),
    );
    const { id } = value(services.control.start(request()));
    await services.runs.finished(id);
    expect(told).toEqual([{ plan: chosen, stored: chosen, timings: { native: 1 } }]);
    expect(value(services.runs.plan(id))).toEqual(chosen);
    expect(value(services.runs.export(id)).plan).toEqual(chosen);
  });

  it('is stored where the user stops the run before it is ready', async () => {
    const services = await withBehaviour('until-stopped');
    const { id } = value(services.control.start(request()));
    services.control.stop(id);
    await services.runs.finished(id);
    expect(value(services.runs.plan(id))).toEqual(chosen);
  });

  it('is repeated by a run that names it', async () => {
    const { services, store } = await serviceOn(temporaryFolder(), scriptedHost('complete'));
    const first = value(services.control.start(request()));
    await services.runs.finished(first.id);
    const plan = Object.fromEntries(
      [...convolutions(buildNetwork(request().architecture)).keys()].map((shape) => [
        shape,
        { forward: 'im2col', inputGradient: 'native', filterGradient: 'native' },
      ]),
    );
    store.update(first.id, { plan });
    const choices: unknown[] = [];
    services.events.on('planned', ({ choice }) => choices.push(choice));
    const second = value(services.control.start(request({ planOf: first.id })));
    await services.runs.finished(second.id);
    expect(value(services.runs.plan(second.id))).toEqual(plan);
    expect(choices).toEqual([null]);
  });

  it('is refused, and nothing stored, where it cannot be repeated', async () => {
    const services = await withBehaviour('complete');
    expect(failure(services.control.start(request({ planOf: 7 })))).toMatchObject({ code: 'not-found' });
    const { id } = value(services.control.start(request()));
    expect(failure(services.control.start(request({ planOf: id })))).toEqual({
      code: 'invalid-input',
      message:
        'Run 1 has no plan to repeat: it ended before its network was built, or was trained without one; start without it to have one chosen.',
    });
    await services.runs.finished(id);
    expect(failure(services.control.start(request({ planOf: id })))).toEqual({
      code: 'invalid-input',
      message:
        'The plan of run 1 is for another network: it says nothing of the convolution 32x32x3-3x3/2-same-16x16x4 (stem/conv); ' +
        'name a run of the same architecture, or start without it to have a plan chosen.',
    });
    expect(services.runs.list()).toHaveLength(1);
  });
});

describe('a stop', () => {
  it('ends the run as stopped and keeps what was measured', async () => {
    const services = await withBehaviour('until-stopped');
    const { id } = value(services.control.start(request()));
    await until(services, id, trained);
    expect(value(services.control.stop(id)).state).toBe('stopping');
    const run = value(await services.runs.finished(id));
    expect(run).toMatchObject({
      state: 'stopped',
      reason: 'Stopped by the user at step 3.',
      step: 3,
    });
    expect(fromColumns(value(services.runs.steps(id)))).toHaveLength(3);
  });

  it('may come twice', async () => {
    const services = await withBehaviour('until-stopped');
    const { id } = value(services.control.start(request()));
    await until(services, id, trained);
    services.control.stop(id);
    expect(services.control.stop(id).ok).toBe(true);
    expect(value(await services.runs.finished(id)).state).toBe('stopped');
  });

  it('may come before the first step', async () => {
    const services = await withBehaviour('stops-while-preparing');
    const { id } = value(services.control.start(request()));
    services.control.stop(id);
    expect(value(await services.runs.finished(id))).toMatchObject({
      state: 'stopped',
      reason: 'Stopped by the user before its first step.',
    });
  });

  it('ends the run as stopped where the process is killed meanwhile', async () => {
    const services = await withBehaviour('killed-on-stop');
    const { id } = value(services.control.start(request()));
    await until(services, id, trained);
    services.control.stop(id);
    expect(value(await services.runs.finished(id))).toMatchObject({ state: 'stopped', step: 1 });
  });

  it('of a run that has ended is refused with its state', async () => {
    const services = await withBehaviour('complete');
    const { id } = value(services.control.start(request()));
    await services.runs.finished(id);
    expect(failure(services.control.stop(id))).toEqual({
      code: 'conflict',
      message: `Run ${id} ("a run") is not running: it is completed.`,
    });
  });
});

describe('a trainer that goes away without a word', () => {
  const ended = async (behaviour: Behaviour): Promise<Run> => {
    const services = await withBehaviour(behaviour);
    return value(await services.runs.finished(value(services.control.start(request())).id));
  };

  it.skipIf(process.platform === 'win32')('by SIGKILL fails its run, which keeps its steps', async () => {
    const run = await ended('killed');
    expect(run).toMatchObject({ state: 'failed', step: 3 });
    expect(run.reason).toBe(
      'The training process was ended by SIGKILL (out of memory, or killed from outside) after step 3; ' +
        'what was measured until then is kept. Resume the run: it starts again from its first step; if memory ran ' +
        'out, close other programs first, or fork the run with a smaller batch size.',
    );
  });

  it('by an exception fails its run with the exception named', async () => {
    const run = await ended('throws');
    expect(run).toMatchObject({ state: 'failed', step: 1 });
    expect(run.reason).toContain('exit code 1 after step 1');
    expect(run.reason).toContain('the tensor is not to be found');
  });

  it('by an exit without an ending fails its run', async () => {
    expect(await ended('leaves')).toMatchObject({
      state: 'failed',
      step: 1,
      reason: expect.stringContaining('exit code 0 after step 1'),
    });
  });

  it('because there is no such program fails its run', async () => {
    const services = await openServices(temporaryFolder(), childProcessHost(temporaryFolder()));
    const run = value(await services.runs.finished(value(services.control.start(request())).id));
    expect(run).toMatchObject({ state: 'failed', reason: expect.stringContaining('before its first step') });
    expect(run.reason).toContain('npm run doctor');
  });

  it('because no process can be started fails its run', async () => {
    const services = await openServices(temporaryFolder(), {
      fork: () => {
        throw new Error('too many processes');
      },
    });
    expect(value(services.control.start(request()))).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('too many processes'),
    });
  });

  it('leaves the next run alone', async () => {
    const home = temporaryFolder();
    const [killed, complete] = [scriptedHost('killed'), scriptedHost('complete')];
    let host = killed;
    const services = await openServices(home, { fork: (entry) => host.fork(entry) });
    await services.runs.finished(value(services.control.start(request())).id);
    host = complete;
    expect(value(await services.runs.finished(value(services.control.start(request())).id)).state).toBe(
      'completed',
    );
    expect(services.runs.list().map(({ state }) => state)).toEqual(['completed', 'failed']);
  });
});

it('a trainer that names the cause fails its run with that sentence', async () => {
  const services = await withBehaviour('names-cause');
  expect(value(await services.runs.finished(value(services.control.start(request())).id))).toMatchObject({
    state: 'failed',
    reason: 'The loss is no longer a number after step 7.',
  });
});

describe('a disk that is full', () => {
  it('stops the run, says so, and keeps what was stored before', async () => {
    const home = temporaryFolder();
    const { db, services } = await serviceOn(home, scriptedHost('chatty'));
    // SQLite refuses to grow the file, as it does where the disk refuses.
    const pages = db.get<{ page_count: number }>('PRAGMA page_count')!.page_count;
    db.get(`PRAGMA max_page_count = ${pages + 20}`);
    const notice = new Promise<string>((resolve) =>
      services.events.on('notice', ({ message }) => resolve(message)),
    );
    const { id } = value(services.control.start(request()));
    expect(await notice).toContain('is full');
    const run = value(await services.runs.finished(id));
    expect(run.state).toBe('failed');
    expect(run.reason).toContain('is full');
    expect(statOwn(home).runs.get(id)?.machine?.gpu).toBe('a GPU');
  });
});

describe('a database', () => {
  it('on a disk that reports an error stops the run, and names it', async () => {
    const { db, services } = await serviceOn(temporaryFolder(), scriptedHost('until-stopped'));
    // SQLite passes on what its file system says; here a function of ours says it as each step is stored.
    db.raw((sqlite) => {
      sqlite.function('broken_disk', () => {
        throw new SqliteError('disk I/O error', 'SQLITE_IOERR_WRITE');
      });
      sqlite.exec('CREATE TEMP TRIGGER broken BEFORE INSERT ON main.steps BEGIN SELECT broken_disk(); END');
    });
    const { id } = value(services.control.start(request()));
    const run = value(await services.runs.finished(id));
    expect(run.state).toBe('failed');
    expect(run.reason).toMatch(
      /^The run was stopped before its first step: Reading or writing the database .*resbench\.db failed \(SQLITE_IOERR_WRITE: disk I\/O error\): check the disk and try again\./,
    );
    db.raw((sqlite) => sqlite.exec('DROP TRIGGER broken'));
    // What could not be stored is tried again.
    const stored = await until(services, id, ({ state }) => state === 'failed');
    expect(stored.step).toBe(3);
    expect(value(services.control.resumeRun(id)).state).toBe('preparing');
  });

  it.skipIf(process.platform === 'win32')('that is moved away takes no more runs, and says why', async () => {
    const home = temporaryFolder();
    const { services } = await serviceOn(home, scriptedHost('complete'));
    renameSync(databasePath(home), `${databasePath(home)}-elsewhere`);
    expect(failure(services.control.start(request()))).toEqual({
      code: 'storage',
      message:
        `The database ${databasePath(home)} was moved or deleted while Resbench had it open: bring it back, or close ` +
        'every window and terminal of Resbench and start it again.',
    });
    renameSync(`${databasePath(home)}-elsewhere`, databasePath(home));
    expect(services.control.start(request()).ok).toBe(true);
  });
});

describe('a stored number that has changed on the disk', () => {
  const SENTENCE = /^Numbers of run 1 \(epoch 2\) have changed on the disk since they were stored, .+\.$/;

  async function changed() {
    const home = temporaryFolder();
    const { services: other } = await serviceOn(home, scriptedHost('complete'), {
      own: { ownerId: 'other', owner: ownIdentity() },
    });
    await other.runs.finished(value(other.control.start(request())).id);
    value(other.control.start(request({ name: 'sound' })));
    await other.runs.finished(2);
    const { services, db } = await serviceOn(home, scriptedHost('complete'));
    db.run('UPDATE steps SET loss = 7 WHERE run_id = 1 AND step = 3');
    const told: unknown[] = [];
    services.events.on('notice', (notice) => told.push(notice));
    return { services, told };
  }

  it.each<[string, (services: RunServices, id: number) => Result<unknown>]>([
    ['read from its first step', (services, id) => services.runs.steps(id)],
    ['exported', (services, id) => services.runs.export(id)],
    ['exported as comma-separated values', (services, id) => services.runs.exportCsv(id)],
  ])('is told once where its run is %s, and refuses nothing', async (_how, read) => {
    const { services, told } = await changed();
    value(read(services, 2));
    expect(told).toEqual([]);
    value(read(services, 1));
    expect(told).toEqual([{ kind: 'error', message: expect.stringMatching(SENTENCE) }]);
    value(read(services, 1));
    expect(told).toHaveLength(1);
    expect(fromColumns(value(services.runs.steps(1))).map(({ loss }) => loss)[2]).toBe(7);
  });

  it('is not looked for where only epochs or new steps are read', async () => {
    const { services, told } = await changed();
    value(services.runs.epochs(1));
    fromColumns(value(services.runs.steps(1, 2)));
    expect(told).toEqual([]);
  });
});

describe('closing the program', () => {
  it('stops its run with the reason', async () => {
    const home = temporaryFolder();
    const services = await openServices(home, scriptedHost('until-stopped'));
    const { id } = value(services.control.start(request()));
    await until(services, id, trained);
    await services.shutdown();
    expect(statOwn(home).runs.get(id)).toMatchObject({
      state: 'stopped',
      reason: 'Resbench was closed at step 3.',
    });
  });

  it('waits until the trainers are gone', async () => {
    const services = await openServices(temporaryFolder(), countingHost(scriptedHost('until-stopped')));
    const { id } = value(services.control.start(request()));
    await until(services, id, trained);
    expect(children.size).toBe(1);
    await services.shutdown();
    expect(children.size).toBe(0);
  });

  it('ends a trainer by force that does not obey', async () => {
    const home = temporaryFolder();
    const { services, store } = await serviceOn(home, countingHost(scriptedHost('deaf')), { closeMs: 50 });
    const { id } = value(services.control.start(request()));
    await until(services, id, trained);
    await services.shutdown();
    expect(children.size).toBe(0);
    expect(store.get(id)).toMatchObject({
      state: 'stopped',
      reason: 'Resbench was closed at step 3.',
      step: 3,
    });
  });

  it('starts no more runs', async () => {
    const services = await openServices(temporaryFolder(), scriptedHost('complete'));
    const closing = services.shutdown();
    expect(failure(services.control.start(request())).code).toBe('conflict');
    await closing;
  });

  it('may be asked for twice', async () => {
    const services = await openServices(temporaryFolder(), scriptedHost('complete'));
    await Promise.all([services.shutdown(), services.shutdown()]);
  });

  const children = new Set<object>();
  const countingHost = (host: ProcessHost): ProcessHost => ({
    fork: (entry) => {
      const child = host.fork<never, never>(entry);
      children.add(child);
      child.onExit(() => children.delete(child));
      return child;
    },
  });
});

describe('a request that cannot be fulfilled', () => {
  it.skipIf(gpuObstacle(readGpuFacts()) === null)('is refused: a GPU where there is none', async () => {
    const services = await withBehaviour('complete');
    const { code, message } = failure(services.control.start(request({ device: 'gpu' })));
    expect(code).toBe('unsupported');
    expect(message).toMatch(/^The GPU cannot be used: .+; --device cpu trains on the CPU\.$/);
    expect(services.runs.list()).toEqual([]);
  });

  const recipe = request().recipe;
  it.each([
    [
      'a recipe with a mistake',
      { recipe: { ...recipe, learningRate: -1 } },
      'learning rate must be greater than 0',
    ],
    [
      'more training images than there are',
      { recipe: { ...recipe, limitTrain: 10001 } },
      '9,000 training images, not 10,001',
    ],
    [
      'more validation images than there are',
      { recipe: { ...recipe, limitEval: 2001 } },
      '1,000 validation images, not 2,001',
    ],
    [
      'a network for other images',
      { architecture: tinyArchitecture({ inputShape: [28, 28, 1] }) },
      '28x28x1',
    ],
    ['a network for other classes', { architecture: tinyArchitecture({ classes: 7 }) }, '7 classes'],
    ['a name that is too long', { name: 'x'.repeat(201) }, '200 characters'],
    [
      'a batch that no machine holds, with the largest that this one can',
      {
        device: 'cpu' as const,
        recipe: { ...recipe, batchSize: 65_536, validationSplit: 0, limitTrain: null },
        architecture: tinyArchitecture({
          stem: { filters: 1024, kernel: 1, stride: 1, pool: false },
          table: [[100, [[1024, 1]]]],
        }),
      },
      // 10,000 images, for which 201 maps of 32x32x1024 floats, and a few more, must stay.
      'Training with batches of 10,000 images takes at least 7.',
    ],
    ['a name that acts on a terminal', { name: 'a\u001b[2J' }, 'control characters'],
    ['a name that turns text around', { name: 'exe\u202egpj' }, 'turn text around'],
  ])('is refused: %s', async (_what, change, part) => {
    const services = await withBehaviour('complete');
    const error = failure(services.control.start(request(change)));
    expect(error.code).toBe('invalid-input');
    expect(error.message).toContain(part);
    expect(services.runs.list()).toEqual([]);
  });

  it('is refused where the data set is not on this machine', async () => {
    const services = await withBehaviour('complete');
    expect(failure(services.control.start(request({ datasetId: 'cifar10' })))).toMatchObject({
      code: 'data-missing',
    });
    expect(services.runs.list()).toEqual([]);
  });
});

describe('deleting', () => {
  it('hides runs until they are restored', async () => {
    const services = await withBehaviour('complete');
    const { id } = value(services.control.start(request()));
    await services.runs.finished(id);
    const removed: number[] = [];
    services.events.on('removed', (gone) => removed.push(gone.id));
    value(services.runs.remove([id]));
    expect(removed).toEqual([id]);
    expect(services.runs.list()).toEqual([]);
    expect(failure(services.runs.get(id)).code).toBe('not-found');
    value(services.runs.restore([id]));
    expect(services.runs.list().map((run) => run.id)).toEqual([id]);
    expect(fromColumns(value(services.runs.steps(id)))).toHaveLength(4);
  });

  it('refuses all of them where one is active', async () => {
    const home = temporaryFolder();
    const [complete, waiting] = [scriptedHost('complete'), scriptedHost('until-stopped')];
    let host = complete;
    const services = await openServices(home, { fork: (entry) => host.fork(entry) });
    const ended = value(services.control.start(request())).id;
    await services.runs.finished(ended);
    host = waiting;
    const active = value(services.control.start(request())).id;
    await until(services, active, trained);
    expect(failure(services.runs.remove([ended, active]))).toEqual({
      code: 'conflict',
      message: `Run ${active} ("a run") is still running: stop it first, then delete it.`,
    });
    expect(services.runs.list()).toHaveLength(2);
  });

  it('is for good at the next start', async () => {
    const home = temporaryFolder();
    const services = await openServices(home, scriptedHost('complete'));
    const { id } = value(services.control.start(request()));
    await services.runs.finished(id);
    value(services.runs.remove([id]));
    await services.shutdown();
    const again = await withBehaviour('complete', home);
    expect(failure(again.runs.restore([id]))).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('for good'),
    });
  });

  it('can be undone as long as another process is at work', async () => {
    const home = temporaryFolder();
    const first = await withBehaviour('complete', home);
    const { id } = value(first.control.start(request()));
    await first.runs.finished(id);
    value(first.runs.remove([id]));
    await withBehaviour('complete', home);
    expect(first.runs.restore([id]).ok).toBe(true);
  });
});

describe('renaming', () => {
  it('changes the name and tells it', async () => {
    const services = await withBehaviour('complete');
    const { id } = value(services.control.start(request()));
    await services.runs.finished(id);
    const names: string[] = [];
    services.events.on('changed', (run) => names.push(run.name));
    expect(value(services.runs.rename(id, ' the best one ')).name).toBe('the best one');
    expect(names).toEqual(['the best one']);
  });

  it.each(['', '   ', 'x'.repeat(201)])('refuses %j', async (name) => {
    const services = await withBehaviour('complete');
    const { id } = value(services.control.start(request()));
    expect(failure(services.runs.rename(id, name)).code).toBe('invalid-input');
  });
});

it.each(['get', 'stop', 'steps', 'epochs', 'predictions', 'export', 'exportCsv', 'finished'] as const)(
  '%s of a run that does not exist is refused in one sentence',
  async (method) => {
    const services = await withBehaviour('complete');
    const { runs, control } = services;
    const answer = method === 'stop' ? control.stop(77) : runs[method](77);
    expect(failure(await answer)).toEqual({
      code: 'not-found',
      message: 'There is no run 77: `runs list` shows those there are.',
    });
  },
);

describe('runs of other processes', () => {
  it('that died are interrupted at the next start, with their metrics', async () => {
    const home = temporaryFolder();
    const before = statOwn(home);
    const { id } = begun(before.db, { ownerId: 'dead', owner: await deadProcess() });
    before.runs.transition(id, 'running', null, 2000, { startedAt: 3000 });
    before.metrics.addSteps(id, [step(1), step(2)]);
    const services = await withBehaviour('complete', home);
    const run = value(services.runs.get(id));
    expect(run).toMatchObject({ state: 'interrupted', own: false, step: 2 });
    // When it was last heard of, not when it was found.
    expect(run.endedAt).toBe(before.runs.get(id)!.heardAt);
    expect(run.reason).toContain('after step 2');
    expect(fromColumns(value(services.runs.steps(id)))).toHaveLength(2);
    expect(isActive(run.state)).toBe(false);
  });

  it('that die while this one watches are interrupted', async () => {
    const home = temporaryFolder();
    const services = await withBehaviour('complete', home);
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await once(child, 'spawn');
    const { id } = begun(statOwn(home).db, { ownerId: 'other', owner: { pid: child.pid!, start: null } });
    expect((await until(services, id, () => true)).state).toBe('preparing');
    child.kill('SIGKILL');
    expect((await until(services, id, (run) => !isActive(run.state))).state).toBe('interrupted');
  });

  it('are left alone as long as they live', async () => {
    const home = temporaryFolder();
    const first = await withBehaviour('until-stopped', home);
    const { id } = value(first.control.start(request()));
    await until(first, id, trained);
    const second = await withBehaviour('complete', home);
    expect(value(second.runs.get(id))).toMatchObject({ state: 'running', own: false });
  });

  it('are seen live: new, measured, ended', async () => {
    const home = temporaryFolder();
    const watching = await withBehaviour('complete', home);
    const states: string[] = [];
    const steps: number[] = [];
    watching.events.on('changed', (run) => states.push(`${run.state} ${run.own}`));
    watching.events.on('metrics', (metrics) => steps.push(...metrics.steps.step));
    const training = await withBehaviour('until-stopped', home);
    const { id } = value(training.control.start(request()));
    await until(watching, id, (run) => run.step === 3);
    training.control.stop(id);
    await until(watching, id, (run) => run.state === 'stopped');
    expect(steps).toEqual([1, 2, 3]);
    expect(new Set(states)).toContain('running false');
    expect(states[states.length - 1]).toBe('stopped false');
  });

  it('are stopped through their owner', async () => {
    const home = temporaryFolder();
    const owner = await withBehaviour('until-stopped', home);
    const other = await withBehaviour('complete', home);
    const { id } = value(owner.control.start(request()));
    await until(owner, id, trained);
    value(other.control.stop(id));
    expect(value(await other.runs.finished(id))).toMatchObject({
      state: 'stopped',
      reason: 'Stopped from another window or terminal at step 3.',
    });
  });

  it('disappear where they are deleted elsewhere', async () => {
    const home = temporaryFolder();
    const owner = await withBehaviour('complete', home);
    const other = await withBehaviour('complete', home);
    const { id } = value(owner.control.start(request()));
    await owner.runs.finished(id);
    const removed = new Promise<number>((resolve) => other.events.on('removed', (gone) => resolve(gone.id)));
    value(owner.runs.remove([id]));
    expect(await removed).toBe(id);
  });
});
