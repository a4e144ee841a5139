/**
 * The four files of MNIST, Fashion-MNIST and others like them (IDX; LeCun, Cortes and Burges, "The MNIST database of
 * handwritten digits"): big-endian, 0x00000803, number, rows, columns, then the pixels; 0x00000801, number, then the
 * labels. Each may be compressed by gzip.
 */
import { createHash } from 'node:crypto';
import type { DatasetPart } from '../../../shared/dataset';
import { thousands } from '../../../shared/format';
import { MAX_IMAGES } from '../../../shared/own-dataset';
import {
  bytesOf,
  ByteStream,
  checkCounts,
  checkImages,
  damaged,
  fileChunks,
  firstBytes,
  fromStream,
  gunzipped,
  withStream,
  wrong,
} from './bytes';
import { numberedClasses, type ArrayFile, type ArrayPart, type ArraySet, type FoundArrays } from './set';

type Role = `${DatasetPart} ${'images' | 'labels'}`;
const ROLES: Role[] = ['train images', 'train labels', 'eval images', 'eval labels'];
const EXAMPLES: Record<Role, string> = {
  'train images': 'train-images-idx3-ubyte',
  'train labels': 'train-labels-idx1-ubyte',
  'eval images': 't10k-images-idx3-ubyte',
  'eval labels': 't10k-labels-idx1-ubyte',
};

const [IMAGES, LABELS] = [0x803, 0x801];

/**
 * Of the 60,000 labels for training that the makers of Fashion-MNIST publish, without their header; the MD5 of the
 * compressed file is 25c81989df183df01b3e8a0aad5dffbe.
 */
const FASHION_LABELS_SHA256 = '657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7';
const FASHION_CLASSES = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

/** What a file is by its name; null for another. */
export function idxRole(name: string): Role | null {
  const [, part, what, axes] = /^(train|t10k)-(images|labels)[-.]idx([13])-ubyte(?:\.gz)?$/.exec(name) ?? [];
  if (part === undefined || axes !== (what === 'images' ? '3' : '1')) return null;
  return `${part === 'train' ? 'train' : 'eval'} ${what as 'images' | 'labels'}`;
}

/**
 * @param folder where they lie, for sentences
 * @param files by their names, of which some are these
 */
export function foundIdx(folder: string, files: ReadonlyMap<string, ArrayFile>): FoundArrays {
  const found = new Map<Role, ArrayFile>();
  // Of two forms the one that is not compressed: its name comes first.
  for (const name of [...files.keys()].sort()) {
    const role = idxRole(name);
    if (role && !found.has(role)) found.set(role, files.get(name)!);
  }
  const missing = ROLES.find((role) => !found.has(role));
  if (missing) {
    throw wrong(
      `${folder} has no ${EXAMPLES[missing]} (or the same with .gz): put the four files of the set into one folder`,
    );
  }
  const of = (part: DatasetPart): Promise<Part> =>
    readPart(found.get(`${part} images`)!.path, found.get(`${part} labels`)!.path);
  return {
    kind: 'idx',
    files: ROLES.map((role) => found.get(role)!),
    read: async () => {
      const [train, evaluation] = [await of('train'), await of('eval')];
      const [rows, columns] = train.shape;
      if (evaluation.shape[0] !== rows || evaluation.shape[1] !== columns) {
        throw wrong(
          `${found.get('eval images')!.path} has images of ${evaluation.shape.join(' × ')} pixels, but those for training have ` +
            `${train.shape.join(' × ')}: put the files of one set into the folder`,
        );
      }
      return {
        classNames: namesOf(train.labels, evaluation.labels),
        imageShape: [rows, columns, 1],
        parts: { train, eval: evaluation },
      } satisfies ArraySet;
    },
  };
}

interface Part extends ArrayPart {
  shape: [rows: number, columns: number];
}

async function readPart(imagePath: string, labelPath: string): Promise<Part> {
  const labels = await withStream(open(labelPath), async (stream) => {
    const [count] = await header(stream, labelPath, LABELS);
    if (count > MAX_IMAGES) {
      throw wrong(
        `${labelPath} has ${thousands(count)} labels, and a data set has at most ${thousands(MAX_IMAGES)}: name a smaller set`,
      );
    }
    const bytes = await stream.take(count);
    await stream.end();
    return bytes;
  });
  const [count, rows, columns] = await withStream(open(imagePath), (stream) =>
    header(stream, imagePath, IMAGES),
  );
  checkImages(imagePath, count, [rows, columns, 1]);
  checkCounts(imagePath, count, labelPath, labels.length);
  return {
    labels,
    shape: [rows, columns],
    images: () =>
      fromStream(open(imagePath), async function* (stream) {
        await header(stream, imagePath, IMAGES);
        yield* stream.images(bytesOf([rows, columns]), count);
      }),
  };
}

/** Compressed or not, whatever its name says. */
function open(path: string): ByteStream {
  const [first, second] = firstBytes(path, 2);
  return new ByteStream(first === 0x1f && second === 0x8b ? gunzipped(path) : fileChunks(path), path);
}

/** The sizes that follow the magic number. */
async function header(
  stream: ByteStream,
  path: string,
  magic: number,
): Promise<[count: number, rows: number, columns: number]> {
  const found = (await stream.take(4)).readUInt32BE();
  if (found !== magic) {
    const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;
    throw damaged(
      path,
      `begins with ${hex(found)}, not ${hex(magic)} as ${magic === IMAGES ? 'images' : 'labels'} do`,
    );
  }
  const sizes = await stream.take(magic === IMAGES ? 12 : 4);
  if (magic === LABELS) return [sizes.readUInt32BE(), 1, 1];
  return [sizes.readUInt32BE(0), sizes.readUInt32BE(4), sizes.readUInt32BE(8)];
}

/** Digits, but for Fashion-MNIST its classes as they are published. */
function namesOf(train: Uint8Array, evaluation: Uint8Array): string[] {
  if (createHash('sha256').update(train).digest('hex') === FASHION_LABELS_SHA256) return FASHION_CLASSES;
  return numberedClasses([train, evaluation]);
}
