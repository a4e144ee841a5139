/** Hostile inputs through the services that window and command line share, in a process of their own. */
import * as fs from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ARCHIVES, FOLDERS, TEXTS, type FileCase } from './cases';
import {
  ACTING,
  changes,
  faultsOf,
  MAX_SECONDS,
  STACK,
  surroundingsOf,
  type Answer,
  type Place,
} from './harness';
import { Bases, copiedPlace, emptyPlace, makeRoot, removePlace, removeRoot, typeIn } from './places';
import type { ServicesJob } from './services-program';

// Where Node finds the packages that it does not bundle.
const PROGRAM = resolve('test-results/hostile/services-program.cjs');

beforeAll(async () => {
  await makeRoot();
  await build({
    entryPoints: [resolve('test/hostile/services-program.ts')],
    outfile: PROGRAM,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    target: 'node16',
    logLevel: 'warning',
  });
});
afterAll(() => removeRoot());

type Job = Omit<ServicesJob, 'home' | 'file'>;
const run = (place: Place, job: Job, maxSeconds?: number): Promise<Answer> => {
  const whole: ServicesJob = { ...job, home: place.home, file: join(place.files, 'file') };
  return typeIn(place, [process.execPath, PROGRAM, JSON.stringify(whole)], maxSeconds);
};

const folderBases = new Bases((key) => run(copiedPlace(), JSON.parse(key) as Job));
const fileBases = new Bases((key) => {
  const place = emptyPlace();
  fs.writeFileSync(join(place.files, 'file'), '[[1, [[4,3]]]]');
  return run(place, JSON.parse(key) as Job);
});

interface Said {
  call: string;
  failure: { message?: string; bug?: string } | null;
}

/** What they said, and what is wrong with it. */
async function tried(place: Place, job: Job, bases: Bases): Promise<{ said: Said[]; faults: string[] }> {
  const base = await bases.of(JSON.stringify(job));
  const answer = await run(place, job, base + MAX_SECONDS + 1);
  const said = answer.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Said);
  const faults = faultsOf(answer, base);
  if (answer.code !== 0) faults.push(`it ended with ${answer.code}: ${answer.stderr}`);
  for (const { call, failure } of said) {
    if (failure === null) continue;
    const sentence = failure.message ?? '';
    if (failure.bug) faults.push(`${call} is a bug: ${failure.bug}`);
    else if (STACK.test(sentence) || ACTING.test(sentence) || !/^[^\n]{10,1500}$/.test(sentence))
      faults.push(`${call} says ${JSON.stringify(sentence.slice(0, 1000))}`);
  }
  if (process.env.HOSTILE_PRINT) {
    const { code, seconds, bytes } = answer;
    process.stdout.write(`   ${code} ${seconds} s (base ${base}) ${(bytes ?? 0) >> 20} MiB\n`);
    for (const { call, failure } of said)
      if (failure) process.stdout.write(`   ${call}: ${JSON.stringify(failure).slice(0, 500)}\n`);
  }
  return { said, faults };
}

for (const [bullet, cases] of Object.entries(FOLDERS)) {
  describe(bullet, () => {
    test.concurrent.for(cases)('$name', async ({ name, make, trains, after }) => {
      const place = copiedPlace();
      await make(place);
      const before = surroundingsOf(place);
      if (process.env.HOSTILE_PRINT) process.stdout.write(`== ${bullet} ${name}\n`);
      const refused = await tried(place, { trust: false, calls: 'folder' }, folderBases);
      expect(refused.said).toMatchObject([{ call: 'open', failure: { code: 'foreign-folder' } }]);
      const { said, faults } = await tried(place, { trust: true, calls: 'folder', trains }, folderBases);
      faults.push(...changes(before, surroundingsOf(place)), ...(after?.(place) ?? []));
      expect([...refused.faults, ...faults]).toEqual([]);
      // Either the folder is refused, or all that is asked is answered.
      if (said[0]!.failure === null) expect(said.at(-1)!.call).toBe('shutdown');
      else expect(said).toHaveLength(1);
      removePlace(place);
    });
  });
}

async function tryFile({ make, says }: FileCase, calls: Job['calls'], name: string): Promise<void> {
  const place = emptyPlace();
  await make(join(place.files, 'file'));
  const before = surroundingsOf(place);
  const { said, faults } = await tried(place, { trust: false, calls }, fileBases);
  faults.push(...changes(before, surroundingsOf(place)));
  expect(faults).toEqual([]);
  expect(said.find(({ call }) => call === name)?.failure?.message).toMatch(says);
  removePlace(place);
}

for (const [bullet, cases] of Object.entries(TEXTS)) {
  describe(`${bullet}, as a model`, () => {
    test.concurrent.for(cases)('$name', (one) => tryFile(one, 'architecture', 'architecture'));
  });
}
for (const [bullet, cases] of Object.entries(ARCHIVES)) {
  describe(`${bullet}, as a data set`, () => {
    test.concurrent.for(cases)('$name', (one) => tryFile(one, 'import', 'import'));
  });
}
