/** Where the stages of a block table are after it has changed, however it was changed. Pure. */
import type { BlockTable } from '../../../../architecture/architecture';

/**
 * The places (from 0) of the same stages in another table. A stage may have been moved, or be the only one that has changed;
 * one that cannot be found again has no place any more.
 */
export function placesAfter(
  places: ReadonlySet<number>,
  before: BlockTable,
  after: BlockTable,
): ReadonlySet<number> {
  if (places.size === 0) return places;
  const [old, now] = [textsOf(before), textsOf(after)];
  const most = Math.min(old.length, now.length);
  let head = 0;
  while (head < most && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const shift = now.length - old.length;
  const isOneChanged = shift === 0 && old.length - head - tail === 1;
  const between = now.slice(head, now.length - tail);
  const placeAfter = (place: number): number => {
    if (place < head || isOneChanged) return place;
    if (place >= old.length - tail) return place + shift;
    const found = between.indexOf(old[place]!);
    return found < 0 ? -1 : head + found;
  };
  return new Set([...places].map(placeAfter).filter((place) => place >= 0));
}

const textsOf = (table: BlockTable): string[] => table.map((stage) => JSON.stringify(stage));
