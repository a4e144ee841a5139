/** axe over every view and dialog, dark and light, without runs and with some: WCAG 2 A and AA, and best practices. */
import type { Page } from '@playwright/test';
import { findPreset } from '../../src/architecture/presets';
import { DEFAULT_RECIPE, RECIPE_KEYS } from '../../src/shared/recipe';
import type { ImportRequest, RunRequest } from '../../src/shared/run';
import { expect, test } from './app';
import { violations } from './axe';
import { fillLibrary } from './library-sample';
import { fillRecipes } from './recipes-sample';
import { atRest, chooseModel, expectPoints, expectState, goTo, startRun, typeInto } from './steps';

type Opening = () => Promise<unknown>;

async function inBothThemes(page: Page, places: Record<string, Opening>): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await page.evaluate(async (value) => {
      const { api } = window as unknown as { api: { call(method: string, args: unknown): Promise<unknown> } };
      await api.call('settings.set', { theme: value });
    }, theme);
    await page.reload();
    await page.waitForSelector('nav');
    for (const [name, open] of Object.entries(places)) {
      await test.step(`${name}, ${theme}`, async () => {
        await open();
        // Colours on their way in are none that anybody reads.
        await atRest(page.locator('body, body *'));
        expect.soft(await violations(page), `${name}, ${theme}`).toEqual([]);
        const dialogs = page.getByRole('dialog');
        // One may lie over another.
        for (let left = Math.max(1, await dialogs.count()) - 1; left >= 0; left--) {
          await page.keyboard.press('Escape');
          await expect(dialogs).toHaveCount(left);
        }
      });
    }
  }
}

/** By the palette, as a person does. */
async function command(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').fill(words);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('palette-input')).toHaveCount(0);
}

test('every view and dialog without runs', async ({ workbench }) => {
  test.slow();
  const page = await workbench.start();
  await inBothThemes(page, {
    start: () => command(page, 'start page'),
    'the blog’s experiment': async () => {
      await command(page, 'blog’s experiment');
      await expectPoints(page, 'blog-chart', 10);
      await page.getByLabel('Short form').check({ force: true });
      await expect(page.getByTestId('blog-shorter')).toBeVisible();
    },
    palette: async () => {
      await page.keyboard.press('Control+k');
      await page.getByTestId('palette-input').fill('e');
    },
    'palette without a result': async () => {
      await page.keyboard.press('Control+k');
      await page.getByTestId('palette-input').fill('zzzz');
    },
    shortcuts: async () => {
      await page.keyboard.press('F1');
      await expect(page.getByTestId('shortcuts-search')).toBeFocused();
    },
    models: () => goTo(page, 'models'),
    'every layer': async () => {
      await goTo(page, 'models');
      const show = page.getByRole('radiogroup', { name: 'Show' });
      await show.getByRole('radio', { name: 'Layers' }).check({ force: true });
      await page.getByTestId('layer-detail').getByRole('radio', { name: 'Layers' }).check({ force: true });
      await expect(page.locator('[data-key="stem/conv"]')).toBeVisible();
    },
    'columns of layers, and a batch that cannot be': async () => {
      await goTo(page, 'models');
      await page.getByTestId('layer-batch').fill('0');
      await page.getByTestId('choose-columns').click();
      await expect(page.getByTestId('find-column')).toBeFocused();
    },
    'a model’s JSON': async () => {
      await goTo(page, 'models');
      await page.getByTestId('tab-json').click();
      await expect(page.getByTestId('json-text')).toBeVisible();
    },
    'a table with a mistake': async () => {
      await goTo(page, 'models');
      await page.getByTestId('tab-design').click();
      await typeInto(page.getByTestId('table-text'), '[[2, [[64 3]]]] # 中文');
      await page.getByTestId('table-text').press('F8');
      await expect(page.locator('.cm-note')).toBeVisible();
    },
    'save as': async () => {
      await goTo(page, 'models');
      await page.getByTestId('model-preset:resnet18').click();
      await page.getByTestId('save-as').click();
      await expect(page.getByTestId('name-input')).toBeFocused();
    },
    'a picture': async () => {
      await goTo(page, 'models');
      await page.getByRole('radio', { name: 'Picture' }).check({ force: true });
      await page.getByTestId('picture-sheet').press('Enter');
      await expect(page.getByTestId('picture-sheet').locator('[aria-selected="true"]')).toHaveCount(1);
    },
    'table and picture': async () => {
      await goTo(page, 'models');
      await page.getByTestId('front').getByRole('radio', { name: 'Both' }).check({ force: true });
      await page.locator('[data-key="stage1"]').press('Enter');
      await expect(page.locator('[data-key="stage1"]')).toHaveAttribute('aria-selected', 'true');
    },
    'save picture': async () => {
      await goTo(page, 'models');
      await page.getByTestId('picture-save').click();
      await expect(page.getByTestId('picture-save-submit')).toBeVisible();
    },
    runs: () => goTo(page, 'runs'),
    'new run': async () => {
      await page.keyboard.press('Control+n');
      await expect(page.getByTestId('run-model')).toBeFocused();
    },
    'find learning rate': async () => {
      await page.keyboard.press('Control+n');
      await page.getByTestId('run-find-rate').click();
      await page.getByTestId('range-to').fill('0');
      await expect(page.getByTestId('range-start')).toBeDisabled();
    },
    'recipes without one’s own': async () => {
      await command(page, 'recipes');
      await expect(page.getByTestId('recipe-panel')).toBeVisible();
    },
    import: async () => {
      await command(page, 'import histories');
      await page.getByTestId('import-paste').fill('epoch,loss,lr\n0,1.5,0.1\n');
      await page.getByTestId('import-files').setInputFiles({
        name: 'broken.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from('epoch,loss\n0,low\n'),
      });
      await expect(page.getByTestId('history')).toHaveCount(2);
    },
    compare: () => goTo(page, 'compare'),
    images: async () => {
      await goTo(page, 'data');
      await page.getByTestId('dataset-shapes-images').click();
      await expect(page.getByTestId('image-grid').locator('canvas').first()).toBeVisible();
    },
    data: async () => {
      await goTo(page, 'data');
      await expect(page.getByTestId('dataset-shapes')).toBeVisible();
    },
    settings: () => goTo(page, 'settings'),
    about: async () => {
      await page.getByRole('button', { name: 'About Resbench' }).click();
      await expect(page.getByTestId('about')).toBeVisible();
    },
  });
});

test('every view and dialog with runs', async ({ workbench }) => {
  test.slow();
  const page = await workbench.start();
  for (const [model, name] of [
    ['resnet20', 'twenty'],
    ['resnet32', 'thirty-two'],
  ] as const) {
    await chooseModel(page, model);
    const run = await startRun(page, { name, epochs: 2, batchSize: 16, limitTrain: 64, limitEval: 32 });
    await expectState(run, 'completed');
  }
  await goTo(page, 'runs');
  for (const name of ['twenty', 'thirty-two']) {
    await page.getByRole('checkbox', { name: `Compare ${name}` }).check();
  }
  // One that waits, with a block table wider than its column in Compare.
  const held: RunRequest = {
    name: 'held',
    architecture: {
      ...findPreset('resnet20')!.architecture,
      name: 'wide',
      table: [
        [
          2,
          [
            [64, 1],
            [64, 3],
            [64, 3],
            [64, 3],
            [64, 3],
            [256, 1],
          ],
        ],
      ],
    },
    datasetId: 'shapes',
    recipe: DEFAULT_RECIPE,
    queue: 'held',
  };
  await page.evaluate(async (request) => {
    const { api } = window as unknown as { api: { call(method: string, args: unknown): Promise<unknown> } };
    await api.call('runs.start', request);
  }, held);
  await page.getByRole('checkbox', { name: 'Compare held' }).check();
  const history: ImportRequest = {
    text: 'epoch,loss,lr,val_accuracy\n0,2,0.1,0.4\n1,1,0.1,0.5\n',
    file: 'history.csv',
    name: 'old history',
  };
  await page.evaluate(async (request) => {
    const { api } = window as unknown as { api: { call(method: string, args: unknown): Promise<unknown> } };
    await api.call('runs.import', request);
  }, history);

  await fillRecipes(page);
  const openRun = async () => {
    await command(page, 'twenty');
    await expect(page.getByTestId('run-title')).toHaveText('twenty');
    await expectPoints(page, 'chart-loss', 8);
  };
  await inBothThemes(page, {
    runs: async () => {
      await goTo(page, 'runs');
      await expect(page.getByTestId('run-row')).toHaveCount(4);
      await expect(page.getByTestId('queue-row')).toHaveCount(1);
    },
    rename: async () => {
      await goTo(page, 'runs');
      await page.getByTestId('run-row').first().focus();
      await page.keyboard.press('F2');
      await expect(page.getByTestId('name-input')).toBeFocused();
    },
    run: openRun,
    'an imported run': async () => {
      await command(page, 'old history');
      await expectPoints(page, 'chart-loss', 2);
      await page.getByTestId('source-toggle').click();
      await expect(page.getByTestId('source-text')).toContainText('epoch,loss');
    },
    extend: async () => {
      await openRun();
      await page.getByTestId('run-extend').click();
      await expect(page.getByTestId('extend-epochs')).toBeFocused();
    },
    fork: async () => {
      await openRun();
      await page.getByTestId('run-fork').click();
      await expect(page.getByTestId('fork-checkpoint')).toBeFocused();
    },
    'delete a checkpoint': async () => {
      await openRun();
      await page.getByTestId('checkpoint-delete').first().click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
    'save the recipe of a run': async () => {
      await openRun();
      await page.getByTestId('run-recipe-save').click();
      await page.getByTestId('recipe-name').fill('blog');
      await expect(page.getByTestId('recipe-save-submit')).toBeDisabled();
    },
    'recipes with versions, compared': async () => {
      await command(page, 'recipes');
      await page.getByTestId('recipe-own:1').click();
      await page.getByLabel('Compare with version 1').click();
      await expect(page.getByTestId('recipe-differences')).toBeVisible();
    },
    'a run that waits': async () => {
      await command(page, 'held');
      await expect(page.getByTestId('run-title')).toHaveText('held');
    },
    compare: async () => {
      await goTo(page, 'compare');
      await expect(page.getByTestId('compare-table')).toContainText('Block table');
      await expect(page.getByTestId('recipes')).toContainText('Training images');
    },
    'recipes in full': async () => {
      await goTo(page, 'compare');
      await page.getByTestId('recipes-all').check();
      await expect(page.getByTestId('recipe-row')).toHaveCount(RECIPE_KEYS.length);
    },
    'new run': async () => {
      await page.keyboard.press('Control+n');
      await expect(page.getByTestId('run-model')).toBeFocused();
    },
    palette: async () => {
      await page.keyboard.press('Control+k');
      await page.getByTestId('palette-input').fill('twen');
    },
  });
});

test('the library of architectures', async ({ workbench }) => {
  test.slow();
  const page = await workbench.start();
  await goTo(page, 'models');
  await fillLibrary(page);
  const open = async () => {
    await goTo(page, 'models');
    await page.getByTestId('models-filter').fill('');
    await page.getByTestId('model-own:1').click();
    await expect(page.getByTestId('architecture-name')).toHaveValue('small images');
  };
  const compare = async (before: string, after: string) => {
    await page.evaluate((path) => (location.hash = path), `#/models/compare/${before}/${after}`);
    await expect(page.getByTestId('model-compare')).toBeVisible();
  };
  await inBothThemes(page, {
    'the list': open,
    'tags and notes': async () => {
      await open();
      await command(page, 'tags and notes');
      await expect(page.getByTestId('details-tags')).toBeFocused();
    },
    'a tag that cannot be': async () => {
      await open();
      await command(page, 'tags and notes');
      await page.getByTestId('details-tags').fill('x'.repeat(41));
      await expect(page.getByText(/A tag must have at most 40/)).toBeVisible();
    },
    'save with a note': async () => {
      await open();
      await page.keyboard.press('Control+Alt+s');
      await expect(page.getByTestId('note-text')).toBeFocused();
    },
    versions: async () => {
      await open();
      await command(page, 'versions of the architecture');
      await expect(page.getByTestId('version-1')).toBeVisible();
    },
    'a version': async () => {
      await open();
      await command(page, 'versions of the architecture');
      await page.getByRole('button', { name: 'Show version 2' }).click();
      await expect(page.getByTestId('look-dialog')).toBeVisible();
      // What lies below is no part of what can be reached, and is looked at above.
      await page.keyboard.press('Escape');
      await expect(page.getByTestId('look-dialog')).toHaveCount(0);
    },
    'a comparison': async () => {
      await compare('own:1@1', 'own:1@3');
      await expect(page.getByTestId('difference-picture')).toBeVisible();
    },
    'a comparison without a difference': async () => {
      await compare('own:1@3', 'own:1');
      await expect(page.getByTestId('compare-same')).toBeVisible();
    },
    'a comparison of what is gone': () => compare('own:99', 'own:1'),
    // The last: the tag stays pressed.
    'a tag, in vain': async () => {
      await open();
      await page.getByRole('button', { name: 'plain', exact: true }).click();
      await page.getByTestId('models-filter').fill('small');
      await expect(page.getByTestId('models-none')).toBeVisible();
    },
  });
});
