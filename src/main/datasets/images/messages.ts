/** What passes between main and the thread that reads images. One thread has one data set open. */
import type { ChannelStatistics } from '../../../shared/augmentation/normalisation';
import type { DatasetId, DatasetLabels, DatasetPart } from '../../../shared/dataset';
import type { Result } from '../../../shared/result';

/** What the thread is started with. */
export interface OpenImages {
  id: DatasetId;
  folder: string | null;
  cache: string;
}

/** What can be asked of it, and what it answers. */
export interface ImageCalls {
  labels: { args: null; answer: DatasetLabels };
  images: { args: { part: DatasetPart; indices: number[] }; answer: Uint8Array };
  statistics: { args: null; answer: ChannelStatistics };
}
export type ImageCall = keyof ImageCalls;

export type ToImages = {
  [K in ImageCall]: { number: number; call: K; args: ImageCalls[K]['args'] };
}[ImageCall];

export interface FromImages {
  /** Of the call that is answered. */
  number: number;
  result: Result<ImageCalls[ImageCall]['answer']>;
}
