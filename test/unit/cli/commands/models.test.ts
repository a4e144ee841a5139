/** `models`, as it is typed, on data folders of its own. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openServices } from '../../main/services';
import { newRun, scriptedHost, temporaryFolder, tinyArchitecture } from '../../main/fixtures';
import { RunStore } from '../../../../src/main/db/stores/runs';
import { openDatabase } from '../../../../src/main/db/open';
import type { Db } from '../../../../src/main/db/database';
import { databasePath } from '../../../../src/node/files/home';
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

async function json<T>(...words: string[]): Promise<T> {
  return JSON.parse(await done(...words, '--json')) as T;
}

interface Saved {
  name: string;
  version: number;
  newest: number;
  architecture: { name: string; classes: number; stem: { kernel: number } };
  starred: boolean;
  tags: string[];
  notes: string;
  runs: unknown[];
  versions: { version: number; note: string; totalParams: number }[];
  totalParams: number;
  bestValAccuracy: number | null;
}

function inDatabase(work: (db: Db) => void): void {
  const opened = openDatabase(databasePath(home));
  if (!opened.ok) throw new Error(opened.error.message);
  work(opened.value);
  opened.value.close();
}

/** Two versions of `mine`, which has tags and a star, and `yours`. */
async function fill(): Promise<void> {
  await done('models', 'save', 'resnet18', '--name', 'mine', '--note', 'as published');
  await done('models', 'save', 'mine', '--stem-kernel', '3', '--note', 'smaller stem');
  await done('models', 'tag', 'mine', '+wide', 'deep', '--star', '--notes', 'One.\nTwo.');
  await done('models', 'save', 'resnet20', '--name', 'yours');
}

describe('models save', () => {
  it('makes a version of each that differs', async () => {
    expect(await done('models', 'save', 'resnet18', '--name', 'mine')).toBe(
      `Saved version 1 of mine. Train it: npm start -- train mine --home ${home}\n`,
    );
    expect(await json<Saved>('models', 'save', 'mine', '--stem-kernel', '3')).toMatchObject({
      version: 2,
      architecture: { name: 'mine', stem: { kernel: 3 } },
      runs: [],
      bestValAccuracy: null,
    });
    expect(await done('models', 'save', 'mine')).toBe('mine is as its version 2 already.\n');
    expect(await done('models', 'save', 'MINE', '--note', 'kept')).toContain('which has the note now');
    expect(await done('models', 'save', 'mine@1')).toContain('Saved version 3 of mine.');
    const { versions } = await json<Saved>('models', 'show', 'mine');
    expect(versions.map(({ version, note }) => [version, note])).toEqual([
      [3, ''],
      [2, 'kept'],
      [1, ''],
    ]);
  });

  it('takes files, and runs', async () => {
    const file = join(home, 'net.json');
    writeFileSync(file, JSON.stringify({ ...tinyArchitecture(), name: 'of a file' }));
    expect(await done('models', 'save', file)).toContain('Saved version 1 of of a file.');
    inDatabase((db) => new RunStore(db).create(newRun({ architecture: tinyArchitecture({ classes: 7 }) })));
    const saved = await json<Saved>('models', 'save', 'run:1', '--name', 'of a run');
    expect(saved).toMatchObject({ architecture: { name: 'of a run', classes: 7 }, runs: [1] });
  });

  it.each([
    [['resnet18'], 2, 'resnet18 is the name of a preset; give the model another one with --name'],
    [['run:9', '--name', 'x'], 3, 'There is no run 9: `runs list` shows those there are.'],
    [['run:x'], 2, 'a run is named by its number in `npm start -- runs list`, got "x"'],
    [
      ['nothing'],
      3,
      'there is no preset, saved architecture or file called "nothing"; `npm start -- presets`',
    ],
    [['mien'], 3, 'there is no preset, saved architecture or file called "mien"; did you mean mine?'],
    [['mine@9'], 3, 'There is no version 9 of "mine": it has versions 1 and 2.'],
    [['mine@two'], 2, 'behind the @ of "mine@two" stands the number of a version, such as mine@1'],
    [
      ['mine', '--note', 'x'.repeat(201)],
      2,
      'The note of a version must have at most 200 characters, got 201.',
    ],
    [['resnet18', '--name', ' '], 2, '--name must not be empty'],
    [['mine', '--stem-kernel', '0'], 2, '--stem-kernel must be'],
  ])('refuses %j', async (words, exit, sentence) => {
    await fill();
    const { code, stderr } = await type('models', 'save', ...words);
    expect(stderr).toContain(`resbench: ${sentence}`);
    expect(code).toBe(exit);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('models list', () => {
  it('says where nothing is saved', async () => {
    expect(await done('models', 'list')).toContain('Nothing is saved yet.');
    expect(await json('models', 'list')).toEqual([]);
  });

  it('has a line for each, those with a star first', async () => {
    await fill();
    await done('models', 'save', 'resnet18', '--name', 'early');
    const [head, , ...rows] = (await done('models', 'list')).split('\n');
    expect(head).toMatch(/^ +Name +Version +Parameters +MACs +Runs +Best val +Changed +Tags$/);
    expect(rows[0]).toMatch(/^★ +mine +2 +11,\d{3},\d{3} .* deep, wide$/);
    expect(rows.slice(1, 3).map((row) => row.trim().split(/\s/)[0])).toEqual(['early', 'yours']);
  });

  it('is filtered by tag, star and text, and has presets on request', async () => {
    await fill();
    const names = async (...words: string[]) =>
      (await json<(Saved & { preset?: string })[]>('models', 'list', ...words)).map(
        ({ architecture, preset }) => preset ?? architecture.name,
      );
    expect(await names('--tag', 'WIDE')).toEqual(['mine']);
    expect(await names('--tag', 'wid')).toEqual([]);
    expect(await names('--starred')).toEqual(['mine']);
    expect(await names('--search', 'TWO')).toEqual(['mine']);
    expect(await names('--search', 'our')).toEqual(['yours']);
    expect(await names('--presets', '--search', 'resnet56')).toEqual(['resnet56']);
    expect(await names('--presets', '--starred')).toEqual(['mine']);
    expect((await names('--presets')).slice(0, 3)).toEqual(['mine', 'yours', 'resnet18']);
    expect(await done('models', 'list', '--tag', 'none')).toBe('No saved architecture matches.\n');
  });
});

describe('models show', () => {
  it('has the design, the versions with their notes, and the runs with their best accuracies', async () => {
    await fill();
    inDatabase((db) => {
      const runs = new RunStore(db);
      runs.create(newRun({ name: 'of the first', model: { id: 1, version: 1 } }));
      runs.create(newRun({ name: 'of another', model: { id: 2, version: 1 } }));
      runs.create(newRun({ name: 'of none' }));
      db.run('UPDATE runs SET best_val_accuracy = 0.75, best_epoch = 2 WHERE id = 1');
    });
    const page = await done('models', 'show', 'mine');
    expect(page).toMatch(/^mine\n/);
    expect(page).toMatch(/^Version +2 of 2, saved \d{4}-/m);
    expect(page).toMatch(/^Tags +deep, wide$/m);
    expect(page).toMatch(/^Stem +64 filters, 3×3/m);
    expect(page).toContain('Block table:\n[\n  [2, [[64, 3], [64, 3]]],\n');
    expect(page).toContain('Notes:\nOne.\nTwo.\n');
    expect(page).toMatch(/^ +1 +\d{4}-.* as published$/m);
    expect(page).toMatch(/^ +1 +of the first +1 +queued +75\.00 %$/m);
    expect(page).not.toMatch(/of another|of none/);
    const shown = await json<Saved>('models', 'show', 'mine@1');
    expect(shown).toMatchObject({ version: 1, newest: 2, architecture: { stem: { kernel: 7 } } });
    expect(shown.runs).toEqual([
      { id: 1, name: 'of the first', version: 1, state: 'queued', bestValAccuracy: 0.75 },
    ]);
    expect(shown.totalParams).toBe(shown.versions[1]!.totalParams);
    expect(await json('models', 'list')).toMatchObject([{ runs: [1], bestValAccuracy: 0.75 }, { runs: [2] }]);
  });

  it('suggests a name that is near', async () => {
    await fill();
    expect((await type('models', 'show', 'yuors')).stderr).toBe(
      'resbench: there is no saved architecture called "yuors"; did you mean yours?\n',
    );
    expect((await type('models', 'show', 'zzz')).stderr).toContain('`npm start -- models list --home');
  });
});

describe('models diff', () => {
  it('has what differs, the tables and the totals', async () => {
    await fill();
    const text = await done('models', 'diff', 'mine@1', 'mine');
    expect(text).toMatch(/^Difference +mine@1 +mine\n/);
    expect(text).toMatch(/^stem kernel +7×7 +3×3$/m);
    expect(text).toMatch(/^Parameters +11,196,042 +11,188,362 +-0\.07 %$/m);
    const diff = await json<{ sides: object[]; differences: object[] }>(
      'models',
      'diff',
      'resnet18',
      'mine@1',
    );
    expect(diff.differences).toEqual([]);
    expect(diff.sides).toMatchObject([
      { words: 'resnet18', model: null, totalParams: 11_196_042 },
      { words: 'mine@1', model: { id: 1, version: 1 } },
    ]);
    expect(await done('models', 'diff', 'resnet18', 'mine@1')).toContain(
      'They differ in nothing but their names.',
    );
  });

  it('puts stages beside their counterparts', async () => {
    const file = (name: string, table: string): string => {
      const path = join(home, name);
      writeFileSync(path, table);
      return path;
    };
    const one = file('one.txt', '[[2, [[64, 3]]], [2, [[128, 3]]]]');
    const other = file('other.txt', '[[2, [[64, 3]]], [3, [[96, 1]]], [2, [[128, 3]]]]');
    const rows = (await done('models', 'diff', one, other)).split('\n');
    const at = rows.findIndex((row) => row.startsWith('Block table'));
    expect(rows.slice(at + 2, at + 5)).toEqual([
      expect.stringMatching(/^ +\[2, \[\[64, 3\]\]\] +\[2, \[\[64, 3\]\]\]$/),
      expect.stringMatching(/^differs +\[3, \[\[96, 1\]\]\]$/),
      expect.stringMatching(/^ +\[2, \[\[128, 3\]\]\] +\[2, \[\[128, 3\]\]\]$/),
    ]);
  });
});

describe('models tag', () => {
  it('adds and takes away tags, and sets star and notes', async () => {
    await fill();
    expect(
      await done('models', 'tag', 'mine', '--remove', 'WIDE', '--remove', 'none', 'new', '--unstar'),
    ).toBe('mine has no star and 2 tags: deep, new.\n');
    expect(await json<Saved>('models', 'tag', 'mine', '--notes', '')).toMatchObject({
      version: 2,
      starred: false,
      tags: ['deep', 'new'],
      notes: '',
    });
  });

  it.each([
    [['mine', 'x'.repeat(41)], 'A tag must have at most 40 characters, got 41.'],
    [['mine', '+'], 'A tag must not be empty.'],
    [
      ['mine', ...Array.from({ length: 21 }, (_, at) => `t${at}`)],
      'An architecture has at most 20 tags, got 23: remove some.',
    ],
    [['mine', '--star', '--unstar'], '--star and --unstar contradict each other; leave one out'],
    [['mine', '--notes', 'x'.repeat(2001)], 'The notes must have at most 2,000 characters, got 2,001.'],
    [['nobody', 'x'], 'there is no saved architecture called "nobody"; '],
  ])('refuses %j and changes nothing', async (words, sentence) => {
    await fill();
    const { code, stderr } = await type('models', 'tag', ...words);
    expect(stderr).toContain(`resbench: ${sentence}`);
    expect(code).toBeGreaterThan(1);
    expect(await json('models', 'list')).toMatchObject([
      { starred: true, tags: ['deep', 'wide'], notes: 'One.\nTwo.' },
      {},
    ]);
  });
});

it('models rename keeps the versions', async () => {
  await fill();
  expect(await done('models', 'rename', 'mine', 'ours')).toBe('It is now called ours.\n');
  expect(await json('models', 'show', 'ours')).toMatchObject({ newest: 2, tags: ['deep', 'wide'] });
  expect((await type('models', 'rename', 'ours', 'YOURS')).stderr).toContain(
    'There is already an architecture',
  );
});

describe('models delete', () => {
  it('asks, deletes all or none, and leaves the runs', async () => {
    await fill();
    inDatabase((db) => new RunStore(db).create(newRun({ model: { id: 1, version: 2 } })));
    expect((await type('models', 'delete', 'mine')).stderr).toContain(
      `confirm it with \`npm start -- models delete mine --yes --home ${home}\``,
    );
    expect((await type('models', 'delete', 'mine', 'nobody', '--yes')).code).toBe(3);
    expect(await json<object[]>('models', 'list')).toHaveLength(2);
    expect(await done('runs', 'show', '1')).toMatch(/^Saved as +version 2 of mine$/m);
    expect(await json('models', 'delete', 'mine', 'MINE', '--yes')).toEqual({ deleted: ['mine'] });
    expect(await json<object[]>('models', 'list')).toHaveLength(1);
    expect(await json('runs', 'show', '1')).toMatchObject({ model: { id: 1, version: 2 } });
    expect(await done('runs', 'show', '1')).toMatch(
      /^Saved as +version 2 of a saved architecture that has been deleted$/m,
    );
    expect(await json('runs', 'export', '1')).toMatchObject({ run: { model: { id: 1, version: 2 } } });
  });

  it('takes away one that cannot be read, which all else refuses', async () => {
    await fill();
    inDatabase((db) =>
      db.run(`UPDATE architecture_versions SET architecture = '{}' WHERE architecture_id = 1`),
    );
    expect((await type('summary', 'mine')).stderr).toContain(
      'The saved architecture "mine" cannot be read in the database: `npm start -- db check` says why.',
    );
    expect((await type('models', 'save', 'resnet18', '--name', 'mine')).code).toBe(4);
    expect(await done('models', 'delete', 'mine', '--yes')).toBe('Deleted 1 saved architecture: mine.\n');
  });
});

describe('a saved architecture as MODEL', () => {
  it('is taken by name and version, and flags change it', async () => {
    await fill();
    const name = async (...words: string[]) => (await json<{ name: string }>('summary', ...words)).name;
    expect(await name('mine')).toBe('mine');
    expect(await done('summary', 'mine@1', '--format', 'csv')).not.toBe(
      await done('summary', 'mine@2', '--format', 'csv'),
    );
    expect(await done('summary', 'library:mine@2', '--format', 'csv')).toBe(
      await done('summary', 'mine', '--format', 'csv'),
    );
    expect((await type('summary', 'library:resnet18')).stderr).toContain(
      'there is no saved architecture called "resnet18"',
    );
  });

  it('is linked with the run, unless flags made another design of it', async () => {
    await fill();
    const runs = async (...words: string[]) => {
      await done('train', ...words, '--background', '--limit-train', '256', '--limit-eval', '10');
      return (await json<{ model: unknown }[]>('runs', 'list'))[0]!.model;
    };
    expect(await runs('mine')).toEqual({ id: 1, version: 2 });
    expect(await runs('mine@1', '--classes', '10')).toEqual({ id: 1, version: 1 });
    expect(await runs('mine', '--stem-kernel', '5')).toBeNull();
    expect(await runs('resnet18')).toBeNull();
    const log = join(home, 'log.csv');
    writeFileSync(log, 'epoch,loss\n0,1.5\n');
    await done('runs', 'import', log, '--model', 'mine@2');
    expect((await json<{ model: unknown }[]>('runs', 'list'))[0]!.model).toEqual({ id: 1, version: 2 });
  });

  it('comes after a preset and before a file of its name, which is said', async () => {
    await fill();
    inDatabase((db) => db.run(`UPDATE architectures SET name = 'ResNet-18' WHERE id = 1`));
    const { code, stderr } = await type('train', 'resnet-18', '--background', '--limit-train', '256');
    expect(`${code} ${stderr}`).toBe(
      '0 resbench: resnet-18 is the preset resnet18; the saved architecture of that name is library:ResNet-18\n',
    );
    expect(await json('runs', 'list')).toMatchObject([{ model: null }]);
    inDatabase((db) => db.run(`UPDATE architectures SET name = 'package.json@' WHERE id = 1`));
    inDatabase((db) => db.run(`UPDATE architectures SET name = 'LICENSE' WHERE id = 2`));
    expect((await type('summary', 'LICENSE')).stderr).toBe(
      'resbench: LICENSE is a saved architecture here; the file of that name is ./LICENSE\n',
    );
    expect((await json<{ name: string }>('summary', 'library:package.json@')).name).toBe('package.json@');
  });

  it('is not looked for where there is no data folder, which is not made for it', async () => {
    const nowhere = join(home, 'nowhere');
    const { stderr } = await typeIn('summary', 'mine', '--home', nowhere);
    expect(stderr).toContain('there is no preset, saved architecture or file called "mine"');
    expect(existsSync(nowhere)).toBe(false);
  });
});
