import { describe, expect, it } from 'vitest';
import { planProblems } from '../../../src/shared/plan-problems';
import { DEFAULT_RECIPE, recipeProblems, type Recipe } from '../../../src/shared/recipe';

const shapes = { title: 'Shapes', trainCount: 10_000, evalCount: 2_000 };
const problemsOf = (changes: Partial<Recipe>) =>
  planProblems({ ...DEFAULT_RECIPE, validationSplit: 0, ...changes }, shapes);

it('the defaults of every schedule are a plan', () => {
  for (const schedule of ['step', 'multi-step', 'linear', 'cosine', 'one-cycle', 'plateau'] as const)
    for (const warmup of ['none', 'epochs', 'steps'] as const)
      expect(problemsOf({ schedule, warmup })).toEqual({});
});

describe('what cannot be meant is named at its field', () => {
  it.each([
    [
      { warmup: 'epochs', warmupLength: 10 },
      'warmupLength',
      'A warm-up of 10 epochs is no shorter than the run, which has 10: shorten it.',
    ],
    [
      { warmup: 'steps', warmupLength: 1570 },
      'warmupLength',
      'A warm-up of 1,570 steps is no shorter than the run, which has 1,570: shorten it.',
    ],
    [
      { schedule: 'step', stepEpochs: 10 },
      'stepEpochs',
      'A step every 10 epochs never comes, since the run has 10 epochs: choose at most 9, or more epochs.',
    ],
    [
      { schedule: 'step', stepEpochs: 1, epochs: 1 },
      'stepEpochs',
      'A step every 1 epoch never comes, since the run has 1 epoch: choose more epochs.',
    ],
    [
      { schedule: 'multi-step', milestones: [5, 10] },
      'milestones',
      'The milestone after epoch 10 never comes, since the run has 10 epochs: keep them below 10, or choose more epochs.',
    ],
    [
      { schedule: 'plateau', minimumRate: 0.001 },
      'minimumRate',
      'The minimum must be below the learning rate of 0.001: lower it.',
    ],
    [
      { emaDecay: 0.99, emaEvery: 1571 },
      'emaEvery',
      'An average every 1,571 steps never takes in the weights, since the run has 1,570: choose fewer.',
    ],
    [
      { earlyStopping: 'ema-val-loss' },
      'earlyStopping',
      'Without an average of the weights this is not measured: choose another metric, or an EMA decay above 0.',
    ],
    [
      { schedule: 'plateau', plateauMetric: 'ema-val-accuracy' },
      'plateauMetric',
      'Without an average of the weights this is not measured: choose another metric, or an EMA decay above 0.',
    ],
    [
      { validationEvery: 2, earlyStopping: 'val-loss' },
      'validationEvery',
      'The validation loss is watched, which needs a validation after each epoch: choose 1, or watch a metric of the training.',
    ],
    [
      { validationEvery: 5, schedule: 'plateau', plateauMetric: 'val-accuracy' },
      'validationEvery',
      'The validation accuracy is watched, which needs a validation after each epoch: choose 1, or watch a metric of the training.',
    ],
    [
      { limitTrain: 10_001 },
      'limitTrain',
      'Shapes has 10,000 training images, not 10,001: lower the number, or leave it out to use all of them.',
    ],
  ] as const)('%j', (changes, key, sentence) => {
    expect(problemsOf(changes)).toEqual({ [key]: sentence });
  });
});

it('the average may be watched where there is one', () => {
  const watched = {
    earlyStopping: 'ema-val-accuracy',
    schedule: 'plateau',
    plateauMetric: 'ema-val-loss',
  } as const;
  expect(problemsOf({ ...watched, emaDecay: 0.999 })).toEqual({});
});

it('a metric of the training may be watched whatever is validated', () => {
  expect(problemsOf({ validationEvery: 100, earlyStopping: 'accuracy' })).toEqual({});
});

it('what is not used is not held against anything', () => {
  expect(problemsOf({ stepEpochs: 100, milestones: [100], minimumRate: 1, warmupLength: 1e6 })).toEqual({});
});

it('a fork has its parent’s steps as well', () => {
  const recipe = { ...DEFAULT_RECIPE, warmup: 'steps' as const, warmupLength: 1600 };
  const beside = { step: 500, images: 50_000 };
  expect(planProblems(recipe, shapes)).toHaveProperty('warmupLength');
  expect(planProblems(recipe, shapes, beside)).toHaveProperty('warmupLength');
  expect(planProblems(recipe, null)).toEqual({});
});

describe('fields by themselves', () => {
  it.each([
    [{ schedule: 'exponential' }, /^schedule must be one of constant, step, multi-step,/],
    [{ milestones: [] }, /^milestones must be at least one number, such as 5, 8$/],
    [{ milestones: [5, 5] }, /^milestones must be in order, each greater than the one before$/],
    [{ milestones: [0, 5] }, /^each of milestones must be at least 1$/],
    [{ milestones: 5 }, /^milestones must be whole numbers, such as 5, 8$/],
    [{ decayFactor: 1 }, /^decay factor must be less than 1$/],
    [{ peakAt: 0 }, /^peak at must be greater than 0$/],
    [{ plateauPatience: 0 }, /^plateau patience must be at least 1$/],
    [{ patience: 0 }, /^patience must be at least 1$/],
    [{ momentum: 1 }, /^momentum must be less than 1$/],
    [{ finalShare: 1 }, /^final share must be less than 1$/],
  ])('%j', (changes, sentence) => {
    const problems = recipeProblems({ ...DEFAULT_RECIPE, ...changes });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(sentence);
  });
});
