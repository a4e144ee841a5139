/** What can be done without the pointer, and where a first start begins. */
import type { Page } from '@playwright/test';
import { expect, test, type Workbench } from './app';
import { chooseModel, expectState, goTo, startRun } from './steps';

const current = (page: Page, section: string) =>
  expect(page.getByTestId(`nav-${section}`)).toHaveAttribute('aria-current', 'page');

test('a first start offers three doors, and later ones begin where one was', async ({ workbench }) => {
  let page = await workbench.start();
  await expect(page.getByTestId('start-page')).toBeVisible();

  await test.step('a start after nothing was looked at begins here again', async () => {
    await workbench.quit();
    page = await workbench.start();
    await expect(page.getByTestId('start-page')).toBeVisible();
  });

  await test.step('the blog’s experiment is opened, not started', async () => {
    await expect(page.getByTestId('start-page')).toContainText('CIFAR-10: not downloaded');
    await page.getByTestId('door-blog').focus();
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('blog-page')).toBeVisible();
    await expect(page.getByTestId('blog-data')).toHaveText('not downloaded (170 MB)');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('start page');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('start-page')).toBeVisible();
  });

  await test.step('a model is looked at, and the next start shows it', async () => {
    await page.getByTestId('door-model').click();
    await expect(page.getByTestId('summary-total-params')).toHaveText('11,196,042');
    await workbench.quit();
    page = await workbench.start();
    await current(page, 'models');
  });

  await test.step('the doors come back from the palette, and the example trains', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('start page');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('start-page')).toBeVisible();
    await page.getByTestId('door-example').click();
    await expectState(page.getByTestId('run-page'), 'running');
    await expect(page.getByTestId('run-title')).toContainText('ResNet-20 on Shapes');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('stop');
    await page.keyboard.press('Enter');
    await expectState(page.getByTestId('run-page'), 'stopped');
  });
});

/** What an entry of the application menu does when it is chosen. */
const choose = (workbench: Workbench, menu: string, entry: string): Promise<void> =>
  workbench.app.evaluate(
    ({ Menu }, [of, label]) => {
      const items = Menu.getApplicationMenu()!.items.find((item) => item.label === of)!.submenu!.items;
      items.find((item) => item.label === label)!.click();
    },
    [menu, entry] as const,
  );

test('keys, palette and menu give the same commands in every view', async ({ workbench }) => {
  const page = await workbench.start();
  await chooseModel(page, 'resnet20');
  const run = await startRun(page, { name: 'warm', epochs: 1, limitTrain: 32, limitEval: 32 });
  await expectState(run, 'completed');
  const dialog = page.getByRole('dialog');

  await test.step('numbers lead through the sections, and Ctrl+N opens New run in each', async () => {
    const sections = ['models', 'runs', 'compare', 'data', 'settings'];
    for (const [index, section] of sections.entries()) {
      await page.keyboard.press(`Control+${index + 1}`);
      await current(page, section);
      await page.keyboard.press('Control+n');
      await expect(page.getByRole('dialog', { name: 'New run' })).toBeVisible();
      // Nothing happens behind a dialog.
      await page.keyboard.press('Control+k');
      await page.keyboard.press('Control+1');
      await expect(dialog).toHaveCount(1);
      await page.keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
      await current(page, section);
    }
  });

  await test.step('a run is opened by typing', async () => {
    await page.keyboard.press('Control+k');
    await expect(page.getByTestId('palette-input')).toBeFocused();
    await page.keyboard.type('warm');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('run-title')).toHaveText('warm');
    await expect(dialog).toHaveCount(0);
  });

  await test.step('Escape closes the palette, and the focus is where it was', async () => {
    await page.getByTestId('run-more').focus();
    await page.keyboard.press('Control+k');
    await expect(page.getByTestId('palette-input')).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(page.getByTestId('run-more')).toBeFocused();
  });

  await test.step('a setting is led to', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('newest checkpoints');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('setting-keepCheckpoints')).toBeFocused();
    // A letter in a text field is one.
    await page.keyboard.type('?');
    await expect(dialog).toHaveCount(0);
    await page.keyboard.press('Escape');
  });

  await test.step('F1 and ? list the shortcuts', async () => {
    for (const key of ['F1', '?']) {
      await page.getByTestId('nav-settings').focus();
      await page.keyboard.press(key);
      await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
    }
  });

  await test.step('a deletion is undone by Ctrl+Z, outside of a text field', async () => {
    await goTo(page, 'runs');
    await page.getByTestId('run-row').focus();
    await page.keyboard.press('Delete');
    await expect(page.getByTestId('runs-empty')).toBeVisible();
    await page.keyboard.press('Control+z');
    await expect(page.getByTestId('run-row')).toHaveCount(1);
    await page.keyboard.press('Control+f');
    await expect(page.getByTestId('runs-filter')).toBeFocused();
  });

  await test.step('the menu shows the same words and keys, and gives the same commands', async () => {
    const items = await workbench.app.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()!.items.flatMap(({ submenu }) =>
        submenu!.items.map(({ label, accelerator }) => `${label} ${accelerator ?? ''}`),
      ),
    );
    expect(items).toEqual(expect.arrayContaining(['New run… CmdOrCtrl+N', 'Go to Data CmdOrCtrl+4']));
    await choose(workbench, 'Go', 'Go to Data');
    await current(page, 'data');
    await choose(workbench, 'File', 'New run…');
    await expect(page.getByRole('dialog', { name: 'New run' })).toBeVisible();
    await choose(workbench, 'Go', 'Go to Runs');
    // The answer comes after what the menu has sent; the key comes by another way, and would overtake both.
    await page.evaluate(() => window.api.call('app.info', undefined));
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await current(page, 'data');
  });
});
