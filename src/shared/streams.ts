/** First word of the stream of each use of a run's seed, so that no two uses share random numbers. */
export const STREAM = {
  /** Followed by a hash of the variable's name. */
  weights: 1,
  /** Order of the training images; followed by the epoch. */
  order: 2,
} as const;
