#!/usr/bin/env node
/** `npm run check`: types, lint, imports, format, dead code, audit, unit and component tests. */
import { runMain } from './lib/failure.mjs';
import { conclude, runChecks, runVitest } from './lib/runners.mjs';
import { setUp } from './setup/run.mjs';

await runMain(async () => {
  await setUp();
  return conclude([...(await runChecks()), await runVitest('unit'), await runVitest('component')]);
});
