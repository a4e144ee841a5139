import { describe, expect, it } from 'vitest';
import { checkFields, fieldsOf, workloadOf } from '../../../../src/renderer/components/runs/recipe-form';
import { DEFAULT_RECIPE } from '../../../../src/shared/domain';

const fields = fieldsOf(DEFAULT_RECIPE);

describe('checkFields', () => {
  it('gives back the recipe that the fields were made of', () => {
    for (const recipe of [
      DEFAULT_RECIPE,
      {
        ...DEFAULT_RECIPE,
        optimizer: 'sgd' as const,
        momentum: 0.95,
        nesterov: true,
        learningRate: 1e-7,
        limitTrain: 6400,
        limitEval: 1000,
        clipNorm: 0.5,
        weightDecay: 5e-4,
      },
    ]) {
      expect(checkFields(fieldsOf(recipe))).toEqual({ recipe, problems: {} });
    }
  });

  it.each([
    ['learningRate', '1e-2', 0.01],
    ['learningRate', ' .5 ', 0.5],
    ['limitTrain', '50,000', 50_000],
    ['limitTrain', '50 000', 50_000],
    ['limitTrain', '  ', null],
    ['clipNorm', '', null],
    ['clipNorm', '1', 1],
    ['weightDecay', '1e-4', 1e-4],
  ] as const)('reads %s %j', (field, text, value) => {
    expect(checkFields({ ...fields, [field]: text }).recipe?.[field]).toBe(value);
  });

  it.each([
    ['learningRate', 'abc', 'Learning rate must be a number.'],
    ['learningRate', '0', 'Learning rate must be greater than 0.'],
    ['batchSize', '0', 'Batch size must be at least 1.'],
    ['batchSize', '1,5', 'Batch size must be a whole number.'],
    ['epochs', '', 'Epochs must be a whole number.'],
    ['epochs', '2.5', 'Epochs must be a whole number.'],
    ['clipNorm', '0', 'Clip norm must be greater than 0.'],
    ['weightDecay', '', 'Weight decay must be a number.'],
    ['weightDecay', '11', 'Weight decay must be at most 10.'],
    ['seed', '-1', 'Seed must be at least 0.'],
    ['limitEval', '0', 'Limit of evaluation pictures must be at least 1.'],
    ['limitEval', '0x10', 'Limit of evaluation pictures must be a whole number.'],
  ] as const)('%s %j: %s', (field, text, sentence) => {
    expect(checkFields({ ...fields, [field]: text })).toEqual({
      recipe: null,
      problems: { [field]: sentence },
    });
  });

  it('names every field that is wrong', () => {
    const { problems } = checkFields({ ...fields, epochs: 'x', seed: 'y' });
    expect(Object.keys(problems)).toEqual(['epochs', 'seed']);
  });

  it('leaves alone what the optimizer does not use', () => {
    expect(checkFields({ ...fields, momentum: 'x' }).recipe?.momentum).toBe(DEFAULT_RECIPE.momentum);
    expect(checkFields({ ...fields, optimizer: 'sgd', momentum: 'x' }).problems.momentum).toBe(
      'Momentum must be a number.',
    );
  });
});

describe('workloadOf', () => {
  const cifar = { trainCount: 50_000, evalCount: 10_000 };

  it('counts the short last batch of every epoch', () => {
    expect(workloadOf(DEFAULT_RECIPE, cifar)).toEqual({
      stepsPerEpoch: 782,
      totalSteps: 7820,
      trainPictures: 50_000,
      evalPictures: 10_000,
    });
  });

  it('takes limits into account, but no more than there is', () => {
    expect(workloadOf({ ...DEFAULT_RECIPE, limitTrain: 100, limitEval: 99_999 }, cifar)).toEqual({
      stepsPerEpoch: 2,
      totalSteps: 20,
      trainPictures: 100,
      evalPictures: 10_000,
    });
  });
});
