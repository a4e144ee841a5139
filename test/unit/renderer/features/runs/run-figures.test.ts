import { describe, expect, it } from 'vitest';
import { runFigures, runHeadline } from '../../../../../src/renderer/features/runs/run-figures';
import type { Run, RunLive } from '../../../../../src/shared/run';
import { sampleEpoch, sampleRun } from './sample';

const live: RunLive = {
  runId: 1,
  phase: 'training',
  imagesPerSecond: 512,
  secondsLeft: 3720,
  memoryBytes: 1.5e9,
  cores: 1.9,
  gpuMemory: null,
  fraction: null,
  stalled: null,
};
const running = sampleRun({
  state: 'running',
  step: 471,
  epoch: 3,
  best: null,
  last: null,
  startedAt: 1_000_000,
  seconds: 60,
});
const now = 1_000_000 + 90_000;

const figures = (run: Run, of?: RunLive): Record<string, string> =>
  Object.fromEntries(runFigures(run, of, now).map(({ label, value }) => [label, value]));

describe('the figures of a run', () => {
  it('tell of a run that trains how fast it is, what it takes and when it will be done', () => {
    expect(figures(running, live)).toEqual({
      Step: '471 of 1,570',
      Elapsed: '1 min 30 s',
      'Time left': '1 h 02 min',
      Speed: '512 img/s',
      Memory: '1.4 GiB',
      'CPU cores in use': '1.9 of 2',
      'Best validation': '–',
      'Last validation': '–',
    });
  });

  it('say that the end is being estimated until it is', () => {
    expect(figures(running)).toMatchObject({ 'Time left': 'estimating…', Speed: '–', Memory: '–' });
  });

  it('know neither speed nor end of one that stalls', () => {
    expect(figures(running, { ...live, stalled: 'Nothing was heard.' })).toMatchObject({
      'Time left': '–',
      Speed: '–',
    });
  });

  it('have the memory of a GPU where it trains on one', () => {
    const gpuMemory = { usedBytes: 2e9, totalBytes: 8e9 };
    expect(Object.keys(figures(running, { ...live, gpuMemory }))).toContain('GPU memory');
    expect(Object.keys(figures(running, live))).not.toContain('GPU memory');
  });

  it('tell of a run that has ended what its last epoch took, and what it reached', () => {
    const ended = sampleRun({
      best: { valAccuracy: 0.7, epoch: 9 },
      last: sampleEpoch(10, 0.69, { imagesPerSecond: 480, memoryBytes: 2e9 }),
      seconds: 200,
    });
    expect(figures(ended)).toEqual({
      Step: '1,570 of 1,570',
      Elapsed: '3 min 20 s',
      'Speed, last epoch': '480 img/s',
      Memory: '1.86 GiB',
      'Best validation, epoch 9': '70.00 %',
      'Last validation': '69.00 %',
    });
  });

  it('of a run that never began are unknown', () => {
    expect(figures({ ...running, state: 'queued', step: 0, startedAt: null })).toMatchObject({
      Step: '0 of 1,570',
      Elapsed: '–',
      'Speed, last epoch': '–',
    });
  });
});

describe('the headline of a run', () => {
  it.each<[string, Partial<Run>, RunLive | undefined]>([
    ['Epoch 4 of 10, training', {}, live],
    ['Epoch 4 of 10, validating, 40 %', {}, { ...live, phase: 'validating', fraction: 0.4 }],
    ['Epoch 4 of 10, stalled', {}, { ...live, stalled: 'Nothing was heard.' }],
    ['Epoch 4 of 10, pausing after this step', { state: 'pausing' }, live],
    ['3 of 10 epochs, next in the queue', { state: 'queued', queue: { place: 1, held: false } }, undefined],
    ['3 of 10 epochs', { state: 'stopped' }, undefined],
    ['10 epochs', { state: 'completed', epoch: 10 }, undefined],
  ])('%s', (headline, over, of) => {
    expect(runHeadline({ ...running, ...over }, of)).toBe(headline);
  });
});
