/** PyTorch in a virtual environment in the cache folder, from its requirements file by pip. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { cacheRoot } from '../lib/paths.mjs';
import { mustRun, pythonCommand } from '../lib/processes.mjs';
import { cacheEntry } from '../setup/cache.mjs';
import { waiting } from '../setup/electron.mjs';

const interpreter = (folder) =>
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

/** Made at the first call, then taken from the cache; the requirements are part of its key. */
export async function pythonWithTorch(name, requirements, { env = process.env, progress }) {
  const python = await pythonCommand(env);
  if (!python) throw new Failure(`Python 3 was not found, which the comparison with ${name} needs.`);
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 8);
  const key = `python/${name}-python-${python.version}-${process.platform}-${process.arch}-${hash}`;
  const label = `Python with ${name}`;
  const folder = await cacheEntry(
    cacheRoot(env),
    key,
    (made, work) =>
      progress.during(label, {}, async () => {
        const failed = `${label} could not be set up. Check the network and pip's index settings, then try again.`;
        // Debian keeps what gives a virtual environment a pip of its own in another package; the pip outside will do.
        await mustRun(python.program, ['-m', 'venv', '--without-pip', made], { env }, failed);
        const where = ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'];
        const { stdout } = await mustRun(interpreter(made), where, { env }, failed);
        const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
        pip.push('--no-cache-dir', '--only-binary=:all:', '--target', stdout.trim(), '-r', requirements);
        await mustRun(python.program, pip, { env: { ...env, TMPDIR: work, TEMP: work, TMP: work } }, failed);
      }),
    { onWait: waiting(progress, label) },
  );
  return { program: interpreter(folder), version: python.version };
}
