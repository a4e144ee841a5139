/**
 * The native part of better-sqlite3, compiled for the ABI of the Electron that the set-up found. Its makers' prebuilt
 * files would save a minute, but come without a sum to check them by.
 */
import { existsSync } from 'node:fs';
import { copyFile, cp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { nodeModules } from '../lib/paths.mjs';
import { mustRun } from '../lib/processes.mjs';
import { cacheEntry, placeFile } from './cache.mjs';
import { waiting } from './electron.mjs';
import { gypEnv, headerArguments, nodeGyp } from './headers.mjs';
import { sqliteKey } from './keys.mjs';

const FILE = 'better_sqlite3.node';
const home = join(nodeModules, 'better-sqlite3');
export const sqlitePath = join(home, 'build', 'Release', FILE);

export async function provideSqlite(context, { version, electronVersions }) {
  const { root, env, platform, progress, python } = context;
  const key = sqliteKey(version, electronVersions.modules, platform);
  const folder = await cacheEntry(
    root,
    key,
    async (made, work) => {
      const headers = await headerArguments(context, electronVersions);
      await progress.during(`better-sqlite3 ${version}`, {}, async (task) => {
        task.update({ note: 'compiling' });
        const source = join(work, 'source');
        await cp(home, source, {
          recursive: true,
          filter: (path) => !['build', 'node_modules'].includes(basename(path)) || path === home,
        });
        const failed = 'better-sqlite3 did not compile:';
        const args = [nodeGyp, 'rebuild', '--release', ...headers, `--python=${python}`];
        await mustRun(process.execPath, args, { cwd: source, env: gypEnv(env) }, failed);
        const built = join(source, 'build', 'Release', FILE);
        if (!existsSync(built)) throw new Failure(`${failed} node-gyp left no ${FILE}.`);
        await copyFile(built, join(made, FILE));
      });
    },
    { onWait: waiting(progress, 'better-sqlite3') },
  );
  await placeFile(join(folder, FILE), sqlitePath);
  return { key, path: sqlitePath };
}
