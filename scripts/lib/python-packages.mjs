/** Python virtual environments in the cache folder, for the frameworks that Resbench is compared with. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheEntry } from '../setup/cache.mjs';
import { waiting } from '../setup/electron.mjs';
import { Failure } from './failure.mjs';
import { cacheRoot } from './paths.mjs';
import { mustRun, pythonCommand, run } from './processes.mjs';

/** Python versions and platforms that the requirements files have sums for. */
const PYTHONS = /^3\.(11|12|13)\./;
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-arm64'];

const platform = `${process.platform}-${process.arch}`;

/** Where the interpreter lies in a virtual environment. */
const interpreter = (folder) =>
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

/**
 * The Python of a virtual environment with the packages of a requirements file or of several, each checked by the SHA-256 that
 * stands there; what has none is refused. Made at the first call, then taken from the cache; the requirements are part of its key.
 *
 * @param name of the environment in the cache, e.g. `keras`
 * @param sources a requirements file of packages that are published as sources alone; setuptools and wheel must be among the
 *   others, for nothing is downloaded to make them
 */
export async function pythonWith(name, requirements, { env = process.env, progress, sources = null }) {
  const python = await pythonCommand(env);
  if (!python) throw new Failure(`Python 3 was not found, which the comparison with ${name} needs.`);
  if (!PYTHONS.test(python.version) || !PLATFORMS.includes(platform)) {
    throw new Failure(
      `The packages for the comparison with ${name} are pinned for Python 3.11 to 3.13 on ${PLATFORMS.join(', ')}; ` +
        `${python.program} is Python ${python.version} on ${platform}. Set PYTHON to another one, or compare elsewhere.`,
    );
  }
  const label = `Python with ${name}`;
  const files = [requirements].flat();
  const content = [...files, ...(sources ? [sources] : [])].map((file) => readFileSync(file));
  const hash = createHash('sha256').update(Buffer.concat(content)).digest('hex').slice(0, 8);
  const key = `python/${name}-python-${python.version}-${platform}-${hash}`;
  const folder = await cacheEntry(
    cacheRoot(env),
    key,
    (made, work) =>
      progress.during(label, {}, async (task) => {
        const failed = `${label} could not be set up. Check the network and pip's index settings, then try again.`;
        // Debian keeps what gives a virtual environment a pip of its own in another package; the pip outside will do.
        await mustRun(python.program, ['-m', 'venv', '--without-pip', made], { env }, failed);
        const { stdout } = await mustRun(
          interpreter(made),
          ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'],
          { env },
          failed,
        );
        task.update({ note: 'installing', total: undefined });
        const packages = stdout.trim();
        const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
        pip.push('--no-cache-dir', '--require-hashes', '--target', packages);
        const pipEnv = { ...env, TMPDIR: work, TEMP: work, TMP: work };
        const wheels = [...pip, '--only-binary=:all:', ...files.flatMap((file) => ['-r', file])];
        await mustRun(python.program, wheels, { env: pipEnv }, failed);
        if (!sources) return;
        // What makes the packages is what has just been installed and checked.
        const fromSources = [...pip, '--no-deps', '--no-build-isolation', '--no-binary=:all:', '-r', sources];
        await mustRun(python.program, fromSources, { env: { ...pipEnv, PYTHONPATH: packages } }, failed);
      }),
    { onWait: waiting(progress, label) },
  );
  return { program: interpreter(folder), version: python.version };
}

/**
 * Whether the index that pip is set up with has the named build for this machine, by its version with the local part, e.g.
 * `torch==2.13.0+cpu`. Nothing is downloaded but what describes it.
 */
export async function indexHas(requirement, env = process.env) {
  const python = await pythonCommand(env);
  if (!python) return false;
  const args = ['-m', 'pip', 'install', '--dry-run', '--ignore-installed', '--no-deps', '--quiet'];
  args.push('--no-input', '--only-binary=:all:', '--disable-pip-version-check', requirement);
  return (await run(python.program, args, { env })).code === 0;
}
