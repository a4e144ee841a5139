import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load, root, withFolder } from './load';

type Env = Record<string, string | undefined>;
interface Tool {
  problem: string | null;
}
const { findTools } = await load<{
  findTools(options: { env: Env }): Promise<Record<'python' | 'pip' | 'compiler' | 'make', Tool>>;
}>('setup/tools.mjs');
const { changedFile, sizes, whatIsMissing } = await load<{
  changedFile(files: Record<string, number>): string | null;
  sizes(paths: string[]): Record<string, number>;
  whatIsMissing(stamp: unknown, options: { env: Env; flavour?: string }): Record<string, string>;
}>('setup/stamp.mjs');
const { gypEnv, patchHeaders } = await load<{ gypEnv(env: Env): Env; patchHeaders(folder: string): void }>(
  'setup/headers.mjs',
);
const { packagesFor } = await load<{
  packagesFor(libraries: string[]): { choices: string[][]; unknown: string[] };
}>('setup/system-packages.mjs');
const { cacheRoot } = await load<{ cacheRoot(env: Env, platform: string): string }>('lib/paths.mjs');
const { kernelsHash } = await load<{ kernelsHash(): string }>('setup/kernel-sources.mjs');
const { lockHash } = await load<{ lockHash(): string }>('setup/lockfile.mjs');
const pins = await load<{ electronFallback: { version: string }; tensorflow: { version: string } }>(
  'setup/pins.mjs',
);
const { provideTensorflow } = await load<{
  provideTensorflow(context: object, flavour: string): Promise<unknown>;
}>('setup/tensorflow.mjs');

describe('tools', () => {
  it('that are missing are each named with the cure', () =>
    withFolder(async (empty) => {
      const tools = await findTools({ env: { PATH: empty } });
      expect(tools.python.problem).toMatch(/^Python 3 was not found\. \S/);
      expect(tools.pip.problem).toMatch(/^pip was not found for Python 3/);
      expect(tools.compiler.problem).toMatch(/^A C\+\+ compiler was not found\. \S/);
      expect(tools.make.problem).toMatch(/^make was not found\. \S/);
    }));

  it('that are there are no problem', async () => {
    const tools = await findTools({ env: process.env });
    expect(Object.values(tools).map(({ problem }) => problem)).toEqual([null, null, null, null]);
  });

  it('include a compiler that CXX names with arguments', () =>
    withFolder(async (folder) => {
      const compiler = join(folder, 'my-compiler');
      writeFileSync(compiler, '#!/bin/sh\n');
      chmodSync(compiler, 0o755);
      const tools = await findTools({ env: { PATH: folder, CXX: 'my-compiler --fast' } });
      expect(tools.compiler.problem).toBeNull();
    }));
});

describe('the record of the set-up', () => {
  const env: Env = {};
  function record(folder: string) {
    const file = join(folder, 'library');
    writeFileSync(file, 'content');
    const files = sizes([file]);
    return {
      npm: { lock: lockHash() },
      electron: { source: 'fallback', version: pins.electronFallback.version, override: null, files },
      tensorflow: { source: 'wheel', version: pins.tensorflow.version, flavour: 'cpu', own: null, files },
      binding: { files },
      kernels: { hash: kernelsHash(), files },
      sqlite: { files },
    };
  }

  it('with all files there asks for nothing', () =>
    withFolder(async (folder) => {
      expect(whatIsMissing(record(folder), { env })).toEqual({});
    }));

  it('with a file cut short asks for its parts by the name of the file', () =>
    withFolder(async (folder) => {
      const stamp = record(folder);
      writeFileSync(join(folder, 'library'), 'cont');
      expect(changedFile(stamp.sqlite.files)).toBe(join(folder, 'library'));
      expect(whatIsMissing(stamp, { env }).sqlite).toContain(join(folder, 'library'));
    }));

  it.each<[string, string, Env, string | undefined]>([
    ['another package-lock.json', 'npm', {}, undefined],
    ['another folder of Electron', 'electron', { ELECTRON_OVERRIDE_DIST_PATH: '/elsewhere' }, undefined],
    ['another TensorFlow of one’s own', 'tensorflow', { RESBENCH_LIBTENSORFLOW: '/elsewhere' }, undefined],
    ['another flavour', 'tensorflow', {}, 'gpu'],
  ])('asks for one part when there is %s', (_, part, changed, flavour) =>
    withFolder(async (folder) => {
      const stamp = record(folder);
      if (part === 'npm') stamp.npm.lock = 'of another time';
      expect(Object.keys(whatIsMissing(stamp, { env: changed, flavour }))).toEqual([part]);
    }),
  );

  it('asks for the kernels again when their sources have changed, and not when they could not be made', () =>
    withFolder(async (folder) => {
      const stamp = record(folder);
      const without = { ...stamp, kernels: { hash: kernelsHash(), problem: 'The kernels did not compile' } };
      expect(whatIsMissing(without, { env })).toEqual({});
      const old = { ...stamp, kernels: { ...stamp.kernels, hash: 'of another time' } };
      expect(whatIsMissing(old, { env })).toEqual({ kernels: 'their sources have changed' });
    }));

  it('that is missing asks for everything', () => {
    expect(Object.keys(whatIsMissing(null, { env }))).toEqual([
      'npm',
      'electron',
      'tensorflow',
      'binding',
      'kernels',
      'sqlite',
    ]);
  });
});

describe("headers of the fallback's Node", () => {
  const write = (folder: string, pointers: number): void => {
    writeFileSync(
      join(folder, 'common.gypi'),
      `'v8_enable_pointer_compression%': ${pointers},\n'v8_enable_31bit_smis_on_64bit_arch%': 0,\n` +
        `'defines': [\n  'V8_COMPRESS_POINTERS',\n],`,
    );
    writeFileSync(
      join(folder, 'config.gypi'),
      `'v8_enable_31bit_smis_on_64bit_arch': 0,\n'v8_enable_pointer_compression': 0,`,
    );
    writeFileSync(join(folder, 'node_version.h'), '#define NODE_MODULE_VERSION 111\n');
  };

  it('become those of Electron 22', () =>
    withFolder(async (folder) => {
      write(folder, 0);
      patchHeaders(folder);
      expect(readFileSync(join(folder, 'common.gypi'), 'utf8')).toBe(
        `'v8_enable_pointer_compression%': 1,\n'v8_enable_31bit_smis_on_64bit_arch%': 1,\n` +
          `'defines': [\n  'V8_COMPRESS_POINTERS', 'V8_COMPRESS_POINTERS_IN_SHARED_CAGE', 'V8_ENABLE_SANDBOX',\n],`,
      );
      expect(readFileSync(join(folder, 'config.gypi'), 'utf8')).toBe(
        `'v8_enable_31bit_smis_on_64bit_arch': 1,\n'v8_enable_pointer_compression': 1,`,
      );
      expect(readFileSync(join(folder, 'node_version.h'), 'utf8')).toBe('#define NODE_MODULE_VERSION 110\n');
    }));

  it('that are not the expected ones are refused', () =>
    withFolder(async (folder) => {
      write(folder, 7);
      expect(() => patchHeaders(folder)).toThrow('these are not the expected headers');
    }));

  it("are not overruled by npm's own settings, but its proxy is used", () => {
    const env = {
      npm_config_nodedir: '/usr',
      npm_config_target: '1',
      npm_config_https_proxy: 'p',
      PATH: '/bin',
    };
    expect(gypEnv(env)).toEqual({ npm_config_https_proxy: 'p', PATH: '/bin' });
  });
});

describe('system packages', () => {
  it('are found by library, each once, with the names of newer releases', () => {
    const found = packagesFor([
      'libgtk-3.so.0',
      'libgdk-3.so.0',
      'libasound.so.2',
      'libnss3.so',
      'libodd.so.9',
    ]);
    expect(found).toEqual({
      choices: [['libgtk-3-0', 'libgtk-3-0t64'], ['libasound2', 'libasound2t64'], ['libnss3']],
      unknown: ['libodd.so.9'],
    });
  });
});

describe('the cache folder', () => {
  it.each<[string, Env, string, RegExp]>([
    ['RESBENCH_CACHE', { RESBENCH_CACHE: '/mine', XDG_CACHE_HOME: '/xdg' }, 'linux', /^\/mine$/],
    ['XDG_CACHE_HOME', { XDG_CACHE_HOME: '/xdg' }, 'linux', /^\/xdg\/resbench$/],
    ['~/.cache', {}, 'linux', /\/\.cache\/resbench$/],
    ['~/Library/Caches', {}, 'darwin', /\/Library\/Caches\/Resbench$/],
    ['%LOCALAPPDATA%', { LOCALAPPDATA: '/local' }, 'win32', /^\/local\/Resbench\/Cache$/],
  ])('is %s', (_, env, platform, expected) => {
    expect(cacheRoot(env, platform)).toMatch(expected);
  });
});

describe("a TensorFlow of one's own", () => {
  const context = (folder: string) => ({ env: { RESBENCH_LIBTENSORFLOW: folder }, platform: 'linux-x64' });

  it('is taken from lib/ and include/', () =>
    withFolder(async (folder) => {
      mkdirSync(join(folder, 'lib'));
      writeFileSync(join(folder, 'lib', 'libtensorflow.so.2'), 'library');
      symlinkSync('libtensorflow.so.2', join(folder, 'lib', 'libtensorflow.so'));
      mkdirSync(join(folder, 'include', 'tensorflow', 'c'), { recursive: true });
      writeFileSync(join(folder, 'include', 'tensorflow', 'c', 'c_api.h'), '');
      expect(await provideTensorflow(context(folder), 'cpu')).toMatchObject({ folder, source: 'own' });
    }));

  it('that lacks its library is named with what is missing', () =>
    withFolder(async (folder) => {
      await expect(provideTensorflow(context(folder), 'cpu')).rejects.toThrow(
        `RESBENCH_LIBTENSORFLOW is ${folder}, but there is no lib/libtensorflow.so in it`,
      );
    }));

  it('is what Windows and unknown platforms are told to bring', async () => {
    for (const platform of ['win32-x64', 'freebsd-x64']) {
      await expect(provideTensorflow({ env: {}, platform }, 'cpu')).rejects.toThrow('RESBENCH_LIBTENSORFLOW');
    }
  });
});

it('the project is where the scripts think it is', async () => {
  const { projectRoot } = await load<{ projectRoot: string }>('lib/paths.mjs');
  expect(projectRoot).toBe(root);
});
