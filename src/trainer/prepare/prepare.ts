/**
 * Makes one file of a person's images: all of one shape, so that training reads them as fast as any other data set.
 * They come from a folder of images (`folder.ts`) or from files of arrays (`array-files.ts`).
 */
import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CONTENT_FILE, headerOf, MANIFEST_FILE, placesOf } from '../../node/datasets/own-content';
import { storageFailure } from '../../node/files/file-errors';
import { makeOwnFolder, statOwn, writeOwn } from '../../node/files/own-files';
import type { Manifest, PrepareJob, Prepared } from '../../shared/own-dataset';
import { expected } from '../../shared/result';
import { findArrayFiles } from './array-files';
import { ContentWriter, sha256Of } from './content';
import { findFolder } from './folder';
import type { FoundSet, OpenSet } from './found-set';
import { Pulse, type Between } from './pulse';

const CHECKING = 'Checking what was written';

/**
 * Reads a folder of images, or files of arrays, and writes `content.bin`, then `dataset.json`, to the new folder
 * `job.target`; whatever ends it early, nothing of them is left. Where path, preparation and the stamp of the files
 * are those of `job.before`, nothing is read or written.
 * @param between awaited about every 50 ms with what is being done, and how many files or images of it are; what it
 *   throws ends the preparation
 * @throws ExpectedError `not-found` or `invalid-input` where there is nothing of which a data set can be made,
 *   `data-corrupt` where a file of arrays is damaged, `storage` where the data folder takes no more
 */
export async function prepareFolder(job: PrepareJob, between: Between): Promise<Prepared> {
  const pulse = new Pulse(between);
  const found = findArrayFiles(job, pulse) ?? (await findFolder(job, pulse));
  if (job.before && isUnchanged(job.before, job, found)) return { manifest: job.before, unchanged: true };
  const set = await found.open();
  const manifest = await inNewFolder(job, () => write(job, found, set, pulse));
  return { manifest, unchanged: false };
}

const isUnchanged = ({ source, asked }: Manifest, job: PrepareJob, { stamp }: FoundSet): boolean =>
  source.path === job.path && source.stamp === stamp && isDeepStrictEqual(asked, job.preparation);

/** Does what writes to the target, of which nothing stays where it fails. A folder that was there before stays. */
async function inNewFolder<T>({ home, target }: PrepareJob, work: () => Promise<T>): Promise<T> {
  const isNew = statOwn(home, target) === null;
  const paths = [MANIFEST_FILE, CONTENT_FILE].map((name) => join(target, name));
  for (const path of paths) {
    if (statOwn(home, path)) {
      throw expected('storage', `${path} is in the way: move it elsewhere, or choose another folder.`);
    }
  }
  try {
    makeOwnFolder(home, target);
    return await work();
  } catch (error) {
    for (const path of paths) await rm(path, { force: true }).catch(() => {});
    if (isNew) await rmdir(target).catch(() => {});
    throw storageFailure(error, target) ?? error;
  }
}

async function write(job: PrepareJob, found: FoundSet, set: OpenSet, pulse: Pulse): Promise<Manifest> {
  const path = join(job.target, CONTENT_FILE);
  const writer = await ContentWriter.create(path);
  try {
    const { classNames, trainCount, evalCount, leftOut, preparation, total } = await set.write(writer);
    const { height, width, channels } = preparation;
    const shape = {
      imageShape: [height, width, channels] as const,
      classes: classNames.length,
      trainCount,
      evalCount,
    };
    await writer.finish(headerOf(shape));
    const { length } = placesOf(shape);
    const manifest: Manifest = {
      format: 'resbench-dataset',
      formatVersion: 1,
      title: job.title,
      classNames,
      trainCount,
      evalCount,
      sha256: await sha256Of(path, (bytes) =>
        pulse.beat(CHECKING, Math.floor((bytes / length) * total), total),
      ),
      asked: job.preparation,
      preparation,
      source: { kind: found.kind, path: job.path, stamp: found.stamp, split: set.split },
      leftOut,
      createdAt: Date.now(),
    };
    writeOwn(job.home, join(job.target, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`, true);
    return manifest;
  } finally {
    await writer.close();
  }
}
