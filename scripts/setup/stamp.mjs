/**
 * The record of the set-up, `node_modules/.resbench/setup.json`: what each part is and which files must be there with
 * which size. Reading it and looking at those files is all that a start does when nothing is missing.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { nodeModules, projectRoot, stampPath } from '../lib/paths.mjs';
import { MANIFEST } from './integrity.mjs';
import { kernelsHash } from './kernel-sources.mjs';
import { lockHash } from './lockfile.mjs';
import * as pins from './pins.mjs';

const SCHEMA = 1;

export function readStamp() {
  try {
    const stamp = JSON.parse(readFileSync(stampPath, 'utf8'));
    return stamp.schema === SCHEMA ? stamp : null;
  } catch {
    return null;
  }
}

export function writeStamp(stamp) {
  mkdirSync(dirname(stampPath), { recursive: true });
  const aside = `${stampPath}.${process.pid}`;
  writeFileSync(aside, `${JSON.stringify({ schema: SCHEMA, ...stamp }, null, 2)}\n`);
  renameSync(aside, stampPath);
}

/** Sizes of files, to notice later that one is gone or cut short. Paths inside the clone are relative to it. */
export function sizes(paths) {
  return Object.fromEntries(
    paths.map((path) => [
      path.startsWith(`${projectRoot}/`) ? path.slice(projectRoot.length + 1) : path,
      statSync(path).size,
    ]),
  );
}

/** The first file that is not as recorded, or null. */
export function changedFile(files) {
  for (const [name, size] of Object.entries(files ?? {})) {
    // Recorded by earlier versions; it changes when sums are added to it.
    if (basename(name) === MANIFEST) continue;
    const path = isAbsolute(name) ? name : join(projectRoot, name);
    try {
      if (statSync(path).size !== size) return path;
    } catch {
      return path;
    }
  }
  return null;
}

/**
 * What is to be done, by part: an object whose keys are parts (`npm`, `electron`, `tensorflow`, `binding`,
 * `kernels`, `sqlite`) and
 * whose values say why. Empty when everything is there. `flavour` is a choice made for this run, if any.
 */
export function whatIsMissing(stamp, { env = process.env, flavour } = {}) {
  const missing = {};
  const npm = packagesProblem(stamp);
  if (npm) missing.npm = npm;
  for (const part of ['electron', 'tensorflow', 'binding', 'kernels', 'sqlite']) {
    if (!stamp?.[part]) missing[part] = 'not set up yet';
    else if (changedFile(stamp[part].files))
      missing[part] = `${changedFile(stamp[part].files)} is missing or changed`;
  }
  if (!missing.electron) {
    const { source, version, override } = stamp.electron;
    if ((override ?? null) !== (env.ELECTRON_OVERRIDE_DIST_PATH || null)) {
      missing.electron = 'ELECTRON_OVERRIDE_DIST_PATH has changed';
    } else if (source === 'official' && version !== pins.electron.version) {
      missing.electron = `it is ${version}, wanted is ${pins.electron.version}`;
    } else if (source === 'fallback' && version !== pins.electronFallback.version) {
      missing.electron = `it is ${version}, wanted is ${pins.electronFallback.version}`;
    }
  }
  if (!missing.tensorflow) {
    const recorded = stamp.tensorflow;
    if ((recorded.own ?? null) !== (env.RESBENCH_LIBTENSORFLOW || null)) {
      missing.tensorflow = 'RESBENCH_LIBTENSORFLOW has changed';
    } else if (recorded.source === 'wheel' && recorded.version !== pins.tensorflow.version) {
      missing.tensorflow = `it is ${recorded.version}, wanted is ${pins.tensorflow.version}`;
    } else if (flavour && flavour !== recorded.flavour) {
      missing.tensorflow = `it is the ${recorded.flavour} flavour, wanted is ${flavour}`;
    }
  }
  // Kernels that could not be made are not tried at each start; `npm run setup` tries them again.
  if (!missing.kernels && stamp.kernels.hash !== kernelsHash())
    missing.kernels = 'their sources have changed';
  return missing;
}

function packagesProblem(stamp) {
  if (!existsSync(join(nodeModules, '.package-lock.json'))) return 'node_modules is missing or incomplete';
  if (!stamp) return 'not set up yet';
  if (stamp.npm?.lock !== lockHash()) return 'package-lock.json has changed';
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(projectRoot, 'package.json'), 'utf8'),
  );
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    if (!existsSync(join(nodeModules, name, 'package.json'))) return `the package ${name} is missing`;
  }
  return null;
}
