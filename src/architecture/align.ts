/** Which items of two lists are counterparts, while each list keeps its order (Needleman and Wunsch 1970). Pure. */

/** Indices of an item before and after; null on the side on which it has no counterpart. */
export type Pair = readonly [before: number | null, after: number | null];

/** More comparisons of parts than this would be felt at each key: such lists are compared place by place. */
export const MAX_COMPARED = 20_000;

/** What it costs that an item has no counterpart. */
const ALONE = 1;

/**
 * The pairs of least cost.
 *
 * @param distance of two items being counterparts: 0 for equal ones; above 2 they never are
 * @param size of an item: how many parts of it a comparison looks at
 */
export function align<T>(
  before: readonly T[],
  after: readonly T[],
  distance: (one: T, other: T) => number,
  size: (item: T) => number = () => 1,
): Pair[] {
  // Equal ends stay together in one of the cheapest ways, so only what lies between has to be weighed.
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && distance(before[head]!, after[head]!) === 0) head++;
  let tail = 0;
  const lastOf = (list: readonly T[]): T => list[list.length - 1 - tail]!;
  while (tail < most - head && distance(lastOf(before), lastOf(after)) === 0) tail++;

  const [old, now] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  const parts = (list: readonly T[]): number => list.reduce((sum, item) => sum + size(item), 0);
  const way = parts(old) * parts(now) > MAX_COMPARED ? placeByPlace : cheapest;
  return [
    ...Array.from({ length: head }, (_, index): Pair => [index, index]),
    ...way(old, now, distance).map(([a, b]): Pair => [
      a === null ? null : a + head,
      b === null ? null : b + head,
    ]),
    ...Array.from({ length: tail }, (_, index): Pair => [
      before.length - tail + index,
      after.length - tail + index,
    ]),
  ];
}

/** The items themselves instead of their indices. */
export function alignItems<T>(
  before: readonly T[],
  after: readonly T[],
  distance: (one: T, other: T) => number,
  size?: (item: T) => number,
): [before: T | null, after: T | null][] {
  const item = (list: readonly T[], index: number | null): T | null => (index === null ? null : list[index]!);
  return align(before, after, distance, size).map(([old, now]) => [item(before, old), item(after, now)]);
}

function placeByPlace<T>(
  before: readonly T[],
  after: readonly T[],
  distance: (one: T, other: T) => number,
): Pair[] {
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index): Pair[] => {
    if (index >= before.length) return [[null, index]];
    if (index >= after.length) return [[index, null]];
    if (distance(before[index]!, after[index]!) <= 2 * ALONE) return [[index, index]];
    return [
      [index, null],
      [null, index],
    ];
  }).flat();
}

/** The last step of the cheapest way: to pair the last two items, or that one of them is alone. */
const Step = { paired: 0, removed: 1, added: 2 } as const;

function cheapest<T>(
  before: readonly T[],
  after: readonly T[],
  distance: (one: T, other: T) => number,
): Pair[] {
  const columns = after.length + 1;
  /** From the first `i` items before to the first `j` after: at `i * columns + j`, the least cost and its last step. */
  const cost = new Float64Array((before.length + 1) * columns);
  const steps = new Uint8Array(cost.length);
  for (let i = 0; i <= before.length; i++) {
    for (let j = 0; j <= after.length; j++) {
      const at = i * columns + j;
      const removed = i > 0 ? cost[at - columns]! + ALONE : Infinity;
      const added = j > 0 ? cost[at - 1]! + ALONE : Infinity;
      const paired =
        i > 0 && j > 0 ? cost[at - columns - 1]! + distance(before[i - 1]!, after[j - 1]!) : Infinity;
      const least = at === 0 ? 0 : Math.min(paired, removed, added);
      cost[at] = least;
      steps[at] = least === paired ? Step.paired : least === removed ? Step.removed : Step.added;
    }
  }
  const pairs: Pair[] = [];
  for (let i = before.length, j = after.length; i > 0 || j > 0;) {
    const step = steps[i * columns + j];
    if (step === Step.paired) pairs.push([--i, --j]);
    else if (step === Step.removed) pairs.push([--i, null]);
    else pairs.push([null, --j]);
  }
  return pairs.reverse();
}
