import { describe, expect, it } from 'vitest';
import { checkFork, forkFields } from '../../../../../src/renderer/features/runs/fork-form';
import { fieldsOf } from '../../../../../src/renderer/features/runs/recipe-form';
import { DEFAULT_RECIPE } from '../../../../../src/shared/recipe';

const parent = { recipe: { ...DEFAULT_RECIPE, epochs: 10, learningRate: 0.01 } };

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

describe('checking a fork', () => {
  const fields = fieldsOf(parent.recipe);

  it('passes on a recipe that leaves something to train', () => {
    expect(checkFork(fields, { epoch: 9 }).recipe).toEqual(parent.recipe);
  });

  it('refuses epochs that are done already', () => {
    expect(checkFork(fields, { epoch: 10 })).toEqual({
      recipe: null,
      problems: { epochs: 'Epochs must be more than the 10 already completed at the checkpoint.' },
    });
  });

  it('keeps to the rules of every recipe', () => {
    expect(checkFork({ ...fields, learningRate: 'x' }, { epoch: 0 }).problems.learningRate).toBe(
      'Learning rate must be a number.',
    );
  });
});
