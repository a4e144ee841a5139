/** The images of a data set are looked at, by mouse and by keyboard. */
import type { Locator } from '@playwright/test';
import { expect, test } from './app';
import { violations } from './axe';
import { goTo, tabTo, typeAt } from './steps';

/** The colours of a canvas' first image. */
const pixels = (canvas: Locator): Promise<number> =>
  canvas.evaluate((element) => {
    const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, 32, 32);
    return new Set(new Uint32Array(data.buffer)).size;
  });

test('images are scrolled through, chosen and filtered by class', async ({ workbench }) => {
  const page = await workbench.start();
  await goTo(page, 'data');
  await page.getByTestId('dataset-shapes-images').click();
  const grid = page.getByTestId('image-grid');
  const panel = page.getByTestId('image-panel');
  const facts = page.getByTestId('image-facts');
  const chosen = grid.getByRole('option');

  await test.step('real images, with their classes and statistics', async () => {
    await expect.poll(() => pixels(grid.locator('canvas').first())).toBeGreaterThan(100);
    await expect(page.getByTestId('images-shown')).toHaveText('10,000 of 10,000 shown');
    await expect(page.getByTestId('images-statistics')).toContainText('Mean 0.4353, 0.4438, 0.4311');
    await expect(page.getByTestId('class-0')).toContainText('1,000');
    await expect(facts).toHaveText(/Training image, index 0, 32 × 32 × 3/);
    expect(await violations(page)).toEqual([]);
  });

  await test.step('by mouse: one is chosen, and a class is shown alone', async () => {
    await grid.click({ position: { x: 130, y: 60 } });
    await expect(facts).toContainText('index 1,');
    const name = (await panel.getByRole('heading').first().textContent())!;
    await expect(chosen).toHaveAccessibleName(`Training image 1: ${name}`);
    await page.getByTestId('class-3').click();
    await expect(page.getByTestId('images-shown')).toHaveText('1,000 of 10,000 shown');
    await expect(page.getByTestId('class-3')).toHaveAttribute('aria-pressed', 'true');
    await grid.click({ position: { x: 130, y: 60 } });
    await expect(panel.getByRole('heading').first()).toHaveText('square');
    await page.getByTestId('image-next').click();
    await expect(panel.getByRole('heading').first()).toHaveText('square');
    await page.getByTestId('class-all').click();
    await expect(page.getByTestId('images-shown')).toHaveText('10,000 of 10,000 shown');
  });

  await test.step('by keyboard: the last one, one of an index, and the test images', async () => {
    await tabTo(page, grid);
    await page.keyboard.press('End');
    await expect(facts).toContainText('index 9999');
    await expect.poll(() => grid.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(10_000);
    await expect.poll(() => pixels(grid.locator('canvas').last())).toBeGreaterThan(100);
    await page.keyboard.press('ArrowLeft');
    await expect(facts).toContainText('index 9998');
    await typeAt(page, page.getByTestId('image-index'), '10000');
    await expect(page.getByText('An index is a number from 0 to 9,999.')).toBeVisible();
    await typeAt(page, page.getByTestId('image-index'), '1234');
    await page.keyboard.press('Enter');
    await expect(facts).toContainText('index 1234');
    await expect(chosen).toBeInViewport();
    const parts = page.getByRole('radiogroup', { name: 'Part' });
    await tabTo(page, parts.locator('input:checked'));
    await page.keyboard.press('ArrowRight');
    await expect(page.getByTestId('images-shown')).toHaveText('2,000 of 2,000 shown');
    await expect(facts).toContainText('Test image, index 0');
    const sizes = page.getByRole('radiogroup', { name: 'Size' });
    await tabTo(page, sizes.locator('input:checked'));
    await page.keyboard.press('ArrowRight');
    await expect(sizes.getByRole('radio', { name: '3×' })).toBeChecked();
  });

  await test.step('the size is remembered', async () => {
    await workbench.quit();
    const again = await workbench.start();
    await expect(again.getByRole('heading', { name: 'Shapes' })).toBeVisible();
    await expect(
      again.getByRole('radiogroup', { name: 'Size' }).getByRole('radio', { name: '3×' }),
    ).toBeChecked();
  });
});
