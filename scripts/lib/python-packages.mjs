/** Python virtual environments in the cache folder, for the frameworks that Resbench is compared with. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheEntry } from '../setup/cache.mjs';
import { fetchWheel } from '../setup/download.mjs';
import { waiting } from '../setup/electron.mjs';
import * as pins from '../setup/pins.mjs';
import { Failure } from './failure.mjs';
import { cacheRoot } from './paths.mjs';
import { mustRun, pythonCommand } from './processes.mjs';

/** Python versions that TensorFlow's wheels are there for. */
const PYTHONS = /^3\.(11|12|13)\./;

const platform = `${process.platform}-${process.arch}`;

/** Where the interpreter lies in a virtual environment. */
const interpreter = (folder) =>
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

/**
 * The Python of a virtual environment with TensorFlow (CPU, the version that Resbench links with) and the packages of a
 * requirements file. Made at the first call, then taken from the cache; the requirements are part of its key.
 *
 * @param name of the environment in the cache, e.g. `keras`
 */
export async function pythonWithTensorflow(name, requirements, { env = process.env, progress }) {
  const python = await findPython(name, env);
  if (!PYTHONS.test(python.version)) {
    throw new Failure(
      `${python.program} is Python ${python.version}, but TensorFlow ${pins.tensorflow.version} has packages for 3.11 to ` +
        '3.13: set PYTHON to one of these.',
    );
  }
  const pin = pins.tensorflow.cpu[platform];
  if (!pin) throw new Failure(`There is no TensorFlow ${pins.tensorflow.version} package for ${platform}.`);
  return environment(python, requirements, {
    name: `${name}-tensorflow-${pin.version}`,
    label: `Python with TensorFlow ${pin.version} and ${name}`,
    // The wheel whose SHA-256 is pinned is that of Python 3.11.
    also: async (work, task) =>
      python.version.startsWith('3.11.')
        ? await fetchWheel(pin, work, { python: python.program, task, env })
        : `${pin.package}==${pin.version}`,
    env,
    progress,
  });
}

/** As pythonWithTensorflow, with the packages of the requirements file and what they ask for only. */
export async function pythonWithPackages(name, requirements, { env = process.env, progress }) {
  const python = await findPython(name, env);
  return environment(python, requirements, { name, label: `Python with ${name}`, env, progress });
}

async function findPython(name, env) {
  const python = await pythonCommand(env);
  if (!python) throw new Failure(`Python 3 was not found, which the comparison with ${name} needs.`);
  return python;
}

/** @param also gives a package beyond the requirements, by name and version or by the path of its wheel */
async function environment(python, requirements, { name, label, also, env, progress }) {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 8);
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
        const more = also ? [await also(work, task)] : [];
        task.update({ note: 'installing', total: undefined });
        const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
        pip.push('--no-cache-dir', '--only-binary=:all:', '--target', stdout.trim());
        pip.push('-r', requirements, ...more);
        await mustRun(python.program, pip, { env: { ...env, TMPDIR: work, TEMP: work, TMP: work } }, failed);
      }),
    { onWait: waiting(progress, label) },
  );
  return { program: interpreter(folder), version: python.version };
}
