/** package-lock.json: the versions of the npm packages, and whether node_modules holds them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeModules, projectRoot } from '../lib/paths.mjs';

const path = join(projectRoot, 'package-lock.json');

export const lockHash = () => createHash('sha256').update(readFileSync(path)).digest('hex');

/** The locked version of a package, e.g. `lockedVersion('electron')`. */
export function lockedVersion(name) {
  return JSON.parse(readFileSync(path, 'utf8')).packages[`node_modules/${name}`].version;
}

/**
 * Whether node_modules holds what package-lock.json asks for, by npm's own record of it (`.package-lock.json`). Packages
 * that are optional (other platforms' binaries) may be absent.
 */
export function installedMatchesLock() {
  const record = join(nodeModules, '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(path, 'utf8')).packages;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  for (const [name, entry] of Object.entries(wanted)) {
    if (name === '') continue;
    const found = installed[name];
    if (!found && (entry.optional || entry.devOptional || entry.peer)) continue;
    if (!found || found.version !== entry.version || found.integrity !== entry.integrity) return false;
    if (!existsSync(join(projectRoot, name, 'package.json')) && !entry.optional) return false;
  }
  return Object.keys(installed).every((name) => name in wanted);
}
