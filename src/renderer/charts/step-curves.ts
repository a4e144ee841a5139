/** The step curves of one log: each value over each axis is made once, and follows the log. Pure. */
import type { MetricLog } from './metric-log';
import { StepCurve, type Scale, type StepValue, type XAxis } from './series';

export class StepCurves {
  readonly #curves = new Map<string, StepCurve>();

  constructor(
    private readonly log: MetricLog,
    private readonly scale: Scale,
  ) {}

  of(value: StepValue, axis: XAxis): StepCurve {
    const key = `${value} ${axis}`;
    let curve = this.#curves.get(key);
    if (!curve) this.#curves.set(key, (curve = new StepCurve(this.log, value, axis, this.scale)));
    return curve;
  }
}
