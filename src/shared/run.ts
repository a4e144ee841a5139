/**
 * A run: what was asked for, where it stands, what it was trained on. Times are milliseconds since 1970 (UTC) where they are
 * instants, seconds where they are durations.
 */
import type { Architecture } from '../architecture/architecture';
import type { DatasetId } from './dataset';
import type { HistoryFormat, LeftOut, UnderstoodColumn } from './histories/history';
import type { Machine } from './machine';
import type { EpochMetric } from './metrics';
import type { Recipe } from './recipe';
import type { ModelVersion } from './saved-architecture';
import type { TestResult } from './test-result';

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

/** States from which a run can be resumed at its newest checkpoint (at its first step where it has none). */
export const canResume = (state: RunState): boolean =>
  state === 'paused' || (hasEnded(state) && state !== 'completed');

/** Where a run enters the queue: behind all others, before all others, or not to be taken until it is released. */
export const QUEUE_ENTRIES = ['last', 'next', 'held'] as const;

export type QueueEntry = (typeof QUEUE_ENTRIES)[number];

/**
 * What a run may have to ask before it trains, each the code of the failure (`result.ts`) by which its trainer asks. The run is
 * held in the queue with the question as its reason until its user agrees, or takes it out.
 */
export const QUESTIONS = ['other-kernels'] as const;

export type Question = (typeof QUESTIONS)[number];

export const isQuestion = (code: string): code is Question => (QUESTIONS as readonly string[]).includes(code);

/** On what to compute: `auto` is the GPU where TensorFlow can use one, else the processor. */
export const DEVICES = ['auto', 'cpu', 'gpu'] as const;

export type DeviceChoice = (typeof DEVICES)[number];

/** What a person asks for when starting a run. */
export interface RunRequest {
  name: string;
  architecture: Architecture;
  datasetId: DatasetId;
  recipe: Recipe;
  /** The version in the library that the architecture is, or was made of for a data set; null or absent: of none. */
  model?: ModelVersion | null;
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
   * In whole; its seeds, split and limits must be the parent's, since the position within the epoch is one in their order of the
   * images. Another optimizer begins with fresh slots. Epochs count from the beginning of the parent.
   */
  recipe: Recipe;
  queue?: QueueEntry;
}

/** What a person asks for when a history that another program wrote is to become a run. */
export interface ImportRequest {
  /** The whole source, which is kept with the run. */
  text: string;
  /** Name of the file that it was read from; null where it was pasted. */
  file: string | null;
  /** Empty: made of the file's name. */
  name: string;
  /** Null or absent where it is not known, as the next. */
  architecture?: Architecture | null;
  /** As of a run that is started. */
  model?: ModelVersion | null;
  datasetId?: DatasetId | null;
  /** Also a text that is there already. */
  again?: boolean;
}

/** The data set as it was when the run used it. */
export interface RunDataset {
  id: DatasetId;
  title: string;
  /** SHA-256 of the content, null until the trainer has read it. */
  sha256: string | null;
  /** Before limits and what is held out. */
  trainCount: number;
  /** Of its test set. */
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

/** Where a run was resumed. */
export interface Gap {
  /** The last step before it. */
  step: number;
  at: number;
  /** Between the end of the work that is kept and the moment at which it resumed. */
  lostSeconds: number;
  /** Steps that had been made before and were repeated; their metrics are those of the first time. */
  lostSteps: number;
  /** One sentence on why it was interrupted. */
  reason: string;
  /** One sentence on what is computed otherwise from there on than before; absent for nothing. */
  otherwise?: string;
}

/** Where a run comes from that another program trained, and what was understood of it. */
export interface ImportedFrom {
  format: HistoryFormat;
  /** Name of the source's file, without its folders; null where the text was pasted. */
  file: string | null;
  importedAt: number;
  columns: readonly UnderstoodColumn[];
  leftOut: readonly LeftOut[];
}

export interface Run {
  id: number;
  name: string;
  /** Null for an imported run whose user did not say, as `dataset`, `params` and `macs`. */
  architecture: Architecture | null;
  /**
   * The version in the library that it was started with, whose entry may have been deleted since; null where that is not
   * known: of presets, of files, and of runs of an earlier Resbench.
   */
  model: ModelVersion | null;
  /** Null for an imported run, as `machine` and `versions`. */
  recipe: Recipe | null;
  dataset: RunDataset | null;
  state: RunState;
  /** One sentence on why the run is in its state, null where there is nothing to say. */
  reason: string | null;
  versions: RunVersions | null;
  machine: Machine | null;
  createdAt: number;
  /** Start of the first step. */
  startedAt: number | null;
  endedAt: number | null;
  /** Trainable and other parameters of the network. */
  params: number | null;
  /** MACs per image, of the forward pass. */
  macs: number | null;
  /** Steps done, and in all; both are 0 for an imported run whose source does not count them. */
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
  /** What it has to ask before it trains, which `reason` says in a sentence: it is held until that is answered. */
  asks: Question | null;
  /** The run from whose checkpoint this one began, and where that stood: steps, and images trained on in all of its epochs. */
  parent: { id: number; step: number; images: number } | null;
  /** Where it was resumed, in order. */
  gaps: Gap[];
  /** What it is worth on the test set, each time that this was taken, in order. */
  tests: TestResult[];
  /** Step of its newest intact checkpoint: where it would resume. Null for none: from its first step. */
  checkpointStep: number | null;
  /** What it is to be trained on; `machine.gpu` says what it was. */
  device: DeviceChoice;
  /** Threads TensorFlow uses within an op: another number gives other rounding. Null until the trainer has reported. */
  threads: number | null;
  /** Whether this very process started the run; a run of another window or terminal is watched, and can be stopped too. */
  own: boolean;
  /** Grows with each change of a run that is stored: a description with a lower one is older. */
  revision: number;
  /** Where a run comes from that another program trained; null for every other run. */
  imported: ImportedFrom | null;
  /**
   * One sentence on why the database's row of the run cannot be read; absent where it can. Then whatever else is said of the
   * run may stand in for what is not known: it can be exported and deleted, nothing else.
   */
  unreadable?: string;
}

/** What is known of every run that Resbench trained itself. */
export interface TrainedFacts {
  architecture: Architecture;
  recipe: Recipe;
  dataset: RunDataset;
  versions: RunVersions;
  machine: Machine;
  params: number;
  macs: number;
  imported: null;
}

export type TrainedRun = Run & TrainedFacts;

/** Of any other run only what its source and its user said is known. */
export const isTrained = <T extends Pick<Run, 'imported'>>(run: T): run is T & TrainedFacts =>
  run.imported === null;

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
  'recomputing statistics',
  'validating',
  'testing',
  'writing a checkpoint',
] as const;

export type TrainingPhase = (typeof TRAINING_PHASES)[number];
