/** Places of cases: each with a copy of one sound data folder, which is made once a test file by the command line. */
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { call, environmentOf, makePlace, type Answer, type Place } from './harness';

let root: string;
let number = 0;

export const cli = (...words: string[]): string[] => [process.execPath, resolve('out/main/cli.js'), ...words];

export const typeIn = (place: Place, words: readonly string[], maxSeconds = 60): Promise<Answer> =>
  call(words, {
    env: { ...environmentOf(place), ELECTRON_RUN_AS_NODE: '1' },
    cwd: resolve('.'),
    maxSeconds,
  });

const SMALL = ['--table', '[[1, [[4,3]]]]', '--stem-filters', '4', '--stem-kernel', '3'];
const SHORT = ['--epochs', '2', '--batch-size', '32', '--limit-train', '96', '--limit-eval', '50'];
const HELD = ['--queue', 'held'];

export async function makeRoot(folder = fs.mkdtempSync(join(tmpdir(), 'resbench-hostile-'))): Promise<void> {
  root = folder;
  const place = makePlace(join(root, 'sound'));
  for (const words of [
    ['train', ...SMALL, ...SHORT, '--name', 'first'],
    ['train', ...SMALL, ...SHORT, ...HELD, '--name', 'second'],
    ['train', ...SMALL, ...SHORT, ...HELD, '--name', 'third'],
    ['queue', 'remove', '3'],
  ]) {
    const { code, stderr } = await typeIn(place, cli(...words));
    if (code !== 0) throw new Error(stderr);
  }
}

export const removeRoot = (): void => fs.rmSync(root, { recursive: true, force: true });

/** A new place without a data folder. */
export const emptyPlace = (): Place => makePlace(join(root, `case-${++number}`));

/** A new place with a copy of the sound data folder, which is somebody else's there. */
export function copiedPlace(): Place {
  const place = emptyPlace();
  fs.cpSync(join(root, 'sound', 'data'), place.home, { recursive: true });
  // What training has measured, so that no case measures it again.
  fs.cpSync(join(root, 'sound', 'cache'), place.cache, { recursive: true });
  return place;
}

export const removePlace = (place: Place): void => fs.rmSync(place.folder, { recursive: true, force: true });

/** Processor time of calls where nothing is wrong, by their words; each is made once. */
export class Bases {
  private readonly known = new Map<string, Promise<number>>();

  constructor(private readonly measure: (key: string) => Promise<Answer>) {}

  of(key: string): Promise<number> {
    let base = this.known.get(key);
    if (!base) {
      base = this.measure(key).then(({ seconds }) => seconds ?? 0);
      this.known.set(key, base);
    }
    return base;
  }
}
