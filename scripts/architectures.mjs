#!/usr/bin/env node
/**
 * `npm run architectures`: draws valid architectures at random and holds what Resbench says of each (layers, shapes, variables,
 * counts of parameters) against a model of stock tfjs-layers built from it (test/architectures).
 *
 *   --count N  how many, 2000 unless told; with fewer than 100, a kind of them may be absent
 *   --seed N   of the first, 1 unless told; each has the seed after the one before it
 *
 * Ends with 1 where one disagrees, naming its seed, or where a kind of depth, block, shortcut, stem or kernel is absent.
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
  const program = await bundleProgram('architectures');
  return runInForeground(electron.path, [program, JSON.stringify(options)], { env: nodeEnv() });
});

function readOptions() {
  const { values } = (() => {
    try {
      return parseArgs({
        options: {
          count: { type: 'string', default: '2000' },
          seed: { type: 'string', default: '1' },
        },
      });
    } catch (error) {
      throw new Failure(`${error.message.split('\n')[0]} (known are --count and --seed)`);
    }
  })();
  return { count: wholeNumber('count', values.count, 1), seed: wholeNumber('seed', values.seed, 0) };
}
