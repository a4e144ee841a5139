/** The life of runs as the service leads it, with trainers that are scripted. */
import { readFileSync, rmSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import {
  DEFAULT_SETTINGS,
  hasEnded,
  isActive,
  RUN_STATES,
  type Checkpoint,
  type ForkRequest,
  type Run,
  type RunState,
  type StepMetric,
} from '../../../../src/shared/domain';
import { CheckpointStore } from '../../../../src/main/db/stores/checkpoints';
import { CheckpointKeeper } from '../../../../src/main/checkpoints/checkpoint-keeper';
import type { RunService } from '../../../../src/main/runs/service';
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
  lookAt,
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

const states = (runs: RunService, id: number): RunState[] =>
  value(runs.export(id)).states.map(({ state }) => state);
const losses = (runs: RunService, id: number): number[] =>
  fromColumns(value(runs.steps(id))).map(({ loss }) => loss);
const LOSSES = [1, 2, 3, 4].map((number) => 2 / number);

/** Waits at step 3, of epoch 2. */
async function waiting(life: Life = {}) {
  const service = await living({ waitAt: 3, ...life });
  // A step is told as a metric at once, as progress of the run every two seconds.
  const measured = new Promise<void>((resolve) => {
    service.runs.on('metrics', ({ steps }) => {
      if (steps.step.includes(3)) resolve();
    });
  });
  const { id } = value(service.runs.start(request()));
  await measured;
  return { ...service, id };
}

async function paused(life: Life = {}) {
  const service = await waiting(life);
  service.runs.pause(service.id);
  const run = value(await service.runs.finished(service.id));
  expect(run.state).toBe('paused');
  return { ...service, run };
}

describe('pausing', () => {
  it('writes a checkpoint, ends the trainer, and says why; no end is told', async () => {
    const { runs, id, jobs } = await waiting();
    expect(value(runs.pause(id)).state).toBe('pausing');
    const run = value(await runs.finished(id));
    expect(run).toMatchObject({
      state: 'paused',
      reason: 'Paused by the user at step 3.',
      endedAt: null,
      checkpointStep: 3,
      step: 3,
    });
    expect(value(runs.checkpoints(id)).map(({ kind, step: at }) => [kind, at])).toEqual([
      ['pause', 3],
      ['epoch', 2],
    ]);
    expect(jobs).toHaveLength(1);
    expect(readFileSync(value(runs.logPath(id)), 'utf8')).toContain('paused: Paused by the user at step 3.');
  });

  it('comes before the trainer is ready too', async () => {
    const [slow, quick] = [scriptedHost({ notReady: true }), scriptedHost({})];
    let host = slow;
    const { runs } = await serviceOn(temporaryFolder(), { fork: (entry) => host.fork(entry) });
    const { id } = value(runs.start(request()));
    value(runs.pause(id));
    expect(value(await runs.finished(id))).toMatchObject({
      state: 'paused',
      reason: 'Paused by the user before its first step.',
      checkpointStep: null,
    });
    expect(states(runs, id)).toEqual(['queued', 'preparing', 'pausing', 'paused']);
    host = quick;
    value(runs.continueRun(id));
    // It has not been away, as it had not begun.
    expect(value(await runs.finished(id))).toMatchObject({ state: 'completed', seams: [] });
  });

  it('gives way to a stop that comes after it', async () => {
    const { runs, id } = await waiting();
    runs.pause(id);
    expect(value(runs.stop(id)).state).toBe('stopping');
    expect(value(await runs.finished(id))).toMatchObject({
      state: 'stopped',
      reason: 'Stopped by the user at step 3.',
      checkpointStep: 3,
    });
  });

  it('says from where it would go on where no checkpoint could be written', async () => {
    const { runs, id } = await waiting({ fails: true });
    runs.pause(id);
    expect(value(await runs.finished(id))).toMatchObject({
      state: 'paused',
      reason:
        'Paused by the user at step 3. No checkpoint could be written (The disk is full): it can go on from its first ' +
        'step.',
    });
  });

  it('of a run in the queue holds it there', async () => {
    const { runs } = await waiting();
    const { id } = value(runs.start(request()));
    expect(value(runs.pause(id))).toMatchObject({ state: 'queued', queue: { place: 1, held: true } });
  });

  it.each(['stopped', 'paused', 'completed'] as const)('of a run that is %s is refused', async (state) => {
    const { runs, id } = await waiting();
    if (state === 'paused') runs.pause(id);
    else runs.stop(id);
    await runs.finished(id);
    if (state === 'completed') {
      runs.continueRun(id);
      await runs.finished(id);
    }
    expect(failure(runs.pause(id))).toEqual({
      code: 'conflict',
      message: `Run ${id} ("a run") cannot be paused: it is ${state}.`,
    });
  });

  it('reaches the owner from another process, and a stop after it as well', async () => {
    const { home, runs: owner, id } = await waiting();
    const other = await withBehaviour('complete', home);
    value(other.pause(id));
    expect(value(await other.finished(id))).toMatchObject({
      state: 'paused',
      reason: 'Paused from another window or terminal at step 3.',
    });
    // Whoever continues it trains it.
    value(other.continueRun(id));
    expect(value(await other.finished(id))).toMatchObject({ state: 'completed', own: true });
    expect(value(owner.get(id)).own).toBe(false);
  });
});

describe('continuing', () => {
  it.each(['pause', 'stop'] as const)('after a %s goes on at the very step', async (wish) => {
    const { runs, id, jobs } = await waiting();
    runs[wish](id);
    const before = value(await runs.finished(id));
    expect(value(runs.continueRun(id)).state).toBe('preparing');
    const run = value(await runs.finished(id));
    expect(run).toMatchObject({ state: 'completed', step: 4, epoch: 2, reason: null });
    expect(losses(runs, id)).toEqual([...LOSSES.slice(0, 3), 100]);
    expect(run.seams).toEqual([
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
      plan: value(runs.plan(id)),
      threads: 4,
      from: { checkpoints: [{ file: checkpointName(3) }, { file: checkpointName(2) }], fork: false },
    });
    expect(states(runs, id)).toEqual([
      'queued',
      'preparing',
      'running',
      wish === 'stop' ? 'stopping' : 'pausing',
      wish === 'stop' ? 'stopped' : 'paused',
      'queued',
      'preparing',
      'running',
      'completed',
    ]);
  });

  it('counts as lost the time since it ended, not since it was continued', async () => {
    const { runs, store, db, run } = await paused();
    db.run('UPDATE runs SET ended_at = ended_at - 3600000 WHERE id = ?', run.id);
    const away = store.get(run.id)!.awaySince!;
    value(runs.continueRun(run.id));
    const [seam] = value(await runs.finished(run.id)).seams;
    expect(seam!.lostSeconds).toBeGreaterThanOrEqual(3600);
    expect(seam!.lostSeconds).toBeCloseTo((seam!.at - away) / 1000, 1);
  });

  it('never counts less than nothing as lost, where the clock was moved back', async () => {
    const { runs, db, run } = await paused();
    db.run('UPDATE runs SET ended_at = ended_at + 3600000 WHERE id = ?', run.id);
    value(runs.continueRun(run.id));
    expect(value(await runs.finished(run.id)).seams).toMatchObject([{ lostSeconds: 0 }]);
  });

  it('after a crash makes steps again, which are neither stored nor told twice', async () => {
    const { runs } = await living({ dieAt: 3 });
    const { id } = value(runs.start(request()));
    const before = value(await runs.finished(id));
    expect(before).toMatchObject({ state: 'failed', step: 3, checkpointStep: 2 });
    const told: StepMetric[] = [];
    runs.on('metrics', ({ steps }) => told.push(...fromColumns(steps)));
    value(runs.continueRun(id));
    const run = value(await runs.finished(id));
    expect(run).toMatchObject({ state: 'completed', step: 4, epoch: 2, totalSteps: 4 });
    expect(run.seams).toMatchObject([{ step: 2, lostSteps: 1, reason: before.reason }]);
    expect(losses(runs, id)).toEqual([...LOSSES.slice(0, 3), 100]);
    expect(told.map(({ step: number }) => number)).toEqual([4]);
  });

  it('after a crash within an epoch leaves the epoch with its sum', async () => {
    const { runs, db, home } = await living({ dieAt: 3 });
    const { id } = value(runs.start(request()));
    await runs.finished(id);
    value(runs.continueRun(id));
    await runs.finished(id);
    expect(db.all('SELECT LENGTH(sha256) AS digits FROM epochs')).toEqual([{ digits: 64 }, { digits: 64 }]);
    expect(lookAt(home).metrics.changedEpochs(id)).toEqual([]);
  });

  it('that dies before it runs again marks no seam; the next one that runs counts from the end of the work', async () => {
    const scripts = [{ dieAt: 3 }, { diesResumed: true }, {}].map((life) => scriptedHost(life));
    const { runs, db } = await serviceOn(temporaryFolder(), {
      fork: (entry) => scripts.shift()!.fork(entry),
    });
    const { id } = value(runs.start(request()));
    const { reason } = value(await runs.finished(id));
    db.run("UPDATE run_states SET at = at - 3600000 WHERE run_id = ? AND state = 'failed'", id);
    value(runs.continueRun(id));
    expect(value(await runs.finished(id))).toMatchObject({ state: 'failed', seams: [] });
    value(runs.continueRun(id));
    const { seams } = value(await runs.finished(id));
    expect(seams).toMatchObject([{ step: 2, lostSteps: 1, reason }]);
    expect(seams[0]!.lostSeconds).toBeGreaterThanOrEqual(3600);
  });

  it('begins at the first step, and marks that, where there is no checkpoint', async () => {
    const { runs } = await living({ dieAt: 1 });
    const { id } = value(runs.start(request()));
    await runs.finished(id);
    value(runs.continueRun(id));
    const run = value(await runs.finished(id));
    expect(run).toMatchObject({ state: 'completed', step: 4 });
    expect(run.seams).toMatchObject([{ step: 0, lostSteps: 1 }]);
    expect(losses(runs, id)).toEqual([LOSSES[0], 100, 100, 100]);
  });

  it('says which checkpoints are damaged, marks them, and goes on at the one before', async () => {
    const { runs, run, home } = await paused({ damaged: 1 });
    const told: string[] = [];
    runs.on('notice', ({ message }) => told.push(message));
    value(runs.continueRun(run.id));
    const after = value(await runs.finished(run.id));
    expect(after).toMatchObject({ state: 'completed', seams: [{ step: 2, lostSteps: 1 }] });
    expect(told).toEqual([`Run ${run.id}: ${checkpointName(3)} is damaged.`]);
    expect(readFileSync(value(runs.logPath(run.id)), 'utf8')).toContain(`${checkpointName(3)} is damaged.`);
    // Marked until a newer one was good, which is kept in its place.
    expect(lookAt(home).runs.get(run.id)!.checkpointStep).toBe(4);
  });

  it('marks no seam in a run that was never away', async () => {
    const { runs } = await living({});
    const { id } = value(runs.start(request()));
    expect(value(await runs.finished(id))).toMatchObject({ state: 'completed', seams: [] });
  });

  it('enters the queue where it is told to', async () => {
    const { runs, id } = await waiting();
    const [b, c] = [value(runs.start(request())), value(runs.start(request()))];
    runs.stop(b.id);
    value(runs.continueRun(b.id, 'last'));
    expect(value(runs.get(b.id)).queue).toEqual({ place: 2, held: false });
    runs.stop(b.id);
    value(runs.continueRun(b.id));
    expect([b, c].map((run) => value(runs.get(run.id)).queue!.place)).toEqual([1, 2]);
    runs.stop(b.id);
    expect(value(runs.continueRun(b.id, 'held')).queue).toEqual({ place: 2, held: true });
    runs.stop(id);
  });

  it('begins at once where that is wanted', async () => {
    const { runs, id } = await waiting();
    const next = value(runs.start(request(), { now: true }));
    expect(next.state).toBe('preparing');
    expect(value(runs.get(id)).state).toBe('running');
  });

  it.each(['queued', 'running', 'completed'] as const)('is refused for one that is %s', async (state) => {
    const { runs, id } = await waiting();
    let which = id;
    if (state === 'queued') which = value(runs.start(request())).id;
    if (state === 'completed') {
      runs.stop(id);
      await runs.finished(id);
      runs.continueRun(id);
      await runs.finished(id);
    }
    expect(failure(runs.continueRun(which)).message).toBe(
      state === 'completed'
        ? `Run ${id} ("a run") has done all its epochs: add epochs to go on.`
        : `Run ${which} ("a run") cannot be continued: it is ${state}.`,
    );
  });
});

describe('extending', () => {
  it('a completed run trains the epochs more, from its last step', async () => {
    const { runs, jobs } = await living({});
    const { id } = value(runs.start(request()));
    await runs.finished(id);
    expect(value(runs.extend(id, 2))).toMatchObject({ epochs: 4, recipe: { epochs: 4 }, totalSteps: 8 });
    const run = value(await runs.finished(id));
    expect(run).toMatchObject({ state: 'completed', step: 8, epoch: 4, epochs: 4, totalSteps: 8 });
    expect(run.seams).toMatchObject([{ step: 4, lostSteps: 0, reason: 'It was away.' }]);
    expect(jobs[1]).toMatchObject({
      recipe: { epochs: 4 },
      from: { checkpoints: [{ file: checkpointName(4) }, {}] },
    });
    expect(losses(runs, id)).toEqual([...LOSSES, 100, 100, 100, 100]);
  });

  it('is refused while the run trains, and beyond what a recipe may have', async () => {
    const { runs, id } = await waiting();
    expect(failure(runs.extend(id, 1))).toEqual({
      code: 'conflict',
      message: `Run ${id} ("a run") cannot be extended while it is running.`,
    });
    runs.pause(id);
    await runs.finished(id);
    expect(failure(runs.extend(id, 100000))).toEqual({
      code: 'invalid-input',
      message: 'The run cannot be extended: epochs must be at most 100000.',
    });
    expect(value(runs.get(id))).toMatchObject({ state: 'paused', epochs: 2 });
  });
});

describe('forking', () => {
  const forkOf = (run: Run, change: Partial<ForkRequest> = {}): ForkRequest => ({
    id: run.id,
    checkpointId: null,
    name: '',
    recipe: { ...run.recipe, learningRate: 1e-4 },
    ...change,
  });

  it('begins a new run at the checkpoint, which remembers its parent and leaves it as it was', async () => {
    const { runs, run, jobs } = await paused();
    const forked = value(await runs.fork(forkOf(run)));
    expect(forked).toMatchObject({
      name: 'a run, forked',
      parent: { id: run.id, step: 3 },
      step: 3,
      epoch: 1,
      recipe: { learningRate: 1e-4 },
    });
    const ended = value(await runs.finished(forked.id));
    // Its first start is no seam.
    expect(ended).toMatchObject({ state: 'completed', step: 4, seams: [] });
    expect(fromColumns(value(runs.steps(forked.id))).map(({ step: number }) => number)).toEqual([4]);
    expect(value(runs.checkpoints(forked.id)).map(({ kind }) => kind)).toEqual(['epoch', 'parent']);
    expect(jobs[1]).toMatchObject({
      recipe: { learningRate: 1e-4 },
      from: { checkpoints: [{ file: checkpointName(3) }], fork: true },
      plan: value(runs.plan(run.id)),
      secondsBefore: 0,
    });
    expect(value(runs.get(run.id))).toEqual(run);
  });

  it('trains on the device that its parent was to train on', async () => {
    const { runs } = await living({});
    const { id } = value(runs.start(request({ device: 'cpu' })));
    const parent = value(await runs.finished(id));
    const forked = value(await runs.fork(forkOf(parent, { recipe: { ...parent.recipe, epochs: 3 } })));
    expect(forked.device).toBe('cpu');
  });

  it('begins at the checkpoint that is named', async () => {
    const { runs, run } = await paused();
    const [, first] = value(runs.checkpoints(run.id)) as [Checkpoint, Checkpoint];
    const forked = value(await runs.fork(forkOf(run, { checkpointId: first.id })));
    expect(forked.parent).toEqual({ id: run.id, step: 2, images: 128 });
    expect(value(await runs.finished(forked.id))).toMatchObject({ state: 'completed', seams: [] });
  });

  it('knows how many images its parent had trained on, and how many steps are left, whatever its batches', async () => {
    const { runs, run } = await paused();
    // 128 images make an epoch: two steps of 64, and the third is of the second epoch.
    const recipe = { ...run.recipe, batchSize: 32, epochs: 3 };
    const forked = value(await runs.fork(forkOf(run, { recipe, queue: 'held' })));
    expect(forked).toMatchObject({ parent: { id: run.id, step: 3, images: 192 }, totalSteps: 3 + 2 + 4 });
    const ofFork = forkOf(forked, { recipe: { ...recipe, batchSize: 16 }, queue: 'held' });
    expect(value(await runs.fork(ofFork))).toMatchObject({
      parent: { id: forked.id, step: 3, images: 192 },
      totalSteps: 3 + 4 + 8,
    });
    value(runs.stop(forked.id));
    expect(value(runs.extend(forked.id, 2, 'held'))).toMatchObject({ epochs: 5, totalSteps: 3 + 2 + 3 * 4 });
  });

  it('chooses a plan anew where the batches have another size', async () => {
    const { runs, run, jobs } = await paused();
    await runs.finished(value(await runs.fork(forkOf(run, { recipe: { ...run.recipe, batchSize: 32 } }))).id);
    expect(jobs[1]!.plan).toBeNull();
  });

  it.each([
    ['held', { place: 2, held: true }],
    ['next', { place: 1, held: false }],
    ['last', { place: 2, held: false }],
    [undefined, { place: 2, held: false }],
  ] as const)('enters the queue as %s', async (queue, place) => {
    const { runs, id } = await waiting();
    value(runs.start(request()));
    const forked = value(await runs.fork(forkOf(value(runs.get(id)), { queue })));
    expect(forked.queue).toEqual(place);
  });

  it.each([
    ['another seed', { seed: 2 }, 'A fork keeps the random seed of its parent (1)'],
    ['other pictures', { limitTrain: 64 }, 'A fork keeps the training images of its parent (first 128)'],
    ['no epoch left', { epochs: 1 }, 'needs more than 1 epochs'],
    ['a mistake in the recipe', { learningRate: -1 }, 'learning rate must be greater than 0'],
  ])('is refused with %s, and nothing is left of it', async (_what, change, part) => {
    const { runs, run, home } = await paused();
    const recipe = { ...run.recipe, ...change };
    const forked = await runs.fork(forkOf(run, { recipe }));
    // After epoch 1 one epoch is all there is.
    expect(failure(forked).code).toBe('invalid-input');
    expect(failure(forked).message).toContain(part);
    expect(lookAt(home).runs.list()).toHaveLength(1);
  });

  it('is refused without a checkpoint, with a damaged one, and with one of another run', async () => {
    const { runs, store, id } = await waiting({ fails: true });
    runs.pause(id);
    const run = value(await runs.finished(id));
    expect(failure(await runs.fork(forkOf(run))).message).toBe(
      `Run ${id} has no checkpoint to fork from: start a new run instead.`,
    );
    expect(failure(await runs.fork(forkOf(run, { checkpointId: 9 }))).message).toBe(
      `Run ${id} has no checkpoint 9.`,
    );
    expect(store.list()).toHaveLength(1);
  });

  it('fails with a sentence where the files of the checkpoint are gone', async () => {
    const { runs, run, home } = await paused();
    rmSync(value(runs.checkpointFolder(run.id)), { recursive: true });
    expect(failure(await runs.fork(forkOf(run))).message).toContain('is gone');
    expect(
      lookAt(home)
        .runs.list()
        .map(({ state }) => state),
    ).toEqual(['failed', 'paused']);
  });
});

describe('a run that waits', () => {
  it('leaves the queue when it is stopped, and the others move up', async () => {
    const { runs } = await waiting();
    const [first, second] = [value(runs.start(request())), value(runs.start(request()))];
    expect(second.queue).toEqual({ place: 2, held: false });
    const told: Run[] = [];
    runs.on('changed', (run) => told.push(run));
    expect(value(runs.stop(first.id))).toMatchObject({
      state: 'stopped',
      reason: 'Taken out of the queue before its first step.',
      queue: null,
    });
    expect(told.filter(({ id }) => id === second.id).pop()!.queue).toEqual({ place: 1, held: false });
  });

  it('leaves it when it is deleted, and comes back as stopped', async () => {
    const { runs } = await waiting();
    const [first, second] = [value(runs.start(request())), value(runs.start(request()))];
    const told: Run[] = [];
    runs.on('changed', (run) => told.push(run));
    value(runs.remove([first.id]));
    expect(told.map(({ id }) => id)).not.toContain(first.id);
    expect(told.filter(({ id }) => id === second.id).pop()!.queue).toEqual({ place: 1, held: false });
    value(runs.restore([first.id]));
    expect(value(runs.get(first.id))).toMatchObject({ state: 'stopped', queue: null });
  });

  it('is moved and held, and let go begins where there is room', async () => {
    const { runs, id } = await waiting();
    const [first, second] = [value(runs.start(request())), value(runs.start(request()))];
    expect(value(runs.waiting()).map((run) => run.id)).toEqual([first.id, second.id]);
    expect(value(runs.moveInQueue(second.id, 1)).queue!.place).toBe(1);
    const moved = value(runs.waiting());
    expect(moved.map((run) => run.id)).toEqual([second.id, first.id]);
    expect(moved[1]!.revision).toBeGreaterThan(first.revision);
    value(runs.hold(second.id, true));
    value(runs.hold(first.id, true));
    runs.stop(id);
    await runs.finished(id);
    expect(value(runs.get(second.id)).state).toBe('queued');
    expect(value(runs.hold(second.id, false)).state).toBe('preparing');
    expect(value(runs.get(first.id)).queue).toEqual({ place: 1, held: true });
  });

  it.each(['moveInQueue', 'hold'] as const)('%s of one that does not is refused', async (method) => {
    const { runs, id } = await waiting();
    expect(failure((runs[method] as (id: number, to: never) => never)(id, 1 as never)).message).toBe(
      `Run ${id} ("a run") does not wait in the queue: it is running.`,
    );
  });

  it('begins when the one before it has ended, whatever its end', async () => {
    const { runs } = await living({ dieAt: 3 });
    const first = value(runs.start(request()));
    const second = value(runs.start(request()));
    expect([first.state, second.state]).toEqual(['preparing', 'queued']);
    await runs.finished(first.id);
    expect(value(await runs.finished(second.id)).state).toBe('failed');
    const statesOf = ({ id }: Run) => value(runs.export(id)).states;
    const [a, b] = [statesOf(first), statesOf(second)];
    expect(b.find(({ state }) => state === 'preparing')!.at).toBeGreaterThanOrEqual(a[a.length - 1]!.at);
  });

  it('waits for whoever comes next where the program is closed', async () => {
    const { home, runs } = await waiting();
    const { id } = value(runs.start(request()));
    await runs.shutdown();
    const { runs: stored } = lookAt(home);
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
    const { runs, store } = await serviceOn(temporaryFolder(), host, {
      settings: () => settings,
      share: 'own',
    });
    const { id } = value(runs.start(request({ queue: 'held' })));
    store.update(id, { machine: { ...store.get(id)!.machine, threads: 4 } });
    runs.hold(id, false);
    await runs.finished(id);
    expect(host.jobs.map((job) => job.threads)).toEqual([threads]);
    // As it began, so it goes on, whatever the setting is by then.
    settings.runsAtOnce = 4;
    const had = value(runs.get(id)).threads;
    value(runs.extend(id, 1));
    await runs.finished(id);
    expect(host.jobs[1]!.threads).toBe(had);
  });
});

describe('checkpoints', () => {
  it('that are being removed are gone before the run has ended: nobody clears up after it', async () => {
    const home = temporaryFolder();
    const { db } = lookAt(home);
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
    const { runs } = await serviceOn(home, scriptedHost({}), { checkpoints });
    const { id } = value(runs.start(request()));
    await waitedFor;
    expect(value(runs.get(id))).toMatchObject({ state: 'running', step: 4 });
    removing.mockReturnValue(false);
    release();
    expect(value(await runs.finished(id)).state).toBe('completed');
  });

  it('are pinned and unpinned, and told', async () => {
    const { runs, run } = await paused();
    const [newest] = value(runs.checkpoints(run.id)) as [Checkpoint];
    const told: number[] = [];
    runs.on('changed', ({ id }) => told.push(id));
    expect(value(runs.pinCheckpoint(newest.id, true)).pinned).toBe(true);
    expect(value(runs.pinCheckpoint(newest.id, false)).pinned).toBe(false);
    expect(told).toEqual([run.id, run.id]);
    expect(failure(runs.pinCheckpoint(77, true)).code).toBe('not-found');
  });

  it('are deleted, which is told, but for the last from which a run can go on', async () => {
    const { runs, run } = await paused();
    const [newest, older] = value(runs.checkpoints(run.id)) as [Checkpoint, Checkpoint];
    const told: (number | null)[] = [];
    runs.on('changed', ({ checkpointStep }) => told.push(checkpointStep));
    value(await runs.deleteCheckpoint(newest.id));
    expect(told).toEqual([2]);
    expect(failure(await runs.deleteCheckpoint(older.id))).toEqual({
      code: 'conflict',
      message: `This is the last checkpoint from which run ${run.id} ("a run") can go on: delete the run instead.`,
    });
    expect(value(runs.checkpoints(run.id))).toHaveLength(1);
    // A completed run needs none.
    value(runs.continueRun(run.id));
    await runs.finished(run.id);
    for (const { id } of value(runs.checkpoints(run.id))) value(await runs.deleteCheckpoint(id));
    expect(value(runs.checkpoints(run.id))).toEqual([]);
  });

  it.each(['running', 'queued'] as const)('are not deleted while their run is %s', async (state) => {
    const { runs, id } = await waiting();
    if (state === 'queued') {
      runs.pause(id);
      await runs.finished(id);
      runs.continueRun(id, 'held');
    }
    const [checkpoint] = value(runs.checkpoints(id)) as [Checkpoint];
    expect(failure(await runs.deleteCheckpoint(checkpoint.id))).toEqual({
      code: 'conflict',
      message: `Checkpoints of run ${id} cannot be deleted while it is ${state}.`,
    });
  });

  it('that are not there cannot be deleted', async () => {
    const { runs } = await living({});
    expect(failure(await runs.deleteCheckpoint(77)).message).toBe('There is no checkpoint 77.');
  });
});

describe('from every state', () => {
  /** As another process left it. */
  async function left(state: RunState, dead: boolean, asked: 'stop' | 'pause' | null) {
    const home = temporaryFolder();
    const { db, runs } = lookAt(home);
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
      const { runs } = await living({}, home);
      const now = value(runs.get(id));
      // It is taken at once, or somebody can go on with it.
      expect(now.state).toBe(isActive(state) ? 'interrupted' : state === 'queued' ? 'preparing' : state);
      if (now.state === 'completed') value(runs.extend(id, 1));
      else if (now.state !== 'preparing') value(runs.continueRun(id));
      expect(value(await runs.finished(id)).state).toBe('completed');
    },
  );

  it.each(RUN_STATES.map((state) => [state]))(
    '%s, whose process lives, a new process leaves it alone, and can ask or act',
    async (state) => {
      const { home, id } = await left(state, false, null);
      const { runs, store } = await living({}, home);
      expect(value(runs.get(id)).state).toBe(state);
      if (isActive(state)) {
        // Its owner hears of it.
        expect(runs.stop(id).ok).toBe(true);
        expect(store.get(id)).toMatchObject({ state, wanted: 'stop' });
        return;
      }
      if (state === 'queued') {
        expect(value(runs.stop(id)).state).toBe('stopped');
        return;
      }
      if (state === 'completed') value(runs.extend(id, 1));
      else value(runs.continueRun(id));
      expect(value(await runs.finished(id))).toMatchObject({ state: 'completed', own: true });
    },
  );

  it.each(['preparing', 'running', 'pausing', 'stopping'] as const)(
    '%s, whose process dies before anybody noticed, a stop or a pause ends it',
    async (state) => {
      const home = temporaryFolder();
      const { runs } = await living({}, home);
      const { db, runs: other } = lookAt(home);
      const { id } = other.create(newRun({ ownerId: 'other', owner: await deadProcess(), queue: 'held' }));
      db.run('UPDATE runs SET state = ?, queue_position = NULL WHERE id = ?', state, id);
      expect(value(runs.stop(id)).state).toBe('interrupted');
    },
  );
});

it('a run whose steps lie in the database already counts only those beyond', async () => {
  // Others may have stored more than the run's row tells: a row of a step is never written twice.
  const { home, runs } = await living({});
  const { metrics, runs: store } = lookAt(home);
  const { id } = value(runs.start(request({ queue: 'held' })));
  metrics.addSteps(id, [step(1, { loss: 7 })]);
  expect(store.get(id)!.step).toBe(1);
  runs.hold(id, false);
  await until(runs, id, trained);
  await runs.finished(id);
  expect(losses(runs, id)).toEqual([7, ...LOSSES.slice(1)]);
});

it('a waiting run whose process died before its turn is continued by a terminal', async () => {
  const home = temporaryFolder();
  const { runs: other } = lookAt(home);
  const { id } = other.create(newRun({ ownerId: 'other', owner: await deadProcess() }));
  const { runs } = await serviceOn(home, scriptedHost('complete'), { share: 'own' });
  expect(value(runs.get(id)).state).toBe('queued');
  expect(value(runs.continueRun(id))).toMatchObject({ state: 'preparing', own: true });
  expect(value(await runs.finished(id)).state).toBe('completed');
});
