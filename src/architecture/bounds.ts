/** Limits of a number, and how sentences say them. Pure. */

export interface Bounds {
  /** Greater than this. */
  above?: number;
  atLeast?: number;
  /** Less than this. */
  below?: number;
  atMost?: number;
}

export const isWithin = (value: number, { above, atLeast, below, atMost }: Bounds): boolean =>
  Number.isFinite(value) &&
  (above === undefined || value > above) &&
  (atLeast === undefined || value >= atLeast) &&
  (below === undefined || value < below) &&
  (atMost === undefined || value <= atMost);

/** `1 to 65536`, `0 to below 1`, `above 0 and at most 100`, `at least 2`; empty for any number. */
export function describeBounds({ above, atLeast, below, atMost }: Bounds): string {
  if (atLeast !== undefined && atMost !== undefined) return `${atLeast} to ${atMost}`;
  if (atLeast !== undefined && below !== undefined) return `${atLeast} to below ${below}`;
  return [
    above !== undefined && `above ${above}`,
    atLeast !== undefined && `at least ${atLeast}`,
    below !== undefined && `below ${below}`,
    atMost !== undefined && `at most ${atMost}`,
  ]
    .filter((text) => text !== false)
    .join(' and ');
}
