import { beforeEach, describe, expect, it } from 'vitest';
import { CHECKPOINT_QUERIES, CheckpointStore, GapStore } from '../../../../../src/main/db/stores/checkpoints';
import type { Db } from '../../../../../src/main/db/database';
import { openMemoryDatabase } from '../../memory-database';
import { ProcessStore } from '../../../../../src/main/db/stores/processes';
import { RunStore } from '../../../../../src/main/db/stores/runs';
import { begun, checkpointName, newCheckpoint } from '../../fixtures';

let db: Db;
let runs: RunStore;
let checkpoints: CheckpointStore;
let run: number;

beforeEach(() => {
  db = openMemoryDatabase();
  runs = new RunStore(db);
  checkpoints = new CheckpointStore(db);
  run = begun(db).id;
});

describe('a checkpoint', () => {
  it('comes back as it was stored', () => {
    const asked = newCheckpoint(run, { best: true });
    const { id } = checkpoints.add(asked);
    expect(checkpoints.byId(id)).toEqual({ ...asked, id, pinned: false, damaged: null });
  });

  it('keeps that no accuracy was measured', () => {
    const { id } = checkpoints.add(newCheckpoint(run, { kind: 'interval', valAccuracy: null }));
    expect(checkpoints.byId(id)).toMatchObject({ kind: 'interval', valAccuracy: null });
  });

  it.each([
    ['pinned', (id: number) => checkpoints.pin(id, true), { pinned: true }],
    [
      'damaged',
      (id: number) => checkpoints.markDamaged(id, 'A bit is wrong.'),
      { damaged: 'A bit is wrong.' },
    ],
  ])('is %s alone', (_what, change, expected) => {
    const [one, other] = [2, 4].map((step) => checkpoints.add(newCheckpoint(run, { step })));
    change(one!.id);
    expect(checkpoints.list(run)).toEqual([{ ...one, ...expected }, other]);
  });

  it('takes the place of one whose files were rewritten, and is whole again', () => {
    const before = checkpoints.add(newCheckpoint(run, { best: true }));
    checkpoints.pin(before.id, true);
    checkpoints.markDamaged(before.id, 'A bit is wrong.');
    const again = newCheckpoint(run, { stateSha256: 'c'.repeat(64), createdAt: 4000 });
    expect(checkpoints.add(again)).toEqual({
      ...again,
      id: before.id,
      best: true,
      pinned: true,
      damaged: null,
    });
    expect(checkpoints.list(run)).toHaveLength(1);
  });

  it('can be let go again', () => {
    const { id } = checkpoints.add(newCheckpoint(run));
    checkpoints.pin(id, true);
    checkpoints.pin(id, false);
    expect(checkpoints.byId(id)?.pinned).toBe(false);
  });

  it('goes alone, and its number never comes again', () => {
    const [one, other] = [2, 4].map((step) => checkpoints.add(newCheckpoint(run, { step })));
    checkpoints.remove(other!.id);
    expect(checkpoints.list(run)).toEqual([one]);
    expect(checkpoints.add(newCheckpoint(run, { step: 6 })).id).toBeGreaterThan(other!.id);
  });

  it('goes with its run', () => {
    const other = begun(db).id;
    checkpoints.add(newCheckpoint(run));
    const kept = checkpoints.add(newCheckpoint(other));
    runs.markDeleted([run], 1);
    new ProcessStore(db).purgeDeleted('me', () => false);
    expect(db.all('SELECT id FROM checkpoints')).toEqual([{ id: kept.id }]);
  });

  it.each<[string, (id: number) => void]>([
    ['added', () => checkpoints.add(newCheckpoint(run, { step: 4 }))],
    ['pinned', (id) => checkpoints.pin(id, true)],
    ['found damaged', (id) => checkpoints.markDamaged(id, 'A bit is wrong.')],
    ['removed', (id) => checkpoints.remove(id)],
  ])('that is %s is seen by whoever watches the run', (_what, change) => {
    const { id } = checkpoints.add(newCheckpoint(run));
    const seen = runs.revision();
    change(id);
    expect(runs.changedSince(seen).map((changed) => changed.id)).toEqual([run]);
  });
});

describe('the last checkpoint', () => {
  it('is the one furthest on, whatever order they were stored in, and of this run', () => {
    expect(checkpoints.last(run)).toBeUndefined();
    for (const step of [2, 6, 4]) checkpoints.add(newCheckpoint(run, { step }));
    checkpoints.add(newCheckpoint(begun(db).id, { step: 8 }));
    expect(checkpoints.last(run)?.step).toBe(6);
    expect(checkpoints.list(run).map(({ step }) => step)).toEqual([2, 4, 6]);
  });

  it('is the later one of two at the same step', () => {
    checkpoints.add(newCheckpoint(run, { file: checkpointName(1) }));
    checkpoints.add(newCheckpoint(run, { file: checkpointName(7), kind: 'pause' }));
    expect(checkpoints.last(run)?.file).toBe(checkpointName(7));
  });

  it('is the one before where that is damaged', () => {
    const [first, second] = [2, 4].map((step) => checkpoints.add(newCheckpoint(run, { step })));
    checkpoints.markDamaged(second!.id, 'Its hash differs.');
    expect(checkpoints.last(run)).toEqual(first);
    checkpoints.markDamaged(first!.id, 'Its hash differs.');
    expect(checkpoints.last(run)).toBeUndefined();
  });
});

describe('the best checkpoint', () => {
  it('is the last that was called so, and only one is', () => {
    expect(checkpoints.best(run)).toBeUndefined();
    const other = begun(db).id;
    checkpoints.add(newCheckpoint(other, { best: true }));
    for (const [step, best] of [
      [2, true],
      [4, true],
      [6, false],
    ] as const)
      checkpoints.add(newCheckpoint(run, { step, best }));
    expect(checkpoints.best(run)?.step).toBe(4);
    expect(checkpoints.list(run).map(({ best }) => best)).toEqual([false, true, false]);
    expect(checkpoints.best(other)?.step).toBe(2);
  });

  it('is none where it is damaged', () => {
    const { id } = checkpoints.add(newCheckpoint(run, { best: true }));
    checkpoints.markDamaged(id, 'Its hash differs.');
    expect(checkpoints.best(run)).toBeUndefined();
  });
});

describe('gaps', () => {
  it('come back in order, of their run alone, also two at one step', () => {
    const gaps = new GapStore(db);
    const gap = { step: 40, at: 5000, lostSeconds: 12.5, lostSteps: 3, reason: 'The trainer was killed.' };
    const again = { ...gap, at: 4000, lostSteps: 0 };
    gaps.add(run, gap);
    gaps.add(begun(db).id, { ...gap, step: 1 });
    gaps.add(run, again);
    expect(gaps.list(run)).toEqual([gap, again]);
  });
});

describe('queries', () => {
  it.each(Object.entries(CHECKPOINT_QUERIES))('%s uses an index and sorts nothing', (_name, sql) => {
    const plan = db
      .all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, run)
      .map(({ detail }) => detail)
      .join('\n');
    expect(plan).toMatch(/SEARCH (checkpoints|gaps) USING/);
    expect(plan).not.toMatch(/SCAN|TEMP B-TREE/);
  });
});

describe('the table of runs', () => {
  const set = (sql: string): unknown => db.run(`UPDATE runs SET ${sql} WHERE id = ${run}`);

  it.each([
    "state = 'queued', queue_position = 1.5, owner_id = NULL, owner_pid = NULL",
    "state = 'paused', owner_id = NULL, owner_pid = NULL",
    "state = 'pausing', wanted = 'pause'",
    "state = 'interrupted', parent_id = 99, parent_step = 5",
  ])('takes %s', (sql) => {
    expect(set(sql)).toBe(1);
  });

  it.each([
    ['a state that does not exist', "state = 'asleep'"],
    ['a place in the queue of a run that does not wait', 'queue_position = 1'],
    ['an active run that nobody trains', 'owner_id = NULL, owner_pid = NULL'],
    ['half an owner', "state = 'paused', owner_id = NULL"],
    ['a request that does not exist', "wanted = 'jump'"],
  ])('refuses %s', (_what, sql) => {
    expect(() => set(sql)).toThrow('CHECK constraint failed');
  });
});
