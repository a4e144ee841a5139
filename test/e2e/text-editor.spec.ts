/** The editor of texts as Chromium has it: what is typed, put together by an input method, mended and undone. */
import type { Locator, Page } from '@playwright/test';
import { expect, test, type Workbench } from './app';
import { goTo, textIn, typeInto } from './steps';

/** A comma is missing; the brackets are those of a Chinese keyboard. */
const BROKEN = '# 两级\n【【2，【【64，3】，【64，3】】】，\n 【2，【【128，3】，【128 3】】】】';
const MENDED = BROKEN.replace('128 3', '128, 3');

async function open(workbench: Workbench): Promise<{ page: Page; table: Locator; said: string[] }> {
  const page = await workbench.start();
  const said: string[] = [];
  page.on('console', (message) => void said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', ({ message }) => void said.push(message));
  await goTo(page, 'models');
  await page.getByTestId('model-preset:resnet18').click();
  return { page, table: page.getByTestId('table-text'), said };
}
const stages = (page: Page): Locator => page.getByTestId(/^stage-card-\d+$/);

test('a broken table is pasted, mended by a button and by a key, and undone', async ({ workbench }) => {
  const { page, table, said } = await open(workbench);
  await page.evaluate((text) => navigator.clipboard.writeText(text), BROKEN);
  await table.focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+v');
  await expect.poll(() => textIn(table)).toBe(BROKEN);
  await expect(page.getByTestId('train')).toBeDisabled();
  await expect(table.locator('.cm-lintRange-error')).toHaveText('3');

  await page.getByTestId('mend').click();
  await expect.poll(() => textIn(table)).toBe(MENDED);
  await expect(table).toBeFocused();
  await expect(page.getByTestId('train')).toBeEnabled();
  await expect(stages(page)).toHaveCount(2);
  await expect(page.getByTestId('undo')).toHaveAccessibleName('Undo: write the missing comma');

  await page.keyboard.press('Control+z');
  await expect.poll(() => textIn(table)).toBe(BROKEN);
  const note = page.locator('.cm-note');
  await table.locator('.cm-lintRange-error').hover();
  await expect(note).toContainText('a comma is missing before "3"');
  await note.getByRole('button', { name: 'Write the missing comma' }).click();
  await expect.poll(() => textIn(table)).toBe(MENDED);

  await page.keyboard.press('Control+z');
  await page.keyboard.press('F8');
  await page.keyboard.press('Control+.');
  await expect.poll(() => textIn(table)).toBe(MENDED);
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect.poll(() => textIn(table)).toContain('[2, [[64, 3], [64, 3]]]');
  // The page's policy among others would speak up here.
  expect(said).toEqual([]);
});

test('a word is put together by an input method without being broken off', async ({ workbench }) => {
  const { page, table } = await open(workbench);
  await typeInto(table, '# \n[[1, [[16,3],[16,3]]]]');
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('End');
  const input = await page.context().newCDPSession(page);
  const compose = (text: string) =>
    input.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
  for (const text of ['n', 'ni', "ni'h", "ni'hao"]) await compose(text);
  await expect.poll(() => textIn(table)).toContain("# ni'hao\n");
  await input.send('Input.insertText', { text: '你好' });
  await expect.poll(() => textIn(table)).toBe('# 你好\n[[1, [[16,3],[16,3]]]]');
  await page.keyboard.type(' x');
  await expect.poll(() => textIn(table)).toBe('# 你好 x\n[[1, [[16,3],[16,3]]]]');

  const undo = page.getByTestId('undo');
  const before: string[] = [];
  while (await undo.isEnabled()) {
    await undo.click();
    before.push(await textIn(table));
  }
  expect(before.at(-1)).toContain('[2, [[64, 3], [64, 3]]]');
  expect(before.filter((text) => text.includes('ni'))).toEqual([]);
});

test('Tab leads on, and a change by a card leaves the caret where it was', async ({ workbench }) => {
  const { page, table } = await open(workbench);
  await typeInto(table, '[[1, [[16,3],[16,3]]],\n[2, [[32,3],[32,3]]]]');
  await page.keyboard.press('Home');
  await page.getByTestId('stage-card-1').locator('[data-part="filters-0"]').fill('128');
  await expect(table).toContainText('128');
  await table.focus();
  await page.keyboard.type('# ');
  await expect.poll(() => textIn(table)).toMatch(/\n# \[2/);
  await page.keyboard.press('Tab');
  await expect(table).not.toBeFocused();
  await expect.poll(() => textIn(table)).toMatch(/\n# \[2/);
});

test('Undo of the menu takes back the step of the history', async ({ workbench }) => {
  const { page, table } = await open(workbench);
  const before = await textIn(table);
  await table.focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('#');
  await expect.poll(() => textIn(table)).toBe(`#${before}`);
  await workbench.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.undo());
  await expect.poll(() => textIn(table)).toBe(before);
  await expect(page.getByTestId('undo')).toBeDisabled();
});

test('JSON is coloured, marked and mended too', async ({ workbench }) => {
  const { page } = await open(workbench);
  await page.getByTestId('tab-json').click();
  const json = page.getByTestId('json-text');
  await expect(json).toContainText('"resnet18"');
  const text = await json.evaluate((content) => (content as HTMLElement).innerText);
  await typeInto(json, text.trimEnd().replace(/\}$/, ',}'));
  await page.getByTestId('mend').click();
  await expect(page.getByTestId('train')).toBeEnabled();
  await expect(page.getByTestId('undo')).toHaveAccessibleName('Undo: remove the comma before `}`');
});
