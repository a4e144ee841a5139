/** Hostile inputs through the command line. */
import * as fs from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { node } from '../unit/scripts/load';
import { ARCHIVES, EVERY_FOLDER, FOLDERS, RECIPES, TEXTS, type FileCase } from './cases';
import { changes, faultsOf, MAX_SECONDS, surroundingsOf, treeOf, type Answer, type Place } from './harness';
import { linkToItself, pipe } from './inputs';
import { Bases, cli, copiedPlace, emptyPlace, makeRoot, removePlace, removeRoot, typeIn } from './places';

beforeAll(() => makeRoot());
afterAll(() => removeRoot());

const TRUST = ['runs', 'list', '--trust-folder'];
const wordsIn = (place: Place, words: readonly string[]): string[] =>
  words.map((word) => word.replace(/^FILES/, place.files));

/** The sound folder of all measurements; one after the other, since each changes it. */
let sound: Promise<Place> | undefined;
let last: Promise<unknown> = Promise.resolve();
const folderBases = new Bases((key) => {
  const words = JSON.parse(key) as string[];
  const answer = last.then(async () => {
    const place = await (sound ??= trustedPlace());
    return typeIn(place, cli(...wordsIn(place, words)));
  });
  last = answer;
  return answer;
});

async function trustedPlace(): Promise<Place> {
  const place = copiedPlace();
  await typeIn(place, cli(...TRUST));
  return place;
}

/** A harmless file in the place of the hostile one. */
const fileBases = new Bases(async (key) => {
  const words = JSON.parse(key) as string[];
  const place = emptyPlace();
  fs.writeFileSync(join(place.files, 'file'), '[[1, [[4,3]]]]');
  return typeIn(place, cli(...wordsIn(place, words)));
});

const emptyBases = new Bases((key) => typeIn(emptyPlace(), cli(...(JSON.parse(key) as string[]))));

async function tried(place: Place, words: readonly string[], bases: Bases): Promise<[Answer, string[]]> {
  const base = await bases.of(JSON.stringify(words));
  const answer = await typeIn(place, cli(...wordsIn(place, words)), base + MAX_SECONDS + 1);
  if (process.env.HOSTILE_PRINT) {
    const { code, stdout, stderr, seconds, bytes } = answer;
    const text = `${stdout.slice(-600)}${stderr.slice(0, 700)}`;
    process.stdout.write(
      `   ${words.join(' ')} -> ${code} ${seconds} s ${(bytes ?? 0) >> 20} MiB\n${text}\n`,
    );
  }
  return [answer, faultsOf(answer, base).map((fault) => `${words.join(' ')}: ${fault}`)];
}

for (const [bullet, cases] of Object.entries(FOLDERS)) {
  describe(bullet, () => {
    test.concurrent.for(cases)('$name', async ({ name, make, commands = [], refuses = [], says, after }) => {
      const place = copiedPlace();
      await make(place);
      if (process.env.HOSTILE_PRINT) process.stdout.write(`== ${bullet} ${name}\n`);
      const before = surroundingsOf(place);
      const foreign = treeOf(place.home);
      // Before its user has said so, nothing is done in it at all.
      const refused = await typeIn(place, cli('runs', 'list'));
      expect(refused.stderr).toMatch(/^resbench: [^\n]+ add --trust-folder once[^\n]+\n$/);
      expect(refused.code).toBe(5);
      expect([faultsOf(refused, MAX_SECONDS), changes(foreign, treeOf(place.home))]).toEqual([[], []]);

      const faults: string[] = [];
      let said = '';
      for (const words of [TRUST, ...EVERY_FOLDER, ...commands]) {
        const [answer, found] = await tried(place, words, folderBases);
        faults.push(...found);
        said += answer.stdout + answer.stderr;
        if (refuses.includes(words) && answer.code === 0)
          faults.push(`${words.join(' ')} does as if all were well`);
      }
      const exported = join(place.files, 'run.json');
      if (fs.existsSync(exported)) fs.rmSync(exported);
      faults.push(...changes(before, surroundingsOf(place)), ...(after?.(place) ?? []));
      expect(faults).toEqual([]);
      if (says) expect(said).toMatch(says);
      removePlace(place);
    });
  });
}

async function tryFile({ make, says }: FileCase, commands: string[][]): Promise<void> {
  const place = emptyPlace();
  await make(join(place.files, 'file'));
  const before = surroundingsOf(place);
  const faults: string[] = [];
  for (const words of commands) {
    const [{ code, stdout, stderr }, found] = await tried(place, words, fileBases);
    faults.push(...found);
    // One sentence, and nothing besides but how far it had come; of an architecture, what else is wrong with it.
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^(Importing [^\n]+\n)*resbench: [^\n]+\n( {2}also: [^\n]+\n){0,101}$/);
    expect(stderr).toMatch(says);
    expect(code).toBeGreaterThan(1);
  }
  faults.push(...changes(before, surroundingsOf(place)));
  expect(faults).toEqual([]);
  removePlace(place);
}

for (const [bullet, cases] of Object.entries(TEXTS)) {
  describe(`${bullet}, as a model`, () => {
    test.concurrent.for(cases)('$name', (one) =>
      tryFile(one, [
        ['summary', 'FILES/file'],
        ['train', 'FILES/file', '--background'],
      ]),
    );
  });
}

for (const [bullet, cases] of Object.entries(RECIPES)) {
  describe(`${bullet}, as a recipe`, () => {
    test.concurrent.for(cases)('$name', (one) => tryFile(one, [['recipes', 'import', 'FILES/file']]));
  });
}

for (const [bullet, cases] of Object.entries(ARCHIVES)) {
  describe(`${bullet}, as a data set`, () => {
    test.concurrent.for(cases)('$name', (one) => tryFile(one, [['data', 'import', 'cifar10', 'FILES/file']]));
  });
}

describe('3 a data folder', () => {
  test.concurrent.for([
    ['that no file system makes', '/proc/nope', 5],
    ['below one', '/proc/nope/below/it', 5],
    ['that is a device', '/dev/full', 5],
    ['below a device', '/dev/null/below', 5],
    ['that is a pipe', 'FILES/pipe', 5],
    ['below a pipe', 'FILES/pipe/below', 5],
    ['that is a link to itself', 'FILES/loop', 5],
    ['without a name', ' ', 2],
    ['with a name that no file system takes', `/tmp/${'x'.repeat(300)}`, 5],
  ] as const)('%s', async ([, home, exit]) => {
    const place = emptyPlace();
    pipe(join(place.files, 'pipe'));
    linkToItself(join(place.files, 'loop'));
    const before = surroundingsOf(place);
    for (const words of [
      ['runs', 'list'],
      ['data', 'list'],
      ['db', 'check'],
      ['train', 'resnet20', '--background'],
    ]) {
      const there = { ...place, home: home.replace(/^FILES/, place.files) };
      const base = await emptyBases.of(JSON.stringify(['runs', 'list']));
      const answer = await typeIn(there, cli(...words), base + MAX_SECONDS + 1);
      expect([words, answer.stdout, faultsOf(answer, base)]).toEqual([words, '', []]);
      expect(answer.stderr).toMatch(/^resbench: [^\n]+\n$/);
      expect([3, exit]).toContain(answer.code);
    }
    expect(changes(before, surroundingsOf(place))).toEqual([]);
    removePlace(place);
  });
});

describe.skipIf(process.platform === 'win32')('2 a cache folder', () => {
  test.for([
    ['that others may write', (cache: string) => fs.chmodSync(cache, 0o777), /is not safe to use/],
    [
      'with a file that others may write',
      (cache: string) => {
        fs.mkdirSync(join(cache, 'electron'));
        fs.chmodSync(join(cache, 'electron'), 0o777);
      },
      /is not safe to use/,
    ],
  ] as const)('%s is refused before anything in it is run', async ([, make, says]) => {
    const place = emptyPlace();
    make(place.cache);
    const before = treeOf(place.folder);
    const answer = await typeIn(place, [node, resolve('scripts/start.mjs'), 'presets']);
    expect(answer.stderr).toMatch(/^resbench: [^\n]+\n$/);
    expect(answer.stderr).toMatch(says);
    expect(changes(before, treeOf(place.folder))).toEqual([]);
    removePlace(place);
  });
});
