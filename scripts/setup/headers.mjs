/**
 * Headers of the Node inside Electron, which native modules are compiled with.
 *
 * For an official Electron node-gyp fetches them from electronjs.org and checks them against the sums published beside
 * them. For the fallback they come from an npm package that carries headers of the very same V8, in which four things
 * differ from Electron's build: pointer compression and 31-bit small integers are on, the shared pointer cage and the V8
 * sandbox are on, and the module version is Electron's.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { nodeModules } from '../lib/paths.mjs';
import { mustRun } from '../lib/processes.mjs';
import { cacheEntry } from './cache.mjs';
import { fetchNpmPackage } from './download.mjs';
import { waiting } from './electron.mjs';
import { electronHeadersKey, fallbackHeadersKey } from './keys.mjs';
import * as pins from './pins.mjs';

const HEADERS_URL = 'https://electronjs.org/headers';

export const nodeGyp = join(nodeModules, 'node-gyp', 'bin', 'node-gyp.js');

/**
 * node-gyp takes settings of npm (`nodedir` above all) from the environment before those of its command line; only those
 * about the network may reach it.
 */
export function gypEnv(env = process.env) {
  const kept = /^npm_config_(https?_?proxy|proxy|noproxy|cafile)$/i;
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^npm_(config|package_config_node_gyp)_/i.test(name) || kept.test(name),
    ),
  );
}

/** Arguments that make node-gyp compile for this Electron. `versions` is what the Electron reports. */
export async function headerArguments({ root, env, platform, progress, python }, versions) {
  const onWait = waiting(progress, "Electron's headers");
  const isFallback =
    versions.electron === pins.electronFallback.version && platform === pins.electronFallback.platform;
  if (isFallback) {
    const folder = await cacheEntry(
      root,
      fallbackHeadersKey(platform),
      (made, work) =>
        progress.during("headers of Electron's Node", {}, async () => {
          const archive = await fetchNpmPackage(pins.electronFallback.headers, work, { env });
          const args = [
            '-xzf',
            archive,
            '-C',
            made,
            '--strip-components=1',
            'package/include',
            'package/LICENSE',
          ];
          await mustRun('tar', args, {}, `${archive} could not be unpacked.`);
          patchHeaders(join(made, 'include', 'node'));
        }),
      { onWait },
    );
    return [`--nodedir=${folder}`];
  }
  const target = [`--target=${versions.electron}`, `--dist-url=${HEADERS_URL}`];
  const folder = await cacheEntry(
    root,
    electronHeadersKey(versions.electron, platform),
    (made) =>
      progress.during("headers of Electron's Node", {}, async () => {
        await mkdir(made, { recursive: true });
        await mustRun(
          process.execPath,
          [nodeGyp, 'install', ...target, `--devdir=${made}`, `--python=${python}`],
          { env: gypEnv(env) },
          `The headers of Electron ${versions.electron} could not be downloaded from electronjs.org. ` +
            'Check the network, then run `npm run setup` again.',
        );
      }),
    { onWait },
  );
  return [...target, `--devdir=${folder}`];
}

/** Turns Node 19.8.1's headers into those of Electron 22.3 (same V8, other settings). */
export function patchHeaders(folder) {
  for (const name of ['common.gypi', 'config.gypi']) {
    edit(join(folder, name), [
      [/('v8_enable_pointer_compression%?': )0/g, '$11'],
      [/('v8_enable_31bit_smis_on_64bit_arch%?': )0/g, '$11'],
    ]);
  }
  edit(join(folder, 'common.gypi'), [
    [
      /'V8_COMPRESS_POINTERS',/,
      "'V8_COMPRESS_POINTERS', 'V8_COMPRESS_POINTERS_IN_SHARED_CAGE', 'V8_ENABLE_SANDBOX',",
    ],
  ]);
  edit(join(folder, 'node_version.h'), [
    [/(#define NODE_MODULE_VERSION )\d+/, `$1${pins.electronFallback.abi}`],
  ]);
}

function edit(path, changes) {
  let text = readFileSync(path, 'utf8');
  for (const [pattern, to] of changes) {
    if (!pattern.test(text))
      throw new Failure(`${path} has no ${pattern.source}; these are not the expected headers.`);
    pattern.lastIndex = 0;
    text = text.replace(pattern, to);
  }
  writeFileSync(path, text);
}
