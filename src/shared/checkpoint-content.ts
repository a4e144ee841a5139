/**
 * A checkpoint: all that training needs to resume exactly where it was. On disk it is two files of one name
 * (src/node/checkpoints): `NAME.safetensors` with the numbers, and `NAME.json`, the description below, whose
 * presence is what makes the checkpoint exist.
 */
import { z } from 'zod';
import type { Architecture } from '../architecture/architecture';
import { datasetIdSchema } from './dataset';
import { MONITORED_KEYS } from './monitored';
import type { Recipe } from './recipe';

export const CHECKPOINT_FORMAT = 'resbench-checkpoint';
/** Of the description and of the weights file's metadata; a program refuses what is newer than it knows. */
export const CHECKPOINT_VERSION = 1;

/**
 * The names that checkpoints have: step, epochs finished, and the first digits of the SHA-256 of the weights file. Names
 * become paths and come from a database that others may have written: one of another form is used for none.
 */
const CHECKPOINT_NAME = /^step-(\d{1,15})-epoch-(\d{1,15})-[0-9a-f]{12}$/;

/** What a checkpoint's name tells; null for what is no such name. */
export function parseCheckpointName(name: string): { step: number; epoch: number } | null {
  const [, step, epoch] = CHECKPOINT_NAME.exec(name) ?? [];
  return step === undefined ? null : { step: Number(step), epoch: Number(epoch) };
}

/** Why a checkpoint of that name cannot be used, as a sentence about `what`; null for a name that a checkpoint can have. */
export const checkpointNameProblem = (name: string, what = 'the checkpoint'): string | null =>
  parseCheckpointName(name)
    ? null
    : `The database gives ${what} a name that Resbench never gives, so no file of that name is read or removed.`;

const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const watch = z.object({
  metric: z.enum(MONITORED_KEYS),
  best: z.number().nullable(),
  waited: count,
});

/**
 * Where a training stands, besides the values of its variables. The order of the images in an epoch is a function of
 * seed and epoch (src/trainer/loop.ts), so positions are all the random state there is.
 */
export const trainingStateSchema = z
  .object({
    /** Steps taken over the whole run. */
    step: count,
    /** Epochs finished, their validation included. */
    epoch: count,
    /** Images of the epoch under way that were trained on; 0 where an epoch has just ended. */
    position: count,
    /** Over those images: each image's loss (nats), cross-entropy (nats), and whether it was classified correctly. */
    sums: z.object({ loss: z.number(), crossEntropy: z.number(), correct: count }),
    /** Spent on the epoch under way, seconds; time between processes not. */
    epochSeconds: z.number().min(0),
    /** Steps of the optimizer, fewer than `step` where a fork began with a fresh one. */
    optimizerSteps: count,
    seed: count,
    /** What the learning rate's schedule remembers of the epochs seen: empty where it is a function of the step. */
    schedule: z.object({ plateau: watch.extend({ share: z.number().min(0).max(1) }).optional() }),
    /** What early stopping remembers of the epochs seen; absent or null for nothing. */
    stopping: watch.extend({ bestEpoch: count.nullable(), endedAt: count.nullable() }).nullish(),
    best: z.object({ epoch: count, valAccuracy: z.number().min(0).max(1) }).nullable(),
    /** How the engine computes each convolution (`Engine.plan`): the same plan gives the same bits. */
    plan: z.record(z.string(), z.record(z.string(), z.string())).nullable(),
    /**
     * What images are normalised by where the recipe does so per channel: mean and deviation of the training images' channels,
     * 0 to 1. Absent: as the recipe says without.
     */
    statistics: z.object({ mean: z.array(z.number()), deviation: z.array(z.number().min(0)) }).optional(),
    dataset: z.object({ id: datasetIdSchema, sha256, trainCount: count, evalCount: count }),
    versions: z.object({
      resbench: z.string(),
      tensorflow: z.string().nullable(),
      electron: z.string().nullable(),
      node: z.string(),
    }),
    /** Threads within an op: another number gives other rounding. */
    threads: z.int().min(1),
  })
  .refine(({ position, dataset }) => position <= dataset.trainCount, {
    path: ['position'],
    error: 'it is beyond the last image',
  })
  .refine(({ optimizerSteps, step }) => optimizerSteps <= step, {
    path: ['optimizerSteps'],
    error: 'they are more than the steps',
  });
export type TrainingState = z.infer<typeof trainingStateSchema>;

export const checkpointDescriptionSchema = z.object({
  format: z.literal(CHECKPOINT_FORMAT),
  formatVersion: z.literal(CHECKPOINT_VERSION),
  /** Of this very file, with these 64 digits taken as zeros. Format, version and this keep their meaning for ever. */
  sha256,
  /** When it was written, milliseconds since 1970 (UTC); clocks move back, so nothing is ordered by it. */
  createdAt: z.number(),
  weights: z.object({ bytes: count, sha256 }),
  state: trainingStateSchema,
});
export type CheckpointDescription = z.infer<typeof checkpointDescriptionSchema>;

export interface TensorShape {
  /** `stage2/block1/conv1/kernel`, `optimizer/<variable>/<slot>`, `average/<variable>`. */
  name: string;
  shape: readonly number[];
}

export interface Tensor extends TensorShape {
  /** Row-major. */
  readonly values: Float32Array;
}

/** Everything that goes into a checkpoint. */
export interface CheckpointContent {
  architecture: Architecture;
  recipe: Recipe;
  state: TrainingState;
  tensors: readonly Tensor[];
}

const SLOT = /^optimizer\/(.+)\/[^/]+$/;
export const isOptimizerSlot = (name: string): boolean => SLOT.test(name);
const slotOwner = (name: string): string => SLOT.exec(name)?.[1] ?? '';

const AVERAGE = 'average/';
/** The name of a variable's average. */
export const averageName = (variable: string): string => AVERAGE + variable;
export const isAverage = (name: string): boolean => name.startsWith(AVERAGE);
const averageOwner = (name: string): string => (isAverage(name) ? name.slice(AVERAGE.length) : '');

/** The variable that a slot or an average belongs to, and has the shape of; empty for a variable itself. */
export const ownerOf = (name: string): string => slotOwner(name) || averageOwner(name);

/**
 * The variables and averages that an engine has, of a checkpoint whose recipe may have another average, or none: an average that is
 * not there begins as its variable.
 * @param wanted names of the engine's state
 */
export function fittedAverages(
  values: ReadonlyMap<string, Float32Array>,
  wanted: Iterable<string>,
): Map<string, Float32Array> {
  const fitted = new Map([...values].filter(([name]) => !isAverage(name)));
  for (const name of wanted) {
    if (!isAverage(name)) continue;
    const value = values.get(name) ?? values.get(averageOwner(name));
    if (value) fitted.set(name, value);
  }
  return fitted;
}

/**
 * The names of an engine's state with the shapes that its variables have; a slot and an average have that of their variable.
 * @throws Error for a name that belongs to no variable.
 */
export function shapesOf(variables: readonly TensorShape[], names: Iterable<string>): TensorShape[] {
  const shapes = new Map(variables.map(({ name, shape }) => [name, shape]));
  return [...names].map((name) => {
    const shape = shapes.get(name) ?? shapes.get(ownerOf(name));
    if (!shape) throw new Error(`${name} belongs to no variable of the network`);
    return { name, shape };
  });
}

export const valuesOf = (tensors: readonly Tensor[]): Map<string, Float32Array> =>
  new Map(tensors.map(({ name, values }) => [name, values]));
