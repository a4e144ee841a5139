/** What is known of a data set: its shape and size, and whether it is on this machine. */
import { z } from 'zod';
import type { ChannelStatistics } from './augmentation/normalisation';
import { MAX_OWN_ID, OWN_ID, type Manifest, type OwnDatasetId } from './own-dataset';

/** Those that Resbench knows, whether they are on this machine or not. */
export const BUILT_IN_IDS = ['shapes', 'cifar10'] as const;
export type BuiltInId = (typeof BUILT_IN_IDS)[number];

/** Of one of those, or of a set that somebody made of images of their own. */
export type DatasetId = BuiltInId | OwnDatasetId;

export const isBuiltIn = (id: string): id is BuiltInId => (BUILT_IN_IDS as readonly string[]).includes(id);
export const isDatasetId = (text: unknown): text is DatasetId =>
  typeof text === 'string' && (isBuiltIn(text) || (text.length <= MAX_OWN_ID && OWN_ID.test(text)));
export const datasetIdSchema = z.custom<DatasetId>(isDatasetId, 'is no data set');

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
  /** How it was made of images of somebody's own; absent for others. */
  own?: OwnFacts;
}

export type OwnFacts = Pick<Manifest, 'asked' | 'preparation' | 'source' | 'leftOut' | 'createdAt'>;

export interface DatasetProgress {
  /** What is being done, e.g. `Downloading CIFAR-10`. */
  stage: string;
  /** What is done and in all; total null where unknown. */
  done: number;
  total: number | null;
  unit: 'bytes' | 'files' | 'images';
}
