/**
 * What passes between the process that owns a run (window or terminal) and its trainer. Plain JSON values, so that
 * both a utility process's port and a child process's channel carry them.
 */
import type { Architecture } from '../architecture/architecture';
import type { DatasetId, EpochMetric, Recipe, StepMetric, TrainingPhase } from './domain';
import type { FailureCode } from './result';

export interface TrainingJob {
  architecture: Architecture;
  recipe: Recipe;
  dataset: {
    id: DatasetId;
    /** Folder with the data set's files; null for a set that is drawn by the program. */
    folder: string | null;
  };
  /** Threads TensorFlow may use within an op; null for its own choice. */
  threads: number | null;
}

export type ToTrainer =
  | { type: 'start'; job: TrainingJob }
  /** Takes effect before the next step; what was measured so far is kept. */
  | { type: 'stop' };

export type FromTrainer =
  | { type: 'phase'; phase: TrainingPhase; fraction: number | null }
  | {
      type: 'ready';
      tensorflow: string;
      node: string;
      electron: string | null;
      gpu: string | null;
      datasetSha256: string;
      trainCount: number;
      evalCount: number;
      totalSteps: number;
      stepsPerEpoch: number;
    }
  /** In the order they were taken; a fast network sends several steps in one message. */
  | { type: 'steps'; steps: StepMetric[] }
  | { type: 'epoch'; epoch: EpochMetric }
  | { type: 'live'; imagesPerSecond: number | null; secondsLeft: number | null; memoryBytes: number }
  | { type: 'finished'; outcome: 'completed' | 'stopped' }
  | { type: 'failed'; code: FailureCode; message: string };
