/** The life of runs as the service leads it, with trainers that are scripted. */
import { readFileSync, rmSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Checkpoint } from '../../../../src/shared/checkpoint';
import type { StepMetric } from '../../../../src/shared/metrics';
import {
  hasEnded,
  isActive,
  RUN_STATES,
  type ForkRequest,
  type Run,
  type RunRequest,
  type RunState,
} from '../../../../src/shared/run';
import { DEFAULT_SETTINGS } from '../../../../src/shared/settings';
import { ArchitectureService } from '../../../../src/main/architectures/service';
import { ArchitectureStore } from '../../../../src/main/db/stores/architectures';
import { ProcessStore } from '../../../../src/main/db/stores/processes';
import { CheckpointStore } from '../../../../src/main/db/stores/checkpoints';
import { CheckpointKeeper } from '../../../../src/main/checkpoints/checkpoint-keeper';
import type { RunServices } from '../../../../src/main/services';
import {
  checkpointName,
  newRun,
  scriptedHost,
  step,
  temporaryFolder,
  tinyArchitecture,
  type Life,
} from '../fixtures';
import {
  deadProcess,
  failure,
  statOwn,
  recordingHost,
  request,
  serviceOn,
  trained,
  until,
  value,
  withBehaviour,
} from '../services';
import { fromColumns } from '../../../../src/shared/step-columns';

const another = { pid: process.ppid, start: null };

async function living(life: Life, home = temporaryFolder()) {
  const host = recordingHost(scriptedHost(life));
  return { home, ...(await serviceOn(home, host)), jobs: host.jobs };
}

const states = (services: RunServices, id: number): RunState[] =>
  value(services.runs.export(id)).states.map(({ state }) => state);
const losses = (services: RunServices, id: number): number[] =>
  fromColumns(value(services.runs.steps(id))).map(({ loss }) => loss);
const LOSSES = [1, 2, 3, 4].map((number) => 2 / number);

/** Waits at step 3, of epoch 2. */
async function waiting(life: Life = {}) {
  const made = await living({ waitAt: 3, ...life });
  // A step is told as a metric at once, as progress of the run every two seconds.
  const measured = new Promise<void>((resolve) => {
    made.services.events.on('metrics', ({ steps }) => {
      if (steps.step.includes(3)) resolve();
    });
  });
  const { id } = value(made.services.control.start(request()));
  await measured;
  return { ...made, id };
}

async function paused(life: Life = {}) {
  const made = await waiting(life);
  made.services.control.pause(made.id);
  const run = value(await made.services.runs.finished(made.id));
  expect(run.state).toBe('paused');
  return { ...made, run };
}

describe('pausing', () => {
  it('writes a checkpoint, ends the trainer, and says why; no end is told', async () => {
    const { services, id, jobs } = await waiting();
    expect(value(services.control.pause(id)).state).toBe('pausing');
    const run = value(await services.runs.finished(id));
    expect(run).toMatchObject({
      state: 'paused',
      reason: 'Paused by the user at step 3.',
      endedAt: null,
      checkpointStep: 3,
      step: 3,
    });
    expect(value(services.checkpoints.list(id)).map(({ kind, step: at }) => [kind, at])).toEqual([
      ['pause', 3],
      ['epoch', 2],
    ]);
    expect(jobs).toHaveLength(1);
    expect(readFileSync(value(services.runs.logPath(id)), 'utf8')).toContain(
      'paused: Paused by the user at step 3.',
    );
  });

  it('comes before the trainer is ready too', async () => {
    const [slow, quick] = [scriptedHost({ notReady: true }), scriptedHost({})];
    let host = slow;
    const { services } = await serviceOn(temporaryFolder(), { fork: (entry) => host.fork(entry) });
    const { id } = value(services.control.start(request()));
    value(services.control.pause(id));
    expect(value(await services.runs.finished(id))).toMatchObject({
      state: 'paused',
      reason: 'Paused by the user before its first step.',
      checkpointStep: null,
    });
    expect(states(services, id)).toEqual(['queued', 'preparing', 'pausing', 'paused']);
    host = quick;
    value(services.control.resumeRun(id));
    // It has not been away, as it had not begun.
    expect(value(await services.runs.finished(id))).toMatchObject({ state: 'completed', gaps: [] });
  });

  it('gives way to a stop that comes after it', async () => {
    const { services, id } = await waiting();
    services.control.pause(id);
    expect(value(services.control.stop(id)).state).toBe('stopping');
    expect(value(await services.runs.finished(id))).toMatchObject({
      state: 'stopped',
      reason: 'Stopped by the user at step 3.',
      checkpointStep: 3,
    });
  });

  it('says that no checkpoint could be written', async () => {
    const { services, id } = await waiting({ fails: true });
    services.control.pause(id);
    expect(value(await services.runs.finished(id))).toMatchObject({
      state: 'paused',
      reason: 'Paused by the user at step 3. No checkpoint could be written (The disk is full).',
      checkpointStep: null,
    });
  });

  it('of a run in the queue holds it there', async () => {
    const { services } = await waiting();
    const { id } = value(services.control.start(request()));
    expect(value(services.control.pause(id))).toMatchObject({
      state: 'queued',
      queue: { place: 1, held: true },
    });
  });

  it.each(['stopped', 'paused', 'completed'] as const)('of a run that is %s is refused', async (state) => {
    const { services, id } = await waiting();
    if (state === 'paused') services.control.pause(id);
    else services.control.stop(id);
    await services.runs.finished(id);
    if (state === 'completed') {
      services.control.resumeRun(id);
      await services.runs.finished(id);
    }
    expect(failure(services.control.pause(id))).toEqual({
      code: 'conflict',
      message: `Run ${id} ("a run") cannot be paused: it is ${state}.`,
    });
  });

  it('reaches the owner from another process, and a stop after it as well', async () => {
    const { home, services: owner, id } = await waiting();
    const other = await withBehaviour('complete', home);
    value(other.control.pause(id));
    expect(value(await other.runs.finished(id))).toMatchObject({
      state: 'paused',
      reason: 'Paused from another window or terminal at step 3.',
    });
    // Whoever continues it trains it.
    value(other.control.resumeRun(id));
    expect(value(await other.runs.finished(id))).toMatchObject({ state: 'completed', own: true });
    expect(value(owner.runs.get(id)).own).toBe(false);
  });
});

describe('continuing', () => {
  it.each(['pause', 'stop'] as const)('after a %s resumes at the very step', async (action) => {
    const { services, id, jobs } = await waiting();
    services.control[action](id);
    const before = value(await services.runs.finished(id));
    expect(value(services.control.resumeRun(id)).state).toBe('preparing');
    const run = value(await services.runs.finished(id));
    expect(run).toMatchObject({ state: 'completed', step: 4, epoch: 2, reason: null });
    expect(losses(services, id)).toEqual([...LOSSES.slice(0, 3), 100]);
    expect(run.gaps).toEqual([
      {
        step: 3,
        at: expect.any(Number),
        lostSeconds: expect.any(Number),
        lostSteps: 0,
        reason: before.reason,
      },
    ]);
    expect(jobs[1]).toMatchObject({
      secondsBefore: before.seconds,
      plan: value(services.runs.plan(id)),
      threads: 4,
      from: { checkpoints: [{ file: checkpointName(3) }, { file: checkpointName(2) }], fork: false },
    });
    expect(states(services, id)).toEqual([
      'queued',
      'preparing',
      'running',
      action === 'stop' ? 'stopping' : 'pausing',
      action === 'stop' ? 'stopped' : 'paused',
      'queued',
      'preparing',
      'running',
      'completed',
    ]);
  });

  it('counts as lost the time since it ended, not since it was continued', async () => {
    const { services, store, db, run } = await paused();
    db.run('UPDATE runs SET ended_at = ended_at - 3600000 WHERE id = ?', run.id);
    const away = store.get(run.id)!.awaySince!;
    value(services.control.resumeRun(run.id));
    const [gap] = value(await services.runs.finished(run.id)).gaps;
    expect(gap!.lostSeconds).toBeGreaterThanOrEqual(3600);
    expect(gap!.lostSeconds).toBeCloseTo((gap!.at - away) / 1000, 1);
  });

  it('never counts less than nothing as lost, where the clock was moved back', async () => {
    const { services, db, run } = await paused();
    db.run('UPDATE runs SET ended_at = ended_at + 3600000 WHERE id = ?', run.id);
    value(services.control.resumeRun(run.id));
    expect(value(await services.runs.finished(run.id)).gaps).toMatchObject([{ lostSeconds: 0 }]);
  });

  it('after a crash makes steps again, which are neither stored nor told twice', async () => {
    const { services } = await living({ dieAt: 3 });
    const { id } = value(services.control.start(request()));
    const before = value(await services.runs.finished(id));
    expect(before).toMatchObject({ state: 'failed', step: 3, checkpointStep: 2 });
    const told: StepMetric[] = [];
    services.events.on('metrics', ({ steps }) => told.push(...fromColumns(steps)));
    value(services.control.resumeRun(id));
    const run = value(await services.runs.finished(id));
    expect(run).toMatchObject({ state: 'completed', step: 4, epoch: 2, totalSteps: 4 });
    expect(run.gaps).toMatchObject([{ step: 2, lostSteps: 1, reason: before.reason }]);
    expect(losses(services, id)).toEqual([...LOSSES.slice(0, 3), 100]);
    expect(value(services.runs.predictions(id)).map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(told.map(({ step: number }) => number)).toEqual([4]);
  });

  it('after a crash within an epoch leaves the epoch with its sum', async () => {
    const { services, db, home } = await living({ dieAt: 3 });
    const { id } = value(services.control.start(request()));
    await services.runs.finished(id);
    value(services.control.resumeRun(id));
    await services.runs.finished(id);
    expect(db.all('SELECT LENGTH(sha256) AS digits FROM epochs')).toEqual([{ digits: 64 }, { digits: 64 }]);
    expect(statOwn(home).metrics.changedEpochs(id)).toEqual([]);
  });

  it('that dies before it runs again marks no gap; the next one that runs counts from the end of the work', async () => {
    const scripts = [{ dieAt: 3 }, { diesResumed: true }, {}].map((life) => scriptedHost(life));
    const { services, db } = await serviceOn(temporaryFolder(), {
      fork: (entry) => scripts.shift()!.fork(entry),
    });
    const { id } = value(services.control.start(request()));
    const { reason } = value(await services.runs.finished(id));
    db.run("UPDATE run_states SET at = at - 3600000 WHERE run_id = ? AND state = 'failed'", id);
    value(services.control.resumeRun(id));
    expect(value(await services.runs.finished(id))).toMatchObject({ state: 'failed', gaps: [] });
    value(services.control.resumeRun(id));
    const { gaps } = value(await services.runs.finished(id));
    expect(gaps).toMatchObject([{ step: 2, lostSteps: 1, reason }]);
    expect(gaps[0]!.lostSeconds).toBeGreaterThanOrEqual(3600);
  });

  it('begins at the first step, and marks that, where there is no checkpoint', async () => {
    const { services } = await living({ dieAt: 1 });
    const { id } = value(services.control.start(request()));
    await services.runs.finished(id);
    value(services.control.resumeRun(id));
    const run = value(await services.runs.finished(id));
    expect(run).toMatchObject({ state: 'completed', step: 4 });
    expect(run.gaps).toMatchObject([{ step: 0, lostSteps: 1 }]);
    expect(losses(services, id)).toEqual([LOSSES[0], 100, 100, 100]);
  });

  it('says which checkpoints are damaged, marks them, and resumes from the one before', async () => {
    const { services, run, home } = await paused({ damaged: 1 });
    const told: string[] = [];
    services.events.on('notice', ({ message }) => told.push(message));
    value(services.control.resumeRun(run.id));
    const after = value(await services.runs.finished(run.id));
    expect(after).toMatchObject({ state: 'completed', gaps: [{ step: 2, lostSteps: 1 }] });
    expect(told).toEqual([`Run ${run.id}: ${checkpointName(3)} is damaged.`]);
    expect(readFileSync(value(services.runs.logPath(run.id)), 'utf8')).toContain(
      `${checkpointName(3)} is damaged.`,
    );
    // Marked until a newer one was good, which is kept in its place.
    expect(statOwn(home).runs.get(run.id)!.checkpointStep).toBe(4);
  });

  it('marks no gap in a run that never stopped', async () => {
    const { services } = await living({});
    const { id } = value(services.control.start(request()));
    expect(value(await services.runs.finished(id))).toMatchObject({ state: 'completed', gaps: [] });
  });

  it('enters the queue where it is told to', async () => {
    const { services, id } = await waiting();
    const [b, c] = [value(services.control.start(request())), value(services.control.start(request()))];
    services.control.stop(b.id);
    value(services.control.resumeRun(b.id, 'last'));
    expect(value(services.runs.get(b.id)).queue).toEqual({ place: 2, held: false });
    services.control.stop(b.id);
    value(services.control.resumeRun(b.id));
    expect([b, c].map((run) => value(services.runs.get(run.id)).queue!.place)).toEqual([1, 2]);
    services.control.stop(b.id);
    expect(value(services.control.resumeRun(b.id, 'held')).queue).toEqual({ place: 2, held: true });
    services.control.stop(id);
  });

  it('begins at once where that is wanted', async () => {
    const { services, id } = await waiting();
    const next = value(services.control.start(request(), { now: true }));
    expect(next.state).toBe('preparing');
    expect(value(services.runs.get(id)).state).toBe('running');
  });

  it.each(['queued', 'running', 'completed'] as const)('is refused for one that is %s', async (state) => {
    const { services, id } = await waiting();
    let which = id;
    if (state === 'queued') which = value(services.control.start(request())).id;
    if (state === 'completed') {
      services.control.stop(id);
      await services.runs.finished(id);
      services.control.resumeRun(id);
      await services.runs.finished(id);
    }
    expect(failure(services.control.resumeRun(which)).message).toBe(
      state === 'completed'
        ? `Run ${id} ("a run") has completed all its epochs: add epochs to resume it.`
        : `Run ${which} ("a run") cannot be resumed: it is ${state}.`,
    );
  });
});

describe('extending', () => {
  it('a completed run trains the epochs more, from its last step', async () => {
    const { services, jobs } = await living({});
    const { id } = value(services.control.start(request()));
    await services.runs.finished(id);
    expect(value(services.control.extend(id, 2))).toMatchObject({
      epochs: 4,
      recipe: { epochs: 4 },
      totalSteps: 8,
    });
    const run = value(await services.runs.finished(id));
    expect(run).toMatchObject({ state: 'completed', step: 8, epoch: 4, epochs: 4, totalSteps: 8 });
    expect(run.gaps).toMatchObject([{ step: 4, lostSteps: 0, reason: 'It was interrupted.' }]);
    expect(jobs[1]).toMatchObject({
      recipe: { epochs: 4 },
      from: { checkpoints: [{ file: checkpointName(4) }, {}] },
    });
    expect(losses(services, id)).toEqual([...LOSSES, 100, 100, 100, 100]);
  });

  it('is refused while the run trains, and beyond what a recipe may have', async () => {
    const { services, id } = await waiting();
    expect(failure(services.control.extend(id, 1))).toEqual({
      code: 'conflict',
      message: `Run ${id} ("a run") cannot be extended while it is running.`,
    });
    services.control.pause(id);
    await services.runs.finished(id);
    expect(failure(services.control.extend(id, 100000))).toEqual({
      code: 'invalid-input',
      message: 'The run cannot be extended: epochs must be at most 100000.',
    });
    expect(value(services.runs.get(id))).toMatchObject({ state: 'paused', epochs: 2 });
  });
});

describe('the version of the library that a run is started with', () => {
  /** Two versions of an entry, of which the second has a larger stem. */
  async function withLibrary() {
    const made = await living({});
    const library = new ArchitectureService(new ArchitectureStore(made.db));
    const first = tinyArchitecture({ name: 'mine' });
    const { id } = value(library.save(null, first));
    const second = { ...first, stem: { ...first.stem, kernel: 5 } };
    value(library.save(id, second));
    return { ...made, library, id, first, second };
  }
  const start = ({ services }: { services: RunServices }, change: Partial<RunRequest>) =>
    services.control.start(request({ queue: 'held', ...change }));

  it('is kept with it, whatever becomes of the entry', async () => {
    const made = await withLibrary();
    const { services, library, id, first } = made;
    const run = value(start(made, { architecture: first, model: { id, version: 1 } }));
    expect(run.model).toEqual({ id, version: 1 });
    value(library.delete(id));
    new ProcessStore(made.db).purgeDeleted('me', () => false);
    expect(value(services.runs.get(run.id)).model).toEqual({ id, version: 1 });
    expect(value(services.runs.export(run.id)).run.model).toEqual({ id, version: 1 });
    expect(value(start(made, { architecture: first })).model).toBeNull();
  });

  it('may have another name, input and classes, and nothing else', async () => {
    const made = await withLibrary();
    const { library, id, first, second } = made;
    value(library.save(id, { ...second, classes: 3, inputShape: [8, 8, 3] }));
    expect(value(start(made, { architecture: second, model: { id, version: 3 } })).model?.version).toBe(3);
    expect(failure(start(made, { architecture: first, model: { id, version: 2 } }))).toEqual({
      code: 'invalid-input',
      message:
        'The run\'s architecture is not that of version 2 of "mine" in the library: save it as a version, or start the run ' +
        'without a model of the library.',
    });
    expect(failure(start(made, { architecture: first, model: { id, version: 4 } }))).toEqual({
      code: 'not-found',
      message: 'There is no version 4 of "mine": it has versions 1 to 3.',
    });
    expect(failure(start(made, { architecture: first, model: { id: 9, version: 1 } })).message).toBe(
      'There is no architecture 9 in the library: it may have been deleted meanwhile.',
    );
    expect(made.services.runs.list()).toHaveLength(1);
  });

  it('is that of an entry that has been deleted and may come back', async () => {
    const made = await withLibrary();
    value(made.library.delete(made.id));
    expect(
      value(start(made, { architecture: made.first, model: { id: made.id, version: 1 } })).model,
    ).toEqual({
      id: made.id,
      version: 1,
    });
  });
});

describe('forking', () => {
  const forkOf = (run: Run, change: Partial<ForkRequest> = {}): ForkRequest => ({
    id: run.id,
    checkpointId: null,
    name: '',
    recipe: { ...run.recipe!, learningRate: 1e-4 },
    ...change,
  });

  it('begins a new run at the checkpoint, which remembers its parent and leaves it as it was', async () => {
    const { services, run, jobs } = await paused();
    const forked = value(await services.control.fork(forkOf(run)));
    expect(forked).toMatchObject({
      name: 'a run, forked',
      parent: { id: run.id, step: 3 },
      step: 3,
      epoch: 1,
      recipe: { learningRate: 1e-4 },
    });
    const ended = value(await services.runs.finished(forked.id));
    // Its first start is no gap.
    expect(ended).toMatchObject({ state: 'completed', step: 4, gaps: [] });
    expect(fromColumns(value(services.runs.steps(forked.id))).map(({ step: number }) => number)).toEqual([4]);
    expect(value(services.checkpoints.list(forked.id)).map(({ kind }) => kind)).toEqual(['epoch', 'parent']);
    expect(jobs[1]).toMatchObject({
      recipe: { learningRate: 1e-4 },
      from: { checkpoints: [{ file: checkpointName(3) }], fork: true },
      plan: value(services.runs.plan(run.id)),
      secondsBefore: 0,
    });
    expect(value(services.runs.get(run.id))).toEqual(run);
  });

  it('trains on the device that its parent was to train on', async () => {
    const { services } = await living({});
    const { id } = value(services.control.start(request({ device: 'cpu' })));
    const parent = value(await services.runs.finished(id));
    const forked = value(
      await services.control.fork(forkOf(parent, { recipe: { ...parent.recipe!, epochs: 3 } })),
    );
    expect(forked.device).toBe('cpu');
  });

  it('is of the version of the library that its parent is of, whatever became of that', async () => {
    const { db, services } = await living({});
    const library = new ArchitectureService(new ArchitectureStore(db));
    const model = { id: value(library.save(null, tinyArchitecture())).id, version: 1 };
    const { id } = value(services.control.start(request({ model })));
    const parent = value(await services.runs.finished(id));
    value(library.delete(model.id));
    new ProcessStore(db).purgeDeleted('me', () => false);
    const longer = forkOf(parent, { recipe: { ...parent.recipe!, epochs: 3 } });
    expect(value(await services.control.fork(longer)).model).toEqual(model);
    expect(value(services.control.extend(id, 1)).model).toEqual(model);
  });

  it('begins at the checkpoint that is named', async () => {
    const { services, run } = await paused();
    const [, first] = value(services.checkpoints.list(run.id)) as [Checkpoint, Checkpoint];
    const forked = value(await services.control.fork(forkOf(run, { checkpointId: first.id })));
    expect(forked.parent).toEqual({ id: run.id, step: 2, images: 128 });
    expect(value(await services.runs.finished(forked.id))).toMatchObject({ state: 'completed', gaps: [] });
  });

  it('knows how many images its parent had trained on, and how many steps are left, whatever its batches', async () => {
    const { services, run } = await paused();
    // 128 images make an epoch: two steps of 64, and the third is of the second epoch.
    const recipe = { ...run.recipe!, batchSize: 32, epochs: 3 };
    const forked = value(await services.control.fork(forkOf(run, { recipe, queue: 'held' })));
    expect(forked).toMatchObject({ parent: { id: run.id, step: 3, images: 192 }, totalSteps: 3 + 2 + 4 });
    const ofFork = forkOf(forked, { recipe: { ...recipe, batchSize: 16 }, queue: 'held' });
    expect(value(await services.control.fork(ofFork))).toMatchObject({
      parent: { id: forked.id, step: 3, images: 192 },
      totalSteps: 3 + 4 + 8,
    });
    value(services.control.stop(forked.id));
    expect(value(services.control.extend(forked.id, 2, 'held'))).toMatchObject({
      epochs: 5,
      totalSteps: 3 + 2 + 3 * 4,
    });
  });

  it('chooses a plan again where the batches have another size', async () => {
    const { services, run, jobs } = await paused();
    await services.runs.finished(
      value(await services.control.fork(forkOf(run, { recipe: { ...run.recipe!, batchSize: 32 } }))).id,
    );
    expect(jobs[1]!.plan).toBeNull();
  });

  it.each([
    ['held', { place: 2, held: true }],
    ['next', { place: 1, held: false }],
    ['last', { place: 2, held: false }],
    [undefined, { place: 2, held: false }],
  ] as const)('enters the queue as %s', async (queue, place) => {
    const { services, id } = await waiting();
    value(services.control.start(request()));
    const forked = value(await services.control.fork(forkOf(value(services.runs.get(id)), { queue })));
    expect(forked.queue).toEqual(place);
  });

  it.each([
    ['another seed', { seed: 2 }, 'A fork keeps the random seed of its parent (1)'],
    ['other images', { limitTrain: 64 }, 'A fork keeps the training images of its parent (first 128)'],
    ['no epoch left', { epochs: 1 }, 'needs more than 1 epochs'],
    ['a mistake in the recipe', { learningRate: -1 }, 'learning rate must be greater than 0'],
  ])('is refused with %s, and nothing is left of it', async (_what, change, part) => {
    const { services, run, home } = await paused();
    const recipe = { ...run.recipe!, ...change };
    const forked = await services.control.fork(forkOf(run, { recipe }));
    // After epoch 1 one epoch is all there is.
    expect(failure(forked).code).toBe('invalid-input');
    expect(failure(forked).message).toContain(part);
    expect(statOwn(home).runs.list()).toHaveLength(1);
  });

  it('is refused without a checkpoint, with a damaged one, and with one of another run', async () => {
    const { services, store, id } = await waiting({ fails: true });
    services.control.pause(id);
    const run = value(await services.runs.finished(id));
    expect(failure(await services.control.fork(forkOf(run))).message).toBe(
      `Run ${id} has no checkpoint to fork from: start a new run instead.`,
    );
    expect(failure(await services.control.fork(forkOf(run, { checkpointId: 9 }))).message).toBe(
      `Run ${id} has no checkpoint 9.`,
    );
    expect(store.list()).toHaveLength(1);
  });

  it('fails with a sentence where the files of the checkpoint are gone', async () => {
    const { services, run, home } = await paused();
    rmSync(value(services.checkpoints.folder(run.id)), { recursive: true });
    expect(failure(await services.control.fork(forkOf(run))).message).toContain('is gone');
    expect(
      statOwn(home)
        .runs.list()
        .map(({ state }) => state),
    ).toEqual(['failed', 'paused']);
  });
});

describe('a run that waits', () => {
  it('leaves the queue when it is stopped, and the others move up', async () => {
    const { services } = await waiting();
    const [first, second] = [
      value(services.control.start(request())),
      value(services.control.start(request())),
    ];
    expect(second.queue).toEqual({ place: 2, held: false });
    const told: Run[] = [];
    services.events.on('changed', (run) => told.push(run));
    expect(value(services.control.stop(first.id))).toMatchObject({
      state: 'stopped',
      reason: 'Taken out of the queue before its first step.',
      queue: null,
    });
    expect(told.filter(({ id }) => id === second.id).pop()!.queue).toEqual({ place: 1, held: false });
  });

  it('leaves it when it is deleted, and comes back as stopped', async () => {
    const { services } = await waiting();
    const [first, second] = [
      value(services.control.start(request())),
      value(services.control.start(request())),
    ];
    const told: Run[] = [];
    services.events.on('changed', (run) => told.push(run));
    value(services.runs.remove([first.id]));
    expect(told.map(({ id }) => id)).not.toContain(first.id);
    expect(told.filter(({ id }) => id === second.id).pop()!.queue).toEqual({ place: 1, held: false });
    value(services.runs.restore([first.id]));
    expect(value(services.runs.get(first.id))).toMatchObject({ state: 'stopped', queue: null });
  });

  it('is moved and held, and let go begins where there is room', async () => {
    const { services, id } = await waiting();
    const [first, second] = [
      value(services.control.start(request())),
      value(services.control.start(request())),
    ];
    expect(value(services.queue.list()).map((run) => run.id)).toEqual([first.id, second.id]);
    expect(value(services.queue.move(second.id, 1)).queue!.place).toBe(1);
    const moved = value(services.queue.list());
    expect(moved.map((run) => run.id)).toEqual([second.id, first.id]);
    expect(moved[1]!.revision).toBeGreaterThan(first.revision);
    value(services.queue.hold(second.id, true));
    value(services.queue.hold(first.id, true));
    services.control.stop(id);
    await services.runs.finished(id);
    expect(value(services.runs.get(second.id)).state).toBe('queued');
    expect(value(services.queue.hold(second.id, false)).state).toBe('preparing');
    expect(value(services.runs.get(first.id)).queue).toEqual({ place: 1, held: true });
  });

  it.each(['move', 'hold'] as const)('%s of one that does not is refused', async (method) => {
    const { services, id } = await waiting();
    expect(
      failure((services.queue[method] as (id: number, to: never) => never)(id, 1 as never)).message,
    ).toBe(`Run ${id} ("a run") does not wait in the queue: it is running.`);
  });

  it('begins when the one before it has ended, whatever its end', async () => {
    const { services } = await living({ dieAt: 3 });
    const first = value(services.control.start(request()));
    const second = value(services.control.start(request()));
    expect([first.state, second.state]).toEqual(['preparing', 'queued']);
    await services.runs.finished(first.id);
    expect(value(await services.runs.finished(second.id)).state).toBe('failed');
    const statesOf = ({ id }: Run) => value(services.runs.export(id)).states;
    const [a, b] = [statesOf(first), statesOf(second)];
    expect(b.find(({ state }) => state === 'preparing')!.at).toBeGreaterThanOrEqual(a[a.length - 1]!.at);
  });

  it('waits for whoever comes next where the program is closed', async () => {
    const { home, services } = await waiting();
    const { id } = value(services.control.start(request()));
    await services.shutdown();
    const { runs: stored } = statOwn(home);
    expect(stored.get(id)).toMatchObject({ state: 'queued', queue: { place: 1, held: false } });
  });
});

describe('threads', () => {
  it.each([
    [1, null],
    [2, 2],
    [3, 1],
    [16, 1],
  ])('are shared out where %i may train at once', async (runsAtOnce, threads) => {
    const host = recordingHost(scriptedHost({}));
    const settings = { ...DEFAULT_SETTINGS, runsAtOnce };
    const { services, store } = await serviceOn(temporaryFolder(), host, {
      settings: () => settings,
      share: 'own',
    });
    const { id } = value(services.control.start(request({ queue: 'held' })));
    store.update(id, { machine: { ...store.get(id)!.machine!, threads: 4 } });
    services.queue.hold(id, false);
    await services.runs.finished(id);
    expect(host.jobs.map((job) => job.threads)).toEqual([threads]);
    // As it began, so it goes on, whatever the setting is by then.
    settings.runsAtOnce = 4;
    const had = value(services.runs.get(id)).threads;
    value(services.control.extend(id, 1));
    await services.runs.finished(id);
    expect(host.jobs[1]!.threads).toBe(had);
  });
});

describe('checkpoints', () => {
  it('that are being removed are gone before the run has ended: nobody clears up after it', async () => {
    const home = temporaryFolder();
    const { db } = statOwn(home);
    const checkpoints = new CheckpointKeeper(home, new CheckpointStore(db), () => DEFAULT_SETTINGS);
    let release = (): void => {};
    const removed = new Promise<void>((resolve) => (release = resolve));
    const removing = vi.spyOn(checkpoints, 'isRemoving', 'get').mockReturnValue(true);
    const waitedFor = new Promise<void>((asked) => {
      vi.spyOn(checkpoints, 'settled').mockImplementation(() => {
        asked();
        return removed;
      });
    });
    const { services } = await serviceOn(home, scriptedHost({}), { keeper: checkpoints });
    const { id } = value(services.control.start(request()));
    await waitedFor;
    expect(value(services.runs.get(id))).toMatchObject({ state: 'running', step: 4 });
    removing.mockReturnValue(false);
    release();
    expect(value(await services.runs.finished(id)).state).toBe('completed');
  });

  it('are pinned and unpinned, and told', async () => {
    const { services, run } = await paused();
    const [newest] = value(services.checkpoints.list(run.id)) as [Checkpoint];
    const told: number[] = [];
    services.events.on('changed', ({ id }) => told.push(id));
    expect(value(services.checkpoints.pin(newest.id, true)).pinned).toBe(true);
    expect(value(services.checkpoints.pin(newest.id, false)).pinned).toBe(false);
    expect(told).toEqual([run.id, run.id]);
    expect(failure(services.checkpoints.pin(77, true)).code).toBe('not-found');
  });

  it('are deleted, which is told, but for the last from which a run can resume', async () => {
    const { services, run } = await paused();
    const [newest, older] = value(services.checkpoints.list(run.id)) as [Checkpoint, Checkpoint];
    const told: (number | null)[] = [];
    services.events.on('changed', ({ checkpointStep }) => told.push(checkpointStep));
    value(await services.checkpoints.delete(newest.id));
    expect(told).toEqual([2]);
    expect(failure(await services.checkpoints.delete(older.id))).toEqual({
      code: 'conflict',
      message: `This is the last checkpoint from which run ${run.id} ("a run") can resume: delete the run instead.`,
    });
    expect(value(services.checkpoints.list(run.id))).toHaveLength(1);
    // A completed run needs none.
    value(services.control.resumeRun(run.id));
    await services.runs.finished(run.id);
    for (const { id } of value(services.checkpoints.list(run.id)))
      value(await services.checkpoints.delete(id));
    expect(value(services.checkpoints.list(run.id))).toEqual([]);
  });

  it.each(['running', 'queued'] as const)('are not deleted while their run is %s', async (state) => {
    const { services, id } = await waiting();
    if (state === 'queued') {
      services.control.pause(id);
      await services.runs.finished(id);
      services.control.resumeRun(id, 'held');
    }
    const [checkpoint] = value(services.checkpoints.list(id)) as [Checkpoint];
    expect(failure(await services.checkpoints.delete(checkpoint.id))).toEqual({
      code: 'conflict',
      message: `Checkpoints of run ${id} cannot be deleted while it is ${state}.`,
    });
  });

  it('that are not there cannot be deleted', async () => {
    const { services } = await living({});
    expect(failure(await services.checkpoints.delete(77)).message).toBe('There is no checkpoint 77.');
  });
});

describe('from every state', () => {
  /** As another process left it. */
  async function left(state: RunState, dead: boolean, asked: 'stop' | 'pause' | null) {
    const home = temporaryFolder();
    const { db, runs } = statOwn(home);
    const owner = dead ? await deadProcess() : another;
    const { id } = runs.create(newRun({ ownerId: 'other', owner, recipe: request().recipe, epochs: 2 }));
    const ended = hasEnded(state) || state === 'paused';
    db.run(
      `UPDATE runs SET state = ?, queue_position = CASE ? WHEN 'queued' THEN queue_position END, wanted = ?,
         ended_at = ?, architecture = ? WHERE id = ?`,
      state,
      state,
      asked,
      ended ? 2000 : null,
      JSON.stringify(tinyArchitecture()),
      id,
    );
    return { home, id };
  }

  const cases = RUN_STATES.flatMap((state) =>
    [null, 'stop', 'pause'].map((asked) => [state, asked as 'stop' | 'pause' | null] as const),
  );

  it.each(cases)(
    '%s (asked to %s), whose process is dead, a new process leads to the end of the training',
    async (state, asked) => {
      const { home, id } = await left(state, true, asked);
      const { services } = await living({}, home);
      const now = value(services.runs.get(id));
      // It is taken at once, or somebody can resume it.
      expect(now.state).toBe(isActive(state) ? 'interrupted' : state === 'queued' ? 'preparing' : state);
      if (now.state === 'completed') value(services.control.extend(id, 1));
      else if (now.state !== 'preparing') value(services.control.resumeRun(id));
      expect(value(await services.runs.finished(id)).state).toBe('completed');
    },
  );

  it.each(RUN_STATES.map((state) => [state]))(
    '%s, whose process lives, a new process leaves it alone, and can ask or act',
    async (state) => {
      const { home, id } = await left(state, false, null);
      const { services, store } = await living({}, home);
      expect(value(services.runs.get(id)).state).toBe(state);
      if (isActive(state)) {
        // Its owner hears of it.
        expect(services.control.stop(id).ok).toBe(true);
        expect(store.get(id)).toMatchObject({ state, wanted: 'stop' });
        return;
      }
      if (state === 'queued') {
        expect(value(services.control.stop(id)).state).toBe('stopped');
        return;
      }
      if (state === 'completed') value(services.control.extend(id, 1));
      else value(services.control.resumeRun(id));
      expect(value(await services.runs.finished(id))).toMatchObject({ state: 'completed', own: true });
    },
  );

  it.each(['preparing', 'running', 'pausing', 'stopping'] as const)(
    '%s, whose process dies before anybody noticed, a stop or a pause ends it',
    async (state) => {
      const home = temporaryFolder();
      const { services } = await living({}, home);
      const { db, runs: other } = statOwn(home);
      const { id } = other.create(newRun({ ownerId: 'other', owner: await deadProcess(), queue: 'held' }));
      db.run('UPDATE runs SET state = ?, queue_position = NULL WHERE id = ?', state, id);
      expect(value(services.control.stop(id)).state).toBe('interrupted');
    },
  );
});

it('a run whose steps lie in the database already counts only those beyond', async () => {
  // Others may have stored more than the run's row tells: a row of a step is never written twice.
  const { home, services } = await living({});
  const { metrics, runs: store } = statOwn(home);
  const { id } = value(services.control.start(request({ queue: 'held' })));
  metrics.addSteps(id, [step(1, { loss: 7 })]);
  expect(store.get(id)!.step).toBe(1);
  services.queue.hold(id, false);
  await until(services, id, trained);
  await services.runs.finished(id);
  expect(losses(services, id)).toEqual([7, ...LOSSES.slice(1)]);
});

it('a waiting run whose process died before its turn is continued by a terminal', async () => {
  const home = temporaryFolder();
  const { runs: other } = statOwn(home);
  const { id } = other.create(newRun({ ownerId: 'other', owner: await deadProcess() }));
  const { services } = await serviceOn(home, scriptedHost('complete'), { share: 'own' });
  expect(value(services.runs.get(id)).state).toBe('queued');
  expect(value(services.control.resumeRun(id))).toMatchObject({ state: 'preparing', own: true });
  expect(value(await services.runs.finished(id)).state).toBe('completed');
});
