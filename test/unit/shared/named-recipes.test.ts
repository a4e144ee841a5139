import { expect, it } from 'vitest';
import { BLOG_RECIPE } from '../../../src/shared/blog/experiment';
import { DATASETS } from '../../../src/shared/datasets';
import { NAMED_RECIPES, nearestRecipe, RECIPE_IDS, recipeNamed } from '../../../src/shared/named-recipes';
import { planProblems } from '../../../src/shared/plan-problems';
import { DEFAULT_RECIPE, recipeProblems } from '../../../src/shared/recipe';
import { scheduleOf } from '../../../src/shared/schedule';

const cifar10 = DATASETS.cifar10;
const of = (id: (typeof RECIPE_IDS)[number]) => NAMED_RECIPES.find((named) => named.id === id)!.recipe;

it('each can be trained by on CIFAR-10', () => {
  expect(NAMED_RECIPES.map(({ id }) => id)).toEqual(RECIPE_IDS);
  for (const { recipe } of NAMED_RECIPES) {
    expect(recipeProblems(recipe)).toEqual([]);
    expect(planProblems(recipe, cifar10)).toEqual({});
  }
});

it('the blog’s is that of its experiment', () => expect(of('blog')).toEqual(BLOG_RECIPE));

it('the paper’s has 64,000 steps, divided by 10 at 32,000 and 48,000, to the end of an epoch', () => {
  const { milestones } = of('paper-cifar');
  const { stepsPerEpoch, totalSteps } = scheduleOf(of('paper-cifar'), cifar10.trainCount);
  expect(stepsPerEpoch).toBe(352);
  for (const [steps, published] of [
    [totalSteps, 64_000],
    [milestones[0]! * stepsPerEpoch, 32_000],
    [milestones[1]! * stepsPerEpoch, 48_000],
  ] as const)
    expect(Math.abs(steps - published)).toBeLessThan(stepsPerEpoch / 2);
});

it('an L2 is half of the weight decay that PyTorch would be given', () => {
  // He et al. 2015, section 4.2; kuangliu/pytorch-cifar, main.py, whose SGD has all parameters.
  expect(of('paper-cifar')).toMatchObject({ regularisation: 'l2', l2: 1e-4 / 2 });
  expect(of('pytorch-cifar')).toMatchObject({ regularisation: 'l2', l2: 5e-4 / 2, regularised: 'all' });
});

it('seeds and limits are one’s own', () => {
  const own = { ...DEFAULT_RECIPE, seed: 7, splitSeed: 8, limitTrain: 100, limitEval: 50, epochs: 3 };
  expect(recipeNamed('pytorch-cifar', own)).toEqual({
    ...of('pytorch-cifar'),
    seed: 7,
    splitSeed: 8,
    limitTrain: 100,
    limitEval: 50,
  });
});

it('the nearest one is told with what differs', () => {
  const nearest = (changes: Partial<typeof DEFAULT_RECIPE>) => {
    const { named, changes: found } = nearestRecipe({ ...DEFAULT_RECIPE, l2: 1e-4, ...changes });
    return [named.id, ...found];
  };
  expect(nearest({ validationSplit: 0, seed: 3 })).toEqual(['blog']);
  expect(nearest({})).toEqual(['blog', 'validation split test set → 10 %']);
  expect(nearest({ l2: 5e-5, validationSplit: 0 })).toEqual(['blog', 'L2 1e-4 → 5e-5']);
  expect(nearest({ ...of('paper-cifar'), batchSize: 64 })).toEqual(['paper-cifar', 'batch size 128 → 64']);
  expect(nearest({ ...of('pytorch-cifar'), epochs: 30 })).toEqual(['pytorch-cifar', 'epochs 200 → 30']);
});
