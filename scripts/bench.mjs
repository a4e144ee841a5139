#!/usr/bin/env node
/**
 * `npm run bench`: how fast Resbench trains, side by side with others in one run (docs/BENCH.md says what is measured and
 * how). Prints tables and writes JSON.
 *
 *   --peers        Keras and PyTorch too, each set up in a Python virtual environment in the cache folder
 *   --quick        one model, a few steps: done in three minutes
 *   --ui           the window alone: how fast charts open, move and grow in it, beside TensorBoard (--part ui), and how soon it
 *                  shows what a key changes in the editor (--part editor), and images (--part grid)
 *   --avx2         holds everyone to AVX2, so that a newer processor's figures compare with an older one's
 *   --only MODEL   resnet18, resnet50, resnet18-cifar, resnet20, resnet56 or wrn-16-4; may be given several times, as may
 *                  the next two
 *   --batch N      images per step
 *   --part PART    training, start, overhead, growth, kernels, evaluation, recipe, cost, ui, editor or grid; the last seven only where they are named
 *   --against C    training of this tree and of commit C, side by side
 *   --rounds N     turns of each contender
 *   --seconds S    length of a turn
 *   --engine NAME  layers or graph, else the one that trains
 *   --report FILE  where the JSON goes, else test-results/bench.json
 *   --svg FILE     writes the chart
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { provideCommit } from './bench/against.mjs';
import { Bench } from './bench/bench.mjs';
import { barChart, chartOf } from './bench/chart.mjs';
import { readOptions, WINDOW_PARTS } from './bench/options.mjs';
import { setUpPeers } from './bench/peers.mjs';
import { bundlePrograms, TRAINING, WINDOW } from './bench/programs.mjs';
import { build } from './lib/build.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { Progress } from './setup/progress.mjs';
import { setUp } from './setup/run.mjs';

await runMain(async () => {
  const options = readOptions();
  const window = options.parts.some((part) => WINDOW_PARTS.includes(part));
  const { electron } = await setUp({ forTests: window });
  await build(electron);
  await bundlePrograms(window ? [...TRAINING, ...WINDOW] : TRAINING);
  const progress = new Progress();
  const { python, missing } = options.peers ? await setUpPeers(progress) : { python: {}, missing: [] };
  for (const sentence of missing) process.stderr.write(`resbench: ${sentence}\n`);

  const against = options.against ? await provideCommit(options.against, { progress }) : null;
  const cache = mkdtempSync(join(tmpdir(), 'resbench-bench-'));
  const bench = new Bench(options, { electron: electron.path, python, cache, progress, against });
  try {
    await bench.run();
    return finish({ ...bench.report, missing }, options);
  } finally {
    rmSync(cache, { recursive: true, force: true });
    // Last, for it may take a minute: a working tree with packages of its own has tens of thousands of files.
    against?.remove();
  }
});

/** Writes what was measured; the exit code. */
function finish(report, { report: file, svg }) {
  write(file, `${JSON.stringify(report, null, 1)}\n`);
  process.stdout.write(`\nReport: ${file}\n`);
  if (svg) {
    if (report.cases.length === 0)
      throw new Failure('There is nothing to draw: the chart shows --part training.');
    write(svg, barChart(chartOf(report)));
    process.stdout.write(`Chart: ${svg}\n`);
  }
  const failed = report.cases.some(({ contenders }) => contenders.some((one) => one.failed));
  return failed || report.failures.length > 0 ? 1 : 0;
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
