/**
 * The things Resbench speaks of, as they travel between processes and stand in the database.
 * Times are milliseconds since 1970 (UTC) where they are instants, seconds where they are durations.
 */
import { DEFAULT_MODEL_KEY, type ModelKey } from './model-key';
import type { Numerics } from './numerics';
import type { Architecture } from '../architecture/architecture';
import type { Recipe } from './recipe';

export * from './recipe';

// ---------------------------------------------------------------------------------------------------- data sets

export const DATASET_IDS = ['shapes', 'cifar10'] as const;
export type DatasetId = (typeof DATASET_IDS)[number];

/** What training needs to know of a data set besides its pictures. */
export interface DatasetInfo {
  id: DatasetId;
  title: string;
  /** Height, width, channels of a picture, uint8. */
  pictureShape: [number, number, number];
  classNames: string[];
  trainCount: number;
  evalCount: number;
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

// --------------------------------------------------------------------------------------------------------- runs

export const RUN_STATES = [
  'queued',
  'preparing',
  'running',
  'pausing',
  'paused',
  'stopping',
  'stopped',
  'completed',
  'failed',
  'interrupted',
] as const;
export type RunState = (typeof RUN_STATES)[number];

/** States of a run that has a trainer at work. */
export const ACTIVE_STATES = [
  'preparing',
  'running',
  'pausing',
  'stopping',
] as const satisfies readonly RunState[];
export const isActive = (state: RunState): boolean => (ACTIVE_STATES as readonly RunState[]).includes(state);

/** States from which nothing happens any more unless somebody asks for it. */
export const ENDED_STATES = [
  'stopped',
  'completed',
  'failed',
  'interrupted',
] as const satisfies readonly RunState[];
export const hasEnded = (state: RunState): boolean => (ENDED_STATES as readonly RunState[]).includes(state);

/** States from which a run can go on where its newest checkpoint is (from its first step where it has none). */
export const canContinue = (state: RunState): boolean =>
  state === 'paused' || (hasEnded(state) && state !== 'completed');

/** Where a run enters the queue: behind all others, before all others, or not to be taken until it is let go. */
export const QUEUE_ENTRIES = ['last', 'next', 'held'] as const;
export type QueueEntry = (typeof QUEUE_ENTRIES)[number];

/** On what to compute: `auto` is the GPU where TensorFlow can use one, else the processor. */
export const DEVICES = ['auto', 'cpu', 'gpu'] as const;
export type DeviceChoice = (typeof DEVICES)[number];

/** What a person asks for when starting a run. */
export interface RunRequest {
  name: string;
  architecture: Architecture;
  datasetId: DatasetId;
  recipe: Recipe;
  /** Compute the convolutions as this run did, whose network has the same shapes; null or absent: as is fastest here. */
  planOf?: number | null;
  /** Absent: `auto`. */
  device?: DeviceChoice;
  /** `last` unless given. */
  queue?: QueueEntry;
}

/** What a person asks for when a new run begins where another one stood. */
export interface ForkRequest {
  /** The run whose checkpoint it is. */
  id: number;
  /** Null for the newest. */
  checkpointId: number | null;
  name: string;
  /**
   * In whole; its seed and limits must be the parent's, since the position within the epoch is one in their order of the
   * pictures. Another optimizer begins with fresh slots. Epochs count from the beginning of the parent.
   */
  recipe: Recipe;
  queue?: QueueEntry;
}

/** The data set as it was when the run used it. */
export interface RunDataset {
  id: DatasetId;
  title: string;
  /** SHA-256 of the content, null until the trainer has read it. */
  sha256: string | null;
  trainCount: number;
  evalCount: number;
}

export interface RunVersions {
  resbench: string;
  tensorflow: string | null;
  /** Version of Electron that hosted the run, null in plain Node. */
  electron: string | null;
  /** Version of Node inside the process that trained. */
  node: string;
}

export interface Machine {
  platform: string;
  cpu: string;
  /** Logical processors. */
  threads: number;
  memoryBytes: number;
  /** Name of the GPU TensorFlow uses, null on the CPU. */
  gpu: string | null;
  /** What chose TensorFlow's kernels. Absent before a run was ready, and in runs of earlier versions. */
  numerics?: Numerics | null;
}

/** One training step; averages over the pictures of its batch. */
export interface StepMetric {
  /** Counted from 1 over the whole run. */
  step: number;
  /** Counted from 1. */
  epoch: number;
  /** Cross-entropy plus the L2 term, as Keras reports it (nats). */
  loss: number;
  /** Without the L2 term (nats). */
  crossEntropy: number;
  /** Share of the batch classified correctly, 0 to 1. */
  accuracy: number;
  /** Since the first step began, validation included. */
  seconds: number;
}

/** One epoch: averages over its training pictures as they were seen, and over the validation set afterwards. */
export interface EpochMetric {
  epoch: number;
  /** Step (counted over the run) after which the epoch ended. */
  step: number;
  loss: number;
  crossEntropy: number;
  accuracy: number;
  valLoss: number;
  valCrossEntropy: number;
  valAccuracy: number;
  /** Duration of the epoch, validation included. */
  seconds: number;
  /** Training throughput, validation left out. */
  imagesPerSecond: number;
  /** Resident memory of the training process at the end of the epoch. */
  memoryBytes: number;
}

export const CHECKPOINT_KINDS = ['epoch', 'interval', 'pause', 'stop', 'parent'] as const;
/**
 * Why a checkpoint was written: an epoch ended, time had passed within one, the run was paused or stopped; `parent`: it
 * was taken over from the run that this one was forked from.
 */
export type CheckpointKind = (typeof CHECKPOINT_KINDS)[number];

export interface Checkpoint {
  id: number;
  runId: number;
  step: number;
  /** Epochs finished. */
  epoch: number;
  kind: CheckpointKind;
  /** Name of its two files in the run's folder, without ending. */
  file: string;
  bytes: number;
  /** Of the epoch that it ends; null within an epoch. */
  valAccuracy: number | null;
  /** Best validation accuracy of the run so far. */
  best: boolean;
  /** Kept whatever the policy says. */
  pinned: boolean;
  createdAt: number;
  /** One sentence on what is wrong with its files, null as far as is known nothing is. */
  damaged: string | null;
}

/** Where a run went on after it had been away. */
export interface Seam {
  /** The last step before it. */
  step: number;
  at: number;
  /** Between the end of the work that is kept and the moment at which it went on. */
  lostSeconds: number;
  /** Steps that had been made before and were made again; their metrics are those of the first time. */
  lostSteps: number;
  /** One sentence on why it was away. */
  reason: string;
}

export interface Run {
  id: number;
  name: string;
  architecture: Architecture;
  recipe: Recipe;
  dataset: RunDataset;
  state: RunState;
  /** One sentence on why the run is in its state, null where there is nothing to say. */
  reason: string | null;
  versions: RunVersions;
  machine: Machine;
  createdAt: number;
  /** Start of the first step. */
  startedAt: number | null;
  endedAt: number | null;
  /** Trainable and other parameters of the network. */
  params: number;
  /** Multiply-accumulates of one picture's forward pass. */
  macs: number;
  /** Steps done, and in all. */
  step: number;
  totalSteps: number;
  /** Epochs finished, and in all. */
  epoch: number;
  epochs: number;
  /** Best validation accuracy and the epoch it came from. */
  best: { valAccuracy: number; epoch: number } | null;
  last: EpochMetric | null;
  /** Seconds from the first step to the last thing heard of the run. */
  seconds: number;
  /** Place in the queue from 1, held ones counted; null where it does not wait. */
  queue: { place: number; held: boolean } | null;
  /** The run from whose checkpoint this one began, and where that stood: steps, and images trained on in all of its epochs. */
  parent: { id: number; step: number; images: number } | null;
  /** Where it went on after it had been away, in order. */
  seams: Seam[];
  /** Step of its newest good checkpoint: where it would go on. Null for none: from its first step. */
  checkpointStep: number | null;
  /** What it is to be trained on; `machine.gpu` says what it was. */
  device: DeviceChoice;
  /** Threads TensorFlow uses within an op: another number gives other rounding. Null until the trainer has told. */
  threads: number | null;
  /** Whether this very process started the run; a run of another window or terminal is watched, and can be stopped too. */
  own: boolean;
  /** Grows with each change of a run that is stored: a description with a lower one is older. */
  revision: number;
  /**
   * One sentence on why the database's row of the run cannot be read; absent where it can. Then whatever else is said of the
   * run may stand in for what is not known: it can be exported and deleted, nothing else.
   */
  unreadable?: string;
}

/** Room on the disk that holds the checkpoints. */
export interface CheckpointSpace {
  /** Bytes of those of all runs. */
  bytes: number;
  /** What this user may still write there; null where the system does not tell. */
  freeBytes: number | null;
  /** Why the next checkpoint of the run in question would not be written, one sentence; null where it fits. */
  problem: string | null;
}

/** Bytes of a GPU's memory, by whoever they are used. */
export interface GpuMemory {
  usedBytes: number;
  totalBytes: number;
}

/** What is known of a live run between its metrics. */
export interface RunLive {
  runId: number;
  phase: TrainingPhase;
  imagesPerSecond: number | null;
  secondsLeft: number | null;
  /** Resident memory of the training process. */
  memoryBytes: number | null;
  /** Processors the training process keeps busy: 1.9 is nearly two. */
  cores: number | null;
  /** Of the GPU that it trains on; null where it trains on the processor, or where the driver does not tell. */
  gpuMemory: GpuMemory | null;
  /** Progress of the phase where it is not counted in steps (validation), 0 to 1. */
  fraction: number | null;
  /** One sentence where nothing has been heard of the training process for much longer than a step takes. */
  stalled: string | null;
}

export const TRAINING_PHASES = [
  'loading TensorFlow',
  'loading data',
  'building the network',
  'loading the checkpoint',
  'training',
  'validating',
  'writing a checkpoint',
] as const;
export type TrainingPhase = (typeof TRAINING_PHASES)[number];

export interface SavedArchitecture {
  id: number;
  architecture: Architecture;
  updatedAt: number;
}

export const THEMES = ['system', 'dark', 'light'] as const;
export type Theme = (typeof THEMES)[number];

/** What the window remembers. */
export interface Settings {
  theme: Theme;
  /** Route last looked at, e.g. `/runs/3`. */
  view: string;
  /** Architecture last looked at in Models: its key. */
  model: ModelKey | null;
  /** Runs ticked for Compare. */
  compare: number[];
  /** Exponential smoothing of the curves, 0 (off) to 0.99. */
  smoothing: number;
  /** Runs trained at the same time, by all windows and terminals together; they share the processors. */
  runsAtOnce: number;
  /** Minutes between checkpoints within an epoch; 0 for none but at the ends of epochs. */
  checkpointMinutes: number;
  /** Newest checkpoints kept of a run, besides the best one and those that are pinned. */
  keepCheckpoints: number;
  /** Besides, the checkpoints at the end of every k-th epoch; 0 for none. */
  keepEveryEpochs: number;
  /** Tell by a desktop notification that a run has ended while the window is not in front. */
  notify: boolean;
}

export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  view: '/models',
  model: DEFAULT_MODEL_KEY,
  compare: [],
  smoothing: 0,
  runsAtOnce: 1,
  checkpointMinutes: 10,
  keepCheckpoints: 2,
  keepEveryEpochs: 0,
  notify: true,
};

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
