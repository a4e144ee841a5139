/** Editing an architecture by mouse and by keyboard alone: every step has a name and can be undone. */
import type { Locator, Page } from '@playwright/test';
import { violations } from './axe';
import { expect, test, type Workbench } from './app';
import { goTo, textIn, typeInto } from './steps';

async function openResNet18(workbench: Workbench): Promise<Page> {
  const page = await workbench.start();
  await goTo(page, 'models');
  await page.getByTestId('model-preset:resnet18').click();
  return page;
}
const part = (page: Page, stage: number, name: string): Locator =>
  page.getByTestId(`stage-card-${stage}`).locator(`[data-part="${name}"]`);
const undo = (page: Page): Locator => page.getByTestId('undo');
const table = (page: Page): Locator => page.getByTestId('table-text');
const stages = (page: Page): Locator => page.getByTestId(/^stage-card-\d+$/);
/** Number of blocks and filters of each card. */
const cards = (page: Page): Promise<string[]> =>
  stages(page).evaluateAll((all) =>
    all.map((card) =>
      ['count', 'filters-0']
        .map((name) => card.querySelector<HTMLInputElement>(`[data-part="${name}"]`)!.value)
        .join('×'),
    ),
  );

test('stages are changed, added, duplicated and dragged by mouse, and every step undone', async ({
  workbench,
}) => {
  const page = await openResNet18(workbench);
  await part(page, 3, 'filters-0').fill('192');
  await expect(undo(page)).toHaveAccessibleName('Undo: stage 3 filters 256 → 192');
  await expect(table(page)).toContainText('[2, [[192, 3], [192, 3]]]');
  await expect(page.getByTestId('summary-total-params')).not.toHaveText('11,196,042');

  await part(page, 1, 'menu').click();
  await page.getByText('Duplicate', { exact: true }).click();
  await expect.poll(() => cards(page)).toEqual(['2×64', '2×64', '2×128', '2×192', '2×512']);

  await part(page, 5, 'handle').hover();
  await page.mouse.down();
  const target = (await page.getByTestId('stage-card-2').boundingBox())!;
  await page.mouse.move(target.x + 40, target.y + 30, { steps: 8 });
  await page.mouse.move(target.x + 40, target.y + 4, { steps: 4 });
  await expect(page.locator('li.above')).toHaveCount(1);
  await page.mouse.up();
  await expect.poll(() => cards(page)).toEqual(['2×64', '2×512', '2×64', '2×128', '2×192']);
  await expect(page.getByTestId('stages-said')).toHaveText('Stage 5 moved to position 2 of 5.');

  await page.getByTestId('add-stage').click();
  await page.getByTestId('field-shortcut-none').check();
  await expect(undo(page)).toHaveAccessibleName('Undo: shortcut option B → none');

  for (let step = 0; step < 5; step++) await undo(page).click();
  await expect(undo(page)).toBeDisabled();
  await expect.poll(() => cards(page)).toEqual(['2×64', '2×128', '2×256', '2×512']);
  await expect(page.getByTestId('summary-total-params')).toHaveText('11,196,042');
  await page.getByTestId('redo').click();
  await expect.poll(() => cards(page)).toEqual(['2×64', '2×128', '2×192', '2×512']);
});

test('the same by keyboard alone, over cards and text', async ({ workbench }) => {
  const page = await openResNet18(workbench);
  const { keyboard } = page;
  await part(page, 1, 'count').focus();
  await keyboard.press('ArrowUp');
  await keyboard.press('ArrowUp');
  // The cross and the arrows are no stops.
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await expect(part(page, 1, 'filters-0')).toBeFocused();
  await keyboard.press('Shift+ArrowUp');
  await keyboard.press('Alt+ArrowDown');
  await expect(part(page, 2, 'filters-0')).toBeFocused();
  await expect.poll(() => cards(page)).toEqual(['2×128', '4×128', '2×256', '2×512']);
  await expect(page.getByTestId('stages-said')).toHaveText('Stage 1 moved to position 2 of 4.');

  await table(page).focus();
  await keyboard.press('Control+Home');
  await keyboard.type('# mine\n');
  await part(page, 4, 'menu').focus();
  await keyboard.press('Enter');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await expect.poll(() => cards(page)).toEqual(['2×128', '4×128', '2×256', '2×512', '2×512']);
  await expect(table(page)).toHaveText(/^# mine/);

  const names: (string | null)[] = [];
  for (let step = 0; step < 5; step++) {
    names.push(await undo(page).getAttribute('aria-label'));
    await keyboard.press('Control+z');
  }
  expect(names).toEqual([
    'Undo: duplicate stage 4',
    'Undo: typing',
    'Undo: move stage 1 to 2',
    'Undo: stage 1 filters 64 → 128',
    'Undo: stage 1 blocks 2 → 4',
  ]);
  await expect.poll(() => cards(page)).toEqual(['2×64', '2×128', '2×256', '2×512']);
  await keyboard.press('Control+Shift+z');
  await keyboard.press('Control+y');
  await expect.poll(() => cards(page)).toEqual(['4×128', '2×128', '2×256', '2×512']);
});

test('what has changed is listed, and taken back one by one', async ({ workbench }) => {
  const page = await openResNet18(workbench);
  await part(page, 1, 'count').fill('5');
  await page.getByTestId('field-classes').fill('7');
  await page.getByTestId('changes').click();
  const list = page.getByTestId('change-list');
  await expect(list.getByRole('listitem')).toHaveText([
    /stage 1 blocks\s*2\s*now\s*5/,
    /classes\s*10\s*now\s*7/,
  ]);
  await list.getByRole('button', { name: 'Take back: stage 1 blocks 2 → 5' }).click();
  await expect(list.getByRole('listitem')).toHaveCount(1);
  await expect.poll(() => cards(page)).toEqual(['2×64', '2×128', '2×256', '2×512']);
  await expect(page.getByTestId('field-classes')).toHaveValue('7');
  await expect(undo(page)).toHaveAccessibleName('Undo: take back stage 1 blocks 2 → 5');
});

test('a layout is kept, and conventions say what they would change before they are chosen', async ({
  workbench,
}) => {
  const page = await openResNet18(workbench);
  const text =
    '# narrow\nnet = [\n    [1, [[64,(3,3)],[64,(3,3)]] ],  # first\n    [1, [[128,(3,3)],[128,(3,3)]] ],\n]';
  await typeInto(table(page), text);
  await part(page, 2, 'filters-0').fill('96');
  await expect.poll(() => textIn(table(page))).toBe(text.replaceAll('128', '96'));
  await undo(page).click();
  const none = page.getByTestId('field-shortcut').locator('label', { hasText: 'None (plain net)' });
  // Effects are worked out for what is in sight.
  await none.scrollIntoViewIfNeeded();
  // One projection: 64 · 128 weights, and bias, gamma, beta, mean and variance of 128 channels.
  await expect(none).toContainText(`−${(64 * 128 + 5 * 128).toLocaleString('en')} parameters`);
  await page.getByTestId('others-zero-init-last-gamma').scrollIntoViewIfNeeded();
  await expect(page.getByTestId('others-zero-init-last-gamma')).toContainText('no change in size');
});

test('the editor with cards and changes has no fault that axe finds', async ({ workbench }) => {
  const page = await openResNet18(workbench);
  for (const theme of ['dark', 'light'] as const) {
    await page.evaluate(async (value) => {
      const { api } = window as unknown as { api: { call(method: string, args: unknown): Promise<unknown> } };
      await api.call('settings.set', { theme: value });
    }, theme);
    await page.reload();
    await page.waitForSelector('nav');
    await part(page, 1, 'count').fill('5');
    if (theme === 'dark') await page.getByTestId('field-classes').fill('7');
    await page.getByTestId('changes').click();
    await part(page, 2, 'count').fill('x');
    await expect(page.getByTestId('stage-card-2').getByRole('alert')).toBeVisible();
    expect(await violations(page), theme).toEqual([]);
  }
});
