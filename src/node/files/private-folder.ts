/** What versions before this one made in a data folder, others could read: it becomes its user's alone. */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { defaultHome } from './home';
import { OWN_FILE_MODE, OWN_FOLDER_MODE } from './own-files';

/** Of what a data folder holds; everything below these folders is out of reach with them. */
const FOLDERS = ['backups', 'checkpoints', 'datasets', 'electron', 'logs'];
const FILES = ['window.json', 'installation.json'];
/** Files of the database begin so, those set aside too. */
const DATABASE = /^resbench[.-]/;

/**
 * Takes the permissions of others away. The folder itself is left as it is where it holds something else besides and has been
 * named by its user: it may be one that others are to see.
 */
export function closeToOthers(home: string, env: NodeJS.ProcessEnv = process.env): void {
  if (process.platform === 'win32') return;
  try {
    const names = fs.readdirSync(home);
    for (const name of names) {
      if (FOLDERS.includes(name)) close(join(home, name), OWN_FOLDER_MODE);
      else if (FILES.includes(name) || DATABASE.test(name)) close(join(home, name), OWN_FILE_MODE);
    }
    const isOurs = (name: string): boolean =>
      FOLDERS.includes(name) || FILES.includes(name) || DATABASE.test(name);
    if (names.every(isOurs) || fs.realpathSync(home) === fs.realpathSync(defaultHome(env))) {
      close(fs.realpathSync(home), OWN_FOLDER_MODE);
    }
  } catch {
    // A disk without permissions, or one that cannot be written: whoever writes says so.
  }
}

/** Links and what belongs to other users are left alone. */
function close(path: string, mode: number): void {
  const found = fs.lstatSync(path, { throwIfNoEntry: false });
  if (!found || found.isSymbolicLink() || found.uid !== process.getuid?.()) return;
  if ((found.mode & 0o077) !== 0) fs.chmodSync(path, mode);
}
