/** From metrics to curves: which value is drawn, and over which x-axis. Pure. */
import { isMeasured, type EpochMetric } from '../../shared/metrics';
import type { Run } from '../../shared/run';
import { progressionOf, trainingMacs, type Progression } from '../../shared/schedule';
import { Column } from './column';
import type { MetricLog } from './metric-log';
import type { Point, Samples } from './samples';
import { isOff, NO_SMOOTHING, sameSmoothing, smootherOf, type Smoother, type Smoothing } from './smoothing';

/** `time` is that of training, `wall` the clock's. */
export const X_AXES = ['step', 'epoch', 'time', 'wall', 'images', 'macs'] as const;
export type XAxis = (typeof X_AXES)[number];

export const STEP_VALUES = [
  'loss',
  'crossEntropy',
  'accuracy',
  'learningRate',
  'gradientNorm',
  'weightNorm',
] as const;
export type StepValue = (typeof STEP_VALUES)[number];

/** Values of steps that are measured, once an epoch as well. */
export type MeasuredValue = Exclude<StepValue, 'learningRate' | NormValue>;

/** Norms, which are measured at steps alone, where the recipe asks for them. */
export type NormValue = 'gradientNorm' | 'weightNorm';

/** Values that exist once an epoch. */
export type EpochValue = Exclude<keyof EpochMetric, 'epoch' | 'step'>;

/** Whether a value is a share of right answers. */
export const isAccuracy = (value: StepValue | EpochValue): boolean =>
  value === 'accuracy' || value === 'valAccuracy' || value === 'emaValAccuracy';

/** Whether a value is of the machine, not of the network. */
export const isOfMachine = (value: StepValue | EpochValue): boolean =>
  value === 'imagesPerSecond' || value === 'memoryBytes' || value === 'seconds';

/** Which of two values is better. */
export const directionOf = (value: StepValue | EpochValue): 'max' | 'min' =>
  isAccuracy(value) || value === 'imagesPerSecond' ? 'max' : 'min';

/** What an x-axis must know of a run. */
export interface Scale {
  schedule: Progression;
  /** MACs per image, of the forward pass; NaN where they are not known. */
  macs: number;
  /** Milliseconds since 1970 at the first step; null before it. */
  startedAt: number | null;
  /** Where it was resumed, and seconds until then. */
  gaps: readonly { step: number; lostSeconds: number }[];
}

export type ScaledRun = Pick<
  Run,
  'recipe' | 'dataset' | 'parent' | 'macs' | 'epochs' | 'totalSteps' | 'imported' | 'startedAt' | 'gaps'
>;

export const scaleOf = (run: ScaledRun): Scale => ({
  schedule: progressionOf(run),
  macs: run.macs ?? NaN,
  startedAt: run.startedAt,
  gaps: run.gaps.map(({ step, lostSeconds }) => ({ step, lostSeconds })),
});

/** Milliseconds since 1970 at which a step ended; NaN where the run has not begun. */
function wallTime(step: number, seconds: number, { startedAt, gaps }: Scale): number {
  if (startedAt === null) return NaN;
  let lost = 0;
  for (const gap of gaps) if (gap.step < step) lost += gap.lostSeconds;
  return startedAt + (seconds + lost) * 1000;
}

/** Where a step stands on an axis, NaN where that is not known; `seconds` is when it ended. */
export function xOfStep(axis: XAxis, step: number, seconds: number, scale: Scale): number {
  const { schedule, macs } = scale;
  switch (axis) {
    case 'step':
      return step;
    case 'epoch':
      return schedule.epochsAfter(step);
    case 'time':
      return seconds;
    case 'wall':
      return wallTime(step, seconds, scale);
    case 'images':
      return schedule.imagesAfter(step);
    case 'macs':
      return trainingMacs(schedule.imagesAfter(step), macs);
  }
}

/**
 * An epoch's value over an axis, without those that have no place on it. On the time axis an epoch stands where its
 * validation ended.
 */
export function epochPoints(
  epochs: readonly EpochMetric[],
  value: EpochValue,
  axis: XAxis,
  scale: Scale,
  skip = 0,
): Point[] {
  let seconds = 0;
  const points = epochs.map((epoch) => {
    seconds += epoch.seconds;
    const y: number | null | undefined = epoch[value];
    const x = xOfStep(axis, epoch.step, seconds, scale);
    // The source of an imported run may count nothing but epochs.
    return {
      x: axis === 'epoch' && Number.isNaN(x) ? epoch.epoch : x,
      y: y ?? NaN,
    };
  });
  // Where steps are not known, none is left out. A line leads over epochs that were not validated.
  return points.filter(
    ({ x }, index) =>
      Number.isFinite(x) && isMeasured(epochs[index]!, value) && !(epochs[index]!.step <= skip),
  );
}

/** The point with the best value; the earliest of equals. */
export function bestPoint(points: readonly Point[], direction: 'max' | 'min'): Point | null {
  let best: Point | null = null;
  for (const point of points) {
    if (!Number.isFinite(point.y)) continue;
    if (!best || (direction === 'max' ? point.y > best.y : point.y < best.y)) best = point;
  }
  return best;
}

/**
 * A run's step curve over one axis, raw and smoothed. It follows the log: `update()` takes in what is new and
 * nothing else, whatever the length of the run.
 */
export class StepCurve {
  readonly #xs = new Column();
  #smoothed = new Column();
  #smoothing: Smoothing = NO_SMOOTHING;
  #smoother: Smoother = smootherOf(NO_SMOOTHING);

  constructor(
    readonly log: MetricLog,
    readonly value: StepValue,
    readonly axis: XAxis,
    readonly scale: Scale,
  ) {}

  /** Another smoothing smooths the whole curve again. */
  smooth(smoothing: Smoothing): void {
    if (sameSmoothing(smoothing, this.#smoothing)) return;
    this.#smoothing = smoothing;
    this.#smoother = smootherOf(smoothing);
    this.#smoothed = new Column();
  }

  /** Of an imported run an axis may not be known: then none of its points has a place. */
  #withPlaces(ys: Column): Samples {
    return { xs: this.#xs, ys, ...(Number.isFinite(this.#xs.last()) ? {} : { end: 0 }) };
  }

  update(): void {
    const { step, seconds } = this.log.steps;
    for (let index = this.#xs.length; index < step.length; index++) {
      this.#xs.push(xOfStep(this.axis, step.at(index), seconds.at(index), this.scale));
    }
    if (isOff(this.#smoothing)) return;
    const values = this.log.steps[this.value];
    for (let index = this.#smoothed.length; index < values.length; index++) {
      this.#smoothed.push(this.#smoother.next(values.at(index)));
    }
  }

  /** The values as they were measured. */
  raw(): Samples {
    this.update();
    return this.#withPlaces(this.log.steps[this.value]);
  }

  /** Null while smoothing is off. */
  smoothed(): Samples | null {
    this.update();
    return isOff(this.#smoothing) ? null : this.#withPlaces(this.#smoothed);
  }
}
