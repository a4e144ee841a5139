/**
 * The set-up itself: looks at what is recorded, and does what is missing. Safe to repeat and to interrupt; two set-ups of
 * one clone wait for each other. Everything it says goes to stderr.
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { cacheRoot, projectRoot } from '../lib/paths.mjs';
import { endChildren } from '../lib/processes.mjs';
import { provideBinding } from './binding.mjs';
import { cacheRefusal } from './cache-access.mjs';
import { removeLeftovers, withLock } from './cache.mjs';
import { checkSqlite, checkTensorflow } from './checks.mjs';
import { electronVersions, linkIntoPackage, provideElectron, waiting } from './electron.mjs';
import { changedMember, forgetChecks, MANIFEST, readManifest, setupVersion } from './integrity.mjs';
import { provideKernels } from './kernels.mjs';
import { installedMatchesLock, lockedVersion, lockHash } from './lockfile.mjs';
import { installPackages } from './npm.mjs';
import { Progress } from './progress.mjs';
import { provideSqlite } from './sqlite.mjs';
import { readStamp, sizes, whatIsMissing, writeStamp } from './stamp.mjs';
import { sha256Of } from './sums.mjs';
import { missingPrograms, provideSystemPackages } from './system-packages.mjs';
import { detectFlavour, placeTensorflow, provideTensorflow } from './tensorflow.mjs';
import { provideTestNode } from './test-node.mjs';
import { findTools, requireTools } from './tools.mjs';

export const thisPlatform = () => `${process.platform}-${process.arch}`;

/**
 * Makes everything ready and returns the record. Options: `flavour` (`cpu` or `gpu`, a choice that is then kept),
 * `official` (ask for Electron's official release again although the fallback is there), `again` (try kernels again that could
 * not be made), `forTests` (Xvfb and Node 24 too).
 */
export async function setUp({
  flavour,
  official = false,
  again = false,
  forTests = false,
  env = process.env,
} = {}) {
  requireNode();
  const progress = new Progress();
  const asked = { env, flavour };
  const retry = (stamp) => official && stamp?.electron?.source === 'fallback';
  const retryKernels = (stamp) => again && stamp?.kernels?.problem !== undefined;
  const known = readStamp();
  const root = cacheRoot(env);
  requireOwnCache(root);
  // Beside everything else: nothing of the product needs it.
  if (forTests) await provideTestNode({ root, env, platform: thisPlatform(), progress });
  const missingOf = async (stamp) => {
    const missing = whatIsMissing(stamp, asked);
    if (retry(stamp)) missing.electron = 'the official release is asked for';
    if (retryKernels(stamp)) missing.kernels = 'they did not compile, or did not work';
    // What is missing is looked at when it is there again.
    if (Object.keys(missing).length > 0 || stamp.checked === setupVersion()) return missing;
    return whatHasChanged(stamp, { root, progress });
  };
  if (known && Object.keys(await missingOf(known)).length === 0) {
    if (known.checked !== setupVersion()) writeStamp({ ...known, checked: setupVersion() });
    const isIncomplete = forTests && process.platform === 'linux' && missingPrograms(env).length > 0;
    if (isIncomplete) await systemPackages(known.electron.path, { forTests, env, progress });
    return known;
  }
  const onWait = waiting(progress, 'Set-up');
  return withLock(
    root,
    `clone ${projectRoot}`,
    async () => {
      // Another set-up may have done it all meanwhile.
      const stamp = readStamp();
      const missing = await missingOf(stamp);
      if (Object.keys(missing).length === 0) return stamp;
      await removeLeftovers(root);
      return complete(stamp ?? {}, missing, { root, env, progress, flavour, forTests });
    },
    { onWait },
  );
}

/** What is made in the cache folder is for its user alone to write, whatever the umask would allow. */
function requireOwnCache(root) {
  process.umask(process.umask() | 0o022);
  mkdirSync(root, { recursive: true });
  const refusal = cacheRefusal(root);
  if (refusal) throw new Failure(refusal);
}

/**
 * As `whatIsMissing`, for files of which the content is no longer what was installed: every byte of what the clone uses is
 * read, once for each version (integrity.mjs). An Electron or TensorFlow of one's own has nothing to compare it with.
 */
async function whatHasChanged(stamp, { root, progress }) {
  const changed = {};
  const say = (part, path) => (changed[part] ??= `${path} is not as it was installed`);
  await progress.during('Checking what is installed', {}, async () => {
    const folders = {
      electron: stamp.electron.folder,
      tensorflow: stamp.tensorflow.path,
      binding: join(root, stamp.binding.key),
      ...(stamp.kernels.key && { kernels: join(root, stamp.kernels.key) }),
      sqlite: join(root, stamp.sqlite.key),
    };
    for (const [part, folder] of Object.entries(folders)) {
      const name = await changedMember(folder);
      if (name) say(part, join(folder, name));
    }
    // Of these the clone has copies.
    for (const part of ['binding', 'kernels', 'sqlite'].filter((name) => folders[name])) {
      const wanted = readManifest(folders[part])?.sha256?.[basename(stamp[part].path)];
      if (wanted && (await sha256Of(stamp[part].path)) !== wanted) say(part, stamp[part].path);
    }
  });
  for (const reason of Object.values(changed)) progress.line(`resbench: ${reason}; it is repeated.`);
  if (Object.keys(changed).length > 0) forgetChecks(root);
  return changed;
}

async function complete(stamp, missing, { root, env, progress, flavour, forTests }) {
  const platform = thisPlatform();
  const tools = await findTools({ env });
  requireTools(tools, ['python', 'pip']);
  const say = (sentence) => progress.line(`resbench: ${sentence}`);
  const context = { root, env, platform, progress, say, python: tools.python.program };

  const packages = async () => {
    if (missing.npm && !installedMatchesLock()) await installPackages(context);
  };
  const electron = async () => {
    const found = missing.electron ? await provideElectron(context) : stamp.electron;
    await systemPackages(found.path, { forTests, env, progress });
    const versions = await electronVersions(found.path, env);
    if (!versions?.electron) {
      throw new Failure(
        `${found.path} does not start as Electron. \`npm run doctor\` says more; removing ${found.folder} makes the next ` +
          'set-up fetch it again.',
      );
    }
    return { ...found, versions };
  };
  const tensorflow = async () =>
    provideTensorflow(context, flavour ?? stamp.tensorflow?.flavour ?? (await detectFlavour(platform, env)));

  const started = { packages: packages(), electron: electron(), tensorflow: tensorflow() };
  const sqlite = async () => {
    const [, { path, versions }] = await Promise.all([started.packages, started.electron]);
    requireTools(tools, ['compiler', 'make']);
    const version = lockedVersion('better-sqlite3');
    const provide = () => provideSqlite(context, { version, electronVersions: versions });
    const part = await working(root, provide, () => checkSqlite(path, env), 'better-sqlite3');
    return {
      version,
      path: part.path,
      key: part.key,
      sqlite: part.answer.version,
      files: sizes([part.path]),
    };
  };
  const binding = async () => {
    const [, { path, versions }, library] = await Promise.all([
      started.packages,
      started.electron,
      started.tensorflow,
    ]);
    requireTools(tools, ['compiler', 'make']);
    const version = lockedVersion('@tensorflow/tfjs-node-gpu');
    const provide = async () => {
      await placeTensorflow(library);
      return provideBinding(context, { version, tensorflow: library, electronVersions: versions });
    };
    const part = await working(root, provide, () => checkTensorflow(path, env), 'TensorFlow');
    const made = { version, path: part.path, key: part.key, files: sizes([part.path]) };
    const compiler = tools.compiler.program;
    const kernels = await provideKernels(context, { tensorflow: library, electronPath: path, compiler });
    return { made, kernels, tensorflowVersion: part.answer.version };
  };
  const [, found, library, database, tf] = await allOrStop([
    started.packages,
    started.electron,
    started.tensorflow,
    sqlite(),
    binding(),
  ]);

  await linkIntoPackage(found, platform);
  const record = {
    checked: setupVersion(),
    npm: { lock: lockHash() },
    electron: {
      path: found.path,
      folder: found.folder,
      version: found.versions.electron,
      abi: Number(found.versions.modules),
      node: found.versions.node,
      source: found.source,
      override: env.ELECTRON_OVERRIDE_DIST_PATH || null,
      files: sizes(electronFiles(found)),
    },
    tensorflow: {
      version: tf.tensorflowVersion,
      flavour: library.flavour,
      source: library.source,
      own: env.RESBENCH_LIBTENSORFLOW || null,
      path: library.folder,
      files: sizes(libraryFiles(library, platform)),
    },
    binding: tf.made,
    kernels: tf.kernels,
    sqlite: database,
  };
  writeStamp(record);
  return record;
}

/**
 * Provides a native part and checks that it works. A part from the cache that does not (built on a system that has
 * changed since) is built once more.
 */
async function working(root, provide, check, name) {
  let part = await provide();
  let answer = await check();
  if (!answer.works) {
    await rm(join(root, part.key), { recursive: true, force: true });
    part = await provide();
    answer = await check();
  }
  if (!answer.works)
    throw new Failure(`${name} was built, but does not work: ${answer.reason}\n${answer.output}`);
  return { ...part, answer };
}

/** Waits for all; when one fails, the others' programs are ended and its failure is thrown. */
async function allOrStop(promises) {
  let first;
  const guarded = promises.map((promise) =>
    promise.catch((error) => {
      if (!first) {
        first = error;
        endChildren();
      }
      throw error;
    }),
  );
  const settled = await Promise.allSettled(guarded);
  if (first) throw first;
  return settled.map(({ value }) => value);
}

/** The executable and what lies beside it; of the fallback also our start-up script. */
function electronFiles({ path, folder }) {
  const beside = readdirSync(folder, { withFileTypes: true }).filter(
    (item) => item.isFile() && item.name !== MANIFEST,
  );
  const script = join(folder, 'resources', 'app', 'index.js');
  return [path, ...beside.map((item) => join(folder, item.name)), ...(existsSync(script) ? [script] : [])];
}

function libraryFiles(library, platform) {
  const names = platform.startsWith('win32')
    ? ['tensorflow.dll']
    : platform.startsWith('darwin')
      ? ['libtensorflow.2.dylib', 'libtensorflow_framework.2.dylib']
      : ['libtensorflow.so', 'libtensorflow_framework.so'];
  // By way of node_modules, so that a missing link there is noticed as well as a missing library.
  const deps = join(projectRoot, 'node_modules', '@tensorflow', 'tfjs-node-gpu', 'deps', 'lib');
  return names.map((name) => join(deps, name));
}

const systemPackages = (electronPath, { forTests, env, progress }) =>
  provideSystemPackages({ electronPath, forTests, env, progress });

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (!fits) {
    throw new Failure(`Resbench needs Node 20.19, 22.12 or newer; this is ${process.versions.node}.`);
  }
}
