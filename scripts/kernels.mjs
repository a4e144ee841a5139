#!/usr/bin/env node
/**
 * `npm run kernels`: our own kernels (`native/`) against plain float64 C++, random shapes by the thousand, compiled with the
 * address and undefined-behaviour sanitizers. Options: `--shapes N` (2000), `--seed N` (1), `--plain` (no sanitizers, as they are
 * used), `--races` (with the thread sanitizer instead), `--arm64` (compiled for arm64 and run by qemu-user; no sanitizers). The last line is `N passed, N failed`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure, runMain } from './lib/failure.mjs';
import { run, which } from './lib/processes.mjs';
import { compileCheck, MEMORY, RACES } from './setup/kernel-check.mjs';
import { findTools, requireTools } from './setup/tools.mjs';

await runMain(async () => {
  const { shapes, seed, plain, races, arm64 } = readOptions();
  const sanitizers = plain ? null : races ? RACES : MEMORY;
  const { compiler, runner, ...how } = arm64 ? forArm64() : await forHere(sanitizers);
  const folder = mkdtempSync(join(tmpdir(), 'resbench-kernels-'));
  try {
    process.stderr.write('Compiling …\n');
    const program = await compileCheck(folder, { compiler, ...how });
    const [command, ...words] = [...runner, program, String(shapes), String(seed)];
    const { code, output } = await run(command, words, { timeout: 6 * 3600_000 });
    process.stdout.write(output);
    return code === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function forHere(sanitizers) {
  const tools = await findTools();
  requireTools(tools, ['compiler']);
  return { compiler: tools.compiler.program, runner: [], sanitizers };
}

function forArm64() {
  const [compiler, qemu] = ['aarch64-linux-gnu-g++', 'qemu-aarch64'].map((name) => which(name));
  if (!compiler || !qemu) {
    throw new Failure(
      'Compiling for arm64 needs a cross compiler and qemu-user. Type: ' +
        'sudo apt-get install -y --no-install-recommends g++-aarch64-linux-gnu qemu-user',
    );
  }
  const more = { architecture: 'arm64', linking: ['-static'] };
  return { compiler, runner: [qemu], ...more };
}

function readOptions() {
  const usage = 'Usage: npm run kernels -- [--shapes N] [--seed N] [--plain | --races | --arm64]';
  let values;
  try {
    const [text, flag] = [{ type: 'string' }, { type: 'boolean', default: false }];
    ({ values } = parseArgs({
      options: { shapes: text, seed: text, plain: flag, races: flag, arm64: flag },
    }));
  } catch (error) {
    throw new Failure(`${error.message.split('\n')[0]}\n${usage}`);
  }
  const whole = (name, otherwise) => {
    const value = Number(values[name] ?? otherwise);
    if (!Number.isInteger(value) || value < 1)
      throw new Failure(`--${name} must be a whole number above 0, got ${values[name]}.`);
    return value;
  };
  return {
    shapes: whole('shapes', 2000),
    seed: whole('seed', 1),
    plain: values.plain,
    races: values.races,
    arm64: values.arm64,
  };
}
