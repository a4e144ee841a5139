/** A file that its user has named, with the permissions that this user gives to new files. */
import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { expected } from '../../shared/result';

/**
 * The file has either its old or its whole new content, whatever happens in between. What is written meanwhile has a name that
 * nobody can have put a link under.
 * @throws ExpectedError (`invalid-input`) where something else than a file has the name; else what the file system reports
 */
export function writeExport(file: string, text: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found && !found.isFile()) throw expected('invalid-input', `${file} is not a file; name another one`);
  const partial = `${file}.${randomBytes(6).toString('hex')}.partial`;
  try {
    writeFileSync(partial, text, { flag: 'wx' });
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}
