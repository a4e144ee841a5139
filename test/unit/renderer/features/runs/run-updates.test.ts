import { describe, expect, it } from 'vitest';
import { isAsBefore, newer, withMetrics } from '../../../../../src/renderer/features/runs/run-updates';
import type { StepMetric } from '../../../../../src/shared/metrics';
import { sampleEpoch, sampleRun } from './sample';
import { toColumns } from '../../../../../src/shared/step-columns';

const running = sampleRun({
  state: 'running',
  step: 157,
  epoch: 1,
  best: { valAccuracy: 0.5, epoch: 1 },
  seconds: 20,
});
const step = (n: number): StepMetric => ({
  step: n,
  epoch: 1,
  loss: 1,
  crossEntropy: 1,
  accuracy: 1,
  seconds: n / 5,
  learningRate: 0.001,
});

/** As it comes from main: equal, but nothing of it the same object. */
const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('withMetrics', () => {
  it('moves steps and time on', () => {
    const next = withMetrics(running, toColumns([step(158), step(159)]), []);
    expect([next.step, next.seconds]).toEqual([159, 159 / 5]);
  });

  it('takes a better epoch as best, and a worse one as last only', () => {
    const better = withMetrics(running, toColumns([]), [sampleEpoch(2, 0.6)]);
    expect([better.epoch, better.step, better.best, better.last?.epoch]).toEqual([
      2,
      314,
      { valAccuracy: 0.6, epoch: 2 },
      2,
    ]);
    const worse = withMetrics(better, toColumns([]), [sampleEpoch(3, 0.55)]);
    expect([worse.best, worse.last?.epoch]).toEqual([{ valAccuracy: 0.6, epoch: 2 }, 3]);
  });

  it('does not take an equal one as better: the earliest best counts', () => {
    expect(withMetrics(running, toColumns([]), [sampleEpoch(2, 0.5)]).best).toEqual({
      valAccuracy: 0.5,
      epoch: 1,
    });
  });

  it('gives back the very run where nothing is new', () => {
    expect(withMetrics(running, toColumns([step(100)]), [sampleEpoch(1, 0.9)])).toBe(running);
  });
});

describe('newer', () => {
  it('takes the word of main on everything', () => {
    const said = { ...running, name: 'renamed', state: 'completed' as const, step: 200 };
    expect(newer(running, said)).toEqual(said);
    expect(newer(undefined, said)).toBe(said);
  });

  it('keeps what is known where an older word of main comes late', () => {
    const known = { ...running, state: 'completed' as const, revision: 8 };
    expect(newer(known, { ...running, revision: 7 })).toBe(known);
    const said = { ...running, name: 'renamed', revision: 9 };
    expect(newer(known, said)).toEqual(said);
  });

  it('keeps the parts of which main says the same again', () => {
    const said = copyOf({
      ...running,
      step: 200,
      revision: 9,
      recipe: { ...running.recipe!, seed: 77 },
    });
    const merged = newer(running, said);
    expect(merged).toEqual(said);
    expect(merged.architecture).toBe(running.architecture);
    expect(merged.dataset).toBe(running.dataset);
    expect(merged.recipe).toBe(said.recipe);
    expect(isAsBefore(running, newer(running, copyOf({ ...running, step: 200, revision: 9 })))).toBe(true);
  });

  it('does not go back behind metrics that have already come', () => {
    const ahead = withMetrics(running, toColumns([step(400)]), [sampleEpoch(2, 0.6)]);
    const merged = newer(ahead, { ...running, name: 'renamed' });
    expect(merged).toEqual({ ...ahead, name: 'renamed' });
  });
});

describe('a run that has only got on', () => {
  const run = sampleRun({ id: 1, state: 'running', step: 10 });

  it('is as before but for steps, seconds and how often it was told of', () => {
    expect(isAsBefore(run, { ...run, step: 20, seconds: 9, revision: run.revision + 1 })).toBe(true);
  });

  it('is another one after any other change', () => {
    expect(isAsBefore(run, { ...run, step: 20, epoch: run.epoch + 1 })).toBe(false);
    expect(isAsBefore(run, { ...run, name: 'another' })).toBe(false);
  });
});
