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
    [{ momentum: 0.5 }, '--momentum belongs to the optimizer sgd or muon, not to adam'],
    [{ nesterov: true }, '--nesterov belongs to the optimizer sgd or muon, not to adam'],
  ])('%j is refused with adam', (options, sentence) => {
    expect(() => changedRecipe(DEFAULT_RECIPE, options)).toThrow(sentence);
    expect(() => changedRecipe(parent, { ...options, optimizer: 'adam' })).toThrow(sentence);
  });

  it('has the kind of regularisation that its flags are for', () => {
    expect(changedRecipe(DEFAULT_RECIPE, { l2: 0.1 })).toEqual({ ...DEFAULT_RECIPE, l2: 0.1 });
    const decaying = changedRecipe(DEFAULT_RECIPE, { weightDecay: 0.1 });
    expect(decaying).toMatchObject({
      regularisation: 'decoupled',
      weightDecay: 0.1,
      regularised: 'kernels',
      l2: null,
    });
    expect(changedRecipe(DEFAULT_RECIPE, { weightDecay: 0.1, regularised: 'all' })).toMatchObject({
      regularisation: 'decoupled',
      regularised: 'all',
    });
    expect(changedRecipe(decaying, { l2: 0.2 })).toMatchObject({ regularisation: 'l2', l2: 0.2 });
    expect(changedRecipe({ ...decaying, regularised: 'all' }, { weightDecay: 0.3 })).toMatchObject({
      weightDecay: 0.3,
      regularised: 'all',
    });
  });

  it('never has both kinds without being told so', () => {
    const both = { l2: 0.1, weightDecay: 0.2 };
    for (const base of [DEFAULT_RECIPE, changedRecipe(DEFAULT_RECIPE, { weightDecay: 1 })]) {
      expect(() => changedRecipe(base, both)).toThrow(
        '--l2 and --weight-decay each ask for another regularisation; leave one out, or add --regularisation both to have both',
      );
      expect(changedRecipe(base, { ...both, regularisation: 'both' })).toMatchObject({
        regularisation: 'both',
        ...both,
      });
    }
    expect(() => changedRecipe(DEFAULT_RECIPE, { regularisation: 'l2', weightDecay: 0.2 })).toThrow(
      '--weight-decay belongs to the regularisation decoupled or both, not to l2; add --regularisation decoupled or leave it out',
    );
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
