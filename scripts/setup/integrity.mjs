/**
 * Whether a part in the cache still is what was put there. Sizes are compared at every start; here every byte is, which
 * takes seconds and so is done once for each version of what Resbench is set up from, and when something is set up.
 */
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync, mkdirSync, rmSync } from 'node:fs';
import { readdir, readlink, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../lib/paths.mjs';
import { sha256Of } from './sums.mjs';

export const MANIFEST = '.complete.json';

/** Changes with every update that changes what is set up: our own version, the packages, the pinned downloads. */
export function setupVersion() {
  const hash = createHash('sha256');
  const files = [
    join(projectRoot, 'package.json'),
    join(projectRoot, 'package-lock.json'),
    fileURLToPath(new URL('pins.mjs', import.meta.url)),
  ];
  for (const file of files) hash.update(readFileSync(file)).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** What is in a part: sizes and sums of its files, targets of its links, by relative path. */
export async function describePart(folder) {
  const found = { files: {}, sha256: {}, links: {} };
  for (const { name, kind } of await members(folder)) {
    const path = join(folder, name);
    if (kind === 'link') found.links[name] = await readlink(path);
    else {
      found.files[name] = (await stat(path)).size;
      found.sha256[name] = await sha256Of(path);
    }
  }
  return found;
}

/** Files and links below a folder but the manifest, in a fixed order. */
async function members(folder, prefix = '') {
  const found = [];
  const items = await readdir(join(folder, prefix), { withFileTypes: true });
  for (const item of items.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = prefix ? `${prefix}/${item.name}` : item.name;
    if (item.isDirectory()) found.push(...(await members(folder, name)));
    else if (name !== MANIFEST) found.push({ name, kind: item.isSymbolicLink() ? 'link' : 'file' });
  }
  return found;
}

/**
 * The first file of a part that is not as it was installed, or null; `manifest` is what its manifest must say. A part of
 * an earlier Resbench, whose manifest has no sums, gets those of now: they hold from here on.
 */
export async function changedMember(folder) {
  const manifest = readManifest(folder);
  if (!manifest) return null;
  const now = await describePart(folder);
  if (!manifest.sha256) {
    writeManifest(folder, { ...manifest, ...now });
    return null;
  }
  for (const kind of ['sha256', 'links']) {
    const wanted = manifest[kind] ?? {};
    const changed = Object.keys(wanted).find((name) => now[kind][name] !== wanted[name]);
    if (changed) return changed;
    // Python writes what it has compiled beside its modules.
    const added = Object.keys(now[kind]).find((name) => !(name in wanted) && !/\.pyc$/.test(name));
    if (added) return added;
  }
  return null;
}

export function readManifest(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'));
  } catch {
    return null;
  }
}

export function writeManifest(folder, manifest) {
  const aside = join(dirname(folder), `.manifest-${process.pid}-${Math.random().toString(36).slice(2)}`);
  writeFileSync(aside, JSON.stringify(manifest));
  renameSync(aside, join(folder, MANIFEST));
}

const mark = (root, key) =>
  join(root, 'checked', `${createHash('sha256').update(key).digest('hex').slice(0, 16)}.json`);

/** Whether the part was found whole for this version already, with the manifest that it has now. */
export function isChecked(root, key) {
  try {
    const { version, manifest } = JSON.parse(readFileSync(mark(root, key), 'utf8'));
    return version === setupVersion() && manifest === manifestSum(root, key);
  } catch {
    return false;
  }
}

export function markChecked(root, key) {
  const path = mark(root, key);
  mkdirSync(dirname(path), { recursive: true });
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, JSON.stringify({ key, version: setupVersion(), manifest: manifestSum(root, key) }));
  renameSync(aside, path);
}

/** What was found whole may be linked with what was not: everything is to be looked at again. */
export const forgetChecks = (root) => rmSync(join(root, 'checked'), { recursive: true, force: true });

const manifestSum = (root, key) =>
  createHash('sha256')
    .update(readFileSync(join(root, key, MANIFEST)))
    .digest('hex');
