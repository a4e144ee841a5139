import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { electronPath, expect, ROOT, test } from './app';
import { goTo } from './steps';

const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };

/** Three runs that have ended, the second with a key misspelt in its architecture, as another program may have written it. */
function fill(home: string): void {
  execFileSync(electronPath, [join(ROOT, 'out/main/cli.js'), 'runs', 'list', '--home', home], { env });
  const script = `
    const sqlite = new (require(${JSON.stringify(require.resolve('better-sqlite3'))}))(process.argv[1]);
    const table = (name) => JSON.stringify({ name: 'tiny', inputShape: [32, 32, 3], classes: 10, [name]: [[1, [[4, 3]]]] });
    for (const id of [1, 2, 3]) {
      const row = {
        id, revision: id, name: 'run ' + id, architecture: table(id === 2 ? 'tabel' : 'table'),
        recipe: JSON.stringify(${JSON.stringify({
          optimizer: 'adam',
          learningRate: 1e-3,
          momentum: 0.9,
          nesterov: false,
          batchSize: 64,
          epochs: 1,
          seed: 1,
          limitTrain: null,
          limitEval: null,
        })}),
        seed: 1, dataset_id: 'shapes', dataset_title: 'Shapes', dataset_train_count: 64, dataset_eval_count: 64,
        resbench_version: '0.1.0', node_version: '16', state: 'stopped', created_at: id, params: 1, macs: 1, total_steps: 1, epochs: 1,
        machine: JSON.stringify({ platform: 'p', cpu: 'c', threads: 2, memoryBytes: 1, gpu: null }),
      };
      const columns = Object.keys(row);
      sqlite.prepare('INSERT INTO runs (' + columns + ') VALUES (' + columns.map(() => '?') + ')').run(Object.values(row));
    }
    sqlite.exec('UPDATE revision SET value = 3');
    sqlite.close();`;
  execFileSync(electronPath, ['-e', script, join(home, 'resbench.db')], { env });
}

test('a run that cannot be read is shown as such with its reason, and the others as ever', async ({
  workbench,
}) => {
  fill(workbench.home);
  const page = await workbench.start();
  await goTo(page, 'runs');
  const row = page.getByRole('row', { name: 'Run run 2' });
  await expect(row).toContainText('Unreadable');
  await expect(row).toContainText('unknown field "tabel"');
  for (const name of ['run 1', 'run 3']) {
    await expect(page.getByRole('row', { name: `Run ${name}` })).toContainText('Stopped');
  }
  await page.screenshot({ path: test.info().outputPath('table.png') });

  await row.getByText('run 2', { exact: true }).click();
  await expect(page.getByTestId('unreadable-reason')).toContainText(
    'Run 2 cannot be read in the database (its architecture: unknown field "tabel"',
  );
  await expect(page.getByRole('button', { name: 'Resume' })).toHaveCount(0);
  await page.screenshot({ path: test.info().outputPath('page.png') });

  await page.getByTestId('run-delete').click();
  await expect(page.getByRole('row', { name: 'Run run 3' })).toBeVisible();
  await expect(page.getByRole('row', { name: 'Run run 2' })).toHaveCount(0);
  await page.getByRole('row', { name: 'Run run 3' }).getByText('run 3', { exact: true }).click();
  await expect(page.getByTestId('run-page')).toHaveAttribute('data-state', 'stopped');
});
