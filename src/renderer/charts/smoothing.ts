/**
 * Exponential moving average with debiasing, as TensorBoard smooths curves:
 * `m_t = w·m_(t-1) + (1 - w)·y_t`, shown as `m_t / (1 - w^t)`, so that the start of a curve is not pulled to zero
 * (Kingma & Ba 2015, section 3, use the same correction).
 *
 * A smoothed value depends on what came before it alone: new values never rewrite the curve's past.
 */
export class Smoother {
  #sum = 0;
  /** w^t, the share of the average that is still the zero it started from. */
  #bias = 1;

  /** `weight` from 0 (off: values come back as they are) to below 1. */
  constructor(readonly weight: number) {
    if (!(weight >= 0 && weight < 1)) {
      throw new RangeError(`smoothing must be at least 0 and less than 1, got ${weight}`);
    }
  }

  /** The smoothed value at the next point. A value that is not finite passes through and leaves no trace. */
  next(value: number): number {
    if (!Number.isFinite(value)) return value;
    this.#sum = this.weight * this.#sum + (1 - this.weight) * value;
    this.#bias *= this.weight;
    return this.#sum / (1 - this.#bias);
  }
}
