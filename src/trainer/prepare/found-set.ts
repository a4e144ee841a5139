/** What a set is made of, from when it is found until its images are written: folders (`folder.ts`), arrays (`array-files.ts`). */
import type { Manifest, Preparation } from '../../shared/own-dataset';
import type { ContentWriter } from './content';

export interface FoundSet {
  kind: Manifest['source']['kind'];
  /** SHA-256 over names, lengths and times of its files. */
  stamp: string;
  /**
   * Looks closer, before anything is made.
   * @throws ExpectedError where it makes no data set
   */
  open: () => Promise<OpenSet>;
}

export interface OpenSet {
  split: Manifest['source']['split'];
  /** Writes the images of both parts, then the labels of both. */
  write: (writer: ContentWriter) => Promise<WrittenSet>;
}

export type WrittenSet = Pick<Manifest, 'classNames' | 'trainCount' | 'evalCount' | 'leftOut'> & {
  preparation: Preparation;
  /** Files or images that were looked at, by which people see how far it is. */
  total: number;
};
