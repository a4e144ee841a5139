import { expect, test } from './app';
import { chooseModel, expectPoints, expectState, goTo, points, startRun } from './steps';

test('start ResNet-18, watch it, stop it, start ResNet-50, compare both, and find both after a restart', async ({
  workbench,
}) => {
  test.slow();
  let page = await workbench.start();

  await test.step('ResNet-18 on shapes: points arrive while it trains', async () => {
    await chooseModel(page, 'resnet18');
    const run = await startRun(page, { name: 'eighteen', dataset: 'shapes', limitEval: 64 });
    await expectState(run, 'running');
    await expectPoints(page, 'chart-loss', 2);
    const before = await points(page, 'chart-loss');
    await expectPoints(page, 'chart-loss', before + 2);
    await expectPoints(page, 'chart-accuracy', 2);
    await expect(run).toHaveAttribute('data-state', 'running');
  });

  await test.step('it stops when told to, and keeps what was measured', async () => {
    await page.getByTestId('run-stop').click();
    await expectState(page.getByTestId('run-page'), 'stopped');
    await expect(page.getByTestId('run-banner')).toContainText(/Stopped by the user at step \d+/);
    await expectPoints(page, 'chart-loss', 4);
  });

  await test.step('ResNet-50 trains to its end', async () => {
    await chooseModel(page, 'resnet50');
    const run = await startRun(page, {
      name: 'fifty',
      epochs: 1,
      batchSize: 16,
      limitTrain: 64,
      limitEval: 32,
    });
    await expectState(run, 'completed');
    await expect(page.getByTestId('epoch-row')).toHaveCount(1);
  });

  await test.step('both curves lie over each other in Compare, with what differs', async () => {
    await goTo(page, 'runs');
    await page.getByRole('checkbox', { name: 'Compare eighteen' }).check();
    await page.getByRole('checkbox', { name: 'Compare fifty' }).check();
    await page.getByTestId('compare-button').click();
    await expect(page.getByTestId('compare-chip')).toHaveCount(2);
    await page.getByTestId('compare-metric').selectOption({ label: 'Loss of each step' });
    // The chips are the legend.
    await expect(page.getByTestId('compare-chip').nth(0)).toContainText(/eighteen|fifty/);
    await expect(page.getByTestId('chart-compare').getByRole('listitem')).toHaveCount(0);
    await expectPoints(page, 'chart-compare', 8);
    await expect(page.getByTestId('compare-table')).toContainText('Block table');
  });

  await test.step('after a restart the view, the ticks and both runs are there', async () => {
    await workbench.quit();
    page = await workbench.start();
    await expect(page.getByTestId('nav-compare')).toHaveAttribute('aria-current', 'page');
    await expect(page.getByTestId('compare-chip')).toHaveCount(2);
    await expect(page.getByTestId('compare-metric')).toHaveValue('stepLoss');
    await goTo(page, 'runs');
    await expect(page.getByRole('row', { name: 'Run eighteen' })).toContainText('Stopped');
    await expect(page.getByRole('row', { name: 'Run fifty' })).toContainText('Completed');
  });
});
