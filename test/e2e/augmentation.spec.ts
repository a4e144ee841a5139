/** Augmentation is chosen, seen on real images before the start, and trained with. */
import type { Locator } from '@playwright/test';
import { expect, test } from './app';
import { violations } from './axe';
import { atRest, expectState, goTo, startRun } from './steps';

/** How many different colours a canvas shows. */
const colours = (canvas: Locator): Promise<number> =>
  canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
    return new Set(new Uint32Array(data.buffer)).size;
  });
const picture = (canvas: Locator): Promise<string> =>
  canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());

test('flips and crops are previewed as they are chosen by keyboard, and a run takes them', async ({
  workbench,
}) => {
  const page = await workbench.start();
  await goTo(page, 'runs');
  await page.getByRole('button', { name: 'New run' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'New run' });
  const preview = dialog.getByTestId('run-preview');
  await expect(preview).toHaveCount(0);

  await dialog.getByRole('combobox', { name: 'Flip' }).focus();
  await page.keyboard.press('ArrowDown');
  const canvas = preview.getByRole('img');
  await expect(canvas).toHaveAccessibleName(/in epochs 1 to 4/);
  // Real images, not a plain surface.
  await expect.poll(() => colours(canvas)).toBeGreaterThan(1000);
  const flipped = await picture(canvas);

  await dialog.getByTestId('run-crop').fill('4');
  await expect.poll(() => picture(canvas)).not.toBe(flipped);
  const cropped = await picture(canvas);
  await dialog.getByRole('radio', { name: 'Reflect' }).check({ force: true });
  await expect.poll(() => picture(canvas)).not.toBe(cropped);
  await dialog.getByTestId('run-cutout').fill('33');
  await expect(
    dialog.getByText('Cutout can be at most 32 pixels, not 33: the images of Shapes have 32x32.').first(),
  ).toBeVisible();
  await dialog.getByTestId('run-cutout').fill('8');

  const before = await picture(canvas);
  await preview.getByRole('button', { name: 'Again' }).focus();
  await page.keyboard.press('Enter');
  await expect(canvas).toHaveAccessibleName(/in epochs 5 to 8/);
  await expect.poll(() => picture(canvas)).not.toBe(before);
  await preview.scrollIntoViewIfNeeded();
  await atRest(page.locator('body, body *'));
  expect(await violations(page)).toEqual([]);

  const run = await startRun(page, { epochs: 1, batchSize: 32, limitTrain: 64, limitEval: 32 });
  await expectState(run, 'completed');
  await expect(page.getByText('flip random, crop 4, padding reflect, cutout 8').first()).toBeVisible();
});
