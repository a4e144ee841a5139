/** What passes between the data set service and its worker. Plain JSON values. One worker does one job. */
import type { DatasetProgress } from '../../shared/dataset';
import type { FailureCode } from '../../shared/result';
import type { Sources } from './sources';

export type DatasetJob =
  /**
   * Put CIFAR-10 into the data folder; done at once where the right files are there already. It is taken from one of the
   * copies (paths on this machine, tried in this order), else downloaded.
   */
  | { kind: 'get'; home: string; cache: string; sources: Sources; copies: string[] }
  /** The same from a file or folder of the user's, which is only read. */
  | { kind: 'import'; home: string; path: string }
  /** Read and check every file that lies in the data folder. */
  | { kind: 'check'; home: string };

export type ToDatasetWorker =
  | { type: 'start'; job: DatasetJob }
  /** Takes effect within a second or two; a download stays where it is and resumes there the next time. */
  | { type: 'cancel' };

export type FromDatasetWorker =
  | { type: 'progress'; progress: DatasetProgress }
  /** All six official files lie in the data folder; a note says what else the user should know. */
  | { type: 'done'; note: string | null }
  | { type: 'failed'; code: FailureCode; message: string };
