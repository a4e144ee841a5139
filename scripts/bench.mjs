#!/usr/bin/env node
/**
 * `npm run bench`: how fast Resbench trains, side by side with others in one run (docs/BENCH.md says what is measured and
 * how). Prints tables and writes JSON.
 *
 *   --peers        Keras and PyTorch too, each set up in a Python virtual environment in the cache folder
 *   --quick        one model, a few steps: done in three minutes
 *   --ui           charts alone: how fast they open, move and grow in the window, beside TensorBoard; as --part ui
 *   --avx2         holds everyone to AVX2, so that a newer processor's figures compare with an older one's
 *   --only MODEL   resnet18, resnet50 or resnet18-cifar; may be given several times, as may the next two
 *   --batch N      images per step
 *   --part PART    training, start, cost, growth or ui
 *   --rounds N     turns of each contender
 *   --seconds S    length of a turn
 *   --engine NAME  layers or graph, else the one that trains
 *   --report FILE  where the JSON goes, else test-results/bench.json
 *   --svg FILE     writes the chart
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Bench } from './bench/bench.mjs';
import { barChart, chartOf } from './bench/chart.mjs';
import { readOptions } from './bench/options.mjs';
import { setUpPeers } from './bench/peers.mjs';
import { bundlePrograms, TRAINING, WINDOW } from './bench/programs.mjs';
import { build } from './lib/build.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { Progress } from './setup/progress.mjs';
import { setUp } from './setup/run.mjs';

await runMain(async () => {
  const options = readOptions();
  const ui = options.parts.includes('ui');
  const { electron } = await setUp({ forTests: ui });
  await build(electron);
  await bundlePrograms(ui ? [...TRAINING, ...WINDOW] : TRAINING);
  const progress = new Progress();
  const { python, missing } = options.peers ? await setUpPeers(progress) : { python: {}, missing: [] };
  for (const sentence of missing) process.stderr.write(`resbench: ${sentence}\n`);

  const cache = mkdtempSync(join(tmpdir(), 'resbench-bench-'));
  const bench = new Bench(options, { electron: electron.path, python, cache, progress });
  try {
    await bench.run();
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
  const { report } = bench;
  report.missing = missing;
  write(options.report, `${JSON.stringify(report, null, 1)}\n`);
  process.stdout.write(`\nReport: ${options.report}\n`);
  if (options.svg) {
    if (report.cases.length === 0)
      throw new Failure('There is nothing to draw: the chart shows --part training.');
    write(options.svg, barChart(chartOf(report)));
    process.stdout.write(`Chart: ${options.svg}\n`);
  }
  const failed = report.cases.some(({ contenders }) => contenders.some((one) => one.failed));
  return failed || report.failures.length > 0 ? 1 : 0;
});

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
