#!/usr/bin/env node
/**
 * `npm run together -- --minutes 3`: the window and two terminals train on one database at the same time, for as long as told,
 * and each step that a trainer made is looked for in the database and in the window (test/e2e/together.spec.ts).
 */
import { parseArgs } from 'node:util';
import { build } from './lib/build.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { conclude, runPlaywright } from './lib/runners.mjs';
import { onOwnDisplay } from './lib/xvfb.mjs';
import { setUp } from './setup/run.mjs';

await runMain(async () => {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '3' } } });
  const seconds = Number(values.minutes) * 60;
  if (!(seconds > 0 && seconds <= 86_400))
    throw new Failure('--minutes must be a number above 0, at most 1440.');
  const { electron } = await setUp({ forTests: true });
  await build(electron);
  const env = { ...process.env, RESBENCH_TOGETHER_SECONDS: String(seconds) };
  return conclude([await onOwnDisplay((display) => runPlaywright(display, ['together']), env)]);
});
