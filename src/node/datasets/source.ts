/** What a data set is to the programs of the Node side: where it lies, whether it is there, and how it is read. One file each in `sources/`. */
import type { ChannelStatistics } from '../../shared/augmentation/normalisation';
import type { DatasetId, DatasetInfo, DatasetPart } from '../../shared/dataset';
import type { Split } from './split';

export interface DatasetSource {
  id: DatasetId;
  /**
   * @param folder as below
   * @throws ExpectedError `data-missing` or `data-corrupt` where only its files could tell and cannot
   */
  info(folder: string | null): DatasetInfo;
  /** Of the whole content that is trained on; the file of the set says over what. Likewise. */
  sha256(folder: string | null): string;
  /** Where its files lie (or will) in a data folder; null for a set that is drawn by the program. */
  folder(home: string): string | null;
  /** A look at names and lengths only, which takes no time: `load` checks the content. */
  presence(home: string): DatasetPresence;
  /** Changes whenever one of its files does. */
  stamp(home: string): string;
  /**
   * Reads (or draws) the first images of each part, and checks the whole content whatever their numbers.
   * @param folder as above
   * @param counts at most as many as there are
   * @param cache folder where a set that is drawn may be kept for the next time; null: drawn each time
   * @throws ExpectedError `data-missing`, `data-corrupt` or `storage`, naming the file and the cure
   */
  load(
    folder: string | null,
    counts: Record<DatasetPart, number>,
    cache: string | null,
  ): Promise<Record<DatasetPart, Split>>;
  /**
   * Opens it as it lies, by the lengths of its files, for looking at single images: what is asked for is read, and nothing else.
   * @throws ExpectedError as `load`
   */
  open(folder: string | null, cache: string | null): ImageStore;
}

export interface DatasetPresence {
  state: 'ready' | 'missing' | 'corrupt';
  /** One sentence, without the cure where the set is simply not there. */
  detail: string;
  /** Of the files that are there. */
  bytes: number;
}

export interface ImageStore {
  /** Class numbers by image, a piece at a time: whoever asks may do something else between two of them. */
  labels(): Generator<void, Record<DatasetPart, Uint8Array>>;
  /**
   * @param indices of images, each below their number
   * @returns bytes NHWC
   * @throws ExpectedError `data-corrupt` or `storage` where a file is not as it was any more
   */
  read(part: DatasetPart, indices: readonly number[]): Uint8Array;
  /** Of the training images, likewise. */
  statistics(): Generator<void, ChannelStatistics>;
  close(): void;
}
