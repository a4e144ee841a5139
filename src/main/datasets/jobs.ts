/** What the data set worker can do, apart from how it is told to. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../../node/file-errors';
import {
  CIFAR10_CURE,
  CIFAR10_FILES,
  cifar10Folder,
  cifar10Presence,
  isCifar10,
  readCifar10File,
} from '../../node/cifar10-files';
import { datasetsFolder } from '../../node/home';
import { expected } from '../../shared/result';
import { throwIfAborted } from './abort';
import { pythonVersion, readArchive } from './archive';
import { fetchArchive, waitingFor } from './fetch-archive';
import { Installation } from './installation';
import { takeLock } from './lock';
import type { DatasetJob } from './messages';
import type { Report } from './progress';

/** Held by whoever changes the set in a data folder. */
export const cifar10Lock = (home: string): string => join(datasetsFolder(home), '.cifar10.lock');

/**
 * @returns a sentence the user should know besides the success, or null.
 * @throws ExpectedError for everything that can be expected to go wrong, `cancelled` included.
 */
export function runJob(job: DatasetJob, signal: AbortSignal, report: Report): Promise<string | null> {
  switch (job.kind) {
    case 'get':
      return get(job, signal, report);
    case 'import':
      return importFrom(job, signal, report);
    case 'check':
      return check(job, signal, report);
  }
}

const files = (stage: string, done: number) => ({
  stage,
  done,
  total: CIFAR10_FILES.length,
  unit: 'files' as const,
});

async function get(
  job: Extract<DatasetJob, { kind: 'get' }>,
  signal: AbortSignal,
  report: Report,
): Promise<string | null> {
  const folder = cifar10Folder(job.home);
  const unlock = await takeLock(cifar10Lock(job.home), signal, (pid) => report(waitingFor(pid)));
  try {
    // Perhaps the one we waited for has done it.
    if (cifar10Presence(folder).state === 'ready') {
      report(files('Checking CIFAR-10', 0));
      if (isCifar10(folder)) return null;
    }
    const archive = await fetchArchive(job.cache, job.sources, signal, report);
    return await install(job.home, signal, report, 'Unpacking CIFAR-10', (take) =>
      readArchive(archive, signal, (file, bytes) => take(file, bytes, archive)),
    );
  } finally {
    unlock();
  }
}

async function importFrom(
  job: Extract<DatasetJob, { kind: 'import' }>,
  signal: AbortSignal,
  report: Report,
): Promise<string | null> {
  const unlock = await takeLock(cifar10Lock(job.home), signal, (pid) => report(waitingFor(pid)));
  try {
    const source = locate(job.path);
    return await install(job.home, signal, report, 'Importing CIFAR-10', async (take) => {
      if (source.kind === 'archive') {
        return readArchive(source.path, signal, (file, bytes) => take(file, bytes, source.path));
      }
      for (const file of CIFAR10_FILES) {
        throwIfAborted(signal);
        const bytes = await readCifar10File(
          source.path,
          file,
          'it was left as it is; use a complete, fresh copy',
        );
        await take(file, bytes, source.path);
      }
    });
  } finally {
    unlock();
  }
}

type Take = Installation['add'];

async function install(
  home: string,
  signal: AbortSignal,
  report: Report,
  stage: string,
  readAll: (take: Take) => Promise<void>,
): Promise<string | null> {
  const installation = new Installation(home);
  try {
    report(files(stage, 0));
    await readAll(async (file, bytes, origin) => {
      await installation.add(file, bytes, origin);
      report(files(stage, installation.count));
      throwIfAborted(signal);
    });
    return await installation.finish();
  } catch (error) {
    installation.abandon();
    throw error;
  }
}

/** Finds the set in what the user picked: an archive, a folder with the files, or the folder above it. */
function locate(path: string): { kind: 'archive' | 'folder'; path: string } {
  let folder: boolean;
  try {
    folder = statSync(path).isDirectory();
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') {
      throw expected(
        'not-found',
        `${path} does not exist: name a CIFAR-10 archive, or a folder with its six .bin files.`,
      );
    }
    throw error;
  }
  if (!folder) {
    return CIFAR10_FILES.some((file) => path.endsWith(file.name))
      ? { kind: 'folder', path: dirname(path) }
      : { kind: 'archive', path };
  }
  const candidates = [path, join(path, 'cifar-10-batches-bin')];
  const found = candidates.find((one) => CIFAR10_FILES.some((file) => existsSync(join(one, file.name))));
  if (found) return { kind: 'folder', path: found };
  if (existsSync(join(path, 'data_batch_1')) || existsSync(join(path, 'cifar-10-batches-py'))) {
    throw pythonVersion(path);
  }
  throw expected(
    'data-missing',
    `${path} holds no CIFAR-10: expected ${CIFAR10_FILES[0]!.name} to ${CIFAR10_FILES[5]!.name}, or a folder cifar-10-batches-bin with them.`,
  );
}

async function check(
  job: Extract<DatasetJob, { kind: 'check' }>,
  signal: AbortSignal,
  report: Report,
): Promise<string | null> {
  for (const [index, file] of CIFAR10_FILES.entries()) {
    throwIfAborted(signal);
    report(files('Checking CIFAR-10', index));
    await readCifar10File(cifar10Folder(job.home), file, CIFAR10_CURE);
  }
  report(files('Checking CIFAR-10', CIFAR10_FILES.length));
  return null;
}
