#!/usr/bin/env node
/**
 * `npm run screenshots`: the tests that shoot every view, and every state of the Models screen, writing to docs/screenshots what the
 * README and docs/MODELS.md show. `npm run screenshots -- models` shoots the Models screen alone. pngquant, where it is at hand,
 * makes a palette of their colours, which takes a third of the space.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { projectRoot } from './lib/paths.mjs';
import { run, which } from './lib/processes.mjs';
import { conclude, runPlaywright } from './lib/runners.mjs';
import { onOwnDisplay } from './lib/xvfb.mjs';
import { setUp } from './setup/run.mjs';

const folder = join(projectRoot, 'docs', 'screenshots');

await runMain(async () => {
  const [part, ...rest] = process.argv.slice(2);
  if ((part !== undefined && part !== 'models') || rest.length > 0) {
    throw new Failure('Usage: npm run screenshots [-- models]');
  }
  const { electron } = await setUp({ forTests: true });
  await build(electron);
  const env = { ...process.env, RESBENCH_SCREENSHOTS: 'docs/screenshots' };
  const began = Date.now();
  const tests = [part ? `${part}-screenshots` : 'screenshots'];
  const total = await onOwnDisplay((display) => runPlaywright(display, tests), env);
  await compress(began);
  return conclude([total]);
});

/** Images that are newer. What would lose too much by a palette, or gain nothing, stays as it is. */
async function compress(since) {
  if (which('pngquant') === null) {
    process.stdout.write(
      'The images are as the window gave them. For smaller ones: sudo apt-get install -y --no-install-recommends pngquant\n',
    );
    return;
  }
  const images = readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith('.png') && statSync(path).mtimeMs >= since);
  const how = [
    '--quality',
    '60-95',
    '--speed',
    '1',
    '--strip',
    '--skip-if-larger',
    '--force',
    '--ext',
    '.png',
  ];
  for (const image of images) await run('pngquant', [...how, image]);
}
