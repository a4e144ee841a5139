import { describe, expect, it } from 'vitest';
import { BLOG_RECIPE } from '../../../../../src/shared/blog/experiment';
import { RECIPE_KEYS, type Recipe } from '../../../../../src/shared/recipe';
import {
  recipeTable,
  type RecipeOwner,
  type RecipeTable,
} from '../../../../../src/renderer/features/compare/recipe-table';

let nextId = 1;
/** `null`: imported, without a recipe. */
const owner = (label: string, ...changes: (Partial<Recipe> | null)[]): RecipeOwner => ({
  label,
  runs: changes.map((change) => ({ id: nextId++, recipe: change && { ...BLOG_RECIPE, ...change } })),
});
const labels = ({ columns }: RecipeTable): string[][] =>
  columns.map(({ owners }) => owners.map(({ label }) => label));
const differing = ({ rows }: RecipeTable): Record<string, readonly string[]> =>
  Object.fromEntries(rows.filter((row) => row.differs).map(({ field, values }) => [field, values]));

describe('recipes side by side', () => {
  it('have a row for each field, in the order of the description', () => {
    const table = recipeTable([owner('a', {})], []);
    expect(table.rows.map(({ key }) => key)).toEqual(RECIPE_KEYS);
    expect(differing(table)).toEqual({});
  });

  it('say what differs, and a dash for what an optimizer does not use', () => {
    const table = recipeTable(
      [owner('a', { learningRate: 0.01 }), owner('b', { optimizer: 'sgd', momentum: 0.8 })],
      [],
    );
    expect(differing(table)).toEqual({
      Optimizer: ['Adam', 'SGD'],
      'Learning rate': ['0.01', '0.001'],
      Momentum: ['–', '0.8'],
      Nesterov: ['–', 'off'],
    });
  });

  it('are one column where they are equal, whatever stands between them', () => {
    const table = recipeTable([owner('a', {}), owner('b', { seed: 2 }), owner('c', {})], []);
    expect(labels(table)).toEqual([['a', 'c'], ['b']]);
    expect(differing(table)).toEqual({ 'Random seed': ['1', '2'] });
  });

  it('are one column where they differ in what is left out, which is still said', () => {
    const table = recipeTable([owner('a', {}), owner('b', { seed: 2 })], ['Random seed']);
    expect(labels(table)).toEqual([['a', 'b']]);
    expect(differing(table)).toEqual({ 'Random seed': ['1, 2'] });
  });

  it('of a group say each value once', () => {
    const table = recipeTable(
      [
        owner('Adam', { seed: 1 }, { seed: 2 }, { seed: 1 }),
        owner('SGD', { optimizer: 'sgd', nesterov: true }, null),
      ],
      [],
    );
    expect(differing(table)['Random seed']).toEqual(['1, 2', '1']);
    expect(differing(table).Optimizer).toEqual(['Adam', 'SGD']);
    expect(table.unknown).toEqual([]);
  });

  it('of imported runs are not known, and stand beside the table', () => {
    const table = recipeTable([owner('a', {}), owner('old', null)], []);
    expect(labels(table)).toEqual([['a']]);
    expect(table.unknown.map(({ label }) => label)).toEqual(['old']);
  });

  it('are none where nobody has one', () => {
    const table = recipeTable([owner('old', null)], []);
    expect(table.columns).toEqual([]);
    expect(table.rows.every(({ values, differs }) => values.length === 0 && !differs)).toBe(true);
  });
});
