/** The folder for what can be downloaded again: shared by all data folders and all clones of one user. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** RESBENCH_CACHE, else the platform's cache folder. The set-up keeps its downloads there too. */
export function cacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.RESBENCH_CACHE) return resolve(env.RESBENCH_CACHE);
  switch (platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Caches', 'Resbench');
    case 'win32':
      return join(env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'Resbench', 'Cache');
    default:
      return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'resbench');
  }
}
