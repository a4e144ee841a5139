/** Files that the user names with `--output`. */
import { existsSync, statSync } from 'node:fs';
import { writeExport } from '../../node/files/export-file';
import { expected } from '../../shared/result';

/**
 * The file has either its old or its whole new content, whatever happens in between.
 * @throws ExpectedError where there is one and `force` is not given, and where it cannot be written
 */
export function writeWhole(file: string, text: string, force: boolean): void {
  if (existsSync(file)) {
    if (statSync(file).isDirectory())
      throw expected('invalid-input', `${file} is a folder; name a file with --output`);
    if (!force)
      throw expected('conflict', `${file} exists already; choose another name, or overwrite it with --force`);
  }
  try {
    writeExport(file, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw expected('not-found', `the folder of ${file} does not exist; create it or name another file`);
    if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
      throw expected(
        'storage',
        `${file} cannot be written by this user; name a file elsewhere with --output`,
      );
    }
    throw error;
  }
}
