/** The folder for what can be downloaded again: shared by all data folders and all clones of one user. */
import { isAbsolute, join } from 'node:path';
import { namedFolder, userFolder } from './home';

/**
 * RESBENCH_CACHE, else the platform's cache folder. The set-up keeps its downloads there too.
 * @throws ExpectedError (`invalid-input`) where that names no folder
 */
export function cacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.RESBENCH_CACHE) return namedFolder(env.RESBENCH_CACHE, 'RESBENCH_CACHE', env);
  switch (platform) {
    case 'darwin':
      return join(userFolder(env), 'Library', 'Caches', 'Resbench');
    case 'win32':
      return join(env.LOCALAPPDATA || join(userFolder(env), 'AppData', 'Local'), 'Resbench', 'Cache');
    default: {
      const { XDG_CACHE_HOME: chosen } = env;
      return join(chosen && isAbsolute(chosen) ? chosen : join(userFolder(env), '.cache'), 'resbench');
    }
  }
}
