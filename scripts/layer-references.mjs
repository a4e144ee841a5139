#!/usr/bin/env node
/**
 * `npm run layer-references`: what torchinfo, fvcore and PyTorch say of the layers of test/reference/architectures. With
 * --write it becomes test/reference/layer-figures.json, which `npm test` holds our figures against; without, a difference
 * from that file fails.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { torchRequirements } from './bench/peers.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { projectRoot } from './lib/paths.mjs';
import { mustRun } from './lib/processes.mjs';
import { pythonWith } from './lib/python-packages.mjs';
import { Progress } from './setup/progress.mjs';

const reference = join(projectRoot, 'test', 'reference');
const fixture = join(reference, 'layer-figures.json');

await runMain(async () => {
  const write = readOptions();
  const progress = new Progress();
  const python = await pythonWith(
    'layers',
    [await torchRequirements(), join(reference, 'requirements-layers.txt')],
    { progress, sources: join(reference, 'requirements-layers-sources.txt') },
  );
  const folder = join(reference, 'architectures');
  const architectures = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => join(folder, file));
  const { stdout } = await progress.during('Figures of layers', {}, () =>
    mustRun(
      python.program,
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
});

function readOptions() {
  try {
    return parseArgs({ options: { write: { type: 'boolean', default: false } } }).values.write;
  } catch (error) {
    throw new Failure(`${error.message.split('\n')[0]} (known is --write)`);
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
