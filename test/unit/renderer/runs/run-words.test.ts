import { describe, expect, it } from 'vitest';
import { findPreset } from '../../../../src/architecture/presets';
import {
  architectureTitle,
  elapsedSeconds,
  epochWords,
  freeRunName,
  phaseWords,
  progressOf,
  recipeWords,
} from '../../../../src/renderer/components/runs/run-words';
import { DEFAULT_RECIPE, type RunLive } from '../../../../src/shared/domain';
import { sampleRun } from './sample';

const live = (over: Partial<RunLive> = {}): RunLive => ({
  runId: 1,
  phase: 'training',
  imagesPerSecond: 500,
  secondsLeft: 60,
  memoryBytes: 1e9,
  cores: null,
  fraction: null,
  stalled: null,
  ...over,
});

describe('progress', () => {
  it('is the share of the steps', () => {
    expect(progressOf({ step: 785, totalSteps: 1570, state: 'running' })).toBe(0.5);
  });

  it('is nothing before the steps are known', () => {
    expect(progressOf({ step: 0, totalSteps: 0, state: 'preparing' })).toBe(0);
  });

  it('names the epoch under way, and counts the finished ones at the end', () => {
    expect(epochWords(sampleRun({ state: 'running', epoch: 2 }))).toBe('epoch 3 of 10');
    expect(epochWords(sampleRun({ state: 'stopping', epoch: 10 }))).toBe('epoch 10 of 10');
    expect(epochWords(sampleRun({ state: 'stopped', epoch: 2 }))).toBe('2 of 10 epochs');
    expect(epochWords(sampleRun({ state: 'completed', epochs: 1, epoch: 1 }))).toBe('1 epoch');
  });
});

describe('phase', () => {
  it('says what the trainer does, with its share where one is known', () => {
    expect(phaseWords({ state: 'preparing' }, undefined)).toBe('starting the trainer');
    expect(phaseWords({ state: 'preparing' }, live({ phase: 'loading TensorFlow' }))).toBe(
      'loading TensorFlow',
    );
    expect(phaseWords({ state: 'running' }, live({ phase: 'validating', fraction: 0.4 }))).toBe(
      'validating, 40 %',
    );
    expect(phaseWords({ state: 'running' }, live({ fraction: 0.4 }))).toBe('training');
    expect(phaseWords({ state: 'stopping' }, live())).toBe('stopping after this step');
  });
});

describe('elapsed time', () => {
  it('follows the clock while the run is active and stands still afterwards', () => {
    expect(elapsedSeconds({ state: 'running', startedAt: 1000, seconds: 2, seams: [] }, 6000)).toBe(5);
    expect(elapsedSeconds({ state: 'completed', startedAt: 1000, seconds: 2, seams: [] }, 6000)).toBe(2);
    expect(elapsedSeconds({ state: 'preparing', startedAt: null, seconds: 0, seams: [] }, 6000)).toBeNull();
  });

  it('never falls behind what was measured', () => {
    expect(elapsedSeconds({ state: 'running', startedAt: 1000, seconds: 9, seams: [] }, 6000)).toBe(9);
  });
});

describe('names', () => {
  const preset = findPreset('resnet18-cifar')!;

  it('gives a preset its title, and anything else its own name', () => {
    expect(architectureTitle(preset.architecture)).toBe('ResNet-18, CIFAR stem');
    expect(architectureTitle({ ...preset.architecture, classes: 100 })).toBe('resnet18-cifar');
  });

  it('counts on where the name of a run is taken', () => {
    const architecture = findPreset('resnet18')!.architecture;
    expect(freeRunName(architecture, 'Shapes', [])).toBe('ResNet-18 on Shapes');
    expect(freeRunName(architecture, 'Shapes', ['ResNet-18 on Shapes', 'ResNet-18 on Shapes (2)'])).toBe(
      'ResNet-18 on Shapes (3)',
    );
  });

  it('says the recipe in a line', () => {
    expect(recipeWords(DEFAULT_RECIPE)).toBe('Adam, learning rate 0.001, batch 64');
    expect(recipeWords({ ...DEFAULT_RECIPE, optimizer: 'sgd', nesterov: true, learningRate: 0.1 })).toBe(
      'SGD, momentum 0.9 (Nesterov), learning rate 0.1, batch 64',
    );
    expect(recipeWords({ ...DEFAULT_RECIPE, clipNorm: 1, weightDecay: 0.01 })).toBe(
      'Adam, learning rate 0.001, clip norm 1, weight decay 0.01, batch 64',
    );
  });
});
