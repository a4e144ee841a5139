/** The dialogs of recipes, and what the dialog of a new run and a run's page have of them. */
import { flushPromises } from '@vue/test-utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { defineComponent, h } from 'vue';
import { findPreset } from '../../../../src/architecture/presets';
import { notices } from '../../../../src/renderer/base/notices';
import NewRunDialog from '../../../../src/renderer/features/runs/NewRunDialog.vue';
import { useNewRunStore } from '../../../../src/renderer/features/runs/new-run-store';
import RecipesDialog from '../../../../src/renderer/features/runs/RecipesDialog.vue';
import { useRecipeDialogs } from '../../../../src/renderer/features/runs/recipe-dialogs';
import RunDetails from '../../../../src/renderer/features/runs/RunDetails.vue';
import SaveRecipeDialog from '../../../../src/renderer/features/runs/SaveRecipeDialog.vue';
import { DATASETS } from '../../../../src/shared/datasets';
import { DEFAULT_RECIPE, type Recipe } from '../../../../src/shared/recipe';
import { formatRecipeFile } from '../../../../src/shared/recipe-file';
import { namedForm, type SavedRecipe } from '../../../../src/shared/saved-recipe';
import { fail, ok, type FakeMain } from '../../../unit/renderer/fake-main';
import { sampleRun } from '../../../unit/renderer/features/runs/sample';
import { byTestId, click, eventually, freshWindow, mountInWindow, press, type } from '../../mount';

const recipe = (changes: Partial<Recipe> = {}): Recipe => namedForm({ ...DEFAULT_RECIPE, ...changes });
const saved = (id: number, name: string, ...recipes: Recipe[]): SavedRecipe => ({
  id,
  name,
  updatedAt: 0,
  versions: recipes
    .map((one, index) => ({ version: index + 1, recipe: one, note: `note ${index + 1}`, savedAt: 0 }))
    .reverse(),
});
const mine = saved(3, 'mine', recipe({ epochs: 20 }), recipe({ epochs: 30 }));

let list: SavedRecipe[];
let main: FakeMain;
beforeEach(() => {
  list = [mine];
  const cifar10 = {
    ...DATASETS.cifar10,
    state: 'ready',
    detail: '',
    bytes: 0,
    sha256: null,
    copy: null,
    progress: null,
  };
  main = freshWindow({
    'runs.list': () =>
      ok([
        sampleRun({ id: 1, name: 'by the first', recipe: { ...DEFAULT_RECIPE, epochs: 20, seed: 9 } }),
        sampleRun({ id: 2, name: 'by the second', recipe: { ...DEFAULT_RECIPE, epochs: 30 } }),
      ]),
    'datasets.list': () => ok([{ ...cifar10, ...DATASETS.shapes, state: 'ready' }, cifar10] as never),
    'recipes.list': () => ok(list),
    'recipes.save': ({ id, name, recipe: given, note }) => {
      const before = list.find((one) => one.id === id);
      const version = {
        version: (before?.versions[0]!.version ?? 0) + 1,
        recipe: namedForm(given),
        note: note ?? '',
        savedAt: 0,
      };
      const next: SavedRecipe = {
        id: id ?? 7,
        name: before?.name ?? name!,
        updatedAt: 0,
        versions: [version, ...(before?.versions ?? [])],
      };
      list = [...list.filter((one) => one.id !== next.id), next];
      return ok(next);
    },
    'recipes.delete': ({ id }) => {
      list = list.filter((one) => one.id !== id);
      return ok();
    },
    'recipes.restore': () => ok(mine),
  });
});

/** As the application hosts them. */
const All = defineComponent(() => {
  const newRun = useNewRunStore();
  return () => [
    h(NewRunDialog, {
      show: newRun.isOpen,
      'onUpdate:show': (show: boolean) => (newRun.isOpen = show),
      architecture: newRun.choice.architecture,
      recipe: newRun.choice.recipe,
    }),
    h(RecipesDialog),
    h(SaveRecipeDialog),
  ];
});
const openRecipes = async (): Promise<void> => {
  await mountInWindow(All);
  useRecipeDialogs().open();
  await flushPromises();
};
const openNewRun = async (): Promise<void> => {
  await mountInWindow(All);
  useNewRunStore().open({ architecture: findPreset('resnet18')!.architecture });
  await flushPromises();
};
const panel = (): string => byTestId('recipe-panel').textContent.replace(/\s+/g, ' ');
const field = (name: string): string => byTestId<HTMLInputElement>(`run-${name}`).value;
const chosen = (): string => byTestId<HTMLSelectElement>('run-recipe').value;
const about = (): string => byTestId('run-recipe-about').textContent;
const calls = (method: string): unknown[] =>
  main.calls.filter(([one]) => one === method).map(([, args]) => args);
const select = async (id: string, value: string): Promise<void> => {
  const found = byTestId<HTMLSelectElement>(id);
  found.value = value;
  found.dispatchEvent(new Event('change'));
  await flushPromises();
};

describe('the list of recipes', () => {
  it('is gone through by arrow keys, and Enter uses', async () => {
    await openRecipes();
    const box = byTestId('recipe-list');
    expect(byTestId('recipe-own:3').getAttribute('aria-selected')).toBe('true');
    expect(panel()).toContain('Used by 2 runs');
    await press(box, 'ArrowDown');
    expect(byTestId('recipe-blog').getAttribute('aria-selected')).toBe('true');
    expect(document.getElementById(box.getAttribute('aria-activedescendant')!)).toBe(byTestId('recipe-blog'));
    expect(panel()).toContain('docs/results/README.md');
    await press(box, 'End');
    await press(box, 'Enter');
    expect(useRecipeDialogs().isOpen).toBe(false);
    await eventually(() => expect(chosen()).toBe('pytorch-cifar'));
  });

  it('is filtered by names and notes, and says where nothing matches', async () => {
    list = [mine, saved(4, '学习率', recipe())];
    await openRecipes();
    await type(byTestId('recipes-filter'), '学');
    expect(byTestId('recipe-list').textContent).toContain('学习率');
    expect(byTestId('recipe-list').textContent).not.toContain('mine');
    await type(byTestId('recipes-filter'), 'note 1');
    expect(byTestId('recipe-list').textContent).toContain('mine');
    await type(byTestId('recipes-filter'), 'zzz');
    expect(byTestId('recipe-list').textContent).toContain('No recipe matches.');
  });

  it('says how one comes by one’s own where there is none', async () => {
    list = [];
    await openRecipes();
    expect(byTestId('recipe-list').textContent).toContain('None of your own yet');
  });
});

describe('a recipe of one’s own', () => {
  it('shows its versions, compares two of them, and restores one as the next', async () => {
    await openRecipes();
    expect(byTestId('recipe-version-2').textContent).toContain('epochs 20 → 30');
    await click(
      byTestId('recipe-version-1').querySelector<HTMLElement>('[aria-label="Compare with version 1"]')!,
    );
    expect(byTestId('recipe-differences').textContent).toMatch(/Epochs\s*20\s*30/);
    await click(byTestId('recipe-version-1').querySelector<HTMLElement>('[aria-label="Show version 1"]')!);
    expect(panel()).toContain('mine, version 1');
    await click(byTestId('recipe-version-1').querySelector<HTMLElement>('[aria-label="Restore version 1"]')!);
    expect(calls('recipes.save')).toEqual([
      { id: 3, name: null, recipe: recipe({ epochs: 20 }), note: 'Version 1 again' },
    ]);
    expect(byTestId('recipe-version-3').textContent).toContain('epochs 30 → 20');
  });

  it('is used in the version that is looked at', async () => {
    await openRecipes();
    await click(byTestId('recipe-version-1').querySelector<HTMLElement>('[aria-label="Show version 1"]')!);
    byTestId('recipes-dialog')
      .querySelector('form')!
      .dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    await flushPromises();
    await eventually(() => expect(field('epochs')).toBe('20'));
    expect(about()).toBe('Version 1 of mine: note 1');
  });

  it('is compared with one that comes with the program', async () => {
    await openRecipes();
    await select('recipe-compare', 'pytorch-cifar');
    expect(byTestId('recipe-differences').textContent).toMatch(/Optimizer\s*SGD\s*Adam/);
    await select('recipe-compare', '');
    expect(document.querySelector('[data-testid="recipe-differences"]')).toBeNull();
  });

  it('is deleted, and comes back by Undo', async () => {
    await openRecipes();
    await click(byTestId('recipe-more'));
    const entry = [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')].find(
      ({ textContent }) => textContent.trim() === 'Delete',
    )!;
    await click(entry.querySelector<HTMLElement>('.n-dropdown-option-body') ?? entry);
    expect(calls('recipes.delete')).toEqual([{ id: 3 }]);
    expect(byTestId('recipe-list').textContent).not.toContain('mine');
    const notice = notices.value.find(({ message }) => message === 'Deleted the recipe mine.')!;
    await notice.action!.run();
    await flushPromises();
    expect(byTestId('recipe-list').textContent).toContain('mine');
  });

  it('comes from a file; one that is none is said', async () => {
    await openRecipes();
    const files = byTestId<HTMLInputElement>('recipes-files');
    const give = async (...given: File[]): Promise<void> => {
      Object.defineProperty(files, 'files', { value: given, configurable: true });
      Object.defineProperty(files, 'value', { value: '', writable: true, configurable: true });
      files.dispatchEvent(new Event('change'));
      await flushPromises();
    };
    const text = formatRecipeFile({ name: 'theirs', note: 'for all', recipe: recipe({ batchSize: 32 }) });
    await give(new File([text], 'theirs.json'), new File(['{"name": "x"}'], 'bad.json'));
    await eventually(() => expect(panel()).toContain('theirs'));
    expect(calls('recipes.save')).toEqual([
      { id: null, name: 'theirs', recipe: recipe({ batchSize: 32 }), note: 'for all' },
    ]);
    expect(notices.value.map(({ message }) => message)).toContain(
      'bad.json is not a recipe as JSON. Recipe is missing.',
    );
  });
});

describe('the dialog of a new run', () => {
  it('takes a recipe of one’s own, and saves what was changed as its next version', async () => {
    await openNewRun();
    await select('run-recipe', 'own:3');
    expect(field('epochs')).toBe('30');
    expect(about()).toBe('Version 2 of mine: note 2');
    await type(byTestId('run-epochs'), '40');
    expect(chosen()).toBe('unsaved');
    expect(about()).toBe('Nearest is mine: epochs 30 → 40.');
    await click(byTestId('run-recipe-save'));
    expect(byTestId<HTMLInputElement>('recipe-name').value).toBe('mine');
    expect(byTestId('recipe-consequence').textContent.trim()).toBe(
      'Version 3, which changes epochs 30 → 40.',
    );
    await type(byTestId('recipe-note'), 'longer');
    await click(byTestId('recipe-save-submit'));
    expect(calls('recipes.save')).toMatchObject([
      { id: 3, name: null, recipe: { epochs: 40 }, note: 'longer' },
    ]);
    await eventually(() => expect(chosen()).toBe('own:3'));
    expect(about()).toBe('Version 3 of mine: longer');
  });

  it('saves under a new name, and says why a name cannot be', async () => {
    main.answers['runs.list'] = () => ok([]);
    await openNewRun();
    await click(byTestId('run-recipe-save'));
    const [name, button] = [byTestId('recipe-name'), byTestId<HTMLButtonElement>('recipe-save-submit')];
    expect(button.disabled).toBe(true);
    await type(name, 'blog');
    expect(byTestId('recipe-consequence').textContent).toContain(
      'A recipe that comes with Resbench has that name',
    );
    expect(button.disabled).toBe(true);
    await type(name, 'MINE');
    expect(byTestId('recipe-consequence').textContent.trim()).toBe(
      "Version 3, which changes L2 the architecture's → 1e-4, epochs 30 → 10.",
    );
    await type(name, 'ours');
    expect(byTestId('recipe-consequence').textContent.trim()).toBe('A new recipe of your own.');
    main.answers['recipes.save'] = () => fail('conflict', 'There is already a recipe named "ours".');
    await click(button);
    expect(byTestId('save-recipe-problem').textContent).toContain('There is already a recipe');
  });

  it('proposes one for network and data set, with what to expect', async () => {
    list = [];
    await openNewRun();
    await click(byTestId('run-dataset-shapes'));
    expect(document.querySelector('[data-testid="run-recipe-proposal"]')).toBeNull();
    await click(byTestId('run-dataset-cifar10'));
    const proposal = (): string => byTestId('run-recipe-proposal').textContent.replace(/\s+/g, ' ').trim();
    expect(proposal()).toBe(
      'Proposed is the blog’s: expect 72.26 % validation accuracy (70.03 % to 75.57 % in 6 documented runs). Use it',
    );
    // By itself the form does not validate on the test set.
    expect(field('validation-split')).toBe('0.1');
    await click(byTestId('run-recipe-use-proposal'));
    expect(field('validation-split')).toBe('0');
    expect(proposal()).toMatch(/^As proposed: /);
  });
});

it('a run’s page says by which recipe it is, opens it, and saves it', async () => {
  await mountInWindow(
    defineComponent(() => () => [
      h(RunDetails, { run: sampleRun({ id: 1, recipe: { ...DEFAULT_RECIPE, epochs: 20, seed: 4 } }) }),
      h(RecipesDialog),
      h(SaveRecipeDialog),
    ]),
  );
  expect(byTestId('run-recipe-nearest').textContent.trim()).toBe('mine, version 1');
  await click(byTestId('run-recipe-open'));
  await eventually(() => expect(panel()).toContain('mine'));
  useRecipeDialogs().isOpen = false;
  await click(byTestId('run-recipe-save'));
  await type(byTestId('recipe-name'), 'ours');
  await click(byTestId('recipe-save-submit'));
  expect(calls('recipes.save')).toMatchObject([{ id: null, name: 'ours', recipe: { epochs: 20 } }]);
});
