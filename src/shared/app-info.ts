/** What the program tells of itself. */
import type { Machine } from './machine';

/** Something that protects the user less than it should: a label of two words, and the sentence with what to do. */
export interface Caution {
  label: string;
  sentence: string;
}

export interface AppInfo {
  version: string;
  electron: string;
  chromium: string;
  node: string;
  /** Data folder: database, data sets and checkpoints. */
  home: string;
  machine: Machine;
  /** Why no run can be trained on a GPU here, as a clause without a full stop; null where nothing is known to be in the way. */
  gpuObstacle: string | null;
  cautions: Caution[];
}
