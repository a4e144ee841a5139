#!/usr/bin/env node
/**
 * `npm run cifar10-forms`: the real CIFAR-10, written in its Python form by real Pythons and imported again, against the
 * binary form. The last line is `N passed, N failed`.
 *
 * Needs a Python 3 with numpy (PYTHON, else `python3`); PYTHON2 may name a Python 2.7 with numpy besides.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { cliEntry, projectRoot } from './lib/paths.mjs';
import { mustRun, pythonCommand, run } from './lib/processes.mjs';
import { nodeEnv } from './lib/run-env.mjs';
import { setUp } from './setup/run.mjs';

const writer = join(projectRoot, 'test', 'reference', 'write_cifar10_python.py');
const BINARY = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`).concat('test_batch.bin');
const COULD_NOT = 'The Python form could not be written; numpy must be installed for that Python.';

await runMain(async () => {
  const python = await pythonCommand(process.env);
  if (!python) throw new Failure('Python 3 was not found; PYTHON may name it.');
  const { electron } = await setUp();
  await build(electron);
  const folder = mkdtempSync(join(tmpdir(), 'resbench-cifar10-forms-'));
  let failed = 0;
  let passed = 0;
  try {
    const cli = (home, words, env = {}) =>
      run(electron.path, [cliEntry, ...words, '--home', home], {
        // No copy of the user's: the first import is the reference for the others.
        env: nodeEnv({
          ...process.env,
          HOME: join(folder, 'nobody'),
          KERAS_HOME: join(folder, 'nothing'),
          ...env,
        }),
      });

    /** SHA-256 over the six files of a data folder, in their order. */
    const content = (home) => {
      const sum = createHash('sha256');
      for (const name of BINARY) sum.update(readFileSync(join(home, 'datasets', 'cifar10', name)));
      return sum.digest('hex');
    };
    const say = (what, sha256) => process.stdout.write(`${what.padEnd(64)} ${sha256}\n`);

    const reference = join(folder, 'reference');
    const got = await run(electron.path, [cliEntry, 'data', 'get', 'cifar10', '--home', reference], {
      env: nodeEnv(),
    });
    if (got.code !== 0) throw new Failure(got.output.trim());
    const expected = content(reference);
    const binary = join(reference, 'datasets', 'cifar10');
    say('binary form', expected);

    const write = async (program, form) => {
      const target = join(folder, 'written');
      const { stdout } = await mustRun(program, [writer, form, binary, target], {}, COULD_NOT);
      return { target, by: /by (Python \S+, numpy [^:]+)/.exec(stdout)[1] };
    };
    const check = async (what, words, env, says = '') => {
      const home = join(folder, 'home');
      const { code, output } = await cli(home, words, env);
      const sha256 = code === 0 && output.includes(says) ? content(home) : output.trim().split('\n').pop();
      say(what, sha256);
      if (sha256 === expected) passed++;
      else failed++;
      rmSync(home, { recursive: true, force: true });
    };

    const forms = [
      [python.program, 'text', 'names as texts'],
      [python.program, 'bytes', 'names as bytes'],
      [python.program, 'python2', "with Python 2's byte strings"],
      ...(process.env.PYTHON2 ? [[process.env.PYTHON2, 'text', 'as it writes them']] : []),
    ];
    for (const [program, form, what] of forms) {
      const { target, by } = await write(program, form);
      await check(`${by}, ${what}`, ['data', 'import', 'cifar10', target]);
      if (form === 'python2') {
        const root = join(folder, 'root');
        mkdirSync(root);
        renameSync(target, join(root, 'cifar-10-batches-py'));
        await mustRun(
          'tar',
          ['-C', root, '-czf', join(folder, 'cifar-10-python.tar.gz'), 'cifar-10-batches-py'],
          {},
          COULD_NOT,
        );
        await check("torchvision's root", ['data', 'import', 'cifar10', root]);
        await check('its archive', ['data', 'import', 'cifar10', join(folder, 'cifar-10-python.tar.gz')]);
        const keras = join(folder, 'keras', 'datasets', 'cifar-10-batches-py-target');
        mkdirSync(keras, { recursive: true });
        renameSync(join(root, 'cifar-10-batches-py'), join(keras, 'cifar-10-batches-py'));
        const env = { KERAS_HOME: join(folder, 'keras'), RESBENCH_CACHE: join(folder, 'empty-cache') };
        const says = 'nothing was downloaded';
        await check("Keras 3's folder, found by `data get`", ['data', 'get', 'cifar10'], env, says);
        rmSync(join(folder, 'keras'), { recursive: true });
      }
      rmSync(target, { recursive: true, force: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  if (failed > 0) process.exitCode = 1;
});
