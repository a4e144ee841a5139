/** Which items of two lists correspond to each other. Pure. */

/** Indices of an item before and after; null on the side on which it does not exist. */
export type Pair = readonly [before: number | null, after: number | null];

/** Above this many comparisons, lists are compared place by place. */
const MAX_COMPARED = 1_000_000;

/**
 * The cheapest way from one list to the other, in order.
 *
 * @param distance 0 for equal items, at most 2; to remove one or to add one costs 1
 */
export function align<T>(
  before: readonly T[],
  after: readonly T[],
  distance: (a: T, b: T) => number,
): Pair[] {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && distance(before[head]!, after[head]!) === 0) head++;
  let tail = 0;
  const lastOf = (list: readonly T[]): T => list[list.length - 1 - tail]!;
  while (tail < most - head && distance(lastOf(before), lastOf(after)) === 0) tail++;
  const shift = ([a, b]: Pair): Pair => [a === null ? null : a + head, b === null ? null : b + head];
  const between = alignMiddle(
    before.slice(head, before.length - tail),
    after.slice(head, after.length - tail),
    distance,
  );
  return [
    ...Array.from({ length: head }, (_, index): Pair => [index, index]),
    ...between.map(shift),
    ...Array.from({ length: tail }, (_, index): Pair => [
      before.length - tail + index,
      after.length - tail + index,
    ]),
  ];
}

function alignMiddle<T>(before: readonly T[], after: readonly T[], distance: (a: T, b: T) => number): Pair[] {
  const [rows, columns] = [before.length, after.length];
  if (rows * columns > MAX_COMPARED) {
    return Array.from({ length: Math.max(rows, columns) }, (_, index): Pair => [
      index < rows ? index : null,
      index < columns ? index : null,
    ]);
  }
  /** `cost[i][j]`: from the items before `i` to those before `j`. */
  const cost = Array.from({ length: rows + 1 }, (_, i) =>
    Float64Array.from({ length: columns + 1 }, (__, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const changed = (i: number, j: number): number =>
    cost[i - 1]![j - 1]! + distance(before[i - 1]!, after[j - 1]!);
  for (let i = 1; i <= rows; i++) {
    for (let j = 1; j <= columns; j++) {
      cost[i]![j] = Math.min(changed(i, j), cost[i - 1]![j]! + 1, cost[i]![j - 1]! + 1);
    }
  }
  const pairs: Pair[] = [];
  for (let i = rows, j = columns; i > 0 || j > 0;) {
    if (i > 0 && j > 0 && cost[i]![j] === changed(i, j)) pairs.push([--i, --j]);
    else if (i > 0 && cost[i]![j] === cost[i - 1]![j]! + 1) pairs.push([--i, null]);
    else pairs.push([null, --j]);
  }
  return pairs.reverse();
}
