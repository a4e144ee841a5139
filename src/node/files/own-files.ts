/**
 * The files of a data folder. The folder may have come from somebody else, and a link in it leads wherever they wanted:
 * what is read or written below it goes through here, and nothing that is a link, a device or a pipe is ever opened.
 * What is made belongs to its user alone.
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { thousands } from '../../shared/format';
import { expected, ExpectedError, fail, type Failure } from '../../shared/result';
import { errorCode, storageFailure } from './file-errors';

/** Of files and folders that are made below the data folder. */
export const OWN_FILE_MODE = 0o600;
export const OWN_FOLDER_MODE = 0o700;

// Windows has neither; there the look beforehand must do.
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants as Partial<typeof fs.constants>;

/** For a file that is opened for reading elsewhere: a link is refused by the system, a pipe does not wait for its writer. */
export const READ_NO_FOLLOW = fs.constants.O_RDONLY | O_NOFOLLOW | O_NONBLOCK;

/**
 * What has the path, the link itself where it is one; null where there is nothing.
 * @throws ExpectedError (`storage`) where it, or a folder between it and the data folder, is a link
 */
export function statOwn(root: string, path: string): fs.Stats | null {
  let at = resolve(root);
  let found: fs.Stats | undefined;
  for (const name of relative(at, resolve(path)).split(sep)) {
    at += at.endsWith(sep) ? name : sep + name;
    found = statusOf(at);
    if (!found) return null;
    if (found.isSymbolicLink()) throw expected('storage', linkSentence(at));
  }
  return found!;
}

function statusOf(path: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // Where a file has the place of a folder there is nothing either.
    if (errorCode(error) === 'ENOTDIR') return undefined;
    throw storageFailure(error, path) ?? error;
  }
}

const linkSentence = (path: string): string =>
  `There is a link at ${path}, and Resbench follows none in its data folder: put what it leads to in its place, or move the ` +
  'whole data folder and name it with --home or RESBENCH_HOME.';

/**
 * As `statOwn`, for what must be a file where it is there.
 * @throws ExpectedError (`storage`) where it is something else
 */
export function statOwnFile(root: string, path: string): fs.Stats | null {
  const found = statOwn(root, path);
  if (found && !found.isFile()) {
    throw expected(
      'storage',
      `What lies at ${path} is not a file: move it away, or choose another folder with --home.`,
    );
  }
  return found;
}

function open(root: string, path: string, flags: number): number {
  statOwnFile(root, path);
  return fs.openSync(path, flags | O_NOFOLLOW | O_NONBLOCK, OWN_FILE_MODE);
}

/** Open for reading; null where there is no such file. Close it. */
export function openOwn(root: string, path: string): number | null {
  if (!statOwnFile(root, path)) return null;
  try {
    return open(root, path, fs.constants.O_RDONLY);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * The whole content, null where there is no such file.
 * @throws ExpectedError (`storage`) where it is larger than what Resbench writes there
 */
export function readOwn(root: string, path: string, maxBytes: number): Buffer | null {
  const file = openOwn(root, path);
  if (file === null) return null;
  try {
    const { size } = fs.fstatSync(file);
    if (size > maxBytes) {
      throw expected(
        'storage',
        `The file ${path} has ${thousands(size)} bytes, more than Resbench ever writes there: move it away.`,
      );
    }
    return fs.readFileSync(file);
  } finally {
    fs.closeSync(file);
  }
}

/**
 * Under its name the file has its old content or the new one. What had the name before, a link too, is replaced.
 * @param flush on the disk when this returns, with the folder's entry
 */
export function writeOwn(root: string, path: string, content: string, flush = false): void {
  statOwn(root, dirname(path));
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = fs.openSync(draft, 'wx', OWN_FILE_MODE);
    try {
      fs.writeFileSync(file, content);
      if (flush) fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    fs.renameSync(draft, path);
    if (flush) flushFolder(dirname(path));
  } catch (error) {
    fs.rmSync(draft, { force: true });
    throw error;
  }
}

function flushFolder(folder: string): void {
  // Windows cannot open a folder; NTFS logs its names itself.
  if (process.platform === 'win32') return;
  const handle = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Makes a file that was not there; false where something has the name. */
export function createOwn(root: string, path: string, content: string): boolean {
  statOwn(root, dirname(path));
  try {
    fs.writeFileSync(path, content, { flag: 'wx', mode: OWN_FILE_MODE });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

export function appendOwn(root: string, path: string, text: string): void {
  const { O_APPEND, O_CREAT, O_WRONLY } = fs.constants;
  const file = open(root, path, O_WRONLY | O_APPEND | O_CREAT);
  try {
    fs.writeFileSync(file, text);
  } finally {
    fs.closeSync(file);
  }
}

/**
 * Makes the folder, and those between it and the data folder, where they are not there yet.
 * @throws ExpectedError (`storage`) where one of them is a link or no folder
 */
export function makeOwnFolder(root: string, folder: string): void {
  makeFolders(root);
  let at = resolve(root);
  for (const name of relative(at, resolve(folder)).split(sep)) {
    if (name === '') continue;
    at += at.endsWith(sep) ? name : sep + name;
    const found = statOwn(root, at);
    if (found && !found.isDirectory()) {
      throw expected(
        'storage',
        `What lies at ${at} is not a folder: move it away, or choose another folder with --home.`,
      );
    }
    if (!found) makeOne(at);
  }
}

/**
 * Makes a folder and those above it, each for its user alone. One that is there already is fine. Unlike Node's own
 * (`recursive`), it ends where a file system takes no new folders and says that something is missing, as /proc does.
 */
export function makeFolders(folder: string): void {
  const path = resolve(folder);
  const found = fs.statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (!found && dirname(path) !== path) makeFolders(dirname(path));
  makeOne(path);
}

function makeOne(folder: string): void {
  try {
    fs.mkdirSync(folder, OWN_FOLDER_MODE);
  } catch (error) {
    // Another process was faster, or a file is in the way.
    if (errorCode(error) !== 'EEXIST' || !fs.statSync(folder).isDirectory()) throw error;
  }
}

/** The folder is there, and is no link. What else it may be, reading it tells. */
export function isOwnFolder(root: string, folder: string): boolean {
  return statOwn(root, folder)?.isDirectory() ?? false;
}

/**
 * Why the desktop must not be asked to open it, null where it may: a plain file or folder of the data folder, or the data
 * folder itself, whose own path its user has chosen.
 * @param absent the beginning of the sentence for what is not there
 */
export function refusedToOpen(
  root: string,
  path: string,
  what: 'folder' | 'file',
  absent: string,
): Failure | null {
  try {
    const found = path === root ? fs.statSync(root, { throwIfNoEntry: false }) : statOwn(root, path);
    if (!found) return fail('not-found', `${absent}: ${path} is not there.`).error;
    if (what === 'folder' ? found.isDirectory() : found.isFile()) return null;
    return fail('unsupported', `What lies at ${path} is no ${what}, so it is not opened.`).error;
  } catch (error) {
    if (error instanceof ExpectedError) return error.failure;
    const failure = storageFailure(error, path);
    if (!failure) throw error;
    return failure.failure;
  }
}
