/**
 * CIFAR-10 and CIFAR-100 in their binary and their Python form (Krizhevsky, "Learning Multiple Layers of Features from
 * Tiny Images", 2009), in a folder or in the archive as it is published.
 *
 * A binary file has records: the label, of CIFAR-100 the coarse and the fine label, then 1024 red, 1024 green and 1024
 * blue bytes. A file of the Python form is a pickle of labels and of rows of such planes, which is read as data and
 * never run. The fine labels of CIFAR-100 are the classes.
 */
import {
  bytesOf as stringBytes,
  isKind,
  PickleRefusal,
  readPickle,
  shortText,
  type PickleValue,
} from '../../../node/datasets/pickle';
import { thousands } from '../../../shared/format';
import { MAX_CLASSES } from '../../../shared/own-dataset';
import { checkCounts, damaged, linesOf, wholeFile, wrong } from './bytes';
import { joined, type ArrayFile, type ArrayPart, type ArraySet, type Beat, type FoundArrays } from './set';
import { tarFiles } from './tar';

const [SIDE, PIXELS] = [32, 1024];
const IMAGE_BYTES = 3 * PIXELS;
/**
 * Of one file, and of those of an archive, bytes; they are held in memory. The largest that is published has 155
 * million; where Python 3 wrote it, bytes from 128 on take two.
 */
const [MAX_FILE, MAX_ARCHIVE] = [384 * 2 ** 20, 2 ** 30];

interface Form {
  train: string[];
  test: string;
  /** Names of the classes, where the file is there. */
  meta: string;
  classes: number;
  /** Of the binary form: bytes of labels before an image; null for the Python form. */
  labelBytes: number | null;
}

const BATCHES = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}`);
const FORMS: Form[] = [
  { train: ['train.bin'], test: 'test.bin', meta: 'fine_label_names.txt', classes: 100, labelBytes: 2 },
  {
    train: BATCHES.map((name) => `${name}.bin`),
    test: 'test_batch.bin',
    meta: 'batches.meta.txt',
    classes: 10,
    labelBytes: 1,
  },
  { train: ['train'], test: 'test', meta: 'meta', classes: 100, labelBytes: null },
  { train: BATCHES, test: 'test_batch', meta: 'batches.meta', classes: 10, labelBytes: null },
];

const filesOf = ({ train, test, meta }: Form): string[] => [...train, test, meta];
const ALL_NAMES = new Set(FORMS.flatMap(filesOf));

export const isCifarName = (name: string): boolean => ALL_NAMES.has(name);

/** The form of which a folder or archive has the files; `train` and `test` alone are no names to go by. */
const formOf = (has: (name: string) => boolean): Form | undefined =>
  FORMS.find(({ train, test, meta }) => has(train[0]!) && has(test) && (meta !== 'meta' || has(meta)));

const missingIn = (form: Form, has: (name: string) => boolean): string | undefined =>
  form.train.find((name) => !has(name));

/** @returns null where the folder does not have them */
export function foundCifar(folder: string, files: ReadonlyMap<string, ArrayFile>): FoundArrays | null {
  const has = (name: string): boolean => files.has(name);
  const form = formOf(has);
  if (!form) return null;
  const missing = missingIn(form, has);
  if (missing !== undefined)
    throw wrong(`${folder} has no ${missing}: put all files of the set into the folder`);
  return {
    kind: 'cifar',
    files: filesOf(form)
      .filter(has)
      .map((name) => files.get(name)!),
    read: (beat) => {
      const load = (name: string): Content => {
        const { path } = files.get(name)!;
        return { where: path, bytes: wholeFile(path, MAX_FILE) };
      };
      return readForm(form, has, load, beat);
    },
  };
}

/** @param file a tar, compressed by gzip or not */
export const foundCifarArchive = (file: ArrayFile): FoundArrays => ({
  kind: 'cifar',
  files: [file],
  read: async (beat) => {
    const { path } = file;
    const limits = { isWanted: isCifarName, file: MAX_FILE, archive: MAX_ARCHIVE };
    const files = await tarFiles(path, limits, beat);
    const has = (name: string): boolean => files.has(name);
    const form = formOf(has);
    if (!form) {
      throw wrong(
        `${path} holds neither CIFAR-10 nor CIFAR-100 in the binary or the Python form: where it holds images, unpack it and name the folder`,
      );
    }
    const missing = missingIn(form, has);
    if (missing !== undefined) throw damaged(path, `holds no ${missing}`);
    return readForm(form, has, (name) => ({ where: `${name} in ${path}`, bytes: files.get(name)! }), beat);
  },
});

interface Content {
  where: string;
  bytes: Buffer;
}

async function readForm(
  form: Form,
  has: (name: string) => boolean,
  load: (name: string) => Content,
  beat: Beat,
): Promise<ArraySet> {
  const classNames = has(form.meta)
    ? namesOf(form, load(form.meta))
    : Array.from({ length: form.classes }, (_, label) => String(label));
  const read = async (name: string): Promise<ArrayPart> => {
    await beat();
    const part =
      form.labelBytes === null ? fromPython(form, name, load) : fromBinary(form.labelBytes, name, load);
    const wrongOne = part.labels.findIndex((label) => label >= classNames.length);
    if (wrongOne >= 0) {
      throw damaged(
        load(name).where,
        `has the label ${part.labels[wrongOne]} at image ${thousands(wrongOne + 1)}, of ${classNames.length} classes`,
      );
    }
    return part;
  };
  const train: ArrayPart[] = [];
  for (const name of form.train) train.push(await read(name));
  return {
    classNames,
    imageShape: [SIDE, SIDE, 3],
    parts: { train: joined(train), eval: await read(form.test) },
  };
}

function namesOf({ labelBytes, meta, classes }: Form, { where, bytes }: Content): string[] {
  const names = labelBytes === null ? pythonNames(where, bytes, classes) : linesOf(bytes);
  if (names.length < 2 || names.length > MAX_CLASSES) {
    throw damaged(where, `has ${thousands(names.length)} names of classes, and ${meta} has ${classes}`);
  }
  return names;
}

/** The file is loaded again for its images, so that those of one file are in memory at a time. */
function fromBinary(labelBytes: number, name: string, load: (name: string) => Content): ArrayPart {
  const record = labelBytes + IMAGE_BYTES;
  const { where, bytes } = load(name);
  if (bytes.length === 0 || bytes.length % record !== 0) {
    throw damaged(
      where,
      `has ${thousands(bytes.length)} bytes, which are no whole records of ${thousands(record)}`,
    );
  }
  const labels = Uint8Array.from(
    { length: bytes.length / record },
    (_, image) => bytes[image * record + labelBytes - 1]!,
  );
  return { labels, images: () => imagesOf(load(name).bytes, labels.length, labelBytes) };
}

function fromPython({ classes }: Form, name: string, load: (name: string) => Content): ArrayPart {
  const key = classes === 100 ? 'fine_labels' : 'labels';
  const { where, bytes } = load(name);
  const labels = pythonLabels(where, key, fieldsOf(where, bytes).get(key));
  const array = (): PythonRows => pythonRows(where, fieldsOf(where, load(name).bytes).get('data'));
  checkCounts(where, array().count, key, labels.length);
  return { labels, images: () => imagesOf(array().rows(), labels.length, 0) };
}

function fieldsOf(where: string, bytes: Buffer): Map<string | null, PickleValue> {
  const batch = unpickled(where, () => readPickle(bytes));
  if (!isKind(batch, 'dict')) throw damaged(where, 'holds no dict as the files of CIFAR do');
  return new Map(batch.entries.map(([key, value]) => [shortText(key), value]));
}

function unpickled<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof PickleRefusal) throw damaged(where, error.message);
    throw error;
  }
}

function pythonNames(where: string, bytes: Buffer, classes: number): string[] {
  const key = classes === 100 ? 'fine_label_names' : 'label_names';
  const names = fieldsOf(where, bytes).get(key);
  const texts = isKind(names, 'list') ? names.items.map(shortText) : null;
  if (!texts?.every((text) => text !== null)) throw damaged(where, `has no list of names ${key}`);
  return texts as string[];
}

function pythonLabels(where: string, key: string, value: PickleValue | undefined): Uint8Array {
  const isLabel = (label: PickleValue): label is number =>
    typeof label === 'number' && label >= 0 && label < MAX_CLASSES;
  if (isKind(value, 'list') && value.items.every(isLabel)) return Uint8Array.from(value.items as number[]);
  throw damaged(where, `has no list ${key} of labels from 0 on`);
}

interface PythonRows {
  count: number;
  /** Decodes them, which takes a second where Python 3 wrote them. */
  rows: () => Buffer;
}

function pythonRows(where: string, value: PickleValue | undefined): PythonRows {
  const [count = 0, columns] = isKind(value, 'array') ? (value.shape ?? []) : [];
  if (
    !isKind(value, 'array') ||
    value.data === null ||
    !['u1', '|u1', 'uint8'].includes(value.type ?? '') ||
    value.shape?.length !== 2 ||
    columns !== IMAGE_BYTES ||
    count < 1
  ) {
    throw damaged(where, `has no array data of bytes with ${thousands(IMAGE_BYTES)} for each image`);
  }
  const { data, fortran } = value;
  return {
    count,
    rows: () => {
      const bytes = unpickled(where, () => stringBytes(data));
      if (bytes.length !== count * IMAGE_BYTES) {
        throw damaged(
          where,
          `has ${thousands(bytes.length)} bytes of images, expected ${thousands(count * IMAGE_BYTES)}`,
        );
      }
      return fortran ? transposed(bytes, count) : bytes;
    },
  };
}

function transposed(columns: Buffer, count: number): Buffer {
  const rows = Buffer.allocUnsafe(columns.length);
  for (let column = 0, at = 0; column < IMAGE_BYTES; column++) {
    for (let row = 0; row < count; row++) rows[row * IMAGE_BYTES + column] = columns[at++]!;
  }
  return rows;
}

/** Images on their way to NHWC at once. */
const AT_ONCE = 256;

/** @param before bytes of labels before each image */
async function* imagesOf(records: Buffer, count: number, before: number): AsyncGenerator<Uint8Array> {
  for (let first = 0; first < count; first += AT_ONCE) {
    const some = Math.min(AT_ONCE, count - first);
    const images = new Uint8Array(some * IMAGE_BYTES);
    for (let image = 0, to = 0; image < some; image++) {
      const from = (first + image) * (before + IMAGE_BYTES) + before;
      for (let pixel = from; pixel < from + PIXELS; pixel++) {
        images[to++] = records[pixel]!;
        images[to++] = records[pixel + PIXELS]!;
        images[to++] = records[pixel + 2 * PIXELS]!;
      }
    }
    yield images;
  }
}
