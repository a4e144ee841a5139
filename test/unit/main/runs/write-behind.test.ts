import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Db } from '../../../../src/main/db/database';
import { openMemoryDatabase } from '../memory-database';
import { GapStore } from '../../../../src/main/db/stores/checkpoints';
import { MetricStore } from '../../../../src/main/db/stores/metrics';
import { PredictionStore } from '../../../../src/main/db/stores/predictions';
import { RunStore, type StoredRun } from '../../../../src/main/db/stores/runs';
import { WriteBehind } from '../../../../src/main/runs/write-behind';
import { expected } from '../../../../src/shared/result';
import { begun, checkpointName, epoch, predicted, step } from '../fixtures';
import { fromColumns } from '../../../../src/shared/step-columns';

let db: Db;
let runs: RunStore;
let metrics: MetricStore;
let predictions: PredictionStore;
let gaps: GapStore;
let run: StoredRun;
const added: { runId: number; step: number }[] = [];
const flush = vi.fn();

beforeEach(() => {
  db = openMemoryDatabase();
  [runs, metrics, gaps] = [new RunStore(db), new MetricStore(db), new GapStore(db)];
  predictions = new PredictionStore(db);
  run = begun(db);
  runs.update(run.id, { datasetSha256: 'abc' });
  added.length = 0;
  flush.mockClear();
});

afterEach(() => {
  vi.useRealTimers();
});

const addCheckpoint = vi.fn((runId: number, { step: at }: { step: number }) => {
  added.push({ runId, step: at });
});

const buffer = (before: StoredRun = run): WriteBehind =>
  new WriteBehind(
    before,
    { db, runs, metrics, predictions, gaps, checkpoints: { add: addCheckpoint } },
    flush,
  );

const checkpoint = (at: number) => ({
  type: 'checkpoint' as const,
  step: at,
  epoch: 1,
  kind: 'epoch' as const,
  file: checkpointName(at),
  bytes: 1000,
  weightsSha256: 'a'.repeat(64),
  stateSha256: 'b'.repeat(64),
  valAccuracy: 0.5,
});
const gap = { step: 2, at: 5000, lostSeconds: 3, lostSteps: 1, reason: 'killed' };
const stepsOf = (id = run.id): number[] => [...metrics.steps(id, 0, 100).step];

describe('what a trainer reported', () => {
  it('is stored together, given back for whoever listens, and stored once', () => {
    const reports = buffer();
    reports.addSteps([step(1), step(2)]);
    reports.addEpoch(epoch(1), predicted(1, 1, 2));
    expect(stepsOf()).toEqual([]);
    expect(reports.store()).toEqual({
      steps: [step(1), step(2)],
      epochs: [epoch(1)],
      planned: null,
      durable: true,
    });
    expect(stepsOf()).toEqual([1, 2]);
    expect(metrics.epochs(run.id).map((metric) => metric.epoch)).toEqual([1]);
    expect(reports.step).toBe(2);
    expect(reports.store()).toBeNull();
  });

  it('is kept as a whole where it cannot be stored, and comes in order with what came meanwhile', () => {
    const reports = buffer();
    reports.addSteps([step(1)]);
    reports.addEpoch(epoch(1, { step: 1 }), predicted(1));
    const full = vi.spyOn(metrics, 'addEpoch').mockImplementation(() => {
      throw expected('storage', 'The disk is full.');
    });
    expect(() => reports.store()).toThrow('The disk is full.');
    expect(stepsOf()).toEqual([]);
    expect(reports.step).toBe(0);
    full.mockRestore();
    reports.addSteps([step(2)]);
    expect(reports.store()).toMatchObject({ steps: [step(1), step(2)], epochs: [epoch(1, { step: 1 })] });
    expect(stepsOf()).toEqual([1, 2]);
  });

  it('is passed over where it is stored already: steps and epochs that are repeated', () => {
    metrics.addSteps(run.id, [step(1), step(2), step(3)]);
    metrics.addEpoch(run.id, epoch(1));
    const reports = buffer(runs.get(run.id)!);
    reports.addSteps([step(3, { loss: 7 }), step(4)]);
    reports.addEpoch(epoch(1, { valLoss: 7 }), predicted(2));
    reports.addEpoch(epoch(2), predicted(1));
    expect(reports.store()).toMatchObject({ steps: [step(4)], epochs: [epoch(2)] });
    expect(fromColumns(metrics.steps(run.id, 2, 1))).toEqual([step(3)]);
    expect(metrics.epochs(run.id)[0]).toEqual(epoch(1));
  });

  it('of a validation is stored with its epoch or not at all', () => {
    const reports = buffer();
    const kept = () => predictions.ofRun(run.id).map((each) => each.epoch);
    reports.addEpoch(epoch(1), predicted(1, 1, 2));
    const failing = vi.spyOn(predictions, 'keep').mockImplementation(() => {
      throw expected('storage', 'The disk is full.');
    });
    expect(() => reports.store()).toThrow('The disk is full.');
    expect([metrics.epochs(run.id), runs.get(run.id)!.best]).toEqual([[], null]);
    failing.mockRestore();
    reports.store();
    expect([kept(), runs.get(run.id)!.best?.epoch]).toEqual([[1], 1]);

    // Several at once, and one that another process has stored meanwhile.
    reports.addEpoch(epoch(2, { valAccuracy: 0.05 }), predicted(1, 2, 2));
    reports.addEpoch(epoch(3, { valAccuracy: 0.04 }), predicted(2, 2, 2));
    metrics.addEpoch(run.id, epoch(3, { valAccuracy: 0.04 }));
    reports.store();
    expect(kept()).toEqual([1, 2]);
  });

  it('tells when the run began by its first step, durably, and single steps after it fast', () => {
    const reports = buffer();
    const write = vi.spyOn(db, 'write');
    vi.useFakeTimers({ now: 100_000, toFake: ['Date'] });
    reports.addSteps([step(1, { seconds: 4 })]);
    expect(reports.store()).toMatchObject({ durable: true });
    expect(runs.get(run.id)!.startedAt).toBe(96_000);
    expect(write.mock.calls[0]![0]).toBe('durable');
    write.mockClear();
    reports.addSteps([step(2)]);
    expect(reports.store()).toMatchObject({ durable: false });
    expect(write.mock.calls[0]![0]).toBe('fast');
    expect(runs.get(run.id)!.startedAt).toBe(96_000);
  });
});

describe('a trainer that is ready', () => {
  const plan = { 'a shape': { forward: 'native', inputGradient: 'native', filterGradient: 'native' } };

  it('makes the run one that is running, with the notice, the gap and the plan', () => {
    const reports = buffer();
    reports.setNotice('The GPU cannot be used.');
    reports.setGap(gap);
    reports.setReady({ threads: 3, plan }, null);
    expect(reports.store()).toMatchObject({ planned: { plan, choice: null }, durable: true });
    expect(runs.get(run.id)).toMatchObject({
      state: 'running',
      reason: 'The GPU cannot be used.',
      threads: 3,
      gaps: [gap],
    });
    expect(runs.plan(run.id)).toEqual(plan);
    reports.addSteps([step(1)]);
    expect(reports.store()).toMatchObject({ planned: null });
    expect(gaps.list(run.id)).toHaveLength(1);
  });

  it('of a run that was told to stop before leaves it stopping, with what became known and no gap', () => {
    runs.transition(run.id, 'stopping', null, 2000);
    const reports = buffer();
    reports.setGap(gap);
    reports.setReady({ threads: 3, plan }, null);
    reports.store();
    expect(runs.get(run.id)).toMatchObject({ state: 'stopping', threads: 3, gaps: [] });
    expect(runs.plan(run.id)).toEqual(plan);
  });
});

describe('checkpoints', () => {
  it('are stored in their order, each once', () => {
    const reports = buffer();
    expect(reports.storeCheckpoints()).toBe(false);
    for (const at of [2, 4]) reports.addCheckpoint(checkpoint(at));
    expect(reports.storeCheckpoints()).toBe(true);
    expect(added).toEqual([2, 4].map((at) => ({ runId: run.id, step: at })));
    expect(reports.storeCheckpoints()).toBe(false);
  });

  it('that cannot be stored are kept, with those after them', () => {
    const reports = buffer();
    for (const at of [2, 4, 6]) reports.addCheckpoint(checkpoint(at));
    addCheckpoint.mockImplementationOnce((runId, { step: at }) => void added.push({ runId, step: at }));
    addCheckpoint.mockImplementationOnce(() => {
      throw expected('storage', 'The disk is full.');
    });
    expect(() => reports.storeCheckpoints()).toThrow('The disk is full.');
    expect(reports.storeCheckpoints()).toBe(true);
    expect(added.map((one) => one.step)).toEqual([2, 4, 6]);
  });
});

describe('the time at which it is stored', () => {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'],
    });
  });

  it('is at once for the first step, and then a moment after what was stored last', () => {
    const reports = buffer();
    reports.addSteps([step(1)]);
    reports.plan();
    vi.advanceTimersByTime(0);
    expect(flush).toHaveBeenCalledTimes(1);
    reports.begin();
    reports.store();
    reports.addSteps([step(2)]);
    reports.plan();
    reports.plan();
    vi.advanceTimersByTime(249);
    expect(flush).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(flush).toHaveBeenCalledTimes(2);
  });

  it('is not planned twice, and starts again with each attempt', () => {
    const reports = buffer();
    reports.begin();
    reports.plan();
    reports.begin();
    vi.advanceTimersByTime(10_000);
    expect(flush).not.toHaveBeenCalled();
  });

  it('is a second later after an attempt that failed, unless that is taken back', () => {
    const reports = buffer();
    reports.retry();
    reports.plan();
    vi.advanceTimersByTime(999);
    expect(flush).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(flush).toHaveBeenCalledTimes(1);
    reports.begin();
    reports.retry();
    reports.cancel();
    vi.advanceTimersByTime(10_000);
    expect(flush).toHaveBeenCalledTimes(1);
  });
});
