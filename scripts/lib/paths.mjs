/** Where things lie: this clone, its node_modules, the record of the set-up, the cache folder. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from './failure.mjs';

export const projectRoot = resolve(fileURLToPath(new URL('../../', import.meta.url)));
export const nodeModules = join(projectRoot, 'node_modules');
/** What the set-up found and built; tests and scripts read the path of Electron from here. */
export const stampPath = join(nodeModules, '.resbench', 'setup.json');
/** The command line of Resbench, built. */
export const cliEntry = join(projectRoot, 'out', 'main', 'cli.js');

/**
 * One folder for all downloads and builds of all clones: RESBENCH_CACHE, else the platform's cache folder. The program finds
 * the same one (src/node/files/cache-folder.ts).
 */
export function cacheRoot(env = process.env, platform = process.platform) {
  if (env.RESBENCH_CACHE) return namedFolder(env.RESBENCH_CACHE, env);
  switch (platform) {
    case 'darwin':
      return join(userFolder(env), 'Library', 'Caches', 'Resbench');
    case 'win32':
      return join(env.LOCALAPPDATA || join(userFolder(env), 'AppData', 'Local'), 'Resbench', 'Cache');
    default:
      return join(
        isAbsolute(env.XDG_CACHE_HOME ?? '') ? env.XDG_CACHE_HOME : join(userFolder(env), '.cache'),
        'resbench',
      );
  }
}

/** A `~` that no shell has expanded is the user's folder; what names no folder makes none. */
function namedFolder(word, env) {
  if (word.trim() === '')
    throw new Failure('RESBENCH_CACHE is blank: name a folder with it, or leave it out.');
  if (word === '~' || word.startsWith('~/')) return resolve(userFolder(env), word.slice(2));
  if (/^~[\w.-]*($|\/)/.test(word)) {
    throw new Failure(
      `RESBENCH_CACHE begins with ${word.split('/')[0]}, which only a shell turns into a folder: write the whole path.`,
    );
  }
  return resolve(word);
}

function userFolder(env) {
  const folder = process.platform !== 'win32' && env.HOME !== undefined ? env.HOME : homedir();
  if (isAbsolute(folder)) return folder;
  throw new Failure(
    'HOME names no folder, so that Resbench does not know where your files are: set it, or RESBENCH_CACHE.',
  );
}
