/** Every state of the Models screen; docs/MODELS.md shows some of these images. */
import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { fillLibrary } from './library-sample';
import { shoot } from './shots';
import { goTo, typeInto } from './steps';

/** Opens a preset as it is; a draft that is in front is discarded, else each image would show more of them. */
async function open(page: Page, preset: string, front: 'Layers' | 'Picture' = 'Layers'): Promise<void> {
  await goTo(page, 'models');
  const discard = page.getByRole('button', { name: /^Discard/ });
  if ((await discard.count()) > 0) {
    await discard.click();
    await expect(discard).toHaveCount(0);
    const notice = page.getByTestId('notice-info');
    await notice.getByRole('button', { name: 'Dismiss' }).click();
    await expect(notice).toHaveCount(0);
  }
  await page.getByTestId(`model-preset:${preset}`).click();
  await page.getByTestId('tab-design').click();
  await page.getByRole('radio', { name: front, exact: true }).first().check({ force: true });
}

async function openPicture(page: Page, preset: string, level: string): Promise<void> {
  await open(page, preset, 'Picture');
  await page.getByRole('radio', { name: level, exact: true }).last().check({ force: true });
  await page.getByTestId('picture-fit').click();
  await expect(page.getByTestId('picture-sheet').getByRole('option').first()).toBeVisible();
}

test('every state of the Models screen fits at two sizes, dark and light', async ({ workbench }) => {
  test.slow();
  const page = await workbench.start();
  await shoot(workbench, page, {
    'models-layers': async () => {
      await open(page, 'resnet50');
      await page.getByRole('radio', { name: 'Stages' }).check({ force: true });
      await page.locator('[data-key="stage2"]').click();
      await expect(page.locator('[data-key="stage2/block1"]')).toBeVisible();
    },
    'models-list': async () => {
      await open(page, 'resnet50');
      await page.getByRole('radio', { name: 'List' }).check({ force: true });
      await expect(page.getByTestId('layer-row').first()).toBeVisible();
    },
    'models-picture-stages': () => openPicture(page, 'resnet50', 'Stages'),
    'models-picture-blocks': () => openPicture(page, 'resnet50', 'Blocks'),
    'models-picture-layers': async () => {
      await openPicture(page, 'resnet18', 'Layers');
      for (let step = 0; step < 6; step++) await page.getByRole('button', { name: 'Zoom in' }).click();
    },
    'models-mistake': async () => {
      await open(page, 'resnet34');
      await typeInto(
        page.getByTestId('table-text'),
        '[\n  [2, [[64, 3], [64, 3]]],\n  [2, [[128, 3], [128 3]]],\n]',
      );
      await expect(page.getByTestId('mend')).toBeVisible();
    },
    'models-cards': async () => {
      await open(page, 'resnet18');
      await page.getByTestId('stage-card-1').evaluate((card) => card.scrollIntoView({ block: 'start' }));
    },
    'models-conventions': async () => {
      await open(page, 'resnet18');
      await page.getByTestId('field-shortcut').evaluate((field) => field.scrollIntoView({ block: 'center' }));
      // Effects are worked out for what is in sight.
      await expect(page.getByTestId('field-shortcut').locator('label').last()).toContainText('parameters');
    },
    'models-advice': async () => {
      await open(page, 'resnet32');
      await page.getByTestId('field-shortcut-none').check();
      await expect(page.getByTestId('advice')).toContainText('32 layers without a shortcut');
    },
    'models-changes': async () => {
      await open(page, 'resnet20');
      await page.getByTestId('field-classes').fill('100');
      await page.getByTestId('field-classes').press('Enter');
      if ((await page.getByTestId('change-list').count()) === 0) await page.getByTestId('changes').click();
      await page.getByTestId('table-text').evaluate((text) => text.scrollIntoView({ block: 'center' }));
    },
    'models-json': async () => {
      await open(page, 'resnet101');
      await page.getByTestId('tab-json').click();
      await expect(page.getByTestId('tab-json')).toHaveAttribute('aria-selected', 'true');
    },
    'models-both': async () => {
      await open(page, 'resnet50');
      const front = page.getByTestId('front');
      await front.getByRole('radio', { name: 'Both' }).check({ force: true });
      // The table's, then the picture's.
      await page.getByRole('radio', { name: 'Stages', exact: true }).first().check({ force: true });
      await page.getByRole('radio', { name: 'Blocks', exact: true }).last().check({ force: true });
      await page.getByTitle('Show stage 3 in the layer table').click();
      await expect(page.locator('[data-key="stage3"]')).toHaveAttribute('aria-selected', 'true');
      await expect(page.locator('[data-key="stage3"]')).toBeInViewport();
    },
  });
});

test('the library fits at two sizes, dark and light', async ({ workbench }) => {
  test.slow();
  const page = await workbench.start();
  await fillLibrary(page);
  const openLibrary = async () => {
    await goTo(page, 'models');
    await page.getByTestId('model-own:1').click();
    await expect(page.getByTestId('architecture-name')).toHaveValue('small images');
  };
  await shoot(workbench, page, {
    'models-library': openLibrary,
    'models-versions': async () => {
      await openLibrary();
      await page.getByTestId('model-more').click();
      await page.getByText('Versions…', { exact: true }).click();
      await expect(page.getByTestId('version-1')).toBeVisible();
    },
    'models-details': async () => {
      await openLibrary();
      await page.getByTestId('model-more').click();
      await page.getByText('Tags and notes…', { exact: true }).click();
      await expect(page.getByTestId('details-tags')).toHaveValue('cifar, thin');
    },
    'models-compare': async () => {
      await page.evaluate(() => (location.hash = '#/models/compare/own:1@1/own:1@3'));
      await expect(page.getByTestId('difference-picture')).toBeVisible();
    },
  });
});
