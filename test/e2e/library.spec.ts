/** The library of architectures: versions with notes, their comparison, tags and stars, files; by mouse, then by keyboard alone. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { savesTo } from './files';
import { goTo, startRun } from './steps';

const WIDER =
  '[[2, [[64,3],[64,3]]], [2, [[128,3],[192,3]]], [2, [[256,3],[256,3]]], [2, [[512,3],[512,3]]]]';

/** A copy of the blog's network in the library. */
async function saveCopy(page: Page, name: string): Promise<void> {
  await goTo(page, 'models');
  await page.getByTestId('model-preset:resnet18').click();
  await page.getByTestId('save-as').click();
  await page.getByTestId('name-input').fill(name);
  await page.getByTestId('name-submit').click();
  await expect(page.getByTestId('architecture-status')).toContainText('Saved');
}

async function chooseInMenu(page: Page, entry: string): Promise<void> {
  await page.getByTestId('model-more').click();
  await page
    .getByRole('menuitem')
    .filter({ hasText: entry })
    .or(page.getByText(entry, { exact: true }))
    .first()
    .click();
}

test('versions with notes are compared, restored and undone by mouse', async ({ workbench }) => {
  const page = await workbench.start();
  await saveCopy(page, 'mine');
  await page.getByTestId('table-text').fill(WIDER);
  await chooseInMenu(page, 'Save with a note…');
  await page.getByTestId('note-text').fill('wider in the middle');
  await page.getByTestId('note-submit').click();
  await expect(page.getByTestId('architecture-status')).toContainText('Saved');

  await chooseInMenu(page, 'Versions…');
  await expect(page.getByTestId('version-2')).toContainText('stage 2, convolution 2 filters 128 → 192');
  await expect(page.getByTestId('version-note-2')).toHaveValue('wider in the middle');
  await page.getByRole('button', { name: 'Compare version 2' }).click();
  const compare = page.getByTestId('model-compare');
  await expect(compare.getByTestId('compare-totals')).toContainText('11,196,042');
  await compare.getByTitle('A box for each stage').click();
  const picture = compare.getByTestId('difference-picture');
  await expect(picture.getByText('conv 2: filters 128 → 192')).toBeVisible();
  await expect(picture.getByRole('img')).toHaveAccessibleName(/1 stage changed/);
  await compare.getByTestId('compare-swap').click();
  await expect(picture.getByText('conv 2: filters 192 → 128')).toBeVisible();

  await goTo(page, 'models');
  await chooseInMenu(page, 'Versions…');
  await page.getByRole('button', { name: 'Restore version 1' }).click();
  await expect(page.getByTestId('architecture-status')).toContainText('Edited');
  await expect(page.getByTestId('summary-total-params')).toHaveText('11,196,042');
  await page.getByRole('button', { name: /^Undo/ }).first().click();
  await expect(page.getByTestId('architecture-status')).toContainText('Saved');
  await expect(page.getByTestId('summary-total-params')).not.toHaveText('11,196,042');
});

test('a run shows the version that it used', async ({ workbench }) => {
  test.slow();
  const page = await workbench.start();
  await goTo(page, 'models');
  await page.getByTestId('model-preset:resnet20').click();
  await page.getByTestId('save-as').click();
  await page.getByTestId('name-input').fill('twenty');
  await page.getByTestId('name-submit').click();
  await page.getByTestId('train').click();
  const run = await startRun(page, {
    name: 'first',
    epochs: 1,
    batchSize: 16,
    limitTrain: 32,
    limitEval: 16,
  });
  await expect(run.getByTestId('run-model-used')).toHaveText('twenty, version 1');
  await expect(run).toHaveAttribute('data-state', 'completed', { timeout: 120_000 });
  await goTo(page, 'models');
  await expect(page.getByTestId('model-runs')).toContainText(/1 run.*first.*best \d/);
  await page.getByTestId('field-shortcut-none').check({ force: true });
  await page.getByTestId('save').click();
  await expect(page.getByTestId('architecture-status')).toContainText('Saved');
  await expect(page.getByTestId('model-runs')).toContainText('version 1');
  await page.getByTestId('model-runs').getByRole('link', { name: 'first' }).click();
  await expect(run.getByTestId('run-model-used')).toContainText('twenty, version 1 (now version 2)');
  await run.getByTestId('run-model-compare').click();
  await expect(page.getByTestId('compare-conventions')).toContainText(/shortcut.*none/);
});

test('the library is tagged, searched, exported and imported by keyboard alone', async ({ workbench }) => {
  const page = await workbench.start();
  await saveCopy(page, 'mine');
  await saveCopy(page, 'other');

  // Star and tags, by the palette.
  const command = async (words: string) => {
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-input').fill(words);
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('palette-input')).toHaveCount(0);
  };
  await command('tags and notes');
  await expect(page.getByTestId('details-tags')).toBeFocused();
  await page.keyboard.type('CIFAR, thin');
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('details-notes')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('details-star')).toBeFocused();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('details-dialog')).toHaveCount(0);
  const yours = page.getByRole('region', { name: 'Yours' }).locator('.item .name');
  await expect(yours).toHaveText(['other', 'mine']);

  // The filter, then the tag below it.
  await page.keyboard.press('Control+f');
  await page.keyboard.type('min');
  await expect(yours).toHaveText(['mine']);
  await page.keyboard.press('Control+f');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'CIFAR' })).toBeFocused();
  await page.keyboard.press('Space');
  await expect(yours).toHaveText(['other']);
  await page.keyboard.press('Space');
  await expect(yours).toHaveText(['other', 'mine']);

  // A note on the version.
  await page.keyboard.press('Control+Alt+s');
  await expect(page.getByTestId('note-text')).toBeFocused();
  await page.keyboard.type('as the blog has it');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('note-dialog')).toHaveCount(0);
  await command('versions of the architecture');
  await expect(page.getByTestId('version-note-1')).toHaveValue('as the blog has it');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('versions-dialog')).toHaveCount(0);

  // Out as a file, and in again.
  await savesTo(workbench, workbench.home);
  const file = join(workbench.home, 'other.json');
  await command('export the architecture');
  await expect.poll(() => existsSync(file)).toBe(true);
  const text = readFileSync(file, 'utf8');
  expect(JSON.parse(text)).toMatchObject({ name: 'other', classes: 10 });
  writeFileSync(file, text.replace('"other"', '"third"'));
  const chooser = page.waitForEvent('filechooser');
  await command('import architectures');
  await (await chooser).setFiles(file);
  await expect(yours).toHaveText(['other', 'mine', 'third']);
  await expect(page.getByTestId('architecture-name')).toHaveValue('third');

  // Back by the undo of the window.
  await page.getByTestId('model-own:3').focus();
  await page.keyboard.press('Control+z');
  await expect(yours).toHaveText(['other', 'mine']);

  // Two of them against each other.
  await command('compare the architecture with');
  await expect(page.getByTestId('model-compare')).toBeVisible();
  await page.getByTestId('compare-before').focus();
  await page.keyboard.type('ResNet-34');
  await expect(page.getByTestId('compare-before')).toHaveValue(/^preset:resnet34/);
});

test('two hundred saved ones stay quick to walk through, with long and Chinese names', async ({
  workbench,
}) => {
  const page = await workbench.start();
  await goTo(page, 'models');
  await page.evaluate(async () => {
    const { api } = window as unknown as {
      api: { call(method: string, args: unknown): Promise<{ ok: boolean; error?: { message: string } }> };
    };
    for (let number = 0; number < 200; number++) {
      const name =
        number === 7
          ? '一个非常非常长的名字'.repeat(8)
          : `architecture with quite a long name, number ${String(number).padStart(3, '0')}`;
      const answer = await api.call('architectures.save', {
        id: null,
        architecture: {
          name,
          inputShape: [32, 32, 3],
          classes: 10,
          table: [[1, [[8 + number, 3]]]],
        },
      });
      if (!answer.ok) throw new Error(answer.error?.message);
      const tags = [`group ${number % 12}`, ...(number % 3 === 0 ? ['深度'] : [])];
      await api.call('architectures.describe', { id: number + 1, tags, starred: number % 20 === 0 });
    }
  });
  await page.reload();
  await page.waitForSelector('nav');
  const yours = page.getByRole('region', { name: 'Yours' }).locator('.item');
  await expect(yours).toHaveCount(200);
  await page.getByTestId('models-filter').fill('一个');
  await expect(yours).toHaveCount(1);
  await page.getByTestId('models-filter').fill('');
  await page.getByRole('button', { name: '深度' }).click();
  await expect(yours).toHaveCount(67);
  await page.getByTestId('models-filter').press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('architecture-status')).toContainText('Saved');
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  ).toBeLessThanOrEqual(0);
});
