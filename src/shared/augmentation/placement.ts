/** Where the pixels of an augmented image come from. Pure. */
import type { Augmentation, Draw } from './draws';

/** Stands for a row or a column of black pixels, those of zero padding. */
export const BLACK = -1;

/** From which rows and columns of its image each row and column of a crop is taken. */
export interface Placement {
  /** Index of a row, or `BLACK`, for each row. */
  rows: Int32Array;
  columns: Int32Array;
}

/**
 * Row y of the crop is row y + down of the padded image. Of a mirrored one column x is column width - 1 - x of the crop. Padding
 * repeats the image backwards without its edge (`reflect` of NumPy and PyTorch), or is black.
 */
export function placementOf(
  { flipped, down, right }: Draw,
  padding: Augmentation['padding'],
  [height, width]: readonly [height: number, width: number, ...rest: number[]],
): Placement {
  const within = padding === 'reflect' ? reflected : blackOutside;
  return {
    rows: Int32Array.from({ length: height }, (_, y) => within(y + down, height)),
    columns: Int32Array.from({ length: width }, (_, x) =>
      within((flipped ? width - 1 - x : x) + right, width),
    ),
  };
}

/** For padding of less than `side` pixels. */
const reflected = (index: number, side: number): number => side - 1 - Math.abs(side - 1 - Math.abs(index));

const blackOutside = (index: number, side: number): number => (index < 0 || index >= side ? BLACK : index);

/** Whether a row or column lies in the stretch of `length` from `first`: 1 where it does. */
export const inStretch = (first: number, length: number, side: number): Float32Array =>
  Float32Array.from({ length: side }, (_, index) => (index >= first && index < first + length ? 1 : 0));
