#!/usr/bin/env node
/** `npm run screenshots`: the test that shoots every view, writing to docs/screenshots what the README shows. */
import { build } from './lib/build.mjs';
import { runMain } from './lib/failure.mjs';
import { conclude, runPlaywright } from './lib/runners.mjs';
import { onOwnDisplay } from './lib/xvfb.mjs';
import { setUp } from './setup/run.mjs';

await runMain(async () => {
  const { electron } = await setUp({ forTests: true });
  await build(electron);
  const env = { ...process.env, RESBENCH_SCREENSHOTS: 'docs/screenshots' };
  return conclude([await onOwnDisplay((display) => runPlaywright(display, ['screenshots']), env)]);
});
