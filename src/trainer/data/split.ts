/** The pictures of one part of a data set, and what they show. */
export interface Split {
  /** Number of pictures. */
  count: number;
  /** count x height x width x channels (NHWC), 0 to 255. */
  pictures: Uint8Array;
  /** count class numbers, indexes of `DatasetInfo.classNames`. */
  labels: Uint8Array;
}
