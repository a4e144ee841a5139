/** What a person does in the window, in words; tests read as a list of these. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import type { Workbench } from './app';

export type Section = 'models' | 'runs' | 'compare' | 'data' | 'settings';

export async function goTo(page: Page, section: Section): Promise<void> {
  await page.getByTestId(`nav-${section}`).click();
  await expect(page.getByTestId(`nav-${section}`)).toHaveAttribute('aria-current', 'page');
}

/** Carries out a command, or opens a run or a model, by its words in the palette. */
export async function command(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(page.getByTestId('palette-input')).toBeFocused();
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
  // It takes keys until it is gone.
  await expect(page.getByTestId('palette-input')).toHaveCount(0);
}

/** Goes on with Tab until this has the focus, as one does who has no pointer. */
export async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await expect(target).toHaveCount(1);
  const hasFocus = () => target.evaluate((element) => element === document.activeElement);
  for (let turn = 0; turn < 150 && !(await hasFocus()); turn++) await page.keyboard.press(key);
  await expect(target).toBeFocused();
}

/** Puts the text of a field by keyboard alone. */
export async function typeAt(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
}

/** Chooses one of radio buttons by keyboard alone: Tab leads to the chosen one, arrows to the others. */
export async function chooseAt(page: Page, group: Locator, choice: Locator): Promise<void> {
  await tabTo(page, group.locator('input[type="radio"]:checked'));
  const radios = await group.locator('input[type="radio"]').count();
  for (let turn = 0; turn < radios && !(await choice.isChecked()); turn++)
    await page.keyboard.press('ArrowRight');
  await expect(choice).toBeChecked();
}

/** Puts a text into an editor of texts as a paste does; what it held is replaced. */
export async function typeInto(editor: Locator, text: string): Promise<void> {
  await editor.focus();
  await editor.press('ControlOrMeta+a');
  await editor.page().keyboard.insertText(text);
}

/** Saves the picture in front by its dialog, as pixels at the size of the screen's. */
export async function savePicture(page: Page, format: 'SVG' | 'PDF' | 'PNG'): Promise<void> {
  await page.getByTestId('picture-save').click();
  const dialog = page.getByRole('dialog', { name: 'Save picture' });
  await dialog.getByRole('radio', { name: format }).press('Space');
  if (format === 'PNG') await dialog.getByRole('radio', { name: '1×' }).press('Space');
  await page.getByTestId('picture-save-submit').click();
  await expect(dialog).toHaveCount(0);
}

/** What stands in an editor of texts; of a long one, as much as is in sight. */
export const textIn = async (editor: Locator): Promise<string> =>
  (await editor.locator('.cm-line').allTextContents()).join('\n');

export interface RunFields {
  name?: string;
  dataset?: 'shapes' | 'cifar10';
  batchSize?: number;
  epochs?: number;
  learningRate?: number;
  limitTrain?: number;
  limitEval?: number;
}

/** Fills the New run dialog, which must be open, and presses Start. Ends on the run's page. */
export async function startRun(page: Page, fields: RunFields): Promise<Locator> {
  const dialog = page.getByRole('dialog', { name: 'New run' });
  await expect(dialog).toBeVisible();
  if (fields.name !== undefined) await dialog.getByTestId('run-name').fill(fields.name);
  if (fields.dataset) await dialog.getByTestId(`run-dataset-${fields.dataset}`).check();
  const numbers = {
    'run-batch-size': fields.batchSize,
    'run-epochs': fields.epochs,
    'run-learning-rate': fields.learningRate,
    'run-limit-train': fields.limitTrain,
    'run-limit-eval': fields.limitEval,
  };
  for (const [field, value] of Object.entries(numbers)) {
    if (value !== undefined) await dialog.getByTestId(field).fill(String(value));
  }
  await dialog.getByTestId('run-start').click();
  const run = page.getByTestId('run-page');
  await expect(run).toBeVisible();
  return run;
}

/** Opens New run for a preset from the Models view. */
export async function chooseModel(page: Page, preset: string): Promise<void> {
  await goTo(page, 'models');
  await page.getByTestId(`model-preset:${preset}`).click();
  await expect(page.getByTestId(`model-preset:${preset}`)).toHaveAttribute('aria-current', 'true');
  await page.getByTestId('train').click();
}

/** Chooses an entry of the run page's menu of rarer actions. */
export async function chooseMore(page: Page, entry: string): Promise<void> {
  await page.getByTestId('run-more').click();
  await page
    .getByRole('menuitem', { name: entry })
    .or(page.getByText(entry, { exact: true }))
    .first()
    .click();
}

/** How many points per chart draws now. */
export async function points(page: Page, chart: string): Promise<number> {
  const value = await page.getByTestId(chart).locator('[data-points]').getAttribute('data-points');
  return Number(value);
}

export async function expectPoints(page: Page, chart: string, atLeast: number): Promise<void> {
  await expect.poll(() => points(page, chart), { timeout: 90_000 }).toBeGreaterThanOrEqual(atLeast);
}

export const expectState = (run: Locator, state: string): Promise<void> =>
  expect(run).toHaveAttribute('data-state', state, { timeout: 120_000 });

/**
 * Process id of the window's trainer, as the operating system knows it: a plain Node where the program was started by one
 * (src/node/processes/process-host.ts), which only its parent's process table names, else a process of Electron's.
 */
export async function trainerPid(workbench: Workbench): Promise<number> {
  const find = async () =>
    (await workbench.app.evaluate(
      ({ app }) => app.getAppMetrics().find((process) => process.name === 'Resbench trainer')?.pid,
    )) ?? trainerChildOf(workbench.app.process().pid!);
  await expect.poll(find).toBeGreaterThan(0);
  return find();
}

/** 0 where there is none (yet). */
function trainerChildOf(parent: number): number {
  if (process.platform === 'win32') return 0;
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  for (const line of table.split('\n')) {
    const [, pid, ppid, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(ppid) === parent && args?.includes(join('out', 'main', 'trainer.js'))) return Number(pid);
  }
  return 0;
}

/** Waits until none of these moves to its place any more. */
export const atRest = (elements: Locator): Promise<unknown> =>
  elements.evaluateAll((all) =>
    Promise.allSettled(all.flatMap((one) => one.getAnimations()).map(({ finished }) => finished)),
  );

/** Turns the wheel over what scrolls until it is at its top, and waits until all has come to rest. */
export async function wheelToTop(page: Page, scroller: Locator): Promise<void> {
  await scroller.hover();
  await page.mouse.wheel(0, -100_000);
  await expect.poll(() => scroller.evaluate(({ scrollTop }) => scrollTop)).toBe(0);
  // The event comes with the frame after the movement.
  await page.evaluate(
    () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  );
}
