#!/usr/bin/env node
/**
 * `npm run layer-references`: what torchinfo, fvcore and PyTorch say of the layers of test/reference/architectures. With
 * --write it becomes test/reference/layer-figures.json, which `npm test` holds our figures against; without, a difference
 * from that file fails. Then it measures what a training step takes of memory, here and in PyTorch, beside what we say; more than
 * 15 % between them fails too. --only-memory measures that alone.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { torchRequirements } from './bench/peers.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { projectRoot } from './lib/paths.mjs';
import { mustRun } from './lib/processes.mjs';
import { pythonWith } from './lib/python-packages.mjs';
import { compareStepMemory, whyNoStepMemory } from './layer-references/step-memory.mjs';
import { Progress } from './setup/progress.mjs';
import { setUp } from './setup/run.mjs';

const reference = join(projectRoot, 'test', 'reference');
const fixture = join(reference, 'layer-figures.json');

await runMain(async () => {
  const { write, onlyMemory } = readOptions();
  // The trainer is measured too.
  await setUp();
  const progress = new Progress();
  const python = await pythonWith(
    'layers',
    [await torchRequirements(), join(reference, 'requirements-layers.txt')],
    { progress, sources: join(reference, 'requirements-layers-sources.txt') },
  );
  const figures = onlyMemory ? 0 : await compareFigures(python.program, progress, write);
  if (write) return figures;
  const obstacle = whyNoStepMemory();
  if (obstacle !== null) {
    process.stdout.write(`${obstacle}\n`);
    return figures;
  }
  const missed = await compareStepMemory(python.program, progress);
  return missed > 0 ? 1 : figures;
});

/** Figures of layers against those that are written down, or written down again. @returns the exit code. */
async function compareFigures(python, progress, write) {
  const folder = join(reference, 'architectures');
  const architectures = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => join(folder, file));
  const { stdout } = await progress.during('Figures of layers', {}, () =>
    mustRun(
      python,
      [join(reference, 'layer_figures.py'), ...architectures],
      {},
      'torchinfo, fvcore and PyTorch gave no figures.',
    ),
  );
  const figures = JSON.parse(stdout);
  const text = `${laidOut(figures)}\n`;
  if (write) {
    writeFileSync(fixture, text);
    process.stdout.write(`Written: ${fixture}\n`);
    return 0;
  }
  const before = JSON.parse(readFileSync(fixture, 'utf8'));
  const different = Object.keys({ ...before.networks, ...figures.networks }).filter(
    (name) => JSON.stringify(before.networks[name]) !== JSON.stringify(figures.networks[name]),
  );
  for (const name of different) process.stdout.write(`${name} differs from ${fixture}\n`);
  const all = Object.keys(figures.networks).length;
  process.stdout.write(`${all - different.length} of ${all} architectures as they are written down\n`);
  return different.length === 0 ? 0 : 1;
}

function readOptions() {
  try {
    const flag = { type: 'boolean', default: false };
    const { values } = parseArgs({ options: { write: flag, 'only-memory': flag } });
    return { write: values.write, onlyMemory: values['only-memory'] };
  } catch (error) {
    throw new Failure(`${error.message.split('\n')[0]} (known are --write and --only-memory)`);
  }
}

/** An object without its brackets. */
function inner(object) {
  return JSON.stringify(object).slice(1, -1);
}

/** A line a layer, so that a difference can be read. */
function laidOut({ networks, ...rest }) {
  const lines = Object.entries(networks).map(([name, { layers, ...whole }]) => {
    const rows = Object.entries(layers).map(
      ([layer, row]) => `${JSON.stringify(layer)}:${JSON.stringify(row)}`,
    );
    return `${JSON.stringify(name)}:{${inner(whole)},"layers":{\n${rows.join(',\n')}}}`;
  });
  return `{${inner(rest)},"networks":{\n${lines.join(',\n')}}}`;
}
