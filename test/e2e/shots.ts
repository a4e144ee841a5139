/** Screenshots of views and of their states, at two sizes, dark and light; `npm run screenshots` writes them to docs/screenshots. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, ROOT, type Workbench } from './app';

const FOLDER = join(ROOT, process.env.RESBENCH_SCREENSHOTS ?? 'test-results/screenshots');
const SIZES = { small: [1280, 800], large: [1920, 1080] } as const;

async function resize(
  workbench: Workbench,
  page: Page,
  [width, height]: readonly [number, number],
): Promise<void> {
  await workbench.app.evaluate(
    ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds),
    { x: 0, y: 0, width, height },
  );
  await expect.poll(() => page.evaluate(() => [innerWidth, innerHeight])).toEqual([width, height]);
}

async function setTheme(page: Page, theme: 'dark' | 'light'): Promise<void> {
  await page.evaluate(async (value) => {
    const api = (window as unknown as { api: { call(method: string, args: unknown): Promise<unknown> } }).api;
    await api.call('settings.set', { theme: value });
  }, theme);
  await page.reload();
  await page.waitForSelector('nav');
}

/** Nothing of the page may stick out of the window sideways. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Opens each view in turn and takes its image as `NAME-THEME-SIZE.png`; one that is too wide fails. */
export async function shoot(
  workbench: Workbench,
  page: Page,
  views: Record<string, () => Promise<void>>,
): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(page, theme);
    for (const [size, bounds] of Object.entries(SIZES)) {
      await resize(workbench, page, bounds);
      for (const [name, open] of Object.entries(views)) {
        await open();
        // Nothing is pointed at, and no hint stands in the image.
        await page.mouse.move(bounds[0] / 2, 2);
        await expect(page.locator('.n-popover')).toHaveCount(0);
        expect(await overflow(page), `${name} at ${bounds.join('x')}, ${theme}`).toBeLessThanOrEqual(0);
        await page.screenshot({
          path: join(FOLDER, `${name}-${theme}-${size}.png`),
          animations: 'disabled',
        });
        // Some are dialogs.
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toHaveCount(0);
      }
    }
  }
}
