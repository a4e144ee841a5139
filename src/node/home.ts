/** The data folder: database, data sets and checkpoints of one user. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

const NAME = 'Resbench';

/** `--home`, else RESBENCH_HOME, else the folder that Electron calls userData, so that window and terminal share it. */
export function homeFolder(option?: string, env: NodeJS.ProcessEnv = process.env): string {
  const chosen = option ?? env.RESBENCH_HOME;
  if (chosen) return resolve(chosen);
  switch (process.platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', NAME);
    case 'win32':
      return join(env.APPDATA || join(homedir(), 'AppData', 'Roaming'), NAME);
    default:
      return join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), NAME);
  }
}

export const databasePath = (home: string): string => join(home, 'resbench.db');
export const datasetsFolder = (home: string): string => join(home, 'datasets');
