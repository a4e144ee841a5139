/** Names that no window lets in, but a data folder from elsewhere may hold. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findPreset } from '../../src/architecture/presets';
import { databasePath } from '../../src/node/files/home';
import { DEFAULT_RECIPE } from '../../src/shared/recipe';
import type { RunRequest } from '../../src/shared/run';
import { electronPath, expect, ROOT, test } from './app';
import { goTo } from './steps';

const NAMES = ['x'.repeat(20_000), `wide ${'W'.repeat(19_000)}`, '\u202egpj.exe \u001b[2J', 'שלום 18'];

/** Writes the names of runs 1, 2, … where no service checks them. */
function rename(database: string, names: readonly string[]): void {
  const program = `
    const Database = require('better-sqlite3');
    const database = new Database(process.argv[1]);
    JSON.parse(process.argv[2]).forEach((name, index) =>
      database.prepare('UPDATE runs SET name = ? WHERE id = ?').run(name, index + 1));
    database.close();`;
  const { status, stderr } = spawnSync(electronPath, ['-e', program, database, JSON.stringify(names)], {
    cwd: ROOT,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_PATH: join(ROOT, 'node_modules') },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}

test('names from elsewhere neither break the page nor turn it around', async ({ workbench }) => {
  const first = await workbench.start();
  const requests = NAMES.map((_, index): RunRequest => ({
    name: `run ${index + 1}`,
    architecture: findPreset('resnet20')!.architecture,
    datasetId: 'shapes',
    recipe: DEFAULT_RECIPE,
    queue: 'held',
  }));
  await first.evaluate(async (all) => {
    const { api } = window as unknown as { api: { call(method: string, args: unknown): Promise<unknown> } };
    for (const request of all) await api.call('runs.start', request);
    await api.call('settings.set', { compare: [1, 2, 3, 4] });
  }, requests);
  await workbench.quit();
  rename(databasePath(workbench.home), NAMES);

  const page = await workbench.start();
  const fits = () =>
    page.evaluate(() => {
      const box = document.querySelector('.view-body')!;
      return {
        wide: box.scrollWidth - box.clientWidth,
        // Isolates of ours keep names apart; nothing else acts.
        acting: /(?![\t\n\r])\p{Cc}|[\u202a-\u202e]/u.test(document.body.textContent ?? ''),
        longest: Math.max(...[...document.querySelectorAll('bdi')].map((name) => name.textContent.length)),
      };
    });
  for (const view of ['runs', 'compare'] as const) {
    await goTo(page, view);
    await expect(page.getByText('\ufffdgpj.exe \ufffd[2J').first()).toBeVisible();
    const { longest, ...rest } = await fits();
    expect(rest).toEqual({ wide: 0, acting: false });
    // Compare leaves out what its names have in common.
    expect(longest).toBeLessThanOrEqual(200);
  }
  const verdict = await page.getByTestId('verdict').boundingBox();
  expect(verdict!.height).toBeLessThan(160);
  await page.getByTestId('compare-chip').first().getByRole('link').click();
  await expect(page.getByTestId('run-page')).toBeVisible();
  expect((await fits()).wide).toBe(0);
});
