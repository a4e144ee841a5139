/** A folder of images becomes a data set that is looked at and trained on, by mouse and by keyboard alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { imageFolder } from '../image-folder';
import { expect, test } from './app';
import { violations } from './axe';
import { chooseAt, expectState, goTo, tabTo, typeAt } from './steps';

let folder: string;
test.beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'resbench-pictures-')), 'Haustiere 宠物');
  imageFolder(folder, ['cats', 'dogs', '兔子'], 20);
  writeFileSync(join(folder, 'cats', 'broken.png'), '\x89PNG\r\n\x1a\n', 'latin1');
  writeFileSync(join(folder, 'dogs', 'empty.jpg'), '');
});
test.afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Images of your own' });

test('by mouse: chosen, prepared, looked at, trained on with two random seeds, removed', async ({
  workbench,
}) => {
  const page = await workbench.start();
  await goTo(page, 'data');
  const card = page.getByTestId('dataset-own-haustiere');

  await test.step('the folder is chosen, and what is wrong is told at its field', async () => {
    await workbench.app.evaluate(({ dialog }, path) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
    }, folder);
    await page.getByTestId('add-images-card').click();
    const dialog = dialogOf(page);
    await expect(dialog.getByTestId('add-images')).toBeDisabled();
    await dialog.getByTestId('add-pick').click();
    await expect(dialog.getByTestId('add-path')).toHaveValue(folder);
    await expect(dialog.getByTestId('add-title')).toHaveValue('Haustiere 宠物');
    await dialog.getByTestId('add-size').fill('3');
    await expect(dialog.getByText('A whole number from 4 to 512.')).toBeVisible();
    await dialog.getByTestId('add-size').fill('16');
    await dialog.getByTestId('add-test-share').fill('100');
    await expect(dialog.getByText('A number above 0 and below 100.')).toBeVisible();
    await expect(dialog.getByTestId('add-images')).toBeDisabled();
    await dialog.getByTestId('add-test-share').fill('25');
    expect(await violations(page)).toEqual([]);
    await dialog.getByTestId('add-images').click();
  });

  await test.step('its card says what it has, and what was left out', async () => {
    await expect(page.getByTestId('dataset-own-haustiere-state')).toHaveText('Ready');
    await expect(card).toContainText('Haustiere 宠物');
    await expect(card.locator('dd').nth(0)).toHaveText('45');
    await expect(card.locator('dd').nth(1)).toHaveText('15');
    await expect(card).toContainText(
      '16 × 16 pixels and cropped around the middle; 25 % of each class as test set',
    );
    await card.getByText('2 files left out').click();
    await expect(card.getByRole('list').last()).toContainText('dogs/empty.jpg is empty');
    expect(await violations(page)).toEqual([]);
  });

  await test.step('its images are there', async () => {
    await page.getByTestId('dataset-own-haustiere-images').click();
    await expect(page.getByTestId('images-shown')).toHaveText('45 of 45 shown');
    await page.getByTestId('class-2').click();
    await expect(page.getByTestId('images-shown')).toHaveText('15 of 45 shown');
    await expect(page.getByTestId('image-panel').getByRole('heading').first()).toHaveText('兔子');
  });

  await test.step('it is trained on, the network adapted to it', async () => {
    await goTo(page, 'runs');
    await page.getByRole('button', { name: 'New run' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'New run' });
    await dialog.getByTestId('run-dataset-own-haustiere').check();
    await dialog.getByTestId('run-adapt').click();
    await dialog.getByTestId('run-batch-size').fill('8');
    await dialog.getByTestId('run-epochs').fill('2');
    await dialog.getByTestId('run-seeds').fill('2');
    await dialog.getByTestId('run-start').click();
    await expect(page.getByTestId('run-page')).toBeVisible();
    await goTo(page, 'runs');
    await expect(page.getByTestId('run-row').filter({ hasText: 'Completed' })).toHaveCount(2);
    await expect(page.getByTestId('run-row').first()).toContainText('Haustiere 宠物');
  });

  await test.step('nothing is prepared twice, and a set that is removed leaves its runs', async () => {
    await goTo(page, 'data');
    await page.getByTestId('dataset-own-haustiere-again').click();
    const dialog = dialogOf(page);
    await expect(dialog.getByTestId('add-size')).toHaveValue('16');
    await expect(dialog.getByTestId('add-title')).toHaveValue('Haustiere 宠物');
    await dialog.getByTestId('add-images').click();
    await expect(page.getByTestId('dataset-own-haustiere-state')).toHaveText('Ready');
    await page.getByTestId('dataset-own-haustiere-remove').click();
    await page.getByRole('dialog').getByTestId('confirm').click();
    await expect(card).toHaveCount(0);
    await goTo(page, 'runs');
    await expect(page.getByTestId('run-row')).toHaveCount(2);
  });
});

test('by keyboard alone: prepared, checked, and a run of it started', async ({ workbench }) => {
  const page = await workbench.start();
  await tabTo(page, page.getByTestId('nav-data'));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByTestId('add-images-open'));
  await page.keyboard.press('Enter');
  const dialog = dialogOf(page);
  await typeAt(page, dialog.getByTestId('add-path'), join(folder, 'nowhere'));
  await tabTo(page, dialog.getByTestId('add-images'));
  await page.keyboard.press('Enter');
  await expect(page.getByText(/nowhere.*is (missing|not there)|no folder/i).first()).toBeVisible();

  await tabTo(page, page.getByTestId('add-images-open'));
  await page.keyboard.press('Enter');
  await typeAt(page, dialog.getByTestId('add-path'), folder);
  await typeAt(page, dialog.getByTestId('add-title'), 'Pets');
  await typeAt(page, dialog.getByTestId('add-size'), '12');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('dataset-own-pets-state')).toHaveText('Ready');
  await tabTo(page, page.getByTestId('dataset-own-pets-check'));
  await page.keyboard.press('Enter');
  await expect(page.getByText('Pets is complete and unharmed.')).toBeVisible();

  await tabTo(page, page.getByTestId('nav-runs'));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: 'New run' }).first());
  await page.keyboard.press('Enter');
  const run = page.getByRole('dialog', { name: 'New run' });
  const sets = run.getByRole('group', { name: 'Data set' });
  await chooseAt(page, sets, run.getByTestId('run-dataset-own-pets'));
  await tabTo(page, run.getByTestId('run-adapt'));
  await page.keyboard.press('Enter');
  await typeAt(page, run.getByTestId('run-batch-size'), '8');
  await typeAt(page, run.getByTestId('run-epochs'), '1');
  await page.keyboard.press('Enter');
  await expectState(page.getByTestId('run-page'), 'completed');
});
