/** The images of a data set one by one, for looking at them: what is asked for is read where it lies, and nothing else. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import {
  channelStatistics,
  statisticsOf,
  type ChannelStatistics,
} from '../../shared/augmentation/normalisation';
import type { DatasetId, DatasetPart } from '../../shared/dataset';
import { DATASETS } from '../../shared/datasets';
import { expected } from '../../shared/result';
import { storageFailure } from '../files/file-errors';
import { READ_NO_FOLLOW } from '../files/own-files';
import {
  CIFAR10_CURE,
  CIFAR10_FILE_RECORDS,
  CIFAR10_FILES,
  CIFAR10_PIXELS,
  CIFAR10_RECORD_BYTES,
  decodeRecords,
  sizeProblem,
  type Cifar10File,
} from './cifar10-files';
import { loadShapes } from './shapes-cache';
import type { Split } from './split';

export interface ImageStore {
  /** Class numbers by image. */
  labels: Readonly<Record<DatasetPart, Uint8Array>>;
  /**
   * @param indices of images, each below the number of labels
   * @returns bytes NHWC
   * @throws ExpectedError `data-missing`, `data-corrupt` or `storage` where a file is not as it was any more
   */
  read(part: DatasetPart, indices: readonly number[]): Uint8Array;
  /** Of the training images, a piece at a time: whoever asks may do something else between two of them. */
  statistics(): Generator<void, ChannelStatistics>;
  close(): void;
}

/**
 * Opens a data set as it lies, by the lengths of its files: their content is checked by whoever trains on it.
 * @param folder with the set's files; null for a set that is drawn by the program
 * @param cache folder where a set that is drawn may be kept; null: drawn each time
 * @throws ExpectedError `data-missing`, `data-corrupt` or `storage`, naming the file and the cure
 */
export function openImages(id: DatasetId, folder: string | null, cache: string | null): ImageStore {
  switch (id) {
    case 'shapes': {
      const { trainCount, evalCount, imageShape } = DATASETS.shapes;
      return inMemory(loadShapes(trainCount, evalCount, cache), imageShape);
    }
    case 'cifar10':
      if (folder === null)
        throw expected('data-missing', `CIFAR-10 is not on this machine: ${CIFAR10_CURE}.`);
      return new Cifar10Images(folder);
  }
}

function inMemory(
  splits: Record<DatasetPart, Split>,
  [height, width, channels]: readonly [number, number, number],
): ImageStore {
  const size = height * width * channels;
  return {
    labels: { train: splits.train.labels, eval: splits.eval.labels },
    read(part, indices) {
      const bytes = new Uint8Array(indices.length * size);
      for (const [at, index] of indices.entries())
        bytes.set(splits[part].images.subarray(index * size, (index + 1) * size), at * size);
      return bytes;
    },
    // eslint-disable-next-line require-yield -- the images are there
    *statistics() {
      return channelStatistics(splits.train.images, channels);
    },
    close: () => {},
  };
}

/** A file that is open, and of the length that it has to have. */
interface OpenFile {
  file: Cifar10File;
  path: string;
  handle: number;
}

const IMAGE_BYTES = 3 * CIFAR10_PIXELS;
/** Records that are read at once where all are: 3 MB. */
const BLOCK = 1000;

class Cifar10Images implements ImageStore {
  readonly labels: Record<DatasetPart, Uint8Array>;
  private readonly files: Record<DatasetPart, OpenFile[]> = { train: [], eval: [] };
  private readonly record = Buffer.alloc(CIFAR10_RECORD_BYTES);

  constructor(folder: string) {
    try {
      for (const file of CIFAR10_FILES) this.files[file.split].push(openFile(folder, file));
      this.labels = { train: this.labelsOf('train'), eval: this.labelsOf('eval') };
    } catch (error) {
      this.close();
      throw error;
    }
  }

  private labelsOf(part: DatasetPart): Uint8Array {
    const labels = new Uint8Array(this.files[part].length * CIFAR10_FILE_RECORDS);
    for (const [number, open] of this.files[part].entries()) {
      for (let record = 0; record < CIFAR10_FILE_RECORDS; record++)
        read(open, labels, number * CIFAR10_FILE_RECORDS + record, 1, record * CIFAR10_RECORD_BYTES);
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
