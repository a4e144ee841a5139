import { describe, expect, it } from 'vitest';
import {
  applies,
  DEFAULT_RECIPE,
  describeRecipe,
  describeValue,
  fieldOf,
  limitProblems,
  nameOf,
  OPTIMIZERS,
  RECIPE_FIELDS,
  RECIPE_KEYS,
  recipeChanges,
  recipeProblems,
  recipeSchema,
  storedRecipe,
  type Recipe,
} from '../../../src/shared/recipe';

const sgd: Recipe = { ...DEFAULT_RECIPE, optimizer: 'sgd' };

describe('the description of a recipe', () => {
  it('has the optimizers as choices', () => {
    expect(Object.keys(RECIPE_FIELDS.optimizer.choices)).toEqual([...OPTIMIZERS]);
  });

  it('has defaults that are a recipe: the blog’s', () => {
    expect(recipeProblems(DEFAULT_RECIPE)).toEqual([]);
    expect(DEFAULT_RECIPE).toMatchObject({
      optimizer: 'adam',
      learningRate: 1e-3,
      momentum: 0.9,
      nesterov: false,
      clipNorm: null,
      weightDecay: 0,
      batchSize: 64,
      epochs: 10,
      seed: 1,
      limitTrain: null,
      limitEval: null,
    });
  });

  it.each(RECIPE_KEYS)('has words for %s, and what it calls off is allowed', (key) => {
    const field = fieldOf(key);
    expect(field.label).toMatch(/^[A-Z]/);
    // A clause: it goes into help with something before and behind it.
    expect(field.help).not.toMatch(/[.]$/);
    if ('off' in field && field.off) {
      expect(recipeProblems({ ...DEFAULT_RECIPE, [key]: field.off.value })).toEqual([]);
    }
    if (field.earlier !== undefined) {
      expect(recipeProblems({ ...DEFAULT_RECIPE, [key]: field.earlier })).toEqual([]);
    }
  });
});

describe('the check of a recipe', () => {
  it.each([
    [{ optimizer: 'lbfgs' }, 'optimizer must be one of adam, sgd, muon'],
    [{ learningRate: 'x' }, 'learning rate must be a number'],
    [{ learningRate: 0 }, 'learning rate must be greater than 0'],
    [{ learningRate: 101 }, 'learning rate must be at most 100'],
    [{ momentum: 1 }, 'momentum must be less than 1'],
    [{ momentum: -0.1 }, 'momentum must be at least 0'],
    [{ nesterov: 1 }, 'Nesterov must be true or false'],
    [{ clipNorm: 0 }, 'clip norm must be greater than 0'],
    [{ weightDecay: 11 }, 'weight decay must be at most 10'],
    [{ weightDecay: null }, 'weight decay must be a number'],
    [{ batchSize: 1.5 }, 'batch size must be a whole number'],
    [{ batchSize: 65537 }, 'batch size must be at most 65536'],
    [{ epochs: 0 }, 'epochs must be at least 1'],
    [{ seed: 4294967296 }, 'random seed must be at most 4294967295'],
    [{ validationSplit: -0.1 }, 'validation split must be at least 0'],
    [{ validationSplit: 1.5 }, 'validation split must be a share below 1, or a whole number of images'],
    [{ splitSeed: 0.5 }, 'split seed must be a whole number'],
    [{ limitTrain: 0 }, 'training images must be at least 1'],
    [{ limitEval: 'all' }, 'validation images must be a whole number'],
    [{ flip: 'vertical' }, 'flip must be one of none, random, alternating'],
    [{ crop: -1 }, 'crop must be at least 0'],
    [{ cutout: 1.5 }, 'cutout must be a whole number'],
    [{ mixup: -0.1 }, 'mixup must be at least 0'],
    [{ cutmix: 101 }, 'CutMix must be at most 100'],
  ])('%j: %s', (change, sentence) => {
    expect(recipeProblems({ ...DEFAULT_RECIPE, ...change })).toEqual([sentence]);
  });

  it('refuses a field that is missing or unknown', () => {
    const { momentum: _, ...rest } = DEFAULT_RECIPE;
    expect(recipeProblems(rest)).toEqual(['momentum must be a number']);
    expect(recipeSchema.safeParse({ ...DEFAULT_RECIPE, dropout: 0.5 }).success).toBe(false);
  });
});

it('a stored recipe has what its run did without before a field existed', () => {
  const { clipNorm: _clip, weightDecay: _decay, validationSplit: _split, ...old } = DEFAULT_RECIPE;
  expect(storedRecipe(old)).toMatchObject({ ...old, clipNorm: null, weightDecay: 0, validationSplit: 0 });
  const { regularisation: _kind, l2: _l2, regularised: _on, ...older } = old;
  expect(storedRecipe(older)).toMatchObject({ regularisation: 'both', l2: null, weightDecay: 0 });
  expect(storedRecipe({ ...old, clipNorm: 1, weightDecay: 0.1 })).toMatchObject({
    clipNorm: 1,
    weightDecay: 0.1,
  });
  // What every run has had is not made up.
  expect(Object.keys(storedRecipe({}))).not.toContain('momentum');
});

describe('limits', () => {
  const shapes = { title: 'Shapes', trainCount: 10_000, evalCount: 2_000 };

  it('may be all that there is', () => {
    const all = { limitTrain: 10_000, limitEval: 2_000 };
    expect(limitProblems({ ...DEFAULT_RECIPE, ...all, validationSplit: 0 }, shapes)).toEqual({});
    expect(limitProblems({ ...DEFAULT_RECIPE, limitTrain: 9_000, limitEval: 1_000 }, shapes)).toEqual({});
    expect(limitProblems(DEFAULT_RECIPE, shapes)).toEqual({});
  });

  it('of a crop and a square are the sides of the images', () => {
    const images = { ...shapes, imageShape: [32, 24, 3] as const };
    expect(limitProblems({ ...DEFAULT_RECIPE, crop: 23, cutout: 24 }, images)).toEqual({});
    expect(limitProblems({ ...DEFAULT_RECIPE, crop: 24, cutout: 25 }, images)).toEqual({
      crop: 'Crop can be at most 23 pixels, not 24: the images of Shapes have 32x24.',
      cutout: 'Cutout can be at most 24 pixels, not 25: the images of Shapes have 32x24.',
    });
  });

  it('above it are refused with the number', () => {
    const limits = { limitTrain: 10_001, limitEval: 99_999 };
    expect(limitProblems({ ...DEFAULT_RECIPE, ...limits, validationSplit: 0 }, shapes)).toEqual({
      limitTrain:
        'Shapes has 10,000 training images, not 10,001: lower the number, or leave it out to use all of them.',
      limitEval:
        'Shapes has 2,000 validation images, not 99,999: lower the number, or leave it out to use all of them.',
    });
    expect(limitProblems({ ...DEFAULT_RECIPE, limitTrain: 9001 }, shapes)).toEqual({
      limitTrain:
        'With 1,000 training images held out, Shapes has 9,000 training images, not 9,001: lower the number, or leave it ' +
        'out to use all of them.',
    });
  });

  it('of a split leave something to train on', () => {
    expect(limitProblems({ ...DEFAULT_RECIPE, validationSplit: 10_000, limitTrain: 1 }, shapes)).toEqual({
      validationSplit:
        'Shapes has 10,000 training images, so 10,000 of them cannot be held out: lower the number, or give a share such ' +
        'as 0.1.',
    });
    expect(limitProblems({ ...DEFAULT_RECIPE, validationSplit: 9_999 }, shapes)).toEqual({});
  });
});

describe('words', () => {
  it.each([
    ['optimizer', 'sgd', 'SGD'],
    ['learningRate', 1e-5, '1e-5'],
    ['nesterov', true, 'on'],
    ['clipNorm', null, 'none'],
    ['weightDecay', 0, 'none'],
    ['batchSize', 1024, '1,024'],
    ['seed', 12345, '12345'],
    ['validationSplit', 0, 'test set'],
    ['validationSplit', 0.07, '7 %'],
    ['validationSplit', 5000, '5,000'],
    ['limitTrain', null, 'all'],
    ['limitEval', 6400, 'first 6,400'],
  ] as const)('%s %j is %s', (key, value, words) => expect(describeValue(key, value)).toBe(words));

  it.each([
    ['learningRate', 'learning rate'],
    ['nesterov', 'Nesterov'],
    ['seed', 'random seed'],
    ['limitEval', 'validation images'],
  ] as const)('call %s %s inside a sentence', (key, name) => expect(nameOf(key)).toBe(name));

  it('say a recipe in short', () => {
    expect(describeRecipe(DEFAULT_RECIPE)).toBe('Adam, learning rate 0.001, batch size 64');
    expect(describeRecipe({ ...sgd, nesterov: true, learningRate: 0.1 })).toBe(
      'SGD, learning rate 0.1, momentum 0.9, Nesterov, batch size 64',
    );
    expect(
      describeRecipe({ ...DEFAULT_RECIPE, clipNorm: 1, regularisation: 'decoupled', weightDecay: 0.01 }),
    ).toBe('AdamW, learning rate 0.001, clip norm 1, weight decay 0.01, batch size 64');
    expect(
      describeRecipe({
        ...DEFAULT_RECIPE,
        normalisation: 'channel',
        flip: 'alternating',
        crop: 4,
        padding: 'reflect',
        cutmix: 1,
      }),
    ).toBe(
      'Adam, learning rate 0.001, batch size 64, normalisation per channel, flip alternating, crop 4, padding reflect, CutMix 1',
    );
    expect(describeRecipe({ ...DEFAULT_RECIPE, l2: 2.5e-4, regularised: 'all' })).toBe(
      'Adam, learning rate 0.001, L2 2.5e-4, on all trainable variables, batch size 64',
    );
    // What another kind of regularisation would use asks for nothing.
    expect(describeRecipe({ ...DEFAULT_RECIPE, weightDecay: 0.01 })).toBe(describeRecipe(DEFAULT_RECIPE));
    expect(describeRecipe({ ...DEFAULT_RECIPE, epochs: 1 }, ['run'])).toBe('1 epoch, random seed 1');
  });

  it('say what differs, and leave out what the optimizer does not use', () => {
    expect(recipeChanges(DEFAULT_RECIPE, { ...DEFAULT_RECIPE, learningRate: 1e-5, batchSize: 128 })).toEqual([
      'learning rate 0.001 → 1e-5',
      'batch size 64 → 128',
    ]);
    expect(recipeChanges(DEFAULT_RECIPE, { ...DEFAULT_RECIPE, clipNorm: 1, l2: 1e-4 })).toEqual([
      'clip norm none → 1',
      "L2 the architecture's → 1e-4",
    ]);
    const decoupled = { ...DEFAULT_RECIPE, regularisation: 'decoupled' as const };
    expect(recipeChanges(decoupled, { ...decoupled, weightDecay: 1e-4 })).toEqual([
      'weight decay none → 1e-4',
    ]);
    expect(recipeChanges(DEFAULT_RECIPE, { ...DEFAULT_RECIPE, momentum: 0.5 })).toEqual([]);
    expect(recipeChanges(sgd, { ...sgd, momentum: 0.5 })).toEqual(['momentum 0.9 → 0.5']);
    expect(recipeChanges(DEFAULT_RECIPE, sgd)).toEqual(['optimizer Adam → SGD']);
    expect(applies('momentum', sgd)).toBe(true);
    expect(recipeChanges({ ...sgd, validationSplit: 0 }, { ...sgd, splitSeed: 1 })).toEqual([
      'validation split test set → 10 %',
    ]);
    expect(recipeChanges(sgd, { ...sgd, splitSeed: 1 })).toEqual(['split seed 0 → 1']);
    const steps = { ...DEFAULT_RECIPE, schedule: 'multi-step' as const };
    expect(recipeChanges(steps, { ...steps, milestones: [5, 8] })).toEqual([]);
    expect(recipeChanges(steps, { ...steps, milestones: [4, 6] })).toEqual(['milestones 5, 8 → 4, 6']);
  });
});

it('padding belongs to a crop, which may be half typed', () => {
  const by = (crop: number | string) => applies('padding', { ...DEFAULT_RECIPE, crop });
  expect([0, 4, '', '0', '4', 'x'].map(by)).toEqual([false, true, false, false, true, false]);
});
