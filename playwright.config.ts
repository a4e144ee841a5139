import { defineConfig } from '@playwright/test';

// End to end: the real window of the real Electron, started by test/e2e/app.ts for each test.
export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results/e2e',
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 60_000 },
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  reporter: 'list',
  use: { trace: 'retain-on-failure' },
});
