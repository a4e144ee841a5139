#!/usr/bin/env node
/**
 * `npm run bench:database`: a database with many long runs, made for the purpose in a temporary folder, and how long
 * Resbench takes with it: from the start of the program to services that are ready, the list of runs, one run with all
 * of its steps, the checks. Prints its size and the plan of each query, and ends with 1 where a figure is over its limit.
 *
 *   --runs N       1000 unless told
 *   --steps N      of each run, 10000 unless told
 *   --home DIR     where the data folder is made, and kept; else a temporary one, removed again
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundled, bundlePrograms } from './bench/programs.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { mustRun } from './lib/processes.mjs';
import { nodeEnv } from './lib/run-env.mjs';
import { setUp } from './setup/run.mjs';

/** Milliseconds, on a machine that does nothing else. */
const LIMITS = { start: 2000, open: 200 };
const STARTS = 5;

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '1000' },
      steps: { type: 'string', default: '10000' },
      home: { type: 'string' },
    },
  });
  for (const flag of ['runs', 'steps']) {
    if (!/^[1-9]\d*$/.test(values[flag])) throw new Failure(`--${flag} must be a whole number above 0.`);
  }
  const { electron } = await setUp();
  await bundlePrograms(['database']);
  const home = values.home
    ? resolve(process.env.INIT_CWD ?? '.', values.home)
    : mkdtempSync(join(tmpdir(), 'resbench-'));
  const ask = async (...words) => {
    const { stdout } = await mustRun(
      electron.path,
      [bundled('database'), ...words],
      { env: nodeEnv() },
      'The database could not be measured.',
    );
    return JSON.parse(stdout);
  };
  try {
    if (!existsSync(join(home, 'resbench.db'))) {
      const made = await ask('make', home, values.runs, values.steps);
      say('made in', seconds(made.milliseconds));
    }
    const starts = [];
    for (let i = 0; i < STARTS; i++) {
      const from = performance.now();
      const { readyAt } = await ask('start', home);
      starts.push(readyAt - performance.timeOrigin - from);
    }
    const found = await ask('read', home);
    say('rows', `${found.runs} runs, ${found.steps} steps, ${found.epochs} epochs`);
    say(
      'on disk',
      `${(found.bytes / 1e6).toFixed(0)} MB, ${(found.bytes / found.steps).toFixed(1)} bytes a step`,
    );
    say('start of the program to services that are ready', spread(starts), LIMITS.start);
    say('list of runs', spread(found.list));
    say('one run with all its steps and epochs', spread(found.open), LIMITS.open);
    say('of that, the look at its sums, once a session', spread(found.sums));
    say('the same, sent between processes', spread(found.sent), LIMITS.open);
    say('check of every page, after a crash', seconds(found.quickCheck));
    say('`db check`, every number included', seconds(found.check));
    say('backup', seconds(found.backup));
    process.stdout.write('\nPlans\n');
    for (const [name, plan] of Object.entries(found.plans)) {
      process.stdout.write(`  ${name}: ${plan.join(' · ')}\n`);
    }
    const scans = Object.values(found.plans)
      .flat()
      .filter((line) => /SCAN (steps|epochs|checkpoints|seams)\b/.test(line));
    if (scans.length > 0) process.stdout.write(`A query reads all of a table: ${scans.join(', ')}\n`);
    const late = median(starts) > LIMITS.start || median(found.sent) > LIMITS.open;
    return late || scans.length > 0 ? 1 : 0;
  } finally {
    if (!values.home) rmSync(home, { recursive: true, force: true });
  }
});

function say(what, figure, limit) {
  process.stdout.write(`${what}: ${figure}${limit === undefined ? '' : ` (limit ${limit} ms)`}\n`);
}

const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function spread(values) {
  const figure = (value) => value.toFixed(value < 10 ? 1 : 0);
  return `${figure(median(values))} ms (${figure(Math.min(...values))} to ${figure(Math.max(...values))})`;
}
