/** The curves of the run that a fork was taken from, up to the fork. Pure. */
import type { Range } from './curve';
import type { Point } from './decimate';
import type { MetricLog } from './metric-log';
import { StepCurve, xOfStep, type Scale, type StepValue, type XAxis } from './series';

export class ParentCurves {
  readonly #curves = new Map<string, StepCurve>();

  /**
   * @param scale the parent's: its batches may have had another size
   * @param lastStep the parent's step at which the fork was taken
   */
  constructor(
    private readonly log: MetricLog,
    private readonly scale: Scale,
    private readonly lastStep: number,
  ) {}

  /** As `StepCurve.raw`, unsmoothed, over an axis that counts (not time: the parent's clock is another). */
  points(value: StepValue, axis: Exclude<XAxis, 'time'>, buckets: number, range: Range | null): Point[] {
    const key = `${value} ${axis}`;
    let curve = this.#curves.get(key);
    if (!curve) this.#curves.set(key, (curve = new StepCurve(this.log, value, axis, this.scale)));
    const end = xOfStep(axis, this.lastStep, 0, this.scale);
    const to = Math.min(range?.to ?? Infinity, end);
    return curve.raw(buckets, range?.from, to).filter(({ x }) => x <= end);
  }
}
