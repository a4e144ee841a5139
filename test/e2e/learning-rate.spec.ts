/** A schedule is chosen, seen before the run, and seen again as it was trained with. */
import type { Locator } from '@playwright/test';
import { expect, test } from './app';
import { chooseModel, expectState } from './steps';

const pathOf = (dialog: Locator): Promise<string | null> => dialog.getByTestId('rate-path').getAttribute('d');

test('by keyboard and by mouse: change the schedule, see it drawn, start, see it in the run', async ({
  workbench,
}) => {
  const page = await workbench.start();
  await chooseModel(page, 'resnet20');
  const dialog = page.getByRole('dialog', { name: 'New run' });
  await expect(dialog.getByTestId('run-start')).toBeEnabled();
  await expect(dialog.getByTestId('rate-curve')).toHaveCount(0);

  // By keyboard: the platform's select takes the first letters.
  await dialog.getByTestId('run-schedule').focus();
  await page.keyboard.type('cos');
  await expect(dialog.getByTestId('run-schedule')).toHaveValue('cosine');
  const cosine = await pathOf(dialog);
  await page.keyboard.press('Tab');
  await expect(dialog.getByTestId('run-final-share')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('0.5');
  await expect(dialog.getByTestId('rate-words')).toContainText('Starts at 0.001, ends at 5');
  expect(await pathOf(dialog)).not.toBe(cosine);

  // By mouse.
  await dialog.getByTestId('run-warmup').selectOption('Steps');
  await dialog.getByTestId('run-warmup-length').fill('99');
  await dialog.getByTestId('run-limit-train').fill('256');
  await dialog.getByTestId('run-limit-eval').fill('64');
  await dialog.getByTestId('run-batch-size').fill('32');
  await dialog.getByTestId('run-epochs').fill('2');
  await expect(
    dialog.getByText('A warm-up of 99 steps is no shorter than the run, which has 16: shorten it.').first(),
  ).toBeVisible();
  await expect(dialog.getByTestId('run-start')).toBeDisabled();
  await dialog.getByTestId('run-warmup-length').fill('4');
  await expect(dialog.getByTestId('rate-words')).toContainText('is largest (0.001) after 0.5 epochs');
  await dialog.getByTestId('run-start').click();

  await expect(page.getByTestId('run-page')).toBeVisible();
  await expect(page.getByTestId('chart-learning-rate')).toBeVisible();
  await expectState(page.getByTestId('run-page'), 'completed');
  const [run] = await page.evaluate(async () => {
    const listed = await window.api.call('runs.list', undefined);
    if (!listed.ok) throw new Error(listed.error.message);
    const { id } = listed.value[0]!;
    const steps = await window.api.call('runs.steps', { id, after: 0 });
    if (!steps.ok) throw new Error(steps.error.message);
    return [{ rates: [...steps.value.learningRate] }];
  });
  expect(run!.rates).toHaveLength(16);
  expect(run!.rates[0]).toBeCloseTo(0.0002, 10);
  expect(Math.max(...run!.rates)).toBe(0.001);
  expect(run!.rates.at(-1)).toBeLessThan(0.00052);
});
