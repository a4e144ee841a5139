/** Items of a list added, removed and moved, each giving another list. */

/** @throws {RangeError} where there is no such item, as all below */
export function itemOf<T>(list: readonly T[], at: number): T {
  if (!Number.isInteger(at) || at < 0 || at >= list.length) {
    throw new RangeError(`There is no item ${at} in a list of ${list.length}.`);
  }
  return list[at]!;
}

export function inserted<T>(list: readonly T[], at: number, item: T): T[] {
  if (at !== list.length) itemOf(list, at);
  return [...list.slice(0, at), item, ...list.slice(at)];
}

/** The last one cannot be removed. */
export function without<T>(list: readonly T[], at: number): T[] {
  itemOf(list, at);
  if (list.length === 1) throw new RangeError('The last one cannot be removed.');
  return [...list.slice(0, at), ...list.slice(at + 1)];
}

export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const item = itemOf(list, from);
  itemOf(list, to);
  const rest = [...list.slice(0, from), ...list.slice(from + 1)];
  return [...rest.slice(0, to), item, ...rest.slice(to)];
}
