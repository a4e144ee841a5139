/**
 * The embedded set, kept once it has been drawn whole: drawing it takes two seconds, reading and checking it a fifth of
 * one. The file is what the set's SHA-256 is over, and used only where it has that sum.
 */
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../files/own-files';
import { DATASETS } from '../../shared/datasets';
import type { Split } from './split';
import { drawShapes, SHAPES_IMAGE_BYTES, SHAPES_SHA256 } from './shapes';

interface Shapes {
  train: Split;
  eval: Split;
}

/**
 * The first images of each split.
 * @param folder of the cache; null: nothing is read or kept.
 */
export function loadShapes(train: number, evaluation: number, folder: string | null): Shapes {
  const whole = folder === null ? null : read(folder);
  if (whole) return { train: first(whole.train, train), eval: first(whole.eval, evaluation) };
  const { trainCount, evalCount } = DATASETS.shapes;
  // With a whole training set the rest takes little longer, and next time nothing is drawn.
  const isKept = folder !== null && train === trainCount;
  const evalDrawn = isKept ? evalCount : evaluation;
  const drawn = {
    train: { count: train, ...drawShapes('train', train) },
    eval: { count: evalDrawn, ...drawShapes('eval', evalDrawn) },
  };
  if (isKept) keep(drawn, folder);
  return { train: drawn.train, eval: first(drawn.eval, evaluation) };
}

const fileIn = (folder: string): string => join(folder, `shapes-${SHAPES_SHA256.slice(0, 16)}.bin`);

/** Null where there is none, or none that is whole. */
function read(folder: string): Shapes | null {
  let bytes: Uint8Array;
  try {
    const { buffer, byteOffset, length } = readFileSync(fileIn(folder));
    bytes = new Uint8Array(buffer, byteOffset, length);
  } catch {
    return null;
  }
  if (createHash('sha256').update(bytes).digest('hex') !== SHAPES_SHA256) return null;
  let at = 0;
  const take = (length: number): Uint8Array => bytes.subarray(at, (at += length));
  const split = (count: number): Split => ({
    count,
    images: take(count * SHAPES_IMAGE_BYTES),
    labels: take(count),
  });
  return { train: split(DATASETS.shapes.trainCount), eval: split(DATASETS.shapes.evalCount) };
}

function keep({ train, eval: evaluation }: Shapes, folder: string): void {
  try {
    makeFolders(folder);
    // Renamed into place: another run may read it at this moment.
    const draft = `${fileIn(folder)}.${process.pid}`;
    const parts = [train.images, train.labels, evaluation.images, evaluation.labels];
    writeFileSync(draft, Buffer.concat(parts));
    renameSync(draft, fileIn(folder));
  } catch {
    // The next run draws again.
  }
}

const first = ({ images, labels }: Split, count: number): Split => ({
  count,
  images: images.subarray(0, count * SHAPES_IMAGE_BYTES),
  labels: labels.subarray(0, count),
});
