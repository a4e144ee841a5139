/** What the data set worker can do, apart from how it is told to. */
import { join } from 'node:path';
import {
  CIFAR10_CURE,
  CIFAR10_FILES,
  cifar10Folder,
  cifar10Presence,
  isCifar10,
  readCifar10File,
} from '../../node/datasets/cifar10-files';
import { datasetsFolder } from '../../node/files/home';
import { statOwn } from '../../node/files/own-files';
import { readUserFile, userPathStats } from '../../node/files/user-files';
import { ExpectedError, expected } from '../../shared/result';
import { throwIfAborted } from './abort';
import { fromPython, readArchive } from './archive';
import { fetchArchive, waitingFor } from './fetch-archive';
import { Installation } from './installation';
import { CIFAR10_FRESH, CIFAR10_WANTED_FILE } from './kinds';
import { locate, nameIn } from './locate';
import { takeLock } from './lock';
import type { DatasetJob } from './messages';
import type { Report } from './progress';
import { MAX_BATCH } from './python-batch';

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
  statOwn(job.home, folder);
  const unlock = await takeLock(cifar10Lock(job.home), signal, (pid) => report(waitingFor(pid)));
  try {
    // Perhaps the one we waited for has done it.
    if (cifar10Presence(folder).state === 'ready') {
      report(files('Checking CIFAR-10', 0));
      if (isCifar10(folder)) return null;
    }
    const passedOver: string[] = [];
    for (const path of job.copies) {
      try {
        const note = await installFrom(path, job.home, signal, report);
        return sentences(`Taken from ${path}: nothing was downloaded.`, note);
      } catch (error) {
        if (!isOfTheCopy(error)) throw error;
        passedOver.push(`The copy in ${path} was passed over, since ${(error as Error).message}`);
      }
    }
    const archive = await fetchArchive(job.cache, job.sources, signal, report);
    const note = await install(job.home, signal, report, 'Unpacking CIFAR-10', (take) =>
      readArchive(archive, signal, (file, bytes, name) => take(file, bytes, archive, name)),
    );
    return sentences(...passedOver, note);
  } finally {
    unlock();
  }
}

/** Whether it is the copy's fault, so that another source may do. */
function isOfTheCopy(error: unknown): boolean {
  return (
    error instanceof ExpectedError &&
    ['not-found', 'invalid-input', 'data-missing', 'data-corrupt', 'unsupported'].includes(error.failure.code)
  );
}

const sentences = (...all: (string | null)[]): string | null =>
  all.filter((one) => one !== null).join(' ') || null;

async function importFrom(
  job: Extract<DatasetJob, { kind: 'import' }>,
  signal: AbortSignal,
  report: Report,
): Promise<string | null> {
  statOwn(job.home, cifar10Folder(job.home));
  const unlock = await takeLock(cifar10Lock(job.home), signal, (pid) => report(waitingFor(pid)));
  try {
    return await installFrom(job.path, job.home, signal, report);
  } finally {
    unlock();
  }
}

/** Takes the set from a file or folder, which is only read; under the lock. */
async function installFrom(
  path: string,
  home: string,
  signal: AbortSignal,
  report: Report,
): Promise<string | null> {
  const source = locate(path);
  return install(home, signal, report, 'Importing CIFAR-10', async (take) => {
    if (source.kind === 'archive') {
      return readArchive(source.path, signal, (file, bytes, name) => take(file, bytes, source.path, name));
    }
    const { folder } = source;
    for (const file of CIFAR10_FILES) {
      throwIfAborted(signal);
      const name = nameIn(source.kind, file);
      const bytes =
        source.kind === 'binary'
          ? await readCifar10File(folder, file, CIFAR10_FRESH)
          : fromPython(folder, name, readBatch(folder, name));
      await take(file, bytes, folder, name);
    }
  });
}

function readBatch(folder: string, name: string): Buffer {
  const path = join(folder, name);
  if (!userPathStats(path)) throw expected('data-missing', `${path} is missing: ${CIFAR10_FRESH}.`);
  return readUserFile(path, { wanted: CIFAR10_WANTED_FILE, limit: MAX_BATCH });
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
    await readAll(async (file, bytes, origin, name) => {
      await installation.add(file, bytes, origin, name);
      report(files(stage, installation.count));
      throwIfAborted(signal);
    });
    return await installation.finish();
  } catch (error) {
    installation.abandon();
    throw error;
  }
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
