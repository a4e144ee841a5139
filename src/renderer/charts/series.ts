/** From metrics to curves: which value is drawn, and over which x-axis. Pure. */
import type { EpochMetric } from '../../shared/metrics';
import type { Run } from '../../shared/run';
import { scheduleOfRun, trainingMacs, type Schedule } from '../../shared/schedule';
import { Column } from './column';
import { Decimator, type Point } from './decimate';
import type { MetricLog } from './metric-log';
import { Smoother } from './smoothing';

export const X_AXES = ['step', 'epoch', 'time', 'images', 'macs'] as const;
export type XAxis = (typeof X_AXES)[number];

export const STEP_VALUES = ['loss', 'crossEntropy', 'accuracy'] as const;
export type StepValue = (typeof STEP_VALUES)[number];

/** Values that exist once an epoch. */
export type EpochValue = Exclude<keyof EpochMetric, 'epoch' | 'step'>;

/** Whether a value is a share of right answers, of which more is better; all others are losses. */
export const isAccuracy = (value: StepValue | EpochValue): boolean =>
  value === 'accuracy' || value === 'valAccuracy';

/** What an x-axis must know of a run. */
export interface Scale {
  schedule: Schedule;
  /** MACs per image, of the forward pass. */
  macs: number;
}

export const scaleOf = (run: Pick<Run, 'recipe' | 'dataset' | 'parent' | 'macs'>): Scale => ({
  schedule: scheduleOfRun(run),
  macs: run.macs,
});

/** Where a step stands on an axis; `seconds` is when it ended. */
export function xOfStep(axis: XAxis, step: number, seconds: number, { schedule, macs }: Scale): number {
  switch (axis) {
    case 'step':
      return step;
    case 'epoch':
      return schedule.epochsAfter(step);
    case 'time':
      return seconds;
    case 'images':
      return schedule.imagesAfter(step);
    case 'macs':
      return trainingMacs(schedule.imagesAfter(step), macs);
  }
}

/** An epoch's value over an axis. On the time axis an epoch stands where its validation ended. */
export function epochPoints(
  epochs: readonly EpochMetric[],
  value: EpochValue,
  axis: XAxis,
  scale: Scale,
): Point[] {
  let seconds = 0;
  return epochs.map((epoch) => {
    seconds += epoch.seconds;
    const y: number | null = epoch[value];
    return { x: xOfStep(axis, epoch.step, seconds, scale), y: y === null ? NaN : y };
  });
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
  readonly #smoothed = new Column();
  readonly #rawDecimator: Decimator;
  #smoothDecimator: Decimator;
  #smoother: Smoother;

  constructor(
    readonly log: MetricLog,
    readonly value: StepValue,
    readonly axis: XAxis,
    readonly scale: Scale,
    smoothing = 0,
  ) {
    this.#smoother = new Smoother(smoothing);
    this.#rawDecimator = new Decimator(this.#xs, log.steps[value]);
    this.#smoothDecimator = new Decimator(this.#xs, this.#smoothed);
  }

  get smoothing(): number {
    return this.#smoother.weight;
  }

  /** Another weight smooths the whole curve again. */
  set smoothing(weight: number) {
    if (weight === this.#smoother.weight) return;
    this.#smoother = new Smoother(weight);
    this.#smoothed.clear();
    this.#smoothDecimator = new Decimator(this.#xs, this.#smoothed);
  }

  update(): void {
    const { step, seconds } = this.log.steps;
    for (let index = this.#xs.length; index < step.length; index++) {
      this.#xs.push(xOfStep(this.axis, step.at(index), seconds.at(index), this.scale));
    }
    if (this.smoothing === 0) return;
    const values = this.log.steps[this.value];
    for (let index = this.#smoothed.length; index < values.length; index++) {
      this.#smoothed.push(this.#smoother.next(values.at(index)));
    }
  }

  /** At most about two points for each of `buckets`, all extremes among them. */
  raw(buckets: number, from?: number, to?: number): Point[] {
    this.update();
    return this.#rawDecimator.points(buckets, from, to);
  }

  /** Empty while smoothing is off. */
  smoothed(buckets: number, from?: number, to?: number): Point[] {
    this.update();
    return this.smoothing === 0 ? [] : this.#smoothDecimator.points(buckets, from, to);
  }

  /** The value at the last step, smoothed where smoothing is on; NaN without steps. */
  last(): number {
    this.update();
    return this.smoothing === 0 ? this.log.steps[this.value].last() : this.#smoothed.last();
  }
}
