/** CIFAR-10 in the six files of its binary version (`../cifar10-files.ts`). */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { statisticsOf, type ChannelStatistics } from '../../../shared/augmentation/normalisation';
import { DATASET_PARTS, type DatasetPart } from '../../../shared/dataset';
import { DATASETS } from '../../../shared/datasets';
import { expected } from '../../../shared/result';
import { storageFailure } from '../../files/file-errors';
import { READ_NO_FOLLOW } from '../../files/own-files';
import {
  CIFAR10_CURE,
  CIFAR10_FILE_RECORDS,
  CIFAR10_FILES,
  CIFAR10_PIXELS,
  CIFAR10_RECORD_BYTES,
  CIFAR10_SHA256,
  cifar10Folder,
  cifar10Presence,
  decodeRecords,
  readCifar10File,
  sizeProblem,
  type Cifar10File,
} from '../cifar10-files';
import type { DatasetSource, ImageStore } from '../source';
import type { Split } from '../split';

export const cifar10: DatasetSource = {
  id: 'cifar10',
  info: () => DATASETS.cifar10,
  sha256: () => CIFAR10_SHA256,
  folder: cifar10Folder,
  presence: (home) => cifar10Presence(cifar10Folder(home)),
  stamp: (home) =>
    CIFAR10_FILES.map(({ name }) => {
      try {
        const { size, mtimeMs, ino } = statSync(join(cifar10Folder(home), name));
        return `${size}:${mtimeMs}:${ino}`;
      } catch {
        return 'none';
      }
    }).join(' '),
  load,
  open(folder) {
    if (folder === null) throw notThere();
    return new Cifar10Images(folder);
  },
};

const notThere = (): Error => expected('data-missing', `CIFAR-10 is not on this machine: ${CIFAR10_CURE}.`);

/**
 * Reads the six official files. All are checked in full whatever the counts, so that a run never begins on a set that
 * is not what its hash says; the check takes about a third of a second.
 * @param counts images of each part to keep, from the first on.
 * @throws ExpectedError `data-missing` or `data-corrupt`, naming the file and the cure.
 */
async function load(
  folder: string | null,
  counts: Record<DatasetPart, number>,
): Promise<Record<DatasetPart, Split>> {
  if (folder === null) throw notThere();
  const splits = { train: emptySplit(counts.train), eval: emptySplit(counts.eval) };
  const filled = { train: 0, eval: 0 };
  for (const file of CIFAR10_FILES) {
    const bytes = await readCifar10File(folder, file, CIFAR10_CURE);
    const split = splits[file.split];
    const records = Math.min(CIFAR10_FILE_RECORDS, split.count - filled[file.split]);
    decodeRecords(bytes, records, split.images, split.labels, filled[file.split]);
    filled[file.split] += records;
  }
  return splits;
}

const emptySplit = (count: number): Split => ({
  count,
  images: new Uint8Array(count * 3 * CIFAR10_PIXELS),
  labels: new Uint8Array(count),
});

/** A file that is open, and of the length that it has to have. */
interface OpenFile {
  file: Cifar10File;
  path: string;
  handle: number;
}

const IMAGE_BYTES = 3 * CIFAR10_PIXELS;
/** Records that make a piece; where all of them is read, 3 MB. */
const BLOCK = 1000;

class Cifar10Images implements ImageStore {
  private readonly files: Record<DatasetPart, OpenFile[]> = { train: [], eval: [] };
  private readonly record = Buffer.alloc(CIFAR10_RECORD_BYTES);

  constructor(folder: string) {
    try {
      for (const file of CIFAR10_FILES) this.files[file.split].push(openFile(folder, file));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  *labels(): Generator<void, Record<DatasetPart, Uint8Array>> {
    const labels = { train: new Uint8Array(0), eval: new Uint8Array(0) };
    for (const part of DATASET_PARTS) {
      labels[part] = new Uint8Array(this.files[part].length * CIFAR10_FILE_RECORDS);
      for (const [number, open] of this.files[part].entries()) {
        for (let record = 0; record < CIFAR10_FILE_RECORDS; record++) {
          read(open, labels[part], number * CIFAR10_FILE_RECORDS + record, 1, record * CIFAR10_RECORD_BYTES);
          if (record % BLOCK === BLOCK - 1) yield;
        }
      }
    }
    return labels;
  }

  read(part: DatasetPart, indices: readonly number[]): Uint8Array {
    const images = new Uint8Array(indices.length * IMAGE_BYTES);
    const label = new Uint8Array(indices.length);
    for (const [at, index] of indices.entries()) {
      const open = this.files[part][Math.floor(index / CIFAR10_FILE_RECORDS)]!;
      const place = (index % CIFAR10_FILE_RECORDS) * CIFAR10_RECORD_BYTES;
      read(open, this.record, 0, CIFAR10_RECORD_BYTES, place);
      decodeRecords(this.record, 1, images, label, at);
    }
    return images;
  }

  *statistics(): Generator<void, ChannelStatistics> {
    const counts = new Float64Array(3 * 256);
    const block = Buffer.alloc(BLOCK * CIFAR10_RECORD_BYTES);
    for (const open of this.files.train) {
      for (let first = 0; first < CIFAR10_FILE_RECORDS; first += BLOCK) {
        read(open, block, 0, block.length, first * CIFAR10_RECORD_BYTES);
        for (let record = 0; record < BLOCK; record++) {
          const at = record * CIFAR10_RECORD_BYTES + 1;
          for (let i = 0; i < IMAGE_BYTES; i++)
            counts[Math.floor(i / CIFAR10_PIXELS) * 256 + block[at + i]!]!++;
        }
        yield;
      }
    }
    return statisticsOf(counts, 3);
  }

  close(): void {
    for (const { handle } of [...this.files.train, ...this.files.eval]) closeSync(handle);
    this.files.train = [];
    this.files.eval = [];
  }
}

function openFile(folder: string, file: Cifar10File): OpenFile {
  const path = join(folder, file.name);
  let handle: number;
  try {
    handle = openSync(path, READ_NO_FOLLOW);
  } catch (error) {
    throw storageFailure(error, path) ?? error;
  }
  const problem = sizeProblem(file, fstatSync(handle).size);
  if (problem === null) return { file, path, handle };
  closeSync(handle);
  throw expected('data-corrupt', `${problem} (in ${folder}): ${CIFAR10_CURE}.`);
}

/** Fills so many bytes of a buffer from a place in a file. */
function read({ path, handle }: OpenFile, into: Uint8Array, at: number, length: number, place: number): void {
  let got: number;
  try {
    got = readSync(handle, into, at, length, place);
  } catch (error) {
    throw storageFailure(error, path) ?? error;
  }
  if (got < length) throw expected('data-corrupt', `${path} has become shorter: ${CIFAR10_CURE}.`);
}
