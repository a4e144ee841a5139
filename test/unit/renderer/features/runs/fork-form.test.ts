import { describe, expect, it } from 'vitest';
import { checkFork, firstCheckpoint, forkFields } from '../../../../../src/renderer/features/runs/fork-form';
import { fieldsOf } from '../../../../../src/renderer/features/runs/recipe-form';
import { sampleCheckpoint } from './sample';
import { DEFAULT_RECIPE } from '../../../../../src/shared/recipe';
import { findPreset } from '../../../../../src/architecture/presets';

const parent = {
  architecture: findPreset('resnet18')!.architecture,
  recipe: { ...DEFAULT_RECIPE, epochs: 10, learningRate: 0.01, validationSplit: 0 },
  dataset: { id: 'shapes' as const, title: 'Shapes', sha256: null, trainCount: 10_000, evalCount: 2_000 },
  parent: null,
};

describe('the fields of a fork', () => {
  it('are the parent’s recipe', () => {
    expect(forkFields(parent, { epoch: 4 }, false)).toEqual(fieldsOf(parent.recipe));
  });

  it('have as many epochs again at the parent’s end', () => {
    expect(forkFields(parent, { epoch: 10 }, false).epochs).toBe('20');
  });

  it('have a tenth of the learning rate after a loss that went astray', () => {
    expect(forkFields(parent, null, true).learningRate).toBe('0.001');
  });
});

describe('the first checkpoint of a fork', () => {
  const [newest, best] = [sampleCheckpoint({ id: 2 }), sampleCheckpoint({ id: 1, best: true })];

  it('is the newest, but the best of a run that ended early to restore it', () => {
    const ended = { ...parent, state: 'completed' as const, reason: 'Ended early after epoch 4.' };
    expect(firstCheckpoint({ ...ended, reason: null }, [newest, best])).toBe(newest);
    expect(firstCheckpoint(ended, [newest, best])).toBe(best);
    expect(firstCheckpoint(ended, [newest])).toBe(newest);
    expect(firstCheckpoint(ended, [])).toBeNull();
    const without = { ...parent.recipe, restoreBest: false };
    expect(firstCheckpoint({ ...ended, recipe: without }, [newest, best])).toBe(newest);
  });
});

describe('checking a fork', () => {
  const fields = fieldsOf(parent.recipe);

  it('passes on a recipe that leaves something to train', () => {
    expect(checkFork(fields, { epoch: 9, step: 1413 }, parent).recipe).toEqual(parent.recipe);
  });

  it('refuses epochs that are done already', () => {
    expect(checkFork(fields, { epoch: 10, step: 1570 }, parent)).toEqual({
      recipe: null,
      problems: { epochs: 'Epochs must be more than the 10 already completed at the checkpoint.' },
    });
  });

  it('counts the parent’s steps into the length of the run', () => {
    const warmed = { ...fields, warmup: 'steps' as const, epochs: '11' };
    const at = { epoch: 10, step: 1570 };
    expect(checkFork({ ...warmed, warmupLength: '1726' }, at, parent).problems).toEqual({});
    expect(checkFork({ ...warmed, warmupLength: '1727' }, at, parent).problems.warmupLength).toMatch(
      /^A warm-up of 1,727 steps is no shorter than the run, which has 1,727/,
    );
  });

  it('names a crop that the images are too small for', () => {
    expect(checkFork({ ...fields, crop: '32' }, { epoch: 0, step: 0 }, parent).problems).toEqual({
      crop: 'Crop can be at most 31 pixels, not 32: the images of Shapes have 32x32.',
    });
  });

  it('keeps to the rules of every recipe', () => {
    expect(
      checkFork({ ...fields, learningRate: 'x' }, { epoch: 0, step: 0 }, parent).problems.learningRate,
    ).toBe('Learning rate must be a number.');
  });
});
