import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, ROOT, test } from './app';
import { differingBlocks, savesTo, type Box } from './files';
import { chooseModel, expectPoints, expectState, goTo, startRun, tabTo } from './steps';

const KERAS_LOG = readFileSync(
  join(ROOT, 'test/unit/shared/histories/files/keras2-console-backspace.txt'),
  'utf8',
);

const FIGURE = 'Validation accuracy - 4 runs over epoch';

async function savePng(page: Page, scale: string): Promise<void> {
  await page.getByRole('button', { name: 'Save Validation accuracy' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'PNG' }).check({ force: true });
  await dialog.getByRole('radio', { name: scale }).check({ force: true });
  await page.getByTestId('figure-save').click();
  await expect(page.getByTestId('figure-save')).toHaveCount(0);
}

/** Share of blocks of 8 by 8 pixels of the plot whose mean may differ: where edges are softened otherwise. */
const TOLERANCE = 0.003;

/** The plot of a figure: beside it stand letters, which each program hints in its own way. */
function plotOf(svg: string): Box {
  const [, ...numbers] =
    /<clipPath id="plot"><rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/.exec(svg)!;
  const [x, y, width, height] = numbers.map(Number) as [number, number, number, number];
  return { x, y, width, height };
}

const figures = (page: Page) => page.getByTestId('figures-row');

test('two architectures with two seeds each, grouped, held against a baseline, judged, and saved as a figure', async ({
  workbench,
}) => {
  test.slow();
  const folder = mkdtempSync(join(tmpdir(), 'resbench-figures-'));
  const page = await workbench.start();
  await savesTo(workbench, folder);

  await test.step('train ResNet-18 and ResNet-50 briefly, each with two seeds', async () => {
    for (const [model, name] of [
      ['resnet18', 'eighteen'],
      ['resnet50', 'fifty'],
    ] as const) {
      for (const seed of [1, 2]) {
        await chooseModel(page, model);
        const dialog = page.getByRole('dialog', { name: 'New run' });
        await dialog.getByTestId('run-seed').fill(String(seed));
        const run = await startRun(page, {
          name: `${name}, seed ${seed}`,
          epochs: 2,
          batchSize: 16,
          limitTrain: 48,
          limitEval: 32,
        });
        await expectState(run, 'completed');
      }
    }
  });

  await test.step('import a log of Keras', async () => {
    await goTo(page, 'runs');
    await page.getByTestId('import-button').click();
    await page.getByTestId('import-paste').fill(KERAS_LOG);
    await expect(page.getByTestId('history')).toContainText('val_acc');
    await page.getByTestId('history-name').fill('from Keras');
    await page.getByTestId('import-submit').click();
    await expect(page.getByTestId('import-dialog')).toHaveCount(0);
    await expect(page.getByTestId('run-title')).toHaveText('from Keras');
  });

  await test.step('compare all of them', async () => {
    await goTo(page, 'runs');
    for (const name of [
      'eighteen, seed 1',
      'eighteen, seed 2',
      'fifty, seed 1',
      'fifty, seed 2',
      'from Keras',
    ]) {
      await page.getByRole('checkbox', { name: `Compare ${name}` }).check();
    }
    await page.getByTestId('compare-button').click();
    await expect(figures(page)).toHaveCount(5);
    await expectPoints(page, 'chart-compare', 10);
  });

  await test.step('group by architecture: a mean with its band each, and the import for itself', async () => {
    await page.getByTestId('compare-group').selectOption({ label: 'Architecture' });
    await expect(figures(page)).toHaveCount(3);
    await expect(figures(page).filter({ hasText: '2 runs' })).toHaveCount(2);
    await page.getByTestId('compare-band').selectOption({ label: 'minimum to maximum' });
  });

  await test.step('pin a baseline: each other row has its difference', async () => {
    const fifty = figures(page).filter({ hasText: 'ResNet-50' });
    await fifty.getByTestId('pin-baseline').click();
    await expect(figures(page).filter({ hasText: 'ResNet-18' })).toContainText(/\((better|worse)\)/);
    await expect(fifty).not.toContainText(/\((better|worse)\)/);
  });

  await test.step('the sentence says whether the difference is more than chance', async () => {
    await page.getByRole('button', { name: 'Remove from Keras from Compare' }).click();
    await expect(page.getByTestId('verdict')).toContainText(/Too close to call|is better than/);
    await expect(page.getByTestId('verdict')).toContainText('Welch’s t-test over 2 and 2 seeds');
  });

  await test.step('drag the line of the accuracy to reach: the figures follow', async () => {
    await page.getByTestId('compare-target').fill('50');
    const line = page.getByTestId('value-line');
    await expect(line).toHaveAttribute('aria-valuetext', '50.0 %');
    await line.scrollIntoViewIfNeeded();
    const box = (await line.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 + 40, { steps: 4 });
    await page.mouse.up();
    await expect(line).not.toHaveAttribute('aria-valuetext', '50.0 %');
    const percent = (await line.getAttribute('aria-valuetext'))!;
    await expect(page.getByTestId('figures-table')).toContainText(`Epochs to ${percent}`);
  });

  await test.step('save the chart as a vector drawing, an image and its numbers', async () => {
    for (const format of ['SVG', 'PNG', 'CSV']) {
      await page.getByRole('button', { name: 'Save Validation accuracy' }).click();
      await page.getByRole('dialog').getByRole('radio', { name: format }).check({ force: true });
      await page.getByTestId('figure-save').click();
      await expect(page.getByTestId('figure-save')).toHaveCount(0);
    }
    const saved = (extension: string): Buffer | null => {
      try {
        return readFileSync(join(folder, `${FIGURE}.${extension}`));
      } catch {
        return null;
      }
    };
    await expect.poll(() => saved('svg')?.toString('utf8') ?? '').toContain('</svg>');
    const svg = saved('svg')!.toString('utf8');
    for (const text of [
      'Validation accuracy',
      '4 runs over epoch',
      'ResNet-18',
      'ResNet-50',
      '>Epoch</text>',
    ]) {
      expect(svg).toContain(text);
    }
    await expect.poll(() => saved('png')?.subarray(1, 4).toString('latin1') ?? '').toBe('PNG');
    // Two means with their bands, of two epochs each.
    await expect.poll(() => saved('csv')?.toString('utf8').trim().split('\r\n').length ?? 0).toBe(9);
  });

  await test.step('another program draws the vector drawing as the window draws the image', async () => {
    await savePng(page, '1×');
    const [svg, png] = ['svg', 'png'].map((kind) => join(folder, `${FIGURE}.${kind}`));
    const image = execFileSync('rsvg-convert', [svg!], { maxBuffer: 64 * 2 ** 20 });
    const box = plotOf(readFileSync(svg!, 'utf8'));
    const share = await differingBlocks(page, image, readFileSync(png!), box);
    expect(share).toBeLessThan(TOLERANCE);
  });

  await test.step('all of it is there again after a restart', async () => {
    await workbench.quit();
    const again = await workbench.start();
    await expect(figures(again)).toHaveCount(2);
    await expect(again.getByTestId('compare-group')).toHaveValue('architecture');
    await expect(again.getByTestId('value-line')).toBeVisible();
  });
  rmSync(folder, { recursive: true, force: true });
});

test('runs are grouped, held against a baseline, judged and saved as a figure by the keyboard alone', async ({
  workbench,
}) => {
  test.slow();
  const folder = mkdtempSync(join(tmpdir(), 'resbench-figures-'));
  const small = ['--epochs', '1', '--batch-size', '16', '--limit-train', '32', '--limit-eval', '32'];
  const names = ['resnet18', 'resnet34'].flatMap((model) =>
    [1, 2].map((seed) => ({ model, seed, name: `${model}, seed ${seed}` })),
  );
  for (const { model, seed, name } of names) {
    const words = ['train', model, '--name', name, '--seed', String(seed), ...small];
    expect(await workbench.terminal(words).exit).toBe(0);
  }
  const page = await workbench.start();
  await savesTo(workbench, folder);

  await test.step('tick all runs and compare them', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('go to runs');
    await page.keyboard.press('Enter');
    for (const { name } of [...names].reverse()) {
      await tabTo(page, page.getByRole('checkbox', { name: `Compare ${name}` }));
      await page.keyboard.press('Space');
    }
    await tabTo(page, page.getByTestId('compare-button'), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await expect(figures(page)).toHaveCount(4);
  });

  await test.step('judge by the loss, of groups of architectures', async () => {
    await tabTo(page, page.getByTestId('compare-judge'));
    await page.keyboard.type('Validation loss');
    await tabTo(page, page.getByTestId('compare-group'));
    await page.keyboard.type('Architecture');
    await expect(figures(page)).toHaveCount(2);
    await expect(page.getByTestId('verdict')).toContainText(
      /validation loss .* Welch’s t-test over 2 and 2 seeds/,
    );
    await expect(page.getByTestId('verdict')).toHaveAttribute('role', 'status');
  });

  await test.step('type an accuracy to reach, and move its line by the arrow keys', async () => {
    await tabTo(page, page.getByTestId('compare-target'));
    await page.keyboard.type('50');
    const line = page.getByTestId('value-line');
    await tabTo(page, line, 'Shift+Tab');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Shift+ArrowUp');
    await expect(line).toHaveAttribute('aria-valuetext', '51.1 %');
    await expect(page.getByTestId('figures-table')).toContainText('Epochs to 51.1 %');
  });

  await test.step('pin a baseline', async () => {
    const first = figures(page).first();
    await tabTo(page, first.getByTestId('pin-baseline'));
    await page.keyboard.press('Enter');
    await expect(first.getByTestId('pin-baseline')).toBeFocused();
    await expect(figures(page).last()).toContainText(/\((better|worse)\)/);
  });

  await test.step('save a chart as a vector drawing, and come back to its button', async () => {
    const button = page.getByRole('button', { name: 'Save Validation accuracy' });
    await tabTo(page, button, 'Shift+Tab');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    const format = dialog.getByRole('radiogroup', { name: 'Format' });
    await tabTo(page, format.locator('input:checked'));
    while (!(await dialog.getByRole('radio', { name: 'SVG' }).isChecked()))
      await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect(dialog).toHaveCount(0);
    await expect(button).toBeFocused();
    await expect(page.getByText('Validation accuracy - 4 runs over epoch.svg is saved.')).toBeVisible();
    expect(readFileSync(join(folder, `${FIGURE}.svg`), 'utf8')).toContain('</svg>');
  });
  rmSync(folder, { recursive: true, force: true });
});

test('charts are chosen, moved and zoomed by the keyboard alone', async ({ workbench }) => {
  test.slow();
  const page = await workbench.start();
  await chooseModel(page, 'resnet18');
  const run = await startRun(page, { name: 'one', epochs: 2, batchSize: 16, limitTrain: 64, limitEval: 32 });
  await expectState(run, 'completed');
  await goTo(page, 'runs');
  await page.getByRole('checkbox', { name: 'Compare one' }).press('Space');
  await page.getByTestId('compare-button').press('Enter');
  await expectPoints(page, 'chart-compare', 2);

  await page.getByTestId('compare-metric').focus();
  await page.keyboard.type('Loss of');
  await expect(page.getByTestId('compare-metric')).toHaveValue('stepLoss');
  await expectPoints(page, 'chart-compare', 8);

  const plot = page.getByTestId('chart-compare').locator('[data-points]');
  await plot.focus();
  const all = Number(await plot.getAttribute('data-points'));
  await page.keyboard.press('+');
  await expect.poll(async () => Number(await plot.getAttribute('data-points'))).toBeLessThan(all);
  await page.keyboard.press('0');
  await expect(plot).toHaveAttribute('data-points', String(all));
  await page.keyboard.press('f');
  const chart = page.getByTestId('chart-compare');
  await expect(chart).toHaveClass(/maximised/);
  await page.keyboard.press('Escape');
  await expect(chart).not.toHaveClass(/maximised/);

  const titles = () => page.getByTestId('chart-card').locator('h2').allTextContents();
  expect(await titles()).toEqual(['Loss of each step', 'Validation loss']);
  await page.getByTestId('card-menu').first().press('Enter');
  await page.getByRole('menuitem', { name: 'Move after' }).or(page.getByText('Move after')).first().click();
  await expect.poll(titles).toEqual(['Validation loss', 'Loss of each step']);
});
