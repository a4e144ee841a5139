import { describe, expect, it } from 'vitest';
import { changedRecipe, checkedName } from '../../../../src/cli/flags/recipe';
import { DEFAULT_RECIPE, type Recipe } from '../../../../src/shared/recipe';

const parent: Recipe = {
  ...DEFAULT_RECIPE,
  optimizer: 'sgd',
  momentum: 0.8,
  nesterov: true,
  epochs: 3,
  seed: 9,
  limitTrain: 100,
};

describe('a changed recipe', () => {
  it('keeps what no flag names', () => expect(changedRecipe(parent, {})).toEqual(parent));

  it('has what the flags say', () => {
    expect(
      changedRecipe(parent, { epochs: 5, batchSize: 8, lr: 0.01, momentum: 0.5, nesterov: false }),
    ).toEqual({ ...parent, epochs: 5, batchSize: 8, learningRate: 0.01, momentum: 0.5, nesterov: false });
  });

  it('may leave sgd without a word on momentum', () => {
    expect(changedRecipe(parent, { optimizer: 'adam' })).toEqual({ ...parent, optimizer: 'adam' });
  });

  it.each([
    [{ momentum: 0.5 }, '--momentum belongs to the optimizer sgd, not to adam'],
    [{ nesterov: true }, '--nesterov belongs to the optimizer sgd, not to adam'],
  ])('%j is refused with adam', (options, sentence) => {
    expect(() => changedRecipe(DEFAULT_RECIPE, options)).toThrow(sentence);
    expect(() => changedRecipe(parent, { ...options, optimizer: 'adam' })).toThrow(sentence);
  });

  it('is checked as a whole', () => {
    expect(() => changedRecipe(parent, { epochs: 100_001 })).toThrow('epochs must be at most 100000');
  });
});

describe('a name', () => {
  it('loses the blanks around it', () => expect(checkedName(' a b ')).toBe('a b'));
  it('is refused where it is too long', () =>
    expect(() => checkedName('x'.repeat(201))).toThrow('--name must have at most 200 characters, got 201'));
});
