/** What the window saves where there is no room for it. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from '@playwright/test';
import { asRoot, electronPath, expect, ROOT, test } from './app';
import { goTo } from './steps';

/** A name space of its own, with a small disk in it: for root, or where the kernel lets users have name spaces. */
const NAME_SPACE = [['-m'], ['-Urm']].find((flags) => {
  try {
    execFileSync('unshare', [...flags, 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', '/mnt'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
});

test('a figure and rows for which the disk has no room: said with the reason, and nothing is left of them', async ({
  workbench,
}) => {
  test.skip(NAME_SPACE === undefined, 'this user may not mount a disk in a name space');
  const words = ['train', 'resnet20', '--name', 'one', '--epochs', '2', '--batch-size', '4'];
  expect(await workbench.terminal([...words, '--limit-train', '400', '--limit-eval', '32']).exit).toBe(0);
  const folder = mkdtempSync(join(tmpdir(), 'resbench-full-'));
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  const program = join(folder, 'program');
  const mounted = `mount -t tmpfs -o size=4k tmpfs '${disk}' && exec "$0" "$@"`;
  writeFileSync(
    program,
    `#!/bin/sh\nexec unshare ${NAME_SPACE!.join(' ')} sh -c '${mounted.replaceAll("'", `'\\''`)}' '${electronPath}' "$@"\n`,
  );
  chmodSync(program, 0o755);
  const app = await _electron.launch({
    executablePath: program,
    args: [...asRoot, ROOT],
    env: { ...process.env, RESBENCH_HOME: workbench.home } as Record<string, string>,
  });
  try {
    const page = await app.firstWindow();
    await app.evaluate(({ session }, path) => {
      session.defaultSession.on('will-download', (_event, item) =>
        item.setSavePath(`${path}/${item.getFilename()}`),
      );
    }, disk);
    await goTo(page, 'runs');
    await page.getByRole('checkbox', { name: 'Compare one' }).check();
    await page.getByTestId('compare-button').click();
    const reason = (name: string): RegExp =>
      new RegExp(
        `^${name} was not saved, since the disk that holds .* left(, and .* needed)?: free some space and save it again\\.$`,
      );

    await page.getByTestId('compare-save-rows').click();
    await page.getByText('All steps as CSV').click();
    await expect(page.getByText(reason('1 run, steps\\.csv'))).toBeVisible();

    await page.getByRole('button', { name: 'Save Validation accuracy' }).click();
    await page.getByRole('dialog').getByRole('radio', { name: 'PNG' }).check({ force: true });
    await page.getByTestId('figure-save').click();
    await expect(page.getByText(reason('Validation accuracy - 1 run over epoch\\.png'))).toBeVisible();

    // What lies on the disk is seen by the program alone.
    const left = (): string[] => readdirSync(`/proc/${app.process().pid}/root${disk}`);
    await expect.poll(left).toEqual([]);
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  }
});
