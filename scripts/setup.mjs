#!/usr/bin/env node
/**
 * `npm run setup`: makes everything ready that `npm start` and `npm test` need. Options: `--cpu`, `--gpu` (flavour of
 * TensorFlow), `--official` (ask for Electron's official release again), `--for-tests` (Xvfb and Node 24 too), and
 * `--plan [--platform P]`, which prints what would be done as JSON and does nothing.
 */
import { parseArgs } from 'node:util';
import { Failure, runMain } from './lib/failure.mjs';
import { cacheRoot } from './lib/paths.mjs';
import { makePlan, platforms } from './setup/plan.mjs';
import { setUp, thisPlatform } from './setup/run.mjs';
import { detectFlavour } from './setup/tensorflow.mjs';

const USAGE =
  'Usage: npm run setup -- [--cpu | --gpu] [--official] [--for-tests]\n' +
  `       npm run setup -- --plan [--platform ${platforms.join(' | ')}] [--cpu | --gpu]`;

await runMain(async () => {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  if (options.cpu && options.gpu) throw new Failure('--cpu and --gpu exclude each other: choose one.');
  const flavour = options.gpu ? 'gpu' : options.cpu ? 'cpu' : undefined;
  if (options.plan) {
    const platform = options.platform ?? thisPlatform();
    if (options.platform && !platforms.includes(platform)) {
      throw new Failure(`There is no platform ${platform}: choose one of ${platforms.join(', ')}.`);
    }
    if (flavour === 'gpu' && platform !== 'linux-x64') {
      throw new Failure(
        `TensorFlow with CUDA is there for linux-x64 only, not for ${platform}. Leave out --gpu.`,
      );
    }
    const found = flavour ?? (platform === thisPlatform() ? await detectFlavour(platform) : 'cpu');
    process.stdout.write(`${JSON.stringify(makePlan({ platform, flavour: found }), null, 2)}\n`);
    return 0;
  }
  if (options.platform)
    throw new Failure('--platform goes with --plan: a set-up is always for this machine.');
  const done = await setUp({
    flavour,
    official: options.official,
    again: true,
    forTests: options['for-tests'],
  });
  const { electron, tensorflow, kernels, sqlite } = done;
  process.stderr.write(
    `resbench: ready with Electron ${electron.version} (${electron.source}), TensorFlow ${tensorflow.version} ` +
      `(${tensorflow.flavour}${kernels.version ? `, kernels ${kernels.version}` : ''}), SQLite ${sqlite.sqlite}. Cache: ${cacheRoot()}\n`,
  );
  return 0;
});

function readOptions() {
  const flag = { type: 'boolean', default: false };
  try {
    return parseArgs({
      options: {
        cpu: flag,
        gpu: flag,
        official: flag,
        plan: flag,
        'for-tests': flag,
        help: { ...flag, short: 'h' },
        platform: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new Failure(`${error.message.split('\n')[0]}\n${USAGE}`);
  }
}
