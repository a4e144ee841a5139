import type { KnipConfig } from 'knip';

/**
 * What nobody uses: files, exports, types, dependencies. `npm run check` looks twice: at everything and, in production
 * mode, at what the product's own programs reach (patterns with `!`), which finds what only tests use.
 */
const config: KnipConfig = {
  // What electron-vite builds is read from its configuration, what the tests are from Vitest's and Playwright's.
  entry: [
    // What npm's scripts run.
    'scripts/*.mjs!',
    // The doctor has it bundled and runs it in the Node that trains.
    'src/trainer/engine/graph/self-test.ts!',
    // The difference of two architectures, for the comparison of models that is to come.
    'src/architecture/diff.ts!',
    // The inverse of each edit, to which tests hold the edits; the window undoes by its texts, which are exact.
    'src/architecture/edits/apply.ts!',
    // Started by their paths: the page that the doctor opens, and what an old Electron starts with.
    'resources/*/index.js!',
    // Programs that tests and benches have bundled, or start by their path.
    'test/bench/*.ts',
    'test/bench/overhead/*.ts',
    'test/architectures/main.ts',
    'test/fuzz/main.ts',
    'test/hostile/*-program.ts',
    'test/integration/*-program.ts',
    'test/reference/step-memory.ts',
    'test/unit/main/scripted-trainer.cjs',
    'test/unit/node/checkpoints/writer.ts',
    'test/unit/node/processes/talkative-program.ts',
    'test/electron-pool/worker.mjs',
  ],
  project: ['src/**/*.{ts,vue}!', 'scripts/**/*.mjs!', 'resources/**/*.js!', 'test/**/*.{ts,mjs,cjs}'],
  ignoreDependencies: [
    // Run by their paths: scripts/setup/sqlite.mjs, scripts/lib/runners.mjs.
    'dependency-cruiser',
    'node-gyp',
    'vue-tsc',
  ],
  // Programs of the system.
  ignoreBinaries: ['nvidia-smi', 'mkfifo', 'unshare', 'rsvg-convert', 'inkscape'],
  // An export that its own file uses is alive, if only tests want it from outside.
  ignoreExportsUsedInFile: true,
};

export default config;
