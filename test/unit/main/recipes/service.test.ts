import { beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../../../../src/main/db/database';
import { ProcessStore } from '../../../../src/main/db/stores/processes';
import { RecipeStore } from '../../../../src/main/db/stores/recipes';
import { RecipeService } from '../../../../src/main/recipes/service';
import { DEFAULT_RECIPE, type Recipe } from '../../../../src/shared/recipe';
import { newestOf } from '../../../../src/shared/saved-recipe';
import { openMemoryDatabase } from '../memory-database';
import { failure, value } from '../services';

let db: Db;
let recipes: RecipeService;

beforeEach(() => {
  db = openMemoryDatabase();
  recipes = new RecipeService(new RecipeStore(db));
});

const recipe = (changes: Partial<Recipe> = {}): Recipe => ({ ...DEFAULT_RECIPE, ...changes });
const save = (name: string, changes: Partial<Recipe> = {}, note?: string) =>
  value(recipes.save(null, name, recipe(changes), note));
const names = (): string[] => recipes.list().map(({ name }) => name);

describe('saving', () => {
  it('keeps how to train, not which random numbers nor how many images', () => {
    const saved = save(' mine ', {
      learningRate: 0.01,
      seed: 7,
      splitSeed: 3,
      limitTrain: 100,
      limitEval: 10,
    });
    expect(saved).toMatchObject({ name: 'mine', versions: [{ version: 1, note: '' }] });
    expect(newestOf(saved).recipe).toEqual(recipe({ learningRate: 0.01 }));
    expect(recipes.list()).toEqual([saved]);
  });

  it('leaves out what the recipe does not use', () => {
    expect(newestOf(save('mine', { momentum: 0.5 })).recipe.momentum).toBe(DEFAULT_RECIPE.momentum);
    expect(newestOf(save('other', { optimizer: 'sgd', momentum: 0.5 })).recipe.momentum).toBe(0.5);
  });

  it('makes a version of each that trains otherwise, and keeps those before', () => {
    const { id } = save('mine', {}, 'as it comes');
    const second = value(recipes.save(id, null, recipe({ learningRate: 0.01 }), 'faster'));
    expect(
      second.versions.map(({ version, note, recipe: one }) => [version, note, one.learningRate]),
    ).toEqual([
      [2, 'faster', 0.01],
      [1, 'as it comes', 0.001],
    ]);
    // Another seed trains in the same way; a note is set on that version.
    const same = value(recipes.save(id, null, recipe({ learningRate: 0.01, seed: 9 })));
    expect(same.versions).toHaveLength(2);
    expect(newestOf(same).note).toBe('faster');
    expect(newestOf(value(recipes.save(id, null, recipe({ learningRate: 0.01 }), 'kept'))).note).toBe('kept');
  });

  it('refuses a second one of the same name, whatever its case, and the names of those that come with Resbench', () => {
    save('mine');
    expect(failure(recipes.save(null, 'MINE', recipe()))).toEqual({
      code: 'conflict',
      message: 'There is already a recipe named "mine": choose another name, or change that one.',
    });
    for (const name of ['Blog', 'the paper’s for CIFAR'])
      expect(failure(recipes.save(null, name, recipe()))).toMatchObject({
        code: 'conflict',
        message: expect.stringMatching(
          / is the name of a recipe that comes with Resbench: choose another/,
        ) as string,
      });
    expect(names()).toEqual(['mine']);
  });

  it('refuses what is no recipe, no name and no note', () => {
    expect(failure(recipes.save(null, 'mine', recipe({ learningRate: -1 }))).message).toBe(
      'The recipe cannot be used: learning rate must be greater than 0.',
    );
    expect(failure(recipes.save(null, ' ', recipe())).message).toBe("A recipe's name must not be empty.");
    expect(failure(recipes.save(null, 'a\u202eb', recipe())).message).toContain(
      'must not hold control characters',
    );
    expect(failure(recipes.save(null, 'mine', recipe(), 'x'.repeat(201))).message).toBe(
      'The note of a version must have at most 200 characters, got 201.',
    );
    expect(failure(recipes.save(7, null, recipe()))).toMatchObject({
      code: 'not-found',
      message: 'There is no recipe 7: it may have been deleted meanwhile.',
    });
    expect(names()).toEqual([]);
  });
});

it('a name is the recipe’s: a new one makes no version', () => {
  const { id } = save('mine');
  save('other');
  expect(value(recipes.rename(id, 'ours'))).toMatchObject({ name: 'ours', versions: [{ version: 1 }] });
  expect(failure(recipes.rename(id, 'Other')).code).toBe('conflict');
  expect(failure(recipes.rename(id, 'blog')).code).toBe('conflict');
  expect(value(recipes.rename(id, 'Ours')).name).toBe('Ours');
});

it('a note is changed in its place', () => {
  const { id } = save('mine');
  expect(value(recipes.annotate(id, 1, ' for CIFAR '))).toMatchObject({ version: 1, note: 'for CIFAR' });
  expect(failure(recipes.annotate(id, 2, 'x')).message).toBe(
    'There is no version 2 of "mine": it has only version 1.',
  );
});

describe('deletion', () => {
  it('can be undone until the program starts again', () => {
    const saved = save('mine');
    value(recipes.delete(saved.id));
    expect(names()).toEqual([]);
    expect(value(recipes.restore(saved.id))).toEqual(saved);
    value(recipes.delete(saved.id));
    new ProcessStore(db).purgeDeleted('me', () => false);
    expect(failure(recipes.restore(saved.id)).message).toBe(
      `Recipe ${saved.id} cannot be restored: it has been deleted for good.`,
    );
    // Its number is never given out again, and its versions are gone with it.
    expect(save('mine').id).toBe(saved.id + 1);
    expect(db.all('SELECT recipe_id AS id FROM recipe_versions')).toEqual([{ id: saved.id + 1 }]);
  });

  it('comes back beside another of its name under a number', () => {
    const { id } = save('mine');
    value(recipes.delete(id));
    save('mine');
    expect(value(recipes.restore(id)).name).toBe('mine (2)');
  });
});

describe('rows that cannot be read', () => {
  it('leave the versions that can, and an entry without any is named by nobody', () => {
    const { id } = save('mine');
    value(recipes.save(id, null, recipe({ epochs: 20 })));
    db.run(`UPDATE recipe_versions SET recipe = '{"epochs": -1}' WHERE version = 2`);
    expect(recipes.list()[0]!.versions.map(({ version }) => version)).toEqual([1]);
    // The next one is the one after the last, whether that can be read or not.
    expect(newestOf(value(recipes.save(id, null, recipe({ epochs: 30 })))).version).toBe(3);
    db.run(`UPDATE recipe_versions SET recipe = '[]'`);
    expect(names()).toEqual([]);
    expect(recipes.find('mine')).toEqual({ id, name: 'mine', readable: false });
    value(recipes.delete(id));
  });

  it('a field that came later has the value of before', () => {
    const { id } = save('mine', { optimizer: 'sgd' });
    db.run(
      `UPDATE recipe_versions SET recipe = json_remove(recipe, '$.labelSmoothing', '$.validationSplit')`,
    );
    expect(newestOf(value(recipes.get(id))).recipe).toMatchObject({ labelSmoothing: 0, validationSplit: 0 });
  });
});
