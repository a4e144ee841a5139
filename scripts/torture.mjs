#!/usr/bin/env node
/**
 * `npm run torture`: small real runs whose processes are ended by SIGKILL at random instants and during writes, resumed,
 * killed again, until they complete; each then compared with its twin that was never killed (docs/DURABILITY.md).
 *
 *   --kills N    how many, 100 unless told
 *   --seed S     draws whom and when
 *   --epochs N   length of a run, 60 unless told
 *   --lives N    how many runs suffer side by side, 2 unless told
 *   --json       the report as JSON on stdout
 *
 * Ends with 1 where anything was lost, stuck or different, and then keeps the data folder of that run.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { cliEntry } from './lib/paths.mjs';
import { nodeEnv } from './lib/run-env.mjs';
import { setUp } from './setup/run.mjs';
import { Inspector } from './torture/inspection.mjs';
import { Life } from './torture/life.mjs';
import { readOptions } from './torture/options.mjs';
import { randomOf } from './torture/random.mjs';
import { reportLines, reportOn } from './torture/report.mjs';

/** A step of about 3 ms, 20 of them an epoch; with a projection whose native gradient is wrong on some processors. */
const ARCHITECTURE = {
  name: 'tiny',
  inputShape: [32, 32, 3],
  classes: 10,
  stem: { filters: 8, kernel: 3, stride: 2, pool: true },
  table: [
    [1, [[5, 3], [5, 3]]], // prettier-ignore
    [1, [[16, 3], [16, 3]]], // prettier-ignore
  ],
};

/** What has to be drawn or counted as it was, whatever step a run resumes at. */
const EVERYTHING = [
  ...['--normalisation', 'channel', '--flip', 'random', '--crop', '4', '--padding', 'reflect'],
  ...['--cutout', '8', '--mixup', '0.2', '--cutmix', '0.5', '--label-smoothing', '0.1'],
  ...['--schedule', 'one-cycle', '--warmup', 'steps', '--warmup-length', '30'],
  ...['--regularisation', 'both', '--weight-decay', '0.01', '--clip-norm', '5'],
  ...['--ema-decay', '0.99', '--ema-every', '3', '--norms'],
  // Batches of 32 in three parts, so that some kills fall between two of them.
  ...['--micro-batch-size', '12'],
];

const SAY_EVERY_MS = 10_000;

await runMain(async () => {
  if (process.platform === 'win32') throw new Failure('The torture needs signals, which Windows lacks.');
  const options = readOptions();
  const { electron } = await setUp();
  await build(electron);

  const folder = mkdtempSync(join(tmpdir(), 'resbench-torture-'));
  const model = join(folder, 'tiny.json');
  writeFileSync(model, JSON.stringify(ARCHITECTURE));
  const program = {
    command: electron.path,
    args: [cliEntry],
    // The same sums in the same order each time: no lowering by what was fastest at the moment, no share of threads.
    env: {
      ...nodeEnv(),
      // These folders go with the torture, and so does the note of whose they are.
      RESBENCH_CONFIG: join(folder, 'folders'),
      RESBENCH_PLAN: process.env.RESBENCH_PLAN ?? 'native',
      TF_NUM_INTRAOP_THREADS: '1',
      TF_NUM_INTEROP_THREADS: '1',
    },
  };
  const training = [
    ...['train', model, '--dataset', 'shapes', '--limit-train', '640', '--limit-eval', '200'],
    ...['--batch-size', '32', '--epochs', String(options.epochs), '--seed', String(options.seed)],
    ...EVERYTHING,
  ];
  const inspectors = [];
  const newLife = (name) => {
    const inspector = new Inspector(electron);
    inspectors.push(inspector);
    return new Life({ program, inspector, home: join(folder, name), training, epochs: options.epochs });
  };

  const started = performance.now();
  const lives = [];
  try {
    const twin = await newLife('twin').undisturbed();
    let planned = 0;
    let kills = 0;
    let said = 0;
    const suffering = {
      // Counted when it is planned: lives at the same time must not exceed the number together.
      mayKill: () => planned < options.kills && Boolean(++planned),
      onKill: () => {
        kills++;
        if (performance.now() - said < SAY_EVERY_MS) return;
        said = performance.now();
        const minutes = ((said - started) / 60e3).toFixed(1);
        process.stderr.write(`${kills} of ${options.kills} kills, ${lives.length} lives, ${minutes} min\n`);
      },
      // One that completed before its instant came is still to be had.
      onMiss: () => planned--,
    };
    const one = async () => {
      while (planned < options.kills && lives.every(({ problems }) => problems.length === 0)) {
        const life = newLife(`life-${lives.length + 1}`);
        lives.push(life);
        await life.suffer(randomOf(options.seed, lives.length), twin, suffering);
        if (life.problems.length === 0) rmSync(life.home, { recursive: true, force: true });
      }
    };
    await Promise.all(Array.from({ length: options.atOnce }, one));
  } finally {
    for (const inspector of inspectors) inspector.close();
    if (lives.every(({ problems }) => problems.length === 0))
      rmSync(folder, { recursive: true, force: true });
  }

  const report = reportOn(lives, { seconds: (performance.now() - started) / 1e3, seed: options.seed });
  const lines = reportLines(report);
  (options.json ? process.stderr : process.stdout).write(`${lines.join('\n')}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  return report.problems.length > 0 ? 1 : 0;
});
