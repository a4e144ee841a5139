import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheFolder } from '../../../../src/node/files/cache-folder';
import { homeFolder, knownFoldersFolder } from '../../../../src/node/files/home';

const HOME = resolve('/users/me');
const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({ HOME, ...more });

describe.skipIf(process.platform === 'win32')('the data folder', () => {
  it.each([
    ['/data', '/data'],
    ['data', resolve('data')],
    ['~', HOME],
    ['~/x/y', join(HOME, 'x/y')],
    ['./~/x', resolve('./~/x')],
    ['a~b', resolve('a~b')],
  ])('named %s is %s', (word, folder) => {
    expect(homeFolder(word, env())).toBe(folder);
    expect(homeFolder(undefined, env({ RESBENCH_HOME: word }))).toBe(folder);
    expect(cacheFolder(env({ RESBENCH_CACHE: word }), 'linux')).toBe(folder);
    expect(knownFoldersFolder(env({ RESBENCH_CONFIG: word }))).toBe(folder);
  });

  it.each([' ', '\t', '~you', '~you/x'])('is not named by %j, which is refused in one sentence', (word) => {
    const ways = [
      () => homeFolder(word, env()),
      () => homeFolder(undefined, env({ RESBENCH_HOME: word })),
      () => cacheFolder(env({ RESBENCH_CACHE: word }), 'linux'),
      () => knownFoldersFolder(env({ RESBENCH_CONFIG: word })),
    ];
    for (const way of ways)
      expect(way).toThrow(/^(--home|RESBENCH_\w+) (is blank|begins with ~you, which only a shell).+[.]$/);
  });

  it('is the usual one where none is named, and an empty flag names none', () => {
    expect(homeFolder(undefined, env({ RESBENCH_HOME: '' }))).toBe(homeFolder(undefined, env()));
    expect(() => homeFolder('', env())).toThrow(/^--home is blank/);
    if (process.platform === 'linux') {
      expect(homeFolder(undefined, env())).toBe(join(HOME, '.config/Resbench'));
      expect(homeFolder(undefined, env({ XDG_CONFIG_HOME: '/etc/mine' }))).toBe('/etc/mine/Resbench');
      expect(homeFolder(undefined, env({ XDG_CONFIG_HOME: 'here' }))).toBe(join(HOME, '.config/Resbench'));
    }
    expect(homeFolder(undefined, { HOME: undefined }).startsWith(homedir())).toBe(true);
  });

  it.each(['', 'here', ' '])('is none where HOME is %j, instead of a folder where one stands', (odd) => {
    for (const way of [
      () => homeFolder(undefined, { HOME: odd }),
      () => homeFolder('~/x', { HOME: odd }),
      () => cacheFolder({ HOME: odd }, 'linux'),
    ])
      expect(way).toThrow(
        /^HOME is (empty|.+, which is no absolute path), so that Resbench does not know .+\.$/,
      );
    expect(homeFolder('/data', { HOME: odd })).toBe('/data');
  });
});
