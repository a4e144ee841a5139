/**
 * Whose a data folder is (docs/decisions/0012-a-data-folder-is-known.md). People send each other data folders, and one that
 * is opened starts, renames and removes what its database says. So each has an id, in a file of its own, and a twin of it
 * lies in the user's configuration: `ID-INODE.json` with the place of the folder. A copy has the id and another inode, a
 * folder that was moved keeps both, and one of somebody else's has no twin here.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { expected, ExpectedError, fail, ok, type Result } from '../../shared/result';
import { errorCode, storageFailure } from './file-errors';
import { defaultHome, knownFoldersFolder } from './home';
import { statOwnFile, makeFolders, OWN_FILE_MODE, readOwn, writeOwn } from './own-files';

/** `fresh`: nothing of Resbench's lies in it, or there is no such folder yet. */
export type FolderStatus = 'fresh' | 'own' | 'foreign';

const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const idSchema = z.strictObject({ id: uuid });
/** Numbers as text: they may be larger than what a number holds. */
const twinSchema = z.strictObject({ path: z.string(), device: z.string().regex(/^\d+$/) });
const MAX_BYTES = 2 ** 14;
/** From this many markCopies on, those of folders that are gone are removed. */
const MANY_TWINS = 500;
/** A copy younger than this may be of a folder whose mark is just being written, by this process or by another. */
const SETTLED_MS = 3_600_000;

const idFile = (home: string): string => join(home, 'installation.json');
const twinName = (id: string, inode: bigint): string => `${id}-${inode}.json`;

/** What a start of Resbench leaves in a data folder, apart from data sets, which are known by their content. */
const TRACE = /^(resbench[.-].*|installation\.json|checkpoints|logs|backups|electron|window\.json)$/;

export function statusOfFolder(home: string, env: NodeJS.ProcessEnv = process.env): FolderStatus {
  return stateOf(home, env).status;
}

interface State {
  status: FolderStatus;
  /** It is to be marked as this user's. */
  unmarked: boolean;
}

function stateOf(home: string, env: NodeJS.ProcessEnv): State {
  const id = readId(home);
  if (id === 'odd') return { status: 'foreign', unmarked: true };
  if (id !== null) return { status: isKnown(home, id, env) ? 'own' : 'foreign', unmarked: false };
  if (!hasTraces(home)) return { status: 'fresh', unmarked: true };
  // Versions before this one marked none: theirs is known by its place, once.
  return { status: isOfEarlierVersion(home, env) ? 'own' : 'foreign', unmarked: true };
}

/** Null where there is none; `odd` for a file that Resbench never wrote. */
function readId(home: string): string | 'odd' | null {
  try {
    const text = readOwn(home, idFile(home), MAX_BYTES);
    if (text === null) return null;
    return idSchema.parse(JSON.parse(text.toString('utf8'))).id;
  } catch {
    return 'odd';
  }
}

function hasTraces(home: string): boolean {
  try {
    return fs.readdirSync(home).some((name) => TRACE.test(name) && !isEmptyFolder(join(home, name)));
  } catch {
    // None yet, or one that cannot be used, which whoever uses it says.
    return false;
  }
}

/** As a disk of its own is, mounted where checkpoints will lie. */
function isEmptyFolder(path: string): boolean {
  return fs.lstatSync(path).isDirectory() && fs.readdirSync(path).length === 0;
}

function isKnown(home: string, id: string, env: NodeJS.ProcessEnv): boolean {
  try {
    const { ino, dev } = fs.lstatSync(idFile(home), { bigint: true });
    const folder = knownFoldersFolder(env);
    const text = readOwn(folder, join(folder, twinName(id, ino)), MAX_BYTES);
    if (text === null) return false;
    const twin = twinSchema.parse(JSON.parse(text.toString('utf8')));
    // Another file system may have given the same number; the number of a file system may change with a start of the machine.
    return twin.device === String(dev) || twin.path === fs.realpathSync(home);
  } catch {
    return false;
  }
}

/** At the place that nobody has named, of this user, and never marked since there are marks. */
function isOfEarlierVersion(home: string, env: NodeJS.ProcessEnv): boolean {
  try {
    const usual = defaultHome(env);
    if (fs.realpathSync(home) !== fs.realpathSync(usual)) return false;
    const user = process.getuid?.();
    if (user !== undefined && fs.statSync(home).uid !== user) return false;
    return !markCopies(env).some(({ path }) => path === fs.realpathSync(home));
  } catch {
    return false;
  }
}

interface MarkCopy {
  file: string;
  path: string;
}

function markCopies(env: NodeJS.ProcessEnv): MarkCopy[] {
  const folder = knownFoldersFolder(env);
  let names: string[];
  try {
    names = fs.readdirSync(folder);
  } catch {
    return [];
  }
  const found: MarkCopy[] = [];
  for (const name of names) {
    if (!name.endsWith('.json')) continue;
    const file = join(folder, name);
    try {
      const text = readOwn(folder, file, MAX_BYTES);
      if (text) found.push({ file, path: twinSchema.parse(JSON.parse(text.toString('utf8'))).path });
    } catch {
      // Nothing that Resbench wrote.
    }
  }
  return found;
}

/** The sentence for a terminal. */
export const foreignSentence = (home: string): string =>
  `The data folder ${home} is not known as your own (it comes from another machine or user or from an earlier version of ` +
  'Resbench, or is a copy), so nothing in it has been opened, started or changed: where you know what is in it, add ' +
  '--trust-folder once, and it is taken for your own from then on.';

/**
 * Lets the folder be used, as what it is: a fresh one is made and marked, one of somebody else's is refused, unless its
 * user trusts it, which is asked once. The value is a sentence for the user, null where there is nothing to say.
 */
export function claimFolder(
  home: string,
  { trust = false, env = process.env }: { trust?: boolean; env?: NodeJS.ProcessEnv } = {},
): Result<string | null> {
  const { status, unmarked } = stateOf(home, env);
  if (status === 'foreign' && !trust) return fail('foreign-folder', foreignSentence(home));
  if (status === 'own' && !unmarked) return ok(null);
  try {
    if (status === 'fresh') makeFolders(home);
    if (status === 'foreign' && !unmarked) return ok(remember(home, env));
    return mark(home, status, env);
  } catch (error) {
    if (error instanceof ExpectedError) return { ok: false, error: error.failure };
    const code = errorCode(error);
    if (code === undefined) throw error;
    // Nothing continues in a folder without its mark, in which traces would make it somebody else's.
    const failure = storageFailure({ code }, home);
    if (failure) return { ok: false, error: failure.failure };
    // Whoever makes the folder has a sentence for it.
    return ok(null);
  }
}

/** The twin comes first: whoever sees the id finds it. */
function mark(home: string, status: FolderStatus, env: NodeJS.ProcessEnv): Result<string | null> {
  const id = randomUUID();
  const draft = `${idFile(home)}.${randomBytes(6).toString('hex')}.tmp`;
  fs.writeFileSync(draft, `${JSON.stringify({ id })}\n`, { flag: 'wx', mode: OWN_FILE_MODE });
  try {
    const notice = writeCopy(home, id, draft, env);
    // What has the name and is no id goes, with the trust that its user has given.
    if (status === 'foreign') fs.renameSync(draft, idFile(home));
    else linkNew(draft, idFile(home));
    return ok(notice);
  } catch (error) {
    // Another process has marked it at the same moment.
    if (errorCode(error) !== 'EEXIST') throw error;
    return stateOf(home, env).status === 'own' ? ok(null) : fail('foreign-folder', foreignSentence(home));
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** @throws where something has the name */
function linkNew(from: string, to: string): void {
  try {
    fs.linkSync(from, to);
  } catch (error) {
    if (errorCode(error) === 'EEXIST' || statOwnFile(join(to, '..'), to)) throw error;
    // A file system without links to files.
    fs.renameSync(from, to);
  }
}

function remember(home: string, env: NodeJS.ProcessEnv): string | null {
  const id = readId(home);
  return id === null ? null : writeCopy(home, id, idFile(home), env);
}

/** @param file the id's, whose inode the twin is named by */
function writeCopy(home: string, id: string, file: string, env: NodeJS.ProcessEnv): string | null {
  const folder = knownFoldersFolder(env);
  const { ino, dev } = fs.lstatSync(file, { bigint: true });
  try {
    makeFolders(folder);
    const twin = { path: fs.realpathSync(home), device: String(dev) };
    writeOwn(folder, join(folder, twinName(id, ino)), `${JSON.stringify(twin)}\n`);
    tidy(env);
    return null;
  } catch (error) {
    if (errorCode(error) === undefined && !(error instanceof ExpectedError)) throw error;
    return (
      `That ${home} is your data folder could not be noted in ${folder} (${errorCode(error) ?? 'a link is in the way'}), so the ` +
      'next start will not know it: make that folder writable or name another one with RESBENCH_CONFIG, or add --trust-folder then.'
    );
  }
}

/** Of folders that were removed. */
function tidy(env: NodeJS.ProcessEnv): void {
  const all = markCopies(env);
  if (all.length <= MANY_TWINS) return;
  const settled = Date.now() - SETTLED_MS;
  for (const { file, path } of all) {
    if (fs.existsSync(idFile(path))) continue;
    const stat = fs.lstatSync(file, { throwIfNoEntry: false });
    if (stat && stat.mtimeMs < settled) fs.rmSync(file, { force: true });
  }
}

/** For commands on the database as a file, which make no data folder. @throws ExpectedError (`foreign-folder`) */
export function requireOwnFolder(home: string, trust: boolean, env: NodeJS.ProcessEnv): string | null {
  if (statusOfFolder(home, env) === 'fresh') return null;
  const claimed = claimFolder(home, { trust, env });
  if (!claimed.ok) throw expected(claimed.error.code, claimed.error.message);
  return claimed.value;
}
