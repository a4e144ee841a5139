#!/usr/bin/env node
/**
 * `npm run fuzz`: changes sound files of each format that Resbench reads at random, gives them to the reader that the
 * program uses, and counts by which sentence they were refused (test/fuzz, docs/SECURITY.md).
 *
 *   --seed N       draws the changes, 1 unless told
 *   --cases N      of each format, 2000 unless told; with few, not every refusal is met
 *   --only FORMAT  one of them
 *   --case N       this one case of it alone, as a failure names it
 *
 * Ends with 1 where a case went wrong, or where a refusal that the format's list knows was never met.
 */
import { parseArgs } from 'node:util';
import { bundleProgram } from './lib/bundle.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { runInForeground } from './lib/foreground.mjs';
import { nodeEnv } from './lib/run-env.mjs';
import { wholeNumber } from './lib/whole-number.mjs';
import { setUp } from './setup/run.mjs';

await runMain(async () => {
  const options = readOptions();
  const { electron } = await setUp();
  const program = await bundleProgram('fuzz');
  return runInForeground(electron.path, [program, JSON.stringify(options)], { env: nodeEnv() });
});

function readOptions() {
  const { values } = (() => {
    try {
      return parseArgs({
        options: {
          seed: { type: 'string', default: '1' },
          cases: { type: 'string', default: '2000' },
          only: { type: 'string' },
          case: { type: 'string' },
        },
      });
    } catch (error) {
      throw new Failure(`${error.message.split('\n')[0]} (known are --seed, --cases, --only and --case)`);
    }
  })();
  return {
    seed: wholeNumber('seed', values.seed, 0),
    cases: wholeNumber('cases', values.cases, 1),
    format: values.only ?? null,
    only: values.case === undefined ? null : wholeNumber('case', values.case, 1),
  };
}
