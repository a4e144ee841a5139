import { describe, expect, it } from 'vitest';
import {
  checkFields,
  fieldsOf,
  FORM_KEYS,
  formParts,
  hintOf,
  workloadOf,
} from '../../../../../src/renderer/features/runs/recipe-form';
import { BLOG_RECIPE } from '../../../../../src/shared/blog/experiment';
import { DEFAULT_RECIPE, fieldOf } from '../../../../../src/shared/recipe';

const fields = fieldsOf(DEFAULT_RECIPE);

it('the form has each field in one part, and no empty part', () => {
  expect(
    formParts(FORM_KEYS)
      .flatMap(({ keys }) => keys)
      .sort(),
  ).toEqual([...FORM_KEYS].sort());
  expect(formParts(['optimizer', 'schedule', 'crop', 'clipNorm']).map(({ id, keys }) => [id, keys])).toEqual([
    ['usual', ['optimizer']],
    ['rate', ['schedule']],
    ['images', ['crop']],
    ['more', ['clipNorm']],
  ]);
  expect(formParts(['epochs'])).toHaveLength(1);
});

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
        regularisation: 'decoupled' as const,
        weightDecay: 5e-4,
        regularised: 'kernels' as const,
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
    ['l2', '1e-4', 1e-4],
    ['l2', ' ', null],
  ] as const)('reads %s %j', (field, text, value) => {
    expect(checkFields({ ...fields, [field]: text }).recipe?.[field]).toBe(value);
  });

  it.each([
    ['learningRate', 'abc', 'Learning rate must be a number.'],
    ['learningRate', '0', 'Learning rate must be greater than 0.'],
    ['batchSize', '0', 'Batch size must be at least 1.'],
    ['learningRate', '0,01', 'Learning rate must have a decimal point: write 0.01, not 0,01.'],
    ['learningRate', '0,001', 'Learning rate must have a decimal point: write 0.001, not 0,001.'],
    ['l2', '5,0e-4', 'L2 must have a decimal point: write 5.0e-4, not 5,0e-4.'],
    ['clipNorm', '1,500', 'Clip norm must have a decimal point: write 1.500, not 1,500.'],
    ['limitTrain', '0,001', 'Training images must be a whole number.'],
    ['batchSize', '1,5', 'Batch size must be a whole number.'],
    ['epochs', '', 'Epochs must be a whole number.'],
    ['epochs', '2.5', 'Epochs must be a whole number.'],
    ['clipNorm', '0', 'Clip norm must be greater than 0.'],
    ['l2', 'none', 'L2 must be a number.'],
    ['l2', '2', 'L2 must be at most 1.'],
    ['seed', '-1', 'Random seed must be at least 0.'],
    ['limitEval', '0', 'Validation images must be at least 1.'],
    ['limitEval', '0x10', 'Validation images must be a whole number.'],
  ] as const)('%s %j: %s', (field, text, sentence) => {
    expect(checkFields({ ...fields, [field]: text })).toEqual({
      recipe: null,
      problems: { [field]: sentence },
    });
  });

  it.each([
    ['', 'Weight decay must be a number.'],
    ['11', 'Weight decay must be at most 10.'],
    ['5,0e-4', 'Weight decay must have a decimal point: write 5.0e-4, not 5,0e-4.'],
  ])('reads a weight decay where that is the kind: %j', (weightDecay, sentence) => {
    const typed = { ...fields, regularisation: 'decoupled' as const, weightDecay };
    expect(checkFields(typed).problems).toEqual({ weightDecay: sentence });
    expect(checkFields({ ...typed, regularisation: 'l2' }).recipe?.weightDecay).toBe(0);
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

describe('limits of a data set', () => {
  const shapes = { title: 'Shapes', trainCount: 10_000, evalCount: 2_000 };

  it('are held against what it has', () => {
    const whole = { ...fields, validationSplit: '0' };
    expect(checkFields({ ...whole, limitEval: '99,999' }, shapes)).toEqual({
      recipe: null,
      problems: {
        limitEval:
          'Shapes has 2,000 validation images, not 99,999: lower the number, or leave it out to use all of them.',
      },
    });
    expect(checkFields({ ...whole, limitTrain: '10001' }, shapes).problems.limitTrain).toMatch(
      /^Shapes has 10,000 training images, not 10,001/,
    );
    expect(checkFields({ ...whole, limitTrain: '10000', limitEval: '2000' }, shapes).problems).toEqual({});
  });

  it('stand below their fields', () => {
    const hints = (validationSplit: string) =>
      (['validationSplit', 'limitTrain', 'limitEval', 'seed', 'epochs'] as const).map((key) =>
        hintOf(key, { ...fields, validationSplit }, shapes),
      );
    const others = ['Weights, images', undefined];
    expect(hints('0')).toEqual([
      'Validated on the test set',
      'Empty: all 10,000',
      'Empty: all 2,000',
      ...others,
    ]);
    const held = ['1,000 images; 0: the test set', 'Empty: all 9,000', 'Empty: all 1,000', ...others];
    expect(hints('0.1')).toEqual(held);
    expect(hints('1000')).toEqual(held);
    for (const wrong of ['', 'x', '10000']) {
      expect(hints(wrong)).toEqual(['0: the test set', undefined, undefined, ...others]);
    }
  });
});

it('the form has every field once, those that few runs set last', () => {
  expect([...FORM_KEYS].sort()).toEqual(Object.keys(DEFAULT_RECIPE).sort());
  const rare = FORM_KEYS.map((key) => fieldOf(key).rare === true);
  expect(rare).toEqual([...rare].sort());
  expect(FORM_KEYS.indexOf('epochs')).toBeLessThan(FORM_KEYS.indexOf('momentum'));
});

describe('workloadOf', () => {
  const cifar = { trainCount: 50_000, evalCount: 10_000 };

  it('counts the short last batch of every epoch', () => {
    expect(workloadOf(DEFAULT_RECIPE, cifar)).toMatchObject({ trainImages: 45_000, evalImages: 5_000 });
    expect(workloadOf(BLOG_RECIPE, cifar)).toEqual({
      stepsPerEpoch: 782,
      totalSteps: 7820,
      trainImages: 50_000,
      evalImages: 10_000,
    });
  });

  it('takes limits into account, but no more than there is', () => {
    expect(workloadOf({ ...BLOG_RECIPE, limitTrain: 100, limitEval: 99_999 }, cifar)).toEqual({
      stepsPerEpoch: 2,
      totalSteps: 20,
      trainImages: 100,
      evalImages: 10_000,
    });
  });
});
