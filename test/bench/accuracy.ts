/** How far values are from what is right, in root mean squares of what is right. */
export interface RelativeError {
  rootMeanSquare: number;
  largest: number;
}

export function relativeError(values: ArrayLike<number>, right: ArrayLike<number>): RelativeError {
  let [squares, size, largest] = [0, 0, 0];
  for (let i = 0; i < right.length; i++) {
    const by = Math.abs(values[i]! - right[i]!);
    squares += by * by;
    size += right[i]! * right[i]!;
    if (by > largest) largest = by;
  }
  return { rootMeanSquare: Math.sqrt(squares / size), largest: largest / Math.sqrt(size / right.length) };
}
