/** The step curves of one log: each value is made once over the axis that is looked at, and follows the log. Pure. */
import type { MetricLog } from './metric-log';
import { StepCurve, type Scale, type StepValue, type XAxis } from './series';

export class StepCurves {
  readonly #curves = new Map<StepValue, StepCurve>();
  #axis: XAxis | null = null;

  constructor(
    private readonly log: MetricLog,
    private readonly scale: Scale,
  ) {}

  /** Those over another axis are given up: of a long run each takes as much room as its steps. */
  of(value: StepValue, axis: XAxis): StepCurve {
    if (axis !== this.#axis) this.#curves.clear();
    this.#axis = axis;
    let curve = this.#curves.get(value);
    if (!curve) this.#curves.set(value, (curve = new StepCurve(this.log, value, axis, this.scale)));
    return curve;
  }
}
