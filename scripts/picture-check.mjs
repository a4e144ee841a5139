#!/usr/bin/env node
/**
 * `npm run picture-check`: what Inkscape makes of the pictures that the window saves. Positions of boxes and texts, and pixels, are
 * compared with the window's; the figures are printed. It is apart from `npm test`, for Inkscape is large.
 */
import { build } from './lib/build.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { which } from './lib/processes.mjs';
import { conclude, runPlaywright } from './lib/runners.mjs';
import { onOwnDisplay } from './lib/xvfb.mjs';
import { setUp } from './setup/run.mjs';

await runMain(async () => {
  if (which('inkscape') === null) {
    throw new Failure(
      'Inkscape was not found. On Debian or Ubuntu, type: sudo apt-get install -y --no-install-recommends inkscape',
    );
  }
  const { electron } = await setUp({ forTests: true });
  await build(electron);
  const env = { ...process.env, RESBENCH_PICTURE_CHECK: 'inkscape' };
  return conclude([await onOwnDisplay((display) => runPlaywright(display, ['picture-programs']), env)]);
});
