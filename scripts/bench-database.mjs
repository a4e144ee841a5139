#!/usr/bin/env node
/**
 * `npm run bench:database`: a database with many long runs, made for the purpose in a temporary folder, and how long
 * Resbench takes with it: its services and the window (started, its table scrolled and filtered, a run opened), the checks.
 * Prints its size and the plan of each query, and ends with 1 where a figure is over its limit. On Linux the window is on a
 * display of its own, drawn by the processor.
 *
 *   --runs N       1000 unless told, at least 50
 *   --steps N      of each run, 10000 unless told, at least 1000
 *   --home DIR     where the data folder is made, and kept; else a temporary one, removed again
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundled, bundlePrograms } from './bench/programs.mjs';
import { median, quantile } from './bench/statistics.mjs';
import { build } from './lib/build.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { projectRoot } from './lib/paths.mjs';
import { mustRun } from './lib/processes.mjs';
import { nodeEnv, windowEnv } from './lib/run-env.mjs';
import { onOwnDisplay } from './lib/xvfb.mjs';
import { setUp } from './setup/run.mjs';

/** Milliseconds, on a machine that does nothing else. */
const LIMITS = { start: 2000, open: 200, frame: 50 };
const STARTS = 5;
/** Below these the window has nothing to scroll, or no curve of steps. */
const LEAST = { runs: 50, steps: 1000 };

function say(what, figure, limit) {
  process.stdout.write(`${what}: ${figure}${limit === undefined ? '' : ` (limit ${limit} ms)`}\n`);
}

const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

const late = (values) => quantile(values, 0.95);

const figure = (value) => value.toFixed(value < 10 ? 1 : 0);
const spread = (values) =>
  `${figure(median(values))} ms (${figure(Math.min(...values))} to ${figure(Math.max(...values))})`;
const tail = (values) =>
  `median ${figure(median(values))} ms, 95 % within ${figure(late(values))} ms, longest ${figure(Math.max(...values))} ms`;

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '1000' },
      steps: { type: 'string', default: '10000' },
      home: { type: 'string' },
    },
  });
  for (const [flag, least] of Object.entries(LEAST)) {
    if (!/^\d+$/.test(values[flag]) || Number(values[flag]) < least) {
      throw new Failure(`--${flag} must be a whole number of at least ${least}.`);
    }
  }
  const { electron } = await setUp({ forTests: true });
  await build(electron);
  await bundlePrograms(['database', 'window']);
  const home = values.home
    ? resolve(process.env.INIT_CWD ?? '.', values.home)
    : mkdtempSync(join(tmpdir(), 'resbench-'));
  const ask = async (program, words, env) => {
    const { stdout } = await mustRun(program, words, { env }, 'The database could not be measured.');
    return JSON.parse(stdout);
  };
  const database = (...words) => ask(electron.path, [bundled('database'), ...words], nodeEnv());
  const window = (display) =>
    ask(process.execPath, [bundled('window'), home, electron.path, projectRoot], windowEnv(display));
  try {
    if (!existsSync(join(home, 'resbench.db'))) {
      const made = await database('make', home, values.runs, values.steps);
      say('made in', seconds(made.milliseconds));
    }
    const starts = [];
    for (let i = 0; i < STARTS; i++) {
      const from = performance.now();
      const { readyAt } = await database('start', home);
      starts.push(readyAt - performance.timeOrigin - from);
    }
    const found = await database('read', home);
    say('rows', `${found.runs} runs, ${found.steps} steps, ${found.epochs} epochs`);
    say(
      'on disk',
      `${(found.bytes / 1e6).toFixed(0)} MB, ${(found.bytes / found.steps).toFixed(1)} bytes per step`,
    );
    say('start of the program to services that are ready', spread(starts), LIMITS.start);
    say('list of runs', spread(found.list));
    say('one run with all its steps and epochs', spread(found.open), LIMITS.open);
    say('of that, the look at its sums, once a session', spread(found.sums));
    say('the same, sent between processes', spread(found.sent), LIMITS.open);
    const seen = await onOwnDisplay(window);
    say('start of the window to its table of runs', spread(seen.starts), LIMITS.start);
    say('one run in the window, click to curve', spread(seen.open), LIMITS.open);
    say('frames while the table is scrolled by wheel', tail(seen.wheel), LIMITS.frame);
    say('frames while its scroll bar is dragged', tail(seen.jumps));
    say('a letter in its filter', tail(seen.typing));
    say('check of every page, after a crash', seconds(found.quickCheck));
    say('`db check`, every number included', seconds(found.check));
    say('backup', seconds(found.backup));
    process.stdout.write('\nPlans\n');
    for (const [name, plan] of Object.entries(found.plans)) {
      process.stdout.write(`  ${name}: ${plan.join(' · ')}\n`);
    }
    const scans = Object.values(found.plans)
      .flat()
      .filter((line) => /SCAN (steps|epochs|checkpoints|gaps)\b/.test(line));
    if (scans.length > 0) process.stdout.write(`A query reads all of a table: ${scans.join(', ')}\n`);
    const over =
      [starts, seen.starts].some((times) => median(times) > LIMITS.start) ||
      [found.sent, seen.open].some((times) => median(times) > LIMITS.open) ||
      late(seen.wheel) > LIMITS.frame;
    return over || scans.length > 0 ? 1 : 0;
  } finally {
    if (!values.home) rmSync(home, { recursive: true, force: true });
  }
});
