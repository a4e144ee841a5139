import { randomUUID } from 'node:crypto';
import {
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { claimFolder, requireOwnFolder, statusOfFolder } from '../../../../src/node/files/folder-trust';
import { defaultHome, knownFoldersFolder } from '../../../../src/node/files/home';
import { temporaryFolder } from '../../main/fixtures';

let env: NodeJS.ProcessEnv;
let home: string;

beforeEach(() => {
  const user = temporaryFolder();
  env = { HOME: user, APPDATA: join(user, 'AppData') };
  home = join(user, 'data');
});

const claim = (folder = home, trust = false) => claimFolder(folder, { trust, env });
const status = (folder = home) => statusOfFolder(folder, env);
/** What lies in it, with contents. */
const tree = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [
      name,
      statSync(join(folder, name)).isFile() ? readFileSync(join(folder, name), 'utf8') : 'folder',
    ]),
  );

describe('a data folder', () => {
  it('that is new is made, marked and known from then on, without a word', () => {
    expect(status()).toBe('fresh');
    expect(claim()).toEqual({ ok: true, value: null });
    expect(status()).toBe('own');
    expect(readdirSync(home)).toEqual(['installation.json']);
    const { id } = JSON.parse(readFileSync(join(home, 'installation.json'), 'utf8')) as { id: string };
    const [twin] = readdirSync(knownFoldersFolder(env));
    expect(twin).toMatch(new RegExp(`^${id}-\\d+\\.json$`));
    if (process.platform !== 'win32') {
      const modes = [
        home,
        join(home, 'installation.json'),
        knownFoldersFolder(env),
        join(knownFoldersFolder(env), twin!),
      ];
      expect(modes.map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600, 0o700, 0o600]);
    }
    expect(claim()).toEqual({ ok: true, value: null });
    expect(readdirSync(knownFoldersFolder(env))).toEqual([twin]);
  });

  it.each([[[]], [['datasets', 'mine.txt', 'cache', 'checkpoints']]])(
    'that is there, with nothing of Resbench’s in it (%j), is new',
    (names) => {
      mkdirSync(home);
      for (const name of names) mkdirSync(join(home, name));
      expect(status()).toBe('fresh');
      expect([claim().ok, status()]).toEqual([true, 'own']);
    },
  );

  it.each([
    'resbench.db',
    'resbench.db-recovering',
    'resbench-damaged-1.sqlite3',
    'checkpoints',
    'logs',
    'backups',
    'electron',
    'window.json',
  ])('with %s and no mark is somebody else’s: nothing in it is changed', (name) => {
    mkdirSync(home);
    writeFileSync(join(home, name), 'theirs');
    const before = tree(home);
    const refused = claim();
    expect(refused).toMatchObject({ ok: false, error: { code: 'foreign-folder' } });
    if (!refused.ok)
      expect(refused.error.message).toMatch(
        /^The data folder .+ nothing in it .+ --trust-folder once, .+\.$/,
      );
    expect(() => requireOwnFolder(home, false, env)).toThrow(/--trust-folder/);
    expect(tree(home)).toEqual(before);
    expect(existsSync(knownFoldersFolder(env))).toBe(false);
  });

  it('of somebody else’s is asked about once', () => {
    mkdirSync(home);
    writeFileSync(join(home, 'resbench.db'), 'theirs');
    expect(claim(home, true)).toEqual({ ok: true, value: null });
    expect([status(), claim()]).toEqual(['own', { ok: true, value: null }]);
  });

  it('with the mark of another user is asked about, and keeps it', () => {
    claim();
    const other = { ...env, HOME: temporaryFolder(), APPDATA: temporaryFolder() };
    const mark = readFileSync(join(home, 'installation.json'), 'utf8');
    expect(statusOfFolder(home, other)).toBe('foreign');
    expect(claimFolder(home, { env: other }).ok).toBe(false);
    expect(claimFolder(home, { env: other, trust: true }).ok).toBe(true);
    expect([statusOfFolder(home, other), status()]).toEqual(['own', 'own']);
    expect(readFileSync(join(home, 'installation.json'), 'utf8')).toBe(mark);
  });

  it('that was moved is the same, and a copy of it is not', () => {
    claim();
    const moved = join(home, '..', 'moved');
    renameSync(home, moved);
    expect(status(moved)).toBe('own');
    cpSync(moved, home, { recursive: true });
    expect([status(moved), status()]).toEqual(['own', 'foreign']);
    expect(claim(home, true).ok).toBe(true);
    expect([status(moved), status()]).toEqual(['own', 'own']);
  });

  it('into which another one was unpacked is asked about', () => {
    claim();
    const mark = join(home, 'installation.json');
    copyFileSync(mark, `${mark}-theirs`);
    renameSync(`${mark}-theirs`, mark);
    expect(status()).toBe('foreign');
  });

  it.each([
    ['text', 'not JSON'],
    ['a path', JSON.stringify({ id: '../../../etc/passwd' })],
    ['more', JSON.stringify({ id: '00000000-0000-0000-0000-000000000000', trusted: true })],
    ['much', 'x'.repeat(2 ** 15)],
  ])('whose mark is %s is asked about, and gets a proper one', (_what, text) => {
    mkdirSync(home);
    writeFileSync(join(home, 'installation.json'), text);
    expect(status()).toBe('foreign');
    expect([claim(home, true).ok, status()]).toEqual([true, 'own']);
  });

  it.skipIf(process.platform === 'win32')(
    'whose mark is a link is asked about, and the link is not followed',
    () => {
      claim();
      const other = join(home, '..', 'other');
      mkdirSync(other);
      symlinkSync(join(home, 'installation.json'), join(other, 'installation.json'));
      expect(status(other)).toBe('foreign');
      const mark = readFileSync(join(home, 'installation.json'), 'utf8');
      expect([claim(other, true).ok, status(other), status()]).toEqual([true, 'own', 'own']);
      expect(readFileSync(join(home, 'installation.json'), 'utf8')).toBe(mark);
    },
  );

  it('is marked once by two that start at the same moment', () => {
    // As another process leaves it between the look and the mark: the mark is there, and so is its twin.
    claim();
    expect(claim().ok).toBe(true);
    expect(readdirSync(home)).toEqual(['installation.json']);
  });
});

describe('a data folder of a version before there were marks', () => {
  beforeEach(() => {
    mkdirSync(defaultHome(env), { recursive: true });
    writeFileSync(join(defaultHome(env), 'resbench.db'), 'mine');
  });

  it('is known by its place where nobody has named one, once', () => {
    const usual = defaultHome(env);
    expect([status(usual), claim(usual), status(usual)]).toEqual(['own', { ok: true, value: null }, 'own']);
    // Another one in its place, after that, is not.
    rmSync(usual, { recursive: true });
    mkdirSync(usual);
    writeFileSync(join(usual, 'resbench.db'), 'theirs');
    expect(status(usual)).toBe('foreign');
  });

  it.skipIf(process.getuid?.() !== 0)('is asked about where it belongs to another user', () => {
    chownSync(defaultHome(env), 12345, 12345);
    expect(status(defaultHome(env))).toBe('foreign');
  });

  it('is asked about anywhere else', () => {
    cpSync(defaultHome(env), home, { recursive: true });
    expect(status()).toBe('foreign');
  });
});

describe('a configuration that cannot be written', () => {
  it('lets a new folder be used, and says that it will not be known', () => {
    writeFileSync(join(env.HOME!, 'file'), 'in the way');
    env.RESBENCH_CONFIG = join(env.HOME!, 'file', 'below');
    const claimed = claim();
    expect(claimed).toMatchObject({
      ok: true,
      value: expect.stringMatching(/^That .+ could not be noted in .+\(ENOTDIR\).+\.$/),
    });
    expect(status()).toBe('foreign');
    expect(claim(home, true)).toMatchObject({
      ok: true,
      value: expect.stringContaining('could not be noted'),
    });
  });
});

describe('many folders that were removed', () => {
  /** Copies of the marks of folders that are gone, so old. */
  function leaveBehind(count: number, modified: Date): void {
    const folder = knownFoldersFolder(env);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (let number = 0; number < count; number++) {
      const file = join(folder, `${randomUUID()}-${number + 1}.json`);
      writeFileSync(file, JSON.stringify({ path: join(home, 'gone', String(number)), device: '1' }), {
        mode: 0o600,
      });
      utimesSync(file, modified, modified);
    }
  }
  const left = () => readdirSync(knownFoldersFolder(env)).length;

  it('are forgotten, and the folder that is marked meanwhile is not', () => {
    leaveBehind(600, new Date(Date.now() - 86_400_000));
    expect(claim().ok).toBe(true);
    expect(status()).toBe('own');
    expect(left()).toBe(1);
  });

  it('are kept for a while, since another process may be about to write their marks', () => {
    leaveBehind(600, new Date());
    expect(claim().ok).toBe(true);
    expect(status()).toBe('own');
    expect(left()).toBe(601);
  });
});
