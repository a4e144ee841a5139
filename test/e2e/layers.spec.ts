/** The layer table: folding, sorting, searching, columns and files, by mouse and by keyboard. */
import { readFileSync } from 'node:fs';
import { expect, test } from './app';
import { goTo, typeInto } from './steps';

test('layers are folded, sorted and found, and the choice survives a restart', async ({ workbench }) => {
  let page = await workbench.start();
  await goTo(page, 'models');
  await page.getByTestId('model-preset:resnet50').click();
  const rows = page.getByTestId('layer-row');
  const row = (key: string) => page.locator(`[data-key="${key}"]`);

  await page.getByRole('radio', { name: 'Stages' }).check({ force: true });
  await expect(rows).toHaveCount(6);
  await row('stage2').click();
  await expect(row('stage2/block1')).toBeVisible();
  await page.keyboard.press('Tab');

  // By keyboard: from the row to its block, its layers, and back.
  await row('stage2').focus();
  await page.keyboard.press('ArrowRight');
  await expect(row('stage2/block1')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(row('stage2/block1/conv1')).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(row('stage2')).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(rows).toHaveCount(6);

  await page.getByRole('radio', { name: 'List' }).check({ force: true });
  await page.getByTestId('column-params').click();
  await expect(rows.first()).toHaveAttribute('data-key', 'stage4/block1/conv2');

  await page.getByTestId('find-layers').fill('shortcut/conv');
  await expect(page.getByTestId('found-layers')).toHaveText('4 layers of 175');

  await page.getByTestId('choose-columns').click();
  await page.getByTestId('show-column-receptiveField').check({ force: true });
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('column-receptiveField')).toBeVisible();
  await page.getByTestId('layer-batch').fill('256');
  const memory = await page.getByTestId('summary-training').textContent();

  await workbench.quit();
  page = await workbench.start();
  await expect(page.getByRole('radio', { name: 'List' })).toBeChecked();
  await expect(page.getByTestId('layer-batch')).toHaveValue('256');
  await expect(page.getByTestId('summary-training')).toHaveText(memory!);
  await expect(page.getByTestId('column-receptiveField')).toBeVisible();
  await expect(page.locator('th[data-column="params"]')).toHaveAttribute('aria-sort', 'descending');
});

test('the table is saved as LaTeX as it is shown', async ({ workbench }, info) => {
  const page = await workbench.start();
  await goTo(page, 'models');
  await page.getByTestId('model-preset:resnet18').click();
  await page.getByRole('radio', { name: 'Stages' }).check({ force: true });
  const file = info.outputPath('layers.tex');
  await workbench.app.evaluate(({ session }, path) => {
    session.defaultSession.once('will-download', (_event, item) => item.setSavePath(path));
  }, file);
  await page.getByTestId('save-summary').click();
  await page.getByText('LaTeX (booktabs)').click();
  await expect
    .poll(() => {
      try {
        return readFileSync(file, 'utf8').trimEnd().split('\n').at(-1);
      } catch {
        return null;
      }
    })
    .toBe('\\end{tabular}');
  expect(readFileSync(file, 'utf8')).toContain('  stage1 & ');
});

test('five thousand layers scroll without more rows in the document', async ({ workbench }) => {
  const page = await workbench.start();
  await goTo(page, 'models');
  await page.getByTestId('model-preset:resnet20').click();
  await page.getByTestId('field-shortcut-projection').check();
  await typeInto(
    page.getByTestId('table-text'),
    '[[250, [[16,3],[16,3]]], [250, [[32,3],[32,3]]], [200, [[64,3],[64,3]]]]',
  );
  await page.getByTestId('layer-detail').getByRole('radio', { name: 'Layers' }).check({ force: true });
  await expect(page.getByTestId('summary-layers')).toHaveText('4,910');
  await page.getByTestId('layer-table').evaluate((table) => (table.scrollTop = table.scrollHeight));
  await expect(page.locator('[data-key="dense"]')).toBeVisible();
  expect(await page.getByTestId('layer-row').count()).toBeLessThan(80);
});

test('a design that will disappoint is named and mended', async ({ workbench }) => {
  const page = await workbench.start();
  await goTo(page, 'models');
  await page.getByTestId('model-preset:resnet32').click();
  await expect(page.getByTestId('recognition')).toContainText('Equals the paper’s ResNet-32.');
  await page.getByTestId('field-shortcut-none').check();
  await expect(page.getByTestId('advice')).toContainText('32 layers without a shortcut');
  await page.getByTestId('fix-no-shortcut').click();
  await expect(page.getByTestId('advice')).toHaveCount(0);
  await expect(page.getByTestId('recognition')).toContainText('with option B instead of A');
  await expect(page.getByTestId('field-shortcut-projection')).toBeChecked();
});
