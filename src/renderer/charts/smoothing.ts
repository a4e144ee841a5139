/**
 * Smoothing of curves. A smoothed value depends on what came before it alone: new values never rewrite the curve's past. A
 * value that is not finite passes through and leaves no trace.
 */

/** `ema`: weight of what came before, from 0 (off) to below 1. `median`: how many values it is of; below 2 it is off. */
export type Smoothing = { kind: 'ema'; weight: number } | { kind: 'median'; window: number };

export const NO_SMOOTHING: Smoothing = { kind: 'ema', weight: 0 };

export const isOff = (smoothing: Smoothing): boolean =>
  smoothing.kind === 'ema' ? smoothing.weight === 0 : smoothing.window < 2;

export const sameSmoothing = (a: Smoothing, b: Smoothing): boolean => JSON.stringify(a) === JSON.stringify(b);

/** `moving average, weight 0.90`, `median of 21 steps`; null where nothing is smoothed. */
export function describeSmoothing(smoothing: Smoothing): string | null {
  if (isOff(smoothing)) return null;
  return smoothing.kind === 'ema'
    ? `moving average, weight ${smoothing.weight.toFixed(2)}`
    : `median of ${smoothing.window} steps`;
}

export interface Smoother {
  /** The smoothed value at the next point. */
  next(value: number): number;
}

export const smootherOf = (smoothing: Smoothing): Smoother =>
  smoothing.kind === 'ema' ? new MovingAverage(smoothing.weight) : new RunningMedian(smoothing.window);

/**
 * Exponential moving average with debiasing, as TensorBoard smooths curves:
 * `m_t = w·m_(t-1) + (1 - w)·y_t`, shown as `m_t / (1 - w^t)`, so that the start of a curve is not pulled to zero
 * (Kingma & Ba 2015, section 3, use the same correction).
 */
export class MovingAverage implements Smoother {
  #sum = 0;
  /** w^t, the share of the average that is still the zero it started from. */
  #bias = 1;

  /** @throws RangeError where the weight is not from 0 (off: values come back as they are) to below 1. */
  constructor(readonly weight: number) {
    if (!(weight >= 0 && weight < 1)) {
      throw new RangeError(`smoothing must be at least 0 and less than 1, got ${weight}`);
    }
  }

  next(value: number): number {
    if (!Number.isFinite(value)) return value;
    this.#sum = this.weight * this.#sum + (1 - this.weight) * value;
    this.#bias *= this.weight;
    return this.#sum / (1 - this.#bias);
  }
}

/** The median of the latest values, of fewer at the start: a spike that is shorter than half of them leaves no trace. */
export class RunningMedian implements Smoother {
  /** In the order in which they came, as a ring. */
  readonly #latest: number[] = [];
  #at = 0;
  readonly #sorted: number[] = [];

  /** @throws RangeError where the window is not a whole number of at least 1. */
  constructor(readonly window: number) {
    if (!(Number.isInteger(window) && window >= 1)) {
      throw new RangeError(`the window of a median must be a whole number of at least 1, got ${window}`);
    }
  }

  next(value: number): number {
    if (!Number.isFinite(value)) return value;
    if (this.#latest.length === this.window) {
      this.#sorted.splice(placeOf(this.#sorted, this.#latest[this.#at]!), 1);
    }
    this.#latest[this.#at] = value;
    this.#at = (this.#at + 1) % this.window;
    this.#sorted.splice(placeOf(this.#sorted, value), 0, value);
    const middle = this.#sorted.length >> 1;
    return this.#sorted.length % 2
      ? this.#sorted[middle]!
      : (this.#sorted[middle - 1]! + this.#sorted[middle]!) / 2;
  }
}

/** Index of the first value that is at least `value`. */
function placeOf(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
