/** The curves of the run that a fork was taken from, up to the fork. Pure. */
import type { Range } from './curve';
import type { Point } from './decimate';
import type { MetricLog } from './metric-log';
import { xOfStep, type Scale, type StepValue, type XAxis } from './series';
import { StepCurves } from './step-curves';

export class ParentCurves {
  readonly #curves: StepCurves;

  /**
   * @param scale the parent's: its batches may have had another size
   * @param lastStep the parent's step at which the fork was taken
   */
  constructor(
    log: MetricLog,
    private readonly scale: Scale,
    private readonly lastStep: number,
  ) {
    this.#curves = new StepCurves(log, scale);
  }

  /** As `StepCurve.raw`, unsmoothed, over an axis that counts (not time: the parent's clock is another). */
  points(value: StepValue, axis: Exclude<XAxis, 'time'>, buckets: number, range: Range | null): Point[] {
    const end = xOfStep(axis, this.lastStep, 0, this.scale);
    const to = Math.min(range?.to ?? Infinity, end);
    return this.#curves
      .of(value, axis)
      .raw(buckets, range?.from, to)
      .filter(({ x }) => x <= end);
  }
}
