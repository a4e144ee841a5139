#!/usr/bin/env node
/**
 * `npm test`: sets up, builds, and runs everything; `npm test -- unit`, or another of
 * the parts below, runs a part (several may be named). The last line is `N passed, N failed` over all of it.
 */
import { build } from './lib/build.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { sayOldElectron } from './lib/old-electron.mjs';
import { conclude, runChecks, runNumeric, runPlaywright, runVitest } from './lib/runners.mjs';
import { onOwnDisplay } from './lib/xvfb.mjs';
import { setUp } from './setup/run.mjs';

const parts = {
  check: async (env) => runChecks(env),
  unit: async (env) => [await runVitest('unit', env)],
  component: async (env) => [await runVitest('component', env)],
  numeric: async (env) => runNumeric(env),
  integration: async (env) => [await runVitest('integration', env)],
  hostile: async (env) => [await runVitest('hostile', env)],
  e2e: async (env) => [await runPlaywright(env)],
};

await runMain(async () => {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !Object.hasOwn(parts, name));
  if (unknown) {
    throw new Failure(
      `There is no part "${unknown}" of the tests: choose from ${Object.keys(parts).join(', ')}.`,
    );
  }
  const chosen = asked.length
    ? Object.keys(parts).filter((name) => asked.includes(name))
    : Object.keys(parts);
  const needsProgram = ['integration', 'hostile', 'e2e'].some((name) => chosen.includes(name));

  const { electron } = await setUp({ forTests: needsProgram });
  sayOldElectron(electron, 'the tests use, as a Node and for windows on pages of their own,');
  if (needsProgram) await build(electron);
  const run = async (env) => {
    const totals = [];
    for (const name of chosen) totals.push(...(await parts[name](env)));
    return totals;
  };
  return conclude(needsProgram ? await onOwnDisplay(run) : await run(process.env));
});
