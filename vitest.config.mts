import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';
import { electronPool } from './test/electron-pool/pool.mjs';

// Native modules are built for Electron's ABI, so test workers run inside the Node of the Electron that the set-up found.
const stamp = new URL('./node_modules/.resbench/setup.json', import.meta.url);
if (!existsSync(stamp)) {
  throw new Error(
    'The set-up has not run in this clone: type `npm run setup` first, or run everything by `npm test`.',
  );
}
const setup = JSON.parse(readFileSync(stamp, 'utf8')) as { electron: { path: string } };
// Which folders are known as the user's own is noted here and not in the user's configuration.
process.env.RESBENCH_CONFIG = fileURLToPath(
  new URL('./node_modules/.resbench/test-folders', import.meta.url),
);
process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';

export default defineConfig({
  test: {
    pool: electronPool(setup.electron.path),
    projects: [
      {
        extends: true,
        // Some compute with TensorFlow; the limit is against what never ends, on a machine that is busy besides.
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
      },
      {
        // Components in a DOM, which needs a newer Node than Electron 22's: they run in the Node on the path, and open no
        // database.
        plugins: [vue()],
        test: {
          name: 'component',
          include: ['test/component/**/*.test.ts'],
          pool: 'forks',
          environment: 'happy-dom',
          setupFiles: ['test/component/setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Real training: one at a time on a small machine.
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'hostile',
          include: ['test/hostile/**/*.test.ts'],
          // Some thousand calls; each has limits of its own, which say more when they are met.
          testTimeout: 600_000,
          hookTimeout: 600_000,
          // Calls are processes, and what they take is counted, not how long.
          maxConcurrency: 2,
        },
      },
    ],
  },
});
