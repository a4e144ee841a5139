import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../../src/architecture/architecture';
import { findPreset } from '../../../src/architecture/presets';
import { BLOG_RECIPE } from '../../../src/shared/blog/experiment';
import { DATASETS } from '../../../src/shared/datasets';
import { NAMED_RECIPES, nearestRecipe, RECIPE_IDS } from '../../../src/shared/named-recipes';
import { planProblems } from '../../../src/shared/plan-problems';
import { DEFAULT_RECIPE, recipeProblems, storedRecipe } from '../../../src/shared/recipe';
import { resolvedRecipe } from '../../../src/shared/regularisation';
import { isSameDesign } from '../../../src/shared/saved-architecture';
import { isSameRecipe, namedForm, withFree, type SavedRecipe } from '../../../src/shared/saved-recipe';
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
  expect(withFree(of('pytorch-cifar'), own)).toEqual({
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
    return [named.key, ...found];
  };
  expect(nearest({ validationSplit: 0, seed: 3 })).toEqual(['blog']);
  expect(nearest({})).toEqual(['blog', 'validation split test set → 10 %']);
  expect(nearest({ l2: 5e-5, validationSplit: 0 })).toEqual(['blog', 'L2 1e-4 → 5e-5']);
  expect(nearest({ ...of('paper-cifar'), batchSize: 64 })).toEqual(['paper-cifar', 'batch size 128 → 64']);
  expect(nearest({ ...of('pytorch-cifar'), epochs: 30 })).toEqual(['pytorch-cifar', 'epochs 200 → 30']);
});

const saved = (id: number, name: string, ...recipes: (typeof DEFAULT_RECIPE)[]): SavedRecipe => ({
  id,
  name,
  updatedAt: 0,
  versions: recipes
    .map((recipe, index) => ({ version: index + 1, recipe: namedForm(recipe), note: '', savedAt: 0 }))
    .reverse(),
});

it('one’s own count as those that come with the program do', () => {
  const mine = saved(3, 'mine', { ...DEFAULT_RECIPE, epochs: 30 }, { ...DEFAULT_RECIPE, epochs: 40 });
  const nearest = (changes: Partial<typeof DEFAULT_RECIPE>) => {
    const { named, changes: found } = nearestRecipe({ ...DEFAULT_RECIPE, ...changes }, [mine]);
    return [named.key, named.title, ...found];
  };
  expect(nearest({ epochs: 40, seed: 4 })).toEqual(['own:3', 'mine']);
  expect(nearest({ epochs: 40, batchSize: 32 })).toEqual(['own:3', 'mine', 'batch size 64 → 32']);
  // An earlier version is told where it is just this one.
  expect(nearest({ epochs: 30 })).toEqual(['own:3', 'mine, version 1']);
  // Of equals those that come with the program are first.
  expect(nearest({ l2: 1e-4, validationSplit: 0 })).toEqual(['blog', 'the blog’s']);
});

describe('what runs by a recipe came to', () => {
  const root = join(__dirname, '../../..');
  const all = NAMED_RECIPES.flatMap(({ id, recipe, networks, expected }) =>
    expected.map((expectation) => ({ id, recipe, networks, ...expectation })),
  );
  it.each(all)('$id on $network is what its histories say', (one) => {
    const { recipe, networks, network, dataset, accuracy, document, histories, runs } = one;
    expect(networks).toContain(network);
    expect(readFileSync(join(root, document), 'utf8')).toContain('validation accuracy');
    const [start, end] = basename(histories).split('*');
    const files = readdirSync(join(root, dirname(histories))).filter(
      (name) => name.startsWith(start!) && name.endsWith(end!),
    );
    const lasts = files.map((name) => {
      const text = gunzipSync(readFileSync(join(root, dirname(histories), name))).toString('utf8');
      const { run, epochs } = JSON.parse(text) as {
        run: { architecture: Architecture; dataset: { id: string }; recipe: unknown };
        epochs: { valAccuracy: number }[];
      };
      expect(isSameDesign(run.architecture, findPreset(network)!.architecture)).toBe(true);
      expect(run.dataset.id).toBe(dataset);
      expect(isSameRecipe(resolvedRecipe(storedRecipe(run.recipe), run.architecture), recipe)).toBe(true);
      return epochs.at(-1)!.valAccuracy;
    });
    expect(lasts).toHaveLength(runs);
    expect(accuracy.mean).toBeCloseTo(lasts.reduce((sum, last) => sum + last, 0) / lasts.length, 4);
    expect(accuracy).toMatchObject({ least: Math.min(...lasts), largest: Math.max(...lasts) });
  });

  it('is known of presets that there are', () => {
    for (const { networks } of NAMED_RECIPES) for (const id of networks) expect(findPreset(id)?.id).toBe(id);
  });
});
