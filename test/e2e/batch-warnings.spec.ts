/** What a batch size leads to is said in the dialog, before the start. */
import { expect, test } from './app';
import { goTo } from './steps';

test('a last batch of one image, and one above the set, are told with what to do', async ({ workbench }) => {
  const page = await workbench.start();
  await goTo(page, 'runs');
  await page.getByRole('button', { name: 'New run' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'New run' });
  const warnings = dialog.getByTestId('run-warnings');
  await expect(dialog.getByTestId('run-total-steps')).toBeVisible();
  await expect(warnings).toHaveCount(0);

  await dialog.getByTestId('run-limit-train').fill('641');
  await expect(warnings).toContainText('The last batch of each epoch has one image');
  await expect(warnings).toContainText('such as 65, or 640 training images');
  await dialog.getByTestId('run-batch-size').fill('65');
  await expect(warnings).toHaveCount(0);

  await dialog.getByTestId('run-batch-size').fill('65536');
  await expect(warnings).toContainText('There are 641 images to train on, so no batch is larger');
});
