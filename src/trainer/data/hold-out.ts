/**
 * A validation set that is held out of the training set, stratified by class. Which images it has is a function of the labels,
 * their number and a seed, with whole numbers only, so that it is the same on every machine; test/reference/hold_out.py makes
 * it with NumPy from these sentences:
 *
 * 1. Of n images k are held out. Of a class with m images it is k·m / n of them, rounded down; what is missing to k is one
 *    more of each of the classes whose fraction was largest, of equal ones the class with the lower number.
 * 2. The images of class c, in the order of the data set, are shuffled (Fisher and Yates, from the last place down) with
 *    the generator of (split seed, stream 3, c) (src/trainer/random.ts). The first ones are held out.
 * 3. Both parts keep the order of the data set.
 */
import { Random } from '../../shared/random';
import { STREAM } from '../../shared/streams';
import type { Split } from '../../node/datasets/split';

/** How many images, and the seed that says which. */
export interface HoldOut {
  count: number;
  seed: number;
}

/** How many images of each class are held out, by class number: within one of the class's share, and `count` in all. */
export function heldOutByClass(labels: Uint8Array, count: number): number[] {
  const sizes: number[] = [];
  for (const label of labels) sizes[label] = (sizes[label] ?? 0) + 1;
  const classes = Array.from(sizes, (size = 0) => ({
    taken: Math.floor((count * size) / labels.length),
    fraction: (count * size) % labels.length,
  }));
  const missing = count - classes.reduce((sum, { taken }) => sum + taken, 0);
  // A stable sort: of equal fractions the lower class comes first.
  const first = [...classes].sort((a, b) => b.fraction - a.fraction).slice(0, missing);
  for (const one of first) one.taken++;
  return classes.map(({ taken }) => taken);
}

/** For each image 1 where it is held out, else 0. */
export function heldOutMask(labels: Uint8Array, { count, seed }: HoldOut): Uint8Array {
  const mask = new Uint8Array(labels.length);
  for (const [label, taken] of heldOutByClass(labels, count).entries()) {
    if (taken === 0) continue;
    const members: number[] = [];
    for (let image = 0; image < labels.length; image++) if (labels[image] === label) members.push(image);
    const shuffled = new Random(seed, STREAM.holdOut, label).shuffle(Int32Array.from(members));
    for (const image of shuffled.subarray(0, taken)) mask[image] = 1;
  }
  return mask;
}

/**
 * Divides a whole training set. Its images are moved together in place rather than copied, since they may take much of the
 * memory: the set that was given is no longer one.
 * @param limit images of the part to train on that are kept, from its first on; null for all. `heldOutLimit` likewise.
 */
export function holdOut(
  whole: Split,
  choice: HoldOut,
  limit: number | null,
  heldOutLimit: number | null,
): { train: Split; heldOut: Split } {
  const { images, labels, count } = whole;
  const size = images.length / count;
  const mask = heldOutMask(labels, choice);
  const heldOutCount = Math.min(heldOutLimit ?? Infinity, choice.count);
  const heldOut: Split = {
    count: heldOutCount,
    images: new Uint8Array(heldOutCount * size),
    labels: new Uint8Array(heldOutCount),
  };
  let [kept, taken] = [0, 0];
  for (let image = 0; image < count; image++) {
    const from = image * size;
    if (mask[image] === 0) {
      images.copyWithin(kept * size, from, from + size);
      labels[kept++] = labels[image]!;
    } else if (taken < heldOutCount) {
      heldOut.images.set(images.subarray(from, from + size), taken * size);
      heldOut.labels[taken++] = labels[image]!;
    }
  }
  const trainCount = Math.min(limit ?? Infinity, kept);
  // A view keeps all of the memory: worth it unless most of it is not wanted.
  const cut = (values: Uint8Array, length: number): Uint8Array =>
    trainCount < count / 2 ? values.slice(0, length) : values.subarray(0, length);
  return {
    train: { count: trainCount, images: cut(images, trainCount * size), labels: cut(labels, trainCount) },
    heldOut,
  };
}
