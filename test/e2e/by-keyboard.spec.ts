/** The main journey of comparing, in one go and without a pointer: every step is a key press. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { expect, ROOT, test } from './app';
import { pretendCifar10, savesTo } from './files';
import { chooseAt, command, expectState, tabTo, typeAt } from './steps';

const KERAS_LOG = readFileSync(
  join(ROOT, 'test/unit/shared/histories/files/keras2-console-backspace.txt'),
  'utf8',
);

const TRAINED = ['resnet18', 'resnet34'].flatMap((model) =>
  [1, 2].map((seed) => ({ model, seed, name: `${model}, seed ${seed}` })),
);
const IMPORTED = 'from Keras';

/** A dialog takes the focus as it opens: what is pressed before goes elsewhere. */
async function toHaveOpened(dialog: Locator): Promise<void> {
  await expect(dialog).toBeVisible();
  await expect(dialog.locator(':focus')).toHaveCount(1);
}

test('from the blog’s experiment to a saved figure, by the keyboard alone', async ({ workbench }) => {
  test.slow();
  const folder = mkdtempSync(join(tmpdir(), 'resbench-figures-'));
  pretendCifar10(workbench.home);
  const page = await workbench.start();
  await savesTo(workbench, folder);
  const { keyboard } = page;

  await test.step('start a short form of the blog’s experiment', async () => {
    await command(page, 'blog’s experiment');
    await expect(page.getByTestId('blog-data')).toHaveText('downloaded and ready');
    const main = page.locator('main');
    await chooseAt(
      page,
      main.getByRole('radiogroup').filter({ hasText: 'Short form' }),
      page.getByLabel('Short form'),
    );
    await tabTo(page, page.getByTestId('blog-run'));
    await keyboard.press('Enter');
    const rows = page.getByTestId('blog-run-row');
    await expect(rows).toHaveCount(1);
    // What lies there is not CIFAR-10, and the trainer says so: the rest of the way needs no hour of training.
    await expect(rows.first()).toHaveAttribute('data-state', 'failed', { timeout: 90_000 });
  });

  await test.step('import a log of Keras', async () => {
    await command(page, 'import histories');
    const dialog = page.getByRole('dialog', { name: 'Import histories' });
    await toHaveOpened(dialog);
    await tabTo(page, dialog.getByTestId('import-paste'));
    await keyboard.insertText(KERAS_LOG);
    await expect(dialog.getByTestId('history')).toContainText('val_acc');
    await typeAt(page, dialog.getByTestId('history-name'), IMPORTED);
    await tabTo(page, dialog.getByTestId('import-submit'));
    await keyboard.press('Enter');
    await expect(page.getByTestId('run-title')).toHaveText(IMPORTED);
  });

  for (const { model, seed, name } of TRAINED) {
    await test.step(`train ${name}`, async () => {
      await command(page, `preset:${model}`);
      await expect(page.getByTestId(`model-preset:${model}`)).toHaveAttribute('aria-current', 'true');
      await command(page, 'train this architecture');
      const dialog = page.getByRole('dialog', { name: 'New run' });
      await toHaveOpened(dialog);
      await typeAt(page, dialog.getByTestId('run-name'), name);
      await chooseAt(page, dialog.locator('fieldset.datasets'), dialog.getByTestId('run-dataset-shapes'));
      for (const [field, value] of [
        ['epochs', 1],
        ['batch-size', 16],
        ['limit-train', 32],
        ['limit-eval', 32],
        ['seed', seed],
      ] as const)
        await typeAt(page, dialog.getByTestId(`run-${field}`), String(value));
      await keyboard.press('Enter');
      await expect(dialog).toHaveCount(0);
      const run = page.getByTestId('run-page');
      await expect(page.getByTestId('run-title')).toHaveText(name);
      await expectState(run, 'completed');
    });
  }

  const figures = page.getByTestId('figures-row');
  await test.step('compare them, and the import', async () => {
    await command(page, 'go to runs');
    // From top to bottom: the newest comes first.
    for (const name of [...TRAINED.map((run) => run.name).reverse(), IMPORTED]) {
      await tabTo(page, page.getByRole('checkbox', { name: `Compare ${name}` }));
      await keyboard.press('Space');
    }
    await tabTo(page, page.getByTestId('compare-button'), 'Shift+Tab');
    await keyboard.press('Enter');
    await expect(figures).toHaveCount(5);
  });

  await test.step('judge by the loss, and group by architecture', async () => {
    await tabTo(page, page.getByTestId('compare-judge'));
    await keyboard.type('Validation loss');
    await tabTo(page, page.getByTestId('compare-group'));
    await keyboard.type('Architecture');
    await expect(figures).toHaveCount(3);
  });

  await test.step('leave the import out, and read whether the difference is more than chance', async () => {
    await tabTo(page, page.getByRole('button', { name: `Remove ${IMPORTED} from Compare` }), 'Shift+Tab');
    await keyboard.press('Enter');
    await expect(figures).toHaveCount(2);
    await expect(page.getByTestId('verdict')).toContainText(
      /validation loss .* Welch’s t-test over 2 and 2 seeds/,
    );
  });

  await test.step('type the accuracy to reach, and move its line', async () => {
    await typeAt(page, page.getByTestId('compare-target'), '50');
    const line = page.getByTestId('value-line');
    await tabTo(page, line, 'Shift+Tab');
    await keyboard.press('ArrowUp');
    await keyboard.press('Shift+ArrowUp');
    await expect(line).toHaveAttribute('aria-valuetext', '51.1 %');
    await expect(page.getByTestId('figures-table')).toContainText('Epochs to 51.1 %');
  });

  await test.step('pin a baseline', async () => {
    const first = figures.first();
    await tabTo(page, first.getByTestId('pin-baseline'));
    await keyboard.press('Enter');
    await expect(first.getByTestId('pin-baseline')).toBeFocused();
    await expect(figures.last()).toContainText(/\((better|worse)\)/);
  });

  await test.step('save a figure', async () => {
    const button = page.getByRole('button', { name: 'Save Validation accuracy' });
    await tabTo(page, button, 'Shift+Tab');
    await keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await toHaveOpened(dialog);
    const format = dialog.getByRole('radiogroup', { name: 'Format' });
    await chooseAt(page, format, dialog.getByRole('radio', { name: 'SVG' }));
    await keyboard.press('Enter');
    await expect(dialog).toHaveCount(0);
    await expect(button).toBeFocused();
    await expect(page.getByText('Validation accuracy - 4 runs over epoch.svg is saved.')).toBeVisible();
    expect(readFileSync(join(folder, 'Validation accuracy - 4 runs over epoch.svg'), 'utf8')).toContain(
      '</svg>',
    );
  });
  rmSync(folder, { recursive: true, force: true });
});
