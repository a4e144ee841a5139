import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { realFiles } from '../../../../src/node/files/durable-files';
import { writeExport } from '../../../../src/node/files/export-file';
import {
  appendOwn,
  createOwn,
  isOwnFolder,
  statOwn,
  makeFolders,
  makeOwnFolder,
  openOwn,
  readOwn,
  refusedToOpen,
  writeOwn,
} from '../../../../src/node/files/own-files';
import { temporaryFolder } from '../../main/fixtures';

let root: string;
let victim: string;
/** Holds a file `inner`. */
let elsewhere: string;

beforeEach(() => {
  root = join(temporaryFolder(), 'data');
  mkdirSync(root);
  victim = join(root, '..', 'victim');
  writeFileSync(victim, 'mine');
  elsewhere = join(root, '..', 'elsewhere');
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, 'inner'), 'mine');
});

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe.skipIf(process.platform === 'win32')('in a data folder', () => {
  /** Each opens the path in its way. */
  const WAYS: [string, (path: string) => unknown][] = [
    ['a look', (path) => statOwn(root, path)],
    ['opening', (path) => openOwn(root, path)],
    ['reading', (path) => readOwn(root, path, 1000)],
    ['appending', (path) => appendOwn(root, path, 'more')],
    ['making a folder', (path) => makeOwnFolder(root, path)],
  ];

  it.each(WAYS)('%s follows no link, and none on the way', (_way, use) => {
    symlinkSync(victim, join(root, 'file'));
    symlinkSync(join(root, '..', 'new'), join(root, 'dangling'));
    symlinkSync(elsewhere, join(root, 'folder'));
    for (const name of ['file', 'dangling', 'folder/inner', 'folder/new']) {
      expect(() => use(join(root, name))).toThrow(
        /^There is a link at .+, and Resbench follows none in its data folder: .+\.$/,
      );
    }
    expect(readFileSync(victim, 'utf8')).toBe('mine');
    expect(readdirSync(elsewhere)).toEqual(['inner']);
    expect(existsSync(join(root, '..', 'new'))).toBe(false);
  });

  it('a file is written in the place of a link, not where that leads, and in no folder behind one', () => {
    symlinkSync(victim, join(root, 'file'));
    symlinkSync(elsewhere, join(root, 'folder'));
    writeOwn(root, join(root, 'file'), 'new', true);
    expect([readFileSync(victim, 'utf8'), readFileSync(join(root, 'file'), 'utf8')]).toEqual(['mine', 'new']);
    expect(() => writeOwn(root, join(root, 'folder', 'inner'), 'new')).toThrow(/a link/);
    expect(() => createOwn(root, join(root, 'folder', 'new'), 'new')).toThrow(/a link/);
    expect(readdirSync(root).sort()).toEqual(['file', 'folder']);
    expect(readdirSync(elsewhere)).toEqual(['inner']);
  });

  it('a file is made once, and never where a link lies', () => {
    symlinkSync(join(root, '..', 'new'), join(root, 'dangling'));
    expect(['fresh', 'fresh', 'dangling'].map((name) => createOwn(root, join(root, name), 'x'))).toEqual([
      true,
      false,
      false,
    ]);
    expect(existsSync(join(root, '..', 'new'))).toBe(false);
  });

  it('a pipe is not waited for', () => {
    const pipe = join(root, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const use of [readOwn, appendOwn] as ((root: string, path: string, more: never) => unknown)[])
      expect(() => use(root, pipe, 'x' as never)).toThrow(/^What lies at .+ is not a file: .+\.$/);
  });

  it('the data folder itself, and what is above it, may be a link', () => {
    symlinkSync(root, join(root, '..', 'name'));
    const other = join(root, '..', 'name');
    makeOwnFolder(other, join(other, 'logs'));
    appendOwn(other, join(other, 'logs', 'log'), 'x');
    expect(readFileSync(join(root, 'logs', 'log'), 'utf8')).toBe('x');
    expect(isOwnFolder(other, join(other, 'logs'))).toBe(true);
  });

  it('what is made is its user’s alone', () => {
    const before = process.umask();
    const folder = join(root, 'one', 'two');
    makeOwnFolder(root, folder);
    writeOwn(root, join(folder, 'written'), 'x');
    createOwn(root, join(folder, 'made'), 'x');
    appendOwn(root, join(folder, 'appended'), 'x');
    expect([dirname(folder), folder].map(modeOf)).toEqual([0o700, 0o700]);
    expect(['written', 'made', 'appended'].map((name) => modeOf(join(folder, name)))).toEqual([
      0o600, 0o600, 0o600,
    ]);
    expect(process.umask()).toBe(before);
  });

  it('checkpoints are read through no link and no pipe', async () => {
    symlinkSync(victim, join(root, 'link'));
    await expect(realFiles.open(join(root, 'link'), 'read')).rejects.toMatchObject({ code: 'ELOOP' });
    await expect(realFiles.readFile(join(root, 'link'))).rejects.toMatchObject({ code: 'ELOOP' });
    execFileSync('mkfifo', [join(root, 'pipe')]);
    expect(await realFiles.readFile(join(root, 'pipe'))).toHaveLength(0);
  });
});

it('is read whole or, where it is larger than it can be, not at all', () => {
  writeFileSync(join(root, 'file'), 'x'.repeat(11));
  expect(readOwn(root, join(root, 'file'), 11)).toHaveLength(11);
  expect(() => readOwn(root, join(root, 'file'), 10)).toThrow(
    /has 11 bytes, more than Resbench ever writes there/,
  );
  expect(readOwn(root, join(root, 'none'), 10)).toBeNull();
  expect(readOwn(root, join(root, 'file', 'below'), 10)).toBeNull();
  closeSync(openOwn(root, join(root, 'file'))!);
});

describe('folders', () => {
  it('are made with those above them, and may be there', () => {
    const folder = join(root, 'a', 'b', 'c');
    makeFolders(folder);
    makeFolders(folder);
    if (process.platform !== 'win32') expect(modeOf(join(root, 'a'))).toBe(0o700);
    expect(() => makeFolders(join(victim, 'x'))).toThrow(/ENOTDIR/);
    expect(() => makeFolders(victim)).toThrow(/EEXIST/);
  });

  it.runIf(process.platform === 'linux')('end where a file system takes none', () => {
    expect(() => makeFolders('/proc/nope/deeper')).toThrow(/ENOENT/);
  });
});

describe('an export', () => {
  it('replaces a file by another whole one, with the permissions that new files get', () => {
    const file = join(root, 'run.csv');
    writeExport(file, 'one');
    writeExport(file, 'two');
    expect([readFileSync(file, 'utf8'), readdirSync(root)]).toEqual(['two', ['run.csv']]);
    if (process.platform !== 'win32') expect(modeOf(file)).toBe(0o666 & ~process.umask());
  });

  it.skipIf(process.platform === 'win32')('is refused where a folder or a device has its name', () => {
    expect(() => writeExport(root, 'x')).toThrow(/is not a file/);
    expect(() => writeExport('/dev/null', 'x')).toThrow(/is not a file/);
  });

  it('leaves nothing where its folder is gone', () => {
    expect(() => writeExport(join(root, 'none', 'run.csv'), 'x')).toThrow(/ENOENT/);
    expect(readdirSync(root)).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('the desktop is asked to open', () => {
  const ask = (path: string, what: 'folder' | 'file') => refusedToOpen(root, path, what, 'Nothing yet');

  it('the data folder, and plain files and folders in it', () => {
    mkdirSync(join(root, 'logs'));
    writeFileSync(join(root, 'logs', 'run-1.log'), '');
    expect(ask(root, 'folder')).toBeNull();
    expect(ask(join(root, 'logs'), 'folder')).toBeNull();
    expect(ask(join(root, 'logs', 'run-1.log'), 'file')).toBeNull();
  });

  it('nothing that a link leads to, nothing of another kind, and nothing that is not there', () => {
    symlinkSync(elsewhere, join(root, 'logs'));
    symlinkSync(victim, join(root, 'run-1.log'));
    writeFileSync(join(root, 'file'), '');
    execFileSync('mkfifo', [join(root, 'pipe')]);
    for (const [name, what] of [
      ['logs', 'folder'],
      ['logs/inner', 'file'],
      ['run-1.log', 'file'],
    ] as const)
      expect(ask(join(root, name), what)).toMatchObject({
        code: 'storage',
        message: expect.stringMatching(/a link/),
      });
    expect(ask(join(root, 'file'), 'folder')).toMatchObject({ code: 'unsupported' });
    expect(ask(join(root, 'pipe'), 'file')).toMatchObject({ code: 'unsupported' });
    expect(ask(join(root, 'none'), 'file')).toEqual({
      code: 'not-found',
      message: `Nothing yet: ${join(root, 'none')} is not there.`,
    });
  });
});
