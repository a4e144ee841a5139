/** What cannot be is refused in the dialog, where it is typed or chosen. */
import { expect, test } from './app';
import { goTo } from './steps';

// As on a machine without a GPU, wherever the test runs.
const visible = process.env.CUDA_VISIBLE_DEVICES;
test.beforeAll(() => {
  process.env.CUDA_VISIBLE_DEVICES = '-1';
});
test.afterAll(() => {
  if (visible === undefined) delete process.env.CUDA_VISIBLE_DEVICES;
  else process.env.CUDA_VISIBLE_DEVICES = visible;
});

test('a decimal comma, more images than there are, and a GPU where there is none', async ({ workbench }) => {
  const page = await workbench.start();
  await goTo(page, 'runs');
  await page.getByRole('button', { name: 'New run' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'New run' });
  const start = dialog.getByTestId('run-start');
  await expect(start).toBeEnabled();

  await dialog.getByTestId('run-learning-rate').fill('0,01');
  await expect(
    dialog.getByText('Learning rate must have a decimal point: write 0.01, not 0,01.').first(),
  ).toBeVisible();
  await expect(start).toBeDisabled();
  await dialog.getByTestId('run-learning-rate').fill('0.01');
  await expect(start).toBeEnabled();

  await dialog.getByTestId('run-limit-eval').fill('99999');
  await expect(dialog.getByText('Shapes has 1,000 validation images, not 99,999').first()).toBeVisible();
  await expect(start).toBeDisabled();
  await dialog.getByTestId('run-limit-eval').fill('1000');
  await expect(start).toBeEnabled();

  await expect(dialog.getByRole('radio', { name: 'GPU' })).toBeDisabled();
  await expect(dialog.getByText('The GPU cannot be used: CUDA_VISIBLE_DEVICES is "-1"')).toBeVisible();
  await expect(dialog.getByRole('radio', { name: 'Automatic' })).toBeEnabled();

  const optimizer = dialog.getByTestId('run-optimizer');
  await optimizer.selectOption('SGD');
  await expect(dialog.getByTestId('run-momentum')).toHaveValue('0.9');
  await optimizer.selectOption('Adam');
  await expect(dialog.getByTestId('run-momentum')).toHaveCount(0);
});
