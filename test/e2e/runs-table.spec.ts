/** The table of runs as it is laid out: what needs real sizes, a real pointer and a second start. */
import type { Page } from '@playwright/test';
import { expect, test, type Workbench } from './app';
import { goTo } from './steps';
import { findPreset } from '../../src/architecture/presets';
import { DEFAULT_RECIPE } from '../../src/shared/recipe';
import type { RunRequest } from '../../src/shared/run';

const LONG = 'ResNet-20 with stochastic gradients and a cosine schedule over Shapes, seed';

async function startRuns(page: Page): Promise<void> {
  const request = (name: string, seed: number): RunRequest => ({
    name,
    architecture: findPreset('resnet20')!.architecture,
    datasetId: 'shapes',
    recipe: { ...DEFAULT_RECIPE, seed, learningRate: 10 ** -seed },
    queue: 'held',
  });
  // More than the window is high; the three that are looked at come last.
  const requests = [
    ...Array.from({ length: 30 }, (_, index) => request(`other ${index}`, 9)),
    ...[1, 2, 3].map((seed) => request(`${LONG} ${seed}`, seed)),
  ];
  await page.evaluate(async (all) => {
    const { api } = window as unknown as { api: { call(method: string, args: unknown): Promise<unknown> } };
    for (const request of all) await api.call('runs.start', request);
  }, requests);
}

async function resize(workbench: Workbench, page: Page, width: number): Promise<void> {
  await workbench.app.evaluate(
    ({ BrowserWindow }, wide) => BrowserWindow.getAllWindows()[0]!.setContentSize(wide, 800),
    width,
  );
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(width);
}

const heads = (page: Page) =>
  page
    .locator('th[data-column]')
    .evaluateAll((all) => all.map((head) => (head as HTMLElement).dataset.column));
const widthOf = async (page: Page, key: string) =>
  (await page.locator(`th[data-column="${key}"]`).boundingBox())!.width;

test('columns are chosen, moved, sized and remembered, and the sorted one is in sight', async ({
  workbench,
}) => {
  let page = await workbench.start();
  await startRuns(page);
  await goTo(page, 'runs');
  const rows = page.getByTestId('run-row');
  await expect(rows.first()).toHaveAttribute('aria-label', `Run ${LONG} 3`);

  await test.step('the name takes what a wide window has, and keeps its end in a narrow one', async () => {
    await resize(workbench, page, 1280);
    const narrow = await widthOf(page, 'name');
    await resize(workbench, page, 1900);
    expect(await heads(page)).toEqual(expect.arrayContaining(['learningRate', 'optimizer', 'batchSize']));
    expect(await widthOf(page, 'name')).toBeGreaterThan(narrow);
    await resize(workbench, page, 1000);
    const end = rows.first().locator('.end');
    await expect(end).toHaveText('Shapes, seed 3');
    expect(await end.evaluate((one) => one.scrollWidth <= one.clientWidth)).toBe(true);
    await expect(rows.first().locator('bdi')).toHaveAttribute('title', `${LONG} 3`);
  });

  await test.step('what is sorted by can be seen, however many columns there are', async () => {
    await page.getByTestId('choose-columns').click();
    for (const key of ['momentum', 'seed', 'params', 'macs', 'epochTime', 'device', 'learningRate']) {
      await page.getByTestId(`show-column-${key}`).check();
    }
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('choose-columns')).toBeFocused();
    // Nothing is higher than the window, so nothing but the table scrolls.
    expect(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBe(0);
    await page.getByTestId('column-learningRate').click();
    await expect(page.getByTestId('column-learningRate')).toBeInViewport({ ratio: 1 });
    await expect(rows.first()).toHaveAttribute('aria-label', `Run ${LONG} 1`);
    await goTo(page, 'models');
    await goTo(page, 'runs');
    await expect(page.getByTestId('column-learningRate')).toBeInViewport({ ratio: 1 });
  });

  await test.step('a head is dragged to the place of another', async () => {
    const before = await heads(page);
    const grip = (await page.getByTestId('column-learningRate').boundingBox())!;
    const left = before[before.indexOf('learningRate') - 1]!;
    const target = (await page.getByTestId(`column-${left}`).boundingBox())!;
    await page.mouse.move(grip.x + grip.width / 2, grip.y + 10);
    await page.mouse.down();
    await page.mouse.move(target.x + 4, grip.y + 10, { steps: 4 });
    await page.mouse.up();
    const after = await heads(page);
    expect(after.indexOf('learningRate')).toBe(before.indexOf('learningRate') - 1);
    await expect(page.locator('th[data-column="learningRate"]')).toHaveAttribute('aria-sort', 'descending');
  });

  await test.step('an edge is dragged, and pressed twice', async () => {
    const edge = page.getByTestId('column-edge-learningRate');
    const { x, y } = (await edge.boundingBox())!;
    const before = await widthOf(page, 'learningRate');
    await page.mouse.move(x + 4, y + 10);
    await page.mouse.down();
    await page.mouse.move(x + 64, y + 10, { steps: 4 });
    await page.mouse.up();
    expect(await widthOf(page, 'learningRate')).toBeCloseTo(before + 60, 0);
    await edge.dblclick();
    await expect.poll(() => widthOf(page, 'learningRate')).toBeLessThan(before + 30);
    const title = page.getByTestId('column-learningRate').locator('.title');
    expect(await title.evaluate((one) => one.scrollWidth <= one.clientWidth)).toBe(true);
  });

  await test.step('the filter finds the recipe', async () => {
    await page.getByTestId('runs-filter').fill('lr=1e-2');
    await expect(rows).toHaveCount(1);
    await page.getByTestId('runs-filter').fill('lr=5');
    await page.getByTestId('clear-filter').click();
    await expect(rows.nth(3)).toBeVisible();
  });

  const chosen = await heads(page);
  await workbench.quit();
  page = await workbench.start();
  await goTo(page, 'runs');
  await expect(page.getByTestId('run-row').first()).toBeVisible();
  expect(await heads(page)).toEqual(chosen);
  await expect(page.locator('th[data-column="learningRate"]')).toHaveAttribute('aria-sort', 'descending');
});
