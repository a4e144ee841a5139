import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { cacheFolder } from '../../../../src/node/files/cache-folder';

it('is RESBENCH_CACHE, made absolute, on every platform', () => {
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    expect(cacheFolder({ RESBENCH_CACHE: 'some/where' }, platform)).toBe(resolve('some/where'));
  }
});

it("is the platform's cache folder otherwise", () => {
  expect(cacheFolder({}, 'linux')).toBe(join(homedir(), '.cache', 'resbench'));
  expect(cacheFolder({ XDG_CACHE_HOME: '/var/cache/me' }, 'linux')).toBe(join('/var/cache/me', 'resbench'));
  expect(cacheFolder({}, 'darwin')).toBe(join(homedir(), 'Library', 'Caches', 'Resbench'));
  expect(cacheFolder({ LOCALAPPDATA: '/local' }, 'win32')).toBe(join('/local', 'Resbench', 'Cache'));
});
