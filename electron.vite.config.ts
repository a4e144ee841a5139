import { resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';

// The build runs on both Electron lines the set-up can find: 22 (Node 16, Chromium 108, no ESM main) and 45.
export default defineConfig({
  main: {
    build: {
      target: 'node16',
      rollupOptions: {
        // Programs of the Node side share one build: the window's main process, the trainer and the data set worker
        // (utility or child processes), the threads that read histories and images, and the command line.
        input: {
          index: resolve('src/main/window/index.ts'),
          trainer: resolve('src/trainer/index.ts'),
          datasets: resolve('src/main/datasets/worker.ts'),
          histories: resolve('src/main/runs/history-thread.ts'),
          images: resolve('src/main/datasets/images/thread.ts'),
          cli: resolve('src/cli/index.ts'),
        },
        output: { format: 'cjs', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: 'node16',
      // A sandboxed preload cannot require packages: bundle everything but Electron.
      externalizeDeps: false,
      rollupOptions: {
        input: { index: resolve('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].js' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [vue()],
    build: {
      target: 'chrome108',
      cssTarget: 'chrome108',
      rollupOptions: { input: { index: resolve('src/renderer/index.html') } },
    },
  },
});
