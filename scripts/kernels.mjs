#!/usr/bin/env node
/**
 * `npm run kernels`: our own kernels (`native/`) against plain float64 C++, random shapes by the thousand, compiled with the
 * address and undefined-behaviour sanitizers. Options: `--shapes N` (2000), `--seed N` (1), `--plain` (no sanitizers, as they are
 * used). The last line is `N passed, N failed`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure, runMain } from './lib/failure.mjs';
import { run } from './lib/processes.mjs';
import { compileCheck } from './setup/kernel-check.mjs';
import { findTools, requireTools } from './setup/tools.mjs';

await runMain(async () => {
  const { shapes, seed, plain } = readOptions();
  const tools = await findTools();
  requireTools(tools, ['compiler']);
  const folder = mkdtempSync(join(tmpdir(), 'resbench-kernels-'));
  try {
    process.stderr.write('Compiling …\n');
    const program = await compileCheck(folder, { compiler: tools.compiler.program, sanitized: !plain });
    const { code, output } = await run(program, [String(shapes), String(seed)], { timeout: 6 * 3600_000 });
    process.stdout.write(output);
    return code === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function readOptions() {
  const usage = 'Usage: npm run kernels -- [--shapes N] [--seed N] [--plain]';
  let values;
  try {
    const text = { type: 'string' };
    ({ values } = parseArgs({ options: { shapes: text, seed: text, plain: { type: 'boolean' } } }));
  } catch (error) {
    throw new Failure(`${error.message.split('\n')[0]}\n${usage}`);
  }
  const whole = (name, otherwise) => {
    const value = Number(values[name] ?? otherwise);
    if (!Number.isInteger(value) || value < 1)
      throw new Failure(`--${name} must be a whole number above 0, got ${values[name]}.`);
    return value;
  };
  return { shapes: whole('shapes', 2000), seed: whole('seed', 1), plain: values.plain ?? false };
}
