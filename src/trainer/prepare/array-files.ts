/**
 * A set of files of arrays (`arrays/`), whose images have one shape. Where that is the shape that is wanted, they are
 * copied; else each of them comes to it as an image of a file does (`shape.ts`). Their order is that of the files.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { DATASET_PARTS, type DatasetPart } from '../../shared/dataset';
import { thousands } from '../../shared/format';
import {
  MAX_CLASSES,
  MAX_IMAGES,
  MAX_SIDE,
  MIN_SIDE,
  preparationOf,
  type Preparation,
  type PrepareJob,
} from '../../shared/own-dataset';
import { expected } from '../../shared/result';
import { tensorflow } from '../engine/tensorflow';
import { findArrays, type ArrayPart, type ArraySet, type FoundArrays } from './arrays';
import type { ContentWriter } from './content';
import { release, type Decoded } from './decode';
import type { FoundSet, OpenSet, WrittenSet } from './found-set';
import { classNamesOf } from './names';
import { PREPARING, type Pulse } from './pulse';
import { shapeImage } from './shape';
import { testImages } from './test-images';

const READING = 'Reading the labels';

/**
 * @returns null where the path leads to no such files
 * @throws ExpectedError as `findArrays`
 */
export function findArrayFiles(job: PrepareJob, pulse: Pulse): FoundSet | null {
  const found = findArrays(job.path);
  if (!found) return null;
  return {
    kind: found.kind,
    stamp: stampOf(found),
    open: async () => {
      const beat = (): Promise<void> => pulse.beat(READING, 0, null);
      await beat();
      return opened(job, await found.read(beat), pulse);
    },
  };
}

function stampOf({ files }: FoundArrays): string {
  const hash = createHash('sha256');
  for (const { path, size, mtimeMs } of files) hash.update(`${basename(path)}\0${size}\0${mtimeMs}\0`);
  return hash.digest('hex');
}

/** Part of the source to which the images of a part belong, and for each of its images whether it is one of them. */
interface Chosen {
  from: ArrayPart;
  /** 1 where it is; null: all are. */
  mask: Uint8Array | null;
}

function opened(job: PrepareJob, set: ArraySet, pulse: Pulse): OpenSet {
  const { path } = job;
  const { train, eval: evaluation } = set.parts;
  const count = train.labels.length + (evaluation?.labels.length ?? 0);
  checkSet(path, set, count);
  const preparation = preparationFor(job, set);
  let parts: Record<DatasetPart, Chosen>;
  if (evaluation) {
    parts = { train: { from: train, mask: null }, eval: { from: evaluation, mask: null } };
  } else {
    const held = testImages(train.labels, job.preparation);
    parts = {
      train: { from: train, mask: held.map((one) => 1 - one) },
      eval: { from: train, mask: held },
    };
  }
  return {
    split: evaluation ? 'folders' : 'seed',
    write: (writer) => write(set, parts, preparation, count, writer, pulse),
  };
}

/** @throws ExpectedError `invalid-input` */
function checkSet(
  path: string,
  { classNames, parts: { train, eval: evaluation } }: ArraySet,
  count: number,
): void {
  const wrong = (problem: string): Error => expected('invalid-input', `${path} has ${problem}.`);
  if (new Set(train.labels).size < 2) {
    throw wrong(
      'training images of one class only, and a network has to tell classes apart: add images of others',
    );
  }
  if (classNames.length > MAX_CLASSES) {
    throw wrong(
      `${thousands(classNames.length)} classes, and a data set has at most ${MAX_CLASSES}: save fewer`,
    );
  }
  if (evaluation?.labels.length === 0) throw wrong('no test images: save some, or leave the test arrays out');
  if (count > MAX_IMAGES) {
    throw wrong(
      `${thousands(count)} images, and a data set has at most ${thousands(MAX_IMAGES)}: save fewer of them`,
    );
  }
}

/** @throws ExpectedError `invalid-input` where the arrays have images of a size that no set can have, and no size is asked for */
function preparationFor({ path, preparation: asked }: PrepareJob, { imageShape }: ArraySet): Preparation {
  const [height, width, channels] = imageShape;
  for (const [wanted, side] of [
    [asked.height, height],
    [asked.width, width],
  ] as const) {
    if (wanted === null && (side < MIN_SIDE || side > MAX_SIDE)) {
      throw expected(
        'invalid-input',
        `${path} has images of ${thousands(width)} × ${thousands(height)} pixels, and those of a data set have ${MIN_SIDE} to ` +
          `${MAX_SIDE} a side: give the size to which they are to be brought.`,
      );
    }
  }
  return preparationOf(asked, { height, width, channels: channels === 1 ? 1 : 3 });
}

async function write(
  { classNames, imageShape }: ArraySet,
  parts: Record<DatasetPart, Chosen>,
  preparation: Preparation,
  total: number,
  writer: ContentWriter,
  pulse: Pulse,
): Promise<WrittenSet> {
  const size = imageShape.reduce((product, side) => product * side, 1);
  const { height, width, channels } = preparation;
  const isSame = [height, width, channels].every((side, axis) => side === imageShape[axis]);
  const labels: Uint8Array[] = [];
  let done = 0;
  for (const part of DATASET_PARTS) {
    const { from, mask } = parts[part];
    let place = 0;
    for await (const some of from.images()) {
      await pulse.beat(PREPARING, done, total);
      if (isSame && mask === null) {
        await writer.add(some);
        done += some.length / size;
        continue;
      }
      for (let at = 0; at < some.length; at += size) {
        if (mask && mask[place++] === 0) continue;
        await pulse.beat(PREPARING, done++, total);
        const image = some.subarray(at, at + size);
        await writer.add(isSame ? image : shaped(image, imageShape, preparation));
      }
    }
    labels.push(mask ? from.labels.filter((_, image) => mask[image] === 1) : from.labels);
  }
  for (const some of labels) await writer.add(some);
  return {
    classNames: classNamesOf(classNames.map((name, label) => name.trim() || String(label))),
    preparation,
    trainCount: labels[0]!.length,
    evalCount: labels[1]!.length,
    leftOut: { count: 0, files: [] },
    total,
  };
}

function shaped(
  pixels: Uint8Array,
  [height, width, channels]: ArraySet['imageShape'],
  to: Preparation,
): Uint8Array {
  const binding = tensorflow();
  const handle = binding.createTensor([1, height, width, channels], binding.TF_UINT8, pixels);
  const image: Decoded = { handle, height, width, channels, orientation: 1 };
  try {
    return shapeImage(image, to);
  } finally {
    release(image);
  }
}
