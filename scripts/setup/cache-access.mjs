/**
 * Whether others may write what lies in the cache folder: programs are run from there, so it must be its user's alone.
 * Windows gives each user a folder of their own, and its modes say nothing.
 */
import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const WRITABLE_BY_OTHERS = 0o022;
const WRITABLE_BY_ALL = 0o002;
const STICKY = 0o1000;

/** As a word of a shell's command line. */
const quoted = (path) => (/^[\w/.+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
const octal = (mode) => (mode & 0o7777).toString(8).padStart(4, '0');

const ELSEWHERE = 'or set RESBENCH_CACHE to a folder of your own';

/**
 * What is wrong with the folder, null where it is well (or not there yet): `{ detail, cure }`, each a part of a sentence.
 * `uid` is that of the user who would run what lies in it.
 */
export function cacheProblem(root, uid = process.getuid?.()) {
  if (uid === undefined) return null;
  const mine = (info) => info.uid === uid || info.uid === 0;
  const foreign = (path, info) => ({
    detail: `${path} belongs to user ${info.uid}, who could put programs there that you would run`,
    cure: `Type: sudo chown -hR ${uid} ${quoted(path)}, ${ELSEWHERE}`,
  });

  // A link on the way that is another's leads wherever they like.
  for (const path of upwards(resolve(root))) {
    const info = tryTo(() => lstatSync(path));
    if (info?.isSymbolicLink() && !mine(info)) return foreign(path, info);
  }
  const real = tryTo(() => realpathSync(root));
  if (!real) return null;
  for (const path of foldersBelow(real, 2)) {
    const info = tryTo(() => statSync(path));
    if (!info) continue;
    if (!mine(info)) return foreign(path, info);
    if (info.mode & WRITABLE_BY_OTHERS) {
      return {
        detail: `${path} may be written by others (mode ${octal(info.mode)}), who could put programs there that you would run`,
        cure: `Type: chmod -R go-w ${quoted(real)}, ${ELSEWHERE}`,
      };
    }
  }
  // Whoever may write a folder above can put another in the place of ours, but not in a sticky one such as /tmp.
  for (const path of upwards(dirname(real))) {
    const { mode } = statSync(path);
    if (mode & WRITABLE_BY_ALL && !(mode & STICKY)) {
      return {
        detail: `${path}, in which the cache folder lies, may be written by everybody (mode ${octal(mode)}), who could put another in its place`,
        cure: `Type: chmod o-w ${quoted(path)}, ${ELSEWHERE}`,
      };
    }
  }
  return null;
}

/** One sentence for the terminal, or null. */
export function cacheRefusal(root, uid) {
  const problem = cacheProblem(root, uid);
  return problem && `The cache folder is not safe to use: ${problem.detail}. ${problem.cure}.`;
}

function upwards(path) {
  const found = [path];
  while (dirname(path) !== path) found.push((path = dirname(path)));
  return found;
}

/** The folder, the kinds of parts in it, the parts. */
function foldersBelow(folder, depth) {
  const found = [folder];
  if (depth === 0) return found;
  for (const item of tryTo(() => readdirSync(folder, { withFileTypes: true })) ?? []) {
    if (item.isDirectory()) found.push(...foldersBelow(join(folder, item.name), depth - 1));
    else if (item.isSymbolicLink()) found.push(join(folder, item.name));
  }
  return found;
}

function tryTo(look) {
  try {
    return look();
  } catch {
    return null;
  }
}
