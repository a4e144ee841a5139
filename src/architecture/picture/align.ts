/** Two lists side by side, each in its own order (Needleman and Wunsch 1970). */

/** What it costs that something has no counterpart. */
const ALONE = 1;

/**
 * The pairs of least cost; null stands where one has no counterpart.
 *
 * @param cost of two being counterparts, 0 for the same; from 2 on they never are
 */
export function align<T>(
  before: readonly T[],
  after: readonly T[],
  cost: (one: T, other: T) => number,
): [before: T | null, after: T | null][] {
  const rows = before.length + 1;
  const columns = after.length + 1;
  /** Least cost of the first so many of each. */
  const least = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (row === 0 || column === 0) least[row * columns + column] = (row + column) * ALONE;
      else {
        least[row * columns + column] = Math.min(
          least[(row - 1) * columns + column - 1]! + cost(before[row - 1]!, after[column - 1]!),
          least[(row - 1) * columns + column]! + ALONE,
          least[row * columns + column - 1]! + ALONE,
        );
      }
    }
  }
  const pairs: [T | null, T | null][] = [];
  let [row, column] = [before.length, after.length];
  while (row > 0 || column > 0) {
    const here = least[row * columns + column]!;
    const paired =
      row > 0 &&
      column > 0 &&
      here === least[(row - 1) * columns + column - 1]! + cost(before[row - 1]!, after[column - 1]!);
    if (paired) pairs.push([before[--row]!, after[--column]!]);
    else if (row > 0 && here === least[(row - 1) * columns + column]! + ALONE) {
      pairs.push([before[--row]!, null]);
    } else pairs.push([null, after[--column]!]);
  }
  return pairs.reverse();
}
