/**
 * Sets in one file of NumPy (.npz), a zip file of arrays, as `numpy.savez` and `numpy.savez_compressed` write it. The
 * names of the arrays are those of Keras' files (mnist.npz), of MedMNIST, and a few plain ones.
 */
import { listed } from '../../../shared/format';
import {
  bytesOf,
  checkCounts,
  checkImages,
  fromStream,
  shown,
  withStream,
  wrong,
  type ByteStream,
} from './bytes';
import { checkLength, imageShapeOf, readLabels, readNames, readNpyHeader, type NpyHeader } from './npy';
import {
  joined,
  numberedClasses,
  type ArrayFile,
  type ArrayPart,
  type ArraySet,
  type Beat,
  type FoundArrays,
} from './set';
import { entryStream, zipEntries, type ZipEntry } from './zip';

/** Names of images and labels: for training, test and validation. */
const NAMED: Record<'train' | 'test' | 'val', [images: string, labels: string]>[] = [
  { train: ['x_train', 'y_train'], test: ['x_test', 'y_test'], val: ['x_val', 'y_val'] },
  {
    train: ['train_images', 'train_labels'],
    test: ['test_images', 'test_labels'],
    val: ['val_images', 'val_labels'],
  },
];
/** Of images that are not divided. */
const WHOLE: [images: string, labels: string][] = [
  ['images', 'labels'],
  ['x', 'y'],
  ['X', 'y'],
  ['data', 'labels'],
];
const CLASS_NAMES = 'class_names';

const WANTED =
  'save images and labels as x_train, y_train, x_test and y_test, or as images and labels, with numpy.savez_compressed';

type Pair = readonly [images: string, labels: string];

export const foundNpz = (file: ArrayFile): FoundArrays => ({
  kind: 'npz',
  files: [file],
  read: (beat) => readNpz(file.path, beat),
});

async function readNpz(path: string, beat: Beat): Promise<ArraySet> {
  const entries = new Map<string, ZipEntry>();
  for (const [name, entry] of await zipEntries(path)) {
    if (name.endsWith('.npy')) entries.set(name.slice(0, -4), entry);
  }
  const { train, test } = pairsOf(path, new Set(entries.keys()));
  const open = (key: string): ByteStream => entryStream(path, entries.get(key)!, `${shown(key)} in ${path}`);
  const headerOf = (key: string): Promise<NpyHeader> =>
    withStream(open(key), async (stream) => {
      const header = await readNpyHeader(stream);
      checkLength(stream.where, header, entries.get(key)!.uncompressedSize);
      return header;
    });
  let shape: readonly [number, number, number] | undefined;
  let first = '';

  const partOf = async ([images, labels]: Pair): Promise<ArrayPart> => {
    await beat();
    const header = await headerOf(images);
    const where = `${images} in ${path}`;
    const own = imageShapeOf(where, header);
    const count = header.shape[0]!;
    checkImages(where, count, own);
    if (shape && own.some((side, axis) => side !== shape![axis])) {
      throw wrong(
        `${where} has images of ${own.join(' × ')}, but those of ${first} have ${shape.join(' × ')}: save them in one shape`,
      );
    }
    shape = own;
    first = images;
    await headerOf(labels);
    const values = await withStream(open(labels), async (stream) =>
      readLabels(stream, await readNpyHeader(stream)),
    );
    checkCounts(where, count, labels, values.length);
    return {
      labels: values,
      images: () =>
        fromStream(open(images), async function* (stream) {
          await readNpyHeader(stream);
          yield* stream.images(bytesOf(own), count);
        }),
    };
  };

  const parts: ArrayPart[] = [];
  for (const pair of train) parts.push(await partOf(pair));
  const evaluation = test ? await partOf(test) : null;
  const all = evaluation ? [...parts, evaluation] : parts;
  let classNames = numberedClasses(all.map(({ labels }) => labels));
  if (entries.has(CLASS_NAMES)) {
    await headerOf(CLASS_NAMES);
    const names = await withStream(open(CLASS_NAMES), async (stream) =>
      readNames(stream, await readNpyHeader(stream)),
    );
    if (names.length < classNames.length) {
      throw wrong(
        `${CLASS_NAMES} in ${path} has ${names.length} names, but the labels go up to ${classNames.length - 1}: save a name for each class`,
      );
    }
    classNames = names;
  }
  return { classNames, imageShape: shape!, parts: { train: joined(parts), eval: evaluation } };
}

/** Arrays for validation join those for training; without any for test they take their place. */
function pairsOf(path: string, keys: ReadonlySet<string>): { train: Pair[]; test: Pair | null } {
  const isThere = ([images, labels]: Pair): boolean => {
    if (keys.has(images) && !keys.has(labels)) {
      throw wrong(`${path} has ${images} but no ${labels}: ${WANTED}`);
    }
    return keys.has(images);
  };
  for (const { train, test, val } of NAMED) {
    if (!isThere(train)) continue;
    const [hasTest, hasVal] = [isThere(test), isThere(val)];
    if (hasTest) return { train: hasVal ? [train, val] : [train], test };
    return { train: [train], test: hasVal ? val : null };
  }
  // The same images may be called by either name: what has its labels counts.
  const whole = WHOLE.find(([images, labels]) => keys.has(images) && keys.has(labels));
  if (whole) return { train: [whole], test: null };
  const names = [...keys].slice(0, 8).map(shown);
  if (names.length === 0) {
    throw wrong(
      `${path} is a zip file without arrays: where it holds images, unpack it and name the folder; else ${WANTED}`,
    );
  }
  const has = `has the arrays ${listed(names, 'and')}${keys.size > names.length ? ' and others' : ''}`;
  throw wrong(`${path} ${has}, of which none are known as images and labels: ${WANTED}`);
}
