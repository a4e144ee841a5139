/** Recipes with versions and notes, as a person would have some. */
import type { Page } from '@playwright/test';
import type { MethodArgs } from '../../src/shared/contract';
import { DEFAULT_RECIPE, type Recipe } from '../../src/shared/recipe';

async function save(page: Page, args: MethodArgs<'recipes.save'>): Promise<number> {
  return page.evaluate(async (given) => {
    const { api } = window as unknown as {
      api: { call(method: string, args: unknown): Promise<{ ok: boolean; value: { id: number } }> };
    };
    const saved = await api.call('recipes.save', given);
    if (!saved.ok) throw new Error(JSON.stringify(saved));
    return saved.value.id;
  }, args);
}

/** One of three versions, one of a long name, one of a Chinese name, and so many more. */
export async function fillRecipes(page: Page, more = 0): Promise<void> {
  const recipe = (changes: Partial<Recipe>): Recipe => ({ ...DEFAULT_RECIPE, ...changes });
  const id = await save(page, {
    id: null,
    name: 'one-cycle, flipped',
    recipe: recipe({}),
    note: 'as the blog has it',
  });
  const faster = recipe({ schedule: 'one-cycle', learningRate: 0.01, flip: 'random' });
  await save(page, { id, name: null, recipe: faster, note: 'one cycle, with flips' });
  await save(page, {
    id,
    name: null,
    recipe: { ...faster, optimizer: 'sgd', nesterov: true, learningRate: 0.1, crop: 4, labelSmoothing: 0.1 },
    note: 'SGD as everybody does',
  });
  const name =
    'cosine with warm-up over five epochs, random crops of four pixels and cutout of eight, for the wide networks';
  await save(page, { id: null, name, recipe: recipe({ schedule: 'cosine', cutout: 8 }), note: name });
  await save(page, {
    id: null,
    name: '学习率余弦衰减与随机裁剪',
    recipe: recipe({ crop: 4 }),
    note: '用于小图像',
  });
  for (let number = 1; number <= more; number++)
    await save(page, { id: null, name: `sweep ${number}`, recipe: recipe({ learningRate: 0.001 * number }) });
}
