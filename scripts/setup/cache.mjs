/**
 * The cache folder: finished parts under `<kind>/<key>`, work under way in `tmp`, locks in `locks`.
 *
 * A part is built in `tmp` and renamed into place with a manifest of its files when it is complete, so an interruption
 * never leaves half a part under its key, and a part that was changed later is noticed and built again: by sizes at every
 * look, by sums once a version (integrity.mjs).
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, unlinkSync, utimesSync } from 'node:fs';
import { link, lstat, mkdir, open, readdir, readlink, rename, rm, symlink, copyFile } from 'node:fs/promises';
import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import {
  changedMember,
  describePart,
  forgetChecks,
  isChecked,
  MANIFEST,
  markChecked,
  writeManifest,
} from './integrity.mjs';

/** The folder of a part that is complete by the sizes of its files, or null. */
export function cached(root, key) {
  const folder = join(root, key);
  try {
    const { files } = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'));
    for (const [name, size] of Object.entries(files)) {
      if (statSync(join(folder, name)).size !== size) return null;
    }
    return folder;
  } catch {
    return null;
  }
}

/** The folder of a part that is complete and, by the sums of its files, unchanged; null where it is to be built. */
export async function intact(root, key) {
  const folder = cached(root, key);
  if (!folder || isChecked(root, key)) return folder;
  const changed = await changedMember(folder);
  if (changed === null) {
    markChecked(root, key);
    return folder;
  }
  forgetChecks(root);
  process.stderr.write(
    `resbench: ${join(folder, changed)} is not as it was installed; the part is repeated.\n`,
  );
  // Gone by its manifest: whoever looks next, and was told nothing, builds it too.
  await rm(join(folder, MANIFEST), { force: true });
  return null;
}

/**
 * The folder of a part, built by `build(folder)` when it is not there yet. Two set-ups that want the same part wait for
 * each other.
 */
export async function cacheEntry(root, key, build, { onWait } = {}) {
  const ready = await intact(root, key);
  if (ready) return ready;
  return withLock(
    root,
    key,
    async () => {
      const meanwhile = await intact(root, key);
      if (meanwhile) return meanwhile;
      return withTemp(root, async (work) => {
        const made = join(work, 'entry');
        await mkdir(made);
        await build(made, work);
        writeManifest(made, { key, ...(await describePart(made)) });
        const folder = join(root, key);
        await mkdir(dirname(folder), { recursive: true });
        // A damaged part goes first: rename does not replace a folder.
        if (existsSync(folder)) await rename(folder, join(work, 'damaged'));
        await rename(made, folder);
        markChecked(root, key);
        return folder;
      });
    },
    { onWait },
  );
}

/** Gives `work(folder)` a folder of its own inside the cache (same disk, so that renames are atomic), removed after. */
export async function withTemp(root, work) {
  const folder = join(root, 'tmp', `${process.pid}-${hostname()}-${randomBytes(4).toString('hex')}`);
  await mkdir(folder, { recursive: true });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Removes what interrupted set-ups of this machine left behind. */
export async function removeLeftovers(root) {
  const folder = join(root, 'tmp');
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const owner = /^(\d+)-(.*)-[0-9a-f]{8}$/.exec(name);
    if (owner && (owner[2] !== hostname() || isAlive(Number(owner[1])))) continue;
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

const HEARTBEAT_MS = 5_000;
const STALE_MS = 120_000;

/**
 * Runs `work` while no other process holds the lock `name`. A lock whose process is gone, or that has shown no sign of
 * life for two minutes (another machine on a shared disk), is taken over.
 */
export async function withLock(root, name, work, { onWait = () => {}, pollMs = 300 } = {}) {
  const folder = join(root, 'locks');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${createHash('sha256').update(name).digest('hex').slice(0, 16)}.lock`);
  const token = randomBytes(8).toString('hex');
  let told = false;
  while (!(await take(path, token))) {
    const holder = readLock(path);
    if (holder && isStale(holder)) {
      await breakLock(path, holder.token);
      continue;
    }
    if (holder && !told) {
      told = true;
      onWait(holder.pid);
    }
    await new Promise((go) => setTimeout(go, pollMs));
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(path, now, now);
    } catch {
      // Taken over while this process slept; the release below sees that it is no longer ours.
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();
  const release = () => {
    try {
      if (readLock(path)?.token === token) unlinkSync(path);
    } catch {
      // Already gone.
    }
  };
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.removeListener('exit', release);
    release();
  }
}

async function take(path, token) {
  try {
    const handle = await open(path, 'wx');
    await handle.writeFile(JSON.stringify({ pid: process.pid, host: hostname(), token }));
    await handle.close();
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function readLock(path) {
  try {
    const touched = statSync(path).mtimeMs;
    const text = readFileSync(path, 'utf8');
    // Empty: its process has just made it, or died doing so.
    if (!text) return { pid: 0, host: '', token: '', touched };
    return { ...JSON.parse(text), touched };
  } catch {
    return null;
  }
}

function isStale(holder) {
  if (holder.host === hostname() && !isAlive(holder.pid)) return true;
  return Date.now() - holder.touched > STALE_MS;
}

/** Moves the stale lock away; if another process was quicker and the lock is new, it is put back. */
async function breakLock(path, token) {
  const aside = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if (readLock(aside)?.token !== token) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** A second copy of a folder that takes no room: hard links where the disk has them, copies elsewhere. */
export async function linkTree(from, to) {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    if (name === MANIFEST) continue;
    const source = join(from, name);
    const target = join(to, name);
    const info = await lstat(source);
    if (info.isDirectory()) await linkTree(source, target);
    else if (info.isSymbolicLink()) await symlink(await readlink(source), target);
    else await link(source, target).catch(() => copyFile(source, target));
  }
}

/** Makes `path` a link to a folder of the cache, whatever was there before; a copy on Windows, where links need rights. */
export async function placeFolder(folder, path) {
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
  await mkdir(dirname(path), { recursive: true });
  if (process.platform === 'win32') await linkTree(folder, path);
  else await symlink(folder, path);
}

/** Puts a copy of a file in place in one step, so that a program that has the old one loaded keeps it. */
export async function placeFile(file, path) {
  await mkdir(dirname(path), { recursive: true });
  const aside = join(dirname(path), `.${basename(path)}.${process.pid}`);
  await copyFile(file, aside);
  await rename(aside, path);
}
