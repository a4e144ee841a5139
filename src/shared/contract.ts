/**
 * Every call and every event between the window and main, once. To add a call: add it here, then its handler in
 * src/main/window/ipc/handlers.ts; the compiler finds the rest.
 */
import { z } from 'zod';
import { LIMITS } from '../architecture/limits';
import { architectureSchema } from './arguments';
import type { AppInfo } from './app-info';
import type { CommandId } from './commands';
import type { Checkpoint, CheckpointSpace } from './checkpoint';
import type { CostProgress, KnownCosts } from './cost/known';
import type { ChannelStatistics } from './augmentation/normalisation';
import {
  datasetIdSchema as datasetId,
  DATASET_PARTS,
  type DatasetId,
  type DatasetLabels,
  type DatasetSample,
  type DatasetStatus,
} from './dataset';
import type { SourceExcerpt } from './histories/source';
import type { EpochMetric } from './metrics';
import type { Predictions } from './predictions';
import { rangeSchema, type RangeProgress, type RangeResult } from './range-test';
import { RECIPE_FIELDS, recipeSchema } from './recipe';
import { DEVICES, QUEUE_ENTRIES, type Run, type RunLive } from './run';
import type { ArchitectureVersion, SavedArchitecture } from './saved-architecture';
import type { RecipeVersion, SavedRecipe } from './saved-recipe';
import { inertText } from './inert-schema';
import { askedPreparationSchema, MAX_TITLE } from './own-dataset';
import { SETTING_SCHEMAS, type Settings } from './settings';
import type { EnginePlan } from './plan';
import type { Result } from './result';
import type { StepColumns } from './step-columns';
import { TEST_VIEW_KEYS, type TestProgress } from './test-result';

const runId = z.number().int().positive();
/** Empty: one is made of what is trained on what. */
const runName = inertText(LIMITS.nameLength);
const batchSize = z.number().int().min(1).max(RECIPE_FIELDS.batchSize.bounds.atMost);
const queueEntry = z.enum(QUEUE_ENTRIES).optional();
/** Of what its service checks, and says in a sentence of its own. */
const MAX_TEXT = 100_000;
/** Of a path, characters. */
const MAX_PATH = 4096;
/** Images of a part of a data set, and those that are asked for at once. */
const MAX_IMAGES = 100_000_000;
const MAX_IMAGES_AT_ONCE = 1000;
const versionNumber = z.number().int().positive();
/** Null or absent: of none in the library, as far as is known. */
const modelVersion = z.strictObject({ id: runId, version: versionNumber }).nullable().optional();

const method =
  <R>() =>
  <A extends z.ZodType>(args: A): { args: A; result: R } => ({ args, result: undefined as R });

/** Method name → schema of its single argument (`z.void()` for none) and type of its result's value. */
export const METHODS = {
  'app.info': method<AppInfo>()(z.void()),
  'app.openHome': method<void>()(z.void()),

  'settings.get': method<Settings>()(z.void()),
  'settings.set': method<Settings>()(z.strictObject(SETTING_SCHEMAS).partial()),

  'architectures.list': method<SavedArchitecture[]>()(z.void()),
  /**
   * With an id: the next version of that one, under the name given. Where it is as the newest version is there is no new
   * one, and a note is set on that.
   */
  'architectures.save': method<SavedArchitecture>()(
    z.strictObject({
      id: runId.nullable(),
      architecture: architectureSchema,
      note: z.string().max(MAX_TEXT).optional(),
    }),
  ),
  /** The name belongs to the entry: no new version. */
  'architectures.rename': method<SavedArchitecture>()(
    z.strictObject({ id: runId, name: z.string().max(MAX_TEXT) }),
  ),
  /** Star, tags and notes, each as a whole; what is absent stays. No new version. */
  'architectures.describe': method<SavedArchitecture>()(
    z.strictObject({
      id: runId,
      starred: z.boolean().optional(),
      tags: z.array(z.string().max(MAX_TEXT)).max(1000).optional(),
      notes: z.string().max(MAX_TEXT).optional(),
    }),
  ),
  /** Newest first. */
  'architectures.versions': method<ArchitectureVersion[]>()(z.strictObject({ id: runId })),
  /** Sets the note of a version. */
  'architectures.annotate': method<ArchitectureVersion>()(
    z.strictObject({ id: runId, version: versionNumber, note: z.string().max(MAX_TEXT) }),
  ),
  'architectures.delete': method<void>()(z.strictObject({ id: runId })),
  /** Undo of a deletion. */
  'architectures.restore': method<SavedArchitecture>()(z.strictObject({ id: runId })),

  /** By name. */
  'recipes.list': method<SavedRecipe[]>()(z.void()),
  /**
   * Without an id a new recipe of the name; with one the next version of that. Where it trains as the newest version does there
   * is no new one, and a note is set on that.
   */
  'recipes.save': method<SavedRecipe>()(
    z.strictObject({
      id: runId.nullable(),
      name: z.string().max(MAX_TEXT).nullable(),
      recipe: recipeSchema,
      note: z.string().max(MAX_TEXT).optional(),
    }),
  ),
  /** The name belongs to the entry: no new version. */
  'recipes.rename': method<SavedRecipe>()(z.strictObject({ id: runId, name: z.string().max(MAX_TEXT) })),
  /** Sets the note of a version. */
  'recipes.annotate': method<RecipeVersion>()(
    z.strictObject({ id: runId, version: versionNumber, note: z.string().max(MAX_TEXT) }),
  ),
  'recipes.delete': method<void>()(z.strictObject({ id: runId })),
  /** Undo of a deletion. */
  'recipes.restore': method<SavedRecipe>()(z.strictObject({ id: runId })),

  'datasets.list': method<DatasetStatus[]>()(z.void()),
  /** Starts (or resumes) the download; progress comes as `dataset.changed`. Resolves when ready, failed or cancelled. */
  'datasets.get': method<DatasetStatus>()(z.strictObject({ id: datasetId })),
  'datasets.cancel': method<void>()(z.strictObject({ id: datasetId })),
  /** Lets the user pick a file or folder that holds the data set; null when the dialog was dismissed. */
  'datasets.import': method<DatasetStatus | null>()(
    z.strictObject({ id: datasetId, pick: z.enum(['file', 'folder']) }),
  ),
  /** Lets the user pick a folder of images, or a file of arrays; null when the dialog was dismissed. */
  'datasets.pick': method<string | null>()(z.strictObject({ kind: z.enum(['file', 'folder']) })),
  /** Makes a set of a folder of images; progress comes as `dataset.changed`. Resolves when ready, failed or cancelled. */
  'datasets.add': method<DatasetStatus>()(
    z.strictObject({
      path: z.string().min(1).max(MAX_PATH),
      title: inertText(MAX_TITLE).refine((title) => title.trim() !== '', 'is empty'),
      preparation: askedPreparationSchema,
    }),
  ),
  /** Removes a set of the user's own; the folder that it was made of stays. */
  'datasets.remove': method<void>()(z.strictObject({ id: datasetId })),
  /** Reads and checks every file of the data set. */
  'datasets.check': method<DatasetStatus>()(z.strictObject({ id: datasetId })),
  /** The classes of all images. */
  'datasets.labels': method<DatasetLabels>()(z.strictObject({ id: datasetId })),
  /** Bytes of images, NHWC, in the order asked for. */
  'datasets.images': method<Uint8Array>()(
    z.strictObject({
      id: datasetId,
      part: z.enum(DATASET_PARTS),
      indices: z.array(z.number().int().min(0).max(MAX_IMAGES)).min(1).max(MAX_IMAGES_AT_ONCE),
    }),
  ),
  /** Mean and deviation of the training images' channels; takes a second where there are many. */
  'datasets.statistics': method<ChannelStatistics>()(z.strictObject({ id: datasetId })),
  /** The first eight images of the training set, for previews. */
  'datasets.sample': method<DatasetSample>()(z.strictObject({ id: datasetId })),

  /** What was measured here of steps of so many images. */
  'costs.known': method<KnownCosts>()(z.strictObject({ batch: batchSize, device: z.enum(DEVICES) })),
  /** Measures what a training would take; resolves once it is known. Progress comes as `costs.measuring`. */
  'costs.measure': method<KnownCosts>()(
    z.strictObject({
      architecture: architectureSchema,
      recipe: recipeSchema,
      batch: batchSize,
      device: z.enum(DEVICES),
    }),
  ),
  'costs.cancel': method<void>()(z.void()),

  'runs.list': method<Run[]>()(z.void()),
  'runs.get': method<Run>()(z.strictObject({ id: runId })),
  'runs.start': method<Run>()(
    z.strictObject({
      name: runName,
      architecture: architectureSchema,
      datasetId,
      recipe: recipeSchema,
      model: modelVersion,
      planOf: runId.nullable().optional(),
      device: z.enum(DEVICES).optional(),
      queue: queueEntry,
    }),
  ),
  /** One that waits leaves the queue; one that trains writes a checkpoint and ends. */
  'runs.stop': method<Run>()(z.strictObject({ id: runId })),
  /** Writes a checkpoint and gives the memory back; one that waits is held. */
  'runs.pause': method<Run>()(z.strictObject({ id: runId })),
  /** Queues a paused, stopped, failed or interrupted run: it resumes from its newest checkpoint. */
  'runs.resume': method<Run>()(
    z.strictObject({
      id: runId,
      queue: queueEntry,
      /** Agrees to what the run asks, or would ask. */
      otherKernels: z.boolean().optional(),
    }),
  ),
  /** Adds epochs to the recipe and queues the run where it had ended. */
  'runs.extend': method<Run>()(
    z.strictObject({ id: runId, epochs: z.number().int().min(1).max(100000), queue: queueEntry }),
  ),
  /** A new run, of the same model, that begins at a checkpoint of this one (null: the newest) with another recipe. */
  'runs.fork': method<Run>()(
    z.strictObject({
      id: runId,
      checkpointId: runId.nullable(),
      name: runName,
      recipe: recipeSchema,
      queue: queueEntry,
    }),
  ),
  /** A run of a history that another program wrote; main reads the text again, whoever has read it before. */
  'runs.import': method<Run>()(
    z.strictObject({
      text: z.string(),
      file: z.string().max(4096).nullable(),
      name: runName,
      architecture: architectureSchema.nullable().optional(),
      model: modelVersion,
      datasetId: datasetId.nullable().optional(),
      again: z.boolean().optional(),
    }),
  ),
  /** The newest run that was imported from just this text; null where there is none. */
  'runs.ofSource': method<Run | null>()(z.strictObject({ text: z.string() })),
  /** The beginning of the text that a run was imported from. */
  'runs.source': method<SourceExcerpt>()(z.strictObject({ id: runId })),
  /**
   * Evaluates a checkpoint on the whole test set, stores the figures with the run and counts that they were taken; resolves
   * once they are there. Progress comes as `run.testing`. Null: the best checkpoint where the validation was not on the test
   * set, else the newest.
   */
  'runs.test': method<Run>()(
    z.strictObject({ id: runId, checkpointId: runId.nullable(), views: z.enum(TEST_VIEW_KEYS) }),
  ),
  'runs.cancelTest': method<void>()(z.strictObject({ id: runId })),
  /** Resolves once the learning-rate range test has ended. Progress comes as `rangeTest.progress`. Nothing is stored. */
  'rangeTest.take': method<RangeResult>()(
    z.strictObject({
      architecture: architectureSchema,
      datasetId,
      recipe: recipeSchema,
      device: z.enum(DEVICES).optional(),
      range: rangeSchema,
    }),
  ),
  'rangeTest.cancel': method<void>()(z.void()),
  /** Opens the file that tells what the run's training process went through and said. */
  'runs.openLog': method<void>()(z.strictObject({ id: runId })),

  /** To a place in the queue, from 1; the answer is all that wait, in their order. */
  'queue.move': method<Run[]>()(z.strictObject({ id: runId, place: z.number().int().min(1) })),
  /** A held run is passed over until it is released. */
  'queue.hold': method<Run>()(z.strictObject({ id: runId, held: z.boolean() })),

  /** Newest first. */
  'checkpoints.list': method<Checkpoint[]>()(z.strictObject({ id: runId })),
  /** Room on their disk, and whether the next one of the run fits; null: of no run in particular. */
  'checkpoints.space': method<CheckpointSpace>()(z.strictObject({ id: runId.nullable() })),
  'checkpoints.pin': method<Checkpoint>()(z.strictObject({ checkpointId: runId, pinned: z.boolean() })),
  /** Gone at once; the last intact one of a run that can be resumed is refused. */
  'checkpoints.delete': method<void>()(z.strictObject({ checkpointId: runId })),
  /** Opens the folder of the run's checkpoints. */
  'checkpoints.openFolder': method<void>()(z.strictObject({ id: runId })),

  'runs.rename': method<Run>()(z.strictObject({ id: runId, name: runName.min(1) })),
  /** Hides the runs; they are removed for good at the next start of the program, until then `runs.restore` brings them back. */
  'runs.delete': method<void>()(z.strictObject({ ids: z.array(runId).min(1) })),
  'runs.restore': method<void>()(z.strictObject({ ids: z.array(runId).min(1) })),
  /** Steps after a cursor, in order, at most 50,000 at a time: read on from the last step until fewer come back. */
  'runs.steps': method<StepColumns>()(z.strictObject({ id: runId, after: z.number().int().min(0) })),
  'runs.epochs': method<EpochMetric[]>()(z.strictObject({ id: runId })),
  /** What it predicted in the validations of its last and of its best epoch, in the order of the epochs, where that is kept. */
  'runs.predictions': method<Predictions[]>()(z.strictObject({ id: runId })),
  /** How the run computes its convolutions; null until its trainer is ready, and for runs that were stored without. */
  'runs.plan': method<EnginePlan | null>()(z.strictObject({ id: runId })),
  /** Writes the run to a file the user names; the path, or null when the dialog was dismissed. */
  'runs.export': method<string | null>()(z.strictObject({ id: runId, format: z.enum(['json', 'csv']) })),
} as const;

export type MethodName = keyof typeof METHODS;
export type MethodArgs<M extends MethodName> = z.input<(typeof METHODS)[M]['args']>;
/** As they are once they are checked. */
export type CheckedArgs<M extends MethodName> = z.output<(typeof METHODS)[M]['args']>;
export type MethodResult<M extends MethodName> = (typeof METHODS)[M]['result'];

export interface Events {
  /** A run was started or changed in any field but its metrics. */
  'run.changed': Run;
  /** A run is gone from the list (deleted here or by another process). */
  'run.removed': { id: number };
  /** New metrics of a live run, a few times per second. */
  'run.metrics': { runId: number; steps: StepColumns; epochs: EpochMetric[] };
  'run.live': RunLive;
  /** A test of a run is under way; null where it is over. */
  'run.testing': { runId: number; progress: TestProgress | null };
  /** How far a measurement of costs has come; null where it is over. */
  'costs.measuring': CostProgress | null;
  'rangeTest.progress': RangeProgress;
  /** The user wants to see the run: a notification of it was clicked. */
  'run.open': { id: number };
  'dataset.changed': DatasetStatus;
  'dataset.removed': { id: DatasetId };
  /** A command was chosen in the application menu. */
  'app.command': { id: CommandId };
  /** Something failed outside any call: one sentence for the user. */
  'app.notice': { kind: 'error' | 'info'; message: string };
}

export type EventName = keyof Events;
/** At run time, for the preload's allow-list. */
export const EVENTS = [
  'run.changed',
  'run.removed',
  'run.metrics',
  'run.live',
  'run.testing',
  'costs.measuring',
  'rangeTest.progress',
  'run.open',
  'dataset.changed',
  'dataset.removed',
  'app.command',
  'app.notice',
] as const satisfies readonly EventName[];

/** What the preload exposes as `window.api`. */
export interface Api {
  call<M extends MethodName>(method: M, args: MethodArgs<M>): Promise<Result<MethodResult<M>>>;
  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void;
  /** Where a file or folder lies that was dropped; empty for one that is made of bytes alone. */
  pathOf(file: File): string;
}
