import { expect, test } from './app';
import { goTo, wheelToTop } from './steps';
import { findPreset } from '../../src/architecture/presets';
import { DEFAULT_RECIPE } from '../../src/shared/recipe';
import type { RunRequest } from '../../src/shared/run';

const COUNT = 60;

test('long lists hold the rows in sight, and keys reach every row', async ({ workbench }) => {
  const page = await workbench.start();
  const requests = Array.from({ length: COUNT }, (_, index): RunRequest => ({
    name: `run ${index + 1}`,
    architecture: findPreset('resnet20')!.architecture,
    datasetId: 'shapes',
    recipe: DEFAULT_RECIPE,
    queue: 'held',
  }));
  await page.evaluate(async (all) => {
    const { api } = window as unknown as { api: { call(method: string, args: unknown): Promise<unknown> } };
    for (const request of all) await api.call('runs.start', request);
  }, requests);
  await goTo(page, 'runs');
  const scroller = page.getByTestId('runs-table').locator('xpath=..');

  await test.step('the table, newest first', async () => {
    const rows = page.getByTestId('run-row');
    const row = (name: string) => page.getByRole('row', { name: `Run ${name}`, exact: true });
    await expect(row('run 60')).toBeVisible();
    expect(await rows.count()).toBeLessThan(COUNT);
    await expect(page.getByTestId('runs-table')).toHaveAttribute('aria-rowcount', String(COUNT + 1));

    await row('run 60').focus();
    await page.keyboard.press('End');
    await expect(row('run 1')).toBeFocused();
    await expect(row('run 1')).toBeInViewport({ ratio: 0.9 });
    await expect(row('run 1')).toHaveAttribute('aria-rowindex', String(COUNT + 1));
    await page.keyboard.press('ArrowUp');
    await expect(row('run 2')).toBeFocused();
    await page.keyboard.press('Space');
    await expect(page.getByTestId('compare-button')).toHaveText('Compare (1)');

    // The focused row is scrolled out of the document; its keys work from it.
    await wheelToTop(page, scroller);
    await expect(row('run 2')).toHaveCount(0);
    await page.keyboard.press('Delete');
    await page.keyboard.press('ArrowDown');
    await expect(row('run 1')).toBeFocused();
    await expect(page.getByRole('status').filter({ hasText: `${COUNT} runs` })).toBeVisible();
  });

  await test.step('all runs that the filter leaves are ticked at once', async () => {
    const all = page.getByTestId('compare-all');
    const compared = page.getByTestId('compare-button');
    // One is ticked by now, and the filter does not leave it.
    await page.getByTestId('runs-filter').fill('run 5');
    await expect(page.getByTestId('run-row')).toHaveCount(15);
    await expect(all).not.toBeChecked();
    await all.check();
    await expect(compared).toHaveText('Compare (16)');
    await page.getByRole('checkbox', { name: 'Compare run 55' }).uncheck();
    expect(await all.evaluate((box: HTMLInputElement) => box.indeterminate)).toBe(true);
    await all.click();
    await expect(all).toBeChecked();
    await expect(compared).toHaveText('Compare (16)');
    await all.uncheck();
    await expect(compared).toHaveText('Compare (1)');
    await page.getByTestId('runs-filter').fill('');
  });

  await test.step('the queue, oldest first', async () => {
    const rows = page.getByTestId('queue-row');
    const row = (name: string) => rows.filter({ has: page.getByText(name, { exact: true }) });
    expect(await rows.count()).toBeLessThan(COUNT);
    await row('run 1').focus();
    await page.keyboard.press('End');
    await expect(row('run 60')).toBeFocused();
    await expect(row('run 60')).toHaveAttribute('aria-posinset', String(COUNT));
    await page.keyboard.press('Alt+ArrowUp');
    await expect(row('run 60')).toHaveAttribute('aria-posinset', String(COUNT - 1));
    await expect(row('run 60')).toBeFocused();
    await page.keyboard.press('Home');
    await expect(row('run 1')).toBeFocused();
    await expect(row('run 1')).toBeInViewport({ ratio: 0.9 });
  });

  await test.step('the menu of a row, by pointer and by keys', async () => {
    const more = page.getByRole('button', { name: 'More actions for run 60', exact: true });
    const menu = page.getByRole('menu', { name: 'More actions for run 60' });
    await wheelToTop(page, scroller);
    await more.click();
    await expect(menu).toBeVisible();
    await more.click();
    await expect(menu).toBeHidden();
    await page.keyboard.press('Enter');
    await expect(menu).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(menu).toBeHidden();
    await more.click();
    await page.mouse.wheel(0, 500);
    await expect(menu).toBeHidden();
    await wheelToTop(page, scroller);
    await more.focus();
    await page.keyboard.press('Enter');
    await expect(menu).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('run-title')).toHaveText('run 60');
  });
});
