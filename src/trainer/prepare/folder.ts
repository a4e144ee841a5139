/**
 * A set of a folder of images, whose files are decoded one by one.
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
import { join } from 'node:path';
import { DATASET_PARTS, type DatasetPart } from '../../shared/dataset';
import { preparationOf, type Preparation, type PrepareJob } from '../../shared/own-dataset';
import { expected } from '../../shared/result';
import type { ContentWriter } from './content';
import { decode, release } from './decode';
import type { FoundSet, WrittenSet } from './found-set';
import { classNamesOf, type LeftOuts } from './names';
import { PREPARING, type Pulse } from './pulse';
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
import { testImages } from './test-images';

/** @throws ExpectedError as `scanFolder` */
export async function findFolder(job: PrepareJob, pulse: Pulse): Promise<FoundSet> {
  const scan = await scanFolder(job.path, pulse);
  return {
    kind: 'folder',
    stamp: scan.stamp,
    open: async () => {
      const classes = await recognise(scan, pulse);
      return { split: scan.split, write: (writer) => write(job, scan, classes, writer, pulse) };
    },
  };
}

interface Item extends FoundFile {
  /** Number of the class among those found. */
  label: number;
}

async function write(
  job: PrepareJob,
  scan: Scan,
  classes: FoundClass[],
  writer: ContentWriter,
  pulse: Pulse,
): Promise<WrittenSet> {
  const preparation = preparationOf(job.preparation);
  const { leftOut } = scan;
  const items = partsOf(classes, job, scan);
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
  return {
    classNames: classNamesOf(kept.map(({ name }) => name)),
    preparation,
    trainCount: train.length,
    evalCount: evaluation.length,
    leftOut: { count: leftOut.count, files: leftOut.files },
    total,
  };
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
  const mask = testImages(
    Uint8Array.from(train, ({ label }) => label),
    preparation,
  );
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
