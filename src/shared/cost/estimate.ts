/**
 * What a training takes before it has begun: time, memory and disk, from what was measured on the machine. One model for the
 * dialog, the layer table and the command line. Pure.
 */
import { variableElements } from '../../architecture/training-memory';
import type { Network } from '../../architecture/network';
import { imagesAtOnceOf, largestBatchOf } from '../batches';
import type { DatasetInfo } from '../dataset';
import type { Recipe } from '../recipe';
import { isDropped, scheduleOf } from '../schedule';
import { slotsOf, usualMemory } from '../training-memory';
import { trainedCount, validatedCount, validationsAfter } from '../validation';
import { factorAt, type KnownCosts } from './known';
import { partSums, stepOf, type PartSums } from './parts-model';
import { stepKey, type CostRecord, type StepTaken } from './record';
import { averages } from '../weight-average';

export interface TimeEstimate {
  /** Seconds, of a whole step, of an epoch with its checkpoint and, where it has one, its validation, of the run. */
  step: number;
  epoch: number;
  run: number;
  /** Of a validation, and of writing a checkpoint. */
  validation: number;
  checkpoint: number;
  /** The usual error of the run's time, as a share. */
  error: number;
  /** From steps of this network that were taken, or from the times of its parts. */
  basis: 'steps' | 'parts';
  /** What the sum of the parts was multiplied by; null for steps. */
  factor: number | null;
  /** Measured: milliseconds since 1970; null for parts. */
  measuredAt: number | null;
}

export interface CostEstimate {
  /** Null where there is no measurement to tell by. */
  time: TimeEstimate | null;
  /** Peak of the training process, bytes. */
  memoryBytes: number;
  /** Of one checkpoint, and of those that are kept at most. */
  checkpointBytes: number;
  diskBytes: number;
}

/** How many checkpoints are kept: `Settings.keepCheckpoints` and `keepEveryEpochs`. */
export interface Kept {
  last: number;
  everyEpochs: number;
}

/** Steps that were taken of a network foretell its runs by this much: what a machine varies from minute to minute. */
const STEP_ERROR = 0.04;
/** Bytes a second at which a checkpoint is written, with its sum, until it is durable. */
const CHECKPOINT_SPEED = 350e6;
/** Bytes of a checkpoint beside its values: its description. */
const DESCRIPTION = 20_000;
const FLOAT = 4;

/**
 * @param dataset that is trained on.
 * @param known what was measured for the batch size that occurs (`costBatch`).
 */
export function estimateCost(
  network: Network,
  recipe: Recipe,
  dataset: Pick<DatasetInfo, 'imageShape' | 'trainCount' | 'evalCount'>,
  known: Pick<KnownCosts, 'record' | 'calibration'> | null,
  keeping: Kept,
): CostEstimate {
  const { all, trained } = variableElements(network);
  const kept = all * (averages(recipe) ? 2 : 1);
  const checkpointBytes = FLOAT * (kept + slotsOf(recipe) * trained) + DESCRIPTION;
  const count = keptCheckpoints(recipe.epochs, keeping);
  return {
    time: known && timeOf(network, recipe, dataset, known, checkpointBytes),
    memoryBytes: usualMemory(network, recipe, dataset, costBatch(recipe, dataset.trainCount)),
    checkpointBytes,
    diskBytes: checkpointBytes * count,
  };
}

/** The batch size for which costs are to be known: the images that are computed at once in the largest step that occurs. */
export const costBatch = imagesAtOnceOf;

const takenSteps = (network: Network, recipe: Recipe, record: CostRecord | null): StepTaken | null =>
  record?.steps[stepKey(network.architecture, recipe)] ?? null;

function timeOf(
  network: Network,
  recipe: Recipe,
  dataset: Pick<DatasetInfo, 'trainCount' | 'evalCount'>,
  { record, calibration }: Pick<KnownCosts, 'record' | 'calibration'>,
  checkpointBytes: number,
): TimeEstimate | null {
  if (!record) return null;
  const found = stepTime(network, recipe, record, calibration);
  if (!found) return null;
  const { milliseconds, evaluation, error, factor, measuredAt } = found;
  const count = trainedCount(recipe, dataset.trainCount);
  const { stepsPerEpoch, totalSteps } = scheduleOf(recipe, dataset.trainCount);
  const batch = largestBatchOf(recipe, dataset.trainCount);
  // Of a batch in parts, the time of so many parts.
  const step = (milliseconds / 1e3) * (batch / costBatch(recipe, dataset.trainCount));
  // A last batch that is shorter takes its share of a step.
  const whole = isDropped(recipe, count) ? stepsPerEpoch : count / batch;
  const validation = (evaluation * validatedCount(recipe, dataset)) / 1e3;
  const checkpoint = checkpointBytes / CHECKPOINT_SPEED;
  const bare = whole * step + checkpoint;
  return {
    step,
    epoch: bare + (recipe.validationEvery > 1 ? 0 : validation),
    run: (bare * totalSteps) / stepsPerEpoch + validation * validationsAfter(recipe, 0),
    validation,
    checkpoint,
    error,
    basis: measuredAt === null ? 'parts' : 'steps',
    factor,
    measuredAt,
  };
}

/** Milliseconds of a step, and of an image of a validation. */
function stepTime(
  network: Network,
  recipe: Recipe,
  record: CostRecord,
  calibration: KnownCosts['calibration'],
):
  | (Pick<TimeEstimate, 'error' | 'factor' | 'measuredAt'> & { milliseconds: number; evaluation: number })
  | null {
  const taken = takenSteps(network, recipe, record);
  if (taken) return { ...taken, error: STEP_ERROR, factor: null, measuredAt: taken.at };
  const sums = partSums(network, recipe, record);
  if (!sums) return null;
  const { milliseconds, largeMaps } = stepOf(sums);
  const factor = factorAt(calibration, largeMaps);
  return {
    milliseconds: milliseconds * factor,
    evaluation: evaluationOf(sums, factor) / record.about.batch,
    error: calibration.error,
    factor,
    measuredAt: null,
  };
}

/** Milliseconds of a forward pass in inference mode over a batch. */
const evaluationOf = ({ forward }: PartSums, factor: number): number => forward * factor;

/** The newest, the best, and those of every so many epochs. */
const keptCheckpoints = (epochs: number, { last, everyEpochs }: Kept): number =>
  Math.min(epochs, last + 1 + (everyEpochs > 0 ? Math.floor(epochs / everyEpochs) : 0));
