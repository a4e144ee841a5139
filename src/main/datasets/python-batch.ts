/**
 * A batch of CIFAR-10's Python form (`data_batch_1` to `data_batch_5`, `test_batch`): a dict with the images as an array
 * of bytes, 10,000 x 3,072, each row the red, the green and the blue plane, and with their labels as a list.
 * https://www.cs.toronto.edu/~kriz/cifar.html
 */
import {
  CIFAR10_CLASSES,
  CIFAR10_FILE_RECORDS,
  CIFAR10_FILES,
  CIFAR10_PIXELS,
  CIFAR10_RECORD_BYTES,
  type Cifar10File,
} from '../../node/datasets/cifar10-files';
import {
  bytesOf,
  isKind,
  PickleRefusal,
  readPickle,
  shortText,
  type PickleValue,
} from '../../node/datasets/pickle';
import { thousands } from '../../shared/format';

/**
 * Longest batch that is read, bytes. The published ones have 31 million. Written by Python 3 in the same protocol, every
 * byte from 128 on takes two.
 */
export const MAX_BATCH = 64 * 1024 * 1024;

const IMAGE_BYTES = 3 * CIFAR10_PIXELS;

/** Name of a file in the Python form: that of the binary form without its ending. */
export const pythonName = (file: Cifar10File): string => file.name.replace(/\.bin$/, '');

export const pythonFile = (base: string): Cifar10File | undefined =>
  CIFAR10_FILES.find((file) => pythonName(file) === base);

/**
 * A batch in the official binary layout, its content unchecked.
 * @param file content of a file of the Python form.
 * @throws PickleRefusal
 */
export function recordsFromPython(file: Buffer): Buffer {
  const batch = readPickle(file);
  if (!isKind(batch, 'dict')) throw new PickleRefusal('holds no batch of CIFAR-10');
  const fields = new Map(batch.entries.map(([key, value]) => [shortText(key), value]));
  if (fields.has('fine_labels')) {
    throw new PickleRefusal('is CIFAR-100, and Resbench trains on CIFAR-10');
  }
  const labels = labelsOf(fields.get('labels'));
  const images = imagesOf(fields.get('data'));
  const records = Buffer.allocUnsafe(CIFAR10_FILE_RECORDS * CIFAR10_RECORD_BYTES);
  for (let record = 0; record < CIFAR10_FILE_RECORDS; record++) {
    const to = record * CIFAR10_RECORD_BYTES;
    records[to] = labels[record]!;
    images.copy(records, to + 1, record * IMAGE_BYTES, (record + 1) * IMAGE_BYTES);
  }
  return records;
}

function labelsOf(value: PickleValue | undefined): number[] {
  const isLabel = (label: PickleValue): label is number =>
    typeof label === 'number' && label >= 0 && label < CIFAR10_CLASSES;
  if (!isKind(value, 'list') || value.items.length !== CIFAR10_FILE_RECORDS || !value.items.every(isLabel)) {
    throw new PickleRefusal('is no batch of CIFAR-10: it has no list of 10,000 labels from 0 to 9');
  }
  return value.items as number[];
}

/** Rows of 3,072 bytes. */
function imagesOf(value: PickleValue | undefined): Buffer {
  const wanted = [CIFAR10_FILE_RECORDS, IMAGE_BYTES];
  if (
    !isKind(value, 'array') ||
    value.data === null ||
    !['u1', '|u1', 'uint8'].includes(value.type ?? '') ||
    value.shape?.length !== 2 ||
    value.shape.some((size, axis) => size !== wanted[axis])
  ) {
    throw new PickleRefusal('is no batch of CIFAR-10: it has no array of 10,000 x 3,072 bytes');
  }
  const bytes = bytesOf(value.data);
  if (bytes.length !== CIFAR10_FILE_RECORDS * IMAGE_BYTES) {
    throw new PickleRefusal(`has ${thousands(bytes.length)} bytes of images, expected 30,720,000`);
  }
  return value.fortran ? rowsFromColumns(bytes) : bytes;
}

function rowsFromColumns(bytes: Buffer): Buffer {
  const rows = Buffer.allocUnsafe(bytes.length);
  for (let column = 0; column < IMAGE_BYTES; column++) {
    const from = column * CIFAR10_FILE_RECORDS;
    for (let row = 0; row < CIFAR10_FILE_RECORDS; row++)
      rows[row * IMAGE_BYTES + column] = bytes[from + row]!;
  }
  return rows;
}
