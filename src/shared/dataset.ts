/** What is known of a data set: its shape and size, and whether it is on this machine. */
import type { ChannelStatistics } from './augmentation/normalisation';

export const DATASET_IDS = ['shapes', 'cifar10'] as const;

export type DatasetId = (typeof DATASET_IDS)[number];

/** What a data set is divided into by whoever made it; `eval` is its test set. */
export const DATASET_PARTS = ['train', 'eval'] as const;
export type DatasetPart = (typeof DATASET_PARTS)[number];

/** What training needs to know of a data set besides its images. */
export interface DatasetInfo {
  id: DatasetId;
  title: string;
  /** Height, width, channels of an image, uint8. */
  imageShape: [number, number, number];
  classNames: string[];
  trainCount: number;
  /** Of its test set. */
  evalCount: number;
}

/** The classes of all images of a data set, as numbers. */
export type DatasetLabels = Record<DatasetPart, Uint8Array>;

/** The first images of a training set. */
export interface DatasetSample {
  imageShape: [height: number, width: number, channels: number];
  /** Bytes NHWC. */
  images: number[];
  /** Class numbers. */
  labels: number[];
  /** Of the whole training set. */
  statistics: ChannelStatistics;
}

export type DatasetState = 'ready' | 'missing' | 'preparing' | 'corrupt';

export interface DatasetStatus extends DatasetInfo {
  state: DatasetState;
  /** One sentence on the state: where it lies, what is missing or corrupt and what to do. */
  detail: string;
  /** Bytes on disk (0 where it is drawn by the program). */
  bytes: number;
  /** SHA-256 over the content that training uses, known once it has been checked. */
  sha256: string | null;
  /** Where it is missing: path of a copy that another program left on this machine, which `get` takes it from. */
  copy: string | null;
  progress: DatasetProgress | null;
}

export interface DatasetProgress {
  /** What is being done, e.g. `Downloading CIFAR-10`. */
  stage: string;
  /** Bytes or files done and in all; total null where unknown. */
  done: number;
  total: number | null;
  unit: 'bytes' | 'files';
}
