/** What is told of many measurements: medians, how far they spread, and ratios of what was measured side by side. */

/** The value a share of the way from the least to the greatest, between neighbours in proportion; null of nothing. */
export function quantile(values, share) {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const above = Math.ceil(place);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

/** Milliseconds from one refresh of a usual screen to the next. */
export const REFRESH = 1000 / 60;

/** How many refreshes of the screen came without a frame, by the milliseconds between frames. */
export const missedRefreshes = (intervals) =>
  intervals.reduce((missed, interval) => missed + Math.max(0, Math.round(interval / REFRESH) - 1), 0);

export const median = (values) => quantile(values, 0.5);

/** Median, quartiles, extremes and number of values; null of nothing. */
export function summary(values) {
  if (values.length === 0) return null;
  const [min, lower, middle, upper, max] = [0, 0.25, 0.5, 0.75, 1].map((share) => quantile(values, share));
  return { median: middle, lower, upper, min, max, count: values.length };
}

/**
 * How many times longer one took than the other: the ratio of their medians in each round that both took part in, and of
 * these ratios the summary. What slows the machine down for a while slows both in the same round.
 *
 * @param theirs rounds, each an array of values; null or empty where it did not take part
 */
export function ratio(theirs, ours) {
  const ratios = [];
  for (let round = 0; round < Math.min(theirs.length, ours.length); round++) {
    if (theirs[round]?.length && ours[round]?.length)
      ratios.push(median(theirs[round]) / median(ours[round]));
  }
  return summary(ratios);
}
