import { describe, expect, it } from 'vitest';
import { nameProblem } from '../../../../../src/architecture/names';
import { findPreset } from '../../../../../src/architecture/presets';
import {
  elapsedSeconds,
  describeEmptyCurve,
  describeEpochs,
  freeForkName,
  freeRunName,
  describePhase,
  progressOf,
  describeQueuePlace,
  stateLabel,
  formatTimeLeft,
} from '../../../../../src/renderer/features/runs/describe-run';
import { hasDiverged } from '../../../../../src/shared/divergence';
import type { RunLive } from '../../../../../src/shared/run';
import { sampleRun } from './sample';

const live = (over: Partial<RunLive> = {}): RunLive => ({
  runId: 1,
  phase: 'training',
  imagesPerSecond: 500,
  secondsLeft: 60,
  memoryBytes: 1e9,
  cores: 1.9,
  gpuMemory: null,
  fraction: null,
  stalled: null,
  ...over,
});

describe('what stands in the place of a curve without a point', () => {
  it.each([
    ['running', 'The curve begins with the first step: loading data.'],
    ['queued', 'The curve begins when the run has left the queue.'],
    ['paused', 'The run was paused before its first step.'],
    ['stopped', 'The run ended before its first step.'],
    ['failed', 'The run ended before its first step.'],
  ] as const)('of a run that is %s', (state, text) => {
    expect(describeEmptyCurve(sampleRun({ state }), live({ phase: 'loading data' }))).toBe(text);
  });
});

describe('progress', () => {
  it('is the share of the steps', () => {
    expect(progressOf(sampleRun({ step: 785, totalSteps: 1570, state: 'running' }))).toBe(0.5);
  });

  it('is nothing before the steps are known', () => {
    expect(progressOf(sampleRun({ step: 0, totalSteps: 0, state: 'preparing' }))).toBe(0);
  });

  it('names the epoch under way, and counts the finished ones at the end', () => {
    expect(describeEpochs(sampleRun({ state: 'running', epoch: 2 }))).toBe('epoch 3 of 10');
    expect(describeEpochs(sampleRun({ state: 'stopping', epoch: 10 }))).toBe('epoch 10 of 10');
    expect(describeEpochs(sampleRun({ state: 'stopped', epoch: 2 }))).toBe('2 of 10 epochs');
    expect(describeEpochs(sampleRun({ state: 'completed', epochs: 1, epoch: 1 }))).toBe('1 epoch');
  });
});

describe('phase', () => {
  it('says what the trainer does, with its share where one is known', () => {
    expect(describePhase({ state: 'preparing' }, undefined)).toBe('starting the trainer');
    expect(describePhase({ state: 'preparing' }, live({ phase: 'loading TensorFlow' }))).toBe(
      'loading TensorFlow',
    );
    expect(describePhase({ state: 'running' }, live({ phase: 'validating', fraction: 0.4 }))).toBe(
      'validating, 40 %',
    );
    expect(describePhase({ state: 'running' }, live({ fraction: 0.4 }))).toBe('training');
    expect(describePhase({ state: 'stopping' }, live())).toBe('stopping after this step');
    expect(describePhase({ state: 'pausing' }, live())).toBe('pausing after this step');
    expect(describePhase({ state: 'pausing' }, live({ phase: 'writing a checkpoint' }))).toBe(
      'writing a checkpoint',
    );
    expect(describePhase({ state: 'preparing' }, live({ phase: 'loading the checkpoint' }))).toBe(
      'loading the checkpoint',
    );
  });

  it('says first that nothing is heard', () => {
    expect(describePhase({ state: 'running' }, live({ stalled: 'Nothing heard for a minute.' }))).toBe(
      'stalled',
    );
  });
});

describe('the time left', () => {
  it('is estimated until the trainer knows it', () => {
    expect(formatTimeLeft({ state: 'preparing' }, undefined)).toBe('estimating…');
    expect(formatTimeLeft({ state: 'running' }, live({ secondsLeft: null }))).toBe('estimating…');
    expect(formatTimeLeft({ state: 'running' }, live({ secondsLeft: 125 }))).toBe('2 min 05 s');
  });

  it('is not told of a run that stalls or is about to leave', () => {
    expect(formatTimeLeft({ state: 'running' }, live({ stalled: 'Nothing heard for a minute.' }))).toBe('–');
    expect(formatTimeLeft({ state: 'pausing' }, live())).toBe('–');
    expect(formatTimeLeft({ state: 'stopping' }, live())).toBe('–');
  });
});

describe('elapsed time', () => {
  it('follows the clock while the run is active and stands still afterwards', () => {
    expect(elapsedSeconds(sampleRun({ state: 'running', startedAt: 1000, seconds: 2, gaps: [] }), 6000)).toBe(
      5,
    );
    expect(
      elapsedSeconds(sampleRun({ state: 'completed', startedAt: 1000, seconds: 2, gaps: [] }), 6000),
    ).toBe(2);
    expect(
      elapsedSeconds(sampleRun({ state: 'preparing', startedAt: null, seconds: 0, gaps: [] }), 6000),
    ).toBeNull();
  });

  it('never falls behind what was measured', () => {
    expect(elapsedSeconds(sampleRun({ state: 'running', startedAt: 1000, seconds: 9, gaps: [] }), 6000)).toBe(
      9,
    );
  });
});

describe('a run that was away', () => {
  const gap = { step: 5, at: 0, lostSteps: 0, lostSeconds: 3, reason: 'Paused.' };

  it('has not lasted for the time it was away', () => {
    expect(
      elapsedSeconds(sampleRun({ state: 'running', startedAt: 1000, seconds: 1, gaps: [gap] }), 9000),
    ).toBe(5);
  });

  it('stands still until its first step, before its gap is known', () => {
    expect(
      elapsedSeconds(sampleRun({ state: 'preparing', startedAt: 1000, seconds: 2, gaps: [] }), 9000),
    ).toBe(2);
  });
});

describe('the queue in words', () => {
  it.each([
    [{ place: 1, held: false }, 'Queued', 'next in the queue'],
    [{ place: 3, held: false }, 'Queued', 'place 3 in the queue'],
    [{ place: 1, held: true }, 'Held', 'held in the queue'],
  ])('%j', (queue, label, words) => {
    expect([stateLabel(sampleRun({ state: 'queued', queue })), describeQueuePlace({ queue })]).toEqual([
      label,
      words,
    ]);
  });
});

it('a run that cannot be read is in no other state', () => {
  expect(stateLabel(sampleRun({ unreadable: 'It cannot be read.' }))).toBe('Unreadable');
});

describe('a loss that went astray', () => {
  it.each([
    [
      'failed',
      'The loss became not a number (NaN) at step 731 (epoch 5), so training cannot continue.',
      true,
    ],
    ['failed', 'The validation loss became infinite after epoch 2, so training cannot continue.', true],
    ['failed', 'The training process was ended.', false],
    ['failed', null, false],
    ['queued', 'The loss became infinite at step 2.', false],
  ] as const)('%s: %s', (state, reason, astray) => {
    expect(hasDiverged({ state, reason })).toBe(astray);
  });
});

describe('names', () => {
  it('counts forks on, also those of forks', () => {
    expect(freeForkName('one', [])).toBe('one (fork)');
    expect(freeForkName('one (fork)', ['one (fork)'])).toBe('one (fork 2)');
    expect(freeForkName('one (fork 2)', ['one (fork)', 'one (fork 2)'])).toBe('one (fork 3)');
  });

  it('counts on where the name of a run is taken', () => {
    const architecture = findPreset('resnet18')!.architecture;
    expect(freeRunName(architecture, 'Shapes', [])).toBe('ResNet-18 on Shapes');
    // One that main takes: short enough, and without the marks that keep it apart on the page.
    const own = freeRunName({ ...architecture, name: 'ש'.repeat(200) }, 'Shapes', []);
    expect(nameProblem(own)).toBeNull();
    const fork = freeForkName('x'.repeat(200), [`${'x'.repeat(188)} (fork)`]);
    expect([fork, nameProblem(fork)]).toEqual([`${'x'.repeat(188)} (fork 2)`, null]);
    expect(freeRunName(architecture, 'Shapes', ['ResNet-18 on Shapes', 'ResNet-18 on Shapes (2)'])).toBe(
      'ResNet-18 on Shapes (3)',
    );
  });
});
