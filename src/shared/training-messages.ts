/**
 * What passes between the process that owns a run (window or terminal) and its trainer. Plain JSON values, so that
 * both a utility process's port and a child process's channel carry them.
 */
import type { Architecture } from '../architecture/architecture';
import type { CheckpointKind } from './checkpoint';
import type { DatasetId, DatasetProgress, DatasetSample } from './dataset';
import type { EpochMetric, StepMetric } from './metrics';
import type { RangeEnd, RangePoint, RateRange } from './range-test';
import type { Recipe } from './recipe';
import type { DeviceChoice, TrainingPhase } from './run';
import type { SentPredictions } from './predictions';
import type { Numerics } from './numerics';
import type { Prepared, PrepareJob } from './own-dataset';
import type { EnginePlan, PlanChoice } from './plan';
import type { FailureCode } from './result';
import type { Origin } from './schedule';
import type { TestViews } from './test-result';

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
  /** Compute the convolutions as another run did: then the same job gives the same bits. Null: chosen for this machine. */
  plan: EnginePlan | null;
  /** What chose TensorFlow's kernels for the steps before, or for the run whose plan this is; null: nothing is to be kept. */
  numerics?: Numerics | null;
  /** Whether the plan may be carried out with other kernels of our own than those of `numerics`, or without; absent: it is asked. */
  otherKernels?: boolean;
  /** Absent: `auto`. */
  device?: DeviceChoice;
  /** Version of Resbench, for what is written. */
  resbench: string;
  checkpoints: {
    /** The run's own folder; created where it does not exist. */
    folder: string;
    /** Between those within an epoch; null for none. */
    everyMinutes: number | null;
    /** Names of those that are remembered. Others were written by one that died before it could tell: they go. */
    known: string[];
  };
  /** Where it resumes; null for its first step. */
  from: {
    /** Newest first, with the SHA-256 of their descriptions: the first that can be read is used. */
    checkpoints: { file: string; sha256: string }[];
    /**
     * A fork cannot begin at a first step of its own where none can be read; and it may have another optimizer than its
     * parent: then it takes the variables and begins with fresh slots.
     */
    fork: boolean;
  } | null;
  /** Of a fork, where its own steps begin; absent: at the first. With it the schedule is the same however often it is resumed. */
  origin?: Origin;
  /** Spent in training already, seconds: what a step's time since the beginning counts on from. */
  secondsBefore: number;
}

/** Weights of a run to be evaluated on the whole test set; nothing is trained or written. */
export interface TestJob extends Pick<
  TrainingJob,
  'architecture' | 'recipe' | 'dataset' | 'threads' | 'plan' | 'numerics' | 'device'
> {
  checkpoint: {
    /** The run's own folder. */
    folder: string;
    file: string;
    /** Of its description. */
    sha256: string;
  };
  views: TestViews;
}

export interface TestTaken {
  datasetSha256: string;
  images: number;
  loss: number;
  crossEntropy: number;
  accuracy: number;
  /** With the average of the weights, where the run has one. */
  average?: Record<'loss' | 'crossEntropy' | 'accuracy', number>;
  /** Of the evaluation alone. */
  seconds: number;
  predictions: SentPredictions;
}

export type ToTester = { type: 'test'; job: TestJob };
/** `phase` and `notice` while it works, then one of the others. */
export type FromTester =
  Extract<FromTrainer, { type: 'phase' | 'notice' | 'failed' }> | { type: 'tested'; result: TestTaken };

/** A learning-rate range test; nothing is written, and nothing of the network is kept. */
export interface RangeJob extends Pick<
  TrainingJob,
  'architecture' | 'recipe' | 'dataset' | 'threads' | 'device'
> {
  range: RateRange;
}

export type ToRangeTester = { type: 'range'; job: RangeJob };
/** `phase`, `notice` and `points` (in order) while it works, then one of the others. */
export type FromRangeTester =
  | Extract<FromTrainer, { type: 'phase' | 'notice' | 'failed' }>
  | { type: 'points'; points: RangePoint[] }
  | { type: 'ranged'; end: RangeEnd };

export type ToTrainer =
  | { type: 'start'; job: TrainingJob }
  /** Both take effect before the next step, after a checkpoint; what was measured so far is kept. */
  | { type: 'stop' }
  | { type: 'pause' };

export type FromTrainer =
  | { type: 'phase'; phase: TrainingPhase; fraction: number | null }
  | {
      type: 'ready';
      tensorflow: string;
      node: string;
      electron: string | null;
      gpu: string | null;
      datasetSha256: string;
      totalSteps: number;
      /** Within an op. */
      threads: number;
      /** How the convolutions are computed, null where the engine has no choice. */
      plan: EnginePlan | null;
      /** How the engine came to it, null where it has no choice. */
      choice: PlanChoice | null;
      /** What chose TensorFlow's kernels. */
      numerics: Numerics;
      /** What is computed otherwise than before, as its user agreed; a sentence, absent for nothing. */
      otherwise?: string;
    }
  /** What the user must know of the run, a sentence; before `ready`. */
  | { type: 'notice'; message: string }
  /** In the order they were taken; a fast network sends several steps in one message. */
  | { type: 'steps'; steps: StepMetric[] }
  /** With what was predicted in its validation; null where it was not validated. */
  | { type: 'epoch'; epoch: EpochMetric; predictions: SentPredictions | null }
  | {
      type: 'live';
      imagesPerSecond: number | null;
      secondsLeft: number | null;
      memoryBytes: number;
      cores: number | null;
    }
  /** Before the first step of a run that is resumed. */
  | {
      type: 'resumed';
      /** Null: none could be read, it begins at its first step. */
      checkpoint: { file: string; step: number; epoch: number } | null;
      /** Newer ones that could not be read, each with a sentence. */
      damaged: { file: string; message: string }[];
    }
  /** It is on the disk, durable; all metrics up to its step have been sent before. */
  | {
      type: 'checkpoint';
      kind: Exclude<CheckpointKind, 'parent'>;
      file: string;
      step: number;
      epoch: number;
      bytes: number;
      weightsSha256: string;
      stateSha256: string;
      valAccuracy: number | null;
      /** Whether it is the best of the run so far; absent where its validation accuracy says so. */
      best?: boolean;
    }
  /** Training continues without it. */
  | { type: 'checkpointFailed'; step: number; message: string }
  /** Its recipe ends it before its last epoch, `finished` follows; a sentence. */
  | { type: 'endedEarly'; message: string }
  | { type: 'finished'; outcome: 'completed' | 'stopped' | 'paused' }
  | { type: 'failed'; code: FailureCode; message: string };

// ---------------------------------------------------------------------------------------------------- the probe

/** `layers`: a tfjs-layers model, op by op; `graph`: the whole step as one TensorFlow graph. */
export const ENGINE_NAMES = ['layers', 'graph'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** A few steps on made-up data from made-up weights (src/trainer/probe.ts); nothing of it is kept. */
export interface ProbeJob {
  architecture: Architecture;
  /** Its epochs, seed and limits mean nothing here. */
  recipe: Recipe;
  steps: number;
  /** Null for what the product trains with. */
  engine: EngineName | null;
  /** Absent: `auto`. */
  device?: DeviceChoice;
}

/** Figures are null where they are not numbers: the channel of a child process speaks JSON. */
export interface ProbeResult {
  steps: {
    /** Cross-entropy with the weights before the step's update (nats). */
    loss: number | null;
    /** With the L2 term. */
    total: number | null;
    correct: number;
  }[];
  /** In the network's order. */
  variables: {
    name: string;
    shape: number[];
    /** Sum and Euclidean norm after the last step. */
    sum: number | null;
    norm: number | null;
    /** Euclidean norm of the gradient of the total loss at step 0, null where the variable is not trained. */
    gradNorm: number | null;
  }[];
  /** Of the batch of step 0, in inference mode, after the last step: a row of classes for each image. */
  logits: (number | null)[][];
}

export type ToProbe = { type: 'probe'; job: ProbeJob };
/** `phase` and `notice` while it works, then one of the others. */
export type FromProbe =
  Extract<FromTrainer, { type: 'phase' | 'notice' | 'failed' }> | { type: 'probed'; result: ProbeResult };

// ---------------------------------------------------------------------------------------------------- costs

/** What a training would take on this machine is measured, for a batch of its recipe; kept in the cache folder. */
export interface CostJob {
  architecture: Architecture;
  /** Its epochs, seed and limits mean nothing here. */
  recipe: Recipe;
  /** Images of the largest step. */
  batch: number;
  device: DeviceChoice;
  /** Whether steps of the whole network are taken too, or its parts alone are measured. */
  steps: boolean;
}

export type ToMeter = { type: 'measure'; job: CostJob } | { type: 'stop' };
/** `measuring` and `notice` while it works, then one of the others. */
export type FromMeter =
  | Extract<FromTrainer, { type: 'notice' | 'failed' }>
  | { type: 'measuring'; stage: string; fraction: number | null }
  | { type: 'measured' };

// ---------------------------------------------------------------------------------------------------- the sample

/** The first images of a training set. */
export interface SampleJob {
  dataset: TrainingJob['dataset'];
  /** Images. */
  count: number;
}

export type ToSampler = { type: 'sample'; job: SampleJob };
export type FromSampler =
  Extract<FromTrainer, { type: 'failed' }> | { type: 'sampled'; sample: DatasetSample };

// ------------------------------------------------------------------------------------------------- own data sets

/** A stop cancels it: what was made so far is removed. */
export type ToPreparer = { type: 'prepare'; job: PrepareJob } | { type: 'stop' };
/** `progress` while it works, then one of the others. */
export type FromPreparer =
  | Extract<FromTrainer, { type: 'failed' }>
  | { type: 'progress'; progress: DatasetProgress }
  | { type: 'prepared'; result: Prepared };
