/** What every reader of files of arrays makes of them. */
import type { Manifest } from '../../../shared/own-dataset';

export interface ArrayFile {
  path: string;
  /** Bytes. */
  size: number;
  mtimeMs: number;
}

export type Beat = () => Promise<void>;

/** Files of arrays that were recognised by names and first bytes. */
export interface FoundArrays {
  kind: Exclude<Manifest['source']['kind'], 'folder'>;
  /** Those that are read, in the order of their names. */
  files: ArrayFile[];
  /**
   * Reads headers and labels.
   * @param beat awaited between pieces of work; what it throws ends the reading
   * @throws ExpectedError `invalid-input`, `data-corrupt` or `storage`, naming the file
   */
  read: (beat: Beat) => Promise<ArraySet>;
}

export interface ArraySet {
  /** By label. Of a stranger, who may have made them empty or equal. */
  classNames: string[];
  imageShape: readonly [height: number, width: number, channels: number];
  /** Without test images these are to be taken from the training images. */
  parts: { train: ArrayPart; eval: ArrayPart | null };
}

export interface ArrayPart {
  /** One for each image, in the order of the file. */
  labels: Uint8Array;
  /**
   * Reads the images, NHWC, in the order of the file; each chunk is one or more whole images.
   * @throws ExpectedError as `FoundArrays.read`
   */
  images: () => AsyncIterable<Uint8Array>;
}

/** Parts one after the other. */
export const joined = (parts: readonly ArrayPart[]): ArrayPart => ({
  labels: Buffer.concat(parts.map(({ labels }) => labels)),
  images: async function* () {
    for (const part of parts) yield* part.images();
  },
});

/** Names of classes that have none: numbers from 0 up to the largest label. */
export function numberedClasses(labels: readonly Uint8Array[]): string[] {
  const classes = labels.reduce((most, some) => some.reduce((a, b) => Math.max(a, b + 1), most), 0);
  return Array.from({ length: classes }, (_, label) => String(label));
}
