import { join } from 'node:path';
import { defineConfig } from '@playwright/test';

// A window on an old Electron opens only after a yes; the pages of these are our own.
process.env.RESBENCH_ALLOW_OLD_ELECTRON = '1';
// Which folders are known as the user's own is noted here and not in the user's configuration.
process.env.RESBENCH_CONFIG = join(__dirname, 'node_modules/.resbench/test-folders');

// End to end: the real window of the real Electron, started by test/e2e/app.ts for each test.
export default defineConfig({
  testDir: 'test/e2e',
  // It needs Inkscape: `npm run picture-check` asks for it.
  testIgnore: process.env.RESBENCH_PICTURE_CHECK ? [] : '**/picture-programs.spec.ts',
  outputDir: 'test-results/e2e',
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 60_000 },
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  reporter: 'list',
  use: { trace: 'retain-on-failure' },
});
