/** Where things lie: this clone, its node_modules, the record of the set-up, the cache folder. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = resolve(fileURLToPath(new URL('../../', import.meta.url)));
export const nodeModules = join(projectRoot, 'node_modules');
/** What the set-up found and built; tests and scripts read the path of Electron from here. */
export const stampPath = join(nodeModules, '.resbench', 'setup.json');
/** The command line of Resbench, built. */
export const cliEntry = join(projectRoot, 'out', 'main', 'cli.js');

/** One folder for all downloads and builds of all clones: RESBENCH_CACHE, else the platform's cache folder. */
export function cacheRoot(env = process.env, platform = process.platform) {
  if (env.RESBENCH_CACHE) return resolve(env.RESBENCH_CACHE);
  switch (platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Caches', 'Resbench');
    case 'win32':
      return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Resbench', 'Cache');
    default:
      return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'resbench');
  }
}
