import { beforeEach, describe, expect, it } from 'vitest';
import { useCompareStore } from '../../../../src/renderer/features/compare/compare-store';
import { groupsBy } from '../../../../src/renderer/features/compare/groups';
import RecipesPanel from '../../../../src/renderer/features/compare/RecipesPanel.vue';
import { BLOG_RECIPE } from '../../../../src/shared/blog/experiment';
import { RECIPE_KEYS, type Recipe } from '../../../../src/shared/recipe';
import type { Run } from '../../../../src/shared/run';
import { importedSample, sampleRun } from '../../../unit/renderer/features/runs/sample';
import { byTestId, click, freshWindow, mountInWindow } from '../../mount';

beforeEach(() => freshWindow());

const run = (id: number, recipe: Partial<Recipe> = {}): Run =>
  sampleRun({ id, name: `run ${id}`, recipe: { ...BLOG_RECIPE, ...recipe } });

function open(runs: readonly Run[]) {
  const groups = groupsBy(runs, 'run');
  return mountInWindow(RecipesPanel, {
    groups,
    names: groups.map(({ name }) => name),
    styleOf: () => ({ color: '#000', dash: [] }),
  });
}
const all = (testId: string): HTMLElement[] => [
  ...document.querySelectorAll<HTMLElement>(`[data-testid="${testId}"]`),
];
const texts = (testId: string): string[] => all(testId).map(({ textContent }) => textContent!.trim());
const rows = (): Record<string, string[]> =>
  Object.fromEntries(
    all('recipe-row').map((row) => [
      row.querySelector('th')!.textContent!.trim(),
      [...row.querySelectorAll('td')].map(({ textContent }) => textContent!),
    ]),
  );

describe('the recipes of compared runs', () => {
  it('show what differs, and all of it on request', async () => {
    await open([run(1), run(2, { learningRate: 0.01 })]);
    expect(rows()).toEqual({ 'Learning rate': ['0.001', '0.01'] });
    await click(byTestId('recipes-all'));
    expect(Object.keys(rows())).toHaveLength(RECIPE_KEYS.length);
    expect(document.querySelectorAll('[data-testid="recipe-row"] th[scope="row"]')).toHaveLength(
      RECIPE_KEYS.length,
    );
  });

  it('leave out what every table leaves out, and fold what is then equal', async () => {
    await open([run(1), run(2, { seed: 2 }), run(3, { batchSize: 32 })]);
    expect(texts('recipe-column')).toHaveLength(3);
    await click(
      all('ignore-field').find((each) => each.getAttribute('aria-label') === 'Leave out Random seed')!,
    );
    expect(useCompareStore().ignored).toEqual(['Random seed']);
    expect(rows()).toEqual({ 'Batch size': ['64', '32'] });
    expect(texts('recipe-column')).toHaveLength(2);
  });

  it('name a few of many that are equal, and count the others', async () => {
    await open([...Array.from({ length: 6 }, (_, index) => run(index + 1)), run(7, { epochs: 3 })]);
    expect(texts('recipe-column')[0]).toContain('and 3 more');
    expect(rows()).toEqual({ Epochs: ['10', '3'] });
  });

  it('keep the first column in sight among fifty', async () => {
    await open(Array.from({ length: 50 }, (_, index) => run(index + 1, { seed: index })));
    expect(texts('recipe-column')).toHaveLength(50);
    const scroller = document.querySelector('[aria-label="Recipes"]')!;
    expect(scroller.getAttribute('tabindex')).toBe('0');
  });

  it('say so where they are the same', async () => {
    await open([run(1), run(2)]);
    expect(byTestId('recipes-nothing').textContent).toBe('All 2 runs have the same recipe.');
    expect(all('recipe-row')).toEqual([]);
    await click(byTestId('recipes-all'));
    expect(texts('recipe-column')).toHaveLength(1);
  });

  it('say so where they are the same but for what is left out', async () => {
    useCompareStore().ignored = ['Random seed'];
    await open([run(1), run(2, { seed: 2 })]);
    expect(byTestId('recipes-nothing').textContent).toBe(
      'All 2 runs have the same recipe, but for 1 field left out.',
    );
  });

  it('name those that have none', async () => {
    await open([run(1), run(2, { seed: 2 }), importedSample({ id: 3, name: 'old history' })]);
    expect(byTestId('recipes-unknown').textContent).toBe(
      'No recipe is known of old history: it was imported.',
    );
    expect(rows()).toEqual({ 'Random seed': ['1', '2'] });
  });

  it('say so where nobody has one, or one alone', async () => {
    const imported = [importedSample({ id: 3, name: 'old' }), importedSample({ id: 4, name: 'older' })];
    const { props } = await open(imported);
    expect(byTestId('recipes-nothing').textContent).toBe(
      'No recipe is known: imported runs do not say how they were trained.',
    );
    expect(document.querySelector('[data-testid="recipes-all"]')).toBeNull();
    props.groups = groupsBy([run(1), ...imported], 'run');
    props.names = ['run 1', 'old', 'older'];
    await Promise.resolve();
    expect(byTestId('recipes-nothing').textContent).toContain('One recipe alone is known');
  });
});
