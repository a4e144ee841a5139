import { expect, test } from './app';
import { shoot } from './shots';
import { chooseModel, expectPoints, expectState, goTo, startRun } from './steps';

test('every view fits at two sizes, dark and light, without data and with some', async ({ workbench }) => {
  test.slow();
  const page = await workbench.start();

  const openRun = async (name: string) => {
    await goTo(page, 'runs');
    await page.getByTestId('run-row').getByText(name, { exact: true }).click();
    await expect(page.getByTestId('run-title')).toHaveText(name);
  };

  await shoot(workbench, page, {
    start: async () => {
      await page.evaluate(() => (location.hash = '#/start'));
      await expect(page.getByTestId('start-page')).toContainText('CIFAR-10: not downloaded');
    },
    palette: async () => {
      await goTo(page, 'runs');
      await page.keyboard.press('Control+k');
      await page.getByTestId('palette-input').fill('resnet');
    },
    shortcuts: async () => {
      await page.keyboard.press('F1');
      await expect(page.getByTestId('shortcuts-search')).toBeFocused();
    },
    'empty-runs': async () => {
      await goTo(page, 'runs');
      await expect(page.getByTestId('runs-empty')).toBeVisible();
    },
    'empty-compare': async () => {
      await goTo(page, 'compare');
      await expect(page.getByTestId('compare-empty')).toBeVisible();
    },
    images: async () => {
      await goTo(page, 'data');
      await page.getByTestId('dataset-shapes-images').click();
      await expect(page.getByTestId('image-grid').locator('canvas').first()).toBeVisible();
      await expect(page.getByTestId('images-statistics')).toContainText('Mean');
    },
    data: async () => {
      await goTo(page, 'data');
      await expect(page.getByTestId('dataset-shapes')).toBeVisible();
    },
    models: async () => {
      await goTo(page, 'models');
      await page.getByTestId('model-preset:resnet18').click();
      await expect(page.getByTestId('summary-total-params')).toHaveText('11,196,042');
    },
  });

  // Small real runs: ResNet-20 and ResNet-32 of the paper on the embedded set.
  for (const [model, name, epochs] of [
    ['resnet20', 'ResNet-20 on Shapes', 4],
    ['resnet32', 'ResNet-32 on Shapes', 2],
  ] as const) {
    await chooseModel(page, model);
    const run = await startRun(page, { name, epochs, batchSize: 32, limitTrain: 640, limitEval: 128 });
    await expectState(run, 'completed');
  }
  await goTo(page, 'runs');
  for (const name of ['ResNet-20 on Shapes', 'ResNet-32 on Shapes']) {
    await page.getByRole('checkbox', { name: `Compare ${name}` }).check();
  }

  await shoot(workbench, page, {
    runs: async () => {
      await goTo(page, 'runs');
      await expect(page.getByTestId('run-row')).toHaveCount(2);
    },
    run: async () => {
      await openRun('ResNet-20 on Shapes');
      await expectPoints(page, 'chart-loss', 40);
    },
    compare: async () => {
      await goTo(page, 'compare');
      await page.getByTestId('compare-metric').selectOption({ label: 'Loss of each step' });
      // Of both runs.
      await expectPoints(page, 'chart-compare', 120);
      await expect(page.getByTestId('verdict')).toBeVisible();
    },
    'compare-recipes': async () => {
      await goTo(page, 'compare');
      await page.getByTestId('recipes').scrollIntoViewIfNeeded();
      await expect(page.getByTestId('recipe-row').first()).toBeVisible();
    },
    settings: async () => {
      await goTo(page, 'settings');
      await expect(page.getByTestId('setting-runsAtOnce')).toHaveValue('1');
    },
    extend: async () => {
      await openRun('ResNet-20 on Shapes');
      await page.getByTestId('run-extend').click();
      await expect(page.getByTestId('extend-epochs')).toBeFocused();
    },
    fork: async () => {
      await openRun('ResNet-20 on Shapes');
      await page.getByTestId('run-fork').click();
      await expect(page.getByTestId('fork-checkpoint')).toBeFocused();
    },
    'new-run': async () => {
      await goTo(page, 'runs');
      await page.getByTestId('new-run').click();
      // The dialog takes the focus when it has come in.
      await expect(page.getByTestId('run-model')).toBeFocused();
    },
  });

  // A run that was paused once, resumed and is paused again.
  await chooseModel(page, 'resnet32');
  const paused = await startRun(page, {
    name: 'ResNet-32, longer',
    epochs: 6,
    batchSize: 32,
    limitTrain: 640,
    limitEval: 128,
  });
  await expectPoints(page, 'chart-loss', 30);
  await page.getByTestId('run-pause').click();
  await expectState(paused, 'paused');
  await page.getByTestId('run-resume').click();
  await expectState(paused, 'running');
  await expectPoints(page, 'chart-loss', 60);
  await page.getByTestId('run-pause').click();
  await expectState(paused, 'paused');

  // One that trains while its images are taken, and two that are held behind it.
  const long = { epochs: 60, batchSize: 32, limitTrain: 1280, limitEval: 320 };
  await chooseModel(page, 'resnet20');
  await expectState(await startRun(page, { ...long, name: 'ResNet-20, longer' }), 'running');
  for (const [model, name] of [
    ['resnet18', 'ResNet-18 on Shapes'],
    ['resnet34', 'ResNet-34 on Shapes'],
  ] as const) {
    await chooseModel(page, model);
    await expectState(await startRun(page, { ...long, name }), 'queued');
    await page.getByTestId('run-hold').click();
    await expect(page.getByTestId('run-release')).toBeVisible();
  }

  await shoot(workbench, page, {
    training: async () => {
      await openRun('ResNet-20, longer');
      // Six epochs: a curve of validations that shows where it goes.
      await expectPoints(page, 'chart-loss', 240);
    },
    queue: async () => {
      await goTo(page, 'runs');
      await expect(page.getByTestId('queue-row').getByText('Held')).toHaveCount(2);
      await expect(page.getByTestId('run-row')).toHaveCount(6);
    },
    held: async () => {
      await openRun('ResNet-18 on Shapes');
      await expect(page.getByTestId('run-release')).toBeVisible();
    },
    paused: async () => {
      await openRun('ResNet-32, longer');
      await expect(page.getByTestId('chart-loss').getByTestId('chart-mark')).toHaveCount(1);
    },
  });
});
