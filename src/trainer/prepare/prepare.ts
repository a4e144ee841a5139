/**
 * Makes one file of a person's folder of images: all of one shape, so that training reads them as fast as any other
 * data set.
 *
 * Which images are for training says the folder, where it has folders of its own for that (`scan.ts`). Else
 * `heldOutMask` (`../data/hold-out.ts`) says it by the seed of the preparation: over the classes of all images that
 * the folder has by their first bytes, in their order, before any of them is decoded, of n images round(share · n)
 * are test images, at least 1 and at most n - 1. So a broken file takes no other's place.
 *
 * Within a part the classes are spread evenly, the images of each in the order of their paths: the k-th of m stands at (k - ½) / m. So the
 * first images, which are what a limit leaves, are of all classes.
 *
 * A class is what training images can be read of. A class that loses all of them is left out, with the images that it
 * has for testing.
 */
import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CONTENT_FILE, headerOf, MANIFEST_FILE, placesOf } from '../../node/datasets/own-content';
import { storageFailure } from '../../node/files/file-errors';
import { makeOwnFolder, statOwn, writeOwn } from '../../node/files/own-files';
import { DATASET_PARTS, type DatasetPart } from '../../shared/dataset';
import {
  preparationOf,
  type Manifest,
  type Preparation,
  type PrepareJob,
  type Prepared,
} from '../../shared/own-dataset';
import { expected } from '../../shared/result';
import { heldOutMask } from '../data/hold-out';
import { ContentWriter, sha256Of } from './content';
import { decode, release } from './decode';
import { classNamesOf, type LeftOuts } from './names';
import { Pulse, type Between } from './pulse';
import { ahead, readWhole } from './read';
import {
  checkClasses,
  notTrained,
  recognise,
  scanFolder,
  type FoundClass,
  type FoundFile,
  type Scan,
} from './scan';
import { shapeImage } from './shape';

const PREPARING = 'Preparing the images';
const CHECKING = 'Checking what was written';

/**
 * Reads a folder of images and writes `content.bin`, then `dataset.json`, to the new folder `job.target`; whatever
 * ends it early, nothing of them is left. Where path, preparation and the folder's stamp are those of `job.before`,
 * nothing is read or written.
 * @param between awaited about every 50 ms with what is being done, and how many files of it are; what it throws ends
 *   the preparation
 * @throws ExpectedError `not-found` or `invalid-input` where the folder is none of which a data set can be made,
 *   `storage` where the data folder takes no more
 */
export async function prepareFolder(job: PrepareJob, between: Between): Promise<Prepared> {
  const pulse = new Pulse(between);
  const scan = await scanFolder(job.path, pulse);
  if (job.before && isUnchanged(job.before, job, scan)) return { manifest: job.before, unchanged: true };
  const classes = await recognise(scan, pulse);
  const manifest = await inNewFolder(job, () => write(job, scan, classes, pulse));
  return { manifest, unchanged: false };
}

const isUnchanged = ({ source, asked }: Manifest, job: PrepareJob, { stamp }: Scan): boolean =>
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

interface Item extends FoundFile {
  /** Number of the class among those found. */
  label: number;
}

async function write(job: PrepareJob, scan: Scan, classes: FoundClass[], pulse: Pulse): Promise<Manifest> {
  const preparation = preparationOf(job.preparation);
  const { leftOut } = scan;
  const items = partsOf(classes, job, scan);
  const path = join(job.target, CONTENT_FILE);
  const writer = await ContentWriter.create(path);
  const total = items.train.length + items.eval.length;
  let done = 0;
  /** Writes the images of a part, and answers the classes of those that could be read. */
  const writeImages = async (part: DatasetPart): Promise<Uint8Array> => {
    const labels = new Uint8Array(items[part].length);
    let count = 0;
    const files = ahead(
      items[part],
      (item) => readWhole(join(job.path, item.path)),
      (item) => item.size,
    );
    for await (const [item, content] of files) {
      await pulse.beat(PREPARING, done++, total);
      const image = prepared(content, preparation);
      if (typeof image === 'string') {
        leftOut.add(item.path, image);
        continue;
      }
      await writer.add(image);
      labels[count++] = item.label;
    }
    return labels.subarray(0, count);
  };

  try {
    const train = await writeImages('train');
    const [kept, numbers] = keptClasses(classes, train, scan);
    items.eval = items.eval.filter((item) => isKept(item, numbers, classes, leftOut));
    const evaluation = await writeImages('eval');
    if (evaluation.length === 0) {
      throw expected(
        'invalid-input',
        `${scan.partNames.eval} has no test image that can be read${first(leftOut)}: mend the images, or add others.`,
      );
    }
    for (const labels of [train, evaluation]) await writer.add(labels.map((label) => numbers[label]!));
    const { height, width, channels } = preparation;
    const shape = {
      imageShape: [height, width, channels] as const,
      classes: kept.length,
      trainCount: train.length,
      evalCount: evaluation.length,
    };
    await writer.finish(headerOf(shape));
    const { length } = placesOf(shape);
    const manifest: Manifest = {
      format: 'resbench-dataset',
      formatVersion: 1,
      title: job.title,
      classNames: classNamesOf(kept.map(({ name }) => name)),
      trainCount: train.length,
      evalCount: evaluation.length,
      sha256: await sha256Of(path, (bytes) =>
        pulse.beat(CHECKING, Math.floor((bytes / length) * total), total),
      ),
      asked: job.preparation,
      preparation,
      source: { kind: 'folder', path: job.path, stamp: scan.stamp, split: scan.split },
      leftOut: { count: leftOut.count, files: leftOut.files },
      createdAt: Date.now(),
    };
    writeOwn(job.home, join(job.target, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`, true);
    return manifest;
  } finally {
    await writer.close();
  }
}

/** The images of each part in the order in which they are written. */
function partsOf(
  classes: FoundClass[],
  { preparation }: PrepareJob,
  { split }: Scan,
): Record<DatasetPart, Item[]> {
  const of = (part: DatasetPart): Item[] =>
    classes.flatMap(({ images }, label) => images[part].map(({ path, size }) => ({ path, size, label })));
  const [train, evaluation] = DATASET_PARTS.map(of) as [Item[], Item[]];
  if (split === 'folders') return { train: spread(train), eval: spread(evaluation) };
  const wanted = Math.round(preparation.testShare * train.length);
  const count = Math.min(Math.max(wanted, 1), train.length - 1);
  const labels = Uint8Array.from(train, ({ label }) => label);
  const mask = heldOutMask(labels, { count, seed: preparation.splitSeed });
  return {
    train: spread(train.filter((_, index) => mask[index] === 0)),
    eval: spread(train.filter((_, index) => mask[index] === 1)),
  };
}

/** Images of classes one after the other, in the order in which they are written; of equal places the lower class comes first. */
function spread(items: readonly Item[]): Item[] {
  const sizes = new Map<number, number>();
  for (const { label } of items) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const seen = new Map<number, number>();
  return items
    .map((item) => {
      const before = seen.get(item.label) ?? 0;
      seen.set(item.label, before + 1);
      return { item, place: (before + 0.5) / sizes.get(item.label)! };
    })
    .sort((a, b) => a.place - b.place || a.item.label - b.item.label)
    .map(({ item }) => item);
}

/** An image in its final shape, or why there is none. */
function prepared(content: Buffer | string, preparation: Preparation): Uint8Array | string {
  const image = typeof content === 'string' ? content : decode(content);
  if (typeof image === 'string') return image;
  try {
    return shapeImage(image, preparation);
  } finally {
    release(image);
  }
}

/**
 * The classes with training images, and for each class that was found its number among them, or undefined.
 * @throws ExpectedError `invalid-input` where they are too few
 */
function keptClasses(
  classes: FoundClass[],
  train: Uint8Array,
  { partNames, leftOut }: Scan,
): [kept: FoundClass[], numbers: (number | undefined)[]] {
  const trained = new Set(train);
  const numbers: (number | undefined)[] = [];
  const kept: FoundClass[] = [];
  for (const [label, one] of classes.entries()) {
    numbers.push(trained.has(label) ? kept.push(one) - 1 : undefined);
  }
  if (kept.length === 0) {
    throw expected(
      'invalid-input',
      `${partNames.train} has no training image that can be read${first(leftOut)}: mend the images, or add others.`,
    );
  }
  checkClasses(
    kept.map(({ name }) => name),
    partNames.train,
    'training images that can be read',
  );
  for (const [label, { folder }] of classes.entries()) {
    if (numbers[label] === undefined) leftOut.add(folder, 'has no training images that can be read');
  }
  return [kept, numbers];
}

function isKept(
  { label, path }: Item,
  numbers: (number | undefined)[],
  classes: FoundClass[],
  leftOut: LeftOuts,
): boolean {
  if (numbers[label] !== undefined) return true;
  leftOut.add(path, notTrained(classes[label]!.name));
  return false;
}

/** An example, within a sentence. */
function first({ files: [file] }: LeftOuts): string {
  return file ? ` (${file.path} ${file.why})` : '';
}
