import { expect, test } from './app';
import { chooseModel, expectState, startRun } from './steps';

test('a split is chosen, and the test accuracy taken by mouse and by keyboard, each time counted', async ({
  workbench,
}) => {
  test.slow();
  const page = await workbench.start();
  await chooseModel(page, 'resnet20');
  const dialog = page.getByRole('dialog', { name: 'New run' });
  await dialog.getByTestId('run-validation-split').fill('500');
  await expect(dialog).toContainText('500 images; 0: the test set');
  await expect(dialog).toContainText('Empty: all 9,500');
  const run = await startRun(page, { name: 'honest', epochs: 1, batchSize: 32, limitTrain: 64 });
  await expectState(run, 'completed');

  const panel = page.getByTestId('test-panel');
  await expect(panel.getByTestId('validated-on')).toContainText('500 held-out training images, split seed 0');
  await expect(panel.getByTestId('test-count')).toHaveText('Not taken yet.');
  await panel.getByTestId('test-take').click();
  await expect(panel.getByTestId('test-cancel')).toBeFocused();
  await expect(panel.getByTestId('test-count')).toHaveText('Taken once.', { timeout: 120_000 });
  await expect(panel.getByTestId('test-row')).toHaveCount(1);
  await expect(panel.getByTestId('test-row')).toContainText('2,000');

  await test.step('again by the keyboard, cancelled, and again', async () => {
    await expect(panel.getByTestId('test-take')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(panel.getByTestId('test-cancel')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(panel.getByTestId('test-take')).toBeFocused();
    await expect(panel.getByTestId('test-count')).toHaveText('Taken once.');
    await page.keyboard.press('Enter');
    await expect(panel.getByTestId('test-count')).toHaveText('Taken twice.', { timeout: 120_000 });
  });

  await test.step('averaged over mirror images, apart from the others', async () => {
    await expect(panel.getByRole('columnheader', { name: 'Averaged over' })).toHaveCount(0);
    await panel.getByTestId('test-views').selectOption('flip');
    await panel.getByTestId('test-take').click();
    await expect(panel.getByTestId('test-count')).toHaveText('Taken 3 times.', { timeout: 120_000 });
    await expect(panel.getByTestId('test-row').first()).toContainText('Flipped');
    await expect(panel.getByTestId('test-row').last()).not.toContainText('Flipped');
  });

  await test.step('a run that is validated on the test set says so', async () => {
    await chooseModel(page, 'resnet20');
    await dialog.getByTestId('run-validation-split').fill('0');
    const other = await startRun(page, {
      name: 'tuned',
      epochs: 1,
      batchSize: 32,
      limitTrain: 64,
      limitEval: 64,
    });
    await expectState(other, 'completed');
    await expect(panel.getByTestId('validated-on')).toContainText('validated on the test set');
    // The same network on the same data.
    await expect(panel.getByTestId('test-count')).toHaveText(
      'Not taken yet; 3 times in 1 run of this architecture on this data.',
    );
  });
});
