/** Another commit as a contender: a working tree of it in a temporary folder, set up, with its own program of the bench. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundle } from '../lib/bundle.mjs';
import { Failure } from '../lib/failure.mjs';
import { nodeModules, projectRoot } from '../lib/paths.mjs';
import { lastLines, mustRun, run } from '../lib/processes.mjs';

/** What the packages that are linked must be the same for: the packages themselves, and what the set-up puts among them. */
const DEPENDENCIES = ['package-lock.json', join('scripts', 'setup', 'pins.mjs')];

/** Packages in which the set-up puts native parts, our own kernels among them: the other commit's may be others. */
const NATIVE_PACKAGES = ['@tensorflow/tfjs-node-gpu', 'better-sqlite3', 'electron'];

/**
 * Makes a working tree of a commit. Resolves `{ about, program, cache, remove }`: its full name, its first line and whether it
 * uses the packages of this clone (`{ commit, subject, linked }`), its measured program, a folder for its measurements of
 * lowerings. `remove` takes everything away; the end of this process does too.
 *
 * @throws Failure where there is no such commit, or it cannot be set up
 */
export async function provideCommit(asked, { progress }) {
  const commit = await resolveCommit(asked);
  const short = commit.slice(0, 9);
  const folder = mkdtempSync(join(tmpdir(), 'resbench-against-'));
  const tree = join(folder, 'tree');
  const remove = () => removeTree(folder, tree);
  process.once('exit', remove);
  try {
    return await progress.during(`Resbench at ${short}`, {}, async (task) => {
      const add = ['worktree', 'add', '--quiet', '--detach', tree, commit];
      await git(add, `Git made no working tree of ${short}.`);
      const source = join(tree, 'test', 'bench', 'resbench.ts');
      const setup = join(tree, 'scripts', 'setup.mjs');
      if (!existsSync(source) || !existsSync(setup)) {
        throw new Failure(
          `${asked} (${short}) is older than the bench, whose program it lacks: name a later commit.`,
        );
      }
      const linked = hasSameDependencies(projectRoot, tree);
      if (linked) linkPackages(nodeModules, join(tree, 'node_modules'));
      task.update({ note: linked ? 'setting it up' : 'installing its packages' });
      const log = ['log', '-1', '--format=%s', commit];
      const subject = (await git(log, `Git cannot show ${short}.`)).stdout.trim();
      await mustRun(process.execPath, [setup], { cwd: tree }, `${asked} (${short}) could not be set up.`);
      task.update({ note: 'bundling' });
      const program = await bundleOf(source, join(tree, 'out', 'bench'), short);
      const cache = join(folder, 'cache');
      mkdirSync(cache);
      const done = () => {
        process.off('exit', remove);
        remove();
      };
      return { about: { commit, subject, linked }, program, cache, remove: done };
    });
  } catch (error) {
    process.off('exit', remove);
    remove();
    throw error;
  }
}

/** Whether a tree is made of the same packages and native parts as another. */
export const hasSameDependencies = (one, other) =>
  DEPENDENCIES.every((name) => {
    const [mine, theirs] = [one, other].map((tree) => read(join(tree, name)));
    return mine !== null && mine === theirs;
  });

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/**
 * Fills a node_modules with links to the packages of another. Those with native parts are copied, so that a set-up there changes
 * nothing here; its record is left out, and so are caches of tools.
 */
export function linkPackages(from, to) {
  mkdirSync(to);
  for (const name of packagesIn(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    mkdirSync(dirname(target), { recursive: true });
    if (NATIVE_PACKAGES.includes(name)) cpSync(source, target, { recursive: true, verbatimSymlinks: true });
    else symlinkSync(source, target, 'junction');
  }
  // npm's own record, by which the set-up sees that nothing is to be installed.
  cpSync(join(from, '.package-lock.json'), join(to, '.package-lock.json'));
}

const packagesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((item) => item.isDirectory() && (!item.name.startsWith('.') || item.name === '.bin'))
    .flatMap((item) =>
      item.name.startsWith('@')
        ? readdirSync(join(folder, item.name)).map((name) => `${item.name}/${name}`)
        : [item.name],
    );

async function bundleOf(source, folder, short) {
  try {
    await bundle([{ in: source, out: 'resbench' }], folder);
  } catch (error) {
    throw new Failure(`The program of ${short} could not be bundled:\n${lastLines(error.message)}`);
  }
  return join(folder, 'resbench.js');
}

async function resolveCommit(asked) {
  const { code, stdout, output } = await run('git', ['rev-parse', '--verify', `${asked}^{commit}`], {
    cwd: projectRoot,
  });
  if (code === null) throw new Failure('--against needs git, which was not found.');
  if (code !== 0) {
    const why = /not a git repository/i.test(output) ? 'this folder is no clone' : 'git knows no such commit';
    throw new Failure(`--against ${asked}: ${why}.`);
  }
  return stdout.trim();
}

/** Hooks of the clone are none of the bench's concern. */
const git = (words, sentence) =>
  mustRun(
    'git',
    ['-c', `core.hooksPath=${join(projectRoot, 'no-hooks')}`, ...words],
    { cwd: projectRoot },
    sentence,
  );

/** At once, so that it can be the last thing that a process does. */
function removeTree(folder, tree) {
  spawnSync('git', ['worktree', 'remove', '--force', tree], { cwd: projectRoot, stdio: 'ignore' });
  // A set-up that is being ended may still write there.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
