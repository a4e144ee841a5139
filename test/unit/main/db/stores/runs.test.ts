import { beforeEach, describe, expect, it } from 'vitest';
import { METRIC_QUERIES, MetricStore } from '../../../../../src/main/db/stores/metrics';
import type { Db } from '../../../../../src/main/db/database';
import { PREDICTION_QUERIES } from '../../../../../src/main/db/stores/predictions';
import { openMemoryDatabase } from '../../memory-database';
import { ProcessStore } from '../../../../../src/main/db/stores/processes';
import { QUERIES, RunStore } from '../../../../../src/main/db/stores/runs';
import { epoch, begun, newRun, step } from '../../fixtures';

let db: Db;
let runs: RunStore;
let metrics: MetricStore;
let processes: ProcessStore;

beforeEach(() => {
  db = openMemoryDatabase();
  runs = new RunStore(db);
  metrics = new MetricStore(db);
  processes = new ProcessStore(db);
});

describe('a run', () => {
  it('comes back as it was stored', () => {
    const asked = newRun();
    const run = runs.get(runs.create(asked).id);
    const { queue: _queue, plan: _plan, ...rest } = asked;
    expect(run).toMatchObject({
      ...rest,
      state: 'queued',
      queue: { place: 1, held: false },
      reason: null,
      step: 0,
      epoch: 0,
      best: null,
      last: null,
    });
  });

  it('of a time before clipping and weight decay did without them', () => {
    const { id } = runs.create(newRun());
    const { clipNorm: _clip, weightDecay: _decay, ...older } = newRun().recipe;
    db.run('UPDATE runs SET recipe = ? WHERE id = ?', JSON.stringify(older), id);
    expect(runs.get(id)!.recipe).toEqual({ ...older, clipNorm: null, weightDecay: 0 });
  });

  it.each([
    [1e-4, 0, { regularisation: 'l2', l2: 1e-4, weightDecay: 0, regularised: 'convolutions' }],
    [1e-4, 0.1, { regularisation: 'both', l2: 1e-4, weightDecay: 0.1, regularised: 'convolutions' }],
    [0, 0.1, { regularisation: 'decoupled', l2: null, weightDecay: 0.1, regularised: 'kernels' }],
    [0, 0, { regularisation: 'none', l2: null, weightDecay: 0, regularised: 'convolutions' }],
  ])('of a time when L2 was the architecture’s: %d, with weight decay %d', (l2, weightDecay, had) => {
    const asked = newRun();
    const { id } = runs.create({ ...asked, architecture: { ...asked.architecture, l2 } });
    const { regularisation: _kind, l2: _l2, regularised: _on, ...older } = asked.recipe;
    db.run('UPDATE runs SET recipe = ? WHERE id = ?', JSON.stringify({ ...older, weightDecay }), id);
    expect(runs.get(id)!.recipe).toEqual({ ...older, ...had });
    expect(runs.list().find((run) => run.id === id)?.recipe).toEqual({ ...older, ...had });
  });

  it('learns what becomes known later and keeps the rest', () => {
    const { id } = begun(db);
    const machine = { ...newRun().machine, gpu: 'a GPU' };
    runs.transition(id, 'running', null, 2000, {
      tensorflowVersion: '2.21.0',
      datasetSha256: 'abc',
      machine,
    });
    expect(runs.get(id)).toMatchObject({
      state: 'running',
      versions: { ...newRun().versions, tensorflow: '2.21.0' },
      dataset: { ...newRun().dataset, sha256: 'abc' },
      machine,
    });
  });

  it('has no plan until one becomes known, and gives it back as it was', () => {
    const { id } = begun(db);
    expect(runs.plan(id)).toBeNull();
    const plan = { 'a shape': { forward: 'native', inputGradient: 'matmul', filterGradient: 'taps' } };
    runs.transition(id, 'running', null, 2000, { plan });
    expect(runs.plan(id)).toEqual(plan);
    runs.update(id, { plan: null });
    expect(runs.plan(id)).toBeNull();
  });

  it('never gets the id of one that was removed', () => {
    const first = begun(db).id;
    runs.markDeleted([first], 1);
    processes.purgeDeleted('me', () => false);
    expect(begun(db).id).toBeGreaterThan(first);
  });
});

describe('the list of runs', () => {
  it('has the newest first and no deleted ones', () => {
    const ids = [1, 2, 3].map(() => begun(db).id);
    runs.markDeleted([ids[1]!], 5);
    expect(runs.list().map(({ id }) => id)).toEqual([ids[2], ids[0]]);
    runs.restore([ids[1]!]);
    expect(runs.list().map(({ id }) => id)).toEqual([ids[2], ids[1], ids[0]]);
  });

  it('shows progress, best and last epoch', () => {
    const { id } = begun(db);
    metrics.addSteps(id, [step(1), step(2)]);
    metrics.addEpoch(id, epoch(1, { valAccuracy: 0.7 }));
    metrics.addSteps(id, [step(3), step(4)]);
    metrics.addEpoch(id, epoch(2, { valAccuracy: 0.6 }));
    metrics.addSteps(id, [step(5)]);
    expect(runs.list()[0]).toMatchObject({
      step: 5,
      epoch: 2,
      best: { valAccuracy: 0.7, epoch: 1 },
      last: epoch(2, { valAccuracy: 0.6 }),
      // Two epochs of 0.75 s are longer than the fifth step's 1.25 s.
      seconds: 1.5,
    });
  });
});

describe('queries', () => {
  const plan = (sql: string, ...values: unknown[]): string =>
    db
      .all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values)
      .map(({ detail }) => detail)
      .join('\n');

  it('list runs without a look at the steps and with epochs by their key', () => {
    expect(plan(QUERIES.list)).not.toMatch(/steps|TEMP B-TREE/);
    expect(plan(QUERIES.list)).toContain('SEARCH e USING PRIMARY KEY (run_id=? AND epoch=?)');
  });

  it.each([
    ['one run', QUERIES.get, [1], 'SEARCH r USING INTEGER PRIMARY KEY (rowid=?)'],
    ['runs that changed', QUERIES.changedSince, [1], 'SEARCH r USING INDEX runs_by_revision (revision>?)'],
    ['active runs of others', QUERIES.activeOwners, ['me'], 'USING INDEX runs_active'],
    ['deleted runs', QUERIES.deleted, [], 'INDEX runs_deleted'],
    [
      'steps after one',
      METRIC_QUERIES.steps,
      [1, 0, 10],
      'SEARCH steps USING PRIMARY KEY (run_id=? AND step>?)',
    ],
    [
      'epochs after one',
      METRIC_QUERIES.epochs,
      [1, 0],
      'SEARCH epochs USING PRIMARY KEY (run_id=? AND epoch>?)',
    ],
    [
      'predictions of a run',
      PREDICTION_QUERIES.ofRun,
      [1],
      'SEARCH e USING PRIMARY KEY (run_id=? AND epoch=?)',
    ],
  ] as const)('read %s by an index', (_what, sql, values, part) => {
    expect(plan(sql, ...values)).toContain(part);
    expect(plan(sql, ...values)).not.toContain('TEMP B-TREE');
  });
});

describe('revisions', () => {
  it('lead a watcher to the runs that changed since its last look, each once', () => {
    const [first, second] = [begun(db).id, begun(db).id];
    const seen = runs.revision();
    expect(runs.changedSince(seen)).toEqual([]);
    metrics.addSteps(second, [step(1)]);
    metrics.addSteps(second, [step(2)]);
    expect(runs.changedSince(seen).map(({ id }) => id)).toEqual([second]);
    runs.markDeleted([first], 1);
    expect(runs.changedSince(seen).map(({ id }) => id)).toEqual([second, first]);
  });
});

describe('purging', () => {
  it('removes deleted runs with all that belongs to them, and nothing else', () => {
    const [gone, kept] = [begun(db).id, begun(db).id];
    for (const id of [gone, kept]) {
      metrics.addSteps(id, [step(1)]);
      metrics.addEpoch(id, epoch(1));
    }
    runs.markDeleted([gone], 1);
    expect(processes.purgeDeleted('me', () => false)).toBe(1);
    for (const table of ['steps', 'epochs', 'run_states']) {
      expect(db.all(`SELECT DISTINCT run_id FROM ${table}`)).toEqual([{ run_id: kept }]);
    }
    expect(runs.get(gone)).toBeUndefined();
  });

  it('waits while another process that lives may bring them back', () => {
    const { id } = begun(db);
    runs.markDeleted([id], 1);
    processes.register({ ownerId: 'me', owner: { pid: 1, start: 'a' } }, 1);
    processes.register({ ownerId: 'other', owner: { pid: 2, start: 'b' } }, 1);
    expect(processes.purgeDeleted('me', ({ pid }) => pid === 2)).toBe(0);
    expect(runs.get(id)).toBeDefined();
  });

  it('forgets processes that are dead', () => {
    processes.register({ ownerId: 'me', owner: { pid: 1, start: 'a' } }, 1);
    processes.register({ ownerId: 'other', owner: { pid: 2, start: 'b' } }, 1);
    processes.purgeDeleted('me', () => false);
    expect(db.all('SELECT owner_id FROM processes')).toEqual([{ owner_id: 'me' }]);
  });
});
