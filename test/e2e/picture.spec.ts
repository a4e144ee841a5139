import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './app';
import { differingBlocks, savesTo } from './files';
import { goTo, savePicture } from './steps';

const sheet = (page: Page) => page.getByTestId('picture-sheet');
const boxes = (page: Page) => sheet(page).getByRole('option');
const choose = (page: Page, label: string) =>
  page.getByRole('radio', { name: label, exact: true }).last().check({ force: true });
const percent = async (page: Page) => parseInt((await page.getByTestId('picture-zoom').textContent())!);

/** Whether the middle of a box is within the part of the picture that is seen. */
async function isInSight(page: Page, box: Locator): Promise<boolean> {
  const [one, view] = [await box.boundingBox(), await page.getByTestId('picture-view').boundingBox()];
  if (!one || !view) return false;
  const middle = one.y + one.height / 2;
  return middle > view.y && middle < view.y + view.height;
}

async function openPicture(page: Page, preset: string): Promise<void> {
  await goTo(page, 'models');
  await page.getByTestId(`model-preset:${preset}`).click();
  await page.getByRole('radio', { name: 'Picture' }).check({ force: true });
  await expect(sheet(page)).toBeVisible();
}

const SECOND = 'Stage 2, block 1: two 3x3 convolutions, 64 → 128 channels, 8x8 → 4x4, projection shortcut';

test('a picture is looked at and chosen in by mouse, and remembered', async ({ workbench }) => {
  const page = await workbench.start();
  await openPicture(page, 'resnet18');

  await choose(page, 'Stages');
  await expect(boxes(page)).toHaveCount(9);
  await choose(page, 'Blocks');
  const block = sheet(page).getByRole('option', { name: SECOND });
  await block.click();
  await expect(block).toHaveAttribute('aria-selected', 'true');

  const before = await percent(page);
  await page.getByRole('button', { name: 'Zoom in' }).click();
  await expect.poll(() => percent(page)).toBeGreaterThan(before);
  await page.getByTestId('picture-fit').click();
  await expect.poll(() => percent(page)).toBeLessThan(before);
  await sheet(page).hover();
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -300);
  await page.keyboard.up('Control');
  await expect.poll(() => percent(page)).toBeGreaterThan(before / 2);

  // What is chosen is in sight in the table.
  await page.getByRole('radio', { name: 'Layers' }).first().check({ force: true });
  await expect(page.locator('[data-key="stage2/block1"]')).toBeInViewport();
  await page.getByRole('radio', { name: 'Picture' }).check({ force: true });

  // A stage of the editor is shown in the picture.
  await page.getByTitle('Show stage 4 in the layer table').click();
  const last = sheet(page).getByRole('option', { name: /^Stage 4, block 1:/ });
  await expect(last).toHaveAttribute('aria-selected', 'true');
  await expect.poll(() => isInSight(page, last)).toBe(true);

  await choose(page, '→');
  await workbench.quit();
  const again = await workbench.start();
  await goTo(again, 'models');
  await expect(again.getByRole('radio', { name: '→', exact: true })).toBeChecked();
  await expect(again.getByRole('radio', { name: 'Blocks', exact: true })).toBeChecked();
});

test('table and picture stand side by side, and show the same as the text', async ({ workbench }) => {
  const page = await workbench.start();
  await goTo(page, 'models');
  await page.getByTestId('model-preset:resnet50').click();
  await page.getByTestId('front').getByRole('radio', { name: 'Both' }).check({ force: true });
  const row = (key: string) => page.locator(`[data-key="${key}"]`);
  const chosenText = async () =>
    (await page.locator('.cm-content .cm-stage-chosen').allTextContents()).join('');

  // From the picture into table, cards and text.
  await choose(page, 'Blocks');
  await page.getByTestId('picture-fit').click();
  await sheet(page)
    .getByRole('option', { name: /^Stage 4, block 1:/ })
    .click();
  await expect(row('stage4/block1')).toHaveAttribute('aria-selected', 'true');
  await expect(row('stage4/block1')).toBeInViewport();
  await expect(page.getByTestId('stage-card-4')).toHaveAttribute('aria-current', 'true');
  await expect(page.getByTestId('stage-card-4')).toBeInViewport();
  await expect.poll(chosenText).toBe('[3, [[512, 1], [512, 3], [2048, 1]]]');

  // From the table, by keys, into the picture.
  await page.mouse.move(2, 2);
  await row('stage4/block1').focus();
  for (const key of ['Home', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
  await expect(row('stage1/block1')).toBeFocused();
  const first = sheet(page).getByRole('option', { name: /^Stage 1, block 1:/ });
  await expect(sheet(page).locator('.hovered')).toHaveCount(1);
  await expect.poll(() => isInSight(page, first)).toBe(true);
  await page.keyboard.press('Enter');
  await expect(first).toHaveAttribute('aria-selected', 'true');
  await expect.poll(chosenText).toBe('[3, [[64, 1], [64, 3], [256, 1]]]');

  // From the caret into both.
  const text = page.getByTestId('table-text');
  await text.focus();
  await page.keyboard.press('Control+Home');
  for (let line = 0; line < 3; line++) await page.keyboard.press('ArrowDown');
  await expect(row('stage3')).toHaveClass(/pointed/);
  await expect(row('stage3')).toBeInViewport();
  await expect(page.getByTestId('stage-card-3')).toHaveClass(/pointed/);
  await expect(text).toBeFocused();

  // The window is wider than both need, and the divider stays where it was put.
  await workbench.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 0, y: 0, width: 1920, height: 1080 }),
  );
  const divider = page.getByTestId('divider');
  await divider.press('ArrowLeft');
  await expect(divider).toHaveAttribute('aria-valuenow', '45');
  await workbench.quit();
  const again = await workbench.start();
  await expect(again.getByTestId('front').getByRole('radio', { name: 'Both' })).toBeChecked();
  await expect(again.getByTestId('divider')).toHaveAttribute('aria-valuenow', '45');
});

test('a picture is walked through by the keyboard alone', async ({ workbench }) => {
  const page = await workbench.start();
  await openPicture(page, 'resnet18');
  await choose(page, 'Layers');
  await sheet(page).focus();
  const current = async () => {
    const id = await sheet(page).getAttribute('aria-activedescendant');
    return page.evaluate((each) => document.getElementById(each)?.getAttribute('aria-label'), id!);
  };

  expect(await current()).toBe('Input: images of 32x32x3');
  await page.keyboard.press('ArrowDown');
  expect(await current()).toBe('Stem: 7x7 convolution, 3 → 64 channels, 32x32 → 16x16, stride 2');
  await page.keyboard.press('End');
  expect(await current()).toBe('Head: dense layer with softmax, 512 → 10');
  await page.keyboard.press('Enter');
  await expect(sheet(page).locator('[aria-selected="true"]')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(sheet(page).locator('[aria-selected="true"]')).toHaveCount(0);
  await page.keyboard.press('Home');
  expect(await current()).toBe('Input: images of 32x32x3');
  const before = await percent(page);
  await page.keyboard.press('+');
  await expect.poll(() => percent(page)).toBeGreaterThan(before);
  await page.keyboard.press('0');
  await expect.poll(() => percent(page)).toBeLessThan(before);
});

/** Share of blocks of 8 by 8 pixels whose mean may differ: letters are hinted by each program in its own way. */
const TOLERANCE = 0.01;

test('a saved picture is what the window shows, and other programs draw it so', async ({ workbench }) => {
  const folder = mkdtempSync(join(tmpdir(), 'resbench-picture-'));
  const page = await workbench.start();
  await savesTo(workbench, folder);
  await openPicture(page, 'resnet50');
  await choose(page, 'Blocks');
  await page.getByTestId('picture-fit').click();
  await expect(boxes(page)).toHaveCount(13);

  const file = (extension: string) => join(folder, `resnet50 - blocks.${extension}`);
  const saved = (extension: string): Buffer | null => {
    try {
      return readFileSync(file(extension));
    } catch {
      return null;
    }
  };
  for (const format of ['SVG', 'PDF', 'PNG'] as const) await savePicture(page, format);
  await expect.poll(() => saved('svg')?.toString('utf8') ?? '').toContain('</svg>');
  await expect.poll(() => saved('pdf')?.toString('latin1') ?? '').toContain('%%EOF');
  await expect.poll(() => saved('png')?.subarray(1, 4).toString('latin1') ?? '').toBe('PNG');

  const svg = saved('svg')!.toString('utf8');
  const texts = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!.trim());
  const shown = await sheet(page).locator('text').allTextContents();
  expect(shown.map((text) => text.trim()).sort()).toEqual([...texts].sort());

  const [width, height] = /width="(\d+)" height="(\d+)"/.exec(svg)!.slice(1).map(Number) as [number, number];
  const image = execFileSync('rsvg-convert', [file('svg')], { maxBuffer: 64 * 2 ** 20 });
  const share = await differingBlocks(page, image, saved('png')!, { x: 0, y: 0, width, height });
  expect(share).toBeLessThan(TOLERANCE);

  // Every text lies within the box that is drawn around it, in the font that this machine has.
  const outside = await sheet(page).evaluate((element) => {
    const rects = [...element.querySelectorAll<SVGGraphicsElement>('g[aria-hidden] > rect')].map((rect) =>
      rect.getBoundingClientRect(),
    );
    return [...element.querySelectorAll('text')]
      .filter((text) => {
        const { left, right, top, bottom } = text.getBoundingClientRect();
        const [x, y] = [(left + right) / 2, (top + bottom) / 2];
        return rects.some(
          (box) =>
            x > box.left &&
            x < box.right &&
            y > box.top &&
            y < box.bottom &&
            (left < box.left || right > box.right),
        );
      })
      .map((text) => text.textContent);
  });
  expect(outside).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});
