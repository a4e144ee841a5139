#!/usr/bin/env node
/**
 * `npm run audit`: what Resbench stands on that others made. Every version is exact and every download has a sum (pins),
 * every package may be used and passed on (licences), and nothing that is known to be unsafe is among them (advisories,
 * asked of npm's registry where it answers). `--advisories-are-news` reports those without failing: the tests of a clone
 * do not turn red because somebody has published something since.
 */
import { parseArgs } from 'node:util';
import { askAdvisories } from './audit/advisories.mjs';
import { licenceProblems } from './audit/licences.mjs';
import { pinProblems, UNPINNED } from './audit/pins.mjs';
import { Failure, runMain } from './lib/failure.mjs';

await runMain(async () => {
  const { values: options } = read();
  const pins = await pinProblems();
  report('pins', pins, 'every version is exact, every download has a sum');
  for (const sentence of UNPINNED) say(`  not pinned: ${sentence}`);
  const { problems: licences, counts } = licenceProblems();
  report('licences', licences, counts);
  const advisories = await askAdvisories();
  if (advisories.unreachable) say(`advisories: not asked, ${advisories.unreachable}`);
  else report('advisories', advisories.problems, 'none that npm knows of');
  const news = options['advisories-are-news'];
  const counted = [...pins, ...licences, ...(news ? [] : (advisories.problems ?? []))];
  return counted.length > 0 ? 1 : 0;
});

function report(what, problems, well) {
  say(`${what}: ${problems.length === 0 ? well : `${problems.length} to look at`}`);
  for (const problem of problems) say(`  ${problem}`);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}

function read() {
  try {
    return parseArgs({ options: { 'advisories-are-news': { type: 'boolean', default: false } } });
  } catch (error) {
    throw new Failure(`${error.message.split('\n')[0]} The audit takes --advisories-are-news only.`);
  }
}
