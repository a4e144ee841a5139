/** First word of the stream of each use of a seed, so that no two uses share random numbers. */
export const STREAM = {
  /** Followed by a hash of the variable's name. */
  weights: 1,
  /** Order of the training images; followed by the epoch. */
  order: 2,
  /** How an image is augmented; followed by the epoch and the image's index in the training set. */
  augmentation: 3,
  /** Whether an image is flipped in the first epoch where flips alternate; followed by its index. */
  firstFlip: 4,
  /** How the images of a batch are mixed; followed by the epoch and the index of the batch's first image. */
  mixing: 5,
  /** Images held out of the training set, by the split seed; followed by the class. */
  holdOut: 6,
  /** Training images over which the statistics of batch normalisation are recomputed. */
  statistics: 7,
} as const;
