import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { chooseModel, chooseMore, expectState, goTo, startRun, type Section } from './steps';

const SECTIONS: Section[] = ['models', 'runs', 'compare', 'data', 'settings'];

test('size, theme and view are remembered', async ({ workbench }) => {
  let page = await workbench.start();
  await goTo(page, 'settings');
  await page.getByRole('radio', { name: 'Dark' }).check();
  await goTo(page, 'data');
  const bounds = { x: 40, y: 30, width: 1111, height: 777 };
  await workbench.app.evaluate(
    ({ BrowserWindow }, b) => BrowserWindow.getAllWindows()[0]?.setBounds(b),
    bounds,
  );

  await workbench.quit();
  page = await workbench.start();
  await expect(page.getByTestId('nav-data')).toHaveAttribute('aria-current', 'page');
  expect(await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
  const size = await workbench.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.getSize(),
  );
  expect(size).toEqual([bounds.width, bounds.height]);
});

test('empty views say what to do', async ({ workbench }) => {
  const page = await workbench.start();
  await goTo(page, 'runs');
  await expect(page.getByTestId('runs-empty')).toContainText('No runs yet');
  await expect(page.getByTestId('quick-start')).toBeVisible();
  await goTo(page, 'compare');
  await expect(page.getByTestId('compare-empty')).toContainText('Nothing to compare yet');
  await goTo(page, 'data');
  await expect(page.getByTestId('dataset-cifar10-state')).toContainText(/not|missing/i);
});

/** Interactive elements that a screen reader would announce without a name. */
const nameless = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const texts = (ids: string | null) =>
      (ids ?? '')
        .split(/\s+/)
        .map((id) => document.getElementById(id)?.textContent ?? '')
        .join(' ');
    const named = (element: Element): boolean => {
      const own = [
        element.getAttribute('aria-label'),
        texts(element.getAttribute('aria-labelledby')),
        element.getAttribute('title'),
        element.textContent,
        ...('labels' in element
          ? Array.from((element as HTMLInputElement).labels ?? []).map((l) => l.textContent)
          : []),
      ];
      return own.some((text) => text?.trim());
    };
    const controls =
      'a[href], button, input, select, textarea, [role=button], [role=checkbox], [tabindex="0"]';
    return Array.from(document.querySelectorAll(controls))
      .filter(
        (element) => (element as HTMLElement).offsetParent !== null && !element.closest('[aria-hidden=true]'),
      )
      .filter((element) => !named(element))
      .map((element) => element.outerHTML.slice(0, 160));
  });

test('every control has a name, in every view', async ({ workbench }) => {
  const page = await workbench.start();
  for (const section of SECTIONS) {
    await goTo(page, section);
    expect(await nameless(page), section).toEqual([]);
  }
  await chooseModel(page, 'resnet20');
  expect(await nameless(page), 'New run').toEqual([]);
  const run = await startRun(page, { epochs: 1, limitTrain: 64, limitEval: 32 });
  await expectState(run, 'completed');
  expect(await nameless(page), 'run page').toEqual([]);
});

test('a run can be started, stopped and deleted by keyboard alone', async ({ workbench }) => {
  const page = await workbench.start();
  await page.keyboard.press('Control+2');
  await expect(page.getByTestId('nav-runs')).toHaveAttribute('aria-current', 'page');
  await page.keyboard.press('Control+n');
  const dialog = page.getByRole('dialog', { name: 'New run' });
  await expect(dialog).toBeVisible();
  await dialog.getByTestId('run-limit-eval').focus();
  await page.keyboard.type('32');
  await page.keyboard.press('Enter');
  const run = page.getByTestId('run-page');
  await expectState(run, 'running');

  await page.getByTestId('run-stop').focus();
  await page.keyboard.press('Enter');
  await expectState(run, 'stopped');

  await page.getByTestId('run-delete').focus();
  await page.keyboard.press('Enter');
  const undo = page.getByRole('button', { name: 'Undo' });
  await expect(page.getByTestId('runs-empty')).toBeVisible();
  await undo.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('run-row')).toHaveCount(1);
});

test('the page can neither reach Node, nor evaluate text, nor call what the contract does not name', async ({
  workbench,
}) => {
  const page = await workbench.start();
  const reach = await page.evaluate(async () => {
    const api = (window as unknown as { api: { call(method: string, args?: unknown): Promise<unknown> } })
      .api;
    const caught = async (work: () => unknown) => {
      try {
        await work();
        return 'allowed';
      } catch (error) {
        return (error as Error).message;
      }
    };
    return {
      node:
        typeof (globalThis as { require?: unknown }).require +
        typeof (globalThis as { process?: unknown }).process,
      keys: Object.keys(api).sort(),
      unknown: await caught(() => api.call('constructor')),
      arguments: await api.call('runs.get', { id: 'one' }),
      eval: await caught(() => (0, eval)('1')),
      window: window.open('https://example.org'),
    };
  });
  expect(reach.node).toBe('undefinedundefined');
  expect(reach.keys).toEqual(['call', 'on', 'pathOf']);
  expect(reach.unknown).toContain('There is no call named constructor');
  expect(reach.arguments).toMatchObject({ ok: false, error: { code: 'invalid-input' } });
  expect(reach.window).toBeNull();

  const preferences = await workbench.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>;
    };
    const { contextIsolation, sandbox, nodeIntegration } = contents.getLastWebPreferences();
    return { contextIsolation, sandbox, nodeIntegration };
  });
  expect(preferences).toEqual({ contextIsolation: true, sandbox: true, nodeIntegration: false });
  const policy = await page.evaluate(async () =>
    (await fetch(location.href)).headers.get('content-security-policy'),
  );
  expect(policy).toContain("default-src 'none'; script-src 'self';");
});

test('a run that is started again computes its convolutions as before, and figures agree', async ({
  workbench,
}) => {
  const page = await workbench.start();
  await chooseModel(page, 'resnet18-cifar');
  const fields = { epochs: 1, batchSize: 8, limitTrain: 16, limitEval: 8 };
  const first = await startRun(page, { ...fields, name: 'first' });
  await expectState(first, 'completed');
  const plan = page.getByTestId('run-plan');
  await plan.getByText('How convolutions and normalisations are computed').click();
  const table = plan.getByRole('table');
  await expect(table.getByRole('row', { name: /^stem\/conv / })).toBeVisible();
  const [rows, figures] = [await table.innerText(), await figuresOf(page)];

  await chooseMore(page, 'Start again as a new run…');
  const dialog = page.getByRole('dialog', { name: 'New run' });
  await expect(dialog.getByTestId('run-plan-of')).toContainText('as run 1 did');
  await dialog.getByTestId('run-batch-size').fill('4');
  await expect(dialog.getByTestId('run-plan-of')).toHaveCount(0);
  const second = await startRun(page, { ...fields, name: 'second' });
  await expect(page).toHaveURL(/runs\/2$/);
  await expectState(second, 'completed');
  await plan.getByText('How convolutions and normalisations are computed').click();
  expect(await table.innerText()).toBe(rows);
  expect(await figuresOf(page)).toEqual(figures);
});

/** Loss, cross-entropy and accuracies of the only epoch; not its time and speed. */
async function figuresOf(page: Page): Promise<string[]> {
  const row = page.getByTestId('epoch-row');
  await expect(row).toHaveCount(1);
  return (await row.getByRole('cell').allInnerTexts()).slice(0, 5);
}
