/** Low and narrow windows, zoomed, with the longest names: whatever can be pressed stays in the window. */
import type { Locator } from '@playwright/test';
import { expect, test } from './app';
import { chooseModel, expectState, startRun } from './steps';

const SIZES = [
  { width: 1000, height: 640, zoom: 1 },
  { width: 1000, height: 640, zoom: 1.5 },
  { width: 1280, height: 800, zoom: 1.5 },
  { width: 1280, height: 800, zoom: 2 },
  { width: 1600, height: 1000, zoom: 1 },
] as const;
/** As long as names may be, without a place to break. */
const LONG = '网络'.repeat(30) + 'resnet'.repeat(23) + 'x';

/** Whether all of it is within the window, and nothing lies over its middle. */
const reachable = (button: Locator): Promise<boolean> =>
  button.evaluate((element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const over = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight && element.contains(over);
  });

test('long names and zoom push no button out of the window', async ({ workbench }) => {
  const page = await workbench.start();
  const show = ({ width, height, zoom }: (typeof SIZES)[number]) =>
    workbench.app.evaluate(
      ({ BrowserWindow }, [w, h, factor]) => {
        const window = BrowserWindow.getAllWindows()[0]!;
        window.setContentSize(w, h);
        window.webContents.setZoomFactor(factor);
      },
      [width, height, zoom] as const,
    );
  await chooseModel(page, 'resnet20');
  const run = await startRun(page, { name: LONG, epochs: 1, limitTrain: 64, limitEval: 32 });
  await expectState(run, 'completed');

  for (const size of SIZES) {
    await test.step(`${size.width}x${size.height} at ${size.zoom * 100} %`, async () => {
      await show(size);
      const tooWide = () => page.evaluate((wanted) => Math.abs(innerWidth - wanted), size.width / size.zoom);
      await expect.poll(tooWide).toBeLessThan(2);
      await expect(page.getByTestId('run-title')).toHaveAttribute('title', LONG);
      for (const name of ['run-extend', 'run-fork', 'run-compare', 'run-delete']) {
        await expect.poll(() => reachable(page.getByTestId(name)), { message: name }).toBe(true);
      }
      await chooseModel(page, 'resnet20');
      await expect.poll(() => reachable(page.getByTestId('run-start')), { message: 'Start' }).toBe(true);
      const cancel = page.getByRole('dialog').getByRole('button', { name: 'Cancel' });
      await expect.poll(() => reachable(cancel), { message: 'Cancel' }).toBe(true);
      await cancel.click();
      await page.evaluate(() => (location.hash = '#/runs/1'));
      await expect(run).toBeVisible();
    });
  }
});
