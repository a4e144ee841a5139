/** Builds `out/` with electron-vite when the sources are not those it was built from. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { withLock } from '../setup/cache.mjs';
import { Progress } from '../setup/progress.mjs';
import { Failure } from './failure.mjs';
import { cacheRoot, cliEntry, nodeModules, projectRoot } from './paths.mjs';
import { lastLines, run } from './processes.mjs';

const stamp = join(projectRoot, 'out', '.built-from');
const outputs = [
  cliEntry,
  join(projectRoot, 'out', 'main', 'index.js'),
  join(projectRoot, 'out', 'renderer', 'index.html'),
];

/** A hash over everything that the build reads. */
export function sourcesHash() {
  const hash = createHash('sha256');
  const configuration = ['package.json', 'package-lock.json', 'tsconfig.json', 'electron.vite.config.ts'];
  for (const path of [
    ...configuration.map((name) => join(projectRoot, name)),
    ...filesBelow(join(projectRoot, 'src')),
  ]) {
    hash.update(relative(projectRoot, path)).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(folder) {
  const found = [];
  for (const item of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const path = join(folder, item.name);
    if (item.isDirectory()) found.push(...filesBelow(path));
    else found.push(path);
  }
  return found;
}

const isBuilt = (hash) =>
  existsSync(stamp) && readFileSync(stamp, 'utf8') === hash && outputs.every((path) => existsSync(path));

/** The environment in which electron-vite takes our Electron and looks for no other. */
export const electronViteEnv = (electron, env = process.env) => ({
  ...env,
  ELECTRON_EXEC_PATH: electron.path,
  ELECTRON_MAJOR_VER: electron.version.split('.')[0],
});

export const electronVite = join(nodeModules, 'electron-vite', 'bin', 'electron-vite.js');

/** `electron` is the set-up's record of it; `force` builds although nothing has changed. */
export async function build(electron, { force = false } = {}) {
  if (!force && isBuilt(sourcesHash())) return;
  await withLock(cacheRoot(), `build ${projectRoot}`, async () => {
    const hash = sourcesHash();
    if (!force && isBuilt(hash)) return;
    rmSync(stamp, { force: true });
    const task = new Progress().task('Building Resbench');
    const args = [electronVite, 'build', '--logLevel', 'warn'];
    const ended = await run(process.execPath, args, { cwd: projectRoot, env: electronViteEnv(electron) });
    if (ended.code !== 0) {
      task.fail();
      throw new Failure(`The build failed:\n${lastLines(ended.output, 40)}`);
    }
    const absent = outputs.find((path) => !existsSync(path));
    if (absent) throw new Failure(`The build ended well, but left no ${relative(projectRoot, absent)}.`);
    writeFileSync(stamp, hash);
    task.finish();
  });
}
