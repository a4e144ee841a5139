/** `recipes`, and `train --recipe`, as they are typed, on data folders of their own. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../../../../src/main/db/database';
import { openDatabase } from '../../../../src/main/db/open';
import { RunStore } from '../../../../src/main/db/stores/runs';
import { databasePath } from '../../../../src/node/files/home';
import { DEFAULT_RECIPE } from '../../../../src/shared/recipe';
import { newRun, scriptedHost, temporaryFolder } from '../../main/fixtures';
import { openServices } from '../../main/services';
import { typeIn } from '../memory';

let home: string;
beforeEach(async () => {
  home = temporaryFolder();
  await (await openServices(home, scriptedHost('complete'))).shutdown();
});

const type = (...words: string[]) => typeIn(...words, '--home', home);

async function done(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await type(...words);
  expect(`${code} ${stderr}`).toBe('0 ');
  return stdout;
}
const json = async <T>(...words: string[]): Promise<T> => JSON.parse(await done(...words, '--json')) as T;

async function refused(...words: string[]): Promise<string> {
  const { code, stderr } = await type(...words);
  expect(code).not.toBe(0);
  return stderr;
}

interface Shown {
  id: number;
  name: string;
  builtIn?: string;
  version: number;
  newest: number;
  note: string;
  recipe: Record<string, unknown>;
  versions: { version: number; note: string; recipe: Record<string, unknown> }[];
  runs: unknown[];
}

function inDatabase(work: (db: Db) => void): void {
  const opened = openDatabase(databasePath(home));
  if (!opened.ok) throw new Error(opened.error.message);
  work(opened.value);
  opened.value.close();
}

/** Two versions of `mine`, and a run by the first and one by the second. */
async function fill(): Promise<void> {
  await done('recipes', 'save', 'blog', '--name', 'mine', '--lr', '0.01', '--note', 'faster');
  await done('recipes', 'save', 'mine', '--epochs', '20', '--note', 'longer');
  inDatabase((db) => {
    const runs = new RunStore(db);
    const recipe = { ...DEFAULT_RECIPE, learningRate: 0.01, validationSplit: 0 };
    runs.create(newRun({ name: 'a', recipe: { ...recipe, seed: 5 } }));
    runs.create(newRun({ name: 'b', recipe: { ...recipe, epochs: 20, limitTrain: 100 } }));
    runs.create(newRun({ name: 'c', recipe: { ...recipe, validationSplit: 0.1 } }));
  });
}

describe('recipes save', () => {
  it('makes a version of each that trains otherwise', async () => {
    expect(await done('recipes', 'save', 'blog', '--name', 'mine', '--lr', '0.01')).toBe(
      `Saved version 1 of mine. Train by it: npm start -- train resnet18 --recipe mine --home ${home}\n`,
    );
    expect(await json<Shown>('recipes', 'save', 'mine', '--optimizer', 'sgd', '--nesterov')).toMatchObject({
      name: 'mine',
      version: 2,
      recipe: { optimizer: 'sgd', learningRate: 0.01, nesterov: true, validationSplit: 0 },
      runs: [],
    });
    expect(await done('recipes', 'save', 'mine')).toBe('mine is as its version 2 already.\n');
    expect(await done('recipes', 'save', 'MINE', '--note', 'kept')).toContain('which has the note now');
    expect(await done('recipes', 'save', 'mine@1', '--no-nesterov')).toContain('Saved version 3 of mine.');
    expect(
      (await json<Shown>('recipes', 'show', 'mine')).versions.map(({ version, note }) => [version, note]),
    ).toEqual([
      [3, ''],
      [2, 'kept'],
      [1, ''],
    ]);
  });

  it('takes that of a run, without its seeds and limits', async () => {
    await fill();
    expect(await refused('recipes', 'save', 'run:2')).toContain(
      'say with --name what the recipe is to be called',
    );
    const saved = await json<Shown>('recipes', 'save', 'run:2', '--name', '我的');
    expect(saved).toMatchObject({ name: '我的', recipe: { learningRate: 0.01, epochs: 20 }, runs: [2] });
    expect(saved.recipe).not.toHaveProperty('seed');
    expect(saved.recipe).not.toHaveProperty('limitTrain');
  });

  it('refuses the names of those that come with Resbench, flags that do not go together, and no name', async () => {
    expect(await refused('recipes', 'save', 'blog')).toContain('say with --name');
    expect(await refused('recipes', 'save', 'blog', '--name', 'Paper-CIFAR')).toContain(
      'is the name of a recipe that comes with Resbench',
    );
    expect(await refused('recipes', 'save', 'blog', '--name', 'mine', '--momentum', '0.5')).toContain(
      '--momentum belongs to the optimizer sgd',
    );
    expect(await refused('recipes', 'save', 'blgo', '--name', 'mine')).toContain(
      'there is no recipe called "blgo"; did you mean blog?',
    );
  });
});

it('recipes list has one’s own with their runs, then those that come with Resbench', async () => {
  await fill();
  expect(
    (await json<Shown[]>('recipes', 'list')).map(({ name, builtIn, runs }) => [name ?? builtIn, runs]),
  ).toEqual([
    ['mine', [2, 1]],
    ['blog', []],
    ['fast', []],
    ['paper-cifar', []],
    ['pytorch-cifar', []],
  ]);
  expect((await json<Shown[]>('recipes', 'list', '--search', 'longer')).map(({ name }) => name)).toEqual([
    'mine',
  ]);
  expect(await done('recipes', 'list')).toMatch(/mine +2 +2 .*\n.*blog +built in +0/);
  expect(await done('recipes', 'list', '--search', 'nothing')).toBe('No recipe matches.\n');
});

describe('recipes show', () => {
  it('has fields, versions and runs', async () => {
    await fill();
    const text = await done('recipes', 'show', 'mine@1');
    expect(text).toMatch(/Version +1 of 2, saved .+\n *Note +faster/);
    expect(text).toMatch(/Learning rate +0\.01/);
    expect(text).toMatch(/epochs 10 → 20 +longer/);
    expect(text).toMatch(/\b1 +a +1 /);
    expect(await json<Shown>('recipes', 'show', 'mine@1')).toMatchObject({
      version: 1,
      newest: 2,
      note: 'faster',
      recipe: { epochs: 10 },
      runs: [
        { id: 2, version: 2 },
        { id: 1, version: 1 },
      ],
    });
    expect(await refused('recipes', 'show', 'mine@7')).toContain('There is no version 7 of "mine"');
  });

  it('says of those that come with Resbench whose they are and what they came to', async () => {
    const text = await done('recipes', 'show', 'blog');
    expect(text).toContain('docs/results/README.md');
    expect(text).toContain('No run has used it.');
    expect(await json('recipes', 'show', 'blog')).toMatchObject({
      builtIn: 'blog',
      networks: ['resnet18', 'resnet18-plain'],
      expected: [{ network: 'resnet18', dataset: 'cifar10' }],
    });
  });
});

it('recipes diff says what differs, of versions and of runs', async () => {
  await fill();
  expect(await json('recipes', 'diff', 'mine@1', 'mine')).toMatchObject({
    sides: [{ words: 'mine@1' }, { words: 'mine' }],
    differences: [{ key: 'epochs', field: 'Epochs', before: '10', after: '20' }],
  });
  expect(await done('recipes', 'diff', 'mine@1', 'run:1')).toBe('They train in the same way.\n');
  expect(await done('recipes', 'diff', 'blog', 'pytorch-cifar')).toMatch(/Momentum +– +0\.9/);
});

it('recipes rename and delete', async () => {
  await fill();
  expect(await done('recipes', 'rename', 'mine', 'ours')).toBe('It is now called ours.\n');
  expect(await refused('recipes', 'delete', 'ours')).toContain('recipes delete ours --yes');
  expect(await refused('recipes', 'delete', 'ours', 'mine', '--yes')).toContain(
    'there is no recipe called "mine"',
  );
  expect(await json('recipes', 'delete', 'ours', '--yes')).toEqual({ deleted: ['ours'] });
  expect((await json<Shown[]>('recipes', 'list')).filter(({ builtIn }) => !builtIn)).toEqual([]);
});

describe('recipes export and import', () => {
  it('give the same recipe in another folder', async () => {
    await fill();
    const file = join(home, 'mine.json');
    const text = await done('recipes', 'export', 'mine');
    expect(JSON.parse(text)).toMatchObject({ format: 'resbench-recipe', name: 'mine', note: 'longer' });
    await done('recipes', 'export', 'mine', '--output', file);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(await refused('recipes', 'export', 'mine', '--output', file)).toContain('exists already');
    await done('recipes', 'delete', 'mine', '--yes');
    expect(await done('recipes', 'import', file)).toBe('Saved version 1 of mine.\n');
    expect(await done('recipes', 'import', file)).toBe('mine is as its version 1 already.\n');
    expect(await done('recipes', 'export', 'mine')).toBe(text);
  });

  it('take all files or none, and name what is wrong with one', async () => {
    const [good, bad] = [join(home, 'good.json'), join(home, 'bad.json')];
    writeFileSync(good, '{"name": "good", "recipe": {}}');
    writeFileSync(bad, '{"name": "bad", "recipe": {"lerningRate": 1}}');
    expect(await refused('recipes', 'import', good, bad)).toContain(
      `${bad}: recipe: unknown field "lerningRate"; did you mean "learningRate"?`,
    );
    expect(await refused('recipes', 'show', 'good')).toContain('there is no recipe called "good"');
    writeFileSync(bad, '{"name": "blog", "recipe": {}}');
    expect(await refused('recipes', 'import', bad)).toContain(
      'is called as a recipe that comes with Resbench',
    );
    expect(await refused('recipes', 'import', join(home, 'none.json'))).toContain('there is no file');
  });
});

describe('train --recipe', () => {
  it('names one that there is, else says which', async () => {
    await fill();
    // A batch beyond every limit is refused before anything is trained: the recipe was found till then.
    const problem = await refused('train', 'resnet18', '--recipe', 'mine@1', '--limit-train', '100000');
    expect(problem).toContain('training images');
    expect(await refused('train', 'resnet18', '--recipe', 'mien')).toContain('did you mean mine?');
    const nowhere = join(home, 'none');
    const { stderr } = await typeIn('train', 'resnet18', '--recipe', 'mine', '--home', nowhere);
    expect(stderr).toContain('there is no recipe called "mine"');
    expect(existsSync(nowhere)).toBe(false);
  });
});
