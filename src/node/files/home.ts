/** The data folder: database, data sets and checkpoints of one user. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { expected } from '../../shared/result';

const NAME = 'Resbench';

/**
 * `--home`, else RESBENCH_HOME, else the folder that Electron calls userData, so that window and terminal share it.
 * @throws ExpectedError (`invalid-input`) for a word that names no folder, or where the user's own folder is not known
 */
export function homeFolder(option?: string, env: NodeJS.ProcessEnv = process.env): string {
  if (option !== undefined) return namedFolder(option, '--home', env);
  if (env.RESBENCH_HOME) return namedFolder(env.RESBENCH_HOME, 'RESBENCH_HOME', env);
  return defaultHome(env);
}

/** Where the data folder is that nobody has named. */
export const defaultHome = (env: NodeJS.ProcessEnv = process.env): string =>
  join(configurationFolder(env), NAME);

/**
 * Where it is noted which data folders are this user's own: outside of all of them. RESBENCH_CONFIG, else beside the data
 * folder that nobody has named.
 */
export function knownFoldersFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.RESBENCH_CONFIG) return namedFolder(env.RESBENCH_CONFIG, 'RESBENCH_CONFIG', env);
  return join(configurationFolder(env), `${NAME}-folders`);
}

/** The folder of this user that programs keep their settings in. */
function configurationFolder(env: NodeJS.ProcessEnv): string {
  switch (process.platform) {
    case 'darwin':
      return join(userFolder(env), 'Library', 'Application Support');
    case 'win32':
      return env.APPDATA || join(userFolder(env), 'AppData', 'Roaming');
    default: {
      // One that is not absolute is to be ignored (XDG Base Directory Specification).
      const { XDG_CONFIG_HOME: chosen } = env;
      return chosen && isAbsolute(chosen) ? chosen : join(userFolder(env), '.config');
    }
  }
}

/**
 * The folder that a word names, as an absolute path. A shell writes the user's folder for `~`, unless the word is quoted
 * or stands in a file: then it is done here.
 * @param source what the word was given by, for the sentence
 * @throws ExpectedError (`invalid-input`) where it names none
 */
export function namedFolder(word: string, source: string, env: NodeJS.ProcessEnv = process.env): string {
  if (word.trim() === '') {
    throw expected('invalid-input', `${source} is blank: name a folder with it, or leave it out.`);
  }
  if (word === '~' || word.startsWith('~/') || (process.platform === 'win32' && word.startsWith('~\\'))) {
    return resolve(userFolder(env), word.slice(2));
  }
  if (/^~[\w.-]*($|\/)/.test(word)) {
    throw expected(
      'invalid-input',
      `${source} begins with ${/^~[^/]*/.exec(word)![0]}, which only a shell turns into a folder: write the whole path, or ` +
        `./${word} for a folder of that name.`,
    );
  }
  return resolve(word);
}

/** @throws ExpectedError (`invalid-input`) where the system does not tell */
export function userFolder(env: NodeJS.ProcessEnv = process.env): string {
  const folder = process.platform !== 'win32' && env.HOME !== undefined ? env.HOME : homedir();
  if (isAbsolute(folder)) return folder;
  throw expected(
    'invalid-input',
    `${folder === '' ? 'HOME is empty' : `HOME is ${folder}, which is no absolute path`}, so that Resbench does not know ` +
      'where your files are: set it, or name the data folder with --home or RESBENCH_HOME and the cache with RESBENCH_CACHE.',
  );
}

export const databasePath = (home: string): string => join(home, 'resbench.db');
export const datasetsFolder = (home: string): string => join(home, 'datasets');
