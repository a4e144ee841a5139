import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, ROOT, test } from './app';
import { goTo, typeInto } from './steps';

test('the summary follows the block table as one types, and names mistakes', async ({ workbench }) => {
  const page = await workbench.start();
  await goTo(page, 'models');
  await page.getByTestId('model-preset:resnet18').click();
  await expect(page.getByTestId('summary-total-params')).toHaveText('11,196,042');

  const table = page.getByTestId('table-text');
  await typeInto(table, '[[2, [[64,3],[64,0]]]]');
  await expect(page.getByTestId('problems').first()).toContainText(
    'stage 1, convolution 2: kernel must be at least 1, got 0',
  );
  await expect(page.getByTestId('train')).toBeDisabled();

  await typeInto(table, '[[2, [[64,3],[64,3]]]]');
  await expect(page.getByTestId('train')).toBeEnabled();
  await expect(page.getByTestId('summary-total-params')).not.toHaveText('11,196,042');
});

test("the blog's Python text is accepted as it stands", async ({ workbench }) => {
  const page = await workbench.start();
  await goTo(page, 'models');
  await page.getByTestId('model-preset:resnet50').click();
  const python = readFileSync(join(ROOT, 'test/e2e/blog-resnet18.py'), 'utf8');
  await typeInto(page.getByTestId('table-text'), python);
  await page.getByTestId('field-shortcut-none').check();
  await expect(page.getByTestId('summary-total-params')).toHaveText('11,019,530');
});

test('an own architecture is saved, survives a restart, and comes back after its deletion', async ({
  workbench,
}) => {
  let page = await workbench.start();
  await goTo(page, 'models');
  await page.getByTestId('model-preset:resnet18').click();
  await page.getByTestId('save-as').click();
  await page.getByTestId('name-input').fill('mine');
  await page.getByTestId('name-submit').click();
  await expect(page.getByTestId('architecture-status')).toContainText(/saved/i);
  await typeInto(page.getByTestId('table-text'), '[[1, [[16,3],[16,3]]]]');
  await page.getByTestId('save').click();
  await expect(page.getByTestId('save')).toBeDisabled();

  await workbench.quit();
  page = await workbench.start();
  await expect(page.getByTestId('architecture-name')).toHaveValue('mine');
  await expect(page.getByTestId('table-text')).toContainText('16');

  await page.getByRole('link', { name: /^mine/ }).hover();
  await page.getByRole('button', { name: 'More on mine' }).click();
  await page.getByText('Delete', { exact: true }).click();
  await expect(page.getByRole('link', { name: /^mine/ })).toHaveCount(0);
  await page.getByTestId('notice-info').getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('link', { name: /^mine/ })).toHaveCount(1);
});
