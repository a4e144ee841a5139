/**
 * The schedule of a run: steps per epoch, steps in total, the epoch of a step, and the images seen by then. An epoch takes
 * every training image once, in batches of one size, of which the last may be smaller, or be left out then. A fork counts on from where its
 * parent stood, whose batches may have had another size. Pure.
 */
import type { Recipe } from './recipe';
import { isTrained, type Run, type TrainedRun } from './run';
import { trainedCount } from './validation';

/** Where the steps of a run begin that are its own; of a fork, where its parent stood. */
export interface Origin {
  /** Steps taken before. */
  step: number;
  /** Images that were trained on in those steps, counted again in each epoch. */
  images: number;
}

export const BEGINNING: Origin = { step: 0, images: 0 };

export class Schedule {
  /** Of an epoch that has this run's batches only. */
  readonly stepsPerEpoch: number;
  /** Steps of the whole run, those before its origin included. */
  readonly totalSteps: number;
  /** Epochs that had begun at the origin. */
  private readonly begun: number;
  /** Steps that end the epoch in which the origin lies; 0 where it lies between two epochs. */
  private readonly firstSteps: number;

  /**
   * @param trainCount images of an epoch
   * @param dropLast whether a batch that is smaller than the others is left out; an epoch has one step at least
   */
  constructor(
    readonly trainCount: number,
    readonly batchSize: number,
    readonly epochs: number,
    readonly origin: Origin = BEGINNING,
    dropLast = false,
  ) {
    const batchesOf = isDropped({ dropLast, batchSize }, trainCount) ? Math.floor : Math.ceil;
    this.stepsPerEpoch = Math.max(1, batchesOf(trainCount / batchSize));
    this.begun = Math.ceil(origin.images / Math.max(1, trainCount));
    this.firstSteps = batchesOf((this.begun * trainCount - origin.images) / batchSize);
    this.totalSteps = origin.step + this.firstSteps + Math.max(0, epochs - this.begun) * this.stepsPerEpoch;
  }

  /** Images passed by the end of a step, counted again in each epoch; those of a batch that is left out are passed with it. */
  imagesAfter(step: number): number {
    const own = this.own(step);
    if (own < this.firstSteps) return this.origin.images + own * this.batchSize;
    const whole = Math.floor((own - this.firstSteps) / this.stepsPerEpoch);
    const rest = own - this.firstSteps - whole * this.stepsPerEpoch;
    return (this.begun + whole) * this.trainCount + rest * this.batchSize;
  }

  /** Epochs done by the end of a step, as a fraction: the steps of one epoch divide it evenly. */
  epochsAfter(step: number): number {
    const own = this.own(step);
    if (own < this.firstSteps) {
      const before = this.origin.images / this.trainCount;
      return before + ((this.begun - before) * own) / this.firstSteps;
    }
    return this.begun + (own - this.firstSteps) / this.stepsPerEpoch;
  }

  /**
   * Where a step begins, in steps of this run's batches since the beginning of the first epoch: a whole number but where a
   * fork begins within an epoch with batches of another size.
   */
  positionOf(step: number): number {
    const { begun, firstSteps, stepsPerEpoch, origin } = this;
    const own = this.own(step - 1);
    if (own >= firstSteps) return begun * stepsPerEpoch + own - firstSteps;
    const whole = Math.floor(origin.images / this.trainCount);
    return whole * stepsPerEpoch + (origin.images - whole * this.trainCount) / this.batchSize + own;
  }

  /** The run's own steps of an epoch (counted from 1), and the last step before them. */
  stepsOf(epoch: number): { before: number; count: number } {
    const { origin, begun, firstSteps, stepsPerEpoch } = this;
    if (epoch <= begun) return { before: origin.step, count: firstSteps };
    return { before: origin.step + firstSteps + (epoch - begun - 1) * stepsPerEpoch, count: stepsPerEpoch };
  }

  private own(step: number): number {
    return Math.max(0, step - this.origin.step);
  }
}

/** Whether an epoch over so many images leaves out a last batch that is smaller than the others. */
export const isDropped = (
  { dropLast, batchSize }: Pick<Recipe, 'dropLast' | 'batchSize'>,
  trainCount: number,
): boolean => dropLast && trainCount >= batchSize;

type Planned = Pick<Recipe, 'batchSize' | 'dropLast' | 'epochs' | 'limitTrain' | 'validationSplit'>;

/** Of a recipe on a data set with so many training images, of which it may hold some out and use the first. */
export const scheduleOf = (recipe: Planned, trainCount: number, origin?: Origin): Schedule =>
  scheduleOver(recipe, trainedCount(recipe, trainCount), origin);

/** Of a recipe over so many images in each epoch. */
export const scheduleOver = (
  { batchSize, dropLast, epochs }: Pick<Recipe, 'batchSize' | 'dropLast' | 'epochs'>,
  images: number,
  origin?: Origin,
): Schedule => new Schedule(images, batchSize, epochs, origin, dropLast);

export const scheduleOfRun = ({
  recipe,
  dataset,
  parent,
}: Pick<TrainedRun, 'recipe' | 'dataset' | 'parent'>): Schedule =>
  scheduleOf(recipe, dataset.trainCount, parent ?? BEGINNING);

/** How far a run is after a step, in epochs and in images; NaN where that is not known. */
export type Progression = Pick<Schedule, 'epochsAfter' | 'imagesAfter'>;

/** The source of an imported run may count steps; how many images one takes it does not say. */
export function progressionOf(
  run: Pick<Run, 'recipe' | 'dataset' | 'parent' | 'epochs' | 'totalSteps' | 'imported'>,
): Progression {
  if (isTrained(run)) return scheduleOfRun(run);
  const stepsPerEpoch = run.totalSteps / run.epochs;
  return {
    epochsAfter: (step) => (stepsPerEpoch > 0 ? step / stepsPerEpoch : NaN),
    imagesAfter: () => NaN,
  };
}

/**
 * Multiply-accumulates spent on training by so many images, of a network with these MACs per image in its forward pass:
 * the gradients by inputs and by weights cost about as much each.
 */
export const trainingMacs = (images: number, macs: number): number => 3 * images * macs;
