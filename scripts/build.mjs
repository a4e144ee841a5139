#!/usr/bin/env node
/** `npm run build`: sets up what is missing and builds `out/`. */
import { build } from './lib/build.mjs';
import { runMain } from './lib/failure.mjs';
import { setUp } from './setup/run.mjs';

await runMain(async () => {
  const { electron } = await setUp();
  await build(electron, { force: true });
});
