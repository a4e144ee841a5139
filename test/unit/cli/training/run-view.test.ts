import { beforeEach, describe, expect, it } from 'vitest';
import { outcome, RunView, type ViewSink } from '../../../../src/cli/training/run-view';
import type { ProgressState } from '../../../../src/cli/terminal/progress';
import { aLive, anEpoch, aRun, aStep, queued } from '../fake-runs';

let states: ProgressState[];
let logged: string[];
let events: [string, object][];
let sink: ViewSink;

beforeEach(() => {
  states = [];
  logged = [];
  events = [];
  sink = {
    update: (state) => states.push(state),
    log: (line) => logged.push(line),
    event: (name, fields) => events.push([name, fields]),
  };
});

const labels = (): string[] => states.map(({ label }) => label);

describe('a run that waits', () => {
  it('tells what it waits for, once for each change of it', () => {
    const run = queued(7, 2);
    const view = new RunView(run, sink);
    const busy = aRun({ id: 5, state: 'running' });
    view.onRun(run, () => [run, queued(6, 1), busy]);
    view.onRun(run, () => [run, queued(6, 1), busy]);
    view.onRun(queued(7, 1), () => [busy]);
    expect(labels()).toEqual([
      'Run 7 waits in the queue: 2 before it (run 5 trains, run 6 waits)',
      'Run 7 waits in the queue: 1 before it (run 5 trains)',
    ]);
    expect(events).toEqual([
      ['queue', { place: 2, held: false, training: [5], before: [6] }],
      ['queue', { place: 1, held: false, training: [5], before: [] }],
    ]);
  });

  it('says so where somebody else trains it', () => {
    const view = new RunView(queued(7, 1), sink);
    view.onRun(queued(7, 1), () => []);
    view.onRun(aRun({ own: false }), () => []);
    expect(logged).toEqual(['Run 7 is trained by another window or terminal.']);
  });
});

describe('a run that is resumed', () => {
  it('tells the gap once, with the steps that are repeated', () => {
    const old = { step: 4, at: 1000, lostSeconds: 9, lostSteps: 0, reason: 'Paused by the user.' };
    const gap = { step: 10, at: 2000, lostSeconds: 60, lostSteps: 3, reason: 'Its process was gone.' };
    const run = aRun({ gaps: [old] });
    const view = new RunView(run, sink);
    view.onRun({ ...run, gaps: [old, gap] }, () => []);
    view.onRun({ ...run, gaps: [old, gap] }, () => []);
    expect(logged).toEqual(['Run 7 resumes after step 10 (3 steps repeated): Its process was gone.']);
    expect(events).toEqual([['gap', gap]]);
  });

  it('counts the steps of the open epoch that were made before', () => {
    const view = new RunView(aRun({ epoch: 1, step: 12, state: 'running' }), sink, [
      aStep(11, { loss: 1 }),
      aStep(12, { loss: 2 }),
    ]);
    view.onLive(aLive());
    view.onMetrics([aStep(13, { loss: 6 })], []);
    expect(states[states.length - 1]).toEqual({
      label: 'Epoch 2/2',
      fraction: 0.3,
      tail: '3/10  loss 3.0000  accuracy 25.00 %  64.0 img/s  0:10 left',
    });
  });
});

it.each([
  // The parent's batches of 64 made 314 steps of two epochs; this run makes ten of each.
  ['between two epochs', { step: 314, images: 20_000 }, 317, 3, '3/10', 0.3],
  ['in its next epoch', { step: 314, images: 20_000 }, 329, 4, '5/10', 0.5],
  // 6,800 images are left of the second epoch.
  ['within an epoch', { step: 207, images: 13_200 }, 208, 2, '1/7', 1 / 7],
])('counts the steps of a fork with larger batches, taken %s', (_when, origin, at, epoch, tail, fraction) => {
  const run = aRun({ epochs: 4, epoch: epoch - 1, state: 'running', parent: { id: 3, ...origin } });
  const view = new RunView({ ...run, totalSteps: 1000, recipe: { ...run.recipe, epochs: 4 } }, sink);
  view.onLive(aLive());
  view.onMetrics([aStep(at, { epoch })], []);
  const { label, fraction: shown, tail: text } = states[states.length - 1]!;
  expect([label, shown, text.split('  ')[0]]).toEqual([`Epoch ${epoch}/4`, fraction, tail]);
});

it('shows the phases before the first step', () => {
  const view = new RunView(aRun(), sink);
  view.onLive(aLive({ phase: 'loading TensorFlow', imagesPerSecond: null }));
  view.onLive(aLive({ phase: 'loading the checkpoint', imagesPerSecond: null, fraction: 0.5 }));
  expect(states).toEqual([
    { label: 'Loading TensorFlow', fraction: null, tail: '' },
    { label: 'Loading the checkpoint', fraction: 0.5, tail: '' },
  ]);
  expect(events).toEqual([
    ['phase', { phase: 'loading TensorFlow' }],
    ['phase', { phase: 'loading the checkpoint' }],
  ]);
});

it('tells a stall once, and what it reports with it', () => {
  const view = new RunView(aRun(), sink);
  const stalled = 'Nothing was heard for 60 s.';
  view.onLive(aLive({ stalled }));
  view.onLive(aLive({ stalled }));
  expect(logged).toEqual([stalled]);
  expect(events.filter(([name]) => name === 'live')[0]).toEqual([
    'live',
    { imagesPerSecond: 64, secondsLeft: 10, memoryBytes: 1e8, cores: 1.5, gpuMemory: null, stalled },
  ]);
});

it("shows nothing older after an epoch's figures", () => {
  const view = new RunView(aRun({ state: 'running' }), sink);
  view.onLive(aLive());
  view.onMetrics([aStep(10)], [anEpoch(1)]);
  const shown = states.length;
  view.onLive(aLive());
  expect(states.length).toBe(shown);
  expect(logged).toEqual([
    'Epoch 1/2  loss 2.0000  accuracy 25.00 %  val loss 2.5000  val accuracy 50.00 %  10.0 s  64.0 img/s',
  ]);
});

it('says what the average of the weights reached', () => {
  new RunView(aRun(), sink).onMetrics([], [{ ...anEpoch(1), emaValAccuracy: 0.625 }]);
  expect(logged[0]).toMatch(/ {2}val accuracy 50\.00 % {2}EMA val accuracy 62\.50 % {2}/);
});

describe('the outcome in words', () => {
  const best = { valAccuracy: 0.5, epoch: 1 };
  it.each([
    [
      { state: 'completed', step: 20, seconds: 125, best } as const,
      'completed in 2 min 05 s; best validation accuracy 50.00 % in epoch 1',
    ],
    [{ state: 'paused', step: 12 } as const, 'is paused after 12 steps'],
    [{ state: 'stopped', step: 1 } as const, 'stopped after 1 step'],
    [{ state: 'stopped', step: 0 } as const, 'was stopped before its first step'],
    [
      { state: 'interrupted', step: 3, best } as const,
      'interrupted after 3 steps; best validation accuracy 50.00 % in epoch 1',
    ],
  ])('%j', (change, words) => expect(outcome(aRun(change))).toBe(words));
});

it('says of an epoch what the caller has to say of it, behind its figures', () => {
  const view = new RunView(aRun(), { ...sink, remark: ({ epoch }) => `remark on ${epoch}` });
  view.onMetrics([], [anEpoch(1)]);
  expect(logged[0]).toMatch(/^Epoch +1\/.* remark on 1$/);
});
