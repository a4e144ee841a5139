/** The images of one part of a data set, and what they show. */
export interface Split {
  /** Number of images. */
  count: number;
  /** count x height x width x channels (NHWC), 0 to 255. */
  images: Uint8Array;
  /** count class numbers, indexes of `DatasetInfo.classNames`. */
  labels: Uint8Array;
}
