/** A learning rate is found in the dialog of a new run, by mouse and by keyboard, and a run is trained with it. */
import { expect, test } from './app';
import { violations } from './axe';
import { chooseModel, expectState, tabTo, typeAt } from './steps';

test('by mouse and by keyboard: find a learning rate, choose one, start with it', async ({ workbench }) => {
  test.slow();
  const page = await workbench.start();
  await chooseModel(page, 'resnet20');
  const form = page.getByRole('dialog', { name: 'New run' });
  const dialog = page.getByRole('dialog', { name: 'Find learning rate' });
  const rate = form.getByTestId('run-learning-rate');
  await form.getByTestId('run-batch-size').fill('16');
  await form.getByTestId('run-limit-train').fill('320');
  await form.getByTestId('run-limit-eval').fill('64');
  await form.getByTestId('run-epochs').fill('1');

  await test.step('by mouse: cancelled, taken again, another point of the curve', async () => {
    await form.getByTestId('run-find-rate').click();
    await expect(dialog.getByTestId('range-chart')).toContainText('Nothing of it is kept.');
    await dialog.getByTestId('range-steps').fill('40');
    await dialog.getByTestId('range-start').click();
    await expect(dialog.getByTestId('range-progress')).toBeVisible();
    await dialog.getByTestId('range-stop').click();
    await expect(dialog.getByTestId('range-words')).toContainText('Cancelled after');
    await dialog.getByTestId('range-start').click();
    await expect(dialog.getByTestId('range-use')).toBeFocused({ timeout: 120_000 });
    await expect(dialog.getByTestId('range-mark-valley')).toBeVisible();
    expect(await violations(page)).toEqual([]);
    const suggested = await dialog.getByTestId('range-use').textContent();
    const box = (await dialog.getByTestId('range-chart').boundingBox())!;
    await page.mouse.click(box.x + box.width * 0.3, box.y + box.height / 2);
    await expect(dialog.getByTestId('range-use')).not.toHaveText(suggested!);
    await dialog.getByTestId('range-cancel').click();
    await expect(dialog).toHaveCount(0);
    await expect(rate).toHaveValue('0.001');
  });

  await test.step('by keyboard: the suggestion, then a step to its right', async () => {
    await tabTo(page, form.getByTestId('run-find-rate'));
    await page.keyboard.press('Enter');
    await expect(dialog).toBeVisible();
    await typeAt(page, dialog.getByTestId('range-steps'), '40');
    await page.keyboard.press('Enter');
    await expect(dialog.getByTestId('range-use')).toBeFocused({ timeout: 120_000 });
    const chart = dialog.getByTestId('range-chart');
    const before = Number(await chart.getAttribute('aria-valuenow'));
    await tabTo(page, chart, 'Shift+Tab');
    await page.keyboard.press('ArrowRight');
    await expect(chart).toHaveAttribute('aria-valuenow', String(before + 1));
    const words = (await dialog.getByTestId('range-use').textContent())!.replace('Use', '').trim();
    await page.keyboard.press('Enter');
    await expect(dialog).toHaveCount(0);
    await expect(rate).toHaveValue(words);
  });

  const wanted = Number(await rate.inputValue());
  await form.getByTestId('run-start').click();
  await expectState(page.getByTestId('run-page'), 'completed');
  const runs = await page.evaluate(() => window.api.call('runs.list', undefined));
  expect(runs).toMatchObject({ ok: true, value: [{ recipe: { learningRate: wanted } }] });
});
